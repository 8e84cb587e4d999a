from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .client_plan_life import ENDED_STATES

# What stays as it was once the drafts have been requested.
ASKED_FIELDS = {"template_id", "company_id", "partner_ids", "owner_ids", "user_id"}


class ClientPlanRequest(models.Model):
    """A leader asks those who look after clients for drafts of plans, by a date.

    Each gets a draft per client, filled from the playbook, and hands it in; the leader
    sees who has (product.md A, templates). One task per owner reminds, not one per
    draft.
    """

    _name = "client.plan.request"
    _description = "Request for Drafts"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_deadline desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Request",
        required=True,
        tracking=True,
        help="What is asked for, such as “Plans for the next year”.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "To Be Requested"),
            ("asked", "Requested"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
        help="The drafts are made when the request is sent.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="The company that develops the clients.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Requested by",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.uid,
        ondelete="restrict",
        help="Who asks for the drafts.",
    )
    date_deadline = fields.Date(
        string="Hand In until",
        required=True,
        index=True,
        tracking=True,
        help="The day by which the drafts must be handed in.",
    )
    template_id = fields.Many2one(
        comodel_name="client.plan.template",
        string="Playbook",
        domain="[('scope', '=', 'client'), ('company_id', 'in', [False, company_id])]",
        ondelete="restrict",
        index="btree_not_null",
        help="The drafts are filled from it. Empty: everyone begins with nothing.",
    )
    note = fields.Text(
        string="What Matters",
        help="Shown to everyone who is asked.",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Clients",
        help="The clients to plan for; whoever looks after them is asked.",
    )
    owner_ids = fields.Many2many(
        comodel_name="res.users",
        string="Salespeople",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="They are asked for plans of all their clients in key segments who have no"
        " open plan.",
    )
    plan_ids = fields.One2many(
        comodel_name="client.plan",
        inverse_name="request_id",
        string="Drafts",
        readonly=True,
        help="The plans that were requested.",
    )
    plan_count = fields.Integer(
        string="Number of Drafts",
        compute="_compute_progress",
        help="Requested plans that are not cancelled.",
    )
    handed_count = fields.Integer(
        string="Handed In",
        compute="_compute_progress",
        help="Requested plans that are handed in.",
    )
    waiting_count = fields.Integer(
        string="Waiting",
        compute="_compute_progress",
        help="Requested plans that are not handed in yet.",
    )
    progress = fields.Float(
        compute="_compute_progress",
        help="Share of the requested plans that are handed in, in percent.",
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_progress",
        help="The day has passed and drafts are missing.",
    )

    # -- figures -------------------------------------------------------------------

    @api.depends("plan_ids.date_handed_in", "plan_ids.state", "date_deadline", "state")
    @api.depends_context("client_today")
    def _compute_progress(self):
        """Count past the rules: who asked sees whom he waits for, wherever he is."""
        rows = (
            self.env["client.plan"]
            .sudo()
            ._read_group(
                [("request_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["request_id"],
                ["__count", "date_handed_in:count"],
            )
        )
        counts = {request.id: (count, handed) for request, count, handed in rows}
        for request in self:
            count, handed = counts.get(request._origin.id, (0, 0))
            request.plan_count = count
            request.handed_count = handed
            request.waiting_count = count - handed
            request.progress = 100.0 * handed / count if count else 0.0
            deadline = request.date_deadline
            request.is_overdue = bool(
                request.state == "asked"
                and deadline
                and count > handed
                and deadline < request.company_id._client_today()
            )

    # -- rules ---------------------------------------------------------------------

    @api.constrains("name")
    def _check_name(self):
        for request in self:
            if not request.name.strip():
                raise ValidationError(
                    self.env._("Request: say what is asked for. Enter at least a word.")
                )

    @api.constrains("template_id", "company_id")
    def _check_template(self):
        for request in self:
            template = request.template_id
            foreign = template.company_id and template.company_id != request.company_id
            if template and (template.scope != "client" or foreign):
                raise ValidationError(
                    self.env._(
                        "Playbook: “%(template)s” is not made for clients of"
                        " %(company)s. Choose another one.",
                        template=template.name,
                        company=request.company_id.name,
                    )
                )

    def _check_write(self, vals):
        """Refuse to change what has been requested, or in whose name."""
        if self.env.su:
            return
        Plan = self.env["client.plan"]
        for request in self:
            if "state" in vals and vals["state"] != request.state:
                Plan._refuse_entered(self, vals, {"state"})
            if Plan._get_changed_fields(request, vals, {"user_id"}):
                Plan._refuse_entered(self, vals, {"user_id"})
            if request.state == "draft":
                continue
            changed = ASKED_FIELDS & set(vals)
            if changed:
                raise UserError(
                    self.env._(
                        "%(field)s: “%(request)s” has been sent and stays what it is."
                        " Cancel it and make another one.",
                        field=self._fields[min(changed)]._description_string(self.env),
                        request=request.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                self.env["client.plan"]._refuse_entered(self, vals, {"state"})
            if vals.get("user_id", self.env.uid) != self.env.uid:
                self.env["client.plan"]._refuse_entered(self, vals, {"user_id"})
        context = self.env["client.plan"]._get_context_without_defaults(
            {"state", "user_id"}
        )
        requests = super(
            ClientPlanRequest, self.with_env(self.env(context=context))
        ).create(vals_list)
        return requests.with_env(self.env)

    def write(self, vals):
        self._check_write(vals)
        result = super().write(vals)
        if "date_deadline" in vals:
            self.sudo().activity_ids.date_deadline = vals["date_deadline"]
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        for request in self:
            if request.state == "asked":
                raise UserError(
                    self.env._(
                        "“%(request)s” has been sent: cancel it before you delete it.",
                        request=request.name,
                    )
                )

    # -- defaults ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Take over the clients that were selected in a list."""
        vals = super().default_get(fields)
        context = self.env.context
        if context.get("client_request") and context.get("active_model") in (
            "client.fact",
            "res.partner",
        ):
            records = self.env[context["active_model"]].browse(context["active_ids"])
            records.check_access("read")
            if records._name == "client.fact":
                records = records.partner_id
            clients = records.sudo().commercial_partner_id
            vals["partner_ids"] = [Command.set(clients.ids)]
        return vals

    # -- whom ----------------------------------------------------------------------

    def _get_clients(self):
        """Return the chosen clients, and the key clients of the chosen salespeople who
        have no open plan."""
        self.ensure_one()
        clients = self.partner_ids.sudo().commercial_partner_id
        if self.owner_ids:
            owners = self.owner_ids.ids
            theirs = Domain("user_id", "in", owners) | Domain(
                "developer_id", "in", owners
            )
            facts = self.env["client.fact"].search(
                Domain("company_id", "=", self.company_id.id)
                & Domain("segment_id.is_key", "=", True)
                & theirs
            )
            facts = facts.filtered(
                lambda fact: self._get_owner(fact.partner_id, fact) in self.owner_ids
            )
            planned = self.env["client.plan"].sudo()
            planned = planned._get_open_plans(facts.partner_id, self.company_id)
            clients |= facts.partner_id.sudo() - planned.partner_id
        return clients.sudo(self.env.su)

    def _get_owner(self, client, fact):
        """Return who is asked for the plan of a client."""
        developer = self.company_id.client_organisation == "developer"
        return (developer and fact.developer_id) or fact.user_id or client.user_id

    # -- sending -------------------------------------------------------------------

    def action_ask(self):
        """Make the drafts and a task for each who is asked."""
        self.ensure_one()
        self.check_access("write")
        self.env["client.plan"]._lock_records(self, "state")
        if self.state != "draft":
            raise UserError(
                self.env._("“%(request)s” has been sent already.", request=self.name)
            )
        if self.date_deadline < self.company_id._client_today():
            raise UserError(
                self.env._("Hand In until: that day has passed. Choose a later one.")
            )
        clients = self._get_clients()
        if not clients:
            raise UserError(
                self.env._(
                    "Clients: choose clients, or salespeople with clients in key"
                    " segments who have no open plan yet."
                )
            )
        Plan = self.env["client.plan"].with_company(self.company_id)
        cases = Plan._get_cases(clients, self.company_id, self._get_owner, "skip")
        if self.template_id:
            self.template_id._check_applicable(
                Plan.browse(),
                self.template_id.sudo().line_ids.filtered(lambda line: not line.gate),
                self.company_id,
            )
        vals = {
            "company_id": self.company_id.id,
            "scope": "client",
            **self.template_id._prepare_period(self.company_id._client_today()),
        }
        plans = Plan._make_cases(cases, self.template_id, vals)
        plans.sudo().write({"request_id": self.id})
        self.sudo().write({"state": "asked"})
        self._remind(plans.user_id)
        self._log_skipped([case for case in cases if case.kind == "skip"])
        return True

    def _log_skipped(self, cases):
        if cases:
            self._message_log(
                body=self.env._(
                    "Left out, as a plan is open already: %(clients)s.",
                    clients=", ".join(case.get_name() for case in cases),
                )
            )

    def _remind(self, users):
        """Give each of the users one task for all of his drafts."""
        for user in users:
            self.sudo().activity_schedule(
                "client_development.mail_activity_type_hand_in",
                date_deadline=self.date_deadline,
                summary=self.with_context(lang=user.lang).env._(
                    "Hand in drafts: %(request)s", request=self.name
                ),
                user_id=user.id,
            )

    def _settle_reminders(self):
        """Take the task away from everyone who owes no draft any more."""
        for request in self.sudo():
            waiting = request.plan_ids.filtered(lambda plan: plan._is_awaited())
            tasks = request.activity_ids.grouped("user_id")
            for user in tasks.keys() - set(waiting.user_id):
                tasks.pop(user).unlink()
            missing = waiting.user_id.filtered(lambda user, had=tasks: user not in had)
            if request.state == "asked":
                request._remind(missing)

    # -- buttons -------------------------------------------------------------------

    def action_cancel(self):
        """Ask no longer; the drafts stay with their owners."""
        self.check_access("write")
        for request in self:
            if request.state == "cancelled":
                raise UserError(
                    self.env._(
                        "“%(request)s” is cancelled already.", request=request.name
                    )
                )
        self.sudo().write({"state": "cancelled"})
        self.sudo().activity_ids.unlink()
        return True

    def action_view_plans(self):
        """Open the drafts that the stat button counts."""
        return self._open_plans([("state", "!=", "cancelled")])

    def action_view_waiting(self):
        """Open the drafts that are not handed in yet."""
        return self._open_plans(
            [("date_handed_in", "=", False), ("state", "not in", ENDED_STATES)]
        )

    def _open_plans(self, domain):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_action"
            ),
            "domain": [("request_id", "=", self.id), *domain],
            "context": {},
        }
