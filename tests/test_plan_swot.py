from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .plan_common import TODAY, PlanCase

KINDS = ("strength", "weakness", "opportunity", "risk")
QUADRANTS = ("strength_ids", "weakness_ids", "opportunity_ids", "risk_ids")


class TestPlanSwot(PlanCase):
    """Sixteen items become sixteen actions within three months."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strategy = cls._new_plan(cls.manager, scope="company", partner_id=False)

    def _fill(self, plan, number=4):
        plan.write(
            {
                name: [
                    Command.create({"name": f"{kind} {no}"})
                    for no in range(1, number + 1)
                ]
                for name, kind in zip(QUADRANTS, KINDS, strict=True)
            }
        )

    def _texts(self, plan):
        return [
            finding.text
            for finding in plan._get_gate_findings()[plan]
            if "SWOT" in finding.text
        ]

    # -- quadrants and gauge -------------------------------------------------------

    def test_each_quadrant_keeps_its_kind(self):
        self._fill(self.strategy, 1)
        self.assertEqual([self.strategy[name].kind for name in QUADRANTS], list(KINDS))
        with Form(self.strategy) as form, form.risk_ids.new() as item:
            item.name = "The only storekeeper leaves"
        self.assertEqual(self.strategy.risk_ids.mapped("kind"), ["risk", "risk"])
        self.assertEqual(len(self.strategy.swot_ids), 5)

    def test_gauge(self):
        strategy = self.strategy
        self.assertEqual(strategy.swot_gauge, "0/16")
        self._fill(strategy)
        self.assertEqual((strategy.swot_gauge, strategy.swot_progress), ("0/16", 0))
        strategy.action_make_swot_lines()
        self.assertEqual((strategy.swot_gauge, strategy.swot_progress), ("16/16", 100))
        line = strategy.strength_ids[0].line_ids
        line.write({"state": "cancelled", "cancel_reason": "Not now"})
        self.assertEqual(strategy.swot_gauge, "15/16")
        self.assertEqual(strategy.swot_unserved_count, 1)
        strategy.risk_ids = [Command.create({"name": "Fifth"})]
        self.assertEqual(strategy.swot_gauge, "15/17")

    def test_many_strengths_do_not_stand_in_for_missing_risks(self):
        strategy = self.strategy
        strategy.strength_ids = [
            Command.create({"name": f"Strength {no}"}) for no in range(16)
        ]
        strategy.action_make_swot_lines()
        self.assertEqual(strategy.swot_gauge, "16/28")

    def test_minimum_is_a_setting(self):
        settings = self.env["res.config.settings"].create({"client_swot_minimum": 2})
        settings.execute()
        self.assertEqual(self.company.client_swot_minimum, 2)
        self.assertEqual(self.strategy.swot_gauge, "0/8")
        with (
            self.assertRaisesRegex(IntegrityError, "client_swot_minimum_range"),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.company.client_swot_minimum = 0
            self.env.flush_all()

    def test_plan_without_swot_has_no_gauge(self):
        self.assertFalse(self.plan.swot_gauge)
        self.assertEqual(self.plan.swot_progress, 0)

    def test_gauges_of_many_plans_take_as_many_queries_as_of_one(self):
        for _no in range(3):
            self._fill(self._new_plan(self.manager, scope="company", partner_id=False))
        plans = self.env["client.plan"].search([("scope", "=", "company")])
        plans.action_make_swot_lines() if len(plans) == 1 else None
        self.env.flush_all()
        self.env.invalidate_all()
        plans.mapped("has_swot")
        plans.company_id.sudo().mapped("client_swot_minimum")
        with self.assertQueryCount(2):
            plans.mapped("swot_gauge")

    # -- horizon -------------------------------------------------------------------

    def test_horizon_of_three_months(self):
        self.company.client_full_gate = "always"
        strategy = self.strategy
        self.assertEqual(strategy.date_end, date(2026, 6, 1))
        self.assertFalse(strategy.is_swot_too_long)
        strategy.date_end = date(2026, 6, 3)
        self.assertTrue(strategy.is_swot_too_long)
        findings = strategy._get_gate_findings()[strategy]
        self.assertTrue(any(f.text.startswith("End: ") for f in findings))
        strategy.date_end = date(2026, 6, 2)
        findings = strategy._get_gate_findings()[strategy]
        self.assertFalse(any(f.text.startswith("End: ") for f in findings))

    # -- turning items into actions ------------------------------------------------

    def test_all_that_are_missing_become_actions(self):
        strategy = self.strategy
        self._fill(strategy)
        served = strategy.weakness_ids[0]
        self._new_line(strategy, "Repair the web shop", swot_id=served.id)
        strategy.action_make_swot_lines()
        self.assertEqual(len(strategy.line_ids), 16)
        self.assertEqual(len(served.line_ids), 1, "served already")
        for item, name, section in (
            (strategy.strength_ids[1], "Show: strength 2", "show"),
            (strategy.weakness_ids[1], "Fix: weakness 2", "fix"),
            (strategy.opportunity_ids[1], "Use: opportunity 2", "use"),
            (strategy.risk_ids[1], "Reduce: risk 2", "reduce"),
        ):
            line = item.line_ids
            self.assertEqual(
                (line.name, line.section_id.kind_id.code, line.user_id),
                (name, section, strategy.user_id),
            )
        with self.assertRaisesRegex(UserError, "every item .* is served"):
            strategy.action_make_swot_lines()

    def test_deadlines_are_spread_over_the_working_days_of_the_plan(self):
        strategy = self.strategy
        self._fill(strategy)
        strategy.action_make_swot_lines()
        days = sorted(strategy.line_ids.mapped("date_deadline"))
        self.assertEqual(len(set(days)), 16)
        self.assertGreater(days[0], strategy.date_start)
        self.assertEqual(days[-1], strategy.date_end, "a Monday")
        gaps = [(b - a).days for a, b in zip(days, days[1:], strict=False)]
        self.assertLessEqual(max(gaps) - min(gaps), 4)
        self.assertFalse([day for day in days if day.weekday() > 4])
        first = strategy.risk_ids[0].line_ids.date_deadline
        self.assertLess(first, strategy.strength_ids[1].line_ids.date_deadline)

    def test_deadlines_of_an_overdue_plan_lie_ahead(self):
        strategy = self.strategy
        self._fill(strategy)
        late = self._set_today(strategy, strategy.date_end + timedelta(days=9))
        late.action_make_swot_lines()
        self.assertEqual(
            set(strategy.line_ids.mapped("date_deadline")), {date(2026, 6, 10)}
        )

    def test_one_item_is_asked_for_what_who_when(self):
        self._fill(self.strategy, 1)
        item = self.strategy.risk_ids
        action = item.action_make_line()
        self.assertEqual((action["target"], action["name"]), ("new", "Reduce the risk"))
        lines = self.env["client.plan.line"].with_user(self.manager)
        form = Form(lines.with_context(**action["context"]), view=action["views"][0][0])
        self.assertEqual(form.name, "Reduce: risk 1")
        form.user_id = self.salesperson
        line = form.save()
        self.assertEqual(item.line_ids, line)
        self.assertEqual(line.section_id.kind_id.code, "reduce")
        self.assertEqual(item.line_count, 1)
        found = lines.search(item.action_view_lines()["domain"])
        self.assertEqual(found, line, "the actions are visible from the item")

    def test_ended_plan_gets_no_actions(self):
        self._fill(self.strategy, 1)
        self._close(self.strategy, mode="cancel", reason="Sold")
        for record, name in (
            (self.strategy.risk_ids, "action_make_line"),
            (self.strategy, "action_make_swot_lines"),
        ):
            with self.assertRaisesRegex(UserError, "is cancelled and stays"):
                getattr(record, name)()

    def test_action_serves_an_item_of_its_own_plan(self):
        self._fill(self.strategy, 1)
        with self.assertRaisesRegex(ValidationError, "^SWOT Item: .* another plan"):
            self.line.sudo().swot_id = self.strategy.risk_ids

    def test_item_needs_a_text(self):
        with (
            self.assertRaisesRegex(IntegrityError, "client_plan_swot_name_not_blank"),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.strategy.risk_ids = [Command.create({"name": "  "})]
            self.env.flush_all()

    # -- quality gate --------------------------------------------------------------

    def test_gate_finds_missing_items_and_items_without_action(self):
        self.company.client_full_gate = "always"
        strategy = self.strategy
        self.assertEqual(len(self._texts(strategy)), 4)
        self._fill(strategy)
        strategy.risk_ids[0].unlink()
        texts = self._texts(strategy)
        self.assertIn("SWOT, Risk: 3 of at least 4 items", " ".join(texts))
        self.assertEqual(len(texts), 1 + 15)
        strategy.action_make_swot_lines()
        self.assertEqual(len(self._texts(strategy)), 1)
        strategy.risk_ids = [Command.create({"name": "Fire"})]
        findings = [
            finding
            for finding in strategy._get_gate_findings()[strategy]
            if "SWOT" in finding.text
        ]
        self.assertEqual(
            [(f.criterion, f.model, f.res_id) for f in findings],
            [("exhaustive", "client.plan.swot", strategy.risk_ids[-1].id)],
        )

    def test_short_gate_asks_for_no_swot(self):
        self.company.client_full_gate = "never"
        self.assertFalse(self._texts(self.strategy))

    # -- rights --------------------------------------------------------------------

    def _may(self, operation, item):
        users = ("salesperson", "salesperson2", "leader", "leader2", "outsider")
        return [
            name
            for name in (*users, "manager")
            if item.with_user(getattr(self, name)).has_access(operation)
        ]

    def test_rights(self):
        plan = self._new_plan(
            self.leader,
            scope="segment",
            partner_id=False,
            segment_id=self.segment_key.id,
            has_swot=True,
            user_id=self.salesperson.id,
        ).with_user(self.salesperson)
        plan.risk_ids = [Command.create({"name": "Fire"})]
        item = plan.risk_ids
        everyone = ["salesperson", "leader", "manager"]
        self.assertEqual(self._may("write", item), everyone)
        self.assertEqual(self._may("read", item), everyone)
        plan.sudo().controller_id = self.outsider
        self.assertEqual(
            self._may("read", item), ["salesperson", "leader", "outsider", "manager"]
        )
        plan.sudo().controller_id = self.salesperson2
        self.assertEqual(
            self._may("write", item),
            ["salesperson", "salesperson2", "leader", "manager"],
        )
        plan.sudo().controller_id = False
        self._new_line(plan, user_id=self.salesperson2.id)
        self.assertEqual(
            self._may("read", item),
            ["salesperson", "salesperson2", "leader", "manager"],
        )
        self.assertEqual(self._may("write", item), everyone)

    def test_members_of_a_team_read_the_swot_of_its_plan(self):
        plan = self._new_plan(
            self.leader,
            scope="team",
            partner_id=False,
            team_id=self.team.id,
            has_swot=True,
        )
        plan.risk_ids = [Command.create({"name": "Fire"})]
        self.assertEqual(
            self._may("read", plan.risk_ids), ["salesperson", "leader", "manager"]
        )
        self.assertEqual(self._may("write", plan.risk_ids), ["leader", "manager"])

    def test_item_of_another_company_is_not_seen(self):
        self._fill(self.strategy, 1)
        item = self.strategy.risk_ids
        manager = self.manager.sudo()
        manager.company_ids |= self.company2
        there = item.with_user(manager).with_context(
            allowed_company_ids=self.company2.ids
        )
        with self.assertRaises(AccessError):
            there.check_access("read")
        self.assertEqual(self.strategy.date_start, TODAY)
