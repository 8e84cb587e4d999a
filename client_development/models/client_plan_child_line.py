from odoo import fields, models


class ClientPlanLineChild(models.AbstractModel):
    """What belongs to an action: resources, information, working time, calls for help.

    The plan and the company are stored on each, for rules and reports.
    """

    _name = "client.plan.line.child"
    _description = "Part of an Action"
    _inherit = ["client.plan.child"]
    _plan_parent = "line_id"

    line_id = fields.Many2one(
        comodel_name="client.plan.line",
        string="Action",
        required=True,
        ondelete="cascade",
        index=True,
        help="The action to which it belongs.",
    )
    plan_id = fields.Many2one(
        related="line_id.plan_id",
        store=True,
        precompute=True,
        index=True,
        help="The plan of the action.",
    )
    company_id = fields.Many2one(
        related="line_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )

    def _check_parent_open(self):
        """Refuse changes below an action that is settled, too."""
        res = super()._check_parent_open()
        if not self.env.su:
            self.sudo().line_id._check_not_settled()
        return res
