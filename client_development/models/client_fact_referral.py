from odoo import fields, models


class ClientFact(models.Model):
    """Who recommended us to the client."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    referrer_id = fields.Many2one(
        related="partner_id.client_referrer_id",
        string="Recommended by",
        help="Who recommended us to this client. Empty: he came in another way.",
    )
