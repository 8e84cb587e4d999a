from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.client_plan_many import Case
from ..models.client_plan_section_kind import SCOPES
from ..models.client_plan_template_apply import FIRST_GATE


class ClientPlanApply(models.TransientModel):
    """Apply a playbook to plans, or make plans from it for many clients at once.

    The numbers say before anything is stored what will be: how many plans and actions,
    who is skipped and why. Then all of it happens, or nothing.
    """

    _name = "client.plan.apply"
    _description = "Apply a Playbook"

    plan_ids = fields.Many2many(
        comodel_name="client.plan",
        string="Plans",
        help="The plans that get what they lack from the playbook.",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Clients",
        help="The clients to plan for.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        help="The company that develops the clients.",
    )
    scope = fields.Selection(
        selection=SCOPES,
        compute="_compute_scope",
        help="For which plans the playbook is made.",
    )
    subject_count = fields.Integer(
        string="Chosen",
        compute="_compute_scope",
        help="How many clients or plans were chosen.",
    )
    offer = fields.Json(
        compute="_compute_scope",
        help="Technical: segments and stages of the clients; what fits is offered"
        " first.",
    )
    template_id = fields.Many2one(
        comodel_name="client.plan.template",
        string="Playbook",
        domain="[('scope', '=', scope), ('company_id', 'in', [False, company_id])]",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        help="What to do: its objectives and actions are added.",
    )
    date_start = fields.Date(
        string="Start",
        required=True,
        default=lambda self: self.env.company._client_today(),
        help="First day of the new plans; the deadlines of the actions count from it.",
    )
    date_end = fields.Date(
        string="End",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        help="Last day of the new plans. Empty: as usual for the scope.",
    )
    owner_mode = fields.Selection(
        selection=[
            ("salesperson", "The client's salesperson"),
            ("developer", "The client's developer, else his salesperson"),
            ("me", "Myself"),
            ("user", "One person"),
        ],
        string="Owner of New Plans",
        required=True,
        default="salesperson",
        help="Who is responsible for the new plans. Where the client has nobody, you"
        " are.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who owns all of the new plans.",
    )
    existing = fields.Selection(
        selection=[
            ("add", "Add to it what it lacks"),
            ("skip", "Skip the client"),
            ("new", "Make a second plan"),
        ],
        string="Clients with an Open Plan",
        required=True,
        default="add",
        help="What to do with clients that have an open plan already.",
    )
    plan_count = fields.Integer(
        string="New Plans",
        compute="_compute_preview",
        help="Plans that will be made.",
    )
    added_count = fields.Integer(
        string="Plans Added to",
        compute="_compute_preview",
        help="Plans that will get what they lack from the playbook.",
    )
    line_count = fields.Integer(
        string="New Actions",
        compute="_compute_preview",
        help="Actions that will be made.",
    )
    skipped_count = fields.Integer(
        string="Skipped",
        compute="_compute_preview",
        help="Clients or plans for which nothing changes.",
    )
    skipped = fields.Text(
        string="Who Is Skipped and Why",
        compute="_compute_preview",
        help="Clients or plans for which nothing changes, with the reason.",
    )
    problem = fields.Text(
        compute="_compute_preview",
        help="What has to be mended first.",
    )

    # -- defaults ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Take over what was selected: clients, contacts or plans."""
        vals = super().default_get(fields)
        ids = self.env.context.get("active_ids") or []
        records = {
            "client.fact": "client.fact",
            "res.partner": "res.partner",
            "client.plan": "client.plan",
        }.get(self.env.context.get("active_model"))
        if not records or vals.get("plan_ids") or vals.get("partner_ids"):
            return vals
        records = self.env[records].browse(ids).exists()
        records.check_access("read")
        if records._name == "client.plan":
            vals["plan_ids"] = [Command.set(records.ids)]
            companies = records.company_id
        else:
            clients = records
            companies = self.env.company
            if records._name == "client.fact":
                clients, companies = records.partner_id, records.company_id
            clients = clients.sudo().commercial_partner_id
            vals["partner_ids"] = [Command.set(clients.ids)]
        if len(companies) > 1:
            raise UserError(
                self.env._(
                    "Clients of several companies were chosen (%(companies)s). Choose"
                    " those of one company at a time.",
                    companies=", ".join(companies.mapped("name")),
                )
            )
        vals["company_id"] = companies.id or self.env.company.id
        vals["date_start"] = companies._client_today()
        return vals

    # -- computed fields -----------------------------------------------------------

    @api.depends("plan_ids", "partner_ids")
    def _compute_scope(self):
        for wizard in self:
            wizard.scope = wizard.plan_ids[:1].scope or "client"
            wizard.subject_count = len(wizard.plan_ids) or len(wizard.partner_ids)
            facts = wizard._get_facts()
            wizard.offer = [facts.segment_ids.ids, facts.stage_id.ids]

    def _get_facts(self):
        """Return what is known of the clients, as far as the user may see it."""
        return self.env["client.fact"].search(
            [
                (
                    "partner_id",
                    "in",
                    (self.partner_ids | self.plan_ids.partner_id)._origin.ids,
                ),
                ("company_id", "=", self.company_id.id),
            ]
        )

    @api.depends("plan_ids", "partner_ids")
    def _compute_template_id(self):
        for wizard in self:
            wizard.template_id = wizard.template_id or self.env[
                "client.plan.template"
            ]._get_default(wizard.company_id, wizard.scope, wizard._get_facts())

    @api.depends("template_id", "date_start")
    def _compute_date_end(self):
        for wizard in self:
            start = wizard.date_start
            period = wizard.template_id._prepare_period(start) if start else {}
            wizard.date_end = period.get("date_end")

    @api.depends(
        "template_id", "plan_ids", "partner_ids", "owner_mode", "user_id", "existing"
    )
    def _compute_preview(self):
        for wizard in self:
            cases, counts, problems = wizard._get_cases(), {}, wizard._get_problems()
            try:
                if not problems:
                    cases, counts = wizard._skip_complete(cases)
            except UserError as error:  # of clients whom the user may not see
                problems = [str(error)]
            kinds = [case.kind for case in cases]
            rows = len(wizard._get_rows())
            wizard.plan_count = kinds.count("new")
            wizard.added_count = kinds.count("add")
            wizard.skipped_count = kinds.count("skip")
            wizard.line_count = rows * kinds.count("new") + sum(counts.values())
            wizard.skipped = "\n".join(
                wizard._describe(case) for case in cases if case.kind == "skip"
            )
            problems += [wizard._describe(c) for c in cases if c.kind == "refuse"]
            wizard.problem = "\n".join(problems)

    @api.model
    def _describe(self, case):
        return f"{case.get_name()}: {case.reason}"

    def _get_problems(self):
        """Return what the playbook itself lacks."""
        if not self.template_id:
            return []
        try:
            self.template_id._origin._check_applicable(
                self._get_plans(), self._get_rows(), self.company_id
            )
        except UserError as error:
            return [str(error)]
        return []

    def _get_rows(self):
        lines = self.template_id._origin.sudo().line_ids
        return lines.filtered(lambda line: line.gate in (False, FIRST_GATE))

    def _get_plans(self):
        return self.plan_ids._origin

    # -- who -----------------------------------------------------------------------

    def _get_cases(self):
        """Return a :class:`Case` for each chosen client or plan."""
        self.ensure_one()
        plans = self._get_plans()
        if not plans:
            return self.env["client.plan"]._get_cases(
                self.partner_ids._origin,
                self.company_id,
                self._get_owner,
                self.existing,
            )
        writable = plans._filtered_access("write")
        refused = self.env._("you may not change this plan")
        nobody = self.env["res.users"]
        return [
            Case("add", plan.partner_id.browse(), nobody, plan)
            if plan in writable
            else Case("refuse", plan.partner_id.browse(), nobody, plan, refused)
            for plan in plans
        ]

    def _get_owner(self, client, fact):
        """Return who shall own the plan of a client; empty for oneself."""
        salesperson = fact.user_id or client.user_id
        return {
            "salesperson": salesperson,
            "developer": fact.developer_id or salesperson,
            "user": self.user_id._origin,
        }.get(self.owner_mode, self.env.user)

    def _skip_complete(self, cases):
        """Skip the plans to which the playbook adds nothing any more.

        :return: the cases, and ``{plan id: missing actions}`` of the others
        """
        template = self.template_id._origin
        if not template:
            return cases, {}
        ids = [case.plan.id for case in cases if case.kind == "add"]
        counts = self._count_missing(ids)
        # facts are asked only where they decide
        full = self.env["client.plan"].browse(id_ for id_ in ids if not counts[id_])
        targets = {plan.id: [] for plan in full}
        for plan, _row, target in template._get_missing_objectives(full):
            targets[plan.id].append(target)
        everything = self.env._("has everything from this playbook already")
        reached = self.env._(
            "has everything from this playbook, but for objectives that are reached"
            " already or have nothing to grow from"
        )
        kept = []
        for case in cases:
            lacking = targets.get(case.plan.id) if case.kind == "add" else None
            if lacking is not None and not any(t is not None for t in lacking):
                reason = reached if lacking else everything
                case = case._replace(kind="skip", reason=reason)
            kept.append(case)
        return kept, counts

    def _count_missing(self, plan_ids):
        """Return ``{plan id: missing actions}``."""
        Line, rows = self.env["client.plan.line"].sudo(), self._get_rows()
        groups = Line._read_group(
            [("plan_id", "in", plan_ids), ("template_line_id", "in", rows.ids)],
            ["plan_id"],
            ["__count"],
        )
        owned = {plan.id: count for plan, count in groups}
        return {id_: len(rows) - owned.get(id_, 0) for id_ in plan_ids}

    # -- confirm -------------------------------------------------------------------

    def action_confirm(self):
        """Make the plans and actions, then open the plans."""
        self.ensure_one()
        template = self.template_id
        if not template:
            raise UserError(self.env._("Playbook: choose the one to apply."))
        if self.owner_mode == "user" and not self.user_id and not self.plan_ids:
            raise UserError(
                self.env._("Owner: choose who shall own the plans, or another owner.")
            )
        if self.date_end and self.date_end < self.date_start:
            raise UserError(
                self.env._(
                    "End: the plans would end before they start. Choose an end on or"
                    " after the start."
                )
            )
        template._check_applicable(self._get_plans(), self._get_rows(), self.company_id)
        cases, _counts = self._skip_complete(self._get_cases())
        vals = {
            "company_id": self.company_id.id,
            "scope": "client",
            "date_start": self.date_start,
        }
        if self.date_end:
            vals["date_end"] = self.date_end
        Plan = self.env["client.plan"].with_company(self.company_id)
        plans = Plan._make_cases(cases, template, vals)
        return plans._open_many(self.env._("Plans from “%s”", template.name))
