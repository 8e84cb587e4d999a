from odoo import api, fields, models

from .client_plan_section_kind import KINDS


class ClientPlanSwot(models.Model):
    """One item of a plan's SWOT: a strength, weakness, opportunity or risk.

    Each becomes at least one action: a strength is shown, a weakness fixed, an
    opportunity used, a risk reduced (product.md A, SWOT strategy).
    """

    _name = "client.plan.swot"
    _description = "SWOT Item"
    _inherit = ["client.plan.child"]
    _signed_list = "swot_ids"
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
    line_count = fields.Integer(
        string="Number of Item Actions",
        compute="_compute_line_count",
        help="Actions that the item was turned into, without cancelled ones.",
    )

    _name_not_blank = models.Constraint(
        r"CHECK(name ~ '\S')",
        "Item: a SWOT item needs a text. Enter at least one word.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("line_ids.state", "line_ids.swot_id")
    def _compute_line_count(self):
        """Count all of them: whoever sees the item knows whether it is served."""
        counts = dict(
            self.env["client.plan.line"]
            .sudo()
            ._read_group(
                [("swot_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["swot_id"],
                ["__count"],
            )
        )
        for item in self:
            item.line_count = counts.get(item._origin.sudo(), 0)

    # -- turning items into actions ------------------------------------------------

    def action_make_line(self):
        """Ask what, who and when for an action that serves the item."""
        self.ensure_one()
        plan = self.plan_id
        plan.check_access("write")
        plan._check_not_ended()
        values = plan._prepare_swot_lines(self)[0]
        return {
            "type": "ir.actions.act_window",
            "name": plan._get_swot_directions()[self.kind],
            "res_model": "client.plan.line",
            "views": [
                (
                    self.env.ref(
                        "client_development.client_plan_swot_line_view_form"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    def action_view_lines(self):
        """Open the actions of the item, cancelled ones, too."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_line_action"
            ),
            "domain": [("swot_id", "=", self.id)],
            "context": {"create": False},
        }
