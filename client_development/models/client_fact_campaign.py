from odoo import fields, models


class ClientFact(models.Model):
    """Clients that are asked in a campaign, and what it found out about them."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    def _change_priority(self, segment, reason):
        """Give those of these clients the priority who do not have it yet."""
        changing = self.filtered(lambda fact: fact.segment_id != segment)
        if changing:
            self.env["client.segment.change"].create(
                {
                    "fact_ids": [fields.Command.set(changing.ids)],
                    "segment_id": segment.id,
                    "reason": reason,
                }
            ).action_confirm()

    def action_add_to_campaign(self):
        """Ask for the campaign in which these clients shall be called."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_campaign_add_action"
            ),
            "context": {"default_fact_ids": self.ids},
        }
