from odoo import models


class CrmTeam(models.Model):
    """The leader of a team signs its plans."""

    _inherit = "crm.team"

    def write(self, vals):
        """A new leader opens the next version of the plans that were signed."""
        result = super().write(vals)
        if "user_id" in vals:
            plans = self.env["client.plan"].sudo()
            plans = plans.search(
                [
                    ("team_id", "in", self.ids),
                    ("state", "in", ("signoff", "running")),
                    ("version_ids", "!=", False),
                ]
            )
            plans._follow_versions()
        return result
