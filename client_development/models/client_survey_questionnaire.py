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
        begun = self.sudo().user_input_id.filtered(lambda entry: entry.state != "done")
        questionnaire = (
            begun.survey_id
            or self._choose_questionnaire()
            or self.company_id.sudo().client_survey_id
            or self.env.ref(
                "client_development.client_order_questionnaire",
                raise_if_not_found=False,
            )
        )
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

    def _choose_questionnaire(self):
        """Return the questionnaire meant for this client and team, if there is one.

        The most specific one: for a segment of the client and the team, then for a
        segment, then for the team. Of several, that of the segment with the best rank,
        then the oldest.
        """
        self.ensure_one()
        survey = self.sudo()
        facts = survey.env["client.fact"].search(
            [
                ("company_id", "=", survey.company_id.id),
                ("partner_id", "=", survey.partner_id.id),
            ],
            limit=1,
        )
        ranks = {
            segment.id: rank for rank, segment in enumerate(facts.segment_ids.sorted())
        }
        no_segment = Domain("client_segment_ids", "=", False)
        no_team = Domain("client_team_ids", "=", False)
        found = survey.env["survey.survey"].search(
            Domain("survey_type", "=", "client_order")
            & (no_segment | Domain("client_segment_ids", "in", list(ranks)))
            & (no_team | Domain("client_team_ids", "in", survey.team_id.ids))
            & ~(no_segment & no_team),
            order="id",
        )

        def specific(questionnaire):
            of_segments = questionnaire.client_segment_ids.ids
            return (
                not of_segments,
                not questionnaire.client_team_ids,
                min((ranks[key] for key in of_segments if key in ranks), default=0),
                questionnaire.id,
            )

        return found.sorted(specific)[:1]
