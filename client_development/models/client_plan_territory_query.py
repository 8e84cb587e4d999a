from odoo import models
from odoo.tools import SQL

# Hours on these count as talks with the client.
TALKS = ("call", "meeting", "visit")
# A meeting over days counts at most so many of them.
MOST_DAYS = 31


class ClientPlan(models.Model):
    """The SQL from which the facts of a territory's gates come."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    # -- clients -------------------------------------------------------------------

    def _get_gate_amounts(self):
        """Return what a medium and a large client buys in the company's period."""
        self.ensure_one()
        company = self.company_id.sudo()
        return tuple(
            company.currency_id.round(amount * company.client_period_months / 12)
            for amount in (
                company.client_gate_medium_amount,
                company.client_gate_large_amount,
            )
        )

    def _sql_gate_members(self):
        """The clients of these territories: place of the plan ``no``, ``client_id``."""
        return self.env["client.population"]._sql_members(
            [plan._get_population() for plan in self]
        )

    def _read_gate_clients(self):
        """Return ``{place: (medium, large, large without, large sharing)}``."""
        amounts = [plan._get_gate_amounts() for plan in self]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.no,
                       COUNT(*) FILTER (WHERE NOT c.is_large),
                       COUNT(*) FILTER (WHERE c.is_large),
                       COUNT(*) FILTER (WHERE c.is_large AND c.user_id IS NULL),
                       COUNT(*) FILTER (WHERE c.is_large AND c.user_id IS NOT NULL
                                          AND c.larges > 1)
                  FROM (SELECT m.no, f.user_id, f.amount >= p.large AS is_large,
                               COUNT(*) FILTER (WHERE f.amount >= p.large)
                                        OVER (PARTITION BY m.no, f.user_id) AS larges
                          FROM (%(members)s) m
                          JOIN unnest(%(numbers)s::int[], %(companies)s::int[],
                                      %(medium)s::numeric[], %(large)s::numeric[])
                               AS p(no, company_id, medium, large)
                            ON p.no = m.no
                          JOIN client_fact f
                            ON f.partner_id = m.client_id
                           AND f.company_id = p.company_id
                         WHERE f.amount >= p.medium) c
                 GROUP BY c.no
                """,
                members=self._sql_gate_members(),
                numbers=list(range(len(self))),
                companies=[plan.company_id.id for plan in self],
                medium=[medium for medium, _large in amounts],
                large=[large for _medium, large in amounts],
            )
        )
        return {no: tuple(numbers) for no, *numbers in rows}

    # -- talks ---------------------------------------------------------------------

    def _get_talk_days(self):
        """Return ``[(place, day)]``: the working days from the start of each plan until
        today, or until its end. The calendar of a company is asked once."""
        spans = {}
        for plan in self:
            company = plan.company_id.sudo()
            last = plan.date_closed or company._client_today()
            spans[plan] = (min(plan.date_start or last, last), last)
        worked = {
            company: company.sudo()._client_working_days(
                min(spans[plan][0] for plan in plans),
                max(spans[plan][1] for plan in plans),
            )
            for company, plans in self.grouped("company_id").items()
        }
        return [
            (no, day)
            for no, plan in enumerate(self)
            for day in worked[plan.company_id]
            if (plan.date_start or day) <= day <= spans[plan][1]
        ]

    def _read_gate_talks(self):
        """Return ``{place: (days, client, meetings, entries of hours)}``.

        Of each territory the client with most days of talks, the older one of two.
        """
        days = self._get_talk_days()
        if not days:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                WITH member AS (
                    SELECT m.no, m.client_id, p.company_id, p.tz
                      FROM (%(members)s) m
                      JOIN unnest(%(numbers)s::int[], %(companies)s::int[],
                                  %(zones)s::text[]) AS p(no, company_id, tz)
                        ON p.no = m.no),
                talk AS (%(meetings)s UNION ALL %(hours)s)
                SELECT DISTINCT ON (talk.no)
                       talk.no, COUNT(DISTINCT talk.day), talk.client_id,
                       array_remove(array_agg(DISTINCT talk.event_id), NULL),
                       array_remove(array_agg(DISTINCT talk.effort_id), NULL)
                  FROM talk
                  JOIN unnest(%(day_numbers)s::int[], %(days)s::date[])
                       AS worked(no, day)
                    ON worked.no = talk.no AND worked.day = talk.day
                 GROUP BY talk.no, talk.client_id
                 ORDER BY talk.no, 2 DESC, talk.client_id
                """,
                members=self._sql_gate_members(),
                numbers=list(range(len(self))),
                companies=[plan.company_id.id for plan in self],
                zones=[plan.company_id.sudo()._client_timezone().zone for plan in self],
                meetings=self._sql_gate_meetings(min(day for _no, day in days)),
                hours=self._sql_gate_hours(),
                day_numbers=[no for no, _day in days],
                days=[day for _no, day in days],
            )
        )
        return {
            no: (count, client_id, tuple(event_ids), tuple(effort_ids))
            for no, count, client_id, event_ids, effort_ids in rows
        }

    def _sql_gate_meetings(self, first):
        """The days of meetings with the contacts of clients, held by our people."""
        return SQL(
            """
            SELECT DISTINCT member.no, member.client_id,
                   span.first + part AS day, e.id AS event_id, NULL::int AS effort_id
              FROM member
              JOIN res_partner contact
                ON contact.commercial_partner_id = member.client_id
              JOIN calendar_attendee guest
                ON guest.partner_id = contact.id
               AND guest.state IS DISTINCT FROM 'declined'
              JOIN calendar_event e
                ON e.id = guest.event_id AND e.active
               AND e.stop >= %(first)s::date - 1
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN e.allday THEN COALESCE(e.start_date, e.start::date)
                               ELSE (e.start AT TIME ZONE 'UTC'
                                             AT TIME ZONE member.tz)::date
                           END AS first,
                          CASE WHEN e.allday THEN COALESCE(e.stop_date, e.stop::date)
                               ELSE (e.stop AT TIME ZONE 'UTC'
                                            AT TIME ZONE member.tz)::date
                           END AS last) span
             CROSS JOIN LATERAL generate_series(
                   0, LEAST(GREATEST(span.last - span.first, 0), %(most)s)) AS part
             WHERE EXISTS (
                   SELECT FROM res_users u
                     JOIN res_company_users_rel r
                       ON r.user_id = u.id AND r.cid = member.company_id
                    WHERE u.share IS NOT TRUE
                      AND (u.id = e.user_id OR EXISTS (
                           SELECT FROM calendar_attendee ours
                            WHERE ours.event_id = e.id
                              AND ours.partner_id = u.partner_id
                              AND ours.state IS DISTINCT FROM 'declined')))
            """,
            first=first,
            most=MOST_DAYS - 1,
        )

    def _sql_gate_hours(self):
        """The days on which hours were entered on calls, meetings and visits.

        An action belongs to the client of its plan, or of the person whom it is to win.
        A day whose hours were all taken back does not count.
        """
        return SQL(
            """
            SELECT spent.no, spent.client_id, spent.date, NULL::int, spent.id
              FROM (SELECT member.no, member.client_id, effort.date, effort.id,
                           SUM(effort.hours) OVER (
                               PARTITION BY member.no, member.client_id, effort.date)
                           AS hours
                      FROM client_plan_effort effort
                      JOIN client_plan_line line
                        ON line.id = effort.line_id AND line.action_type IN %(talks)s
                      LEFT JOIN res_partner contact ON contact.id = line.contact_id
                      JOIN member
                        ON member.client_id = COALESCE(
                           contact.commercial_partner_id, line.partner_id)
                       AND member.company_id = effort.company_id) spent
             WHERE spent.hours > 0
            """,
            talks=TALKS,
        )
