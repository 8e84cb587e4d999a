from odoo import models


class ClientFactMonth(models.Model):
    """A closed month opens the orders it was counted from."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact.month"

    def action_view_orders(self):
        """Open the orders of this month, as known today."""
        self.ensure_one()
        self.check_access("read")
        return self.fact_id.action_view_month_orders(self.month)

    def action_open_facts(self):
        """Open the client's facts."""
        self.ensure_one()
        return self.fact_id.action_open_facts()
