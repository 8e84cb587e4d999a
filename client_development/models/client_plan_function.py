from odoo import fields, models


class ClientPlanFunction(models.Model):
    """A function in the company, such as “Head of logistics”, and who holds it.

    Playbooks name functions; the action goes to whoever holds it in the company of the
    plan.
    """

    _name = "client.plan.function"
    _description = "Function in the Company"
    _order = "name, id"

    name = fields.Char(
        string="Function",
        required=True,
        translate=True,
        help="What the function is called.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Held by",
        company_dependent=True,
        domain=[("share", "=", False)],
        help="Who holds the function in the current company.",
    )
