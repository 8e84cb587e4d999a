from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .res_partner import CLIENT_USER

# A client: a company, or a person without one.
COMMERCIAL = Domain("is_company", "=", True) | Domain("parent_id", "=", False)


class ResPartner(models.Model):
    """Who recommended us to a client, and whom a contact has recommended us to.

    The referrer is kept on the client alone: entered on a contact, it goes to his
    company (product.md E, conversion by source).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    client_referrer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Recommended by",
        ondelete="set null",
        groups="base.group_user",
        help="Who recommended us to this client: the person, or his company. Empty: the"
        " client came in another way.",
    )
    client_company_referrer_id = fields.Many2one(
        related="commercial_partner_id.client_referrer_id",
        string="Company Recommended by",
        groups="base.group_user",
        help="Who recommended us to the client to whom this contact belongs.",
    )
    client_referred_count = fields.Integer(
        string="Number of Clients Recommended",
        compute="_compute_client_referred_count",
        groups=CLIENT_USER,
        help="Clients that this contact, or for a company anybody of it, has"
        " recommended us to, as far as you may see them.",
    )

    @api.constrains("client_referrer_id")
    def _check_client_referrer_id(self):
        for partner in self:
            partner._check_client_referral(partner.client_referrer_id, partner)

    @api.model
    def _check_client_referral(self, referrer, client):
        """Nobody recommends himself, nor his own company."""
        clients = referrer.commercial_partner_id & client.commercial_partner_id
        if clients:
            raise ValidationError(
                self.env._(
                    "Recommended by: %(referrer)s belongs to %(client)s, who would have"
                    " recommended himself. Choose somebody else, or leave it empty.",
                    referrer=referrer.display_name,
                    client=clients.display_name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Who recommended a contact has recommended his company."""
        context = self.env.context
        vals_list = list(vals_list)
        referrer_ids = []
        for number, vals in enumerate(vals_list):
            referrer_ids.append(False)
            has_parent = vals.get("parent_id", context.get("default_parent_id"))
            is_given = "client_referrer_id" in vals
            if has_parent and (is_given or context.get("default_client_referrer_id")):
                referrer_ids[-1] = vals.get("client_referrer_id")
                vals_list[number] = {**vals, "client_referrer_id": False}
        partners = super().create(vals_list)
        for partner, referrer_id in zip(partners, referrer_ids, strict=True):
            if referrer_id:
                client = partner.commercial_partner_id
                client._client_take_referrer(self.browse(referrer_id))
        return partners

    def write(self, vals):
        """Keep the referrer on the client, also when a client gets a company."""
        if "client_referrer_id" in vals:
            contacts = self.filtered(lambda p: p.commercial_partner_id != p)
            if contacts:
                referrer = {"client_referrer_id": vals["client_referrer_id"]}
                (self - contacts | contacts.commercial_partner_id).write(referrer)
                vals = {k: v for k, v in vals.items() if k not in referrer}
        referred = known = self.browse()
        if vals.keys() & {"parent_id", "is_company"}:
            referred = self.sudo().filtered("client_referrer_id")
            parents = referred.browse(vals.get("parent_id")) | referred.parent_id
            # Those who are clients already came in their own way.
            known = parents.commercial_partner_id.filtered("client_fact_ids")
        result = super().write(vals)
        for partner in referred:
            client = partner.commercial_partner_id
            referrer = partner.client_referrer_id
            if client not in known | partner | referrer.commercial_partner_id:
                client._client_take_referrer(referrer)
        return result

    def _client_take_referrer(self, referrer):
        """Keep who recommended these clients, where nobody is known to have."""
        self.filtered(lambda p: not p.client_referrer_id).write(
            {"client_referrer_id": referrer.id}
        )

    def _client_forget_own_referrals(self, target):
        """These contacts are about to become ``target``: what one of them did for the
        other is no recommendation any longer."""
        partners = self.sudo().with_context(active_test=False)
        clients = target.sudo().commercial_partner_id
        clients |= partners.filtered(lambda p: p.commercial_partner_id == p)
        own = Domain("client_referrer_id", "in", self.ids) | Domain(
            "client_referrer_id.commercial_partner_id", "in", clients.ids
        )
        partners.search(Domain("id", "in", clients.ids) & own).write(
            {"client_referrer_id": False}
        )
        theirs = Domain("partner_id", "in", self.ids) | Domain(
            "partner_id.commercial_partner_id", "in", clients.ids
        )
        partners.env["crm.lead"].search(theirs & own).write(
            {"client_referrer_id": False}
        )

    # -- whom he recommended us to ----------------------------------------------------

    def _get_client_referred_domain(self):
        """Clients to whom one of these contacts recommended us; a company with all of
        its contacts."""
        companies = self.filtered(lambda p: p.commercial_partner_id == p)
        return COMMERCIAL & (
            Domain("client_referrer_id", "in", self.ids)
            | Domain("client_referrer_id.commercial_partner_id", "in", companies.ids)
        )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_referred_count(self):
        self.client_referred_count = 0
        partners = self._origin
        if not partners or not self.env.user.has_group(CLIENT_USER):
            return
        groups = self.env["res.partner"]._read_group(
            partners._get_client_referred_domain(), ["client_referrer_id"], ["__count"]
        )
        counts = {}
        for referrer, count in groups:
            for person in referrer | referrer.sudo().commercial_partner_id:
                counts[person.id] = counts.get(person.id, 0) + count
        for partner in self:
            partner.client_referred_count = counts.get(partner._origin.id, 0)

    def action_view_client_referred(self):
        """Open the clients that the stat button counts."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recommended by %s", self.display_name),
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": list(self._get_client_referred_domain()),
            "context": {
                "default_client_referrer_id": self.id,
                "default_is_company": True,
                "client_new": True,
            },
        }
