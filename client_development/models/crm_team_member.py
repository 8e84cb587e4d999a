from odoo import api, models


class CrmTeamMember(models.Model):
    """A client's team is that of his salesperson."""

    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        """The clients of the new member follow him into the team."""
        members = super().create(vals_list)
        self.env["client.fact.queue"]._add_all()
        return members

    def write(self, vals):
        """The clients of the member follow him."""
        result = super().write(vals)
        if vals.keys() & {"crm_team_id", "user_id", "active"}:
            self.env["client.fact.queue"]._add_all()
        return result
