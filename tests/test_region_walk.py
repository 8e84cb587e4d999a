from datetime import datetime, time, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import ClientCase
from .pictures import PictureMixin

TOUR = "client_development_region_walk_"
MEDIUM, LARGE = 100, 10


@tagged("post_install", "-at_install")
class TestRegionWalk(PictureMixin, ClientCase, HttpCase):
    """A new region: talks from afar, headquarters, sales office, each from facts.

    The leader makes the plan today and looks at it again after seven weeks, in which
    there were meetings and hours with one client, and then orders. The thresholds are
    those that a company starts with.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader.write({"name": "Laura Lead", "tour_enabled": False})
        cls.land = cls.env["res.country"].create({"name": "Norland", "code": "QQ"})
        cls.today = cls.company._client_today()
        cls.later = datetime.combine(cls.today + timedelta(days=49), time(8))
        # what is still to come is not yet known to the facts
        cls.env["client.fact"]._refresh_queue()

    def _tour(self, name, picture=None, url=None):
        self.start_tour(
            url or f"/odoo/client-plans/{self.plan.id}",
            TOUR + name,
            login=self.leader.login,
            timeout=120,
            picture=picture,
        )
        self.env.invalidate_all()

    def _gate(self):
        self.env.invalidate_all()
        return self.plan.gate

    def _lines(self, gate):
        lines = self.plan.line_ids
        return lines.filtered(lambda line: line.template_line_id.gate == gate)

    def test_region_passes_its_gates_from_facts(self):
        self.assertRecordValues(
            self.company,
            [
                {
                    "client_gate_talk_days": 10,
                    "client_gate_medium_count": MEDIUM,
                    "client_gate_large_count": LARGE,
                }
            ],
        )
        self._walk_talks()
        with freeze_time(self.later, tick=True):
            self._walk_headquarters()
            self._walk_office()

    def _walk_talks(self):
        self._tour("make", url="/odoo/client-plans/new")
        self.plan = self.env["client.plan"].search([("country_ids", "=", self.land.id)])
        self.assertRecordValues(
            self.plan,
            [
                {
                    "scope": "territory",
                    "user_id": self.leader.id,
                    "date_start": self.today,
                    "gate": "talks",
                    "client_count": 0,
                    "gate_talk_needed": 11,
                    "gate_medium_needed": MEDIUM,
                    "gate_large_needed": LARGE,
                }
            ],
        )
        self.template = self.env.ref("client_development.client_plan_template_region")
        rows = self.template.line_ids.grouped("gate")
        self.assertEqual(self._lines("talks").template_line_id, rows["talks"])
        self.assertFalse(self._lines("headquarters") | self._lines("office"))

    def _walk_headquarters(self):
        """Ten working days are not enough; the eleventh is one of hours."""
        client = self._new_client("Fjord Works", self.salesperson)
        contact = self.env["res.partner"].create(
            {"name": "Ola", "parent_id": client.id, "email": "ola@fjord.example"}
        )
        client.country_id = self.land
        days = self.company._client_working_days(self.today, self.later.date())
        self._meet(contact, days[:10])
        self.assertEqual((self._gate(), self.plan.gate_talk_days), ("talks", 10))
        self._tour("almost")

        line = self._lines("talks")[0]
        line.sudo().write({"action_type": "call", "contact_id": contact.id})
        self.env["client.plan.effort"].create(
            {
                "line_id": line.id,
                "user_id": self.leader.id,
                "date": days[10],
                "hours": 2.0,
            }
        )
        self.assertEqual((self._gate(), self.plan.gate_talk_days), ("headquarters", 11))
        self.assertFalse(self._lines("headquarters"), "proposed, not added by itself")
        self._tour("headquarters", "planning-region-headquarters")
        rows = self.template.line_ids.grouped("gate")
        self.assertEqual(
            self._lines("headquarters").template_line_id, rows["headquarters"]
        )
        for line in self._lines("headquarters"):
            self.assertGreaterEqual(line.date_deadline, self.later.date())

    def _meet(self, contact, days):
        start = timedelta(hours=9)
        self.env["calendar.event"].create(
            [
                {
                    "name": "Talks",
                    "start": datetime.combine(day, time()) + start,
                    "stop": datetime.combine(day, time()) + start * 2,
                    "user_id": self.salesperson.id,
                    "partner_ids": [
                        Command.set((contact | self.salesperson.partner_id).ids)
                    ],
                }
                for day in days
            ]
        )

    def _walk_office(self):
        """Ninety-nine medium clients are not enough; each has bought for himself."""
        self._buy("Medium", MEDIUM - 1, 1_000, self.leader)
        self._buy("Large", LARGE, 10_000, self.salesperson)
        self.assertEqual(self._gate(), "headquarters")
        self.assertRecordValues(
            self.plan,
            [{"gate_medium_count": MEDIUM - 1, "gate_large_count": LARGE}],
        )
        self._buy("The last", 1, 1_000, self.leader)
        self.assertEqual(self._gate(), "office")
        self.assertEqual(self.plan.gate_shared_count, LARGE, "of one salesperson")
        self._tour("office", "planning-region-gates")
        rows = self.template.line_ids.grouped("gate")
        self.assertEqual(self._lines("office").template_line_id, rows["office"])
        self.assertEqual(
            len(self.plan.line_ids), len(self.template.line_ids), "nothing twice"
        )

    def _buy(self, name, number, quantity, user):
        """Make clients of the region, each with an order of ``quantity`` at 10."""
        clients = self.env["res.partner"].create(
            [
                {
                    "name": f"{name} {no}",
                    "is_company": True,
                    "country_id": self.land.id,
                    "user_id": user.id,
                }
                for no in range(1, number + 1)
            ]
        )
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": client.id,
                    "company_id": self.company.id,
                    "user_id": user.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": quantity,
                                "price_unit": 10.0,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                for client in clients
            ]
        )
        orders.action_confirm()
        self.env["client.fact"]._ensure(clients)
        self.env["client.fact"]._refresh_queue()
