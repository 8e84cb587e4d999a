from odoo import fields, models


class ClientSurveyAnswer(models.Model):
    """One question and its answer, word for word as they were.

    A copy: the questionnaire may be edited or deleted later, this row stays. No role
    may write it.
    """

    _name = "client.survey.answer"
    _description = "Client Survey Answer"
    _rec_name = "question"
    _order = "survey_id, sequence, id"

    survey_id = fields.Many2one(
        comodel_name="client.survey",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The survey in which the question was asked.",
    )
    call_id = fields.Many2one(
        comodel_name="client.call",
        string="Other Call",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The other call, not of an order's survey, in which the question was"
        " asked.",
    )
    question_id = fields.Many2one(
        comodel_name="survey.question",
        string="Question of the Questionnaire",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The question in the survey app, as long as it exists.",
    )
    sequence = fields.Integer(
        readonly=True,
        help="Order in which the questions were asked.",
    )
    question = fields.Char(
        required=True,
        readonly=True,
        help="The question as it was asked.",
    )
    answer = fields.Text(
        readonly=True,
        help="The client's words.",
    )
    rating = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="The client's rating, 1 to 5, if this was the rating question.",
    )

    _one_link = models.Constraint(
        "CHECK(num_nonnulls(survey_id, call_id) = 1)",
        "Survey Answer: an answer belongs to one survey, or to one other call.",
    )
