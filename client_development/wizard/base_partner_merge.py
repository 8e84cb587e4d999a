from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging contacts joins their client rows.

    The unique index on ``client.fact`` would otherwise abort the merge (design,
    traps): what the merged contacts had in a company goes to the row that stays.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env["client.fact"]._join(src_partners, dst_partner)
        src_partners._client_forget_own_referrals(dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
