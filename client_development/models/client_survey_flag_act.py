from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from .client_survey_flag_find import SCREEN_DAYS


class ClientSurveyFlag(models.Model):
    """What somebody did about a survey, so that nobody asks, or that he answers.

    Noted where it is done; orders that are left out when they are completed are found
    by the scheduled action that looks for answers to check.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey.flag"

    @api.model
    def _note_acts(self, kind, rows):
        """Note an act of ``kind`` about surveys, once about each; as superuser.

        :param rows: of each act ``survey_id``, ``user_id`` (who), ``moment``, and
            maybe ``value``, ``to_user_id``, ``team_id`` (default: of the survey)
        """
        if not rows:
            return
        self.env.flush_all()
        columns = (
            ("survey_id", SQL("int[]")),
            ("user_id", SQL("int[]")),
            ("moment", SQL("timestamp[]")),
            ("value", SQL("int[]")),
            ("to_user_id", SQL("int[]")),
            ("team_id", SQL("int[]")),
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO client_survey_flag (
                    survey_id, kind, operator_id, date_done, value, to_user_id,
                    team_id, company_id, date, state,
                    create_uid, create_date, write_uid, write_date)
                SELECT act.survey_id, %(kind)s, act.user_id, act.moment, act.value,
                       act.to_user_id, COALESCE(act.team_id, s.team_id), s.company_id,
                       %(now)s, 'check', %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(rows)s) AS act (%(names)s)
                  JOIN client_survey s ON s.id = act.survey_id
                 ORDER BY act.survey_id
                    ON CONFLICT (survey_id, kind) WHERE annulment_id IS NULL
                       DO NOTHING
                """,
                kind=kind,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                rows=SQL(", ").join(
                    SQL("%s::%s", [row.get(name) or None for row in rows], array)
                    for name, array in columns
                ),
                names=SQL(", ").join(SQL.identifier(name) for name, _array in columns),
            )
        )
        self.env.invalidate_all(flush=False)

    # -- opting out ----------------------------------------------------------------

    @api.model
    def _note_opt_outs(self, only):
        """Note the surveys taken by an opt-out that an employee entered.

        Not if the contact, or his company, has opted out himself.

        :param only: SQL condition about the surveys ``s`` and what he entered, ``word``
        """
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT s.id AS survey_id, word.user_id, word.moment,
                       CASE WHEN word.copied THEN 'unsubscribed' ELSE 'opted_out'
                       END AS kind
                  FROM client_survey s
                 CROSS JOIN LATERAL (
                       SELECT p.client_survey_opt_out_user_id AS user_id,
                              p.client_survey_opt_out_date AS moment,
                              p.client_survey_opt_out_copied AS copied
                         FROM res_partner p
                        WHERE p.id IN (s.contact_id, s.partner_id)
                          AND p.client_survey_opt_out
                        ORDER BY p.client_survey_opt_out_user_id IS NOT NULL,
                                 p.id = s.contact_id DESC
                        LIMIT 1) word
                 WHERE word.user_id IS NOT NULL
                   AND (s.state = 'cancelled' AND s.exclusion = 'opted_out'
                        OR s.state = 'refused' AND s.date_opted_out IS NOT NULL)
                   AND NOT EXISTS (
                       SELECT 1
                         FROM client_survey_flag noted
                        WHERE noted.survey_id = s.id
                          AND noted.kind IN ('opted_out', 'unsubscribed')
                          AND noted.annulment_id IS NULL)
                   AND %s
                """,
                only,
            )
        )
        for kind in ("opted_out", "unsubscribed"):
            self._note_acts(kind, [row for row in rows if row["kind"] == kind])

    @api.model
    def _note_new_opt_outs(self, company):
        """Note what was left out when the orders of ``company`` were completed."""
        self._note_opt_outs(
            SQL(
                "s.company_id = %s AND s.date_completed >= %s"
                " AND s.create_date >= word.moment",
                company.id,
                fields.Datetime.now() - timedelta(days=SCREEN_DAYS),
            )
        )

    # -- copied links --------------------------------------------------------------

    @api.model
    def _note_fetched(self, company, batch):
        """Note answers that came shortly after an employee had copied their link."""
        minutes = company.client_flag_link_minutes
        if not minutes:
            return
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT s.id AS survey_id, l.copied_by_id AS user_id,
                       s.date_done AS moment,
                       EXTRACT(EPOCH FROM s.date_done - l.date_copied)::int AS value
                  FROM client_survey s
                  JOIN client_survey_link l
                    ON l.survey_id = s.id AND l.state = 'valid'
                 WHERE s.id = ANY(%(batch)s)
                   AND s.state = 'done'
                   AND s.channel = 'link'
                   AND s.answered_with_id IS NULL
                   AND s.date_done >= l.date_copied
                   AND s.date_done < l.date_copied + make_interval(mins => %(minutes)s)
                """,
                batch=batch,
                minutes=minutes,
            )
        )
        self._note_acts("fetched", rows)

    # -- words ---------------------------------------------------------------------

    def _get_act_words(self):
        """Return who did it and when, for the texts below."""
        self.ensure_one()
        return {
            "user": self.operator_id.name,
            "day": format_date(self.env, self.date_done),
        }

    def _get_why_fetched(self):
        return self.env._(
            "Answered %(seconds)s s after %(user)s had copied the private link.",
            seconds=self.value,
            user=self.operator_id.name,
        )

    def _get_why_opted_out(self):
        return self.env._(
            "%(user)s ticked “No Surveys” on %(day)s, so the client is not asked.",
            **self._get_act_words(),
        )

    def _get_why_unsubscribed(self):
        return self.env._(
            "Unsubscribed on %(day)s through a private link that %(user)s had copied.",
            **self._get_act_words(),
        )

    def _get_why_readdressed(self):
        return self.env._(
            "On %(day)s %(user)s gave the order to a contact who does not want to be"
            " asked.",
            **self._get_act_words(),
        )

    def _get_why_handed(self):
        return self.env._(
            "On %(day)s, when the survey was nearly due, %(user)s handed its order over"
            " to %(other)s.",
            **self._get_act_words(),
            other=self.to_user_id.name,
        )
