from odoo import api, fields, models


class ClientPlanObject(models.TransientModel):
    """Object to a plan: everyone named on it may, with or without sales rights."""

    _name = "client.plan.object"
    _description = "Object to a Plan"
    _inherit = ["client.plan.dialog"]

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

    @api.model
    def _check_subject_access(self, records):
        """Everyone named has his word, also without access to the plan."""
        for plan in records:
            plan._check_may_object()

    def action_object(self):
        """Raise the objection."""
        self.ensure_one()
        self.sudo().plan_id.with_env(self.env)._object(self.objection)
        return {"type": "ir.actions.act_window_close"}
