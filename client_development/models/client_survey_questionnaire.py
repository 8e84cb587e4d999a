from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ClientSurvey(models.Model):
    """Which questionnaire is asked about an order."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    def _get_questionnaire(self):
        """Return the questionnaire to ask (as superuser), or say what is wrong.

        Answers that were begun, through the private link for example, are finished
        with the questions with which they were begun.
        """
        self.ensure_one()
        return self._get_questionnaires()[self]

    def _get_questionnaires(self):
        """Return {survey: questionnaire to ask} (as superuser), or say what is wrong.

        A constant number of queries, however many surveys.
        """
        chosen = self._choose_questionnaires()
        shipped = self.env.ref(
            "client_development.client_order_questionnaire", raise_if_not_found=False
        )
        found = {}
        for survey in self:
            entry = survey.sudo().user_input_id
            begun = entry.state != "done" and entry.survey_id
            found[survey] = survey._check_questionnaire(
                begun
                or chosen[survey]
                or survey.company_id.sudo().client_survey_id.filtered("active")
                or shipped,
                begun,
            )
        return found

    def _check_questionnaire(self, questionnaire, begun):
        """Return ``questionnaire`` as superuser, or say why it cannot be asked."""
        questionnaire = questionnaire and questionnaire.sudo()
        if not questionnaire or not (questionnaire.active or begun):
            raise UserError(
                self.env._(
                    "There is no order questionnaire. An administrator chooses one in"
                    " the settings of client development."
                )
            )
        if not questionnaire.question_ids.filtered("client_is_rating"):
            raise UserError(
                self.env._(
                    "The questionnaire “%(name)s” has no rating question. An"
                    " administrator marks one question as the rating.",
                    name=questionnaire.title,
                )
            )
        return questionnaire

    def _choose_questionnaires(self):
        """Return {survey: questionnaire meant for its client and team, or none}."""
        surveys = self.sudo()
        facts = surveys.env["client.fact"].search_fetch(
            [
                ("company_id", "in", surveys.company_id.ids),
                ("partner_id", "in", surveys.partner_id.ids),
            ],
            ["company_id", "partner_id", "segment_ids"],
        )
        segments = {
            (fact.company_id, fact.partner_id): fact.segment_ids for fact in facts
        }
        offered = surveys.env["survey.survey"].search(
            Domain("survey_type", "=", "client_order")
            & (
                Domain("client_segment_ids", "!=", False)
                | Domain("client_team_ids", "!=", False)
            ),
            order="id",
        )
        none = surveys.env["client.segment"]
        return {
            survey: offered._choose_for(
                segments.get((survey.company_id, survey.partner_id), none),
                survey.team_id,
            )
            for survey in surveys
        }
