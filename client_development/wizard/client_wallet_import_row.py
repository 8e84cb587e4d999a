from odoo import fields, models


class ClientWalletImportRow(models.TransientModel):
    """A row of a wallet sheet that cannot be stored, and why."""

    _name = "client.wallet.import.row"
    _description = "Bad Row of a Wallet Sheet"
    _order = "number, id"
    _rec_name = "number"

    import_id = fields.Many2one(
        comodel_name="client.wallet.import",
        required=True,
        index=True,
        ondelete="cascade",
        help="The import to which the row belongs.",
    )
    number = fields.Integer(
        string="Row",
        readonly=True,
        help="The number of the row in the sheet; the row with the labels counts, too.",
    )
    client = fields.Char(
        readonly=True,
        help="The client, as it stands in the sheet.",
    )
    category = fields.Char(
        string="Product Category",
        readonly=True,
        help="The product category, as it stands in the sheet.",
    )
    potential = fields.Char(
        string="Potential per Year",
        readonly=True,
        help="The potential, as it stands in the sheet.",
    )
    reason = fields.Char(
        readonly=True,
        help="Why the row is not stored.",
    )
