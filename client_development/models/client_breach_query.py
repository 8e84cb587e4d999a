from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Clients with a primary segment, what they are owed and who is named.
OWED = SQL.identifier("client_breach_owed")
#: Clients who are late with a contact by all that is cheap to ask.
LATE = SQL.identifier("client_breach_late")
#: One row per standard that is not kept.
FOUND = SQL.identifier("client_breach_found")
# Dates stay within what the database can hold, whatever is entered as a standard.
MAX_DAYS = 100_000


class ClientBreach(models.Model):
    """The SQL that works out which standards are not kept, for all clients at once.

    The definitions are in docs/standards.md. Messages are by far the most rows; they
    are read only of clients who are late by everything else, by their index.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.breach"

    @api.model
    def _find_breaches(self, company, date, only):
        """Put what is breached on ``date`` into the temporary table :data:`FOUND`.

        :param only: SQL that restricts the clients ``f``
        """
        facts = self.env["client.fact"].sudo()
        facts._prepare_session()
        values = {
            "company": company.id,
            "date": date,
            "tz": company._client_timezone().zone,
            # Nothing of the future counts, neither of the day nor of the hour.
            "end": min(
                company._client_midnight(date + timedelta(days=1)),
                max(fields.Datetime.now(), company._client_midnight(date)),
            ),
            "max_days": MAX_DAYS,
            "owed": OWED,
        }
        facts._create_temporary(OWED, self._sql_owed(company, only), "fact_id")
        facts._create_temporary(LATE, self._sql_late(values), "client_id")
        facts._create_temporary(
            FOUND,
            SQL(
                """
                SELECT o.fact_id, o.partner_id, o.partner_id AS client_id, o.segment_id,
                       o.user_id, o.team_id, o.responsible_id, b.standard,
                       b.limit_value::float8 AS limit_value,
                       b.actual_value::float8 AS actual_value,
                       b.date_last, b.date_due
                  FROM %s o
                  JOIN (%s) b ON b.fact_id = o.fact_id
                """,
                OWED,
                SQL(" UNION ALL ").join(
                    getattr(self, f"_sql_breached_{standard}")(values)
                    for standard, _label in self._fields["standard"].selection
                ),
            ),
        )
        # Whatever the planner believes of the breaches, it finds them here at once.
        self.env.cr.execute(SQL("CREATE UNIQUE INDEX ON %s (fact_id, standard)", FOUND))
        self.env.cr.execute(SQL("ANALYZE %s", FOUND))

    @api.model
    def _sql_owed(self, company, only):
        """Who is owed something: clients with a primary segment, and who is named."""
        employees, leaders = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("active", "=", True),
                    ("share", "=", False),
                    ("company_ids", "in", company.ids),
                    (
                        "all_group_ids",
                        "in",
                        self.env.ref(f"client_development.group_client_{role}").ids,
                    ),
                ]
            )
            for role in ("user", "leader")
        )
        return SQL(
            """
            SELECT f.id AS fact_id, f.partner_id, f.segment_id, f.user_id, f.team_id,
                   CASE WHEN f.user_id = ANY(%(employees)s::int[]) THEN f.user_id
                        WHEN t.user_id = ANY(%(leaders)s::int[]) THEN t.user_id
                    END AS responsible_id,
                   f.create_date, f.order_count, f.product_count, f.survey_count,
                   f.survey_coverage, s.contact_days, s.plan_required, s.review_days,
                   s.minimum_products, s.coverage_target
              FROM client_fact f
              JOIN res_partner p ON p.id = f.partner_id AND p.active
              JOIN client_segment s ON s.id = f.segment_id AND s.active
              LEFT JOIN crm_team t ON t.id = f.team_id
             WHERE f.company_id = %(company)s AND f.active %(only)s
            """,
            employees=employees.ids,
            leaders=leaders.ids,
            company=company.id,
            only=only,
        )

    # -- contact ----------------------------------------------------------------------

    @api.model
    def _sql_late(self, values):
        """Clients who are late unless a message or a done activity says otherwise.

        The days count from the last contact, but not from before the day on which the
        client came into the segment (or became a client).
        """
        return SQL(
            """
            WITH known AS (
                SELECT client_id, MAX(day) AS day
                  FROM (%(meetings)s) contacts
                 GROUP BY client_id
            ), entered AS (
                SELECT fact_id, to_segment_id, MAX(day) AS day
                  FROM client_segment_move
                 WHERE company_id = %(company)s
                 GROUP BY fact_id, to_segment_id
            )
            SELECT o.fact_id, o.partner_id AS client_id, o.contact_days,
                   since.day AS since, k.day AS last
              FROM %(owed)s o
              LEFT JOIN known k ON k.client_id = o.partner_id
              LEFT JOIN entered e ON e.fact_id = o.fact_id
                                 AND e.to_segment_id = o.segment_id
             CROSS JOIN LATERAL (SELECT COALESCE(e.day, %(created)s) AS day) since
             WHERE o.contact_days > 0
               AND GREATEST(since.day, k.day)
                 < %(date)s::date - LEAST(o.contact_days, %(max_days)s)
            """,
            meetings=self._sql_meetings(values),
            created=self._sql_day(SQL("o.create_date"), values),
            **values,
        )

    @api.model
    def _sql_meetings(self, values):
        """Calls that reached somebody, answers, meetings, done actions: client, day."""
        return SQL(
            """
            SELECT p.commercial_partner_id AS client_id, %(attempt_day)s AS day
              FROM client_survey_attempt a
              JOIN client_survey s ON s.id = a.survey_id
              JOIN res_partner p ON p.id = s.partner_id
             WHERE s.company_id = %(company)s
               AND a.outcome IN ('answered', 'callback', 'refused')
               AND a.date < %(end)s
             UNION ALL
            SELECT p.commercial_partner_id, %(attempt_day)s
              FROM client_survey_attempt a
              JOIN client_call c ON c.id = a.call_id
              JOIN res_partner p ON p.id = c.partner_id
             WHERE c.company_id = %(company)s
               AND a.outcome IN ('answered', 'callback', 'refused')
               AND a.date < %(end)s
             UNION ALL
            SELECT p.commercial_partner_id, %(answer_day)s
              FROM client_survey s
              JOIN res_partner p ON p.id = s.partner_id
             WHERE s.company_id = %(company)s
               AND s.state = 'done'
               AND s.date_done < %(end)s
             UNION ALL
            SELECT p.commercial_partner_id, l.done_date
              FROM client_plan_line l
              JOIN res_partner p ON p.id = l.partner_id
             WHERE l.company_id = %(company)s
               AND l.state IN ('done', 'accepted')
               AND l.done_date <= %(date)s
             UNION ALL
            SELECT p.commercial_partner_id, %(meeting_day)s
              FROM calendar_event e
              JOIN calendar_attendee a ON a.event_id = e.id
              JOIN res_partner p ON p.id = a.partner_id
             WHERE e.active
               AND e.start < %(end)s
               AND COALESCE(a.state, '') != 'declined'
               AND %(works_here)s
            """,
            attempt_day=self._sql_day(SQL("a.date"), values),
            answer_day=self._sql_day(SQL("s.date_done"), values),
            meeting_day=self._sql_day(SQL("e.start"), values),
            works_here=self._sql_works_here(SQL("e.user_id"), values),
            **values,
        )

    @api.model
    def _sql_messages(self, values):
        """Messages with the people of late clients and done activities: client, day.

        In the chatter of the contacts, and of this company's orders and opportunities.
        Neither internal notes nor what the system writes by itself.
        """
        to_client = SQL(
            """
            SELECT 1
              FROM %s r
              JOIN res_partner rp ON rp.id = r.res_partner_id
             WHERE r.%s = m.id AND rp.commercial_partner_id = d.client_id
            """,
            SQL.identifier("mail_message_res_partner_rel"),
            SQL.identifier("mail_message_id"),
        )
        notified = SQL(
            """
            SELECT 1
              FROM mail_notification r
              JOIN res_partner rp ON rp.id = r.res_partner_id
             WHERE r.mail_message_id = m.id AND rp.commercial_partner_id = d.client_id
            """
        )
        return SQL(
            """
            WITH people AS (
                SELECT p.id, p.commercial_partner_id AS client_id
                  FROM %(late)s c
                  JOIN res_partner p ON p.commercial_partner_id = c.client_id
            ), documents AS (
                SELECT 'res.partner' AS model, id AS res_id, client_id FROM people
                 UNION ALL
                SELECT 'sale.order', so.id, people.client_id
                  FROM people
                  JOIN sale_order so ON so.partner_id = people.id
                 WHERE so.company_id = %(company)s
                 UNION ALL
                SELECT 'crm.lead', l.id, people.client_id
                  FROM people
                  JOIN crm_lead l ON l.partner_id = people.id
                 WHERE COALESCE(l.company_id, %(company)s) = %(company)s
            )
            SELECT d.client_id, %(day)s AS day
              FROM documents d
              JOIN mail_message m ON m.model = d.model AND m.res_id = d.res_id
              LEFT JOIN mail_message_subtype t ON t.id = m.subtype_id
              LEFT JOIN res_partner author ON author.id = m.author_id
              LEFT JOIN res_users u ON u.partner_id = m.author_id AND NOT u.share
             WHERE m.date < %(end)s
               AND (m.subtype_id = %(done)s
                    OR m.message_type IN ('comment', 'email')
                   AND m.is_internal IS NOT TRUE
                   AND t.internal IS NOT TRUE
                   AND (author.commercial_partner_id = d.client_id
                        OR EXISTS (%(to_client)s) OR EXISTS (%(notified)s)))
               AND (m.model != 'res.partner' OR %(works_here)s)
            """,
            late=LATE,
            day=self._sql_day(SQL("m.date"), values),
            done=self.env.ref("mail.mt_activities").id,
            to_client=to_client,
            notified=notified,
            works_here=self._sql_works_here(SQL("u.id"), values),
            **values,
        )

    @api.model
    def _sql_works_here(self, user, values):
        """Who is not known to work elsewhere only: contacts belong to all companies."""
        return SQL(
            """
            (%(user)s IS NULL OR EXISTS (
                SELECT 1 FROM res_company_users_rel w
                 WHERE w.user_id = %(user)s AND w.cid = %(company)s))
            """,
            user=user,
            company=values["company"],
        )

    @api.model
    def _sql_day(self, moment, values):
        """The company's day of a moment."""
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, values["tz"]
        )

    # -- the standards ----------------------------------------------------------------

    @api.model
    def _sql_breached_contact(self, values):
        return SQL(
            """
            SELECT c.fact_id, 'contact'::varchar AS standard,
                   c.contact_days AS limit_value, NULL::float8 AS actual_value,
                   GREATEST(c.last, m.day) AS date_last,
                   GREATEST(c.since, c.last, m.day) + c.contact_days AS date_due
              FROM %(late)s c
              LEFT JOIN (SELECT client_id, MAX(day) AS day
                           FROM (%(messages)s) messages GROUP BY client_id) m
                     ON m.client_id = c.client_id
             WHERE GREATEST(c.since, c.last, m.day)
                 < %(date)s::date - LEAST(c.contact_days, %(max_days)s)
            """,
            late=LATE,
            messages=self._sql_messages(values),
            **values,
        )

    @api.model
    def _sql_breached_plan(self, values):
        return SQL(
            """
            SELECT o.fact_id, 'plan', NULL, NULL::float8, NULL::date, NULL::date
              FROM %(owed)s o
             WHERE o.plan_required
               AND NOT EXISTS (%(plans)s)
            """,
            plans=self._sql_plans(SQL("1"), values),
            **values,
        )

    @api.model
    def _sql_breached_review(self, values):
        return SQL(
            """
            SELECT o.fact_id, 'review', o.review_days, NULL::float8, NULL::date,
                   plan.review
              FROM %(owed)s o
             CROSS JOIN LATERAL (%(plans)s) plan
             WHERE o.review_days > 0
               AND plan.review < %(date)s
            """,
            plans=self._sql_plans(SQL("MIN(pl.next_review_date) AS review"), values),
            **values,
        )

    @api.model
    def _sql_plans(self, columns, values):
        """The running plans of client ``o`` himself."""
        return SQL(
            """
            SELECT %(columns)s
              FROM client_plan pl
             WHERE pl.partner_id = o.partner_id
               AND pl.company_id = %(company)s
               AND pl.scope = 'client'
               AND pl.state = 'running'
            """,
            columns=columns,
            company=values["company"],
        )

    @api.model
    def _sql_breached_positions(self, values):
        return SQL(
            """
            SELECT o.fact_id, 'positions', o.minimum_products,
                   COALESCE(o.product_count, 0), NULL::date, NULL::date
              FROM %(owed)s o
             WHERE o.minimum_products > 0
               AND o.order_count > 0
               AND COALESCE(o.product_count, 0) < o.minimum_products
            """,
            **values,
        )

    @api.model
    def _sql_breached_coverage(self, values):
        return SQL(
            """
            SELECT o.fact_id, 'coverage', o.coverage_target,
                   COALESCE(o.survey_coverage, 0), NULL::date, NULL::date
              FROM %(owed)s o
             WHERE o.coverage_target > 0
               AND o.survey_count > 0
               AND COALESCE(o.survey_coverage, 0) < o.coverage_target
            """,
            **values,
        )
