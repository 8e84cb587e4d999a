from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import ClientCase
from .pictures import PictureMixin

TOUR = "client_development_fact_walk_"
REASON = "New plant, buys in three categories"


@tagged("post_install", "-at_install")
class TestFactWalk(PictureMixin, ClientCase, HttpCase):
    """What facts, classes and segments promise, walked in the browser.

    Days are counted back from today, far from both ends of the period. Of three
    clients one is in class A behind another: Cork Yards 500, Azure Joinery 300,
    Birch Works 80.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = cls.salesperson | cls.leader | cls.manager
        users.tour_enabled = False
        cls.ahead = cls._new_client("Cork Yards", cls.salesperson)
        today = cls.company._client_today()
        for partner, name, quantity, age in (
            (cls.ahead, "NF-0001", 50, 100),
            (cls.contact, "NF-0002", 20, 90),
            (cls.client, "NF-0003", 10, 60),
            (cls.client2, "NF-0004", 8, 30),
        ):
            cls._create_order(
                partner,
                name=name,
                quantity=quantity,
                day=today - timedelta(days=age),
            )
        cls.quotation = cls._create_order(
            name="NF-0042", quantity=5, day=today, confirm=False
        )
        # The first run of the day is over: the next one takes only who waits.
        cls.env["client.fact"]._refresh_queue()
        cls.fact, cls.fact2, cls.fact_ahead = (
            cls.env["client.fact"]._ensure(partner)
            for partner in (cls.client, cls.client2, cls.ahead)
        )

    def _run_refresh(self):
        """Run the scheduled action as the scheduler would."""
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_development.ir_cron_refresh_facts"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _tour(self, name, user):
        self.start_tour(
            "/odoo", TOUR + name, login=user.login, timeout=120, picture=f"facts-{name}"
        )
        self.env.invalidate_all()

    def test_confirmed_order_is_in_the_facts_after_the_next_refresh(self):
        self._tour("confirm", self.salesperson)
        self.assertEqual(self.quotation.state, "sale")
        self.assertRecordValues(self.fact, [{"order_count": 2, "amount": 300.0}])
        self._run_refresh()
        self.assertRecordValues(
            self.fact,
            [
                {
                    "order_count": 3,
                    "amount": 350.0,
                    "last_order_date": self.quotation.date_order.date(),
                }
            ],
        )
        self._tour("facts", self.salesperson)

    def test_rule_is_written_by_clicks_and_its_members_appear(self):
        self._tour("rule", self.manager)
        segment = self.env["client.segment"].search([("name", "=", "Regular Buyers")])
        self.assertRecordValues(
            segment,
            [
                {
                    "rank": 2,
                    "domain": '["&", ("amount", ">", 250), ("order_count", ">", 1)]',
                    "rule_error": False,
                }
            ],
        )
        here = segment.fact_ids.filtered(lambda f: f.company_id == self.company)
        self.assertEqual(here, self.fact)
        self.assertEqual(self.fact.segment_rule_ids, segment)
        self.assertEqual(self.fact.segment_id, segment)

    def test_raise_by_hand_is_kept_with_its_reason(self):
        regular = self.env["client.segment"].create(
            {
                "name": "Regular Buyers",
                "rank": 2,
                "domain": "[('order_count', '>', 1)]",
            }
        )
        self.assertEqual(self.fact.segment_id, regular)
        self._tour("raise", self.leader)
        self._assert_raised(regular)
        self.quotation.action_confirm()
        self._run_refresh()
        self.assertEqual(self.fact.order_count, 3, "the rules were applied again")
        self.assertTrue(self.fact.is_raised)
        self._assert_raised(regular)

    def _assert_raised(self, regular):
        self.assertEqual(self.fact.segment_ids, self.segment_key | regular)
        self.assertEqual(self.fact.segment_id, self.segment_key)
        move = self.env["client.segment.move"].search(
            [("fact_id", "=", self.fact.id), ("cause", "=", "person")]
        )
        self.assertRecordValues(
            move,
            [
                {
                    "from_segment_id": regular.id,
                    "to_segment_id": self.segment_key.id,
                    "user_id": self.leader.id,
                    "reason": REASON,
                    "is_raise": True,
                    "undone_on": False,
                }
            ],
        )

    def test_class_explains_itself_down_to_the_orders(self):
        self.assertEqual(
            (self.fact_ahead | self.fact | self.fact2).mapped("abc_class"),
            ["A", "A", "B"],
        )
        self._tour("class", self.salesperson)
        orders = self.env["sale.order"].search(
            self.fact.with_user(self.salesperson).action_view_orders()["domain"]
        )
        self.assertEqual(sorted(orders.mapped("name")), ["NF-0002", "NF-0003"])
        self.assertEqual(sum(orders.mapped("amount_untaxed")), self.fact.amount)
