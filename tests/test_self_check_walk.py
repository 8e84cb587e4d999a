from datetime import datetime, time, timedelta

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import ClientCase
from .pictures import PictureMixin

TOUR = "client_development_self_check"


@tagged("post_install", "-at_install")
class TestSelfCheckWalk(PictureMixin, ClientCase, HttpCase):
    """The self-check answers five questions, each opening its records, in the browser.

    Days are counted back from today. The salesperson has Azure Joinery (A) and Cork
    Yards (C), one objective and one hour with the client.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.salesperson | cls.leader).tour_enabled = False
        today = cls.company._client_today()
        cls.product.categ_id = cls.env["product.category"].create({"name": "Screws"})
        cls.small = cls._new_client("Cork Yards", cls.salesperson)
        for partner, quantity in ((cls.contact, 97), (cls.small, 3)):
            cls._create_order(
                partner, quantity=quantity, day=today - timedelta(days=60)
            )
        cls.env["client.wallet"].create(
            {
                "partner_id": cls.small.id,
                "category_id": cls.product.categ_id.id,
                "amount": 130,
                "date": today - timedelta(days=30),
            }
        )
        cls.env["client.fact"]._refresh()
        plan = cls.env["client.plan"].create(
            {"partner_id": cls.client.id, "user_id": cls.salesperson.id}
        )
        cls.env["client.plan.objective"].create(
            {
                "plan_id": plan.id,
                "indicator_id": cls.env.ref(
                    "client_development.client_indicator_wallet_share"
                ).id,
                "name": "More of the wallet",
                "baseline": 20,
                "target": 40,
                "date_deadline": today + timedelta(days=20),
            }
        )
        plan.write({"state": "running", "next_review_date": today})
        start = datetime.combine(today - timedelta(days=10), time(9))
        event = cls.env["calendar.event"].create(
            {
                "name": "Site visit",
                "user_id": cls.salesperson.id,
                "start": start,
                "stop": start + timedelta(hours=3),
                "partner_ids": [
                    Command.set((cls.salesperson.partner_id | cls.contact).ids)
                ],
            }
        )
        event.attendee_ids.state = "accepted"

    def test_five_questions_each_open_their_records(self):
        self.start_tour(
            "/odoo",
            f"{TOUR}_walk",
            login=self.salesperson.login,
            timeout=180,
            picture="self-check",
        )

    def test_leader_chooses_his_team(self):
        self.start_tour("/odoo", f"{TOUR}_team", login=self.leader.login, timeout=120)
