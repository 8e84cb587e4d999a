from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class ClientCampaignProposal(models.Model):
    """What the answer of a client proposes: another wallet, another segment.

    Nothing is written until a leader confirms it (product.md D).
    """

    _name = "client.campaign.proposal"
    _description = "Proposal of a Campaign"
    _order = "id desc"
    _rec_name = "partner_id"

    call_id = fields.Many2one(
        comodel_name="client.call",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The call in which the client said it.",
    )
    campaign_id = fields.Many2one(
        comodel_name="client.campaign",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        bypass_search_access=True,
        help="The campaign in which the client was asked.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The company for which it would hold.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The client.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        readonly=True,
        index=True,
        help="Who called the client.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        index="btree_not_null",
        help="The team of who called; its leader confirms or rejects.",
    )
    kind = fields.Selection(
        selection=[("wallet", "Wallet"), ("segment", "Segment")],
        required=True,
        readonly=True,
        help="What would change.",
    )
    is_total = fields.Boolean(
        string="Whole Wallet",
        readonly=True,
        help="The client named what he spends on everything together. The part that is"
        " not known by category is entered in the product category chosen here.",
    )
    category_id = fields.Many2one(
        comodel_name="product.category",
        string="Product Category",
        ondelete="restrict",
        help="The product category in which the wallet is entered.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
    )
    is_known = fields.Boolean(
        readonly=True,
        help="The wallet was known when the client was asked.",
    )
    old_amount = fields.Monetary(
        string="Wallet Known",
        readonly=True,
        help="The wallet per year as it was known when the client was asked.",
    )
    new_amount = fields.Monetary(
        string="Wallet Named",
        readonly=True,
        help="What the client says he spends per year with everybody.",
    )
    old_segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Segment before",
        readonly=True,
        ondelete="set null",
        help="The primary segment when the client was asked.",
    )
    new_segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Segment Proposed",
        readonly=True,
        ondelete="cascade",
        help="The segment for which the answer speaks.",
    )
    old_value = fields.Char(
        string="Known",
        compute="_compute_values",
        help="What was known when the client was asked.",
    )
    new_value = fields.Char(
        string="Proposed",
        compute="_compute_values",
        help="What is proposed.",
    )
    question = fields.Char(
        readonly=True,
        help="The question as it was asked.",
    )
    answer = fields.Text(
        readonly=True,
        help="The client's words.",
    )
    state = fields.Selection(
        selection=[
            ("proposed", "To confirm"),
            ("confirmed", "Confirmed"),
            ("rejected", "Rejected"),
        ],
        string="Status",
        default="proposed",
        required=True,
        readonly=True,
        index=True,
        help="To confirm: nothing is written yet.",
    )
    decided_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Decided by",
        readonly=True,
        index="btree_not_null",
        help="Who confirmed or rejected it.",
    )
    date_decided = fields.Datetime(
        string="Decided on",
        readonly=True,
        help="When it was confirmed or rejected.",
    )

    @api.depends("kind", "old_amount", "new_amount", "old_segment_id", "new_segment_id")
    @api.depends_context("lang")
    def _compute_values(self):
        for proposal in self:
            currency = proposal.company_id.currency_id
            if proposal.kind == "segment":
                segments = (proposal.old_segment_id, proposal.new_segment_id)
                proposal.old_value, proposal.new_value = (
                    segment.sudo().name or self.env._("none") for segment in segments
                )
                continue
            proposal.old_value, proposal.new_value = (
                formatLang(self.env, amount, currency_obj=currency)
                for amount in (proposal.old_amount, proposal.new_amount)
            )
            if not proposal.is_known:
                proposal.old_value = self.env._("not known")

    def write(self, vals):
        """Only the category of a whole wallet is entered; the rest is decided."""
        if self.env.su:
            return super().write(vals)
        self.check_access("write")
        wrong = self.filtered(
            lambda proposal: not proposal.is_total or proposal.state != "proposed"
        )
        if vals.keys() - {"category_id"} or wrong:
            raise UserError(
                self.env._(
                    "A proposal stays as the client's answer made it: confirm or reject"
                    " it. Only the product category of a whole wallet is chosen, as"
                    " long as nobody has decided."
                )
            )
        return super().write(vals)
