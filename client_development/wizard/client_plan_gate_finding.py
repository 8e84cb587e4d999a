from odoo import fields, models


class ClientPlanGateFinding(models.TransientModel):
    """One thing that a plan lacks, with the record in which it is mended."""

    _name = "client.plan.gate.finding"
    _description = "Finding in a Plan"
    _order = "gate_id, id"

    gate_id = fields.Many2one(
        comodel_name="client.plan.gate",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The check in which it was found.",
    )
    criterion = fields.Selection(
        selection=lambda self: self.env["client.plan"]._get_criteria(),
        required=True,
        readonly=True,
        help="Which of the demands on a plan is not met.",
    )
    name = fields.Text(
        string="Finding",
        required=True,
        readonly=True,
        help="What is missing, and where.",
    )
    res_model = fields.Char(
        string="Model",
        readonly=True,
        help="Technical: the kind of record that has to be mended.",
    )
    res_id = fields.Integer(
        string="Record",
        readonly=True,
        aggregator=None,
        help="Technical: the record that has to be mended; none if one has to be made.",
    )

    def action_mend(self):
        """Open the record in which this is mended, or a new one."""
        self.ensure_one()
        plan = self.gate_id.plan_id
        if self.res_model == plan._name:  # it lies below the dialog
            return {"type": "ir.actions.act_window_close"}
        record = self.env[self.res_model].browse(self.res_id).exists()
        return {
            "type": "ir.actions.act_window",
            "name": record.display_name or self.env._("New"),
            "res_model": self.res_model,
            "res_id": record.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_plan_id": plan.id,
                "client_in_plan": True,
            },
        }
