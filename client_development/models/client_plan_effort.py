from odoo import fields, models


class ClientPlanEffort(models.Model):
    """Working time that one employee spent on an action on one day.

    The spent hours of an action are the sum of these rows, so that time can be read
    per person and period (product.md A, "planned and spent hours (dated)").
    """

    _name = "client.plan.effort"
    _description = "Working Time of an Action"
    _inherit = ["client.plan.child"]
    _order = "date desc, id desc"
    _rec_name = "line_id"
    _plan_parent = "line_id"

    line_id = fields.Many2one(
        comodel_name="client.plan.line",
        string="Action",
        required=True,
        ondelete="cascade",
        index=True,
        help="The action on which the time was spent.",
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
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Employee",
        required=True,
        default=lambda self: self.env.uid,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Who spent the time.",
    )
    date = fields.Date(
        string="Day",
        required=True,
        default=lambda self: self.env.company._client_today(),
        index=True,
        help="The day on which the time was spent.",
    )
    hours = fields.Float(
        required=True,
        help="Working time in hours; below zero to correct an earlier entry.",
    )
    name = fields.Char(
        string="Description",
        help="What was done in this time.",
    )
