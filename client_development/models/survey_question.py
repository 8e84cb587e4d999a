import math

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang, get_lang

from .client_answer_text import (
    LARGEST_NUMBER,
    LONGEST_ANSWER,
    clean_text,
    read_number,
)
from .survey_survey import CLIENT_CALL_TYPES, CLIENT_QUESTION_TYPES


class SurveyQuestion(models.Model):
    """One question of an order questionnaire is the rating from 1 to 5."""

    _inherit = "survey.question"

    client_is_rating = fields.Boolean(
        string="Rating of the Work",
        help="The answer to this question, 1 to 5, is the client's rating of the order."
        " A survey without it is not answered.",
    )

    @api.constrains(
        "client_is_rating",
        "question_type",
        "scale_min",
        "scale_max",
        "constr_mandatory",
        "triggering_answer_ids",
        "survey_id",
    )
    def _check_client_question(self):
        asked = self.filtered(
            lambda question: question.survey_id.survey_type in CLIENT_CALL_TYPES
        )
        for question in asked.filtered("question_type"):
            if question.question_type not in CLIENT_QUESTION_TYPES:
                raise ValidationError(
                    self.env._(
                        "The question “%(question)s” cannot be asked on the telephone:"
                        " choose text, number, scale, date or one choice.",
                        question=question.title,
                    )
                )
        for question in asked.filtered("client_is_rating"):
            if (
                question.question_type != "scale"
                or (question.scale_min, question.scale_max) != (1, 5)
                or not question.constr_mandatory
                or question.triggering_answer_ids
            ):
                raise ValidationError(
                    self.env._(
                        "The rating question “%(question)s” must be a mandatory scale"
                        " from 1 to 5 that is always asked.",
                        question=question.title,
                    )
                )
        for survey in asked.survey_id:
            if len(survey.question_ids.filtered("client_is_rating")) > 1:
                raise ValidationError(
                    self.env._(
                        "The questionnaire “%(name)s” can have only one rating"
                        " question.",
                        name=survey.title,
                    )
                )

    def _validate_scale(self, answer):
        """Refuse answers outside the scale, which the survey app accepts."""
        errors = super()._validate_scale(answer)
        if errors or self.survey_id.survey_type not in CLIENT_CALL_TYPES:
            return errors
        try:
            value = int(answer)
        except (TypeError, ValueError):
            value = None
        if value is None or not self.scale_min <= value <= self.scale_max:
            return {
                self.id: self.env._(
                    "“%(question)s”: choose a whole number from %(min)s to %(max)s.",
                    question=self.title,
                    min=self.scale_min,
                    max=self.scale_max,
                )
            }
        return errors

    def _client_read_answer(self, answer):
        """Return the typed ``answer`` as the survey app takes it: numbers are
        understood however they are written in the language of the questions."""
        if answer is None or answer is False:
            return ""
        is_number = self.question_type == "numerical_box"
        if is_number and isinstance(answer, (int, float)):
            return str(answer)
        text = clean_text(str(answer))
        if not is_number:
            return text
        lang = get_lang(self.env, self.env.context.get("lang"))
        return read_number(text, lang.thousands_sep) or text

    def _client_check_length(self, answer):
        """Refuse what is too long to be an answer."""
        if len(answer) <= LONGEST_ANSWER:
            return {}
        return {
            self.id: self.env._(
                "“%(question)s”: an answer has at most %(limit)s characters, this one"
                " %(length)s. Shorten it.",
                question=self.title,
                limit=LONGEST_ANSWER,
                length=len(answer),
            )
        }

    def _validate_numerical_box(self, answer):
        """Refuse what is a number for the computer only, ``nan``, and slips."""
        if self.survey_id.survey_type not in CLIENT_CALL_TYPES:
            return super()._validate_numerical_box(answer)
        try:
            number = float(answer)
        except (TypeError, ValueError):
            number = math.nan
        if math.isnan(number):
            return {
                self.id: self.env._(
                    "“%(question)s”: enter a number.", question=self.title
                )
            }
        if abs(number) > LARGEST_NUMBER:
            return {
                self.id: self.env._(
                    "“%(question)s”: enter a number of at most %(limit)s.",
                    question=self.title,
                    limit=formatLang(self.env, LARGEST_NUMBER, digits=0),
                )
            }
        return super()._validate_numerical_box(answer)

    def _validate_choice(self, answer, comment):
        """Refuse a choice that this question does not offer."""
        errors = super()._validate_choice(answer, comment)
        if errors or not answer or self.survey_id.survey_type not in CLIENT_CALL_TYPES:
            return errors
        offered = {str(choice_id) for choice_id in self.suggested_answer_ids.ids}
        answers = answer if isinstance(answer, list) else [answer]
        if not {str(choice) for choice in answers} <= offered:
            return {
                self.id: self.env._(
                    "“%(question)s”: choose one of the offered answers.",
                    question=self.title,
                )
            }
        return errors
