from odoo import api, fields, models
from odoo.tools.misc import format_date


class ClientFactMonth(models.Model):
    """A closed month opens the orders it was counted from."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact.month"

    month_label = fields.Char(
        string="Month and Year",
        compute="_compute_month_label",
        help="The month and its year.",
    )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_label(self):
        for row in self:
            row.month_label = format_date(self.env, row.month, date_format="LLLL yyyy")

    def action_view_orders(self):
        """Open the orders of this month, as known today."""
        self.ensure_one()
        self.check_access("read")
        return self.fact_id.action_view_month_orders(self.month)

    def action_open_facts(self):
        """Open the client's facts."""
        self.ensure_one()
        return self.fact_id.action_open_facts()
