from odoo import models


class ResPartner(models.Model):
    """The client's priority on the contact card."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    def action_client_change_priority(self):
        """Ask for the client's new priority, and for the reason."""
        self.ensure_one()
        self.check_access("read")
        facts = self.env["client.fact"]
        facts.check_access("write")
        return facts._ensure(self).action_change_priority()

    def action_view_client_segment_moves(self):
        """Open the client's moves from one primary segment to another."""
        self.ensure_one()
        self.env["client.segment.move"].check_access("read")
        action = self.env["client.fact"].action_view_segment_moves()
        client = self.commercial_partner_id
        return {
            **action,
            "domain": [
                ("partner_id", "=", client.id),
                ("company_id", "in", self.env.companies.ids),
            ],
        }
