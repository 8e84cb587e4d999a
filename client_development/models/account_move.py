from odoo import models

FACT_FIELDS = {"state", "invoice_date", "date"}


class AccountMove(models.Model):
    """The facts of a client follow the credit notes on his orders (product.md E)."""

    _inherit = "account.move"

    def write(self, vals):
        """A credit note that is posted, taken back or dated otherwise counts."""
        result = super().write(vals)
        if vals.keys() & FACT_FIELDS:
            refunds = self.filtered(lambda move: move.move_type == "out_refund")
            self.env["client.fact.queue"]._add_invoices(refunds)
        return result
