from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientCampaignAdd(models.TransientModel):
    """Choose a campaign for clients marked in the list."""

    _name = "client.campaign.add"
    _description = "Add Clients to a Campaign"

    fact_ids = fields.Many2many(
        comodel_name="client.fact",
        string="Clients",
        readonly=True,
        help="The clients that are added.",
    )
    client_count = fields.Integer(
        string="Number of Clients",
        compute="_compute_client_count",
        help="How many clients were chosen.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_client_count",
        help="The company of the clients. Empty: they are of several companies.",
    )
    campaign_id = fields.Many2one(
        comodel_name="client.campaign",
        domain="[('state', '!=', 'closed'), ('company_id', '=', company_id)]",
        help="The campaign in which the clients are asked. A new name makes a new one."
        " In a running campaign they are on the call desk at once.",
    )

    @api.depends("fact_ids")
    def _compute_client_count(self):
        for wizard in self:
            companies = wizard.fact_ids.company_id
            wizard.client_count = len(wizard.fact_ids)
            wizard.company_id = companies if len(companies) == 1 else False

    def action_add(self):
        """Add the clients and open the campaign."""
        self.ensure_one()
        if not self.fact_ids:
            raise UserError(
                self.env._("Clients: mark at least one client in the list, then add.")
            )
        if not self.campaign_id:
            raise UserError(
                self.env._("Campaign: choose one, or enter the name of a new one.")
            )
        campaign = self.campaign_id
        campaign.check_access("write")
        campaign._add_clients(self.fact_ids)
        return {
            "type": "ir.actions.act_window",
            "res_model": campaign._name,
            "res_id": campaign.id,
            "views": [(False, "form")],
        }
