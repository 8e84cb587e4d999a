import time
from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tools import SQL

from .plan_common import TODAY, PlanCase


class TestEffortReport(PlanCase):
    """Effort beside result: hours and money spent, and the growth of the client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Effort = cls.env["client.effort"]
        cls._sell(cls.client, 1500, 1000)
        cls._sell(cls.client2, 100, 200)
        cls.plan.action_start()

    @classmethod
    def _sell(cls, client, amount, before):
        """Give the client figures, as the refresh of the facts does."""
        fact = cls.env["client.fact"]._ensure(client)
        fact.write({"segment_ids": cls.segment_key.ids})
        cls.env.flush_all()
        cls.env.cr.execute(
            SQL(
                "UPDATE client_fact SET amount = %s, previous_amount = %s,"
                " growth_amount = %s WHERE id = %s",
                amount,
                before,
                amount - before,
                fact.id,
            )
        )
        cls.env.invalidate_all()

    def _spend(self, line, hours, day=TODAY, user=None):
        return (
            line.env["client.plan.effort"]
            .sudo()
            .create(
                {
                    "line_id": line.id,
                    "user_id": (user or line.user_id).id,
                    "date": day,
                    "hours": hours,
                }
            )
        )

    def _group(self, field, *measures, env=None, domain=()):
        self.env.flush_all()
        effort = self.Effort if env is None else env
        rows = effort._read_group(
            [("company_id", "=", self.company.id), *domain],
            [field],
            [
                f"{name}:{'avg' if name in ('growth', 'growth_per_hour') else 'sum'}"
                for name in measures
            ],
        )
        return {
            key: tuple(round(float(value or 0), 2) for value in values)
            for key, *values in rows
        }

    def test_growth_is_shared_by_hours(self):
        """Three of four hours went into calls: so did three quarters of the growth."""
        self.line.action_type = "call"
        visit = self._new_line(self.plan, action_type="visit")
        self._spend(self.line, 3)
        self._spend(visit, 1)
        self.assertEqual(
            self._group(
                "action_type", "hours", "growth_amount", "previous_amount", "amount"
            ),
            {
                "call": (3.0, 375.0, 750.0, 1125.0),
                "visit": (1.0, 125.0, 250.0, 375.0),
            },
        )

    def test_every_grouping_adds_up_to_the_client(self):
        for action_type in ("call", "visit", "meeting"):
            line = self._new_line(self.plan, action_type=action_type)
            for hours, user in ((1.1, self.salesperson), (0.7, self.leader)):
                self._spend(line, hours, user=user)
        figures = (5.4, 1500.0, 1000.0, 500.0)
        for field in (
            "partner_id",
            "user_id",
            "employee_id",
            "team_id",
            "segment_id",
            "action_type",
            "plan_id",
            "line_id",
        ):
            groups = self._group(
                field, "hours", "amount", "previous_amount", "growth_amount"
            )
            sums = tuple(round(sum(c), 2) for c in zip(*groups.values(), strict=True))
            for found, expected in zip(sums, figures, strict=True):
                self.assertAlmostEqual(found, expected, delta=0.05, msg=field)

    def test_ratios_are_quotients_of_sums(self):
        self._spend(self.line, 4)
        plan2 = self._new_plan(self.salesperson2, partner_id=self.client2.id)
        line2 = self._new_line(plan2)
        self._spend(line2, 6)
        self.assertEqual(
            self._group("company_id", "growth", "growth_per_hour"),
            {self.company: (33.33, 40.0)},
        )
        self.assertEqual(
            self._group("user_id", "growth", "growth_per_hour"),
            {self.salesperson: (50.0, 125.0), self.salesperson2: (-50.0, -16.67)},
        )

    def test_money_of_actions_that_are_not_cancelled(self):
        cancelled = self._new_line(self.plan, "Dropped", date_deadline=TODAY)
        later = self._new_line(self.plan, "Later")
        due = self._new_line(self.plan, "Due", date_deadline=TODAY)
        done = self._new_line(self.plan, "Done")
        for line, cost in ((cancelled, 1), (later, 20), (due, 300), (done, 4000)):
            self.env["client.plan.resource"].create(
                {"line_id": line.id, "name": "Sample", "unit_cost": cost}
            )
        cancelled.write({"state": "cancelled", "cancel_reason": "No need"})
        done.action_done()
        self._spend(cancelled, 2)
        self.assertEqual(
            self._group("partner_id", "cost", "done_count", "hours"),
            {self.client: (4300.0, 1.0, 2.0)},
        )

    def test_period_of_the_facts(self):
        months = self.company.client_period_months
        self.assertEqual(months, 12)
        self.plan.sudo().date_start = date(2025, 3, 1)
        later = self._set_today(self.line, date(2026, 3, 3))
        for day in (date(2025, 3, 2), date(2025, 3, 3), TODAY, date(2026, 3, 3)):
            self._spend(later, 1, day)
        self.assertEqual(self._group("partner_id", "hours"), {self.client: (2.0,)})

    def test_without_hours_the_money_decides_then_the_number(self):
        lines = self.line | self._new_line(self.plan, "Second")
        for line in lines:
            line.action_done()
        self.assertEqual(
            self._group("line_id", "growth_amount"), {line: (250.0,) for line in lines}
        )
        for line, cost in zip(lines, (10, 40), strict=True):
            self.env["client.plan.resource"].create(
                {"line_id": line.id, "name": "Sample", "unit_cost": cost}
            )
        self.assertEqual(
            self._group("line_id", "growth_amount"),
            {lines[0]: (100.0,), lines[1]: (400.0,)},
        )
        self.assertEqual(
            self._group("partner_id", "growth_per_hour"), {self.client: (0.0,)}
        )

    def test_plans_of_many_clients_have_effort_without_result(self):
        plan = self._new_plan(
            self.leader, partner_id=False, scope="team", team_id=self.team.id
        )
        line = self._new_line(plan, "Training")
        self._spend(line, 5)
        self.assertEqual(
            self._group("partner_id", "hours", "growth_amount"),
            {self.env["res.partner"]: (5.0, 0.0)},
        )
        self.assertEqual(self._group("user_id", "hours"), {self.leader: (5.0,)})

    def test_row_opens_the_action_and_keeps_its_id(self):
        self._spend(self.line, 1)
        other = self._spend(self.line, 1, user=self.leader)
        self.env.flush_all()
        rows = self.Effort.search([("line_id", "=", self.line.id)])
        self.assertEqual(len(set(rows.ids)), 2)
        self.assertEqual(rows.employee_id, self.salesperson | self.leader)
        for row in rows:
            self.assertEqual(row.action_open_record()["res_id"], self.line.id)
            self.assertIn(self.line.name, row.display_name)
        other.unlink()
        self.env.flush_all()
        kept = self.Effort.search([("line_id", "=", self.line.id)])
        self.assertLess(kept, rows)

    # -- who sees it ---------------------------------------------------------------

    def test_own_clients_own_teams_all(self):
        """Each fails without its rule."""
        self._spend(self.line, 1)
        plan2 = self._new_plan(self.salesperson2, partner_id=self.client2.id)
        self._spend(self._new_line(plan2), 2)
        team_plan = self._new_plan(
            self.leader2, partner_id=False, scope="team", team_id=self.team2.id
        )
        line = self._new_line(team_plan, user_id=self.salesperson.id)
        self._spend(line, 4)
        facts = self.env["client.fact"]
        facts._ensure(self.client).write(
            {"user_id": self.salesperson.id, "team_id": self.team.id}
        )
        facts._ensure(self.client2).write(
            {"user_id": self.salesperson2.id, "team_id": self.team2.id}
        )
        self.manager.company_ids |= self.company2
        self.env.flush_all()
        for user, hours in (
            (self.salesperson, 5.0),
            (self.salesperson2, 2.0),
            (self.leader, 1.0),
            (self.leader2, 6.0),
            (self.manager, 7.0),
        ):
            with self.subTest(user=user.login):
                mine = self.Effort.with_user(user).with_company(self.company)
                self.assertEqual(
                    self._group("company_id", "hours", env=mine),
                    {self.company: (hours,)},
                )
                self.assertFalse(mine.has_access("write"))
        abroad = self.Effort.with_user(self.manager).with_context(
            allowed_company_ids=self.company2.ids
        )
        self.assertFalse(abroad.search([]))
        with self.assertRaises(AccessError):
            self.Effort.with_user(self.outsider).search([])

    def test_what_one_may_not_see_takes_its_growth_along(self):
        """A share is taken over all rows: nobody sees more growth than his hours."""
        self._spend(self.line, 1)
        self._spend(self.line, 3, user=self.salesperson2)
        rows = self.Effort.with_user(self.manager)
        domain = [("employee_id", "=", self.salesperson.id)]
        self.assertEqual(
            self._group("partner_id", "growth_amount", env=rows, domain=domain),
            {self.client: (125.0,)},
        )

    # -- many ----------------------------------------------------------------------

    def test_ten_thousand_actions_within_a_second(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH line AS (
                    INSERT INTO client_plan_line (
                        name, plan_id, partner_id, company_id, team_id, user_id, state,
                        date_deadline, action_type)
                    SELECT 'Action ' || n, %(plan)s, %(client)s, %(company)s, %(team)s,
                           %(user)s, 'planned', %(day)s,
                           (ARRAY['call', 'visit', 'training'])[1 + n %% 3]
                      FROM generate_series(1, 10000) n
                    RETURNING id, plan_id, company_id, user_id)
                INSERT INTO client_plan_effort (
                    line_id, plan_id, company_id, user_id, date, hours)
                SELECT id, plan_id, company_id, user_id, %(day)s::date - n, 1
                  FROM line, generate_series(1, 2) n
                """,
                plan=self.plan.id,
                client=self.client.id,
                company=self.company.id,
                team=self.team.id,
                user=self.salesperson.id,
                day=TODAY - timedelta(days=1),
            )
        )
        self.env.cr.execute("ANALYZE client_plan_line, client_plan_effort")
        for field in ("action_type", "partner_id"):
            begun = time.monotonic()
            groups = self._group(field, "hours", "growth_amount", "growth_per_hour")
            self.assertLess(time.monotonic() - begun, 1.0)
            self.assertEqual(sum(row[0] for row in groups.values()), 20000.0)
        begun = time.monotonic()
        status = self.env["client.plan.status"]._read_group(
            [("company_id", "=", self.company.id)],
            ["team_id", "state"],
            ["plan_count:sum", "line_overdue_count:sum"],
        )
        self.assertLess(time.monotonic() - begun, 1.0)
        self.assertEqual(status, [(self.team, "running", 1, 10000)])
