from odoo import models
from odoo.exceptions import AccessError


class ClientPlanReview(models.Model):
    """The final acceptance is no review like the others: the owner does not hold it."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.review"

    def action_hold(self):
        """Refuse who may not accept the plan."""
        self.ensure_one()
        self.check_access("write")
        if self.kind == "final" and not self.plan_id._may_hold_final():
            raise AccessError(
                self.env._(
                    "Nobody accepts his own plan: the final acceptance of “%(plan)s” is"
                    " held by %(users)s.",
                    plan=self.plan_id.sudo().name,
                    users=self.plan_id._get_final_names(),
                )
            )
        return super().action_hold()
