import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, hmac

from .client_callable import OPEN_STATES
from .client_survey_flag import LEADER

_logger = logging.getLogger(__name__)

# Answers drawn from together, and committed together by the scheduled action.
DRAW_BATCH = 1000
DRAW_LOCK = "client_development.client_survey.draw"
# Later a client does not remember well what he said.
DRAW_DAYS = 14
# How finely the share is drawn: hundredths of a percent.
DRAW_STEPS = 10000


class ClientSurvey(models.Model):
    """A share of the answers is drawn for a leader's check call (product.md F).

    Each answer is drawn or not, exactly once: its survey is stamped. The draw follows
    from the answer and a secret of this database, so that nobody can tell beforehand,
    and a draw that is repeated after a failure draws the same.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    check_ids = fields.One2many(
        comodel_name="client.call",
        inverse_name="survey_id",
        string="Check Calls",
        domain=[("kind", "=", "check")],
        readonly=True,
        groups=LEADER,
        help="Calls by which a leader checks the answer.",
    )
    check_drawn = fields.Datetime(
        string="Drawing on",
        readonly=True,
        copy=False,
        groups=LEADER,
        help="When it was drawn whether the answer is checked by a call.",
    )

    _draw_idx = models.Index(
        "(company_id, date_done) WHERE state = 'done' AND check_drawn IS NULL"
    )

    @api.model
    def _cron_draw_checks(self):
        """Draw from the new answers of all companies; one commit per batch.

        A company that fails is logged and left out until the next run.
        """
        companies = self.env["res.company"]._get_client_companies()
        progress = self.env["ir.cron"]
        for number, company in enumerate(companies, start=1):
            left = len(companies) - number
            while self._attempt_drawing(company):
                if not progress._commit_progress(1, remaining=left + 1):
                    return
            progress._commit_progress(remaining=left)

    @api.model
    def _attempt_drawing(self, company):
        try:
            with self.env.cr.savepoint():
                return self._draw_checks(company)[0]
        except SerializationFailure:
            # Somebody annuls an answer of the batch: the next run draws from the rest.
            self.env.cr.rollback()
        except Exception:
            _logger.exception("No check calls could be drawn in %s", company.name)
        return 0

    @api.model
    def _draw_checks(self, company, limit=DRAW_BATCH):
        """Draw from the next ``limit`` new answers of ``company``. Never commits.

        :return: how many were drawn from, the check calls made
        """
        calls = self.env["client.call"].sudo()
        if not self._lock_drawing(company):
            return 0, calls  # another process is at it
        self.env.flush_all()
        company = company.sudo()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.id, s.user_input_id, s.date_done
                  FROM client_survey s
                 WHERE %s
                 ORDER BY s.date_done, s.id
                 LIMIT %s
                   FOR NO KEY UPDATE SKIP LOCKED
                """,
                self._sql_to_draw(company),
                limit,
            )
        )
        if not rows:
            return 0, calls
        drawn = [row[0] for row in rows if self._is_drawn(company, row)]
        # not the survey's last change: nobody but leaders learns of it
        self.env.cr.execute(
            SQL(
                "UPDATE client_survey SET check_drawn = %s WHERE id = ANY(%s)",
                fields.Datetime.now(),
                [row[0] for row in rows],
            )
        )
        self.env.invalidate_all(flush=False)
        surveys = self.sudo().browse(drawn)
        return len(rows), surveys._create_check_calls(company)

    @api.model
    def _lock_drawing(self, company):
        [(taken,)] = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
                DRAW_LOCK,
                company.id,
            )
        )
        return taken

    @api.model
    def _sql_to_draw(self, company):
        """Condition: a new answer by call, or also by link, not drawn from yet.

        An answer through a link that an employee has fetched is like one by call. Of
        several orders answered in one call only the first one: it is one call.
        Nobody is called who has opted out since.
        """
        conditions = [
            SQL("s.company_id = %s", company.id),
            SQL("s.state = 'done' AND s.check_drawn IS NULL"),
            SQL("s.date_done >= %s", fields.Datetime.now() - timedelta(days=DRAW_DAYS)),
            SQL("s.answered_with_id IS NULL"),
            SQL(
                """
                NOT EXISTS (SELECT 1
                              FROM res_partner p
                             WHERE p.id IN (s.contact_id, s.partner_id)
                               AND p.client_survey_opt_out)
                """
            ),
        ]
        if not company.client_check_link:
            conditions.append(
                SQL(
                    """
                    (s.channel = 'call'
                     OR EXISTS (SELECT 1
                                  FROM client_survey_link l
                                 WHERE l.survey_id = s.id
                                   AND l.state = 'valid'
                                   AND l.date_copied <= s.date_done))
                    """
                )
            )
        return SQL(" AND ").join(conditions)

    @api.model
    def _is_drawn(self, company, row):
        """Whether the answer of ``row`` is drawn: its id, answer and moment decide."""
        digest = hmac(self.env(su=True), "client_survey_check", tuple(map(str, row)))
        return int(digest[:12], 16) % DRAW_STEPS < round(
            company.client_check_share * DRAW_STEPS / 100
        )

    def _create_check_calls(self, company):
        """Make the leaders' check calls of these surveys, in ``company``."""
        due = company._client_add_working_days(
            company._client_today(), company.client_check_due_days
        )
        calls = self.env["client.call"].with_company(company)
        return calls.with_context(
            tracking_disable=True, mail_auto_subscribe_no_notify=True
        ).create(
            [
                {
                    "kind": "check",
                    "survey_id": survey.id,
                    "partner_id": survey.partner_id.id,
                    "contact_id": survey.contact_id.id,
                    "company_id": company.id,
                    "date_due": due,
                    **survey._prepare_check_leader(),
                }
                for survey in self
            ]
        )

    def _prepare_check_leader(self):
        """Return who makes the check call: the team's leader.

        Who leads the team and recorded the answer himself is checked by the
        administrators: the call has neither a team nor a responsible then.
        """
        self.ensure_one()
        leader = self.team_id.user_id
        if leader in self._get_checked_people():
            return {"team_id": False, "user_id": False}
        able = leader.active and leader.has_group(LEADER)
        return {"team_id": self.team_id.id, "user_id": able and leader.id}

    def _get_checked_people(self):
        """Return who recorded these answers, or has to bring them in."""
        return self.operator_id | self.user_id | self.coverage_user_id

    @api.model
    def _follow_opt_out(self, partners):
        """Whoever opts out is not called to check his answers either."""
        result = super()._follow_opt_out(partners)
        self.env["client.call"].sudo().search(
            Domain("kind", "=", "check")
            & Domain("state", "in", OPEN_STATES)
            & (
                Domain("contact_id.client_survey_opt_out", "=", True)
                | Domain("partner_id.client_survey_opt_out", "=", True)
            )
            & (
                Domain("contact_id", "in", partners.ids)
                | Domain("partner_id", "in", partners.ids)
            )
        )._cancel_open()
        return result

    def _annul(self, reason):
        """Calls that have checked the annulled answer are about that answer."""
        annulments = super()._annul(reason)
        calls = self.env["client.call"].sudo()
        checks = calls.search(
            Domain("survey_id", "in", annulments.survey_id.ids)
            & Domain("kind", "=", "check")
            & Domain("state", "=", "done")
            & Domain("annulment_id", "=", False)
        )
        by_survey = checks.grouped("survey_id")
        for annulment in annulments:
            if annulment.survey_id in by_survey:
                by_survey[annulment.survey_id].annulment_id = annulment
        return annulments

    def _prepare_reopen_vals(self):
        """The next answer is drawn from again."""
        return {**super()._prepare_reopen_vals(), "check_drawn": False}
