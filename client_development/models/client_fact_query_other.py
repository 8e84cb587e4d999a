from datetime import datetime

from odoo import api, models
from odoo.tools import SQL


class ClientFact(models.Model):
    """The parts of a client's facts that are not sales (see client_fact_query.py)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    @api.model
    def _sql_clients(self, company, only):
        """The clients of ``company``: whoever has a row, a sale, a quotation or an
        opportunity.

        Reads the sales and quotations that the statement around it has worked out.
        """
        return SQL(
            """
            SELECT p.id AS client_id
              FROM client_fact f
              JOIN res_partner p ON p.id = f.partner_id
             WHERE f.company_id = %(company)s AND f.active %(only)s
             UNION
            SELECT client_id FROM sums WHERE orders_ever > 0
             UNION
            SELECT client_id FROM quotations
             UNION
            SELECT p.commercial_partner_id
              FROM crm_lead l
              JOIN res_partner p ON p.id = l.partner_id
              LEFT JOIN res_users u ON u.id = l.user_id
             WHERE l.type = 'opportunity'
               AND l.active
               AND COALESCE(l.company_id, u.company_id) = %(company)s %(only)s
            """,
            company=company.id,
            only=only,
        )

    @api.model
    def _sql_surveys(self, period, only):
        """Ratings by the day of the answer, duties by their due date."""
        starts = [period.bounds[number - 1] for number in period.first_buckets]
        days = period.days
        answered = SQL("s.state = 'done' AND s.date_done < %s", period.end)
        rated = SQL("%s AND s.rating > 0", answered)
        duty = SQL("s.state != 'cancelled' AND s.date_due <= %s", period.date)
        return SQL(
            """
            SELECT p.commercial_partner_id AS client_id,
                   COUNT(*) FILTER (WHERE %(rated0)s) AS ratings_0,
                   COUNT(*) FILTER (WHERE %(rated1)s) AS ratings_1,
                   SUM(s.rating) FILTER (WHERE %(rated0)s) AS rating_sum_0,
                   SUM(s.rating) FILTER (WHERE %(rated1)s) AS rating_sum_1,
                   COUNT(*) FILTER (WHERE %(rated0)s AND s.rating >= 4) AS good_0,
                   COUNT(*) FILTER (WHERE %(rated1)s AND s.rating >= 4) AS good_1,
                   COUNT(*) FILTER (WHERE %(due0)s) AS surveys_0,
                   COUNT(*) FILTER (WHERE %(due1)s) AS surveys_1,
                   COUNT(*) FILTER (WHERE %(due0)s AND %(answered)s) AS done_0,
                   COUNT(*) FILTER (WHERE %(due1)s AND %(answered_then)s) AS done_1
              FROM client_survey s
              JOIN res_partner p ON p.id = s.partner_id
             WHERE s.company_id = %(company)s
               AND (s.date_due >= %(since)s OR s.date_done >= %(moment)s) %(only)s
             GROUP BY 1
            """,
            answered=answered,
            answered_then=SQL("s.state = 'done' AND s.date_done < %s", starts[0]),
            rated0=SQL("%s AND s.date_done >= %s", rated, starts[0]),
            rated1=SQL(
                "%s AND s.date_done >= %s AND s.date_done < %s",
                rated,
                starts[1],
                starts[0],
            ),
            due0=SQL("%s AND s.date_due >= %s", duty, days[0]),
            due1=SQL(
                "%s AND s.date_due >= %s AND s.date_due < %s", duty, days[1], days[0]
            ),
            company=period.company.id,
            since=days[1],
            moment=starts[1],
            only=only,
        )

    @api.model
    def _sql_raises(self, period, only):
        """Whether a person raised the client's priority, and it was not undone."""
        counted = SQL(
            "m.is_raise AND (m.undone_on IS NULL OR m.undone_on > %s)", period.date
        )
        return SQL(
            """
            SELECT p.commercial_partner_id AS client_id,
                   BOOL_OR(m.day >= %(first)s) AS raised_0,
                   BOOL_OR(m.day < %(first)s) AS raised_1
              FROM client_segment_move m
              JOIN res_partner p ON p.id = m.partner_id
             WHERE m.company_id = %(company)s
               AND m.day >= %(previous)s
               AND m.day <= %(date)s
               AND %(counted)s %(only)s
             GROUP BY 1
            """,
            first=period.days[0],
            company=period.company.id,
            previous=period.days[1],
            date=period.date,
            counted=counted,
            only=only,
        )

    @api.model
    def _sql_quotations(self, period, only):
        """Clients with an order that is not cancelled and not yet a sale at D."""
        return SQL(
            """
            SELECT DISTINCT p.commercial_partner_id AS client_id
              FROM sale_order so
              JOIN res_partner p ON p.id = so.partner_id
             WHERE so.company_id = %(company)s
               AND (so.state IN ('draft', 'sent')
                    OR so.state = 'sale' AND so.date_order >= %(end)s) %(only)s
            """,
            company=period.company.id,
            end=period.end,
            only=only,
        )

    @api.model
    def _sql_completed(self, period, only):
        """Clients with a completed order; what "completed" means, surveys say."""
        orders = SQL(
            "AND so.partner_id IN (SELECT p.id FROM res_partner p WHERE TRUE %s)", only
        )
        completed = self.env["client.survey"]._get_completed_query(
            period.company, datetime.min, orders if only else None
        )
        return SQL(
            """
            SELECT DISTINCT p.commercial_partner_id AS client_id
              FROM (%(completed)s) done
              JOIN sale_order so ON so.id = done.order_id
              JOIN res_partner p ON p.id = so.partner_id
             WHERE so.date_order < %(end)s AND done.moment < %(end)s
            """,
            completed=completed,
            end=period.end,
        )

    @api.model
    def _sql_responsible(self, company, clients):
        """Salesperson and team of each of ``clients`` (SQL or table of client_id).

        The salesperson of the contact card; without one, or one of another company,
        that of the last order, else of the last quotation, else opportunity. The team
        is the salesperson's, else that of the last dealing, else the one known before.
        """
        here = SQL("company_id = %s", company.id)
        return SQL(
            """
            WITH own AS (
                SELECT c.client_id, u.id AS user_id, u.sale_team_id AS team_id
                  FROM (%(clients)s) c
                  JOIN res_partner p ON p.id = c.client_id
                  LEFT JOIN res_users u
                         ON u.id = p.user_id
                        AND EXISTS (SELECT 1 FROM res_company_users_rel r
                                     WHERE r.user_id = u.id AND r.cid = %(company)s)
            ), dealing AS (
                SELECT own.client_id,
                       CASE so.state WHEN 'sale' THEN 1 ELSE 2 END AS kind,
                       so.date_order AS moment, so.id, so.user_id, so.team_id
                  FROM own
                  JOIN res_partner p ON p.commercial_partner_id = own.client_id
                  JOIN sale_order so ON so.partner_id = p.id
                 WHERE own.team_id IS NULL AND so.%(here)s AND so.state != 'cancel'
                 UNION ALL
                SELECT own.client_id, 3, l.create_date, l.id, l.user_id, l.team_id
                  FROM own
                  JOIN res_partner p ON p.commercial_partner_id = own.client_id
                  JOIN crm_lead l ON l.partner_id = p.id
                  LEFT JOIN res_users u ON u.id = l.user_id
                 WHERE own.team_id IS NULL
                   AND l.type = 'opportunity' AND l.active
                   AND COALESCE(l.company_id, u.company_id) = %(company)s
            ), last AS (
                SELECT DISTINCT ON (client_id) client_id, user_id, team_id
                  FROM dealing
                 ORDER BY client_id, kind, moment DESC, id DESC)
            SELECT own.client_id,
                   COALESCE(own.user_id, last.user_id) AS user_id,
                   COALESCE(own.team_id, u.sale_team_id, last.team_id, (
                       SELECT f.team_id FROM client_fact f
                        WHERE f.partner_id = own.client_id AND f.%(here)s)) AS team_id
              FROM own
              LEFT JOIN last ON last.client_id = own.client_id
              LEFT JOIN res_users u
                     ON own.user_id IS NULL AND u.id = last.user_id
            """,
            clients=clients,
            company=company.id,
            here=here,
        )
