from odoo import fields, models


class ClientStage(models.Model):
    """One lifecycle stage of a client (product.md, vocabulary): attraction, sale,
    service, retention, development. The five are data; companies may rename them.
    """

    _name = "client.stage"
    _description = "Lifecycle Stage"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="What this stage in the life of a client is called.",
    )
    code = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        help="Technical name by which rules find the stage.",
    )
    sequence = fields.Integer(
        default=10,
        help="Order of the stages, from the first contact to development.",
    )
    description = fields.Text(
        translate=True,
        help="What happens with a client in this stage.",
    )
    fold = fields.Boolean(
        string="Folded in Kanban",
        help="Folded stages are shown as a narrow column.",
    )

    _code_unique = models.UniqueIndex(
        "(code)", "Each lifecycle stage has its own code."
    )
