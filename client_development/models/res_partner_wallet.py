from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """The client's wallet grid, from his contact card."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    def action_view_client_wallet_grid(self):
        """Open the wallet grid of the client in the current company."""
        self.ensure_one()
        fact = self.env["client.fact"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "=", self.commercial_partner_id.id),
            ]
        )
        if not fact:
            raise UserError(
                self.env._(
                    "Wallet Grid: “%(client)s” is none of your clients in %(company)s."
                    " Ask the client's salesperson, or choose another company.",
                    client=self.commercial_partner_id.display_name,
                    company=self.env.company.name,
                )
            )
        return fact.action_view_wallet_grid()
