from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# A refused or unreachable client may still be reached and answer later.
OPEN_STATES = ("due", "refused", "unreachable")
# So many calls without an answer before a client may be given up as unreachable.
ATTEMPTS_BEFORE_GIVING_UP = 3
# Calls made within this time count as one: nobody becomes reachable in a minute.
TIME_BETWEEN_ATTEMPTS = timedelta(hours=1)
# Kept by the process itself: never written by hand.
LEDGER_FIELDS = frozenset(
    (
        "order_id",
        "partner_id",
        "contact_id",
        "team_id",
        "company_id",
        "coverage_user_id",
        "coverage_team_id",
        "date_completed",
        "date_due",
        "state",
        "rating",
        "followup_rating",
        "channel",
        "date_done",
        "date_attempt",
        "date_callback",
        "attempt_count",
        "user_input_id",
        "answer_ids",
        "attempt_ids",
    )
)


class ClientSurvey(models.Model):
    """The duty to survey one completed order, and its result.

    Made by the scheduled action (``client_survey_queue.py``), never by hand. The
    survey app asks the questions, this ledger remembers: questions and answers are
    copied here when the answer is finished and never change afterwards (design
    decision 8). The duty belongs to the week of its original due date and to that
    day's assignee, whoever calls in the end (product.md F).
    """

    _name = "client.survey"
    _description = "Client Survey"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _rec_names_search = ["order_id.name", "partner_id.name"]
    _order = "date_due, date_callback, id"
    _check_company_auto = True

    # -- the duty
    order_id = fields.Many2one(
        comodel_name="sale.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        bypass_search_access=True,
        check_company=True,
        help="The completed order that the client is asked about.",
    )
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
        help="Who ordered, and who is called.",
    )
    contact_name = fields.Char(
        related="contact_id.name",
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
        help="Who calls the client. Follows the salesperson of the order until the due"
        " date; a team leader may give the survey to a member of his teams, an"
        " administrator to anybody of the company.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        index=True,
        check_company=True,
        help="Sales team of the responsible person; its leader sees this survey.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        help="The company that sold.",
    )
    coverage_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Counts for",
        readonly=True,
        index="btree_not_null",
        help="In whose coverage this survey counts: whoever was responsible on the due"
        " date.",
    )
    coverage_team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Counts for Team",
        readonly=True,
        index="btree_not_null",
        help="In which team's coverage this survey counts: the team of whoever was"
        " responsible on the due date.",
    )
    order_amount = fields.Monetary(
        related="order_id.amount_total",
        string="Order Amount",
        help="Total of the order.",
    )
    currency_id = fields.Many2one(
        related="order_id.currency_id",
        help="Currency of the order.",
    )
    date_completed = fields.Datetime(
        string="Order Completed",
        required=True,
        readonly=True,
        help="When the order first counted as completed.",
    )
    date_due = fields.Date(
        string="Due Date",
        required=True,
        readonly=True,
        index=True,
        help="The client should be asked by this day. Never changes: it decides the"
        " week in which this survey counts.",
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
        help="Refused and unreachable clients stay uncovered. Cancelled: the order was"
        " cancelled, so that nobody asks about it and it does not count.",
    )
    # -- calls
    attempt_ids = fields.One2many(
        comodel_name="client.survey.attempt",
        inverse_name="survey_id",
        string="Calls",
        readonly=True,
        help="Every call made, with its outcome.",
    )
    attempt_count = fields.Integer(
        string="Calls Made",
        readonly=True,
        help="How often the client was called about this order. Calls less than an hour"
        " apart count as one.",
    )
    date_attempt = fields.Datetime(
        string="Last Call",
        readonly=True,
        help="When the client was last called about this order.",
    )
    # -- the result
    rating = fields.Integer(
        readonly=True,
        aggregator="avg",
        tracking=True,
        help="The client's rating of the work, 1 to 5.",
    )
    followup_rating = fields.Integer(
        string="Follow-up Rating",
        readonly=True,
        aggregator="avg",
        help="The client's rating, 1 to 5, when asked again after a complaint. Changes"
        " neither the first rating nor the coverage.",
    )
    channel = fields.Selection(
        selection=[("call", "Call"), ("link", "Private link")],
        readonly=True,
        help="How the answer was given.",
    )
    date_done = fields.Datetime(
        string="Answered on",
        readonly=True,
        help="When the client answered.",
    )
    answer_ids = fields.One2many(
        comodel_name="client.survey.answer",
        inverse_name="survey_id",
        string="Answers",
        readonly=True,
        help="Questions and answers as they were.",
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

    _order_unique = models.UniqueIndex(
        "(order_id)",
        "Each order has one survey.",
    )
    _rating_range = models.Constraint(
        "CHECK(COALESCE(rating, 0) BETWEEN 0 AND 5"
        " AND COALESCE(followup_rating, 0) BETWEEN 0 AND 5)",
        "Survey: a rating is a whole number from 1 to 5.",
    )
    _done_has_rating = models.Constraint(
        "CHECK(state != 'done' OR COALESCE(rating, 0) > 0)",
        "Survey: without a rating from 1 to 5 a survey is not answered.",
    )
    _coverage_idx = models.Index("(company_id, date_due, coverage_user_id)")

    # -- computes ------------------------------------------------------------------

    @api.depends("order_id.name", "partner_id.name")
    def _compute_display_name(self):
        for survey in self.sudo():
            survey.display_name = f"{survey.order_id.name} · {survey.partner_id.name}"

    @api.depends("contact_id.phone", "partner_id.phone")
    def _compute_phone(self):
        for survey in self:
            survey.phone = survey.contact_id.phone or survey.partner_id.phone

    @api.depends("state", "date_due", "company_id")
    @api.depends_context("client_today")
    def _compute_is_late(self):
        for survey in self:
            survey.is_late = (
                survey.state == "due"
                and survey.date_due
                and survey.date_due < survey.company_id._client_today()
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

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """The assignee of the due date is the first one until somebody changes it."""
        return super().create(
            [
                {
                    "coverage_user_id": vals.get("user_id"),
                    "coverage_team_id": vals.get("team_id"),
                    **vals,
                }
                for vals in vals_list
            ]
        )

    def write(self, vals):
        """Keep the ledger from being edited; let coverage follow until the due date."""
        if not self.env.su:
            self._check_written_fields(vals)
        if "user_id" in vals and "team_id" not in vals:
            team = self._get_new_team(self.env["res.users"].browse(vals["user_id"]))
            vals = {**vals, "team_id": team.id} if team else vals
        moved = {
            f"coverage_{name}": vals[name]
            for name in ("user_id", "team_id")
            if name in vals
        }
        if not moved:
            return super().write(vals)
        open_week = self.filtered(
            lambda survey: survey.date_due >= survey.company_id._client_today()
        )
        if open_week:
            super(ClientSurvey, open_week).write({**moved, **vals})
        if frozen := self - open_week:
            super(ClientSurvey, frozen).write(vals)
        return True

    # -- actions -------------------------------------------------------------------

    def action_call(self):
        """Open the call form of this survey."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in OPEN_STATES:
            raise self._closed_error()
        call = self.env["client.survey.call"].create(
            self.env["client.survey.call"]._prepare_call_vals(self)
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Call: %(client)s", client=self.partner_id.name),
            "res_model": call._name,
            "res_id": call.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_call_next(self):
        """Open the call form of whoever is to be called next."""
        survey = self._get_next_to_call()
        if not survey:
            raise UserError(self._get_nobody_text())
        return survey.action_call()

    def action_view_order(self):
        """Open the order that this survey asks about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }
