from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError

from .test_survey import SurveyCase


class TestSurveyTogether(SurveyCase):
    """Several orders of one contact are asked about in one call (14 days)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.client_survey_group_days = 14

    def _another(self, day=date(2026, 3, 4), **values):
        order = self._create_order(day=day, **values)
        self.env["client.survey"]._queue_surveys(self.company)
        return self._survey_of(order)

    def _queue_of(self, user):
        surveys = self.env["client.survey"].with_user(user)
        return surveys.search(surveys._get_queue_domain())

    # -- which orders --------------------------------------------------------------

    def test_orders_of_one_contact_within_14_days_are_asked_together(self):
        self.survey.date_completed = datetime(2026, 3, 2, 12)
        within = self._another(date(2026, 3, 16))
        beyond = self._another(date(2026, 3, 17))
        self._another(partner=self.client)
        self.assertEqual(self.survey._get_asked_together(), within)
        self.assertEqual(within._get_asked_together(), self.survey | beyond)

    def test_zero_days_ask_about_each_order(self):
        self.company.client_survey_group_days = 0
        second = self._another()
        self.assertFalse(self.survey._get_asked_together())
        self._answer()
        self.assertEqual(second.state, "due")
        self.assertEqual(self._another(date(2026, 3, 5)).state, "due")

    # -- answers -------------------------------------------------------------------

    def test_answer_by_call_is_recorded_for_each_order(self):
        second, third = self._another(), self._another(date(2026, 3, 10))
        with freeze_time("2026-03-11 10:00:00"):
            self._answer(rating="4", like_most="The driver")
        self.assertFalse(self.survey.answered_with_id)
        self.assertEqual(self.survey.answered_with_ids, second | third)
        for survey in self.survey | second | third:
            self.assertRecordValues(
                survey,
                [
                    {
                        "state": "done",
                        "rating": 4,
                        "channel": "call",
                        "date_done": datetime(2026, 3, 11, 10),
                        "operator_id": self.salesperson.id,
                        "attempt_count": 1,
                        "date_attempt": datetime(2026, 3, 11, 10),
                        "questionnaire_id": self.questionnaire.id,
                    }
                ],
            )
            self.assertEqual(survey.attempt_ids.outcome, "answered")
            self.assertEqual(
                [(row.question, row.answer, row.rating) for row in survey.answer_ids],
                [
                    (row.question, row.answer, row.rating)
                    for row in self.survey.answer_ids
                ],
            )
        self.assertTrue(self.survey.user_input_id)
        self.assertFalse((second | third).user_input_id, "asked once")

    def test_answer_by_link_is_recorded_for_each_order(self):
        second = self._another()
        self.survey.sudo()._answer(self._answers("2"), channel="link")
        self.assertRecordValues(
            second,
            [
                {
                    "state": "done",
                    "rating": 2,
                    "channel": "link",
                    "answered_with_id": self.survey.id,
                    "attempt_count": 0,
                    "operator_id": False,
                }
            ],
        )
        self.assertFalse(second.attempt_ids)

    def test_order_of_a_colleague_is_answered_too_and_counts_for_him(self):
        second = self._another(user=self.salesperson2)
        self._answer()
        self.assertEqual(second.state, "done")
        self.assertEqual(second.coverage_user_id, self.salesperson2)
        self.assertEqual(second.operator_id, self.salesperson)

    def test_finished_answer_of_an_order_answered_with_another_is_closed(self):
        second = self._another()
        self._answer()
        with self.assertRaisesRegex(UserError, "already answered"):
            self._answer(second)

    def test_refused_order_left_out_is_not_answered(self):
        second = self._another()
        second.order_id._action_cancel()
        self._answer()
        self.assertEqual(second.state, "cancelled")

    def test_one_call_counts_once_in_the_development_time(self):
        self._another()
        self._answer()
        self.env.flush_all()
        rows = self.env["client.development.time"].search([("kind", "=", "call")])
        self.assertEqual(len(rows), 1)

    # -- other outcomes ------------------------------------------------------------

    def test_every_outcome_is_recorded_for_each_order(self):
        second = self._another()
        asked = self.survey.with_user(self.salesperson)
        moments = [datetime(2026, 3, 9, hour) for hour in (9, 11, 13, 15, 17)]
        for moment in moments[:3]:
            with freeze_time(moment):
                asked._register_attempt("no_answer", "Busy")
        with freeze_time(moments[3]):
            asked._register_attempt("callback", False, moments[4])
        for survey in self.survey | second:
            self.assertEqual(
                survey.attempt_ids.sorted("id").mapped("outcome"),
                ["no_answer"] * 3 + ["callback"],
            )
            self.assertEqual(survey.attempt_count, 4)
            self.assertEqual(survey.date_attempt, moments[3])
            self.assertEqual(survey.date_callback, moments[4])
            self.assertEqual(survey.state, "due")
        with freeze_time(moments[4]):
            asked._register_attempt("unreachable")
            self.assertEqual(second.state, "unreachable")
            self.assertFalse(second.date_callback)
            asked._register_attempt("refused")
        self.assertEqual((self.survey | second).mapped("state"), ["refused"] * 2)

    def test_a_promised_call_outlives_a_call_in_vain_about_another_order(self):
        second = self._another()
        promised = datetime(2026, 3, 12, 9)
        with freeze_time("2026-03-09 09:00:00"):
            self.survey.write({"date_callback": promised})
            second.with_user(self.salesperson)._register_attempt("no_answer")
        self.assertEqual(self.survey.date_callback, promised)

    # -- later orders --------------------------------------------------------------

    def test_order_completed_within_14_days_after_the_answer_is_answered_with_it(self):
        with freeze_time("2026-03-05 12:00:00"):
            self._answer(rating="3", like_least="Late")
        inputs = self.env["survey.user_input"].search_count([])
        later = self._another(date(2026, 3, 19))
        self.assertRecordValues(
            later,
            [
                {
                    "state": "done",
                    "rating": 3,
                    "channel": "call",
                    "answered_with_id": self.survey.id,
                    "date_done": datetime(2026, 3, 5, 12),
                    "attempt_count": 1,
                    "date_attempt": datetime(2026, 3, 5, 12),
                }
            ],
        )
        self.assertEqual(
            later.answer_ids.mapped("answer"), self.survey.answer_ids.mapped("answer")
        )
        self.assertEqual(later.attempt_ids.date, self.survey.attempt_ids.date)
        self.assertEqual(self.env["survey.user_input"].search_count([]), inputs)
        self.assertEqual(self._another(date(2026, 3, 20)).state, "due", "the 15th day")

    def test_order_queued_late_belongs_to_the_call_about_its_neighbour(self):
        with freeze_time("2026-03-30 12:00:00"):
            self._answer()
        near = self._another(date(2026, 3, 16))  # completed before the call
        far = self._another(date(2026, 3, 17))  # more than 14 days after the first
        self.assertEqual(near.answered_with_id, self.survey)
        self.assertEqual(far.state, "due")

    def test_answers_do_not_pass_on_from_order_to_order(self):
        with freeze_time("2026-03-05 12:00:00"):
            self._answer()
        self.assertEqual(self._another(date(2026, 3, 18)).state, "done")
        self.assertEqual(self._another(date(2026, 3, 25)).state, "due")

    def test_later_order_left_out_stays_left_out(self):
        with freeze_time("2026-03-05 12:00:00"):
            self._answer()
        self.contact.client_survey_opt_out = True
        self.assertEqual(self._another(date(2026, 3, 6)).exclusion, "opted_out")

    def test_later_order_of_another_contact_or_company_is_asked_about(self):
        with freeze_time("2026-03-05 12:00:00"):
            self._answer()
        other = self._another(date(2026, 3, 6), partner=self.client)
        self.assertEqual(other.state, "due")
        self.env.flush_all()
        self.cr.execute(
            "UPDATE client_survey SET company_id = %s WHERE id = %s",
            (self.company2.id, self.survey.id),
        )
        self.env.invalidate_all()
        self.assertEqual(self._another(date(2026, 3, 6)).state, "due")

    def _queue_answered(self, number):
        """Queue an order each of so many contacts who have answered: the queries."""
        contacts = self.contact.create(
            [{"name": f"Buyer {n}", "parent_id": self.client.id} for n in range(number)]
        )
        surveys = self.env["client.survey"]
        for day in (date(2026, 3, 2), date(2026, 3, 6)):
            orders = self.env["sale.order"].union(
                *(self._create_order(partner=contact, day=day) for contact in contacts)
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            surveys._queue_surveys(self.company)
            self.env.flush_all()
            queries = self.cr.sql_log_count - before
            made = surveys.search([("order_id", "in", orders.ids)])
            with freeze_time("2026-03-05 12:00:00"):
                for survey in made.filtered(lambda survey: survey.state == "due"):
                    self._answer(survey, like_most="The driver")
        self.assertEqual(set(made.mapped("state")), {"done"})
        self.assertEqual(len(made.answered_with_id), number)
        self.assertEqual(len(made.attempt_ids), number)
        self.assertTrue(all(made.mapped("answer_ids")))
        return queries

    def test_answered_orders_are_made_in_constant_queries(self):
        self._queue_answered(1)  # fills the caches of the registry
        few, many = self._queue_answered(3), self._queue_answered(12)
        self.assertLessEqual(many - few, 2)

    # -- the queue -----------------------------------------------------------------

    def test_queue_offers_each_contact_once(self):
        second, far = self._another(), self._another(date(2026, 4, 30))
        other = self._another(partner=self.client)
        self.assertEqual(self._queue_of(self.salesperson), self.survey | far | other)
        self.assertEqual(second.state, "due")

    def test_queue_of_a_colleague_offers_his_own_order(self):
        second = self._another(user=self.salesperson2)
        self.assertEqual(self._queue_of(self.salesperson2), second)
        with freeze_time("2026-03-09 09:00:00"):
            self.survey.with_user(self.salesperson)._register_attempt("no_answer")
            self.assertFalse(self._queue_of(self.salesperson2))
        with freeze_time("2026-03-09 10:00:01"):
            self.assertEqual(self._queue_of(self.salesperson2), second)

    def test_new_order_of_a_contact_who_named_an_hour_waits_for_it(self):
        promised = datetime(2026, 3, 6, 9)
        with freeze_time("2026-03-05 09:00:00"):
            self.survey.with_user(self.salesperson)._register_attempt(
                "callback", False, promised
            )
            second = self._another()
            self.assertFalse(self._queue_of(self.salesperson))
            surveys = self.env["client.survey"].with_user(self.salesperson)
            later = surveys._get_desk_places()["later"]
            self.assertEqual(later, self.survey | second, "it is shown there")
        with freeze_time(promised + timedelta(minutes=1)):
            self.assertEqual(self._queue_of(self.salesperson), self.survey)
