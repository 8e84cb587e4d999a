import random
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from odoo.addons.client_development.models.client_plan_objective_path import (
    expected_progress,
)

from .plan_common import TODAY, PlanCase


def day(days):
    return TODAY + timedelta(days=days)


class TestPlanObjectivePoint(PlanCase):
    """Control points: the way to the target, and what is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # 20 to 40 within a hundred days, half of it within the first twenty
        cls.objective = cls._new_objective(
            cls.plan,
            name="Share of purchases",
            date_start=TODAY,
            date_deadline=day(100),
            point_ids=[Command.create({"date": day(20), "value": 30.0})],
        )
        cls.point = cls.objective.point_ids

    def _add(self, days, value, objective=None):
        objective = objective or self.objective
        return objective.env["client.plan.objective.point"].create(
            {"objective_id": objective.id, "date": day(days), "value": value}
        )

    def _refuse(self, pattern, function, error=ValidationError):
        with self.assertRaisesRegex(error, pattern), self.cr.savepoint():
            function()
        self.env.invalidate_all()

    # -- expected progress -----------------------------------------------------------

    def test_expected_progress_is_linear_between_the_points(self):
        points = [(day(50), 60.0), (day(20), 10.0)]
        for days, expected in (
            (-1, 0.0),
            (0, 0.0),
            (10, 5.0),
            (20, 10.0),
            (35, 35.0),
            (50, 60.0),
            (75, 80.0),
            (99, 99.2),
            (100, 100.0),
            (130, 100.0),
        ):
            self.assertAlmostEqual(
                expected_progress(TODAY, day(100), day(days), points), expected
            )

    def test_expected_progress_is_defined_for_every_path(self):
        one_day = [(day(5), 30.0), (day(5), 40.0)]
        self.assertEqual(expected_progress(TODAY, day(10), day(5), one_day), 40.0)
        outside = [(day(-5), 10.0), (day(20), 90.0)]
        self.assertEqual(expected_progress(TODAY, day(10), day(5), outside), 50.0)
        self.assertEqual(expected_progress(False, False, TODAY, one_day), 100.0)

    def test_share_of_the_way(self):
        self.assertEqual(self.point.share, 50.0)
        down = self._new_objective(self.plan, baseline=10.0, target=5.0)
        point = self._add(10, 9.0, down)
        self.assertEqual(point.share, 20.0)
        down.target = 8.0
        self.assertEqual(point.share, 50.0)

    def test_points_decide_on_the_status(self):
        objective = self._set_today(self.objective, day(20))
        self.assertEqual(objective.expected_progress, 50.0)
        for current, status in ((29.0, "green"), (27.0, "amber"), (26.9, "red")):
            objective.current = current
            self.assertEqual(objective.status, status)
        self.point.unlink()
        self.assertEqual(objective.expected_progress, 20.0)
        self.assertEqual(objective.status, "green")

    def test_progress_outside_0_to_100(self):
        for current, expected, status in (
            (10.0, -50.0, "red"),
            (50.0, 150.0, "green"),
        ):
            self.objective.current = current
            self.assertEqual(self.objective.progress, expected)
            self.assertEqual(self.objective.expected_progress, 0.0)
            self.assertEqual(self.objective.status, status)
            self.assertEqual(
                self.objective.search([("id", "=", self.objective.id)]).filtered_domain(
                    [("status", "=", status)]
                ),
                self.objective,
            )

    def test_no_way_to_go_is_no_progress(self):
        draft = self.objective.new(
            {
                "plan_id": self.plan.id,
                "baseline": 5.0,
                "target": 5.0,
                "date_start": TODAY,
                "date_deadline": day(10),
                "point_ids": [Command.create({"date": day(5), "value": 7.0})],
            }
        )
        self.assertEqual(draft.progress, 0.0)
        self.assertEqual(draft.point_ids.share, 0.0)
        self.assertEqual(draft.status, "green")
        self.assertEqual(draft._explain_progress()[:6], "no way")

    def test_database_says_the_same_as_python(self):
        """Random paths of every shape, each asked on many days."""
        luck = random.Random(7)
        Objective = self.plan.env["client.plan.objective"]
        objectives = Objective
        for _index in range(40):
            down = luck.random() < 0.5
            baseline = luck.uniform(-50.0, 50.0)
            way = luck.uniform(1.0, 100.0) * (-1 if down else 1)
            length = luck.randint(0, 60)
            days = sorted(
                luck.sample(range(1, length), min(luck.randint(0, 5), length - 1))
                if length > 1
                else ()
            )
            shares = sorted(luck.choice((0, luck.random(), 1)) for _day in days)
            objectives |= self._new_objective(
                self.plan,
                baseline=baseline,
                target=baseline + way,
                current=baseline + way * luck.choice((0.0, 0.5, luck.random(), -0.2)),
                date_start=TODAY,
                date_deadline=day(length),
                point_ids=[
                    Command.create({"date": day(d), "value": baseline + way * share})
                    for d, share in zip(days, shares, strict=True)
                ],
            )
        for days in (-3, 0, 1, 7, 20, 33, 59, 60, 61):
            moved = self._set_today(objectives, day(days))
            rows = moved._read_group(
                [("id", "in", moved.ids)], ["status"], ["id:recordset"]
            )
            groups = {status: found for status, found in rows}
            for objective in moved:
                self.assertIn(objective, groups[objective.status], objective.point_ids)
            expected = dict(
                moved._read_group(
                    [("id", "in", moved.ids)], ["id"], ["expected_progress:avg"]
                )
            )
            for objective in moved:
                self.assertAlmostEqual(
                    expected[objective], objective.expected_progress, 6
                )
            for status in ("green", "amber", "red"):
                self.assertEqual(
                    moved.search([("id", "in", moved.ids), ("status", "=", status)]),
                    moved.browse(groups.get(status, moved.browse()).ids).sorted(
                        lambda o: (not o.is_main, o.sequence, o.id)
                    ),
                )
            by_expected = moved.search(
                [("id", "in", moved.ids)], order="expected_progress, id"
            ).mapped("expected_progress")
            self.assertEqual(
                [round(x, 6) for x in by_expected],
                sorted(round(x, 6) for x in by_expected),
            )

    def _count(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function()
        return self.cr.sql_log_count - before

    def test_queries_do_not_grow_with_the_objectives(self):
        for index in range(100):
            self._new_objective(
                self.plan,
                date_start=day(-50),
                date_deadline=day(50),
                point_ids=[
                    Command.create({"date": day(-40 + index % 60), "value": 25.0}),
                    Command.create({"date": day(40), "value": 35.0}),
                ],
            )
        every = self.env["client.plan.objective"].search(
            [("plan_id", "=", self.plan.id)]
        )

        def read(records):
            records = records.with_user(self.salesperson)
            return lambda: records.mapped(lambda o: (o.expected_progress, o.status))

        self._count(read(every))
        self.assertEqual(self._count(read(every[:10])), self._count(read(every[:100])))

        def search(records):
            domain = [("id", "in", records.ids), ("status", "=", "red")]
            return lambda: records.search_count(domain)

        self._count(search(every))
        self.assertEqual(self._count(search(every[:10])), self._count(search(every)))

    # -- refused ---------------------------------------------------------------------

    def test_point_outside_the_objective(self):
        for days in (-1, 101):
            self._refuse(
                r"Control Points: .*outside.*“Share of purchases”.*Choose a day",
                lambda days=days: self._add(days, 35.0),
            )

    def test_two_points_on_one_day(self):
        self._refuse(
            "Control Points: “Share of purchases” has two .* Keep one",
            lambda: self._add(20, 30.0),
        )

    def test_points_out_of_order(self):
        self._refuse(
            r"Control Points: the one of 04/01/2026 .*25 %, but 30 % are due already on"
            " 03/22/2026",
            lambda: self._add(30, 25.0),
        )
        self._refuse(
            "03/22/2026 asks .* 30 %, but 35 % are due already on 03/12/2026",
            lambda: self._add(10, 35.0),
        )
        self._refuse("20 % are due already on 03/02/2026", lambda: self._add(10, 19.0))

    def test_points_out_of_order_where_less_is_better(self):
        down = self._new_objective(
            self.plan, baseline=10.0, target=4.0, date_deadline=day(100)
        )
        self._add(10, 8.0, down)
        self._refuse("but 8 % are due already", lambda: self._add(20, 9.0, down))
        self._refuse("beyond the target of 4 %", lambda: self._add(20, 3.0, down))
        self._add(20, 7.0, down)

    def test_point_beyond_the_target(self):
        self._refuse(
            "Control Points: .*41 %, which is beyond the target of 40 %.*Enter a",
            lambda: self._add(50, 41.0),
        )

    def test_points_on_the_first_and_the_last_day(self):
        self._refuse("20 % are due already", lambda: self._add(0, 25.0))
        self._refuse("the deadline, the target of 40 %", lambda: self._add(100, 35))
        self._add(0, 20.0)
        self._add(100, 40.0)

    def test_same_progress_twice_is_allowed(self):
        self._add(30, 30.0)
        self.assertEqual(self._set_today(self.objective, day(25)).expected_progress, 50)

    def test_points_are_checked_again_when_the_objective_moves(self):
        for values, pattern in (
            ({"date_deadline": day(10)}, "of 03/22/2026 lies outside"),
            ({"date_start": day(30)}, "of 03/22/2026 lies outside"),
            ({"target": 25.0}, "03/22/2026 asks .* beyond the target of 25 %"),
            ({"baseline": 35.0}, "03/22/2026 asks .* 30 %, but 35 % are due already"),
        ):
            with self.subTest(values):
                self._refuse(pattern, lambda v=values: self.objective.write(v))
        # as the system measures the baseline anew when the plan starts
        self._refuse(
            "03/22/2026 asks “Share of purchases”",
            lambda: self.objective.sudo().write({"baseline": 31.0}),
        )
        self.objective.sudo().write({"baseline": 25.0})
        self.assertAlmostEqual(self.point.share, 100.0 / 3)

    def test_points_moved_together_are_checked_together(self):
        second = self._add(40, 34.0)
        self.objective.write(
            {
                "target": 60.0,
                "point_ids": [
                    Command.update(self.point.id, {"date": day(50), "value": 45.0}),
                    Command.update(second.id, {"date": day(60), "value": 55.0}),
                    Command.create({"date": day(20), "value": 30.0}),
                ],
            }
        )
        self.assertEqual(
            self.objective.point_ids.sorted("date").mapped("value"), [30.0, 45.0, 55.0]
        )
        self._refuse(
            "but 45 % are due",
            lambda: self.objective.write(
                {"point_ids": [Command.update(second.id, {"value": 40.0})]}
            ),
        )

    def test_context_does_not_switch_the_check_off(self):
        point = self.point.with_context(client_points=True)
        self._refuse("beyond the target", lambda: point.write({"value": 99.0}))
        objective = self.objective.with_context(client_points="CHECKED_LATER")
        self._refuse("outside", lambda: self._add(300, 35.0, objective))

    def test_date_and_value_are_needed(self):
        for name in ("date", "objective_id"):
            self.assertTrue(self.point._fields[name].required)
        self.assertEqual(self.point.display_name, "03/22/2026: 30 %")

    def test_points_stay_with_a_plan_that_has_ended(self):
        self.plan.action_start()
        self._close(self.plan, reason="Sold")
        ended = "is closed and stays as it is"
        self._refuse(ended, lambda: self.point.write({"value": 25.0}), UserError)
        self._refuse(ended, lambda: self.point.unlink(), UserError)
        self._refuse(ended, lambda: self._add(40, 35.0), UserError)

    def test_point_stays_with_its_objective(self):
        other = self._new_objective(self.plan)
        self._refuse(
            "stays where it was entered",
            lambda: self.point.write({"objective_id": other.id}),
            UserError,
        )


class TestPlanObjectivePointRights(PlanCase):
    """Points follow their objective; each rule has a check that fails without it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the client belongs to nobody, so that only the rules of the plan count
        cls.client3 = cls._new_client("Dune Carpentry", cls.env["res.users"])
        cls.plan3 = cls._new_plan(partner_id=cls.client3.id)
        cls.objective = cls._new_objective(
            cls.plan3,
            point_ids=[Command.create({"date": day(20), "value": 30.0})],
        )
        cls.point = cls.objective.point_ids

    def _rights(self, user):
        point = self.point.with_user(user)
        return [
            operation
            for operation in ("read", "write", "create", "unlink")
            if point.has_access(operation)
        ]

    ALL = ["read", "write", "create", "unlink"]

    def test_owner_leader_and_manager_edit_points(self):
        for user in (self.salesperson, self.leader, self.manager):
            self.assertEqual(self._rights(user), self.ALL, user.login)

    def test_others_see_nothing(self):
        for user in (self.salesperson2, self.leader2, self.outsider):
            self.assertEqual(self._rights(user), [], user.login)

    def test_controller(self):
        self.plan3.sudo().controller_id = self.salesperson2
        self.assertEqual(self._rights(self.salesperson2), self.ALL)
        self.plan3.sudo().controller_id = self.outsider
        self.assertEqual(self._rights(self.outsider), ["read"])

    def test_salesperson_of_the_client_and_members_read(self):
        self.client3.user_id = self.salesperson2
        self.assertEqual(self._rights(self.salesperson2), ["read"])
        self.client3.user_id = False
        self._new_line(self.plan3, user_id=self.salesperson2.id)
        self.assertEqual(self._rights(self.salesperson2), ["read"])

    def test_responsible_reads(self):
        for user in (self.salesperson2, self.outsider):
            self.objective.user_id = user
            self.assertEqual(self._rights(user), ["read"])
            status = self.objective.with_user(user).read(["status", "point_ids"])
            self.assertEqual(status[0]["point_ids"], self.point.ids)

    def test_other_company(self):
        self.manager.company_ids = self.company | self.company2
        foreign = (
            self.env["client.plan"]
            .with_user(self.manager)
            .with_company(self.company2)
            .with_context(allowed_company_ids=self.company2.ids)
            .create({"partner_id": self.client_foreign.id})
        )
        point = self._new_objective(
            foreign, point_ids=[Command.create({"date": day(20), "value": 30.0})]
        ).point_ids
        self.assertTrue(point.has_access("read"))
        here = point.with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(here.with_user(self.manager).has_access("read"))
