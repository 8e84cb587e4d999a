from odoo import fields, models
from odoo.tools import SQL

from .company_clocks import sql_company_clocks


class ClientAcquisition(models.Model):
    """What it costs to win a client: a row is a cost, or a client who was won.

    The acquisition cost of any group is the sum of its costs by the number of its new
    clients (product.md E).
    """

    _name = "client.acquisition"
    _description = "Client Acquisition"
    _auto = False
    _order = "month desc, id desc"
    _depends = {
        "client.acquisition.cost": ["amount", "company_id", "month", "team_id"],
        "client.fact": ["active", "first_order_date", "team_id", "user_id"],
    }

    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company that spent the money and won the client.",
    )
    month = fields.Date(
        readonly=True,
        help="First day of the month for which money was spent, or in which the client"
        " bought for the first time ever.",
    )
    in_period = fields.Boolean(
        string="In the Period",
        readonly=True,
        help="The month is one of the last months that the company's period of client"
        " facts is long, the current one included.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The team for which money was spent, or to which the new client's"
        " salesperson belongs.",
    )
    cost_id = fields.Many2one(
        comodel_name="client.acquisition.cost",
        readonly=True,
        help="The cost as it was entered.",
    )
    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="New Client",
        readonly=True,
        help="The client who was won.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="The new client's salesperson.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
    )
    cost = fields.Monetary(
        string="Money Spent",
        readonly=True,
        help="Money spent on winning clients.",
    )
    new_client_count = fields.Integer(
        string="New Clients",
        readonly=True,
        help="Clients whose first confirmed order ever is in the month.",
    )
    cost_per_client = fields.Monetary(
        string="Cost per New Client",
        readonly=True,
        aggregator="avg",
        help="Money spent by the number of new clients. Empty: nobody was won.",
    )

    def action_open(self):
        """Open the cost, or the facts of the new client."""
        self.ensure_one()
        self.check_access("read")
        if self.fact_id:
            return self.fact_id.action_open_facts()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Acquisition Cost"),
            "res_model": "client.acquisition.cost",
            "views": [(False, "list")],
            "domain": [("id", "=", self.cost_id.id)],
        }

    def _read_group_select(self, aggregate_spec, query):
        """The cost per client is the quotient of the sums."""
        if aggregate_spec != "cost_per_client:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "cost", query),
            self._field_to_sql(self._table, "new_client_count", query),
        )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT x.*,
                   x.month <= c.today
                   AND x.month > c.today - make_interval(months => c.months)
                   AS in_period,
                   NULL::numeric AS cost_per_client
              FROM (SELECT id::bigint * 2 AS id, company_id, month, team_id,
                           id AS cost_id, NULL::int AS fact_id, NULL::int AS user_id,
                           amount AS cost, 0 AS new_client_count
                      FROM client_acquisition_cost
                     UNION ALL
                    SELECT id::bigint * 2 + 1, company_id,
                           date_trunc('month', first_order_date)::date, team_id,
                           NULL, id, user_id, 0, 1
                      FROM client_fact
                     WHERE first_order_date IS NOT NULL AND active) x
              JOIN (%(clocks)s) c ON c.company_id = x.company_id
            """,
            clocks=sql_company_clocks(self.env),
        )
