from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError

from odoo.addons.client_development.models.client_indicator_value import Figure

from .plan_common import TODAY
from .playbook_common import PlaybookCase

PREFIX = "client_development.client_plan_template_"
# Playbook: scope, kind of team plan, and what its texts must name.
SHIPPED = {
    "five_sections": ("client", ["probability", "strategy", "value proposition"]),
    "cross_sell": ("client", ["2–3", "4–5", "every contact"]),
    "cross_sell_segment": ("segment", ["2–3", "4–5", "every contact"]),
    "satisfaction": ("client", ["90 %", "Ten percentage points", "every order"]),
    "satisfaction_segment": ("segment", ["90 %", "control", "nine of ten"]),
    "team": (
        "team",
        [
            "new clients are won",
            "statistics",
            "job instructions",
            "motivates",
            "main goal",
            "control indicators",
            "tactics",
            "each employee",
            "objections",
            "signed by everyone",
        ],
    ),
    "department": (
        "team",
        [
            "10 to 30 documents",
            "lists of candidates",
            "Test the candidates",
            "staff reserve",
            "answers for standards, training and processes",
            "Formalise",
            "several forms",
            "other departments",
            "steady profit",
        ],
    ),
    "region": (
        "territory",
        [
            "largest firms",
            "newcomers",
            "from afar",
            "group of its own for each client",
            "more than 10",
            "headquarters",
            "100 medium and 10 large",
            "sales office",
            "Hire",
            "production",
            "personal manager",
        ],
    ),
    "swot": (
        "company",
        [
            "four strengths",
            "competitors do better",
            "four opportunities",
            "four risks",
            "point A",
            "point B",
            "Agree on the strategy",
            "signed",
            "Review after",
        ],
    ),
}


