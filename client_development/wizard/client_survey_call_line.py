from odoo import api, fields, models


class ClientSurveyCallLine(models.TransientModel):
    """One question of the call form and the client's answer."""

    _name = "client.survey.call.line"
    _description = "Survey Call Question"
    _order = "sequence, id"

    call_id = fields.Many2one(
        comodel_name="client.survey.call",
        required=True,
        index=True,
        ondelete="cascade",
        help="The call in which the question is asked.",
    )
    question_id = fields.Many2one(
        comodel_name="survey.question",
        string="Question of the Questionnaire",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The question in the survey app.",
    )
    sequence = fields.Integer(
        readonly=True,
        help="Order in which the questions are asked.",
    )
    title = fields.Char(
        string="Question",
        readonly=True,
        help="The question to ask.",
    )
    question_type = fields.Char(
        readonly=True,
        help="How the question is answered.",
    )
    is_mandatory = fields.Boolean(
        readonly=True,
        help="The survey cannot be finished without an answer to this question.",
    )
    choices = fields.Json(
        readonly=True,
        help="The answers offered, as pairs of value and label.",
    )
    answer = fields.Text(
        help="The client's words.",
    )

    @api.model
    def _prepare_vals(self, question):
        """Return the values of the line that asks ``question``."""
        if question.question_type == "scale":
            span = range(question.scale_min, question.scale_max + 1)
            choices = [[str(value), str(value)] for value in span]
        else:
            choices = [
                [str(choice.id), choice.value]
                for choice in question.suggested_answer_ids
            ]
        return {
            "question_id": question.id,
            "sequence": question.sequence,
            "title": question.title,
            "question_type": question.question_type,
            "is_mandatory": question.constr_mandatory,
            "choices": choices,
        }

    def _get_answer(self):
        """Return the answer as the survey app takes it from its own page."""
        self.ensure_one()
        return (self.answer or "").strip()
