from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .client_population import Population

# A sum over so many clients tells nothing about one of them.
ENOUGH_CLIENTS = 5
SCOPE_FIELDS = {
    "scope",
    "partner_id",
    "segment_id",
    "team_id",
    "country_ids",
    "state_ids",
    "company_id",
}


class ClientPlan(models.Model):
    """Whom a plan is measured by: the clients of its scope (product.md E)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    country_ids = fields.Many2many(
        comodel_name="res.country",
        string="Countries",
        help="The countries of the territory. A country of which states are chosen"
        " counts by those states only.",
    )
    state_ids = fields.Many2many(
        comodel_name="res.country.state",
        string="States",
        help="The states or regions of the territory.",
    )
    client_count = fields.Integer(
        string="Clients of the Plan",
        compute="_compute_client_count",
        help="How many clients the plan develops today; 0 for those who may not see"
        " their figures.",
    )
    are_figures_visible = fields.Boolean(
        string="Figures Visible",
        compute="_compute_client_count",
        help="Whether you may see figures of the clients of a plan of many clients.",
    )

    @api.constrains("scope", "country_ids", "state_ids")
    def _check_territory(self):
        for plan in self:
            if plan.scope == "territory" and not (plan.country_ids or plan.state_ids):
                raise ValidationError(
                    self.env._(
                        "Countries: the development plan of a territory needs at least"
                        " one country or state. Choose it in “Countries” or “States”."
                    )
                )

    @api.depends(
        "scope",
        "company_id",
        "partner_id",
        "segment_id",
        "team_id",
        "country_ids",
        "state_ids",
    )
    @api.depends_context("uid")
    def _compute_client_count(self):
        """Only scopes of many clients are worth a number, for those who may see it."""
        many = self.filtered(lambda plan: plan.scope != "client")._filter_shown()
        (self - many).client_count = 0
        for plan in self:
            plan.are_figures_visible = plan.scope == "client" or plan in many
        if not many:
            return
        populations = {plan: plan._get_population() for plan in many}
        self.env.flush_all()
        counts = self.env["client.population"]._count(list({*populations.values()}))
        for plan, population in populations.items():
            plan.client_count = counts[population][0]

    def _get_population(self):
        """Return the clients that the plan develops today, as a :class:`Population`.

        Client: itself. Segment: its members. Team: clients whose salesperson belongs to
        it. Territory: by the clients' addresses. Company: all.
        """
        self.ensure_one()
        plan = self.sudo()
        states = plan.state_ids
        ids = {
            # Not the company he may belong to by now: that is another client.
            "client": plan.partner_id,
            "segment": plan.segment_id,
            "team": plan.team_id,
            "territory": plan.country_ids - states.country_id,
        }.get(plan.scope, plan.company_id.browse())
        return Population(
            company_id=plan.company_id.id,
            scope=plan.scope or "client",
            ids=tuple(sorted(ids._origin.ids)),
            state_ids=(
                tuple(sorted(states._origin.ids)) if plan.scope == "territory" else ()
            ),
        )

    # -- rights --------------------------------------------------------------------

    def _may_measure(self):
        """Tell whether the current user may see the figures of the plan's clients."""
        self.ensure_one()
        return bool(self._filter_measurable())

    def _filter_measurable(self):
        """Return the plans whose figures of clients the current user may see.

        A client must be one he may see; a team his own to lead. Sums over many clients,
        too many to tell one from the others, are for team leaders and administrators,
        who may give the plan to anybody. By four queries, however many plans.
        """
        user = self.env.user
        if self.env.su or user.has_group("client_development.group_client_manager"):
            return self
        teams = self.filtered(lambda plan: plan.scope == "team")
        clients = self.filtered(lambda plan: plan.scope == "client")
        found = teams.filtered(lambda p: p.sudo().team_id.user_id._origin == user)
        if clients:
            found |= clients - clients._find_hidden()
        if user.has_group("client_development.group_client_leader"):
            found |= (self - teams - clients)._filter_sums()
        return self & found

    def _filter_shown(self):
        """Return the plans whose counts of clients the current user is shown.

        Beside those that he may measure, the plans of many clients that were given to
        him, unless he is a leader: whom such a plan is for is decided by leaders and
        administrators alone. Not what is being entered: there anybody can name any
        subject.
        """
        user = self.env.user
        if self.env.su or user.has_group("client_development.group_client_leader"):
            return self._filter_measurable()
        given = self.filtered(
            lambda plan: (
                plan.scope != "client"
                and isinstance(plan.id, int)
                and user in plan.sudo().user_id | plan.sudo().controller_id
            )
        )
        return self & (given | (self - given)._filter_measurable())

    def _filter_sums(self):
        """Return the plans of enough clients, or of such as the user may all see."""
        if not self:
            return self
        Population = self.env["client.population"]
        populations = {plan: plan._get_population() for plan in self}
        self.env.flush_all()
        counts = Population._count(list({*populations.values()}))
        few = list({p for p in populations.values() if counts[p][0] < ENOUGH_CLIENTS})
        hidden = set()
        if few:
            rows = self.env.execute_query(Population._sql_members(few))
            unseen = self._get_hidden_clients(
                {client for _no, client in rows}, {p.company_id for p in few}
            )
            hidden = {few[no] for no, c in rows if (c, few[no].company_id) in unseen}
        return self.filtered(lambda plan: populations[plan] not in hidden)

    def _find_hidden(self):
        """Return the plans of one client whose figures the user may not see.

        By two queries, however many plans: a playbook is applied to a hundred clients.
        """
        plans = self.filtered(lambda plan: plan.scope == "client")
        if self.env.su:
            return self.browse()
        hidden = self._get_hidden_clients(
            plans.partner_id._origin.ids, plans.company_id._origin.ids
        )
        return plans.filtered(
            lambda plan: (
                (plan.partner_id._origin.id, plan.company_id._origin.id) in hidden
            )
        )

    @api.model
    def _get_hidden_clients(self, client_ids, company_ids):
        """Return ``{(client, company)}`` of the rows that the user may not see."""
        facts = self.env["client.fact"]
        domain = [
            ("partner_id", "in", list(client_ids)),
            ("company_id", "in", list(company_ids)),
        ]
        rows = facts.sudo().search(domain)
        if facts.has_access("read"):
            rows -= facts.search(domain)
        return {(row.partner_id.id, row.company_id.id) for row in rows}

    def _check_figures_visible(self):
        """Refuse to open what figures are made of that the user may not see."""
        for plan in self - self._filter_shown():
            raise UserError(
                self.env._(
                    "Clients of “%(plan)s”: its figures tell of clients whom you may"
                    " not see. Ask the team leader or an administrator for them.",
                    plan=plan.name,
                )
            )

    def _check_may_measure(self):
        """Refuse objectives that would show figures which the user may not see."""
        for plan in self - self._filter_measurable():
            raise UserError(
                self.env._(
                    "Objectives of “%(plan)s”: they would show figures of clients"
                    " whom you may not see. Ask the team leader or an administrator"
                    " to enter them, or choose an indicator that is counted by"
                    " hand.",
                    plan=plan.name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """A territory knows its clients when its countries are stored: its objectives
        are measured after that."""
        vals_list = [dict(vals) for vals in vals_list]
        later = [
            vals.pop("objective_ids", None)
            if vals.get("scope") == "territory"
            else None
            for vals in vals_list
        ]
        plans = super().create(vals_list)
        for plan, commands in zip(plans, later, strict=True):
            if commands:
                plan.objective_ids = commands
        return plans

    def write(self, vals):
        """Another scope is measured anew; the start freezes the objectives."""
        counted = self.objective_ids.filtered(lambda o: not o.hand_counted)
        if vals.get("state") == "running":
            starting = self.filtered(lambda plan: plan.state != "running")
            starting.objective_ids._start()
        result = super().write(vals)
        if counted and vals.keys() & SCOPE_FIELDS:
            counted.plan_id._check_may_measure()
            counted._measure()
        return result

    # -- actions -------------------------------------------------------------------

    def action_view_clients(self):
        """Open the clients that the plan develops today."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_fact_action"
            ),
            "domain": list(
                self.env["client.indicator"]._get_client_domain(self._get_population())
            ),
            "context": {"create": False},
        }
