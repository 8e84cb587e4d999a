from odoo import fields, models
from odoo.exceptions import UserError

from .survey_survey import CLIENT_CALL_TYPES, TEXT_QUESTION_TYPES


class ClientAnswersError(UserError):
    """Some answers are missing or wrong: ``errors`` says which and why.

    Kept per question, ``{question id: message}``, so that a screen can show each
    message where it belongs; as an error it names all of them.
    """

    def __init__(self, errors):
        super().__init__("\n".join(errors.values()))
        self.errors = errors


class SurveyUserInput(models.Model):
    """A finished answer about an order goes into the ledger, once."""

    _inherit = "survey.user_input"

    client_survey_ids = fields.One2many(
        comodel_name="client.survey",
        inverse_name="user_input_id",
        groups="client_development.group_client_user",
        help="The survey of an order that this answer belongs to.",
    )
    client_call_ids = fields.One2many(
        comodel_name="client.call",
        inverse_name="user_input_id",
        groups="client_development.group_client_user",
        help="The other call that this answer belongs to.",
    )
    client_annulment_ids = fields.One2many(
        comodel_name="client.survey.annulment",
        inverse_name="user_input_id",
        groups="client_development.group_client_manager",
        help="The annulment of this answer.",
    )

    def _mark_done(self):
        """Lock the duty, check again that it is open, finish, copy.

        The survey app itself would accept the same answer twice.
        """
        answered = [
            self.env[model].sudo().search([("user_input_id", "in", self.ids)])
            for model in ("client.survey", "client.call")
        ]
        for calls in answered:
            calls._lock_open()
        result = super()._mark_done()
        for calls in answered:
            for call in calls:
                call._finish(call.user_input_id)
        return result

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """Until it is finished, an answer about an order may be corrected.

        The survey app keeps the valid answers of a refused page, and would then
        refuse the corrected page because of them.
        """
        asked = self.survey_id.survey_type in CLIENT_CALL_TYPES
        if asked and self.state != "done":
            overwrite_existing = True
        return super()._save_lines(question, answer, comment, overwrite_existing)

    def _client_is_closed(self):
        """Whether this answer cannot be given on the survey app's own pages.

        Clients answer about an order on the page of their private link, which knows
        the duty; there is no second way. An administrator's trial run is no answer.
        """
        self.ensure_one()
        user_input = self.sudo()
        if user_input.survey_id.survey_type == "client_order" and (
            user_input.client_survey_ids
            or not (user_input.client_call_ids or user_input.test_entry)
        ):
            return True
        states = {
            *user_input.client_survey_ids.mapped("state"),
            *user_input.client_call_ids.mapped("state"),
        }
        return bool(states & {"done", "cancelled"})

    def _client_save_answers(self, answers):
        """Validate and store ``{question id: raw answer}`` of all questions.

        Everything or nothing: the error names each question that is not answered
        properly. Questions depending on the answer to another one are checked last.
        """
        self.ensure_one()
        errors = {}
        lang = self.env.context.get("lang") or self.env.user.lang
        questions = self.survey_id.question_ids.with_context(lang=lang)
        for question in questions.sorted(lambda q: bool(q.triggering_answer_ids)):
            if question in self._get_inactive_conditional_questions():
                continue
            answer = question._client_read_answer(answers.get(question.id))
            error = question._client_check_length(answer)
            error = error or question.validate_question(answer)
            if error:
                errors[question] = error[question.id]
            else:
                self._save_lines(question, answer)
        if errors:
            raise ClientAnswersError(
                {
                    question.id: self._client_error_text(question, message)
                    for question, message in errors.items()
                }
            )

    def _client_error_text(self, question, message):
        """Return ``message`` of a wrong answer so that it names the question."""
        if question.client_is_rating:
            return self.env._(
                "Rating: choose 1 to 5 stars for “%(question)s”. Without a rating the"
                " survey is not answered.",
                question=question.title,
            )
        if question.title in message:
            return message
        return f"“{question.title}”: {message}"

    def _client_prepare_answers(self):
        """Return the values of the ledger's rows: what was asked and answered."""
        self.ensure_one()
        lines = self.user_input_line_ids.filtered(lambda line: not line.skipped)
        lang = self.lang_id.code or self.env.user.lang
        asked = lines.with_context(lang=lang).grouped("question_id")
        values = []
        for sequence, (question, question_lines) in enumerate(asked.items(), start=1):
            texts = [self._client_answer_text(line) for line in question_lines]
            values.append(
                {
                    "question_id": question.id,
                    "sequence": sequence,
                    "question": question.title,
                    "answer": ", ".join(texts),
                    "in_own_words": question.question_type in TEXT_QUESTION_TYPES,
                }
            )
            if question.client_is_rating:
                values[-1]["rating"] = question_lines[:1].value_scale
        return values

    def _client_answer_text(self, line):
        """Return one stored answer as plain text, exactly as it was given."""
        if line.answer_type == "suggestion":
            return line.suggested_answer_id.value or ""
        value = line[f"value_{line.answer_type}"]
        return f"{value:.15g}" if isinstance(value, float) else str(value)
