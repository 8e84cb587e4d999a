from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError

from .desk_common import DeskCase


class TestCallDeskQueue(DeskCase):
    """Whom the desk offers, in which order, and to whom."""

    def _order(self, user=None):
        return self._keys(self._desk(user).get_queue()["now"])

    def test_promised_calls_then_due_dates_then_important_clients(self):
        later = self._second_survey(day=date(2026, 3, 9))
        plain = self._second_survey(day=date(2026, 3, 3))
        key_client = self._new_client("Key Client", self.salesperson)
        key = self._second_survey(day=date(2026, 3, 3), partner=key_client)
        facts = self.env["client.fact"].search([("partner_id", "=", key_client.id)])
        facts.segment_ids = self.segment_key
        self.assertEqual(plain.date_due, key.date_due)
        expected = [self.survey, key, plain, later]
        self.assertEqual(self._order(), [(row._name, row.id) for row in expected])
        facts.segment_ids = False
        facts.sudo().abc_class = "A"
        self.assertEqual(self._order(), [(row._name, row.id) for row in expected])
        later.date_callback = datetime(2026, 3, 10, 9)
        expected = [later, self.survey, key, plain]
        self.assertEqual(self._order(), [(row._name, row.id) for row in expected])

    def test_other_calls_stand_in_the_same_queue(self):
        call = self._new_call(date_due=date(2026, 3, 4))
        self.assertEqual(
            self._order(), [("client.call", call.id), ("client.survey", self.survey.id)]
        )
        item = self._desk().get_queue()["now"][0]
        self.assertEqual(item["label"], "Ask again after a complaint")
        self.assertEqual(item["client"], self.client.name)
        self.assertEqual(item["contact"], self.contact.name)
        self.assertTrue(item["is_late"])

    def test_everybody_has_his_own_queue(self):
        own = self._second_survey(partner=self.client2, user=self.salesperson2)
        self.assertEqual(self._order(self.salesperson2), [("client.survey", own.id)])
        self.assertFalse(self._order(self.leader))
        self._save(self._card(), "refused")
        self.assertFalse(self._order())

    def test_progress_counts_both_kinds_of_calls(self):
        self._second_survey()
        self._new_call()
        queue = self._desk().get_queue()
        self.assertEqual((queue["done"], queue["total"]), (0, 3))
        result = self._save(self._card(), "refused")
        self.assertEqual(result["queue"]["progress"], "1 of 3")

    def test_what_is_promised_for_another_day_is_none_of_todays(self):
        self._second_survey()
        at = fields.Datetime.now() + timedelta(days=2)
        self._save(self._card(), "callback", date_callback=str(at)[:19])
        queue = self._desk().get_queue()
        self.assertEqual(queue["progress"], "0 of 1")
        self.assertEqual(len(queue["later"]), 1)

    def test_nobody_to_call_says_who_is_promised_next(self):
        self.survey.date_callback = datetime(2099, 3, 10, 1)
        queue = self._desk().get_queue()
        self.assertFalse(queue["now"])
        self.assertEqual(queue["later"][0]["client"], self.client.name)

    def test_foreign_rows_are_refused(self):
        card = self._card()
        for method in (
            lambda: self._card(user=self.salesperson2),
            lambda: self._save(card, "no_answer", user=self.salesperson2),
            lambda: self._card(user=self.leader2),
            lambda: self.survey.with_user(self.salesperson2).action_call(),
        ):
            with self.assertRaises(AccessError):
                method()
        self.assertFalse(self.survey.attempt_ids)

    def test_a_leader_opens_a_row_of_his_team(self):
        card = self._card(user=self.leader)
        self.assertEqual(card["contact"], self.contact.name)
        self._save(card, user=self.leader, rating="5")
        self.assertEqual(self.survey.operator_id, self.leader)

    def test_the_desk_is_for_users_of_client_development(self):
        for method in (
            lambda: self._desk(self.outsider).get_queue(),
            lambda: self._card(user=self.outsider),
            lambda: self._save(self._card(), "no_answer", user=self.outsider),
        ):
            with self.assertRaisesRegex(AccessError, "Call Desk"):
                method()

    def test_rows_of_a_company_not_chosen_are_refused(self):
        self.salesperson.company_ids |= self.company2
        desk = self._desk().with_context(allowed_company_ids=self.company2.ids)
        self.assertFalse(desk.get_queue()["now"])
        with self.assertRaises(AccessError):
            desk.get_card("client.survey", self.survey.id)

    def test_the_queue_asks_as_many_queries_for_one_as_for_thirty(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            queue = self._desk().get_queue()
            return self.env.cr.sql_log_count - before, len(queue["now"])

        self._new_call()
        count()
        few, _rows = count()
        for number in range(14):
            partner = self._new_client(f"Client {number}", self.salesperson)
            self._create_order(partner=partner, day=date(2026, 3, 3))
            self._create_order(day=date(2026, 3, 3))
            self._new_call(partner_id=partner.id, contact_id=partner.id)
        self.env["client.survey"]._queue_surveys(self.company)
        many, rows = count()
        self.assertGreaterEqual(rows, 16)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 20)

    def test_callback_in_the_company_day(self):
        with freeze_time("2026-03-04 12:00:00"):
            self.survey.date_callback = datetime(2026, 3, 4, 23, 30)
            self.assertEqual(self._desk().get_queue()["total"], 1)
            self.survey.date_callback = datetime(2026, 3, 5, 0, 30)
            self.assertEqual(self._desk().get_queue()["total"], 0)
