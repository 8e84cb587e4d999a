from collections import defaultdict
from datetime import date
from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_date, formatLang

# More than any client spends, and far below what a database column can hold.
MAX_AMOUNT = 1e12
FIRST_DATE = date(1990, 1, 1)
YEARS_AHEAD = 10


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
        # Defaults may come from outside, too.
        vals_list = [self._add_missing_default_values(vals) for vals in vals_list]
        clients = self._get_clients(vals.get("partner_id") for vals in vals_list)
        by_company = defaultdict(set)
        for vals in vals_list:
            self._check_values(vals)
            if vals.get("partner_id"):
                vals["partner_id"] = clients[vals["partner_id"]]
                company = vals.get("company_id") or self.env.company.id
                by_company[company].add(vals["partner_id"])
        for company, partner_ids in by_company.items():
            # The rules look at the client's row: it must be there first.
            self._check_clients(company, partner_ids)
        wallets = super().create(vals_list)
        wallets._queue_facts()
        return wallets

    def write(self, vals):
        """The share of wallet follows, of the client before and of the client after."""
        self.check_access("write")
        self._check_values(vals)
        if vals.get("partner_id"):
            client = self._get_clients([vals["partner_id"]])[vals["partner_id"]]
            vals = {**vals, "partner_id": client}
        self._queue_facts()
        result = super().write(vals)
        if vals.keys() & {"partner_id", "company_id"}:
            # The rules have been asked about the values before only.
            for company, wallets in self.grouped("company_id").items():
                self._check_clients(company.id, wallets.partner_id.ids)
            self.check_access("write")
        self._queue_facts()
        return result

    def unlink(self):
        """The share of wallet follows."""
        self._queue_facts()
        return super().unlink()

    def _get_clients(self, partner_ids):
        """Return ``{contact id: id of the client to whom he belongs}``."""
        partners = self.env["res.partner"].browse({id_ for id_ in partner_ids if id_})
        return {partner.id: partner.commercial_partner_id.id for partner in partners}

    def _check_clients(self, company_id, partner_ids):
        """Make the clients' rows in the company; refuse those of somebody else."""
        facts = self.env["client.fact"].with_company(company_id)
        clients = self.env["res.partner"].browse(partner_ids)
        facts._ensure(clients).check_access("write")

    def _check_values(self, vals):
        """Refuse what no wallet can be, before anything is rounded."""
        if vals.get("amount"):
            self._check_amount(vals["amount"])
        if vals.get("date"):
            self._check_date(vals["date"])
        for name in ("source", "confidence"):
            if vals.get(name):
                self._check_word(name, vals[name])

    def _check_word(self, name, value):
        words = dict(self._fields[name]._description_selection(self.env))
        if value not in words:
            raise ValidationError(
                self.env._(
                    "%(field)s: “%(value)s” is not known. Choose one of: %(words)s.",
                    field=self._fields[name]._description_string(self.env),
                    value=value,
                    words=", ".join(words.values()),
                )
            )

    def _check_amount(self, amount):
        try:
            number = float(amount)
        except (TypeError, ValueError):
            number = float("nan")
        if not isfinite(number) or not 0 <= number <= MAX_AMOUNT:
            raise ValidationError(
                self.env._(
                    "Per Year: %(amount)s is not possible. Enter what the client spends"
                    " per year with everybody, from 0 to %(limit)s.",
                    amount=amount,
                    limit=formatLang(self.env, MAX_AMOUNT, digits=0),
                )
            )

    def _check_date(self, value):
        today = self.env.company._client_today()
        last = fields.Date.add(today, years=YEARS_AHEAD)
        try:
            day = fields.Date.to_date(value)
        except (TypeError, ValueError):
            day = None
        if day is None or not FIRST_DATE <= day <= last:
            raise ValidationError(
                self.env._(
                    "Known since: %(date)s is not possible. Enter a day from %(first)s"
                    " to %(last)s.",
                    date=value,
                    first=format_date(self.env, FIRST_DATE),
                    last=format_date(self.env, last),
                )
            )

    def _queue_facts(self):
        self.env["client.fact.queue"]._add_partners(self.partner_id)

    # -- buttons -------------------------------------------------------------------

    def _get_grid(self):
        """Return the row of the wallet grid to which this entry belongs."""
        self.ensure_one()
        return self.env["client.wallet.grid"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("category_id", "=", self.category_id.id),
            ]
        )

    def action_develop(self):
        """Make an opportunity and an action of the gap, or open those that exist."""
        self.check_access("read")
        return self._get_grid().action_develop()
