from odoo import fields, models


class ClientSurveyAttempt(models.Model):
    """One call made. Recorded by the call desk, never edited."""

    _name = "client.survey.attempt"
    _description = "Client Survey Call"
    _rec_name = "survey_id"
    _order = "date desc, id desc"

    survey_id = fields.Many2one(
        comodel_name="client.survey",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The survey for which the client was called.",
    )
    call_id = fields.Many2one(
        comodel_name="client.call",
        string="Other Call",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The other call, not of an order's survey, that was tried.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Called by",
        required=True,
        readonly=True,
        index=True,
        help="Who called.",
    )
    date = fields.Datetime(
        required=True,
        readonly=True,
        help="When the call was recorded.",
    )
    outcome = fields.Selection(
        selection=[
            ("answered", "Answered"),
            ("no_answer", "No answer"),
            ("callback", "Call back"),
            ("refused", "Refused"),
            ("wrong_contact", "Wrong contact"),
            ("unreachable", "Given up"),
        ],
        required=True,
        readonly=True,
        help="What came of the call.",
    )
    date_callback = fields.Datetime(
        string="Call Back on",
        readonly=True,
        help="When the client asked to be called again.",
    )
    duration = fields.Integer(
        string="Seconds Taken",
        readonly=True,
        aggregator="avg",
        help="Seconds from opening the client on the call desk to saving the outcome.",
    )
    note = fields.Text(
        readonly=True,
        help="Anything worth remembering about the call.",
    )

    _one_link = models.Constraint(
        "CHECK(num_nonnulls(survey_id, call_id) = 1)",
        "Survey Call: a call belongs to one survey, or to one other call.",
    )
    _callback_has_time = models.Constraint(
        "CHECK(outcome != 'callback' OR date_callback IS NOT NULL)",
        "Call Back on: enter the date and time of the next call.",
    )
