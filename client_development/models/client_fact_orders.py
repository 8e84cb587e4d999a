from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ClientFact(models.Model):
    """Sales open their orders; the window's name says what the list leaves out."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    def action_view_orders(self):
        """Open the orders of the period."""
        self._check_open()
        return self._open_orders(*self._get_span())

    def action_view_month_orders(self, month):
        """Open the orders of the month that begins on the day ``month``."""
        self._check_open()
        try:
            first = fields.Date.to_date(month).replace(day=1)
            end = fields.Date.add(first, months=1)
            self._get_moments(first, end)
        except (AttributeError, OverflowError, TypeError, ValueError):
            raise UserError(
                self.env._(
                    "Month: “%(month)s” is not a month. Enter its first day, for"
                    " example 2026-03-01.",
                    month=month,
                )
            ) from None
        return self._open_orders(first, end)

    def _open_orders(self, first, end):
        title = self.env._("Orders")
        # The figure is less, whether or not the user may read accounting.
        refunds = self.env["account.move.line"].sudo()
        if refunds.search_count(self._get_refund_domain(first, end), limit=1):
            title = self.env._("Orders before credit notes")
        domain = self._get_order_domain(first, end)
        return self._open(
            self._say_visible(title, "sale.order", domain),
            "sale.order",
            domain,
            list_view="client_development.view_order_list_facts",
            views=("list", "kanban", "pivot", "form"),
            empty=self.env._("No order of yours in this time."),
        )

    def _say_visible(self, title, model, domain):
        """Add to ``title`` how many of the records the user may see, if not all."""
        records = self.env[model]
        count = records.sudo().search_count(domain)
        seen = records.search_count(domain) if records.has_access("read") else 0
        if seen == count:
            return title
        return self.env._(
            "%(title)s (%(seen)s of %(count)s visible to you)",
            title=title,
            seen=seen,
            count=count,
        )

    def _get_refund_domain(self, first, end):
        """Lines of credit notes that reduce the sales from ``first`` to ``end``."""
        orders = self._get_order_domain(fields.Date.to_date("1970-01-01"), end)
        dated = Domain.OR(
            [
                Domain("move_id.invoice_date", ">=", first)
                & Domain("move_id.invoice_date", "<", end),
                Domain("move_id.invoice_date", "=", False)
                & Domain("date", ">=", first)
                & Domain("date", "<", end),
            ]
        )
        return dated & Domain(
            [
                ("move_type", "=", "out_refund"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
                ("display_type", "=", "product"),
                (
                    "sale_line_ids",
                    "any",
                    Domain("order_id", "any", orders)
                    & Domain("is_downpayment", "!=", True),
                ),
            ]
        )

    def action_view_refunds(self):
        """Open the lines of credit notes that reduce the sales of the period."""
        self._check_open()
        return self._open(
            self.env._("Credit Notes"),
            "account.move.line",
            self._get_refund_domain(*self._get_span()),
            views=("list", "pivot"),
            empty=self.env._("No credit note in this time."),
        )
