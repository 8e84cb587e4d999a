from odoo import fields, models

KINDS = [
    ("strength", "Strength"),
    ("weakness", "Weakness"),
    ("opportunity", "Opportunity"),
    ("risk", "Risk"),
]


class ClientPlanSwot(models.Model):
    """One item of a plan's SWOT: a strength, weakness, opportunity or risk.

    Each becomes at least one action: a strength is shown, a weakness fixed, an
    opportunity used, a risk reduced (product.md A, SWOT strategy).
    """

    _name = "client.plan.swot"
    _description = "SWOT Item"
    _inherit = ["client.plan.child"]
    _order = "plan_id, kind, sequence, id"

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        ondelete="cascade",
        index=True,
        help="The strategy to which the item belongs.",
    )
    company_id = fields.Many2one(
        related="plan_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    kind = fields.Selection(
        selection=KINDS,
        required=True,
        index=True,
        help="Strength: what we do better than competitors. Weakness: what they do"
        " better. Opportunity: what the market offers and we do not use yet. Risk: what"
        " could harm us.",
    )
    name = fields.Char(
        string="Item",
        required=True,
        help="The item in one sentence.",
    )
    sequence = fields.Integer(
        default=10,
        help="Order within the quadrant.",
    )
    line_ids = fields.One2many(
        comodel_name="client.plan.line",
        inverse_name="swot_id",
        string="Actions",
        help="The actions that the item was turned into.",
    )

    _name_not_blank = models.Constraint(
        r"CHECK(name ~ '\S')",
        "Item: a SWOT item needs a text. Enter at least one word.",
    )
