from odoo import api, fields, models
from odoo.tools import format_date


class ClientSurveyAnnulment(models.Model):
    """A finished answer that a leader has annulled, and why.

    Keeps the result as it was; its questions and answers stay in the ledger and carry
    the annulment. No role may write it.
    """

    _name = "client.survey.annulment"
    _description = "Annulled Survey Answer"
    _rec_name = "survey_id"
    _order = "date desc, id desc"

    survey_id = fields.Many2one(
        comodel_name="client.survey",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The survey whose answer was annulled.",
    )
    company_id = fields.Many2one(
        related="survey_id.company_id",
        help="The company that sold.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Annulled by",
        required=True,
        readonly=True,
        index=True,
        help="Who annulled the answer.",
    )
    date = fields.Datetime(
        string="Annulled on",
        required=True,
        readonly=True,
        help="When the answer was annulled.",
    )
    reason = fields.Text(
        required=True,
        readonly=True,
        help="Why the answer does not count.",
    )
    rating = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="The annulled rating, 1 to 5.",
    )
    followup_rating = fields.Integer(
        string="Follow-up Rating",
        readonly=True,
        aggregator="avg",
        help="The annulled follow-up rating, 1 to 5.",
    )
    channel = fields.Selection(
        selection=lambda self: (
            self.env["client.survey"]
            ._fields["channel"]
            ._description_selection(self.env)
        ),
        readonly=True,
        help="How the annulled answer was given.",
    )
    operator_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        readonly=True,
        index="btree_not_null",
        help="Who recorded the annulled answer; empty if it came through the private"
        " link.",
    )
    duration = fields.Integer(
        string="Seconds Taken",
        readonly=True,
        aggregator="avg",
        help="How long the annulled answer took, in seconds.",
    )
    date_done = fields.Datetime(
        string="Answered on",
        readonly=True,
        help="When the annulled answer was given.",
    )
    user_input_id = fields.Many2one(
        comodel_name="survey.user_input",
        string="Survey App Answer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="client_development.group_client_manager",
        help="The annulled answer in the survey app.",
    )
    answer_ids = fields.One2many(
        comodel_name="client.survey.answer",
        inverse_name="annulment_id",
        string="Answers",
        readonly=True,
        help="The annulled questions and answers.",
    )

    @api.depends("survey_id.display_name", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self.sudo():
            day = row.date and format_date(self.env, row.date)
            row.display_name = f"{row.survey_id.display_name} · {day or ''}"
