from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging contacts joins their client rows.

    The unique index on ``client.fact`` would otherwise abort the merge (design,
    traps): what the merged contacts had in a company goes to the row that stays.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._merge_client_facts(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _merge_client_facts(self, src_partners, dst_partner):
        """Join the rows of ``src_partners`` into those of ``dst_partner``."""
        facts = (
            self.env["client.fact"]
            .sudo()
            .search([("partner_id", "in", (src_partners | dst_partner).ids)])
        )
        for same_company in facts.grouped("company_id").values():
            kept = (
                same_company.filtered(lambda f: f.partner_id == dst_partner)
                or same_company
            )[:1]
            merged = same_company - kept
            if not merged:
                continue
            kept.segment_ids |= merged.segment_ids
            kept.developer_id = kept.developer_id or merged.developer_id[:1]
            merged.unlink()
