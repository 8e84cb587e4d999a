from odoo import models
from odoo.tools import SQL

from .company_clocks import sql_company_clocks


class ClientEnquiry(models.Model):
    """How enquiries are found and told apart (docs/facts.md)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.enquiry"

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
                   MIN(s.date_order) AS first_moment,
                   MIN(s.opportunity_id) FILTER (WHERE s.number = 1) AS first_lead,
                   MIN(s.date_order) FILTER (WHERE s.number = 2) AS second_moment
              FROM (SELECT so.company_id, p.commercial_partner_id AS partner_id,
                           so.date_order, so.opportunity_id,
                           ROW_NUMBER() OVER (
                               PARTITION BY so.company_id, p.commercial_partner_id
                               ORDER BY so.date_order) AS number
                      FROM sale_order so
                      JOIN res_partner p ON p.id = so.partner_id
                     WHERE so.state = 'sale') s
             WHERE s.number <= 2
             GROUP BY 1, 2
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
