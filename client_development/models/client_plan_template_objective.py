from odoo import fields, models


class ClientPlanTemplateObjective(models.Model):
    """An objective of a playbook: what is measured, and how the target follows.

    The baseline of a plan's objective is measured when the playbook is applied; the
    target is an absolute value, or follows from the baseline.
    """

    _name = "client.plan.template.objective"
    _description = "Objective of a Playbook"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        comodel_name="client.plan.template",
        required=True,
        ondelete="cascade",
        index=True,
        help="The playbook to which it belongs.",
    )
    sequence = fields.Integer(
        default=10,
        help="Order of the objectives.",
    )
    indicator_id = fields.Many2one(
        comodel_name="client.indicator",
        required=True,
        ondelete="restrict",
        index=True,
        help="What is measured.",
    )
    name = fields.Char(
        string="Objective",
        translate=True,
        help="The goal in words. Empty: the name of the indicator.",
    )
    is_main = fields.Boolean(
        string="Main Objective",
        help="The one objective that matters most.",
    )
    weight = fields.Float(
        default=1.0,
        required=True,
        help="How much it counts, relative to the others.",
    )
    target_mode = fields.Selection(
        selection=[
            ("value", "This value"),
            ("plus", "Baseline plus"),
            ("percent", "Baseline plus percent"),
        ],
        required=True,
        default="value",
        help="How the target follows from the value of the template.",
    )
    target = fields.Float(
        required=True,
        help="The target, or by how much the baseline is to grow.",
    )
