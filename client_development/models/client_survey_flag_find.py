import hashlib
import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Answers looked at together, and committed together by the scheduled action.
SCREEN_BATCH = 1000
SCREEN_LOCK = "client_development.client_survey_flag"
# Older answers are left alone: nobody remembers the call any more.
SCREEN_DAYS = 90
FREE_TEXTS = ("char_box", "text_box")
COLUMNS = """survey_id, kind, value, text, compared_id, operator_id, team_id,
    company_id, date_done, date, state, create_uid, create_date, write_uid,
    write_date"""


class ClientSurveyFlag(models.Model):
    """Finding answers to check: a constant number of queries per batch of answers.

    Each answer is looked at once, after it was given; its survey is stamped. Texts are
    compared by a key of the operator and the text without case, spaces and
    punctuation, which an index finds however many answers there are.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey.flag"

    @api.model
    def _cron_screen_answers(self):
        """Look at the new answers of all companies; one commit per batch.

        A company that fails is logged and left out until the next run.
        """
        companies = self.env["res.company"]._get_client_companies()
        progress = self.env["ir.cron"]
        for number, company in enumerate(companies, start=1):
            left = len(companies) - number
            while self._attempt_screening(company):
                if not progress._commit_progress(1, remaining=left + 1):
                    return
            progress._commit_progress(remaining=left)

    @api.model
    def _attempt_screening(self, company):
        try:
            with self.env.cr.savepoint():
                return self._screen_answers(company)
        except SerializationFailure:
            # Somebody annuls an answer of the batch: the next run looks at the rest.
            self.env.cr.rollback()
        except Exception:
            _logger.exception("Answers of %s could not be looked at", company.name)
        return 0

    @api.model
    def _screen_answers(self, company, limit=SCREEN_BATCH):
        """Look at the next ``limit`` new answers of ``company``. Never commits.

        :return: how many were looked at
        """
        if not self._lock_screening(company):
            return 0  # another process is at it
        self.env.flush_all()
        self._note_new_opt_outs(company)
        batch = self._take_batch(company, limit)
        if not batch:
            return 0
        self._key_texts(batch)
        for find in (
            self._sql_fast,
            self._sql_night,
            self._sql_copied,
            self._sql_equal,
        ):
            query = find(company.sudo(), batch)
            if query:
                self._store_found(query)
        self._note_fetched(company.sudo(), batch)
        # not the survey's last change: nobody but leaders learns of it
        self.env.cr.execute(
            SQL(
                "UPDATE client_survey SET date_screened = %s WHERE id = ANY(%s)",
                fields.Datetime.now(),
                batch,
            )
        )
        self.env.invalidate_all(flush=False)
        return len(batch)

    @api.model
    def _lock_screening(self, company):
        [(taken,)] = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
                SCREEN_LOCK,
                company.id,
            )
        )
        return taken

    @api.model
    def _take_batch(self, company, limit):
        """Return the ids of answered surveys not looked at yet, locked."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM client_survey
                 WHERE company_id = %(company)s
                   AND state = 'done'
                   AND date_screened IS NULL
                   AND date_done >= %(since)s
                 ORDER BY date_done, id
                 LIMIT %(limit)s
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                company=company.id,
                since=fields.Datetime.now() - timedelta(days=SCREEN_DAYS),
                limit=limit,
            )
        )
        return [survey_id for (survey_id,) in rows]

    # -- texts ---------------------------------------------------------------------

    @api.model
    def _normalise_text(self, text):
        """Return ``text`` without case, spaces and punctuation, in any script."""
        return "".join(sign for sign in (text or "").casefold() if sign.isalnum())

    @api.model
    def _key_texts(self, batch):
        """Give the texts of the batch their keys and sizes."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, a.answer, s.operator_id, q.question_type
                  FROM client_survey_answer a
                  JOIN client_survey s ON s.id = a.survey_id
                  LEFT JOIN survey_question q ON q.id = a.question_id
                 WHERE a.survey_id = ANY(%s)
                   AND a.annulment_id IS NULL
                   AND COALESCE(a.rating, 0) = 0
                   AND s.operator_id IS NOT NULL
                """,
                batch,
            )
        )
        keys = []
        for answer_id, answer, operator_id, kind in rows:
            text = self._normalise_text(answer)
            if not text:
                continue
            key = hashlib.sha256(f"{operator_id}:{text}".encode()).hexdigest()[:32]
            size = len(text) if kind in FREE_TEXTS else 0
            keys.append(SQL("(%s, %s, %s)", answer_id, key, size))
        if keys:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE client_survey_answer a
                       SET text_key = k.key, text_size = k.size
                      FROM (VALUES %s) k (id, key, size)
                     WHERE a.id = k.id
                    """,
                    SQL(", ").join(keys),
                )
            )

    # -- what is found -------------------------------------------------------------

    @api.model
    def _store_found(self, query):
        """Store what ``query`` finds: survey, kind, value, text, other survey."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO client_survey_flag (%(columns)s)
                SELECT f.survey_id, f.kind, f.value, f.text, f.compared_id,
                       s.operator_id, s.team_id, s.company_id, s.date_done, %(now)s,
                       'check', %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(query)s) f (survey_id, kind, value, text, compared_id)
                  JOIN client_survey s ON s.id = f.survey_id
                 ORDER BY f.survey_id
                    ON CONFLICT (survey_id, kind) WHERE annulment_id IS NULL
                       DO UPDATE SET value = EXCLUDED.value
                       WHERE client_survey_flag.state = 'check'
                         AND client_survey_flag.value IS DISTINCT FROM EXCLUDED.value
                """,
                columns=SQL(COLUMNS),
                query=query,
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )

    @api.model
    def _sql_by_call(self, alias):
        """Condition: a call of its own led to the answer of this survey."""
        survey = SQL.identifier(alias)
        own = SQL()
        if "answered_with_id" in self.env["client.survey"]._fields:
            own = SQL("AND %s.answered_with_id IS NULL", survey)
        return SQL(
            "%(s)s.state = 'done' AND %(s)s.channel = 'call'"
            " AND %(s)s.operator_id IS NOT NULL %(own)s",
            s=survey,
            own=own,
        )

    @api.model
    def _sql_fast(self, company, batch):
        """Recorded in less time than the questions need. 0 was not measured."""
        seconds = company.client_flag_fast_seconds
        return seconds and SQL(
            """
            SELECT s.id, 'fast', s.duration, NULL, NULL::int
              FROM client_survey s
             WHERE s.id = ANY(%(batch)s)
               AND %(by_call)s
               AND s.duration > 0
               AND s.duration < %(seconds)s
            """,
            batch=batch,
            by_call=self._sql_by_call("s"),
            seconds=seconds,
        )

    @api.model
    def _sql_night(self, company, batch):
        """Recorded outside the hours of calls, in the company's time zone."""
        return SQL(
            """
            SELECT f.id, 'night', f.minute, NULL, NULL::int
              FROM (SELECT s.id, EXTRACT(HOUR FROM local.moment)::int * 60
                               + EXTRACT(MINUTE FROM local.moment)::int AS minute
                      FROM client_survey s
                     CROSS JOIN LATERAL (
                           SELECT s.date_done AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s
                           ) local (moment)
                     WHERE s.id = ANY(%(batch)s)
                       AND %(by_call)s) f
             WHERE f.minute < %(first)s OR f.minute >= %(last)s
            """,
            batch=batch,
            by_call=self._sql_by_call("s"),
            tz=company._client_timezone().zone,
            first=round(company.client_flag_hour_from * 60),
            last=round(company.client_flag_hour_to * 60),
        )

    @api.model
    def _sql_copied(self, company, batch):
        """The longest text that the operator has entered for another client before."""
        days = company.client_flag_copied_days
        return days and SQL(
            """
            SELECT DISTINCT ON (s.id) s.id, 'copied', a.text_size, a.answer, o.id
              FROM client_survey s
              JOIN client_survey_answer a
                ON a.survey_id = s.id AND a.annulment_id IS NULL
              JOIN client_survey_answer b
                ON b.text_key = a.text_key
               AND b.survey_id != s.id
               AND b.annulment_id IS NULL
               AND b.text_size > 0
              JOIN client_survey o ON o.id = b.survey_id
             WHERE s.id = ANY(%(batch)s)
               AND %(by_call)s
               AND a.text_size >= %(length)s
               AND o.company_id = s.company_id
               AND o.operator_id = s.operator_id
               AND o.partner_id != s.partner_id
               AND %(other_by_call)s
               AND (o.date_done, o.id) < (s.date_done, s.id)
               AND o.date_done >= s.date_done - make_interval(days => %(days)s)
             ORDER BY s.id, a.text_size DESC, o.date_done DESC, o.id DESC
            """,
            batch=batch,
            by_call=self._sql_by_call("s"),
            other_by_call=self._sql_by_call("o"),
            length=company.client_flag_copied_length,
            days=days,
        )

    @api.model
    def _sql_equal(self, company, batch):
        """Runs of equal answers on the days, and of the operators, of the batch."""
        count = company.client_flag_equal_count
        day = SQL(
            "(s.date_done AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            company._client_timezone().zone,
        )
        return count and SQL(
            """
            WITH touched AS (
                SELECT s.operator_id, %(day)s AS day,
                       MIN(s.date_done) - INTERVAL '1 day' AS first,
                       MAX(s.date_done) + INTERVAL '1 day' AS last
                  FROM client_survey s
                 WHERE s.id = ANY(%(batch)s) AND %(by_call)s
                 GROUP BY 1, 2
            ), given AS (
                SELECT s.id, s.operator_id, t.day, s.date_done,
                       concat_ws('|', s.rating, (
                           SELECT string_agg(
                                      concat(COALESCE(a.question_id::text, a.question),
                                             ':', a.text_key),
                                      ',' ORDER BY a.sequence, a.id)
                             FROM client_survey_answer a
                            WHERE a.survey_id = s.id
                              AND a.annulment_id IS NULL
                              AND a.text_key IS NOT NULL)) AS content
                  FROM touched t
                  JOIN client_survey s
                    ON s.operator_id = t.operator_id
                   AND s.date_done BETWEEN t.first AND t.last
                   AND %(day)s = t.day
                 WHERE s.company_id = %(company)s
                   AND %(by_call)s
                   AND (s.date_screened IS NOT NULL OR s.id = ANY(%(batch)s))
            ), placed AS (
                SELECT given.*,
                       ROW_NUMBER() OVER by_day
                       - ROW_NUMBER() OVER by_content AS island,
                       COALESCE(LAG(id) OVER by_content, LEAD(id) OVER by_content)
                           AS other_id
                  FROM given
                WINDOW by_day AS (PARTITION BY operator_id, day
                                  ORDER BY date_done, id),
                       by_content AS (PARTITION BY operator_id, day, content
                                      ORDER BY date_done, id)
            )
            SELECT run.id, 'equal', run.size, NULL, run.other_id
              FROM (SELECT id, other_id,
                           COUNT(*) OVER (PARTITION BY operator_id, day, content,
                                          island)::int AS size
                      FROM placed) run
             WHERE run.size >= %(count)s
            """,
            batch=batch,
            by_call=self._sql_by_call("s"),
            day=day,
            company=company.id,
            count=count,
        )
