from odoo import fields, models
from odoo.tools import SQL

from .company_clocks import sql_company_clocks

# Figures that are quotients: sum of the numerator / sum of the denominator × 100.
RATIOS = {"conversion": "converted_count", "regular_share": "regular_count"}


class ClientEnquiry(models.Model):
    """One enquiry, where it came from and what became of it (product.md E).

    An enquiry is a lead or opportunity, lost and archived ones too, or a quotation or
    order without an opportunity, whatever its state. ``converted_moment`` and
    ``regular_moment`` say from when on it counts as converted and as a regular client,
    so that this can be told for any day; docs/facts.md has the exact definitions.
    """

    _name = "client.enquiry"
    _description = "Client Enquiry"
    _auto = False
    _order = "moment desc, id desc"
    _depends = {
        "client.fact": ["active", "segment_id", "team_id", "user_id"],
        "crm.lead": [
            "client_referrer_id",
            "company_id",
            "name",
            "partner_id",
            "team_id",
            "user_id",
        ],
        "res.partner": ["client_referrer_id", "commercial_partner_id"],
        "sale.order": [
            "company_id",
            "date_order",
            "name",
            "opportunity_id",
            "partner_id",
            "state",
            "team_id",
            "user_id",
        ],
    }

    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company that was asked.",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        readonly=True,
        help="The lead or opportunity that is the enquiry.",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Quotation",
        readonly=True,
        help="The quotation or order that is the enquiry, having no opportunity.",
    )
    name = fields.Char(
        string="Enquiry",
        readonly=True,
        help="What the lead or opportunity is called, or the quotation's number.",
    )
    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client Row",
        readonly=True,
        help="The client in this company. Empty: he is none yet.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        readonly=True,
        help="Who asked: a company, or a person without one. Empty: a lead without a"
        " customer.",
    )
    referrer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Recommended by",
        readonly=True,
        help="Who recommended us, after the lead or else after the client.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="The client's salesperson; of somebody who is no client yet, the one of"
        " the lead.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The client's sales team; of somebody who is no client yet, the one of the"
        " lead.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Primary Segment",
        readonly=True,
        help="The client's primary segment.",
    )
    moment = fields.Datetime(
        string="Created at",
        readonly=True,
        help="When the enquiry was made. For a quotation dated back, its own date.",
    )
    day = fields.Date(
        string="Date",
        readonly=True,
        help="The day of the enquiry in the company's time zone.",
    )
    in_period = fields.Boolean(
        string="In the Period",
        readonly=True,
        help="Whether the enquiry was made in the company's period of client facts.",
    )
    source_kind = fields.Selection(
        selection=[
            ("repeat", "Repeat"),
            ("referral", "Recommendation"),
            ("other", "Other"),
        ],
        string="Source",
        readonly=True,
        help="Repeat: the client had ordered before. Recommendation: somebody had"
        " recommended us to him. Other: all the rest.",
    )
    converted_moment = fields.Datetime(
        string="Converted at",
        readonly=True,
        help="Date of the first confirmed order that came of the enquiry.",
    )
    is_converted = fields.Boolean(
        string="Converted",
        readonly=True,
        help="An order was confirmed by today.",
    )
    regular_moment = fields.Datetime(
        string="Regular Client since",
        readonly=True,
        help="When the enquiry was converted and its client had two confirmed orders.",
    )
    is_regular = fields.Boolean(
        string="Became a Regular Client",
        readonly=True,
        help="Converted, and the client has two confirmed orders by today.",
    )
    enquiry_count = fields.Integer(
        string="Enquiries",
        readonly=True,
        help="1 for each enquiry, to add up.",
    )
    converted_count = fields.Integer(
        string="Converted Enquiries",
        readonly=True,
        help="1 for a converted enquiry, to add up.",
    )
    conversion = fields.Float(
        string="Conversion, %",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Converted enquiries of all, in percent. Open ones are not converted.",
    )
    regular_count = fields.Integer(
        string="Regular Clients",
        readonly=True,
        help="1 for an enquiry whose client became a regular one, to add up.",
    )
    regular_share = fields.Float(
        string="Regular Clients, %",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Enquiries whose client became a regular one of all enquiries, in percent.",
    )

    def action_open(self):
        """Open the lead, opportunity or quotation."""
        self.ensure_one()
        self.check_access("read")
        record = self.lead_id or self.order_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def _read_group_select(self, aggregate_spec, query):
        """A share is the quotient of the sums."""
        name, _sep, function = aggregate_spec.partition(":")
        if function != "avg" or name not in RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100.0 * SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, RATIOS[name], query),
            self._field_to_sql(self._table, "enquiry_count", query),
        )

    # -- the query --------------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """
            WITH zones AS MATERIALIZED (%(zones)s),
            firsts AS MATERIALIZED (%(firsts)s),
            enquiries AS (%(leads)s UNION ALL %(quotations)s),
            dated AS (
                SELECT e.*, z.today, z.months, z.tz,
                       s.first_moment, s.first_lead, s.second_moment,
                       %(day)s AS day,
                       f.id AS fact_id, f.segment_id,
                       CASE WHEN f.id IS NULL THEN e.own_user_id
                            ELSE f.user_id END AS user_id,
                       CASE WHEN f.id IS NULL THEN e.own_team_id
                            ELSE f.team_id END AS team_id,
                       COALESCE(e.own_referrer_id, c.client_referrer_id) AS referrer_id
                  FROM enquiries e
                  JOIN zones z ON z.company_id = e.company_id
                  LEFT JOIN res_partner c ON c.id = e.partner_id
                  LEFT JOIN client_fact f ON f.company_id = e.company_id
                                         AND f.partner_id = e.partner_id AND f.active
                  LEFT JOIN firsts s ON s.company_id = e.company_id
                                    AND s.partner_id = e.partner_id),
            told AS (
                SELECT d.*,
                       CASE WHEN %(repeat)s THEN 'repeat'
                            WHEN d.referrer_id IS NOT NULL THEN 'referral'
                            ELSE 'other' END AS source_kind,
                       GREATEST(d.converted_moment,
                                CASE WHEN d.converted_moment IS NOT NULL
                                     THEN d.second_moment END)
                       AS both_moment
                  FROM dated d)
            SELECT t.id, t.company_id, t.lead_id, t.order_id, t.name, t.fact_id,
                   t.partner_id, t.referrer_id, t.user_id, t.team_id, t.segment_id,
                   t.moment, t.day, t.source_kind, t.converted_moment,
                   t.day <= t.today
                   AND t.day > (t.today - make_interval(months => t.months))::date
                   AS in_period,
                   x.is_converted, y.regular_moment, y.is_regular,
                   1 AS enquiry_count,
                   x.is_converted::int AS converted_count,
                   100.0 * x.is_converted::int AS conversion,
                   y.is_regular::int AS regular_count,
                   100.0 * y.is_regular::int AS regular_share
              FROM told t
             CROSS JOIN LATERAL (
                   SELECT COALESCE(%(converted_day)s <= t.today, FALSE)
                          AS is_converted) x
             CROSS JOIN LATERAL (
                   SELECT r.regular_moment,
                          COALESCE(%(regular_day)s <= t.today, FALSE) AS is_regular
                     FROM (SELECT CASE WHEN t.second_moment IS NOT NULL
                                       THEN t.both_moment END AS regular_moment) r) y
            """,
            zones=sql_company_clocks(self.env),
            firsts=self._sql_firsts(),
            leads=self._sql_leads(),
            quotations=self._sql_quotations(),
            repeat=self._sql_repeat(),
            day=_day("e.moment", "z"),
            converted_day=_day("t.converted_moment", "t"),
            regular_day=_day("r.regular_moment", "t"),
        )

    def _sql_firsts(self):
        """The moments of each client's first and second sale in a company."""
        return SQL(
            """
            SELECT s.company_id, s.partner_id,
                   s.moments[1] AS first_moment, s.leads[1] AS first_lead,
                   s.moments[2] AS second_moment
              FROM (SELECT so.company_id, p.commercial_partner_id AS partner_id,
                           array_agg(so.date_order ORDER BY so.date_order, so.id)
                           AS moments,
                           array_agg(so.opportunity_id ORDER BY so.date_order, so.id)
                           AS leads
                      FROM sale_order so
                      JOIN res_partner p ON p.id = so.partner_id
                     WHERE so.state = 'sale'
                     GROUP BY 1, 2) s
            """
        )

    def _sql_leads(self):
        """Leads and opportunities. Without a company that of the salesperson, of the
        team or, for what nobody has taken yet, of whoever entered it."""
        return SQL(
            """
            SELECT l.id::bigint * 2 AS id,
                   COALESCE(l.company_id, u.company_id, g.company_id, m.company_id)
                   AS company_id,
                   l.id AS lead_id, NULL::int AS order_id, l.name,
                   p.commercial_partner_id AS partner_id,
                   l.user_id AS own_user_id, l.team_id AS own_team_id,
                   l.client_referrer_id AS own_referrer_id,
                   l.create_date AS moment, o.moment AS converted_moment
              FROM crm_lead l
              LEFT JOIN res_partner p ON p.id = l.partner_id
              LEFT JOIN res_users u ON u.id = l.user_id
              LEFT JOIN crm_team g ON g.id = l.team_id
              LEFT JOIN res_users m ON m.id = l.create_uid
              LEFT JOIN (SELECT opportunity_id, MIN(date_order) AS moment
                           FROM sale_order
                          WHERE state = 'sale' AND opportunity_id IS NOT NULL
                          GROUP BY 1) o ON o.opportunity_id = l.id
            """
        )

    def _sql_quotations(self):
        """Quotations and orders without an opportunity. One that was dated back was
        made on the day it bears."""
        return SQL(
            """
            SELECT so.id::bigint * 2 + 1, so.company_id, NULL::int, so.id, so.name,
                   p.commercial_partner_id, so.user_id, so.team_id, NULL::int,
                   LEAST(so.create_date, so.date_order),
                   CASE WHEN so.state = 'sale' THEN so.date_order END
              FROM sale_order so
              JOIN res_partner p ON p.id = so.partner_id
             WHERE so.opportunity_id IS NULL
            """
        )

    def _sql_repeat(self):
        """The client had a sale before enquiry ``d``, other than the lead's own ones
        (which may be dated back)."""
        return SQL(
            """
            d.first_moment < d.moment
            AND CASE WHEN d.first_lead IS NULL OR d.lead_id IS NULL
                          OR d.first_lead != d.lead_id THEN TRUE
                     ELSE EXISTS (
                          SELECT 1
                            FROM sale_order so
                            JOIN res_partner p ON p.id = so.partner_id
                           WHERE p.commercial_partner_id = d.partner_id
                             AND so.company_id = d.company_id
                             AND so.state = 'sale' AND so.date_order < d.moment
                             AND so.opportunity_id IS DISTINCT FROM d.lead_id) END
            """
        )


def _day(moment, zone):
    """The company's calendar day of a UTC moment, daylight saving time minded."""
    return SQL(f"({moment} AT TIME ZONE 'UTC' AT TIME ZONE {zone}.tz)::date")
