from odoo import api, fields, models
from odoo.exceptions import AccessError

CLIENT_USER = "client_development.group_client_user"

# By the largest number of employees, the smallest clients first.
CLIENT_SIZES = [
    ("10", "1–10 employees"),
    ("50", "11–50 employees"),
    ("250", "51–250 employees"),
    ("1000", "251–1,000 employees"),
    ("more", "More than 1,000 employees"),
]


class ResPartner(models.Model):
    """What the portrait of a client is made of, and the holding he belongs to.

    Both belong to the commercial partner; his contacts have the same.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    client_size = fields.Selection(
        selection=CLIENT_SIZES,
        groups=CLIENT_USER,
        help="How many people work there. The portrait of class A compares clients by"
        " it.",
    )
    client_holding_id = fields.Many2one(
        comodel_name="client.holding",
        ondelete="set null",
        groups=CLIENT_USER,
        help="The group of companies of which this client is one legal entity. The"
        " holding shows the figures of all of them added up.",
    )

    @api.model
    def _commercial_fields(self):
        """Contacts have the size and the holding of their company."""
        return [*super()._commercial_fields(), "client_size", "client_holding_id"]

    def write(self, vals):
        """Only who may write the client puts him into a holding or takes him out."""
        if "client_holding_id" in vals and not self.env.su:
            self._check_holding_change(vals["client_holding_id"])
        return super().write(vals)

    def _check_holding_change(self, holding_id):
        clients = self.commercial_partner_id.filtered(
            lambda client: client.client_holding_id.id != (holding_id or False)
        )
        domain = [("partner_id", "in", clients.ids)]
        facts = self.env["client.fact"]
        hidden = facts.sudo().search(domain) - facts.search(domain)
        if hidden:
            raise AccessError(
                self.env._(
                    "Holding: %(client)s is not one of your clients. Ask his"
                    " salesperson or the team leader to change it.",
                    client=hidden[0].partner_id.display_name,
                )
            )
