from odoo import models
from odoo.tools import SQL

from .company_clocks import sql_company_clocks


class ClientEffort(models.Model):
    """The SQL of effort versus result."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.effort"

    @property
    def _table_query(self):
        """Parts of actions with the client's figures shared among them.

        The shares are taken over all rows of the client, before record rules leave some
        of them out: nobody sees more growth than belongs to the hours he sees.
        """
        return SQL(
            """
            WITH clock AS (%(clocks)s),
                 spent AS (%(spent)s),
                 part AS (%(own)s UNION ALL %(others)s)
            SELECT w.id, w.fact_id, w.company_id, w.partner_id, w.user_id,
                   w.employee_id, w.team_id, w.segment_id, w.action_type, w.plan_id,
                   w.line_id, w.hours, w.cost, w.done_count,
                   w.amount * share.part AS amount,
                   w.previous_amount * share.part AS previous_amount,
                   w.growth_amount * share.part AS growth_amount,
                   100.0 * w.growth_amount / NULLIF(w.previous_amount, 0) AS growth,
                   w.growth_amount * share.part
                       / NULLIF(w.hours, 0)::numeric AS growth_per_hour
              FROM (SELECT part.id, part.employee_id, part.hours, part.cost,
                           part.done_count, l.id AS line_id, l.plan_id, l.company_id,
                           l.partner_id, l.action_type, f.id AS fact_id,
                           COALESCE(f.user_id, CASE WHEN f.id IS NULL THEN l.user_id
                                               END) AS user_id,
                           COALESCE(f.team_id, l.team_id) AS team_id,
                           COALESCE(f.segment_id, plan.segment_id) AS segment_id,
                           f.amount, f.previous_amount, f.growth_amount,
                           GREATEST(part.hours, 0)::numeric AS weight,
                           SUM(GREATEST(part.hours, 0)::numeric) OVER client AS weights,
                           SUM(part.cost) OVER client AS costs,
                           COUNT(*) OVER client AS parts
                      FROM part
                      JOIN client_plan_line l ON l.id = part.line_id
                      JOIN client_plan plan ON plan.id = l.plan_id
                      LEFT JOIN client_fact f
                        ON f.partner_id = l.partner_id
                       AND f.company_id = l.company_id
                       AND f.active
                    WINDOW client AS (PARTITION BY f.id)) w
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN w.weights > 0 THEN w.weight / w.weights
                               WHEN w.costs > 0 THEN w.cost / w.costs
                               ELSE 1.0 / w.parts END AS part) share
            """,
            clocks=sql_company_clocks(self.env),
            spent=self._sql_spent(),
            own=self._sql_own(),
            others=self._sql_others(),
        )

    def _sql_spent(self):
        """Hours of the period per action and employee."""
        return SQL(
            """
            SELECT MIN(e.id) AS id, e.line_id, e.user_id, SUM(e.hours) AS hours
              FROM client_plan_effort e
              JOIN clock c ON c.company_id = e.company_id
             WHERE e.date <= c.today
               AND e.date > c.today - make_interval(months => c.months)
             GROUP BY e.line_id, e.user_id
            """
        )

    def _sql_own(self):
        """The responsible's part: his hours, and money and done of the action."""
        return SQL(
            """
            SELECT l.id::bigint * 2 AS id, l.id AS line_id, l.user_id AS employee_id,
                   COALESCE(spent.hours, 0) AS hours,
                   CASE WHEN due.counts THEN COALESCE(bought.cost, 0) ELSE 0
                   END AS cost,
                   (due.counts AND l.state IN ('done', 'accepted'))::int AS done_count
              FROM client_plan_line l
              JOIN clock c ON c.company_id = l.company_id
              JOIN client_plan plan ON plan.id = l.plan_id
              LEFT JOIN spent ON spent.line_id = l.id AND spent.user_id = l.user_id
              LEFT JOIN (SELECT line_id, SUM(cost) AS cost
                           FROM client_plan_resource GROUP BY line_id) bought
                ON bought.line_id = l.id
             CROSS JOIN LATERAL (
                   SELECT l.state != 'cancelled'
                          AND (l.state IN ('done', 'accepted')
                               OR plan.state IN ('running', 'closed'))
                          AND day.day <= c.today
                          AND day.day > c.today - make_interval(months => c.months)
                          AS counts
                     FROM (SELECT COALESCE(l.done_date, l.date_deadline)) day (day)
                   ) due
             WHERE due.counts OR spent.id IS NOT NULL
            """
        )

    def _sql_others(self):
        """The parts of everybody else who spent hours on an action."""
        return SQL(
            """
            SELECT spent.id::bigint * 2 + 1, spent.line_id, spent.user_id, spent.hours,
                   0, 0
              FROM spent
              JOIN client_plan_line l ON l.id = spent.line_id
             WHERE l.user_id IS DISTINCT FROM spent.user_id
            """
        )
