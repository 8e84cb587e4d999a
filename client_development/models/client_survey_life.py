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
        """Cancel the surveys of cancelled orders, reopen those of revived ones."""
        cancelled = self.filtered(
            lambda survey: (
                survey.order_id.state == "cancel" and survey.state != "cancelled"
            )
        )
        cancelled.write({"state": "cancelled"})
        revived = self.filtered(
            lambda survey: (
                survey.order_id.state == "sale" and survey.state == "cancelled"
            )
        )
        answered = revived.filtered("rating")
        answered.write({"state": "done"})
        (revived - answered).write({"state": "due"})

    def _get_questionnaire(self):
        """Return the questionnaire to ask (as superuser), or say what is wrong."""
        company = self.company_id or self.env.company
        questionnaire = company.sudo().client_survey_id or self.env.ref(
            "client_development.client_order_questionnaire", raise_if_not_found=False
        )
        if not questionnaire or not questionnaire.sudo().active:
            raise UserError(
                self.env._(
                    "There is no order questionnaire. An administrator chooses one in"
                    " the settings of client development."
                )
            )
        questionnaire = questionnaire.sudo()
        if not questionnaire.question_ids.filtered("client_is_rating"):
            raise UserError(
                self.env._(
                    "The questionnaire “%(name)s” has no rating question. An"
                    " administrator marks one question as the rating.",
                    name=questionnaire.title,
                )
            )
        return questionnaire
