from datetime import datetime

from freezegun import freeze_time

from .honest_common import HonestCase

THURSDAY = "2026-03-05 09:00:00"  # the due date


class TestHandedOver(HonestCase):
    """A survey moved into a colleague's coverage when it is due is to be checked."""

    def _hand(self, moment, survey=None, user=None, to=None):
        order = (survey or self.survey).order_id
        with freeze_time(moment):
            order.with_user(user or self.salesperson).sudo().user_id = (
                to or self.salesperson2
            )
        return self._flags("handed")

    def test_on_the_due_date(self):
        flag = self._hand(THURSDAY)
        self.assertEqual(self.survey.coverage_user_id, self.salesperson2)
        self.assertRecordValues(
            flag,
            [
                {
                    "survey_id": self.survey.id,
                    "operator_id": self.salesperson.id,
                    "to_user_id": self.salesperson2.id,
                    "team_id": self.team.id,
                    "date_done": datetime(2026, 3, 5, 9),
                    "state": "check",
                }
            ],
        )
        self.assertEqual(
            flag.why,
            f"On 03/05/2026, when the survey was nearly due, {self.salesperson.name}"
            f" handed its order over to {self.salesperson2.name}.",
        )

    def test_leader_of_his_team_checks(self):
        flag = self._hand(THURSDAY)
        mine = self.Flag.with_user(self.leader).search([])
        self.assertEqual(mine, flag)
        self.assertTrue(mine.why)
        mine._mark_fine("He was ill")
        self.assertEqual(flag.state, "fine")
        self.assertFalse(self.Flag.with_user(self.leader2).search([]))

    def test_on_the_working_day_before(self):
        self.assertTrue(self._hand("2026-03-04 09:00:00"))

    def test_earlier_it_is_only_a_change(self):
        self.assertFalse(self._hand("2026-03-03 09:00:00"))
        self.assertEqual(self.survey.coverage_user_id, self.salesperson2)

    def test_weekend_before_a_monday(self):
        for moment, noted in (
            ("2026-03-05 23:00:00", 0),
            ("2026-03-06 09:00:00", 1),  # Friday
            ("2026-03-07 09:00:00", 2),  # Saturday
        ):
            survey = self._new_survey(moment)
            survey.date_due = datetime(2026, 3, 9).date()
            self.assertEqual(len(self._hand(moment, survey)), noted, moment)

    def test_later_it_moves_nothing(self):
        self.assertFalse(self._hand("2026-03-06 09:00:00"))
        self.assertEqual(self.survey.coverage_user_id, self.salesperson)

    def test_by_somebody_else(self):
        for number, user in enumerate((self.leader, self.manager, self.salesperson2)):
            survey = self._new_survey(f"S{number}")
            self.assertFalse(self._hand(THURSDAY, survey, user), user.login)
            self.assertEqual(survey.coverage_user_id, self.salesperson2)

    def test_of_an_administrator(self):
        self.salesperson.group_ids |= self.env.ref(
            "client_development.group_client_manager"
        )
        self.assertFalse(self._hand(THURSDAY))

    def test_what_stays_his_is_not_noted(self):
        with freeze_time(THURSDAY):
            self.order.with_user(self.salesperson).sudo().write(
                {"user_id": self.salesperson.id}
            )
            self.survey.write({"state": "done", "rating": 5})
            self.order.with_user(self.salesperson).sudo().user_id = self.salesperson2
        self.assertFalse(self._flags())
