import logging
from bisect import bisect_left
from datetime import timedelta

import psycopg2

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Orders turned into duties at once, and committed together by the scheduled action.
QUEUE_BATCH = 1000
# The scheduled action looks for so many batches at once.
FOUND_AT_ONCE = 25
QUEUE_LOCK = "client_development.client_survey"


class ClientSurvey(models.Model):
    """Completed orders become duties: each exactly one, in set-based batches.

    An order that nobody is asked about gets its row too, cancelled with the reason
    (``client_survey_exclusion.py``); one whose client was asked a few days ago gets
    that answer (``client_survey_together.py``).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    # -- making duties -------------------------------------------------------------

    @api.model
    def _queue_surveys(self, company=None, limit=None):
        """Make the missing duties of ``company``, at most ``limit``. Never commits.

        :return: number of duties made
        """
        company = company or self.env.company
        made = last = 0
        while limit is None or made < limit:
            size = min(QUEUE_BATCH, (limit or made + QUEUE_BATCH) - made)
            found, created, last = self._queue_batch(company, last, size)
            made += created
            if found < size:
                self._forget_failures(company)
                break
        return made

    @api.model
    def _cron_queue_surveys(self):
        """Make the missing duties of all companies; one commit per batch.

        An order whose duty cannot be made is logged, listed for the administrators
        (``client.survey.failure``) and tried again in the next run: it neither stops
        the others nor keeps the action running.
        """
        companies = self.env["res.company"]._get_client_companies()
        waiting = {company: self._count_waiting(company) for company in companies}
        progress = self.env["ir.cron"]
        if not progress._commit_progress(remaining=sum(waiting.values())):
            return
        for company, count in waiting.items():
            if not self._lock_queue(company):
                # another process is making them: do not wait for it by asking again
                progress._commit_progress(count)
                continue
            last, rows = 0, True
            while rows:
                rows = self._find_waiting(company, last, QUEUE_BATCH * FOUND_AT_ONCE)
                for first in range(0, len(rows), QUEUE_BATCH):
                    batch = rows[first : first + QUEUE_BATCH]
                    if not self._lock_queue(company):
                        return  # another process is making them
                    self._queue_rows(company, batch)
                    last = batch[-1][0]
                    if not progress._commit_progress(len(batch)):
                        return
            self._forget_failures(company)
            progress._commit_progress()

    @api.model
    def _count_waiting(self, company):
        self.env.flush_all()
        query = self._get_waiting_query(company)
        [(count,)] = self.env.execute_query(SQL("SELECT COUNT(*) FROM (%s) w", query))
        return count

    @api.model
    def _queue_batch(self, company, after=0, size=None):
        """Make the duties of the next ``size`` orders behind order id ``after``.

        :return: orders found, duties made, last order id
        """
        if not self._lock_queue(company):
            return 0, 0, after  # another process is at it
        rows = self._find_waiting(company, after, size or QUEUE_BATCH)
        if not rows:
            return 0, 0, after
        return len(rows), self._queue_rows(company, rows), rows[-1][0]

    @api.model
    def _find_waiting(self, company, after, size):
        """Return (order id, moment) of the next orders without a duty."""
        self.env.flush_all()
        query = self._get_waiting_query(company, after)
        return self.env.execute_query(SQL("%s ORDER BY 1 LIMIT %s", query, size))

    @api.model
    def _queue_rows(self, company, rows):
        """Make the duties of ``rows``; return how many were made."""
        duties = self.sudo().with_company(company).with_context(tracking_disable=True)
        return duties._create_duties_safely(company, rows)

    @api.model
    def _lock_queue(self, company):
        """Take the queue of ``company`` until the transaction ends, if it is free."""
        [(taken,)] = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
                QUEUE_LOCK,
                company.id,
            )
        )
        return taken

    @api.model
    def _create_duties_safely(self, company, rows):
        """Create the duties of ``rows``; after a failure, all but the bad ones."""
        try:
            with self.env.cr.savepoint():
                return len(self._create_duties(company, rows))
        except psycopg2.errors.UniqueViolation:
            # Made meanwhile by a process whose work this transaction cannot see yet.
            _logger.info("Surveys of %s: queued by another process", company.name)
            return 0
        except psycopg2.OperationalError:
            raise  # the whole transaction is lost and will be repeated
        except Exception as error:
            if len(rows) == 1:
                order_id = rows[0][0]
                _logger.exception("No survey could be queued for order id %s", order_id)
                self._report_failure(company, order_id, error)
                return 0
        half = len(rows) // 2
        return self._create_duties_safely(
            company, rows[:half]
        ) + self._create_duties_safely(company, rows[half:])

    @api.model
    def _get_due_dates(self, company, days):
        """Return {day: due date}, the calendar being asked only once for all days."""
        number = company.client_survey_due_days
        last = max(days) + timedelta(days=max(14, number * 3))
        working = company._client_working_days(min(days), last)
        due = {}
        for day in days:
            first = day if number == 0 else day + timedelta(days=1)
            index = bisect_left(working, first) + max(number, 1) - 1
            due[day] = (
                working[index]
                if index < len(working)
                else company._client_add_working_days(day, number)
            )
        return due
