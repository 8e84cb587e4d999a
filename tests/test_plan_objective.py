from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.tools import mute_logger

from odoo.addons.client_development.models.client_plan_objective_path import (
    expected_progress,
    progress_status,
)

from .plan_common import TODAY, PlanCase


class TestPlanObjective(PlanCase):
    def test_expected_progress(self):
        end = TODAY + timedelta(days=100)
        for days, expected in ((-5, 0), (0, 0), (25, 25), (100, 100), (130, 100)):
            day = TODAY + timedelta(days=days)
            self.assertEqual(expected_progress(TODAY, end, day), expected)
        self.assertEqual(expected_progress(TODAY, TODAY, TODAY), 100)

    def test_status_limits(self):
        for progress, status in (
            (45.0, "green"),
            (44.99, "amber"),
            (35.0, "amber"),
            (34.99, "red"),
        ):
            self.assertEqual(progress_status(progress, 50.0), status)
        self.assertEqual(progress_status(0.0, 0.0), "green")

    def test_defaults(self):
        objective = self._new_objective(self.plan)
        self.assertRecordValues(
            objective,
            [
                {
                    "name": "Share of wallet",
                    "unit": "percent",
                    "current": 20.0,
                    "progress": 0.0,
                    "status": "green",
                    "date_start": self.plan.date_start,
                    "date_deadline": self.plan.date_end,
                    "date_current": False,
                }
            ],
        )

    def test_progress(self):
        objective = self._new_objective(self.plan, current=25.0)
        self.assertEqual(objective.progress, 25.0)
        down = self._new_objective(self.plan, baseline=10, target=4, current=7)
        self.assertEqual(down.progress, 50.0, "less may be better")

    def test_entered_value_keeps_day_and_author(self):
        objective = self._new_objective(self.plan)
        self._as(objective, self.leader).current = 30.0
        self.assertEqual(objective.date_current, TODAY)
        self.assertEqual(objective.current_user_id, self.leader)
        objective.baseline = 10.0
        self.assertEqual(objective.current, 30.0, "an entered value stays")

    def test_given_values_stay_untouched(self):
        values = {
            "plan_id": self.plan.id,
            "indicator_id": self.indicator.id,
            "baseline": 20.0,
            "target": 40.0,
            "current": 30.0,
        }
        given = dict(values)
        objective = self.plan.env["client.plan.objective"].create(values)
        self.assertEqual(objective.date_current, TODAY)
        self.assertEqual(values, given)

    def test_status_and_search_agree(self):
        objectives = self.env["client.plan.objective"]
        for current in (20.0, 27.0, 28.9, 29.0, 38.0, 12.0):
            objectives |= self._new_objective(
                self.plan,
                current=current,
                date_start=TODAY - timedelta(days=50),
                date_deadline=TODAY + timedelta(days=50),
            )
        objectives |= self._new_objective(
            self.plan, date_start=TODAY, date_deadline=TODAY
        )
        self.assertEqual(
            objectives.mapped("status"),
            ["red", "amber", "amber", "green", "green", "red", "red"],
        )
        for status in ("green", "amber", "red"):
            found = objectives.search(
                [("id", "in", objectives.ids), ("status", "=", status)]
            )
            expected = objectives.filtered(lambda o, s=status: o.status == s)
            self.assertEqual(found.sorted("id"), expected.sorted("id"))
            self.assertEqual(
                objectives.filtered_domain([("status", "=", status)]), expected
            )
        self.assertEqual(
            len(
                objectives.search(
                    [("id", "in", objectives.ids), ("status", "!=", "red")]
                )
            ),
            4,
        )

    def test_one_main_objective(self):
        first = self._new_objective(self.plan, is_main=True)
        second = self._new_objective(self.plan, is_main=True)
        self.assertEqual((first.is_main, second.is_main), (False, True))
        first.is_main = True
        self.assertEqual((first.is_main, second.is_main), (True, False))

    def test_bad_values(self):
        for values, constraint, label in (
            ({"target": 20.0}, "target_differs", "Target"),
            ({"weight": 0}, "weight_positive", "Weight"),
            (
                {"date_deadline": TODAY - timedelta(days=1)},
                "deadline_after_start",
                "Deadline",
            ),
        ):
            with (
                self.subTest(constraint),
                self.assertRaisesRegex(IntegrityError, constraint),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self._new_objective(self.plan, **values)
                self.env.flush_all()
            Objective = self.env["client.plan.objective"]
            message = getattr(Objective, f"_{constraint}").get_error_message(Objective)
            self.assertRegex(message, f"^{label}: .*(Choose|Enter)")

    def test_counts_on_the_plan(self):
        self._new_objective(self.plan)
        self._new_objective(
            self.plan, date_start=TODAY - timedelta(days=9), date_deadline=TODAY
        )
        self.assertRecordValues(
            self.plan,
            [
                {
                    "objective_count": 2,
                    "objective_green_count": 1,
                    "objective_amber_count": 0,
                    "objective_red_count": 1,
                }
            ],
        )
