from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merged contacts are one client of a campaign, with one call.

    The unique index of the calls would otherwise abort the merge.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        campaigns = (
            self.env["client.campaign"]
            .sudo()
            .search([("fact_ids.partner_id", "in", src_partners.ids)])
        )
        self._join_campaign_calls(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        for company, chosen in campaigns.grouped("company_id").items():
            fact = self.env["client.fact"].with_company(company)._ensure(dst_partner)
            chosen.write({"fact_ids": [(4, fact.id)]})
        return result

    @api.model
    def _join_campaign_calls(self, src_partners, dst_partner):
        """Keep one call per campaign, the answered one if there is any."""
        calls = (
            self.env["client.call"]
            .sudo()
            .search(
                [
                    ("campaign_id", "!=", False),
                    ("partner_id", "in", (src_partners | dst_partner).ids),
                    ("is_merged", "=", False),
                ]
            )
        )
        for same in calls.grouped("campaign_id").values():
            ordered = same.sorted(
                lambda call: (
                    call.state != "done",
                    call.state == "cancelled",
                    call.partner_id != dst_partner,
                    call.id,
                )
            )
            others = ordered[1:]
            others.is_merged = True
            others.filtered(lambda call: call.state == "due").state = "cancelled"
        calls.flush_recordset()
