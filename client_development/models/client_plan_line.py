from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

OPEN_STATES = ("planned", "progress", "rework")
DONE_STATES = ("done", "accepted")

# What a change of state needs: "work" may be done by the responsible, the plan's owner
# and everyone who may accept; "accept" by controller, team leader and administrator,
# never for an action of one's own.
TRANSITIONS = {
    ("planned", "progress"): "work",
    ("planned", "done"): "work",
    ("planned", "cancelled"): "work",
    ("progress", "planned"): "work",
    ("progress", "done"): "work",
    ("progress", "cancelled"): "work",
    ("rework", "progress"): "work",
    ("rework", "done"): "work",
    ("rework", "cancelled"): "work",
    ("done", "planned"): "work",
    ("done", "progress"): "work",
    ("done", "accepted"): "accept",
    ("done", "rework"): "accept",
    ("accepted", "rework"): "accept",
    ("cancelled", "planned"): "work",
}

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
}
# What somebody who merely takes part in an action may enter.
PARTICIPANT_FIELDS = {
    "spent_hours",
    "result",
    "note",
    "resource_ids",
    "information_ids",
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
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
        related="section_id.kind_id",
        store=True,
        string="Kind of Section",
        help="The section across plans, for filters and reports.",
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
        " and may enter hours and results.",
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
        readonly=True,
        copy=False,
        help="The deadline that was set first. It never changes.",
    )
    planned_hours = fields.Float(
        aggregator="sum",
        help="Working time that the action is expected to take.",
    )
    spent_hours = fields.Float(
        aggregator="sum",
        help="Working time that the action has taken so far.",
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
        help="How anyone can see that it is done, and what came out of it.",
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
    can_work = fields.Boolean(
        compute="_compute_rights",
        help="You may report progress on this action.",
    )
    can_accept = fields.Boolean(
        compute="_compute_rights",
        help="You may accept this action or return it for rework.",
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
        "CHECK(state <> 'cancelled' OR cancel_reason <> '')",
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

    @api.depends(
        "user_id", "team_id.user_id", "plan_id.user_id", "plan_id.controller_id"
    )
    @api.depends_context("uid")
    def _compute_rights(self):
        user = self.env.user
        manager = user.has_group("client_development.group_client_manager")
        for line in self:
            plan = line.sudo().plan_id
            above = manager or user in (line.sudo().team_id.user_id, plan.controller_id)
            line.can_accept = above and line.user_id != user
            line.can_work = above or user in (line.user_id, plan.user_id)

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

    @api.model
    def _check_values(self, vals):
        """Refuse values that only the system may set."""
        stamped = STAMP_FIELDS & set(vals)
        if stamped and not self.env.su:
            labels = self.fields_get(sorted(stamped), ["string"])
            raise UserError(
                self.env._(
                    "%(fields)s: kept by the system and cannot be entered.",
                    fields=", ".join(label["string"] for label in labels.values()),
                )
            )

    def _check_plan_open(self):
        """Refuse changes to the actions of a plan that is closed or cancelled."""
        for line in self:
            if line.plan_state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "The plan “%(plan)s” is closed or cancelled; its actions do not"
                        " change any more. Set the plan back to draft or make a new"
                        " one.",
                        plan=line.plan_name,
                    )
                )

    def _check_write(self, vals):
        """Refuse what the current user may not change on these actions."""
        changed = {
            name for name in vals if not name.startswith(("message_", "activity_"))
        }
        if not changed or self.env.su:
            return
        self._check_values(vals)
        self._check_plan_open()
        if "plan_id" in vals and any(
            line.plan_id.id != vals["plan_id"] for line in self
        ):
            raise UserError(
                self.env._(
                    "Plan: an action stays in its plan. Cancel it here and add it to"
                    " the other plan."
                )
            )
        if changed <= PARTICIPANT_FIELDS:
            return
        for line in self:
            if not line.can_work:
                raise UserError(
                    self.env._(
                        "You take part in “%(line)s” but do not answer for it: enter"
                        " hours, result and notes. Status, deadline and responsible are"
                        " changed by %(user)s or the owner of the plan.",
                        line=line.name,
                        user=line.user_id.name,
                    )
                )

    def _check_transition(self, new):
        """Refuse a change of state that is not allowed, or not to this user."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for line in self:
            need = TRANSITIONS.get((line.state, new))
            if not need:
                raise UserError(
                    self.env._(
                        "Status: “%(line)s” is “%(old)s” and cannot become “%(new)s”.",
                        line=line.name,
                        old=labels[line.state],
                        new=labels[new],
                    )
                )
            if self.env.su:
                continue
            if need == "accept" and line.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Nobody accepts or returns his own work: “%(line)s” is yours."
                        " The controller of the plan or the team leader decides.",
                        line=line.name,
                    )
                )
            if need == "accept" and not line.can_accept:
                raise UserError(
                    self.env._(
                        "Only the controller of the plan, the team leader or an"
                        " administrator may accept “%(line)s” or return it.",
                        line=line.name,
                    )
                )

    # -- create, write, delete -----------------------------------------------------

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
            vals.setdefault("date_deadline_original", vals.get("date_deadline"))
        context = self.env["client.plan"]._get_context_without_defaults(
            STAMP_FIELDS | {"state", "cancel_reason"}
        )
        guarded = self.with_env(self.env(context=context))
        lines = super(ClientPlanLine, guarded).create(vals_list)
        if not self.env.su:
            lines._check_plan_open()
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
        if changing != self:
            rest = {name: value for name, value in vals.items() if name != "state"}
            if rest:
                super(ClientPlanLine, self - changing).write(rest)
        for company, lines in changing.grouped("company_id").items():
            stamps = lines._prepare_state_vals(vals["state"], company._client_today())
            super(ClientPlanLine, lines).write({**vals, **stamps})
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_live(self):
        for line in self:
            if line.plan_state not in ("draft", "discussion"):
                raise UserError(
                    self.env._(
                        "“%(line)s” belongs to a plan that has started: cancel it with"
                        " a reason instead of deleting it.",
                        line=line.name,
                    )
                )

    @api.model
    def _prepare_state_vals(self, state, today):
        """Return who and when for the new state; later stamps are wiped."""
        done = {"done_date": today, "done_uid": self.env.uid}
        accepted = {"accepted_date": today, "accepted_uid": self.env.uid}
        no_done = dict.fromkeys(done, False)
        no_accepted = dict.fromkeys(accepted, False)
        if state == "accepted":
            return accepted
        if state == "done":
            return {**done, **no_accepted}
        if state == "cancelled":
            return {**no_done, **no_accepted}
        return {**no_done, **no_accepted, "cancel_reason": False}

    # -- buttons -------------------------------------------------------------------

    def action_progress(self):
        """Begin, or take up again."""
        return self._set_state("progress")

    def action_done(self):
        """Report done; works on many at once."""
        return self._set_state("done")

    def action_accept(self):
        """Accept; works on many at once."""
        return self._set_state("accepted")

    def action_rework(self):
        """Return to the responsible; works on many at once."""
        return self._set_state("rework")

    def action_plan(self):
        """Set back to planned."""
        return self._set_state("planned")

    def action_cancel(self):
        """Ask for the reason, then cancel; works on many at once."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_line_cancel_action"
            ),
            "context": {"default_line_ids": self.ids},
        }

    def _set_state(self, state):
        self.filtered(lambda line: line.state != state).write({"state": state})
        return True

    # -- mail ----------------------------------------------------------------------

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """The responsible follows, but no message per assignment (product.md G)."""
        return [
            (partner_id, subtype_ids, False)
            for partner_id, subtype_ids, _template in (
                super()._message_auto_subscribe_followers(
                    updated_values, default_subtype_ids
                )
            )
        ]
