from odoo import api, models


class CrmLead(models.Model):
    """An opportunity makes its customer a client."""

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        """The customer becomes a client."""
        leads = super().create(vals_list)
        self.env["client.fact.queue"]._add_partners(leads.partner_id)
        return leads

    def write(self, vals):
        """The customer becomes a client, or has another salesperson."""
        result = super().write(vals)
        if vals.keys() & {"partner_id", "type", "user_id", "team_id", "active"}:
            self.env["client.fact.queue"]._add_partners(self.partner_id)
        return result
