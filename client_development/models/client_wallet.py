from odoo import api, fields, models


class ClientWallet(models.Model):
    """What a client may buy per year in one product category, from everybody.

    Rows are kept by date: the latest one counts (product.md E, share of wallet).
    """

    _name = "client.wallet"
    _description = "Client Wallet"
    _order = "date desc, id desc"
    _rec_name = "category_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        help="The company to whose assortment the wallet refers.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="The client; for a contact, his company.",
    )
    category_id = fields.Many2one(
        comodel_name="product.category",
        string="Product Category",
        required=True,
        index=True,
        ondelete="cascade",
        help="What the client buys.",
    )
    amount = fields.Monetary(
        string="Per Year",
        required=True,
        help="What the client spends per year with everybody on this category, untaxed,"
        " in the company's currency.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
    )
    date = fields.Date(
        string="Known since",
        required=True,
        default=lambda self: self.env.company._client_today(),
        help="When this was found out. The latest row of a category counts.",
    )
    source = fields.Selection(
        selection=[
            ("client", "The client said so"),
            ("survey", "Survey"),
            ("public", "Public data"),
            ("estimate", "Our estimate"),
        ],
        default="client",
        help="Where we know it from.",
    )
    confidence = fields.Selection(
        selection=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
        default="medium",
        help="How sure we are.",
    )
    supplier = fields.Char(
        string="Present Supplier",
        help="From whom the client buys this category now.",
    )

    _amount_not_negative = models.Constraint(
        "CHECK(amount >= 0)",
        "Per year: a wallet cannot be negative. Enter 0 if the client buys nothing of"
        " this category.",
    )
    _partner_date_index = models.Index("(company_id, partner_id, category_id, date)")

    @api.model_create_multi
    def create(self, vals_list):
        """A wallet belongs to the client, whoever of his people was chosen."""
        self.check_access("create")
        partners = self.env["res.partner"]
        for vals in vals_list:
            if vals.get("partner_id"):
                contact = partners.browse(vals["partner_id"])
                vals["partner_id"] = contact.commercial_partner_id.id
                # The rules look at the client's row: it must be there first.
                company = vals.get("company_id") or self.env.company.id
                self.env["client.fact"].with_company(company)._ensure(contact)
        wallets = super().create(vals_list)
        wallets._queue_facts()
        return wallets

    def write(self, vals):
        """The share of wallet follows."""
        self._queue_facts()
        result = super().write(vals)
        self._queue_facts()
        return result

    def unlink(self):
        """The share of wallet follows."""
        self._queue_facts()
        return super().unlink()

    def _queue_facts(self):
        self.env["client.fact.queue"]._add_partners(self.partner_id)
