"""What random histories are made of: products, currencies, accounts and clients."""

from datetime import date

from odoo import Command

# Foreign currencies of orders and credit notes: per euro of the first company.
RATES = {"USD": 1.0837, "CHF": 0.9412, "JPY": 161.23}


class World:
    """Companies with a minimal chart of accounts, an assortment and 500 clients."""

    def __init__(self, env, companies, rng, number):
        self.env = env
        self.companies = companies
        self.rng = rng
        self.clients = []  # commercial partners
        self.addresses = {}  # commercial partner → who orders for him
        self.accounts, self.journals = {}, {}
        self._make_currencies()
        for company in companies:
            self._make_accounts(company)
        self._make_products()
        self._make_clients(number)

    def _make_currencies(self):
        self.currencies = [self.env.ref(f"base.{code}") for code in RATES]
        for currency in self.currencies:
            currency.active = True
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": currency.id,
                    "company_id": company.id,
                    "name": date(2020, 1, 1),
                    "rate": rate,
                }
                for company in self.companies
                for currency, rate in zip(self.currencies, RATES.values(), strict=True)
                if currency != company.currency_id
            ]
        )

    def _make_accounts(self, company):
        accounts = self.env["account.account"].with_company(company)
        income, receivable = accounts.create(
            [
                {"name": "Sales", "code": "400001", "account_type": "income"},
                {
                    "name": "Receivables",
                    "code": "120001",
                    "account_type": "asset_receivable",
                    "reconcile": True,
                },
            ]
        )
        self.env["ir.default"].set(
            "res.partner",
            "property_account_receivable_id",
            receivable.id,
            company_id=company.id,
        )
        self.accounts[company] = income
        self.journals[company] = self.env["account.journal"].create(
            {
                "name": "Invoices",
                "code": "INV",
                "type": "sale",
                "company_id": company.id,
                "default_account_id": income.id,
            }
        )

    def _make_products(self):
        names = ("Screws", "Nuts", "Washers", "Anchors", "Tools")
        self.categories = self.env["product.category"].create(
            [{"name": name} for name in names]
        )
        products = self.env["product.product"].create(
            [
                {
                    "name": f"Product {number}",
                    "type": "consu",
                    "list_price": 10.0,
                    # the last product has no category at all
                    "categ_id": number < 13 and self.categories[number % 5].id,
                }
                for number in range(14)
            ]
        )
        combo = self.env["product.combo"].create(
            {
                "name": "Box",
                "combo_item_ids": [Command.create({"product_id": products[0].id})],
            }
        )
        self.combo_product = self.env["product.product"].create(
            {
                "name": "Boxed set",
                "type": "combo",
                "combo_ids": [Command.set(combo.ids)],
                "categ_id": self.categories[0].id,
            }
        )
        self.products = list(products)
        self.discounts = {}
        for company in self.companies:
            discount = self.env["product.product"].create(
                {
                    "name": "Discount",
                    "type": "service",
                    "company_id": company.id,
                    "categ_id": self.categories[1].id,
                }
            )
            company.sale_discount_product_id = discount
            self.discounts[company] = discount

    def age_products(self):
        """What happens to products after they were sold."""
        for product in self.products[1:3]:
            product.active = False
        for product in self.products[3:5]:
            product.categ_id = self.categories[4]

    def _make_clients(self, number):
        partners = self.env["res.partner"]
        clients = partners.create(
            [
                {
                    "name": f"Client {index}",
                    "is_company": index % 5 > 0,
                    "active": index % 17 > 0,
                }
                for index in range(number)
            ]
        )
        self.clients = list(clients)
        self.addresses = {client: [client] for client in clients}
        parents = [client for client in clients if client.is_company]
        contacts = partners.create(
            [
                {
                    "name": f"Contact {parent.id}",
                    "parent_id": parent.id,
                    "type": self.rng.choice(["contact", "delivery", "other"]),
                }
                for parent in parents
            ]
        )
        below = partners.create(
            [
                {"name": f"Below {contact.id}", "parent_id": contact.id}
                for contact in contacts[:100]
            ]
        )
        for address in contacts + below:
            self.addresses[address.commercial_partner_id].append(address)
        # A branch that is a company itself is a client of its own.
        branches = partners.create(
            [
                {
                    "name": f"Branch {parent.id}",
                    "parent_id": parent.id,
                    "is_company": True,
                }
                for parent in parents[-20:]
            ]
        )
        for branch in branches:
            self.addresses[branch] = [branch]
        self.clients[-len(branches) :] = branches
