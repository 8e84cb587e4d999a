import re
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError

from .plan_common import TODAY, PlanCase
from .sign_common import SignCase


class TestPlanObjectiveChange(PlanCase):
    """What was agreed on changes in the open once the plan runs, and by whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.objective = cls._new_objective(cls.plan, weight=2.0)
        cls.changes = {
            "target": 30.0,
            "baseline": 10.0,
            "weight": 1.0,
            "date_start": TODAY - timedelta(days=1),
            "date_deadline": TODAY + timedelta(days=400),
            "point_ids": [
                Command.create({"date": TODAY + timedelta(days=50), "value": 25.0})
            ],
        }

    def _refuse(self, pattern, function, *args):
        with self.assertRaisesRegex(UserError, pattern), self.cr.savepoint():
            function(*args)

    def _messages(self):
        return self.plan.sudo().message_ids

    def test_before_the_start_the_owner_plans_freely(self):
        self.plan.state = "discussion"
        before = self._messages()
        self.objective.write(self.changes)
        self.objective.point_ids.unlink()
        self.assertEqual(self._messages(), before, "nothing is agreed on yet")
        self.objective.unlink()

    def test_objective_of_a_running_plan_is_not_deleted(self):
        self.plan.action_start()
        for user in (self.salesperson, self.leader, self.manager):
            self._refuse("is not deleted", self._as(self.objective, user).unlink)
        commands = [Command.delete(self.objective.id)]
        self._refuse("is not deleted", self.plan.write, {"objective_ids": commands})
        self.assertTrue(self.objective.exists())

    def test_plan_that_may_be_deleted_goes_with_its_objectives(self):
        self.plan.action_start()
        self._close(self.plan, mode="cancel", reason="Client insolvent")
        self.plan.unlink()
        self.assertFalse(self.objective.exists())

    def test_owner_does_not_change_what_was_agreed_on(self):
        added = self._new_objective(
            self.plan,
            indicator_id=self.indicator2.id,
            point_ids=self.changes["point_ids"],
        )
        self.plan.action_start()
        for name, value in self.changes.items():
            with self.subTest(name):
                self._refuse(
                    f"has started.* changed by {re.escape(self.leader.name)}",
                    self.objective.write,
                    {name: value},
                )
        self.objective.write({"target": 40.0, "current": 25.0, "name": "As it was"})
        for function in (
            added.point_ids.unlink,
            lambda: added.point_ids.write({"value": 21.0}),
            lambda: added.point_ids.copy({"date": TODAY + timedelta(days=60)}),
        ):
            self._refuse("^Control Points: ", function)

    def test_points_are_not_reached_through_another_objective(self):
        self.objective.point_ids = self.changes["point_ids"]
        point = self.objective.point_ids
        self.plan.action_start()
        draft = self._new_plan()
        other = self._new_objective(draft)
        for command in (
            Command.update(point.id, {"value": 21.0}),
            Command.delete(point.id),
        ):
            for function, values in (
                (other.write, {"point_ids": [command]}),
                (
                    draft.write,
                    {
                        "objective_ids": [
                            Command.create(
                                {
                                    "indicator_id": self.indicator2.id,
                                    "target": 9.0,
                                    "point_ids": [command],
                                }
                            )
                        ]
                    },
                ),
            ):
                with self.subTest(command=command, function=function):
                    self._refuse("^Control Points: ", function, values)
        self.assertEqual(point.value, 25.0)

    def test_who_is_above_changes_it_and_the_plan_tells(self):
        self._as(self.plan, self.leader).controller_id = self.salesperson2
        self.plan.action_start()
        for user, target in (
            (self.leader, 45),
            (self.salesperson2, 46),
            (self.manager, 47),
        ):
            before = self._messages()
            old = self.objective._format_value(self.objective.target)
            self._as(self.objective, user).write({"target": target, "weight": target})
            message = self._messages() - before
            self.assertEqual(len(message), 1, "one for each change")
            self.assertEqual(message.author_id, user.partner_id)
            self.assertIn(f"Target: {old} → {target} %", message.body)
            self.assertIn("Weight: ", message.body)
        before = self._messages()
        self._as(self.objective, self.leader).write({"target": 47, "current": 30})
        self.assertEqual(self._messages(), before, "nothing was changed")

    def test_owner_with_nobody_above_changes_it_in_the_open(self):
        self.plan.sudo().team_id = False
        self.plan.action_start()
        before = self._messages()
        self.objective.write(self.changes)
        message = self._messages() - before
        self.assertEqual(len(message), 1)
        self.assertEqual(message.author_id, self.salesperson.partner_id)
        for text in (
            "Share of wallet, Target: 40 % → 30 %",
            "Baseline: 20 % → 10 %",
            "Weight: 2.00 → 1.00",
            "Baseline Date: 03/02/2026 → 03/01/2026",
            "Deadline: ",
            "Control Points: – → 04/21/2026: 25 %",
        ):
            self.assertIn(text, message.body)
        before = self._messages()
        self.objective.point_ids.value = 26.0
        self.assertIn("25 % → ", (self._messages() - before).body)


class TestSignedObjectiveChange(SignCase):
    """A signed plan lets the owner propose a change: everybody signs it anew."""

    def test_change_is_signed_anew(self):
        version = self._request()
        self._sign_all(version)
        self.plan.action_start()
        with self.assertRaisesRegex(UserError, "is not deleted"):
            self.objective.unlink()
        self.objective.target = 45
        self.assertEqual(max(self.plan.version_ids.mapped("number")), 2)
        bodies = " ".join(self.plan.message_ids.mapped("body"))
        self.assertIn("Target: 40 % → 45 %", bodies)
        # a version does not hold the baseline date: nobody would sign the change
        with self.assertRaisesRegex(UserError, "^Baseline Date: "):
            self.objective.date_start = TODAY - timedelta(days=9)
