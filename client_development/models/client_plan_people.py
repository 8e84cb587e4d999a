from odoo import api, fields, models
from odoo.tools import SQL


class ClientPlan(models.Model):
    """Whom a plan is carried by: the salespeople of its scope (product.md A)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    salesperson_count = fields.Integer(
        string="Salespeople of the Plan",
        compute="_compute_salesperson_count",
        help="How many salespeople look after the clients of the plan today; for a"
        " sales team its members; 0 for those who may not see figures of its clients.",
    )

    @api.depends(
        "scope", "company_id", "segment_id", "team_id", "country_ids", "state_ids"
    )
    @api.depends_context("uid")
    def _compute_salesperson_count(self):
        """Only scopes of many clients are worth a number, for those who may see it."""
        many = self.filtered(lambda plan: plan.scope != "client" and plan.id)
        many = many._filter_shown()
        (self - many).salesperson_count = 0
        for plan, users in many._get_salespeople().items():
            plan.salesperson_count = len(users)

    def _get_salespeople(self):
        """Return ``{plan: users}``: the salespeople that the plan concerns today.

        Client: the salesperson and the client developer. Segment, territory, company:
        the salespeople of its clients. Team: its members. Archived users do not count.
        """
        teams = self.filtered(lambda plan: plan.scope == "team")
        return {
            **self._get_members_of_teams(teams),
            **self._get_salespeople_of_clients(self - teams),
        }

    @api.model
    def _get_members_of_teams(self, plans):
        members = self.env["crm.team.member"].sudo()
        members = members.search_fetch(
            [
                ("crm_team_id", "in", plans.sudo().team_id._origin.ids),
                ("user_id.active", "=", True),
            ],
            ["crm_team_id", "user_id"],
        )
        by_team = members.grouped("crm_team_id")
        none = members.browse()
        return {
            plan: by_team.get(plan.sudo().team_id._origin, none)
            .user_id.with_env(self.env)
            .sorted("name")
            for plan in plans
        }

    @api.model
    def _get_salespeople_of_clients(self, plans):
        """Read them from the clients' rows, by one query."""
        found = {plan: self.env["res.users"] for plan in plans}
        if not plans:
            return found
        populations = {plan: plan._get_population() for plan in plans}
        numbered = list({*populations.values()})
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.no, array_agg(DISTINCT u.id)
                  FROM (%(members)s) m
                  JOIN unnest(%(numbers)s::int[], %(companies)s::int[],
                              %(single)s::bool[]) AS p(no, company_id, single)
                    ON p.no = m.no
                  JOIN client_fact f
                    ON f.partner_id = m.client_id AND f.company_id = p.company_id
                  JOIN res_users u
                    ON u.id = f.user_id OR p.single AND u.id = f.developer_id
                 WHERE u.active
                 GROUP BY m.no
                """,
                members=self.env["client.population"]._sql_members(numbered),
                numbers=list(range(len(numbered))),
                companies=[population.company_id for population in numbered],
                single=[population.scope == "client" for population in numbered],
            )
        )
        users = {numbered[no]: user_ids for no, user_ids in rows}
        for plan, population in populations.items():
            found[plan] = found[plan].browse(users.get(population, ())).sorted("name")
        return found

    def action_view_salespeople(self):
        """Open the salespeople that the stat button counts."""
        self.ensure_one()
        self.check_access("read")
        self._check_figures_visible()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_salesperson_action"
            ),
            "domain": [("id", "in", self._get_salespeople()[self].ids)],
        }
