from odoo import models
from odoo.exceptions import UserError


class ClientSurvey(models.Model):
    """What becomes of the duty to survey an order: its answer, its cancellation."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    def _check_rating(self, rating):
        """An order's survey is not answered without its rating."""
        self.ensure_one()
        if not 1 <= rating <= 5:
            raise UserError(
                self.env._(
                    "%(survey)s: the rating is missing. Without a rating from 1 to 5 a"
                    " survey is not answered.",
                    survey=self.display_name,
                )
            )

    def _prepare_finish_vals(self, rating):
        """The ledger also keeps the way in which the answer came."""
        given = self.env.context.get("client_answer", {})
        return {
            **super()._prepare_finish_vals(rating),
            "channel": given.get("channel", "link"),
        }

    def _follow_order_state(self):
        """Cancel the surveys of cancelled orders, reopen those of revived ones.

        What was answered comes back answered. For the rest the rules for leaving
        orders out are looked at again.
        """
        gone = ("cancelled", "order_cancelled")
        self.filtered(
            lambda survey: (
                survey.order_id.state == "cancel"
                and (survey.state, survey.exclusion) != gone
            )
        ).write(self._prepare_exclusion_vals("order_cancelled"))
        revived = self.filtered(
            lambda survey: (
                survey.order_id.state == "sale"
                and (survey.state, survey.exclusion) == gone
            )
        )
        answered = revived.filtered("rating")
        answered.write({"state": "done", "exclusion": False})
        (revived - answered)._apply_exclusions()
