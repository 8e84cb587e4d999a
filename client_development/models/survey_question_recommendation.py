from odoo import api, fields, models
from odoo.exceptions import ValidationError

# A recommendation is given in words.
TEXT_TYPES = ("text_box", "char_box")


class SurveyQuestion(models.Model):
    """One question of a questionnaire asks to whom else we should speak."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "survey.question"

    client_is_recommendation = fields.Boolean(
        string="Recommendation",
        help="Whom the client recommends in the answer to this question becomes a lead,"
        " with the client as its referrer.",
    )

    @api.constrains("client_is_recommendation", "question_type", "survey_id")
    def _check_client_recommendation(self):
        asked = self.filtered(
            lambda question: question.survey_id.survey_type == "client_order"
        )
        for question in asked.filtered("client_is_recommendation"):
            if question.question_type not in TEXT_TYPES:
                raise ValidationError(
                    self.env._(
                        "The question “%(question)s” asks for a recommendation: choose"
                        " a question that is answered in words, or take the mark off.",
                        question=question.title,
                    )
                )
        for survey in asked.survey_id:
            if len(survey.question_ids.filtered("client_is_recommendation")) > 1:
                raise ValidationError(
                    self.env._(
                        "The questionnaire “%(name)s” can have only one question for a"
                        " recommendation.",
                        name=survey.title,
                    )
                )
