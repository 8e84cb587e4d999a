import logging

import psycopg2
from psycopg2.errors import NumericValueOutOfRange, SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .client_fact_store import STORE_BATCH
from .client_fact_tables import CHANGES, RANKS, STAGE, TEMPORARY_TABLES

_logger = logging.getLogger(__name__)

# One writer at a time: a second refresh skips its turn, the queue simply waits.
REFRESH_LOCK = "client_development.client_fact"
# More waiting clients than this are refreshed with all the others.
QUEUE_LIMIT = 20_000
# How often a batch is tried again that a user's own change has got in the way of.
ATTEMPTS = 5


class ClientFact(models.Model):
    """Keeping the facts current: one code path for one client, the queue, and all."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    @api.model
    def _refresh(self, partners=None, reference_date=None):
        """Make and update the rows of ``env.company``, in this transaction.

        :param partners: clients or their contacts; ``None`` means all clients
        :param reference_date: the day the facts refer to, default today in the company;
            another day only for all clients
        :return: number of rows made or changed; unchanged rows are not written. 0 while
            another process refreshes: the given clients then wait in the queue.
        :raise UserError: another day is asked for some clients only
        """
        company = self.env.company
        today = company._client_today()
        date = fields.Date.to_date(reference_date) or today
        partner_ids = None
        if partners is not None:
            if date != today:
                raise UserError(
                    self.env._(
                        "Reference date: facts of another day are made for all clients"
                        " at once, never for some of them. Leave out the clients."
                    )
                )
            partner_ids = partners.commercial_partner_id.ids
            if not partner_ids:
                return 0
        if not self._lock_refresh():
            if partners is not None:
                self.env["client.fact.queue"]._add_partners(partners)
            return 0
        return self._run(company, date, partner_ids)

    @api.model
    def _facts_as_of(self, date, partners=None):
        """Return the facts of ``env.company`` on another day; nothing is stored.

        Orders, credit notes and answers are taken as they are known now; lifecycle
        stage and salesperson are today's knowledge of that day.

        :param partners: clients or their contacts; ``None`` means all clients
        :return: ``{partner id: {field name: value}}``, money in company currency
        """
        company = self.env.company
        self.env.flush_all()
        period = self._stage(company, fields.Date.to_date(date))
        self._rank(company, partial=False)
        only = SQL()
        if partners is not None:
            only = SQL("WHERE partner_id = ANY(%s)", partners.commercial_partner_id.ids)
        self.env.cr.execute(
            SQL(
                "SELECT * FROM %s LEFT JOIN %s USING (partner_id) %s",
                STAGE,
                RANKS,
                only,
            )
        )
        rows = self.env.cr.dictfetchall()
        self._drop_temporary()
        _logger.debug("Facts of %s on %s: %s", company.name, period.date, len(rows))
        return {row.pop("partner_id"): row for row in rows}

    # -- one run -------------------------------------------------------------------

    @api.model
    def _run(self, company, date, partner_ids, commit=None):
        """Refresh ``partner_ids`` (``None``: all) of ``company`` for ``date``.

        A client whose facts cannot be worked out or stored keeps his old ones and is
        reported in the queue; all the others are refreshed.

        :param commit: called after each batch; by default all is one transaction
        :return: number of rows made or changed
        """
        everybody = partner_ids is None
        recount = everybody and company.client_fact_recount
        self.env.flush_all()
        period, bad = self._stage_safely(company, date, partner_ids)
        self._rank(company, partial=not everybody or bool(bad))
        count = self._compare(period)
        if commit:
            commit()
        written = 0
        for first in range(1, count + 1, STORE_BATCH):
            last = min(first + STORE_BATCH - 1, count)
            written += self._attempt(
                commit, self._store_safely, period, first, last, bad
            )
        self.env.invalidate_all()
        self._attempt(commit, self._follow_facts, everybody)
        self._attempt(commit, self._correct_months, period)
        if everybody:
            self._close_months(period, commit)
        self._attempt(commit, self._finish, period, bad, partner_ids, recount)
        return written

    @api.model
    def _finish(self, period, bad, partner_ids, recount):
        """Keep who was left out and for which day everybody was refreshed."""
        company = period.company.sudo()
        if partner_ids is None:
            company.client_fact_date = period.date
        if recount:  # unless settings were changed meanwhile
            company.client_fact_recount = False
        self.env["client.fact.queue"]._report(period.company, bad, partner_ids)
        self._drop_temporary()
        self.env.invalidate_all()

    @api.model
    def _lock_refresh(self):
        """Take the refresh lock until the transaction ends, if it is free."""
        [(taken,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s))", REFRESH_LOCK)
        )
        return taken

    @api.model
    def _follow_facts(self, everybody):
        """What depends on facts follows: segments by rule."""
        facts = None
        if not everybody:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT f.id
                      FROM client_fact f
                     WHERE f.company_id = %s
                       AND (f.partner_id IN (SELECT partner_id FROM %s)
                            OR f.partner_id IN (SELECT partner_id FROM %s))
                    """,
                    self.env.company.id,
                    STAGE,
                    CHANGES,
                )
            )
            facts = self.browse(fact_id for (fact_id,) in rows)
        self.env["client.segment"]._apply_rules(facts)

    @api.model
    def _drop_temporary(self):
        self.env.cr.execute(
            SQL("DROP TABLE IF EXISTS %s", SQL(", ").join(TEMPORARY_TABLES))
        )

    # -- bad records ---------------------------------------------------------------

    @api.model
    def _stage_safely(self, company, date, partner_ids):
        """Work out the facts; leave out the clients of whom no number comes out.

        :return: the period, and ``{partner id: why not}``
        """
        bad = {}
        try:
            with self.env.cr.savepoint(flush=False):
                period = self._stage(company, date, partner_ids)
        except psycopg2.Error as error:
            _raise_unless_data(error)
            everybody = partner_ids is None
            ids = self._get_client_ids(company) if everybody else list(partner_ids)
            bad = self._find_bad(company, date, ids)
            period = self._stage(company, date, [i for i in ids if i not in bad])
        return period, bad

    @api.model
    def _find_bad(self, company, date, partner_ids):
        """Return ``{partner id: error}`` of those who cannot be worked out."""
        try:
            with self.env.cr.savepoint(flush=False):
                self._stage(company, date, partner_ids)
            return {}
        except psycopg2.Error as error:
            _raise_unless_data(error)
            if len(partner_ids) == 1:
                return {partner_ids[0]: self._explain_bad(error)}
        half = len(partner_ids) // 2
        return self._find_bad(company, date, partner_ids[:half]) | self._find_bad(
            company, date, partner_ids[half:]
        )

    @api.model
    def _get_client_ids(self, company):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id FROM client_fact
                 WHERE company_id = %(company)s AND active
                 UNION
                SELECT p.commercial_partner_id
                  FROM sale_order so
                  JOIN res_partner p ON p.id = so.partner_id
                 WHERE so.company_id = %(company)s
                 UNION
                SELECT p.commercial_partner_id
                  FROM crm_lead l
                  JOIN res_partner p ON p.id = l.partner_id
                 ORDER BY 1
                """,
                company=company.id,
            )
        )
        return [partner_id for (partner_id,) in rows]

    @api.model
    def _attempt(self, commit, work, *arguments):
        """Do a piece of work and commit; again if a user has changed the same row.

        Only between two commits: one transaction is repeated as a whole by its caller.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._prepare_session()
                result = work(*arguments)
                if commit:
                    commit()
                return result
            except SerializationFailure:
                if not commit or attempt == ATTEMPTS:
                    raise
                self.env.cr.rollback()
                _logger.info("Clients of %s: written meanwhile", self.env.company.name)

    @api.model
    def _store_safely(self, period, first, last, bad):
        """Store a batch; after a failure all of it but the bad rows."""
        try:
            with self.env.cr.savepoint(flush=False):
                return self._store(period, first, last)
        except psycopg2.Error as error:
            _raise_unless_data(error)
            if first == last:
                [(partner_id,)] = self.env.execute_query(
                    SQL("SELECT partner_id FROM %s WHERE number = %s", CHANGES, first)
                )
                bad[partner_id] = self._explain_bad(error)
                return 0
        half = (first + last) // 2
        return self._store_safely(period, first, half, bad) + self._store_safely(
            period, half + 1, last, bad
        )

    @api.model
    def _explain_bad(self, error):
        """Return in words why a client could not be refreshed."""
        if isinstance(error, NumericValueOutOfRange):
            return self.env._(
                "An amount of an order, credit note or wallet is too large, or is no"
                " number. Correct it."
            )
        return str(error)

    # -- scheduled -----------------------------------------------------------------

    @api.model
    def _cron_refresh(self):
        """Refresh whoever waits in the queue; everybody, once a day (each company's).

        One process at a time; it commits after each batch and ends by deleting the
        queue rows that it had seen at its beginning. A company that fails as a whole
        is logged, its clients go on waiting.
        """
        [(taken,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_lock(hashtext(%s))", REFRESH_LOCK)
        )
        if not taken:
            return
        try:
            self._refresh_queue(self.env["ir.cron"]._commit_progress)
        finally:
            self.env.execute_query(
                SQL("SELECT pg_advisory_unlock(hashtext(%s))", REFRESH_LOCK)
            )

    @api.model
    def _refresh_queue(self, commit=None):
        """The scheduled action's work; without ``commit`` in one transaction."""
        queue = self.env["client.fact.queue"]
        seen, partner_ids = queue._take()
        failed = False
        for company in self.env["res.company"]._get_client_companies():
            here = self.with_company(company)
            day = company._client_today()
            everybody = partner_ids is None or company.client_fact_date != day
            if everybody or len(partner_ids) > QUEUE_LIMIT:
                chosen = None
            else:
                chosen = partner_ids
            try:
                if everybody or partner_ids:
                    here._run(company, day, chosen, commit)
                    here._attempt(commit, here._follow_objectives, everybody)
                here._record_indicators(everybody, commit)
            except Exception:
                if not commit:
                    raise
                failed = True
                self.env.cr.rollback()
                _logger.exception("Clients of %s could not be refreshed", company.name)
        if not failed:
            queue._forget(seen)
        if commit:
            commit()


def _raise_unless_data(error):
    """Bad data are left out; a lost transaction or a wrong statement is not."""
    if isinstance(error, (psycopg2.OperationalError, psycopg2.ProgrammingError)):
        raise error
