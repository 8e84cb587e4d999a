"""Clients of every class in two teams, whose likeness is easily counted by hand."""

from odoo import Command
from odoo.tests import tagged

from .fact_common import FactCase


@tagged("post_install", "-at_install")
class PortraitCase(FactCase):
    """``big`` and ``big2`` are in class A, ``middle`` in B, ``small`` in C.

    ``big`` and ``middle`` belong to ``salesperson`` (``team``), the two others to
    ``salesperson2`` (``team2``); ``prospect`` has never bought and is
    ``salesperson``'s. Sales: 600, 200, 100 and 40.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Industry = cls.env["res.partner.industry"]
        cls.building, cls.trade = Industry.create(
            [{"name": "Building"}, {"name": "Trade"}]
        )
        cls.germany, cls.france = cls.env.ref("base.de"), cls.env.ref("base.fr")
        cls.bavaria = cls.env["res.country.state"].create(
            {"name": "Upper Testland", "code": "UTL", "country_id": cls.germany.id}
        )
        cls.fair, cls.web = cls.env["utm.source"].create(
            [{"name": "Fair of Tests"}, {"name": "Web of Tests"}]
        )
        cls.screws, cls.anchors, cls.tools = cls.env["product.category"].create(
            [{"name": "Screws"}, {"name": "Anchors"}, {"name": "Tools"}]
        )
        cls.product.categ_id, cls.product2.categ_id = cls.screws, cls.anchors
        cls.product3 = cls.env["product.product"].create(
            {
                "name": "Drill",
                "list_price": 10.0,
                "type": "consu",
                "categ_id": cls.tools.id,
            }
        )
        one, two = cls.salesperson, cls.salesperson2
        cls.big = cls._describe("Big", one, cls.building, cls.bavaria, "250")
        cls.big2 = cls._describe("Big Two", two, cls.building, cls.france, "50")
        cls.middle = cls._describe("Middle", one, cls.trade, cls.bavaria, "10")
        cls.small = cls._describe("Small", two, cls.trade, cls.germany, False)
        cls.prospect = cls._describe("Prospect", one, cls.building, cls.bavaria, "250")
        cls.everybody = cls.big | cls.big2 | cls.middle | cls.small | cls.prospect
        cls._buy(cls.big, {cls.product: 40, cls.product2: 10}, cls.fair)
        cls._buy(cls.big2, {cls.product: 20}, cls.web)
        cls._buy(cls.middle, {cls.product2: 5}, cls.web)
        cls._buy(cls.small, {cls.product3: 4})
        cls.env["crm.lead"].create(
            {
                "name": "Enquiry",
                "partner_id": cls.prospect.id,
                "company_id": cls.company.id,
                "source_id": cls.fair.id,
                "user_id": one.id,
            }
        )
        cls.Fact._refresh()

    @classmethod
    def _describe(cls, name, user, industry, region, size):
        partner = cls._new_client(name, user)
        is_state = region._name == "res.country.state"
        partner.write(
            {
                "industry_id": industry.id,
                "state_id": region.id if is_state else False,
                "country_id": region.country_id.id if is_state else region.id,
                "client_size": size,
            }
        )
        return partner

    @classmethod
    def _buy(cls, partner, quantities, source=None):
        lines = [
            Command.create({"product_id": product.id, "product_uom_qty": number})
            for product, number in quantities.items()
        ]
        return cls._create_order(
            partner=partner,
            user=partner.user_id,
            order_line=lines,
            source_id=source.id if source else False,
        )
