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
FOUND_AT_ONCE = 10
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
                    self._queue_rows(company, self._leave_out_made(batch))
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
    def _leave_out_made(self, rows):
        """Return ``rows`` without those that got their duty since they were found."""
        made = self.env.execute_query(
            SQL(
                "SELECT order_id FROM client_survey WHERE order_id = ANY(%s)",
                [order_id for order_id, _moment in rows],
            )
        )
        made = {order_id for (order_id,) in made}
        return [row for row in rows if row[0] not in made] if made else rows

    @api.model
    def _queue_rows(self, company, rows):
        """Make the duties of ``rows``; return how many were made."""
        if not rows:
            return 0
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
                self._create_duties(company, rows)
            return len(rows)
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
    def _create_duties(self, company, rows):
        """Create the duties of ``rows``: (order id, moment), in a constant number of
        queries per batch."""
        orders = self._read_orders(rows)
        developers = self._get_developers(company, orders)
        days = company._client_dates(moment for _order_id, moment in rows)
        due = self._get_due_dates(company, set(days.values()))
        exclusions = self._get_exclusions(company, orders.ids)
        asked = self._get_asked_before(company, rows)
        vals_list = []
        for order, (_order_id, moment) in zip(orders, rows, strict=True):
            client = order.partner_id.commercial_partner_id
            vals = {
                **self._prepare_duty_vals(order, developers.get(client)),
                "company_id": company.id,
                "date_completed": moment,
                "date_due": due[days[moment]],
                **self._prepare_state_vals(
                    exclusions.get(order.id), asked.get(order.id)
                ),
            }
            vals["coverage_user_id"] = vals["user_id"]
            vals["coverage_team_id"] = vals["team_id"]
            vals_list.append(vals)
        duties = self._insert_duties(vals_list)
        if asked and (answered := duties.filtered("answered_with_id")):
            answered._copy_answers()
            answered._copy_calls()
        # a run of many batches needs no more memory than one
        (
            orders.partner_id | orders.partner_id.commercial_partner_id
        ).invalidate_recordset(flush=False)
        orders.invalidate_recordset(flush=False)
        return duties

    @api.model
    def _read_orders(self, rows):
        """Return the orders of ``rows``, with no more read than a duty needs."""
        orders = self.env["sale.order"].browse(order_id for order_id, _moment in rows)
        orders.fetch(["partner_id", "user_id", "team_id", "company_id"])
        contacts = orders.partner_id
        contacts.fetch(["commercial_partner_id"])
        contacts.commercial_partner_id.fetch(["user_id"])
        return orders

    @api.model
    def _prepare_state_vals(self, exclusion, asked):
        """Return whether nobody is asked, or somebody ``asked`` already, or who is due.

        :param asked: the survey in which the contact was asked, if he was
        """
        if asked and not exclusion:
            return asked._prepare_asked_before_vals()
        return self._prepare_exclusion_vals(exclusion)

    @api.model
    def _prepare_duty_vals(self, order, developer=None):
        """Return who is asked about ``order``, and by whom."""
        user = self._get_assignee(order, developer)
        team = user.sale_team_id
        if team.company_id and team.company_id != order.company_id:
            team = team.browse()
        return {
            "order_id": order.id,
            "partner_id": order.partner_id.commercial_partner_id.id,
            "contact_id": order.partner_id.id,
            "user_id": user.id,
            "team_id": (team or order.team_id).id,
        }

    @api.model
    def _get_assignee(self, order, developer=None):
        """Return who asks: client developer (if so set), salesperson of the order, of
        the client; nobody who has left; in the last resort the team leader."""
        for user in (developer, order.user_id):
            if user and user.active:
                return user
        client = order.partner_id.commercial_partner_id
        return next(
            (user for user in (client.user_id, order.team_id.user_id) if user.active),
            self.env["res.users"],
        )

    @api.model
    def _get_developers(self, company, orders):
        """Return {client: client developer} if the developers survey in ``company``."""
        if company.client_survey_by != "developer":
            return {}
        facts = (
            self.env["client.fact"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", orders.partner_id.commercial_partner_id.ids),
                    ("developer_id", "!=", False),
                ],
                ["partner_id", "developer_id"],
            )
        )
        return {fact.partner_id: fact.developer_id for fact in facts}

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

    # -- following the order -------------------------------------------------------

    def _follow_order_partner(self):
        """The survey of an order given to another contact asks that contact."""
        asked = self.filtered(
            lambda survey: (
                survey.state == "due"
                or (survey.state == "cancelled" and not survey.rating)
            )
        )
        for survey in asked:
            contact = survey.order_id.partner_id
            survey.write(
                {
                    "contact_id": contact.id,
                    "partner_id": contact.commercial_partner_id.id,
                }
            )
        asked._apply_exclusions()

    def _follow_order_salesperson(self):
        """Until its due date a survey goes with the order to the new salesperson."""
        for survey in self.with_context(mail_auto_subscribe_no_notify=True):
            company = survey.company_id
            if survey.state != "due" or survey.date_due < company._client_today():
                continue
            client = survey.partner_id
            developer = self._get_developers(company, survey.order_id).get(client)
            values = self._prepare_duty_vals(survey.order_id, developer)
            survey.write({name: values[name] for name in ("user_id", "team_id")})
