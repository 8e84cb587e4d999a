from odoo import fields, models
from odoo.tools import SQL

# A meeting within a day counts at most so many hours, whatever its end says.
LONGEST_DAY = 12
# A meeting over days counts at most so many of them.
MOST_DAYS = 31
# Clients of one meeting: as many as the packed id has room for.
MOST_CLIENTS = 1024
# Outcomes of a call in which somebody was on the telephone.
SPOKEN = ("answered", "callback", "refused")


class ClientDevelopmentTime(models.Model):
    """The SQL from which development time comes."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.development.time"

    @property
    def _table_query(self):
        """One SELECT per kind; ids are packed so that a row keeps its id."""
        given = self.env["res.company"]._client_given_today()
        return SQL(
            """
            WITH clock AS (%(clock)s),
                 taken AS (%(taken)s),
                 met AS (%(met)s)
            SELECT w.id, w.company_id, w.user_id, w.partner_id, w.day, w.hours,
                   w.kind, w.event_id, w.attempt_id, w.survey_id, w.line_id,
                   COALESCE(t.id, w.record_team_id) AS team_id
              FROM (SELECT * FROM (%(meetings)s) m
                    UNION ALL
                    SELECT * FROM (%(calls)s) c
                    UNION ALL
                    SELECT * FROM (%(actions)s) a) w
              LEFT JOIN LATERAL (%(team)s) t ON TRUE
            """,
            clock=self._sql_clock(given),
            taken=self._sql_taken(given),
            met=self._sql_met(),
            meetings=self._sql_meetings(),
            calls=self._sql_calls(),
            actions=self._sql_actions(),
            team=self._sql_team(),
        )

    # -- parts -----------------------------------------------------------------------

    def _sql_clock(self, given):
        """Each company's time zone, today, hours of a working day and of a call."""
        today = SQL("%s::date", given)
        if not given:
            today = SQL(
                "(%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE z.tz)::date",
                fields.Datetime.now(),
            )
        return SQL(
            """
            SELECT co.id AS company_id, z.tz, %(today)s AS today,
                   COALESCE(NULLIF(cal.hours_per_day, 0), 8) AS day_hours,
                   COALESCE(co.client_call_minutes, 0) / 60.0 AS call_hours,
                   COALESCE(
                       (SELECT array_agg(DISTINCT att.dayofweek::int + 1)
                          FROM resource_calendar_attendance att
                         WHERE att.calendar_id = cal.id
                           AND att.day_period != 'lunch'),
                       '{1,2,3,4,5}') AS weekdays
              FROM res_company co
              LEFT JOIN res_partner cp ON cp.id = co.partner_id
              LEFT JOIN resource_calendar cal ON cal.id = co.resource_calendar_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(cal.tz, cp.tz, 'UTC') AS tz) z
            """,
            today=today,
        )

    def _sql_taken(self, given):
        """The users who took part in each meeting that has begun, once each."""
        begun = SQL() if given else SQL("AND e.start <= %s", fields.Datetime.now())
        return SQL(
            """
            SELECT DISTINCT ON (a.event_id, a.partner_id)
                   a.id, a.event_id, u.id AS user_id, u.company_id AS main_company_id
              FROM calendar_attendee a
              JOIN res_users u ON u.partner_id = a.partner_id AND u.share IS NOT TRUE
              JOIN calendar_event e ON e.id = a.event_id
             WHERE e.active
               AND (a.state = 'accepted'
                    OR e.user_id = u.id AND a.state IS DISTINCT FROM 'declined')
               AND (e.allday OR TRUE %(begun)s)
             ORDER BY a.event_id, a.partner_id, a.id, u.id
            """,
            begun=begun,
        )

    def _sql_met(self):
        """The clients whom each of these users met there, in one company each."""
        return SQL(
            """
            SELECT DISTINCT ON (taken.id, guest.client_id)
                   taken.*, guest.client_id, f.company_id, f.team_id
              FROM taken
              JOIN (SELECT DISTINCT a.event_id, p.commercial_partner_id AS client_id
                      FROM calendar_attendee a
                      JOIN res_partner p ON p.id = a.partner_id
                     WHERE a.state IS DISTINCT FROM 'declined'
                       AND NOT EXISTS (
                           SELECT FROM res_users u
                            WHERE u.partner_id = a.partner_id
                              AND u.share IS NOT TRUE)) guest
                ON guest.event_id = taken.event_id
              JOIN client_fact f ON f.partner_id = guest.client_id AND f.active
              JOIN res_company_users_rel r
                ON r.user_id = taken.user_id AND r.cid = f.company_id
             ORDER BY taken.id, guest.client_id,
                      f.company_id != taken.main_company_id, f.company_id
            """
        )

    def _sql_meetings(self):
        """Days and hours of the meetings, shared among the clients."""
        return SQL(
            """
            SELECT (met.id::bigint << 17) + (met.place << 7)
                       + (part.day - span.first << 2) AS id,
                   met.company_id, met.user_id, met.team_id AS record_team_id,
                   met.client_id AS partner_id, part.day,
                   part.hours / met.clients AS hours, 'meeting' AS kind,
                   e.id AS event_id, NULL::int AS attempt_id, NULL::int AS survey_id,
                   NULL::int AS line_id
              FROM (SELECT *,
                           COUNT(*) OVER (PARTITION BY id) AS clients,
                           ROW_NUMBER() OVER (PARTITION BY id ORDER BY client_id) - 1
                               AS place
                      FROM met) met
              JOIN calendar_event e ON e.id = met.event_id
              JOIN clock ON clock.company_id = met.company_id
             CROSS JOIN LATERAL (
                   SELECT e.allday OR e.stop - e.start >= INTERVAL '1 day' AS whole,
                          CASE WHEN e.allday THEN COALESCE(e.start_date, e.start::date)
                               ELSE (e.start AT TIME ZONE 'UTC'
                                             AT TIME ZONE clock.tz)::date
                           END AS first,
                          CASE WHEN e.allday THEN COALESCE(e.stop_date, e.stop::date)
                               ELSE (e.stop AT TIME ZONE 'UTC'
                                            AT TIME ZONE clock.tz)::date
                           END AS last) span
             CROSS JOIN LATERAL (
                   SELECT span.first AS day,
                          LEAST(EXTRACT(EPOCH FROM e.stop - e.start) / 3600,
                                %(longest)s)::float8 AS hours
                    WHERE span.whole IS NOT TRUE
                    UNION ALL
                   SELECT span.first + day_number, clock.day_hours
                     FROM generate_series(
                          0, LEAST(span.last - span.first, %(most)s)) AS day_number
                    WHERE span.whole
                      AND (span.first = span.last
                           OR EXTRACT(ISODOW FROM span.first + day_number)
                              = ANY(clock.weekdays))) part
             WHERE part.day <= clock.today AND part.hours > 0
               AND met.place < %(clients)s
            """,
            clients=MOST_CLIENTS,
            longest=LONGEST_DAY,
            most=MOST_DAYS - 1,
        )

    def _sql_calls(self):
        """Calls of surveys, and other calls: several about one contact are one."""
        return SQL(
            """
            SELECT DISTINCT ON (t.user_id, called.contact_id, t.date, called.company_id)
                   (t.id::bigint << 2) + 1 AS id,
                   called.company_id, t.user_id, called.team_id AS record_team_id,
                   p.commercial_partner_id AS partner_id, day.day,
                   clock.call_hours::float8 AS hours, 'call' AS kind,
                   NULL::int AS event_id, t.id AS attempt_id, t.survey_id,
                   NULL::int AS line_id
              FROM client_survey_attempt t
              LEFT JOIN client_survey s ON s.id = t.survey_id
              LEFT JOIN client_call c ON c.id = t.call_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(s.company_id, c.company_id) AS company_id,
                          COALESCE(s.team_id, c.team_id) AS team_id,
                          COALESCE(s.partner_id, c.partner_id) AS partner_id,
                          COALESCE(s.contact_id, c.contact_id) AS contact_id) called
              JOIN res_partner p ON p.id = called.partner_id
              JOIN clock ON clock.company_id = called.company_id
             CROSS JOIN LATERAL (
                   SELECT (t.date AT TIME ZONE 'UTC' AT TIME ZONE clock.tz)::date
                          AS day) day
             WHERE t.outcome IN %(spoken)s
               AND day.day <= clock.today AND clock.call_hours > 0
             ORDER BY t.user_id, called.contact_id, t.date, called.company_id, t.id
            """,
            spoken=SPOKEN,
        )

    def _sql_actions(self):
        """Dated hours less those of the meetings planned from the action.

        The meetings of an action are taken off the hours of the same person: first
        off those of the days of the meetings, then off the earliest. Corrections below
        zero stay, so that a person's rows of an action add up to his hours less those
        of his meetings, and never to less than nothing.
        """
        return SQL(
            """
            SELECT (left_over.id::bigint << 2) + 2 AS id,
                   l.company_id, left_over.user_id, l.team_id AS record_team_id,
                   p.commercial_partner_id AS partner_id, left_over.day,
                   left_over.hours, 'action' AS kind,
                   NULL::int AS event_id, NULL::int AS attempt_id,
                   NULL::int AS survey_id, l.id AS line_id
              FROM (SELECT id, line_id, user_id, day,
                           rest - COALESCE(LAG(rest) OVER way, 0) AS hours
                      FROM (SELECT e.id, e.line_id, e.user_id, e.date AS day,
                                   held.days,
                                   GREATEST(SUM(e.hours) OVER way
                                            - COALESCE(held.hours, 0), 0) AS rest
                              FROM client_plan_effort e
                              JOIN clock ON clock.company_id = e.company_id
                              LEFT JOIN (%(held)s) held
                                ON held.line_id = e.line_id
                               AND held.user_id = e.user_id
                               AND held.company_id = e.company_id
                             WHERE e.date <= clock.today
                            WINDOW way AS (
                                   PARTITION BY e.line_id, e.user_id
                                   ORDER BY (e.date = ANY(held.days)) IS TRUE DESC,
                                            e.date, e.id)) effort
                    WINDOW way AS (
                           PARTITION BY line_id, user_id
                           ORDER BY (day = ANY(days)) IS TRUE DESC, day, id)) left_over
              JOIN client_plan_line l ON l.id = left_over.line_id
              LEFT JOIN res_partner p ON p.id = l.partner_id
             WHERE ABS(left_over.hours) > 0.0001
            """,
            held=self._sql_held(),
        )

    def _sql_held(self):
        """Hours and days of the meetings that were planned from actions."""
        return SQL(
            """
            SELECT e.res_id AS line_id, m.user_id, m.company_id,
                   SUM(m.hours) AS hours, array_agg(DISTINCT m.day) AS days
              FROM (%(meetings)s) m
              JOIN calendar_event e ON e.id = m.event_id
             WHERE e.res_model = 'client.plan.line'
             GROUP BY 1, 2, 3
            """,
            meetings=self._sql_meetings(),
        )

    def _sql_team(self):
        """The team of the user in that company; the record's own comes first."""
        return SQL(
            """
            SELECT team.id
              FROM crm_team_member member
              JOIN crm_team team ON team.id = member.crm_team_id
             WHERE member.user_id = w.user_id
               AND member.active
               AND (team.company_id = w.company_id OR team.company_id IS NULL)
             ORDER BY team.id = w.record_team_id DESC NULLS LAST, team.id
             LIMIT 1
            """
        )
