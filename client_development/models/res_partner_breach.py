from odoo import api, fields, models

from .res_partner import CLIENT_USER


class ResPartner(models.Model):
    """The standards not kept for a client, on his contact card."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    client_breach_count = fields.Integer(
        string="Number of Breached Client Standards",
        compute="_compute_client_breach_count",
        groups=CLIENT_USER,
        help="Standards of this client's primary segment that are not kept now.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_breach_count(self):
        self.client_breach_count = 0
        if not self.env.user.has_group(CLIENT_USER):
            return
        counts = dict(
            self.env["client.breach"]._read_group(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("date_closed", "=", False),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            client = partner.commercial_partner_id._origin
            partner.client_breach_count = counts.get(client, 0)

    def action_view_client_breaches(self):
        """Open the breaches that the stat button counts."""
        self.ensure_one()
        return self.env["client.breach"]._get_open_action(
            [("partner_id", "=", self.commercial_partner_id.id)]
        )
