from odoo import api, fields, models


class ClientPlanResource(models.Model):
    """Something an action needs: money, staff, materials."""

    _name = "client.plan.resource"
    _description = "Resource of an Action"
    _inherit = ["client.plan.line.row"]
    _signed_list = "resource_ids"
    _order = "line_id, id"

    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="Currency of the company.",
    )
    kind = fields.Selection(
        selection=[
            ("money", "Money"),
            ("staff", "Staff"),
            ("material", "Materials"),
            ("other", "Other"),
        ],
        required=True,
        default="money",
        help="What kind of resource is needed.",
    )
    name = fields.Char(
        string="Resource",
        required=True,
        help="What exactly is needed, for example “travel costs” or “two fitters”.",
    )
    quantity = fields.Float(
        default=1.0,
        help="How much of it is needed.",
    )
    unit_cost = fields.Monetary(
        help="Cost of one unit, in the currency of the company.",
    )
    cost = fields.Monetary(
        compute="_compute_cost",
        store=True,
        help="Quantity times unit cost.",
    )

    _quantity_not_negative = models.Constraint(
        "CHECK(quantity >= 0)",
        "Quantity: a needed resource cannot be negative. Enter zero or more.",
    )
    _unit_cost_not_negative = models.Constraint(
        "CHECK(unit_cost >= 0)",
        "Unit Cost: the cost of a resource cannot be negative. Enter zero or more.",
    )

    @api.depends("quantity", "unit_cost")
    def _compute_cost(self):
        for resource in self:
            resource.cost = resource.quantity * resource.unit_cost
