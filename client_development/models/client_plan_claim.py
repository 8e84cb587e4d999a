import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL


class ClientPlan(models.Model):
    """Where the claims of clients stand: in their plans, else in a standing one.

    The standing plan of a team is made when the first claim needs it. It collects
    complaints and nothing else: nobody signs it and no gate asks for more, but it is
    reviewed like any other plan. It stays the standing one until somebody closes it.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    is_claims_plan = fields.Boolean(
        string="Standing Plan for Claims",
        readonly=True,
        copy=False,
        help="Takes the claims of clients who have no running plan of their own. Made"
        " by the first claim that needs it.",
    )

    _one_claims_plan = models.UniqueIndex(
        "(company_id, (CASE WHEN scope = 'team' THEN team_id ELSE 0 END))"
        " WHERE is_claims_plan AND state = 'running'",
        "Standing Plan for Claims: the team already has a running one.",
    )

    # -- rules ---------------------------------------------------------------------

    def _needs_signoff(self):
        """Claims do not wait until a plan is signed."""
        return not self.is_claims_plan and super()._needs_signoff()

    def _needs_full_gate(self):
        """A claims plan has neither objectives nor sections to fill."""
        return not self.is_claims_plan and super()._needs_full_gate()

    def _check_write(self, vals):
        self._refuse_entered(self, vals, {"is_claims_plan"})
        return super()._check_write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_entered(self, vals, {"is_claims_plan"})
        context = self._get_context_without_defaults({"is_claims_plan"})
        plans = super(ClientPlan, self.with_env(self.env(context=context))).create(
            vals_list
        )
        return plans.with_env(self.env)

    # -- which plan takes a claim --------------------------------------------------

    @api.model
    def _find_running_client_plans(self, company, clients):
        """Return ``{client: his running plan}``: one whose owner is responsible for
        the client, the latest started; else the latest started. As superuser."""
        plans = self.sudo().search(
            [
                ("scope", "=", "client"),
                ("state", "=", "running"),
                ("company_id", "=", company.id),
                ("partner_id", "in", clients.ids),
            ],
            order="date_start desc, id desc",
        )
        facts = self.env["client.fact"].sudo()
        facts = facts.search_fetch(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", plans.partner_id.ids),
            ],
            ["partner_id", "user_id", "developer_id"],
        )
        responsible = {
            fact.partner_id: fact.user_id | fact.developer_id for fact in facts
        }
        found = {}
        for client, its_plans in plans.grouped("partner_id").items():
            users = responsible.get(client, client.user_id)
            owned = its_plans.filtered(lambda p, users=users: p.user_id in users)
            found[client] = (owned or its_plans)[0]
        return found

    @api.model
    def _find_claims_plans(self, company, teams):
        """Return ``{team: its standing claims plan}``, made where there is none.

        :param teams: list of teams; an empty one stands for the whole company
        """
        plans = self.sudo().search(
            [
                ("is_claims_plan", "=", True),
                ("state", "=", "running"),
                ("company_id", "=", company.id),
            ]
        )
        found = {
            plan.team_id if plan.scope == "team" else plan.team_id.browse(): plan
            for plan in plans
        }
        for team in teams:
            if team not in found:
                found[team] = self._make_claims_plan(company, team)
        return found

    @api.model
    def _make_claims_plan(self, company, team):
        """Make the standing claims plan of ``team``; without one, of the company.

        Its leader owns it, else an administrator. When somebody else makes it at this
        very moment, the whole transaction is repeated and finds it.
        """
        owner = self._get_claims_owner(company, team)
        plans = self.sudo().with_company(company)
        plans = plans.with_context(lang=owner.lang or self.env.lang)
        values = {
            "name": plans.env._("Claims of %(team)s", team=(team or company).name),
            "scope": "team" if team else "company",
            "is_claims_plan": True,
            "company_id": company.id,
            "user_id": owner.id,
            "state": "running",
            "has_swot": False,
            "date_start": company._client_today(),
            "note": plans.env._("Clients who complained hear from us in time."),
        }
        if team:
            values["team_id"] = team.id
        try:
            with self.env.cr.savepoint():
                return plans.create(values).with_env(self.sudo().env)
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError(
                "the standing claims plan was made by another process"
            ) from error

    @api.model
    def _get_claims_owner(self, company, team):
        """Return who owns the claims: the leader, else an administrator."""
        leader = team.user_id
        if leader.active and company in leader.company_ids:
            return leader
        group = self.env.ref("client_development.group_client_manager").sudo()
        managers = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        return managers.sorted("id")[:1]

    @api.model
    def _lock_running(self, plans):
        """Keep these plans from ending until this transaction does.

        A plan that has ended since the transaction began makes it be repeated.
        """
        if plans:
            plans.flush_recordset(["state"])
            self.env.execute_query(
                SQL(
                    "SELECT id FROM client_plan WHERE id IN %s ORDER BY id FOR SHARE",
                    tuple(plans.ids),
                )
            )

    # -- the end of a plan ---------------------------------------------------------

    def _get_dropped_lines(self):
        """A claim does not end with the plan: the client still waits."""
        return super()._get_dropped_lines().filtered(lambda line: not line.is_claim)

    def _end(self, mode, reason=None, remark=None, lessons=None, objectives=None):
        """Hand the claims that are not settled on to another plan."""
        claims = self.sudo().line_ids._get_unsettled_claims()
        result = super()._end(mode, reason, remark, lessons, objectives)
        claims._hand_on_claims()
        return result

    # -- who leaves ---------------------------------------------------------------

    @api.model
    def _hand_over_from(self, users):
        """The follow-up calls, too."""
        result = super()._hand_over_from(users)
        for user in users:
            self.env["client.call"]._hand_over_from(user)
        return result
