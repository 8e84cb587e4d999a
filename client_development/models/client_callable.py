from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# A refused or unreachable client may still be reached and answer later.
OPEN_STATES = ("due", "refused", "unreachable")
# So many calls without an answer before a client may be given up as unreachable.
ATTEMPTS_BEFORE_GIVING_UP = 3
# Calls made within this time count as one: nobody becomes reachable in a minute.
TIME_BETWEEN_ATTEMPTS = timedelta(hours=1)
# A call-back so far ahead is meant; a later one is a slip, or puts the duty away.
LONGEST_PROMISE = timedelta(days=60)
# Kept by the process itself: never written by hand.
LEDGER_FIELDS = frozenset(
    (
        "partner_id",
        "contact_id",
        "team_id",
        "company_id",
        "questionnaire_id",
        "date_due",
        "state",
        "rating",
        "date_done",
        "date_attempt",
        "date_callback",
        "attempt_count",
        "operator_id",
        "duration",
        "user_input_id",
        "answer_ids",
        "attempt_ids",
    )
)


class ClientCallable(models.AbstractModel):
    """A client to be called with a questionnaire, and what came of it.

    The call desk works through all models that inherit this: the surveys of orders
    and the other calls (``client.call``). Each has the same outcomes, attempts and
    answers, so that there is one desk and one rule for each of them (product.md F).
    A model gives its attempts and answers by ``_call_link``, the name of its field on
    both, and what only the process writes by ``_ledger_fields``.
    """

    _name = "client.callable"
    _description = "Client to Be Called"
    _call_link = ""
    _ledger_fields = LEDGER_FIELDS

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The client: the company, or the person without one.",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Who is called.",
    )
    contact_name = fields.Char(
        related="contact_id.name",
        string="Name of the Person",
        tracking=False,  # else taken from the name of the contact
        help="Who is called, without the name of the company.",
    )
    phone = fields.Char(
        compute="_compute_phone",
        compute_sudo=True,
        help="Telephone of the contact; without one, of the client.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who calls the client. A team leader may give the call to a member of his"
        " teams, an administrator to anybody of the company.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        index=True,
        check_company=True,
        help="Sales team of the responsible person; its leader sees this call.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        help="The company that sold.",
    )
    questionnaire_id = fields.Many2one(
        comodel_name="survey.survey",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The questions that were asked. Empty until the client is called or"
        " written to.",
    )
    date_due = fields.Date(
        string="Due Date",
        required=True,
        readonly=True,
        index=True,
        help="The client should be asked by this day. Never changes.",
    )
    is_late = fields.Boolean(
        string="Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="Still to be asked although the due date has passed.",
    )
    date_callback = fields.Datetime(
        string="Call Back on",
        readonly=True,
        help="When the client wants to be called. Until then he is not offered as the"
        " next one to call.",
    )
    state = fields.Selection(
        selection=[
            ("due", "To call"),
            ("done", "Answered"),
            ("refused", "Refused"),
            ("unreachable", "Unreachable"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        default="due",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        help="Refused and unreachable clients may still answer later. Cancelled: nobody"
        " asks any more, and it does not count.",
    )
    attempt_count = fields.Integer(
        string="Calls Made",
        readonly=True,
        help="How often the client was called. Calls less than an hour apart count as"
        " one.",
    )
    date_attempt = fields.Datetime(
        string="Last Call",
        readonly=True,
        help="When the client was last called.",
    )
    rating = fields.Integer(
        readonly=True,
        aggregator="avg",
        tracking=True,
        help="The client's rating of the work, 1 to 5.",
    )
    date_done = fields.Datetime(
        string="Answered on",
        readonly=True,
        help="When the client answered.",
    )
    operator_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        readonly=True,
        index="btree_not_null",
        tracking=True,
        help="Who recorded the client's answer; empty if the client answered through"
        " his link.",
    )
    duration = fields.Integer(
        string="Seconds Taken",
        readonly=True,
        aggregator="avg",
        help="How long it took from opening the questions to saving the answer, in"
        " seconds.",
    )
    user_input_id = fields.Many2one(
        comodel_name="survey.user_input",
        string="Survey App Answer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The answer in the survey app. Made when the answers are saved.",
    )

    # -- computes ------------------------------------------------------------------

    @api.depends("contact_id.phone", "partner_id.phone")
    def _compute_phone(self):
        for call in self:
            call.phone = call.contact_id.phone or call.partner_id.phone

    @api.depends("state", "date_due", "company_id")
    @api.depends_context("client_today")
    def _compute_is_late(self):
        for call in self:
            call.is_late = (
                call.state == "due"
                and call.date_due
                and call.date_due < call.company_id._client_today()
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date_due", "<", company._client_today())
            for company in self.env.companies
        )
        return Domain("state", "=", "due") & late
