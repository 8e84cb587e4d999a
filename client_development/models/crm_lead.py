from odoo import api, fields, models
from odoo.fields import Domain


class CrmLead(models.Model):
    """An opportunity makes its customer a client, and tells who recommended us."""

    _inherit = "crm.lead"

    client_referrer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Recommended by",
        ondelete="set null",
        help="Who recommended us to this customer: the person, or his company. The"
        " customer keeps it if nobody had recommended us to him and he has not bought"
        " yet.",
    )

    @api.constrains("client_referrer_id", "partner_id")
    def _check_client_referrer_id(self):
        for lead in self:
            if lead.client_referrer_id:
                lead.partner_id._check_client_referral(
                    lead.client_referrer_id, lead.partner_id
                )

    @api.onchange("partner_id")
    def _onchange_client_referrer_id(self):
        """Show who recommended the customer."""
        for lead in self:
            if not lead.client_referrer_id:
                lead.client_referrer_id = lead._get_client_referrer(lead.partner_id)

    @api.model
    def _get_client_referrer(self, partner):
        return partner.sudo().commercial_partner_id.client_referrer_id.sudo(False)

    @api.model_create_multi
    def create(self, vals_list):
        """The customer becomes a client; his referrer is the default."""
        default = self.env.context.get("default_partner_id")
        partner_ids = [vals.get("partner_id", default) or 0 for vals in vals_list]
        partners = self.env["res.partner"].browse(set(partner_ids) - {0})
        referrers = {p.id: self._get_client_referrer(p).id for p in partners}
        leads = super().create(
            [
                {"client_referrer_id": referrers[partner_id], **vals}
                if referrers.get(partner_id)
                else vals
                for partner_id, vals in zip(partner_ids, vals_list, strict=True)
            ]
        )
        self.env["client.fact.queue"]._add_partners(leads.partner_id)
        leads._hand_over_client_referrer()
        return leads

    def write(self, vals):
        """The customer becomes a client, or has another salesperson or referrer."""
        result = super().write(vals)
        if vals.keys() & {"partner_id", "type", "user_id", "team_id", "active"}:
            self.env["client.fact.queue"]._add_partners(self.partner_id)
        if vals.get("partner_id") or vals.get("client_referrer_id"):
            self._hand_over_client_referrer()
        return result

    def _hand_over_client_referrer(self):
        """A customer who has not bought yet came by the recommendation of his lead."""
        leads = self.filtered(
            lambda lead: (
                lead.client_referrer_id
                and lead.partner_id
                and not self._get_client_referrer(lead.partner_id)
            )
        )
        if not leads:
            return
        clients = leads.partner_id.sudo().commercial_partner_id
        sales = self.env["sale.order"].sudo()
        bought = sales.search_fetch(
            Domain("state", "=", "sale")
            & Domain("partner_id.commercial_partner_id", "in", clients.ids),
            ["partner_id"],
        ).partner_id.commercial_partner_id
        for referrer, recommended in leads.grouped("client_referrer_id").items():
            clients = recommended.partner_id.sudo().commercial_partner_id - bought
            clients = clients.with_env(self.env)._filtered_access("write")
            clients._client_take_referrer(referrer)

    # -- converting and merging -------------------------------------------------------

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """The customer made from a lead came by the same recommendation."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if not parent_id and self.client_referrer_id:
            values["client_referrer_id"] = self.client_referrer_id.id
        return values

    def _merge_get_fields_specific(self):
        def get_referrer(_name, leads):
            """The first one who is not the customer that all will have."""
            customer = leads.partner_id[:1].commercial_partner_id
            for referrer in leads.client_referrer_id:
                if referrer.commercial_partner_id != customer:
                    return referrer.id
            return False

        return {
            **super()._merge_get_fields_specific(),
            "client_referrer_id": get_referrer,
        }
