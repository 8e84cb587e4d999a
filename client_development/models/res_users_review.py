from odoo import models

from .client_plan_review import TASK


class ResUsers(models.Model):
    """The due reviews of somebody who leaves are handed on with their tasks."""

    _inherit = "res.users"

    def write(self, vals):
        """Archiving deletes a user's tasks; those of his reviews get a new holder."""
        leaving = self.browse()
        if "active" in vals and not vals["active"]:
            leaving = self.filtered("active")
        result = super().write(vals)
        if leaving:
            leaving._hand_on_reviews()
        return result

    def _hand_on_reviews(self):
        """Give the tasks of due reviews to whoever holds them now."""
        Review = self.env["client.plan.review"].sudo()
        due = Review.search(
            [("state", "=", "due"), ("plan_user_id", "in", self.ids)],
        )
        Review._schedule(
            TASK,
            [
                (review.plan_id, review.plan_id._get_review_user(), review.date)
                for review in due
            ],
        )