class TestPlaybookData(PlaybookCase):
    """The shipped playbooks say what the source texts say, and can be applied."""

    def _get(self, code):
        return self.env.ref(PREFIX + code)

    def _text(self, template):
        rows = template.line_ids
        parts = [
            template.name,
            template.description,
            *rows.mapped("name"),
            *rows.mapped("result"),
        ]
        return "\n".join(parts)

    def _line(self, code, line):
        return self.env.ref(f"{PREFIX}{code}_line_{line}")

    def _new_plan_for(self, template):
        values = {
            "client": {},
            "segment": {"partner_id": False, "segment_id": self.segment_key.id},
            "team": {"partner_id": False, "team_id": self.team.id},
            "territory": {
                "partner_id": False,
                "country_ids": [Command.set(self.env.ref("base.de").ids)],
            },
            "company": {"partner_id": False},
        }[template.scope]
        if template.duration_days:
            days = template.duration_days - 1
            values["date_end"] = TODAY + timedelta(days=days)
        return self._new_plan(
            user=self.manager,
            scope=template.scope,
            variant=template.variant,
            user_id=self.salesperson.id,
            controller_id=self.leader.id,
            **values,
        )

    def test_each_playbook_names_what_it_must(self):
        for code, (scope, words) in SHIPPED.items():
            template = self._get(code)
            text = self._text(template)
            with self.subTest(code=code):
                self.assertEqual(template.scope, scope)
                for word in words:
                    self.assertIn(word.lower(), text.lower())

    def test_each_playbook_passes_the_gate_by_itself(self):
        kinds = self.env["client.plan.section.kind"].search([])
        for code in SHIPPED:
            template = self._get(code)
            rows = template.line_ids
            with self.subTest(code=code):
                self.assertLessEqual(len(template.objective_ids), 3)
                self.assertEqual(len(template.objective_ids.filtered("is_main")), 1)
                self.assertEqual(rows.objective_id, template.objective_ids)
                for row in rows:
                    self.assertTrue(row.result, row.name)
                    self.assertTrue(row.objective_id or row.finds_out, row.name)
                    self.assertTrue(row.action_type, row.name)
                    self.assertGreater(row.planned_hours, 0, row.name)
                wanted = kinds.filtered(
                    lambda kind, template=template: (
                        kind.scope == template.scope
                        and kind.variant == template.variant
                    )
                )
                first = rows.filtered(lambda row: row.gate in (False, "talks"))
                self.assertEqual(first.section_kind_id, wanted)

    def test_each_playbook_can_be_applied(self):
        for code in SHIPPED:
            template = self._get(code)
            plan = self._new_plan_for(template)
            with self.subTest(code=code):
                lines = self._apply(plan, template, self.manager)
                first = template.line_ids.filtered(
                    lambda row: row.gate in (False, "talks")
                )
                self.assertEqual(lines.template_line_id, first)
                self.assertTrue(all(lines.mapped("section_id")))
                self.assertFalse(any(lines.mapped("note")), "later than the plan")
                self.assertTrue(plan.objective_ids)

    def test_the_five_sections_are_all_filled(self):
        sections = self._get("five_sections").line_ids.section_kind_id
        self.assertEqual(
            set(sections.mapped("code")),
            {"qualification", "dmu", "warm_up", "assortment", "resources"},
        )

    def test_cross_sell_leads_from_two_or_three_to_four_or_five(self):
        for code in ("cross_sell", "cross_sell_segment"):
            objective = self._get(code).objective_ids
            self.assertEqual(objective.indicator_id.code, "positions")
            for bought, target in ((2.0, 4.0), (3.0, 5.0), (4.0, 5.0), (5.0, None)):
                self.assertEqual(self._target(objective, bought), target)

    def test_satisfaction_rises_by_ten_points_up_to_ninety(self):
        for code in ("satisfaction", "satisfaction_segment"):
            objective = self._get(code).objective_ids.filtered("is_main")
            self.assertEqual(objective.indicator_id.code, "satisfaction_share")
            for share, target in ((80.0, 90.0), (60.0, 70.0), (85.0, 90.0), (95, None)):
                self.assertEqual(self._target(objective, share), target)

    def _target(self, objective, value):
        return objective._get_target(Figure(value, value, 1.0, None))

    def test_candidates_are_listed_and_tested_in_weeks_three_and_four(self):
        for line in ("candidates", "tests"):
            row = self._line("department", line)
            self.assertGreaterEqual(row.start_days, 10)
            self.assertLess(row.deadline_days, 20)

    def test_the_profit_is_checked_in_month_four(self):
        row = self._line("department", "profit")
        plan = self._new_plan_for(self._get("department"))
        lines = self._apply(plan, self._get("department"), self.manager)
        line = lines.filtered(lambda line: line.template_line_id == row)
        self.assertEqual((line.date_start.month, line.date_deadline.month), (6, 6))

    def test_ten_to_thirty_documents_are_the_goal_of_a_department(self):
        objective = self._get("department").objective_ids.filtered("is_main")
        self.assertEqual(objective.indicator_id.code, "documents_written")
        self.assertEqual((objective.target_mode, objective.target), ("value", 10.0))

    def test_the_region_opens_gate_by_gate(self):
        template = self._get("region")
        gates = template.line_ids.grouped("gate")
        self.assertEqual(set(gates), {"talks", "headquarters", "office"})
        plan = self._new_plan_for(template)
        self._apply(plan, template, self.manager)
        for gate in ("headquarters", "office"):
            lines = self._apply(plan, template, self.manager, gate=gate)
            self.assertEqual(lines.template_line_id, gates[gate])
        goal = template.objective_ids.filtered("is_main")
        self.assertEqual((goal.indicator_id.code, goal.target), ("active_clients", 110))

    def test_the_swot_strategy_lasts_three_months(self):
        template = self._get("swot")
        plan = self._new_plan_for(template)
        lines = self._apply(plan, template, self.manager)
        self.assertEqual((plan.date_end - plan.date_start).days, 91)
        self.assertLessEqual(max(lines.mapped("date_deadline")), plan.date_end)
        self.assertEqual(template.objective_ids.filtered("is_main").target, 16)

    def test_the_kind_of_team_plan_must_fit(self):
        plan = self._new_plan_for(self._get("team"))
        with self.assertRaisesRegex(UserError, "another kind of team plan"):
            self._apply(plan, self._get("department"), self.manager)
