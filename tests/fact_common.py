"""What the tests of facts have in common."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common import ClientCase

TODAY = date(2026, 3, 31)


@tagged("post_install", "-at_install")
class FactCase(ClientCase):
    """Facts of 31 March 2026; nothing waits in the queue at the beginning."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "client_today": TODAY})
        cls.company = cls.company.with_env(cls.env)
        cls.Fact = cls.env["client.fact"]
        cls.Queue = cls.env["client.fact.queue"]
        cls.product2 = cls.env["product.product"].create(
            {"name": "Anchor", "list_price": 20.0, "type": "consu"}
        )

    def setUp(self):
        super().setUp()
        self.Queue._forget(self.Queue._take()[0])

    def _fact(self, partner=None, company=None):
        return self.Fact.search(
            [
                ("partner_id", "=", (partner or self.client).id),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    def _months(self, partner=None):
        return self.env["client.fact.month"].search(
            [
                ("partner_id", "=", (partner or self.client).id),
                ("company_id", "=", self.company.id),
            ],
            order="month",
        )

    def _waiting(self):
        """Return the clients in the queue; ``None``: everybody."""
        seen, partner_ids = self.Queue._take()
        self.Queue._forget(seen)
        if partner_ids is None:
            return None
        return self.env["res.partner"].browse(partner_ids)

    def _refund(self, order, quantity=1.0, day=date(2026, 3, 20), post=True):
        """Return a credit note of ``quantity`` pieces of the order's first line."""
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "sale")], limit=1
        )
        account = self.env["account.account"].create(
            {
                "name": "Sales",
                "code": "400001",
                "account_type": "income",
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        receivable = self.env["account.account"].create(
            {
                "name": "Receivable",
                "code": "120001",
                "account_type": "asset_receivable",
                "reconcile": True,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        order.partner_id.with_company(
            self.company
        ).property_account_receivable_id = receivable
        if not journal:
            journal = self.env["account.journal"].create(
                {
                    "name": "Sales",
                    "code": "SAL",
                    "type": "sale",
                    "company_id": self.company.id,
                    "default_account_id": account.id,
                }
            )
        line = order.order_line[0]
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": order.partner_id.id,
                "company_id": self.company.id,
                "journal_id": journal.id,
                "invoice_date": day,
                "currency_id": order.currency_id.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "quantity": quantity,
                            "price_unit": line.price_unit,
                            "tax_ids": [Command.clear()],
                            "account_id": account.id,
                            "sale_line_ids": [Command.link(line.id)],
                        }
                    )
                ],
            }
        )
        if post:
            move.action_post()
        return move
