from odoo import api, models
from odoo.tools import SQL


class ClientSurvey(models.Model):
    """Which orders are completed, and since when.

    "Completed" is defined here and nowhere else, by one query per condition that
    gives the order and the moment (product.md F). Nothing is stored on the order.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

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
        services above all, have no better evidence than the line's last change. What
        was cancelled in Inventory, such as the backorder of a partial delivery, is not
        waited for: the cancellation completes the order if anything was delivered.
        """
        return SQL(
            """
            SELECT line.order_id, MAX(line.moment) AS moment
              FROM (SELECT sol.order_id,
                           sol.qty_delivered,
                           own.is_full,
                           own.is_full OR moves.is_closed AS is_settled,
                           COALESCE(CASE WHEN own.is_full THEN moves.done
                                         ELSE GREATEST(moves.done, moves.dropped) END,
                                    sol.write_date) AS moment
                      FROM sale_order so
                      JOIN sale_order_line sol ON sol.order_id = so.id
                      JOIN product_product pp ON pp.id = sol.product_id
                      JOIN product_template pt ON pt.id = pp.product_tmpl_id
                     CROSS JOIN LATERAL (
                           SELECT COALESCE(sol.qty_delivered, 0) >= sol.product_uom_qty
                                  AS is_full) own
                     CROSS JOIN LATERAL (%(moves)s) moves
                     WHERE so.company_id = %(company)s
                       AND so.state = 'sale'
                       AND so.id IN (SELECT touched.order_id
                                       FROM sale_order_line touched
                                      WHERE touched.write_date >= %(start)s)
                       AND %(counted)s %(only)s) line
             GROUP BY line.order_id
            HAVING BOOL_AND(line.is_full)
                OR BOOL_AND(line.is_settled) AND BOOL_OR(line.qty_delivered > 0)
            """,
            moves=self._sql_moves(),
            company=company.id,
            start=start,
            counted=self._sql_counted_lines(company),
            only=only,
        )

    @api.model
    def _sql_moves(self):
        """Return SQL of what Inventory knows of the order line ``sol``: one row."""
        move = self.env.get("stock.move")
        if move is None or "sale_line_id" not in move._fields:
            return SQL(
                "SELECT NULL::timestamp AS done, NULL::timestamp AS dropped,"
                " FALSE AS is_closed"
            )
        return SQL(
            """
            SELECT MAX(sm.date) FILTER (WHERE sm.state = 'done') AS done,
                   MAX(sm.write_date) FILTER (WHERE sm.state = 'cancel') AS dropped,
                   COALESCE(BOOL_AND(sm.state IN ('done', 'cancel')), FALSE)
                   AS is_closed
              FROM stock_move sm
             WHERE sm.sale_line_id = sol.id
            """
        )

    @api.model
    def _sql_counted_lines(self, company):
        """Return the SQL condition of the lines ``sol`` that sell something.

        With products ``pp`` and ``pt``. No sections, down payments, discounts, rewards
        or shipping costs: nobody delivers them and nobody is asked about them.
        """
        line_fields = self.env["sale.order.line"]._fields
        never_delivered = SQL(" ").join(
            SQL("AND sol.%s IS NOT TRUE", SQL.identifier(name))
            for name in ("is_delivery", "is_reward_line")
            if name in line_fields and line_fields[name].store
        )
        return SQL(
            """sol.display_type IS NULL
               AND sol.is_downpayment IS NOT TRUE
               AND pt.type != 'combo'
               AND pp.id IS DISTINCT FROM %s %s""",
            company.sale_discount_product_id.id or None,
            never_delivered,
        )

    @api.model
    def _get_completed_query_invoiced(self, company, start, only):
        """Nothing left to invoice and no draft invoice; the moment of the last one.

        What was delivered beyond the order ("upselling") is not waited for.
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
                   AND so.invoice_status IN ('invoiced', 'upselling')
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
    def _get_waiting_query(self, company, after=0):
        """Return SQL of the completed orders behind id ``after`` without a duty."""
        start = company._client_midnight(company.client_survey_start_date)
        only = SQL(
            """AND so.id > %s
               AND NOT EXISTS (SELECT 1 FROM client_survey cs WHERE cs.order_id = so.id)
            """,
            after,
        )
        return SQL(
            "SELECT order_id, moment FROM (%s) completed WHERE moment >= %s",
            self._get_completed_query(company, start, only),
            start,
        )
