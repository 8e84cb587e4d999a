from odoo import fields, models
from odoo.tools import SQL

from .company_clocks import sql_company_clocks

# What one unit of the order's currency is worth: as in the facts of clients.
RATE = (
    "CASE WHEN COALESCE(so.currency_rate, 0) IN (0, 1) THEN 1 ELSE so.currency_rate END"
)


class ClientRecommendation(models.Model):
    """One lead or opportunity that somebody recommended, and what became of it.

    Those of surveys and those entered by hand, lost and archived ones too. Won: its
    opportunity is won, or an order of it is confirmed. The revenue is the untaxed
    amount of its confirmed orders, in the company's currency at the orders' own rates.
    """

    _name = "client.recommendation"
    _description = "Recommendation"
    _auto = False
    _order = "day desc, id desc"
    _depends = {
        "client.survey": ["recommendation_lead_id"],
        "crm.lead": [
            "client_referrer_id",
            "company_id",
            "name",
            "partner_id",
            "team_id",
            "user_id",
            "won_status",
        ],
        "res.partner": ["commercial_partner_id"],
        "sale.order": [
            "amount_untaxed",
            "currency_rate",
            "opportunity_id",
            "state",
        ],
    }

    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        readonly=True,
        help="The recommended lead or opportunity.",
    )
    name = fields.Char(
        string="Recommendation",
        readonly=True,
        help="What the lead or opportunity is called.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        readonly=True,
        help="Who was recommended, once the lead has a customer.",
    )
    referrer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Recommended by",
        readonly=True,
        help="Who recommended us.",
    )
    client_id = fields.Many2one(
        comodel_name="res.partner",
        string="Recommending Client",
        readonly=True,
        help="The company of whoever recommended us, or the person without one.",
    )
    survey_id = fields.Many2one(
        comodel_name="client.survey",
        readonly=True,
        help="The survey in which we were recommended. Empty: entered by hand.",
    )
    from_survey = fields.Boolean(
        string="In a Survey",
        readonly=True,
        help="Recommended in the survey of an order.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company that was recommended.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        readonly=True,
        help="Currency of the company.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="Who follows the recommendation up.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The sales team of the lead.",
    )
    day = fields.Date(
        string="Date",
        readonly=True,
        help="The day of the recommendation in the company's time zone.",
    )
    is_won = fields.Boolean(
        string="Won",
        readonly=True,
        help="The opportunity is won, or an order of it is confirmed.",
    )
    recommendation_count = fields.Integer(
        string="Recommendations",
        readonly=True,
        help="1 for each recommendation, to add up.",
    )
    won_count = fields.Integer(
        string="Recommendations Won",
        readonly=True,
        help="1 for a recommendation that was won, to add up.",
    )
    conversion = fields.Float(
        string="Won, %",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Recommendations won of all, in percent. Open ones are not won.",
    )
    amount = fields.Monetary(
        string="Revenue",
        readonly=True,
        aggregator="sum",
        help="Untaxed amount of the confirmed orders that came of it.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH zones AS MATERIALIZED (%(zones)s)
            SELECT l.id, l.id AS lead_id, l.name, p.commercial_partner_id AS partner_id,
                   l.client_referrer_id AS referrer_id,
                   r.commercial_partner_id AS client_id, cs.survey_id,
                   cs.survey_id IS NOT NULL AS from_survey,
                   z.company_id, c.currency_id, l.user_id, l.team_id,
                   (l.create_date AT TIME ZONE 'UTC' AT TIME ZONE z.tz)::date AS day,
                   w.is_won, 1 AS recommendation_count,
                   w.is_won::int AS won_count, 100.0 * w.is_won::int AS conversion,
                   COALESCE(o.amount, 0) AS amount
              FROM crm_lead l
              JOIN res_partner r ON r.id = l.client_referrer_id
              LEFT JOIN res_partner p ON p.id = l.partner_id
              LEFT JOIN res_users u ON u.id = l.user_id
              LEFT JOIN crm_team g ON g.id = l.team_id
              LEFT JOIN res_users m ON m.id = l.create_uid
              JOIN zones z ON z.company_id = COALESCE(
                   l.company_id, u.company_id, g.company_id, m.company_id)
              JOIN res_company c ON c.id = z.company_id
              LEFT JOIN (SELECT recommendation_lead_id AS lead_id, MIN(id) AS survey_id
                           FROM client_survey
                          WHERE recommendation_lead_id IS NOT NULL
                          GROUP BY 1) cs ON cs.lead_id = l.id
              LEFT JOIN LATERAL (
                   SELECT SUM(so.amount_untaxed / (%(rate)s)) AS amount
                     FROM sale_order so
                    WHERE so.opportunity_id = l.id
                      AND so.company_id = z.company_id
                      AND so.state = 'sale') o ON TRUE
             CROSS JOIN LATERAL (
                   SELECT l.won_status = 'won' AND l.won_status IS NOT NULL
                          OR o.amount IS NOT NULL AS is_won) w
             WHERE l.client_referrer_id IS NOT NULL
            """,
            zones=sql_company_clocks(self.env),
            rate=SQL(RATE),
        )

    def _read_group_select(self, aggregate_spec, query):
        """The share is the quotient of the sums."""
        if aggregate_spec != "conversion:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100.0 * SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "won_count", query),
            self._field_to_sql(self._table, "recommendation_count", query),
        )

    def action_open(self):
        """Open the lead or opportunity."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }
