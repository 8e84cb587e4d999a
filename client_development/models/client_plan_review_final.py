from odoo import models
from odoo.exceptions import AccessError


class ClientPlanReview(models.Model):
    """The final acceptance is no review like the others: the owner does not hold it."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.review"

    def write(self, vals):
        """Refuse who may not accept the plan, whichever way the review is held."""
        if vals.get("state") == "held":
            self._check_final_holder()
        return super().write(vals)

    def _check_final_holder(self):
        """Refuse a final acceptance by the owner, where somebody else holds it."""
        for review in self.filtered(lambda review: review.kind == "final"):
            plan = review.plan_id
            # held through the system, but by the word of the user
            if not plan._needs_final_acceptance() or plan.sudo(False)._may_hold_final():
                continue
            raise AccessError(
                self.env._(
                    "Nobody accepts his own plan: the final acceptance of “%(plan)s” is"
                    " held by %(users)s.",
                    plan=plan.sudo().name,
                    users=plan._get_final_names(),
                )
            )
