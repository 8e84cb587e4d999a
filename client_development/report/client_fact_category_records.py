from odoo import models
from odoo.fields import Domain


class ClientFactCategory(models.Model):
    """A client's product category opens the order lines it was counted from."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact.category"

    def action_view_lines(self):
        """Open the order lines of this category in the period.

        They are grouped by order: with a positive quantity, one group per order.
        """
        self.ensure_one()
        self.check_access("read")
        fact = self.fact_id
        return fact._open(
            self.category_id.display_name or self.env._("No Category"),
            "sale.order.line",
            fact._get_line_domain(*fact._get_span())
            & Domain("product_id.categ_id", "=", self.category_id.id),
            {"group_by": "order_id"},
            list_view="sale.view_order_line_tree",
        )

    def action_open_facts(self):
        """Open the client's facts."""
        self.ensure_one()
        return self.fact_id.action_open_facts()
