from datetime import date

from odoo.exceptions import UserError

from .fact_common import FactCase


class TestFactMonth(FactCase):
    """Closed months are frozen; what changes later stands beside."""

    def test_first_refresh_closes_the_months_of_both_periods(self):
        self._create_order(day=date(2024, 6, 3), quantity=1)
        self._create_order(day=date(2026, 1, 10), quantity=2)
        self._create_order(day=date(2026, 3, 10), quantity=4)
        self.Fact._refresh()
        bought = self._months().filtered("order_count")
        self.assertEqual(
            [(m.month, m.amount, m.abc_class) for m in bought],
            [(date(2024, 6, 1), 10.0, "A"), (date(2026, 1, 1), 20.0, "A")],
        )
        # in a class for a year after the first order, and again since January
        self.assertEqual(len(self._months()), 12 + 2)
        self.assertEqual(self.company.client_month_closed, date(2026, 2, 1))

    def test_first_history_dates_the_class_back(self):
        self._create_order(day=date(2024, 6, 3), quantity=1)
        self._create_order(day=date(2026, 1, 10), quantity=2)
        self.Fact._refresh()
        self.assertEqual(self._fact().abc_class, "A")
        self.assertEqual(self._fact().abc_date, date(2026, 1, 31))
        self._create_order(self.client2, day=date(2026, 3, 10), quantity=1)
        self.Fact._refresh()
        new = self._fact(self.client2)
        self.assertEqual((new.abc_class, new.abc_date), ("A", date(2026, 3, 31)))

    def test_backdated_order_is_a_visible_correction(self):
        self._create_order(day=date(2026, 2, 10))
        self.Fact._refresh()
        self._create_order(day=date(2026, 2, 11), quantity=3)
        self._create_order(day=date(2025, 12, 11), quantity=1)
        self.Fact._refresh_queue()
        december, february = self._months()[-2:]
        self.assertRecordValues(
            february | december,
            [
                {
                    "amount": 20.0,
                    "current_amount": 50.0,
                    "correction": 30.0,
                    "current_order_count": 2,
                    "corrected_on": date(2026, 3, 31),
                },
                {
                    "amount": 0.0,
                    "current_amount": 10.0,
                    "correction": 10.0,
                    "current_order_count": 1,
                    "corrected_on": date(2026, 3, 31),
                },
            ],
        )
        self.assertEqual(self._fact().amount, 60.0)

    def test_cancelled_order_corrects_its_month(self):
        order = self._create_order(day=date(2026, 2, 10))
        self.Fact._refresh()
        order._action_cancel()
        self.Fact._refresh_queue()
        february = self._months()[-1]
        self.assertEqual((february.amount, february.current_amount), (20.0, 0.0))
        self.assertEqual(february.correction, -20.0)

    def test_month_is_closed_only_after_its_last_day(self):
        self._create_order(day=date(2026, 3, 2))
        self.Fact._refresh()
        self.assertFalse(self._months())
        self.Fact.with_context(client_today=date(2026, 4, 1))._refresh()
        self.assertEqual(self._months().mapped("month"), [date(2026, 3, 1)])

    def test_nobody_edits_a_closed_month(self):
        self._create_order(day=date(2026, 2, 10))
        self.Fact._refresh()
        with self.assertRaisesRegex(UserError, "frozen"):
            self._months()[-1].amount = 5


