import logging
from bisect import bisect_left
from datetime import timedelta

import psycopg2

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Orders turned into duties at once, and committed together by the scheduled action.
QUEUE_BATCH = 1000
QUEUE_LOCK = "client_development.client_survey"


class ClientSurvey(models.Model):
    """Completed orders become duties: each exactly one, in set-based batches.

    "Completed" is defined here and nowhere else, by one query per condition that
    gives the order and the moment (product.md F). Nothing is stored on the order.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    # -- which orders are completed, and since when --------------------------------

    @api.model
    def _get_completed_query(self, company, start, only=None):
        """Return SQL with ``order_id, moment`` of the company's completed orders.

        :param start: moment before which completed orders may be missing, so that the
            query only touches what changed since then
        :param only: SQL that restricts the orders ``so`` further, default none
        """
        build = getattr(self, f"_get_completed_query_{company.client_survey_condition}")
        return build(company, start, only or SQL())

    @api.model
    def _get_completed_query_confirmed(self, company, start, only):
        return SQL(
            """
            SELECT so.id AS order_id, so.date_order AS moment
              FROM sale_order so
             WHERE so.company_id = %(company)s
               AND so.state = 'sale'
               AND so.date_order >= %(start)s %(only)s
            """,
            company=company.id,
            start=start,
            only=only,
        )

    @api.model
    def _get_completed_query_delivered(self, company, start, only):
        """Every product line delivered; the moment is that of the latest delivery.

        Quantities delivered by Inventory have the date of their stock move. Others,
        services above all, have no better evidence than the line's last change.
        """
        line_fields = self.env["sale.order.line"]._fields
        move = self.env.get("stock.move")
        if move is not None and "sale_line_id" in move._fields:
            moved = SQL(
                """(SELECT MAX(sm.date) FROM stock_move sm
                     WHERE sm.sale_line_id = sol.id AND sm.state = 'done')"""
            )
        else:
            moved = SQL("NULL::timestamp")
        never_delivered = SQL(" ").join(
            SQL("AND sol.%s IS NOT TRUE", SQL.identifier(name))
            for name in ("is_delivery", "is_reward_line")
            if name in line_fields and line_fields[name].store
        )
        return SQL(
            """
            SELECT sol.order_id, MAX(COALESCE(%(moved)s, sol.write_date)) AS moment
              FROM sale_order so
              JOIN sale_order_line sol ON sol.order_id = so.id
              JOIN product_product pp ON pp.id = sol.product_id
              JOIN product_template pt ON pt.id = pp.product_tmpl_id
             WHERE so.company_id = %(company)s
               AND so.state = 'sale'
               AND so.id IN (SELECT touched.order_id FROM sale_order_line touched
                              WHERE touched.write_date >= %(start)s)
               AND sol.display_type IS NULL
               AND sol.is_downpayment IS NOT TRUE
               AND pt.type != 'combo'
               AND pp.id IS DISTINCT FROM %(discount)s
               %(never_delivered)s %(only)s
             GROUP BY sol.order_id
            HAVING BOOL_AND(COALESCE(sol.qty_delivered, 0) >= sol.product_uom_qty)
            """,
            moved=moved,
            company=company.id,
            start=start,
            discount=company.sale_discount_product_id.id or None,
            never_delivered=never_delivered,
            only=only,
        )

    @api.model
    def _get_completed_query_invoiced(self, company, start, only):
        """Nothing left to invoice and no draft invoice; the moment of the last one.

        The day of the invoice is the day of its posting unless it was made later: the
        invoice's own last change would move with every payment.
        """
        return SQL(
            """
            WITH invoiced AS (
                SELECT DISTINCT sol.order_id, am.id AS move_id, am.state,
                       GREATEST(am.create_date,
                                am.invoice_date::timestamp AT TIME ZONE %(tz)s
                                                           AT TIME ZONE 'UTC') AS moment
                  FROM sale_order so
                  JOIN sale_order_line sol ON sol.order_id = so.id
                  JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sol.id
                  JOIN account_move_line aml ON aml.id = rel.invoice_line_id
                  JOIN account_move am ON am.id = aml.move_id
                 WHERE so.company_id = %(company)s
                   AND so.state = 'sale'
                   AND so.invoice_status = 'invoiced'
                   AND am.move_type = 'out_invoice'
                   AND am.state != 'cancel' %(only)s)
            SELECT order_id, MAX(moment) AS moment
              FROM invoiced
             GROUP BY order_id
            HAVING BOOL_AND(state = 'posted') AND MAX(moment) >= %(start)s
            """,
            company=company.id,
            start=start,
            tz=company._client_timezone().zone,
            only=only,
        )

    @api.model
    def _get_completed_query_locked(self, company, start, only):
        """Locked; since the chatter first said so, else since the last change."""
        locked = self.env["ir.model.fields"]._get("sale.order", "locked")
        return SQL(
            """
            SELECT so.id AS order_id,
                   COALESCE((SELECT MIN(mm.date)
                               FROM mail_message mm
                               JOIN mail_tracking_value tv ON tv.mail_message_id = mm.id
                              WHERE mm.model = 'sale.order'
                                AND mm.res_id = so.id
                                AND tv.field_id = %(locked)s
                                AND tv.new_value_integer = 1),
                            so.write_date) AS moment
              FROM sale_order so
             WHERE so.company_id = %(company)s
               AND so.state = 'sale'
               AND so.locked
               AND so.write_date >= %(start)s %(only)s
            """,
            company=company.id,
            start=start,
            only=only,
            locked=locked.id,
        )

    @api.model
    def _get_waiting_query(self, company):
        """Return SQL of the completed orders that have no duty yet."""
        start = company._client_midnight(company.client_survey_start_date)
        return SQL(
            """
            SELECT completed.order_id, completed.moment
              FROM (%(completed)s) completed
             WHERE completed.moment >= %(start)s
               AND NOT EXISTS (SELECT 1 FROM client_survey cs
                                WHERE cs.order_id = completed.order_id)
            """,
            completed=self._get_completed_query(company, start),
            start=start,
        )

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
                break
        return made

    @api.model
    def _cron_queue_surveys(self):
        """Make the missing duties of all companies; one commit per batch.

        An order whose duty cannot be made is logged, left out and tried again in the
        next run: it neither stops the others nor keeps the action running.
        """
        companies = self.env["res.company"]._get_client_companies()
        waiting = {company: self._count_waiting(company) for company in companies}
        progress = self.env["ir.cron"]
        if not progress._commit_progress(remaining=sum(waiting.values())):
            return
        for company, count in waiting.items():
            last, found = 0, count
            while found:
                found, _made, last = self._queue_batch(company, last)
                if not progress._commit_progress(found):
                    return

    @api.model
    def _count_waiting(self, company):
        self.env.flush_all()
        query = self._get_waiting_query(company)
        [(count,)] = self.env.execute_query(SQL("SELECT COUNT(*) FROM (%s) w", query))
        return count

    @api.model
    def _queue_batch(self, company, after=0, size=QUEUE_BATCH):
        """Make the duties of the next ``size`` orders behind order id ``after``.

        :return: orders found, duties made, last order id
        """
        if not self._lock_queue(company):
            return 0, 0, after  # another process is at it
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT * FROM (%s) waiting WHERE order_id > %s ORDER BY 1 LIMIT %s",
                self._get_waiting_query(company),
                after,
                size,
            )
        )
        if not rows:
            return 0, 0, after
        duties = self.sudo().with_company(company).with_context(tracking_disable=True)
        return len(rows), duties._create_duties_safely(company, rows), rows[-1][0]

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
        except Exception:
            if len(rows) == 1:
                _logger.exception(
                    "No survey could be queued for order id %s", rows[0][0]
                )
                return 0
        half = len(rows) // 2
        return self._create_duties_safely(
            company, rows[:half]
        ) + self._create_duties_safely(company, rows[half:])

    @api.model
    def _create_duties(self, company, rows):
        """Create the duties of ``rows``: (order id, moment), in a constant number of
        queries per batch."""
        orders = self.env["sale.order"].browse(order_id for order_id, _moment in rows)
        developers = self._get_developers(company, orders)
        days = {company._client_date(moment) for _order_id, moment in rows}
        due = self._get_due_dates(company, days)
        return self.create(
            [
                {
                    **self._prepare_duty_vals(
                        order, developers.get(order.partner_id.commercial_partner_id)
                    ),
                    "company_id": company.id,
                    "date_completed": moment,
                    "date_due": due[company._client_date(moment)],
                }
                for order, (_order_id, moment) in zip(orders, rows, strict=True)
            ]
        )

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
        client = order.partner_id.commercial_partner_id
        wanted = [developer, order.user_id, client.user_id, order.team_id.user_id]
        return next(
            (user for user in wanted if user and user.active),
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
        for survey in self.filtered(lambda survey: survey.state == "due"):
            contact = survey.order_id.partner_id
            survey.write(
                {
                    "contact_id": contact.id,
                    "partner_id": contact.commercial_partner_id.id,
                }
            )

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
