from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

OPEN_STATES = ("planned", "progress", "rework")
DONE_STATES = ("done", "accepted")
# A change of state, with the reason for cancelling or returning.
STATE_FIELDS = {"state", "cancel_reason", "rework_remark"}

# Kept by the system; nobody enters them.
STAMP_FIELDS = {
    "partner_id",
    "company_id",
    "team_id",
    "date_deadline_original",
    "done_date",
    "done_uid",
    "accepted_date",
    "accepted_uid",
    "acceptance_uid",
    "rework_uid",
    "help_wanted",
    "slip_count",
    "reason_missing",
    "is_waiting",
    "dependent_ids",
}


class ClientPlanLine(models.Model):
    """One action of a plan: what, who, when.

    Actions are the truth about what is to be done; activities only remind. They stay
    when their responsible user leaves (design decision 7). *Done* is the word of who
    did it, *accepted* that of the controller or leader (product.md B). The state is
    guarded in :meth:`write`, so that buttons, drag and drop, imports and remote calls
    obey the same rules.
    """

    _name = "client.plan.line"
    _description = "Client Development Action"
    _inherit = ["client.thread", "mail.activity.mixin"]
    _order = "date_deadline, id"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Action",
        required=True,
        tracking=True,
        index="trigram",
        help="What is to be done.",
    )
    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        help="The development plan to which the action belongs.",
    )
    plan_name = fields.Char(
        related="plan_id.name",
        string="Name of the Plan",
        help="Shown to everyone who takes part in the action, even without access to"
        " the plan.",
    )
    plan_state = fields.Selection(
        related="plan_id.state",
        string="Plan Status",
        help="Where the plan stands.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        index=True,
        help="The client of the plan.",
    )
    company_id = fields.Many2one(
        related="plan_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="Currency of the company.",
    )
    team_id = fields.Many2one(
        related="plan_id.team_id",
        store=True,
        precompute=True,
        index=True,
        help="Sales team of the plan; its leader may accept the action.",
    )
    section_id = fields.Many2one(
        comodel_name="client.plan.section",
        domain="[('plan_id', '=', plan_id)]",
        index="btree_not_null",
        ondelete="set null",
        help="The section of the plan to which the action belongs.",
    )
    section_kind_id = fields.Many2one(
        comodel_name="client.plan.section.kind",
        string="Kind of Section",
        compute="_compute_section_kind_id",
        inverse="_inverse_section_kind_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The section across plans: for filters, reports and quick entry.",
    )
    objective_id = fields.Many2one(
        comodel_name="client.plan.objective",
        string="Serves",
        domain="[('plan_id', '=', plan_id)]",
        index="btree_not_null",
        ondelete="set null",
        help="The objective that this action helps to reach.",
    )
    action_type = fields.Selection(
        selection=[
            ("call", "Call"),
            ("meeting", "Meeting"),
            ("visit", "Site visit or trip"),
            ("presentation", "Presentation"),
            ("sample", "Sample or trial"),
            ("quotation", "Quotation"),
            ("training", "Training"),
            ("document", "Document"),
            ("other", "Other"),
        ],
        string="Type",
        help="What kind of work this is; reports compare the effort per type.",
    )
    priority = fields.Selection(
        selection=[
            ("0", "Normal"),
            ("1", "Important"),
        ],
        default="0",
        help="Important actions come first.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        check_company=True,
        tracking=True,
        help="Who does it. Default: the owner of the plan.",
    )
    participant_ids = fields.Many2many(
        comodel_name="res.users",
        relation="client_plan_line_participant_rel",
        column1="line_id",
        column2="user_id",
        string="Participants",
        domain=[("share", "=", False)],
        help="Employees, also of other departments, who take part. They see the action"
        " and may enter hours and what came out.",
    )
    date_start = fields.Date(
        string="Start",
        help="When the work begins.",
    )
    date_deadline = fields.Date(
        string="Deadline",
        required=True,
        index=True,
        tracking=True,
        help="When it must be done.",
    )
    date_deadline_original = fields.Date(
        string="First Deadline",
        compute="_compute_date_deadline_original",
        store=True,
        help="The deadline with which the plan started, or that the action had first."
        " It does not change any more once the plan is running.",
    )
    planned_hours = fields.Float(
        aggregator="sum",
        help="Working time that the action is expected to take.",
    )
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("progress", "In Progress"),
            ("done", "Done"),
            ("accepted", "Accepted"),
            ("rework", "Rework"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        default="planned",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
        help="Done is the word of the responsible; accepted that of the controller or"
        " team leader, who may also return it for rework.",
    )
    result = fields.Text(
        string="Checkable Result",
        tracking=True,
        help="How anyone can see that it is done: a signed report, a list, an order."
        " Agreed on when the plan starts; what came out goes into the outcome.",
    )
    note = fields.Text(
        string="Notes",
        help="Anything else worth knowing.",
    )
    done_date = fields.Date(
        string="Done on",
        readonly=True,
        copy=False,
        help="The day on which it was reported done.",
    )
    done_uid = fields.Many2one(
        comodel_name="res.users",
        string="Done by",
        readonly=True,
        copy=False,
        help="Who reported it done.",
    )
    accepted_date = fields.Date(
        string="Accepted on",
        readonly=True,
        copy=False,
        help="The day on which it was accepted.",
    )
    accepted_uid = fields.Many2one(
        comodel_name="res.users",
        string="Accepted by",
        readonly=True,
        copy=False,
        help="Who accepted it.",
    )
    cancel_reason = fields.Text(
        string="Reason for Cancelling",
        readonly=True,
        copy=False,
        help="Why the action will not be done.",
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Not done, the deadline has passed and the plan is running.",
    )
    resource_ids = fields.One2many(
        comodel_name="client.plan.resource",
        inverse_name="line_id",
        string="Resources",
        help="Money, staff and materials that the action needs.",
    )
    information_ids = fields.One2many(
        comodel_name="client.plan.information",
        inverse_name="line_id",
        help="Who must get what from whom.",
    )

    _deadline_after_start = models.Constraint(
        "CHECK(date_deadline >= date_start)",
        "Deadline: it lies before the start of the action. Choose a deadline on or"
        " after the start.",
    )
    _planned_hours_not_negative = models.Constraint(
        "CHECK(planned_hours >= 0)",
        "Planned Hours: time cannot be negative. Enter zero or more.",
    )
    _spent_hours_not_negative = models.Constraint(
        "CHECK(spent_hours >= 0)",
        "Spent Hours: time cannot be negative. Enter zero or more.",
    )
    _cancelled_with_reason = models.Constraint(
        r"CHECK(state <> 'cancelled' OR COALESCE(cancel_reason, '') ~ '\S')",
        "Reason for Cancelling: say why the action will not be done.",
    )
    _open_idx = models.Index(
        "(date_deadline, user_id) WHERE state IN ('planned', 'progress', 'rework')"
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("plan_id.partner_id")
    def _compute_partner_id(self):
        for line in self:
            line.partner_id = line.plan_id.partner_id

    @api.depends("section_id.kind_id")
    def _compute_section_kind_id(self):
        for line in self:
            line.section_kind_id = line.section_id.kind_id

    def _inverse_section_kind_id(self):
        """Put the action into the section of its plan that has this kind."""
        for line in self:
            line.section_id = line.plan_id.section_ids.filtered(
                lambda section, line=line: section.kind_id == line.section_kind_id
            )

    @api.depends("plan_id")
    def _compute_user_id(self):
        for line in self:
            line.user_id = line.user_id or line.plan_id.user_id or self.env.user

    @api.depends("state", "date_deadline", "plan_id.state", "company_id")
    @api.depends_context("client_today")
    def _compute_is_overdue(self):
        today = {company: company._client_today() for company in self.company_id}
        for line in self:
            line.is_overdue = bool(
                line.state in OPEN_STATES
                and line.plan_state == "running"
                and line.date_deadline
                and line.company_id
                and line.date_deadline < today[line.company_id]
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return (
            Domain("state", "in", OPEN_STATES)
            & Domain("plan_id.state", "=", "running")
            & self.env["client.plan"]._get_day_domain("date_deadline", "<")
        )

    # -- rules ---------------------------------------------------------------------

    @api.constrains("plan_id", "section_id", "objective_id")
    def _check_same_plan(self):
        for line in self.sudo():
            if line.section_id and line.section_id.plan_id != line.plan_id:
                raise ValidationError(
                    self.env._(
                        "Section: “%(section)s” belongs to another plan. Choose a"
                        " section of the plan of “%(line)s”.",
                        section=line.section_id.display_name,
                        line=line.name,
                    )
                )
            if line.objective_id and line.objective_id.plan_id != line.plan_id:
                raise ValidationError(
                    self.env._(
                        "Serves: the objective “%(objective)s” belongs to another plan."
                        " Choose an objective of the plan of “%(line)s”.",
                        objective=line.objective_id.name,
                        line=line.name,
                    )
                )

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_values(vals)
            if vals.get("state", "planned") != "planned" and not self.env.su:
                raise UserError(
                    self.env._(
                        "Status: a new action is planned. Save it first, then change"
                        " its status."
                    )
                )
        context = self.env["client.plan"]._get_context_without_defaults(
            STAMP_FIELDS | STATE_FIELDS
        )
        guarded = self.with_env(self.env(context=context))
        lines = super(ClientPlanLine, guarded).create(vals_list)
        if not self.env.su:
            lines.sudo().plan_id._check_not_ended()
        return lines.with_env(self.env)

    def write(self, vals):
        self._check_write(vals)
        if "state" not in vals:
            return super().write(vals)
        self.env["client.plan"]._lock_records(self, "state")
        changing = self.filtered(lambda line: line.state != vals["state"])
        changing._check_transition(vals["state"])
        if vals["state"] == "cancelled" and changing and not vals.get("cancel_reason"):
            raise UserError(
                self.env._(
                    "Reason for Cancelling: say why the action will not be done. Use"
                    " the button “Cancel” of the action."
                )
            )
        changing._check_rework_remark(vals)
        if changing != self:
            # those that are cancelled already keep their own reason
            rest = {k: v for k, v in vals.items() if k not in STATE_FIELDS}
            if rest:
                super(ClientPlanLine, self - changing).write(rest)
        for company, lines in changing.grouped("company_id").items():
            stamps = lines._prepare_state_vals(vals["state"], company._client_today())
            super(ClientPlanLine, lines).write({**vals, **stamps})
        return True
