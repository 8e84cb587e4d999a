import random
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError

from odoo.addons.client_development.models.client_callable import (
    LONGEST_PROMISE,
    TIME_BETWEEN_ATTEMPTS,
)

from .desk_common import DeskCase

NOW = datetime(2026, 3, 9, 10)


class PlacesCase(DeskCase):
    """Orders of one contact within 14 days are asked about together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.client_survey_group_days = 14

    def setUp(self):
        super().setUp()
        freezer = freeze_time(NOW)
        self.clock = freezer.start()
        self.addCleanup(freezer.stop)

    def _places(self, user=None):
        queue = self._desk(user).get_queue()
        return {place: queue[place] for place in ("now", "later", "waiting")}

    def _ids(self, user=None):
        return {
            place: [item["id"] for item in items]
            for place, items in self._places(user).items()
        }

    def _call(self, survey, outcome, user=None, **delta):
        survey.with_user(user or self.salesperson)._register_attempt(
            outcome, date_callback=delta and NOW + timedelta(**delta)
        )


class TestCallBackAtMost60Days(PlacesCase):
    def test_a_call_back_lies_within_60_days(self):
        card = self._card()
        self.assertEqual(card["callback_days"], 60)
        for moment in ("9999-12-31 10:00:00", "2031-01-01 00:00:00"):
            with self.assertRaisesRegex(UserError, "Call Back on.*within 60 days"):
                self._save(card, "callback", date_callback=moment)
        with self.assertRaisesRegex(UserError, "within 60 days"):
            self._call(self.survey, "callback", days=60, seconds=1)
        self.assertFalse(self.survey.attempt_ids)
        self._save(card, "callback", date_callback="2026-05-08 10:00:00")
        self.assertEqual(self.survey.date_callback, NOW + LONGEST_PROMISE)


class TestCallDeskPlaces(PlacesCase):
    """Each duty stands in exactly one of: now, promised for later, called in vain."""

    def test_a_new_order_joins_the_promise_about_its_neighbour(self):
        self._call(self.survey, "callback", days=3)
        self._second_survey(day=date(2026, 3, 10))
        places = self._places()
        self.assertFalse(places["now"] or places["waiting"])
        [item] = places["later"]
        self.assertEqual((item["id"], item["count"]), (self.survey.id, 2))

    def test_a_colleagues_new_order_joins_it_in_his_own_queue(self):
        self._call(self.survey, "callback", days=3)
        second = self._second_survey(user=self.salesperson2)
        [item] = self._places(self.salesperson2)["later"]
        self.assertEqual(item["id"], second.id)
        self.assertEqual(item["date_callback"], "2026-03-12 10:00:00")
        self.clock.move_to(NOW + timedelta(days=3))
        self.assertEqual(self._ids(self.salesperson2)["now"], [second.id])

    def test_a_promise_hides_no_order_that_it_is_not_about(self):
        self._call(self.survey, "callback", days=50)
        far = self._second_survey(day=date(2026, 3, 30))
        self.assertEqual(
            self._ids(), {"now": [far.id], "later": [self.survey.id], "waiting": []}
        )
        # its neighbour joins the promise, and does not hide it either
        self._second_survey(day=date(2026, 3, 16))
        self.assertEqual(
            self._ids(), {"now": [far.id], "later": [self.survey.id], "waiting": []}
        )

    def test_promises_for_two_moments_are_two(self):
        far = self._second_survey(day=date(2026, 3, 30))
        self._call(self.survey, "callback", days=2)
        self._call(far, "callback", days=1)
        self.assertEqual(self._ids()["later"], [far.id, self.survey.id])

    def test_a_promised_moment_comes_before_a_call_in_vain(self):
        """Also if a colleague has called in vain about another order since."""
        second = self._second_survey(user=self.salesperson2)
        self.survey.sudo().date_callback = NOW + timedelta(minutes=30)
        self._call(second, "no_answer", self.salesperson2)
        self.clock.move_to(NOW + timedelta(minutes=31))
        self.assertEqual(self._ids()["now"], [self.survey.id])

    def test_a_neighbours_call_in_vain_shows_where_one_waits(self):
        self._call(self.survey, "no_answer")
        second = self._second_survey(user=self.salesperson2)
        self.assertEqual(
            self._ids(self.salesperson2),
            {"now": [], "later": [], "waiting": [second.id]},
        )

    def test_called_in_vain_are_those_who_did_not_answer(self):
        """An annulled answer is to be asked again now, not within the hour."""
        self._answer()
        self.survey.with_user(self.leader)._annul("Never called")
        self.assertEqual(self.survey.state, "due")
        self.assertEqual(self._ids()["now"], [self.survey.id])
        self._call(self.survey, "no_answer")
        self.assertEqual(self._ids()["waiting"], [self.survey.id])
        self.clock.move_to(NOW + TIME_BETWEEN_ATTEMPTS)
        self.assertEqual(self._ids()["now"], [self.survey.id])

    def test_the_mail_is_withheld_only_for_what_the_promise_is_about(self):
        self.company.client_survey_link_send = "at_once"
        self._call(self.survey, "callback", days=50)
        joined = self._second_survey(day=date(2026, 3, 8))
        self.client.email = "office@azure.example"
        alone = self._second_survey(day=date(2026, 3, 8), partner=self.client)
        self.clock.move_to(datetime(2026, 3, 20, 13))
        far = self._second_survey(day=date(2026, 3, 20))
        surveys = self.env["client.survey"].sudo()
        found = surveys.search(surveys._get_invitation_domain(self.company))
        self.assertEqual(found, alone | far)
        self.clock.move_to(NOW)
        self.survey.date_callback = False
        found = surveys.search(surveys._get_invitation_domain(self.company))
        self.assertEqual(found, self.survey | joined | alone)

    def test_each_duty_stands_in_one_place_in_random_histories(self):
        rng = random.Random(20260309)
        users = self.salesperson | self.salesperson2
        contacts = self.contact | self.client
        surveys = self.survey
        for number in range(12):
            surveys |= self._second_survey(
                day=date(2026, 3, 1), partner=contacts[number % 2]
            )
        moments = [None, *(NOW + timedelta(minutes=m) for m in (-90, -20, 20, 3000))]
        shown_total = 0
        for _history in range(60):
            surveys.attempt_ids.unlink()
            for survey in surveys:
                tried = rng.choice([None, None, 10, 30, 200])
                survey.write(
                    {
                        "user_id": rng.choice(users).id,
                        "date_completed": NOW - timedelta(days=rng.randint(0, 60)),
                        "date_due": NOW.date() - timedelta(days=rng.randint(-3, 9)),
                        "date_callback": rng.choice(moments) or False,
                        "date_attempt": tried and NOW - timedelta(minutes=tried),
                    }
                )
                if tried:
                    survey.env["client.survey.attempt"].create(
                        {
                            "survey_id": survey.id,
                            "user_id": survey.user_id.id,
                            "date": survey.date_attempt,
                            "outcome": rng.choice(["no_answer", "answered"]),
                        }
                    )
            for user in users:
                shown_total += self._check_places(user, surveys)
        self.assertGreater(shown_total, 600)

    def _check_places(self, user, surveys):
        mine = surveys.filtered(lambda row: row.user_id == user)
        found = self.env["client.survey"].with_user(user)._get_desk_places()
        expected = {"now": set(), "later": set(), "waiting": set()}
        queue = []
        for row in mine:
            place = self._expect(row, surveys)
            if place == "now":
                queue.append(row)
            else:
                expected[place].add(row.id)
        queue.sort(
            key=lambda row: (row.date_callback or datetime.max, row.date_due, row.id)
        )
        for number, row in enumerate(queue):
            if not any(self._near(row, other) for other in queue[:number]):
                expected["now"].add(row.id)
        self.assertEqual(
            {place: set(rows.ids) for place, rows in found.items()}, expected
        )
        # whoever is not shown is asked about with, or behind, somebody who is
        shown = set.union(*expected.values())
        for row in queue:
            self.assertTrue(
                row.id in shown
                or any(
                    other.contact_id == row.contact_id and other.id in expected["now"]
                    for other in queue
                )
            )
        return len(shown)

    def _expect(self, row, surveys):
        """The place of one duty by the plain words of the documentation."""
        near = [other for other in surveys if self._near(row, other)]
        if row.date_callback:
            return "later" if row.date_callback > NOW else "now"
        if any(other.date_callback and other.date_callback > NOW for other in near):
            return "later"
        if any(self._in_vain(other) for other in (row, *near)):
            return "waiting"
        return "now"

    @staticmethod
    def _near(row, other):
        return (
            row != other
            and row.contact_id == other.contact_id
            and abs(row.date_completed - other.date_completed) <= timedelta(days=14)
        )

    @staticmethod
    def _in_vain(row):
        return (
            not row.date_callback
            and row.date_attempt
            and row.date_attempt > NOW - TIME_BETWEEN_ATTEMPTS
            and row.attempt_ids.sorted("id")[-1:].outcome == "no_answer"
        )
