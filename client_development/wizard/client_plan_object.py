from odoo import fields, models


class ClientPlanObject(models.TransientModel):
    """Object to a plan: everyone named on it may, with or without sales rights."""

    _name = "client.plan.object"
    _description = "Object to a Plan"

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The plan that is spoken of.",
    )
    objection = fields.Text(
        required=True,
        help="What you do not agree with, and what you propose instead. The owner of"
        " the plan or the team leader answers it.",
    )

    def action_object(self):
        """Raise the objection."""
        self.ensure_one()
        self.sudo().plan_id.with_env(self.env)._object(self.objection)
        return {"type": "ir.actions.act_window_close"}
