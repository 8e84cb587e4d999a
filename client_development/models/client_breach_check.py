import logging

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .client_breach_query import FOUND, LATE, OWED

_logger = logging.getLogger(__name__)

# One check at a time in a company: a second scheduled one skips its turn.
CHECK_LOCK = "client_development.client_breach"
# How often a company is tried again whose rows somebody has changed meanwhile.
ATTEMPTS = 3


class ClientBreach(models.Model):
    """The check: what is breached in one statement, then the difference to the rows."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.breach"

    @api.model
    def _check(self, facts=None, date=None):
        """Open and close breaches in ``env.company``, and tell who is named. Never
        commits; a second run writes nothing.

        :param facts: rows of ``client.fact`` to look at; ``None`` means all
        :param date: the day to which the check refers, default today in the company
        :return: number of breaches opened, number of breaches closed
        :raise UserError: the standards of this company are being checked right now
        """
        company = self.env.company
        date = fields.Date.to_date(date) or company._client_today()
        if not self._lock_check(company):
            raise UserError(
                self.env._(
                    "The standards of %(company)s are being checked right now. Try"
                    " again in a minute.",
                    company=company.name,
                )
            )
        self.env.flush_all()
        only = SQL() if facts is None else SQL("AND f.id = ANY(%s)", facts.ids)
        self._find_breaches(company, date, only)
        mine = SQL() if facts is None else SQL("AND b.fact_id = ANY(%s)", facts.ids)
        closed = self._close_mended(company, date, mine)
        changed = self._update_open(mine)
        opened = self._open_missing(company, date)
        self.env.cr.execute(SQL("DROP TABLE %s, %s, %s", FOUND, LATE, OWED))
        if closed or changed or opened:
            self.env.invalidate_all()
        self.env["client.breach.digest"].sudo()._update(company)
        return opened, closed

    @api.model
    def _lock_check(self, company):
        """Take the check of ``company`` until the transaction ends, if it is free."""
        [(taken,)] = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
                CHECK_LOCK,
                company.id,
            )
        )
        return taken

    @api.model
    def _close_mended(self, company, date, mine):
        """Close what is kept again or no longer owed: other segment, standard taken
        away, client archived."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_breach b
                   SET date_closed = GREATEST(%(date)s, b.date_opened),
                       write_uid = %(uid)s, write_date = %(now)s
                 WHERE b.company_id = %(company)s
                   AND b.date_closed IS NULL %(mine)s
                   AND NOT EXISTS (
                       SELECT 1 FROM %(found)s x
                        WHERE x.fact_id = b.fact_id
                          AND x.standard = b.standard
                          AND x.segment_id = b.segment_id)
                """,
                date=date,
                uid=self.env.uid,
                now=self.env.cr.now(),
                company=company.id,
                mine=mine,
                found=FOUND,
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _update_open(self, mine):
        """Let open breaches follow the client's salesperson and the standard."""
        columns = (
            "partner_id user_id team_id responsible_id limit_value actual_value"
            " date_last date_due"
        ).split()
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_breach b
                   SET %(assignments)s, write_uid = %(uid)s, write_date = %(now)s
                  FROM %(found)s x
                 WHERE x.fact_id = b.fact_id
                   AND x.standard = b.standard
                   AND b.date_closed IS NULL %(mine)s
                   AND (%(old)s) IS DISTINCT FROM (%(new)s)
                """,
                assignments=SQL(", ").join(
                    SQL("%s = x.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in columns
                ),
                uid=self.env.uid,
                now=self.env.cr.now(),
                found=FOUND,
                mine=mine,
                old=SQL(", ").join(SQL.identifier("b", name) for name in columns),
                new=SQL(", ").join(SQL.identifier("x", name) for name in columns),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _open_missing(self, company, date):
        """Open what was found and is not open yet."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO client_breach
                       (company_id, fact_id, partner_id, segment_id, standard, user_id,
                        team_id, responsible_id, limit_value, actual_value, date_last,
                        date_due, date_opened,
                        create_uid, create_date, write_uid, write_date)
                SELECT %(company)s, x.fact_id, x.partner_id, x.segment_id, x.standard,
                       x.user_id, x.team_id, x.responsible_id, x.limit_value,
                       x.actual_value, x.date_last, x.date_due, %(date)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM %(found)s x
                 WHERE NOT EXISTS (
                       SELECT 1 FROM client_breach b
                        WHERE b.fact_id = x.fact_id
                          AND b.standard = x.standard
                          AND b.date_closed IS NULL)
                 ORDER BY x.fact_id, x.standard
                """,
                company=company.id,
                date=date,
                uid=self.env.uid,
                now=self.env.cr.now(),
                found=FOUND,
            )
        )
        return self.env.cr.rowcount

    # -- scheduled --------------------------------------------------------------------

    @api.model
    def _cron_check_standards(self):
        """Check the standards of all companies; one commit per company.

        One process at a time. A company that fails is logged and left out until the
        next run.
        """
        [(taken,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_lock(hashtext(%s))", CHECK_LOCK)
        )
        if not taken:
            return
        try:
            companies = self.env["res.company"]._get_client_companies()
            progress = self.env["ir.cron"]
            progress._commit_progress(remaining=len(companies))
            for company in companies:
                self._check_safely(company)
                progress._commit_progress(1)
        finally:
            self.env.execute_query(
                SQL("SELECT pg_advisory_unlock(hashtext(%s))", CHECK_LOCK)
            )

    @api.model
    def _check_safely(self, company):
        """Check ``company``; again if somebody has changed the same rows meanwhile.

        Whoever checks some of its clients is waited for; the commit after that shows
        what he has done.
        """
        lock = (CHECK_LOCK, company.id)
        self.env.execute_query(SQL("SELECT pg_advisory_lock(hashtext(%s), %s)", *lock))
        self.env["ir.cron"]._commit_progress()
        try:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    with self.env.cr.savepoint():
                        opened, closed = self.with_company(company)._check()
                except (SerializationFailure, UniqueViolation):
                    self.env.cr.rollback()
                    if attempt == ATTEMPTS:
                        raise
                else:
                    break
            _logger.info(
                "Standards of %s: %s opened, %s closed", company.name, opened, closed
            )
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Standards of %s could not be checked", company.name)
        finally:
            self.env.execute_query(
                SQL("SELECT pg_advisory_unlock(hashtext(%s), %s)", *lock)
            )
