from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from .client_fact_period import FactPeriod

# Figures of clients that may be added up, and the quotients made of the sums:
# figure: (numerator, denominator, factor).
SUMS = (
    "amount",
    "previous_amount",
    "growth_amount",
    "margin",
    "order_count",
    "previous_order_count",
    "wallet_period_amount",
    "wallet_sales",
)
QUOTIENTS = {
    "growth": ("growth_amount", "previous_amount", 100),
    "average_order": ("amount", "order_count", 1),
    "wallet_share": ("wallet_sales", "wallet_period_amount", 100),
}


class ClientHolding(models.Model):
    """Several clients who are legal entities of one group of companies.

    Its figures are those of its clients in the current company added up, as far as the
    user may see these clients. Positions cannot be added up: they are counted anew.
    """

    _name = "client.holding"
    _description = "Holding"
    _order = "name, id"

    name = fields.Char(
        required=True,
        index="trigram",
        help="What the group of companies is called.",
    )
    active = fields.Boolean(
        default=True,
        help="Archived holdings are not offered any more; their clients keep them.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index="btree_not_null",
        ondelete="cascade",
        help="The only company that uses this holding. Empty: all of them.",
    )
    description = fields.Text(
        help="How the legal entities belong together, who decides for all of them.",
    )
    member_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Legal Entities",
        compute="_compute_member_ids",
        inverse="_inverse_member_ids",
        search="_search_member_ids",
        domain="['|', ('is_company', '=', True), ('parent_id', '=', False)]",
        help="The clients that belong to the holding. A client belongs to one holding"
        " at most.",
    )
    fact_ids = fields.Many2many(
        comodel_name="client.fact",
        string="Clients",
        compute="_compute_figures",
        help="The holding's clients in the current company whom you may see.",
    )
    member_count = fields.Integer(
        string="Clients of the Holding",
        compute="_compute_figures",
        help="How many clients the holding has in the current company, whoever looks"
        " after them.",
    )
    visible_count = fields.Integer(
        string="Clients Visible",
        compute="_compute_figures",
        help="How many of them you may see. The figures are theirs.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_currency_id",
        help="The currency of the current company.",
    )
    amount = fields.Monetary(
        string="Sales",
        compute="_compute_figures",
        help="Sales of the period of all clients that you may see.",
    )
    previous_amount = fields.Monetary(
        string="Sales Before",
        compute="_compute_figures",
        help="Their sales of the previous period.",
    )
    growth_amount = fields.Monetary(
        string="Growth in Money",
        compute="_compute_figures",
        help="Sales of the period less sales of the previous one.",
    )
    growth = fields.Float(
        string="Growth, %",
        compute="_compute_figures",
        help="Growth of their sales together, in percent. Empty: nothing was sold in"
        " the previous period.",
    )
    margin = fields.Monetary(
        compute="_compute_figures",
        help="Margin of the period. Filled when margins on sales orders are switched"
        " on.",
    )
    order_count = fields.Integer(
        string="Orders",
        compute="_compute_figures",
        help="Confirmed orders of the period.",
    )
    previous_order_count = fields.Integer(
        string="Orders Before",
        compute="_compute_figures",
        help="Confirmed orders of the previous period.",
    )
    average_order = fields.Monetary(
        compute="_compute_figures",
        help="Sales of the period divided by its orders.",
    )
    product_count = fields.Integer(
        string="Positions",
        compute="_compute_product_count",
        help="Different products bought in the period by any of them: a product that"
        " two of them buy counts once.",
    )
    wallet_period_amount = fields.Monetary(
        string="Wallet in the Period",
        compute="_compute_figures",
        help="What they spend with everybody in the categories for which their wallets"
        " are known, in the length of the period.",
    )
    wallet_sales = fields.Monetary(
        string="Our Part of the Wallet",
        compute="_compute_figures",
        help="Our sales in exactly these categories.",
    )
    wallet_share = fields.Float(
        string="Share of Wallet, %",
        compute="_compute_figures",
        help="Our part of what the holding spends, in percent.",
    )

    @api.constrains("company_id")
    def _check_company_id(self):
        """A holding that one company uses has no clients of another company."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        foreign = partners.search(
            [
                ("client_holding_id", "in", self.filtered("company_id").ids),
                ("company_id", "!=", False),
            ]
        )
        for partner in foreign:
            holding = partner.client_holding_id
            if partner.company_id != holding.company_id:
                raise ValidationError(
                    self.env._(
                        "Company: the holding %(holding)s has a client of another"
                        " company. Leave the company empty, or take that client out.",
                        holding=holding.name,
                    )
                )

    # -- members ----------------------------------------------------------------------

    def write(self, vals):
        """A holding with clients is changed by those who see at least one of them."""
        if not self.env.su:
            self._check_mine()
        return super().write(vals)

    def _check_mine(self):
        facts = self.env["client.fact"]
        domain = [("partner_id.client_holding_id", "in", self.ids)]
        known, seen = (
            model.search(domain).partner_id.sudo().client_holding_id
            for model in (facts.sudo(), facts)
        )
        for holding in self:
            if holding in known and holding not in seen:
                raise AccessError(
                    self.env._(
                        "Holding: none of the clients of %(holding)s is yours. Ask"
                        " their salesperson or the team leader to change it.",
                        holding=holding.name,
                    )
                )

    @api.model
    def _get_commercial_domain(self):
        """Commercial partners: their contacts carry the holding, too."""
        return Domain("is_company", "=", True) | Domain("parent_id", "=", False)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_member_ids(self):
        partners = self.env["res.partner"].search(
            Domain("client_holding_id", "in", self.ids) & self._get_commercial_domain()
        )
        members = partners.grouped(lambda partner: partner.client_holding_id.id)
        for holding in self:
            holding.member_ids = members.get(holding._origin.id, False)

    def _inverse_member_ids(self):
        """Put clients into the holding and take others out, with the user's rights."""
        before = self.env["res.partner"].search(
            Domain("client_holding_id", "in", self.ids) & self._get_commercial_domain()
        )
        members = before.grouped(lambda partner: partner.client_holding_id.id)
        for holding in self:
            chosen = holding.member_ids.commercial_partner_id
            old = members.get(holding._origin.id, before.browse())
            (old - chosen).client_holding_id = False
            (chosen - old).client_holding_id = holding

    def _search_member_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        partners = self.env["res.partner"].browse(id_ for id_ in value if id_)
        return Domain("id", "in", partners.client_holding_id.ids)

    # -- figures ----------------------------------------------------------------------

    @api.depends_context("company")
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    def _get_fact_domain(self):
        """Return the clients of these holdings in the current company."""
        return Domain("company_id", "=", self.env.company.id) & Domain(
            "partner_id.client_holding_id", "in", self.ids
        )

    @api.depends("member_ids")
    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_figures(self):
        facts = self.env["client.fact"].search(self._get_fact_domain())
        visible = facts.grouped(lambda fact: fact.holding_id.id)
        counts = dict(
            self.env["client.fact"]
            .sudo()
            ._read_group(self._get_fact_domain(), ["holding_id"], ["__count"])
        )
        for holding in self:
            mine = visible.get(holding._origin.id, facts.browse())
            holding.fact_ids = mine
            holding.visible_count = len(mine)
            holding.member_count = counts.get(holding._origin, 0)
            for name in SUMS:
                holding[name] = sum(mine.mapped(name))
            for name, (numerator, denominator, factor) in QUOTIENTS.items():
                base = holding[denominator]
                holding[name] = factor * holding[numerator] / base if base > 0 else 0

    @api.depends("member_ids")
    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_product_count(self):
        """Count the products on the lines that the clients' positions come from."""
        facts = self.env["client.fact"].search(self._get_fact_domain())
        self.product_count = 0
        if not facts:
            return
        # The figures count all sales to a client, whoever sold.
        lines = self.env["sale.order.line"].sudo()
        products = lines._read_group(
            self._get_line_domain(facts),
            ["order_partner_id", "product_id"],
        )
        bought = {}
        for partner, product in products:
            holding = partner.commercial_partner_id.client_holding_id
            bought.setdefault(holding.id, set()).add(product.id)
        for holding in self:
            holding.product_count = len(bought.get(holding._origin.id, ()))

    def _get_line_domain(self, facts):
        """Return the order lines of the period that are positions of ``facts``."""
        company = self.env.company
        date = max(filter(None, facts.mapped("reference_date")), default=None)
        date = date or company._client_today()
        first = FactPeriod(company.sudo(), date).days[0]
        return facts._get_line_domain(first, date + timedelta(days=1)) & Domain(
            "product_uom_qty", ">", 0
        )

    # -- actions ----------------------------------------------------------------------

    def action_view_clients(self):
        """Open the holding's clients whom the user may see."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_fact_action"
            ),
            "name": self.name,
            "display_name": self.name,
            "domain": list(self._get_fact_domain()),
            "context": {"create": False},
            "path": False,
        }

    def action_view_graph(self):
        """Open the sales of the holding's clients as a graph."""
        action = self.action_view_clients()
        views = [(False, kind) for kind in ("graph", "pivot", "list", "form")]
        return {
            **action,
            "views": views,
            "context": {
                "create": False,
                "graph_groupbys": ["partner_id"],
                "graph_measure": "amount",
            },
        }

    def action_view_products(self):
        """Open the order lines by product: one group per position."""
        self.ensure_one()
        self.check_access("read")
        facts = self.env["client.fact"].search(self._get_fact_domain())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Positions: %s", self.name),
            "res_model": "sale.order.line",
            "views": [(self.env.ref("sale.view_order_line_tree").id, "list")],
            "domain": list(self._get_line_domain(facts) if facts else Domain.FALSE),
            "context": {"create": False, "group_by": "product_id"},
        }


class ClientFact(models.Model):
    """A client shows the holding to which he belongs."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    holding_id = fields.Many2one(
        related="partner_id.client_holding_id",
        help="The group of companies of which this client is one legal entity.",
    )

    def action_view_holding(self):
        """Open the client's holding."""
        self._check_open()
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.holding",
            "res_id": self.holding_id.id,
            "views": [(False, "form")],
        }
