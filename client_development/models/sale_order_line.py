from odoo import api, models

# A change of these alone changes no facts.
OTHER_FIELDS = {"name", "sequence", "analytic_distribution", "customer_lead"}


class SaleOrderLine(models.Model):
    """The facts of a client follow the lines of his orders."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """The client's facts follow."""
        lines = super().create(vals_list)
        self.env["client.fact.queue"]._add_orders(lines.order_id)
        return lines

    def write(self, vals):
        """The client's facts follow, those of the order before and after."""
        if vals.keys() - OTHER_FIELDS:
            self.env["client.fact.queue"]._add_orders(self.order_id)
        result = super().write(vals)
        if "order_id" in vals:
            self.env["client.fact.queue"]._add_orders(self.order_id)
        return result

    def unlink(self):
        """The client's facts follow."""
        self.env["client.fact.queue"]._add_orders(self.order_id)
        return super().unlink()
