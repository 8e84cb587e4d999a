from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError

from .plan_common import TODAY, PlanCase
from .sign_common import SignCase


class TestPlanAgreement(PlanCase):
    """An owner finds no way round who is above him once his plan has started."""

    def _refuse(self, pattern, function, *args):
        with self.assertRaisesRegex(UserError, pattern), self.cr.savepoint():
            function(*args)

    def test_cancelled_plan_that_had_started_is_taken_up_by_who_is_above(self):
        self.plan.action_start()
        self._close(self.plan, mode="cancel", reason="Client insolvent")
        for function in (
            self.plan.action_draft,
            lambda: self.plan.write({"state": "draft"}),
        ):
            self._refuse(f"had started before .* Only {self.leader.name[:9]}", function)
        self._as(self.plan, self.leader).action_draft()
        self.assertEqual(self.plan.state, "draft")

    def test_cancelled_draft_is_taken_up_by_its_owner(self):
        self._close(self.plan, mode="cancel", reason="Not now")
        self.plan.action_draft()
        self.assertEqual(self.plan.state, "draft")

    def test_owner_with_nobody_above_takes_his_plan_up(self):
        self.plan.sudo().team_id = False
        self.plan.action_start()
        self._close(self.plan, mode="cancel", reason="Not now")
        self.plan.action_draft()
        self.assertEqual(self.plan.state, "draft")

    def test_objectives_are_added_by_who_is_above_and_the_plan_tells(self):
        self._new_objective(self.plan)
        self.plan.action_start()
        values = {"indicator_id": self.indicator2.id, "target": 9.0, "weight": 1000}
        for function, given in (
            (
                self.env["client.plan.objective"].with_user(self.salesperson).create,
                {**values, "plan_id": self.plan.id},
            ),
            (self.plan.write, {"objective_ids": [Command.create(values)]}),
        ):
            self._refuse("^Objectives: .* has started", function, given)
        leader = self._as(self.plan, self.leader)
        leader.write({"objective_ids": [Command.create(values)]})
        bodies = " ".join(self.plan.sudo().message_ids.mapped("body"))
        self.assertIn("Objective added: ", bodies)
        self.assertIn("1,000.00", bodies)

    def test_first_objectives_may_follow_the_start(self):
        """Nothing was agreed on that they could outvote; the plan tells of them."""
        self.plan.action_start()
        values = {"indicator_id": self.indicator.id, "baseline": 20.0, "target": 40.0}
        other = {**values, "indicator_id": self.indicator2.id}
        self.plan.write(
            {"objective_ids": [Command.create(values), Command.create(other)]}
        )
        bodies = " ".join(self.plan.sudo().message_ids.mapped("body"))
        self.assertEqual(bodies.count("Objective added: "), 2)

    def test_end_of_a_running_plan_is_moved_by_who_is_above(self):
        later = self.plan.date_end + timedelta(days=90)
        self.plan.date_end = self.plan.date_end + timedelta(days=1)
        self.plan.action_start()
        self._refuse("^End: .* has started", self.plan.write, {"date_end": later})
        leader = self._as(self.plan, self.leader)
        past = TODAY - timedelta(days=1)
        self._refuse("^End: .* has passed", leader.write, {"date_end": past})
        leader.date_end = later
        self.assertEqual(self.plan.date_end, later)

    def test_owner_does_not_choose_his_leader(self):
        message = "^Sales Team: .* belongs to the team of its owner"
        for team in (self.team2, self.team.browse()):
            self._refuse(message, self.plan.write, {"team_id": team.id})
            with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
                self._new_plan(self.salesperson, team_id=team.id)
        self._as(self.plan, self.leader).team_id = self.team2

    def test_responsible_brings_in_nobody_and_serves_nothing_else(self):
        """Whom it concerns and what for is up to those who answer for the plan."""
        worker = self._new_user("cd_worker2", "base.group_user")
        objective = self._new_objective(self.plan)
        line = self._new_line(self.plan, objective_id=objective.id)
        line.write({"user_id": worker.id, "planned_hours": 4.0})
        self.plan.action_start()
        for values in (
            {"user_id": self.outsider.id},
            {"participant_ids": [Command.link(self.outsider.id)]},
            {"planned_hours": 99.0},
            {"objective_id": False},
        ):
            with self.subTest(values):
                self._refuse(
                    "stays as it was agreed on", self._as(line, worker).write, values
                )
        self._as(line, worker).write({"spent_hours": 2.0, "outcome": "Half is done"})
        line.write({"user_id": self.outsider.id, "planned_hours": 6.0})


class TestSigningFreezes(SignCase):
    """What people read when they sign stays as it was frozen."""

    def test_words_sections_and_resources_stay(self):
        Resource = self.env["client.plan.resource"].with_user(self.salesperson)
        resource = Resource.create(
            {"line_id": self.line.id, "name": "Samples", "unit_cost": 10.0}
        )
        self._request()
        section = self.plan.section_ids[:1]
        for function in (
            lambda: self.plan.write({"value_proposition": "Another one"}),
            lambda: self.plan.write({"name": "Another plan"}),
            lambda: section.write({"empty_reason": "Not now"}),
            lambda: resource.write({"unit_cost": 7e6}),
            resource.unlink,
            lambda: resource.copy({"name": "More"}),
        ):
            with (
                self.assertRaisesRegex(
                    UserError, "is being signed and stays as it was"
                ),
                self.cr.savepoint(),
            ):
                function()
        self.plan.action_discuss()
        self.plan.value_proposition = "Another one"
        resource.unit_cost = 12.0

    def test_swot_stays(self):
        item = (
            self.env["client.plan.swot"]
            .with_user(self.salesperson)
            .create({"plan_id": self.plan.id, "kind": "risk", "name": "A strike"})
        )
        self._request()
        for function in (
            lambda: item.write({"name": "No strike"}),
            item.unlink,
            lambda: item.copy({"name": "Another risk"}),
        ):
            with (
                self.assertRaisesRegex(
                    UserError, "is being signed and stays as it was"
                ),
                self.cr.savepoint(),
            ):
                function()