class TestFactMoves(FactCase):
    """Moves from class to class and stage to stage are kept and dated."""

    def _moves(self, kind, partner=None):
        return self.env["client.fact.move"].search(
            [
                ("partner_id", "=", (partner or self.client).id),
                ("kind", "=", kind),
            ]
        )

    def test_class_move_is_dated_and_keeps_the_amount(self):
        self._create_order(quantity=50)
        self._create_order(partner=self.client2, quantity=10)
        self.Fact._refresh()
        self.assertFalse(self._moves("abc"), "the first class is no move")
        later = self.Fact.with_context(client_today=date(2026, 4, 5))
        self._create_order(partner=self.client2, quantity=5000)
        later._refresh_queue()
        self.assertRecordValues(
            self._moves("abc"),
            [
                {
                    "old_value": "A",
                    "new_value": "C",
                    "days": 5,
                    "date": date(2026, 4, 5),
                    "amount": 500.0,
                    "user_id": False,
                }
            ],
        )
        self.assertEqual(self._fact().abc_date, date(2026, 4, 5))
        self.assertEqual(self._fact().xyz_date, False)

    def test_stage_follows_the_facts(self):
        self.Fact._refresh()
        self.assertEqual(self._fact().stage_id.code, "attraction")
        order = self._create_order(confirm=False)
        self.Fact._refresh_queue()
        self.assertEqual(self._fact().stage_id.code, "sale")
        order.action_confirm()
        order.date_order = "2026-03-05 10:00:00"
        self.Fact._refresh_queue()
        self.assertEqual(self._fact().stage_id.code, "retention")
        self.env["client.plan"].create({"partner_id": self.client.id}).action_start()
        self.Fact._refresh_queue()
        self.assertEqual(self._fact().stage_id.code, "development")
        self.assertEqual(
            self._moves("stage").sorted("id").mapped("new_value"),
            ["sale", "retention", "development"],
        )

    def test_service_stage_until_the_first_order_is_delivered(self):
        self.company.client_survey_condition = "delivered"
        order = self._create_order()
        self.Fact._refresh()
        self.assertEqual(self._fact().stage_id.code, "service")
        order.order_line.qty_delivered = 2
        self.env.flush_all()
        self.env.cr.execute(  # now is not 31 March 2026
            "UPDATE sale_order_line SET write_date = '2026-03-30' WHERE order_id = %s",
            [order.id],
        )
        self.Fact._refresh(self.client)
        self.assertEqual(self._fact().stage_id.code, "retention")

    def test_stage_set_by_hand_stays_until_it_is_emptied(self):
        self.Fact._refresh()
        service = self.env.ref("client_development.client_stage_service")
        fact = self._fact().with_user(self.salesperson)
        fact.stage_id = service
        self.assertTrue(fact.stage_manual)
        self._create_order()
        self.Fact._refresh_queue()
        self.assertEqual(fact.stage_id, service)
        move = self._moves("stage")
        self.assertEqual((move.new_stage_id, move.user_id), (service, self.salesperson))
        fact.stage_id = False
        self.assertEqual(fact.stage_id.code, "retention")
        self.assertFalse(fact.stage_manual)


class TestFactJoin(FactCase):
    """Clients who become one have one history."""

    def _history(self):
        self._create_order(day=date(2026, 1, 10), quantity=1)
        self._create_order(partner=self.client2, day=date(2026, 1, 11), quantity=2)
        self._create_order(partner=self.client2, day=date(2026, 2, 11), quantity=3)
        self.Fact._refresh()

    def _check_one_history(self):
        self.Fact._refresh_queue()
        self.assertFalse(self._fact(self.client2))
        self.assertEqual((self._fact().order_count, self._fact().amount), (3, 60.0))
        months = self.env["client.fact.month"].search(
            [("partner_id", "=", self.client.id)], order="month"
        )
        self.assertEqual(months.mapped("amount"), [30.0, 30.0])
        self.assertEqual(months.mapped("correction"), [0.0, 0.0])

    def test_merged_clients_have_one_row_and_one_history(self):
        self._history()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.client | self.client2).ids, self.client)
        self._check_one_history()

    def test_client_who_gets_a_parent_company_counts_for_it(self):
        self._history()
        frozen = self._months().mapped("amount")
        self.client2.write({"is_company": False, "parent_id": self.client.id})
        self.Fact._refresh_queue()
        self.assertFalse(self._fact(self.client2))
        self.assertEqual(self._fact().amount, 60.0)
        months = self._months()
        self.assertEqual(months.mapped("amount"), frozen)
        self.assertEqual(sum(months.mapped("current_amount")), 60.0)
        # what was sold is in one of the two only
        gone = self._months(self.client2)
        self.assertEqual(set(gone.mapped("current_amount")), {0.0})

    def test_wrong_parent_taken_back_loses_nothing(self):
        self._history()
        self._fact(self.client2).segment_ids = self.env["client.segment"].create(
            {"name": "Mine", "rank": 1}
        )
        self._fact(self.client2).stage_id = self.env.ref(
            "client_development.client_stage_service"
        )
        self.Fact._refresh_queue()
        names = ["month", "amount", "current_amount", "correction", "abc_class"]
        both = self.client | self.client2
        before = [self._months(client).read(names) for client in both]
        self.client2.write({"is_company": False, "parent_id": self.client.id})
        self.Fact._refresh_queue()
        self.Fact._refresh()
        self.client2.write({"is_company": True, "parent_id": False})
        self.Fact._refresh_queue()
        fact = self._fact(self.client2)
        self.assertEqual(fact.segment_ids.name, "Mine")
        self.assertEqual(fact.stage_id.code, "service")
        self.assertTrue(fact.stage_manual and fact.move_ids)
        after = [self._months(client).read(names) for client in both]
        self.assertEqual(after, before)
        self.assertEqual(self.Fact._refresh(), 0)

    def test_client_who_gets_a_new_parent_takes_his_history_along(self):
        self._history()
        firm = self.env["res.partner"].create({"name": "Holding", "is_company": True})
        self.client2.write({"is_company": False, "parent_id": firm.id})
        self.Fact._refresh_queue()
        self.assertFalse(self._fact(self.client2))
        self.assertEqual(self._fact(firm).amount, 50.0)
        months = self._fact(firm).month_ids
        self.assertEqual(sorted(months.mapped("amount")), [20.0, 30.0])
