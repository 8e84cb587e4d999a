from odoo import models
from odoo.exceptions import AccessError

from .client_plan_review import TASK


class ClientPlanReview(models.Model):
    """The final acceptance is no review like the others: the owner does not hold it."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.review"

    def write(self, vals):
        """Refuse who may not accept the plan, whichever way the review is held.

        A due review that becomes final, or is no longer, goes to who holds it then.
        """
        if vals.get("state") == "held":
            self._check_final_holder()
        turned = self.browse()
        if "kind" in vals:
            turned = self.filtered(
                lambda review: (
                    review.state == "due"
                    and review.kind != vals["kind"]
                    and "final" in (review.kind, vals["kind"])
                )
            )
        res = super().write(vals)
        if turned:
            turned.sudo()._pass_on_tasks()
        return res

    # -- whose task it is ------------------------------------------------------------

    def _get_task_user(self):
        """Return whose task the review is: the owner's, unless it is accepted."""
        self.ensure_one()
        plan = self.plan_id
        if self.kind == "final" and plan._needs_final_acceptance():
            holders = plan._get_final_holders()
            if holders:
                return holders[:1]
        return plan._get_review_user()

    def _pass_on_tasks(self):
        """Give the tasks of these reviews to who holds them now. As superuser."""
        self.plan_id.activity_unlink([TASK])
        self._schedule_tasks()

    def _schedule_tasks(self):
        """Create the task of each review, for who holds it."""
        self._schedule(
            TASK,
            [(review.plan_id, review._get_task_user(), review.date) for review in self],
        )

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
