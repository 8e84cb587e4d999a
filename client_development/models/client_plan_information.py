from odoo import fields, models


class ClientPlanInformation(models.Model):
    """An information link of an action: who must get what from whom."""

    _name = "client.plan.information"
    _description = "Information for an Action"
    _inherit = ["client.plan.line.row"]
    _signed_list = "information_ids"
    _order = "line_id, date_deadline, id"
    # whoever takes part tells that it has arrived
    _reported_fields = frozenset({"done"})

    name = fields.Char(
        string="Information",
        required=True,
        help="What has to be passed on, for example “yearly demand by product group”.",
    )
    from_user_id = fields.Many2one(
        comodel_name="res.users",
        string="From",
        domain=[("share", "=", False)],
        index="btree_not_null",
        help="The employee who has the information.",
    )
    from_name = fields.Char(
        string="From (outside)",
        help="Who has the information, when it is not one of our employees.",
    )
    to_user_id = fields.Many2one(
        comodel_name="res.users",
        string="To",
        domain=[("share", "=", False)],
        index="btree_not_null",
        help="The employee who needs the information.",
    )
    to_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="To (contact)",
        index="btree_not_null",
        help="The contact who needs the information, when it is not an employee.",
    )
    date_deadline = fields.Date(
        string="Until",
        help="When the information is needed at the latest.",
    )
    done = fields.Boolean(
        string="Passed On",
        help="The information has arrived.",
    )
