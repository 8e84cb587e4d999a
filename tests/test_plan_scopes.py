from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

from .plan_common import TODAY, PlanCase
from .view_reading import get_specification

SECTIONS = {
    "segment": ["goal", "offer", "standards", "resources"],
    "team": [
        "audit_acquisition",
        "audit_statistics",
        "audit_instructions",
        "audit_motivation",
        "goal",
        "indicators",
        "tactics",
        "actions",
    ],
    "territory": ["talks", "groups", "headquarters", "office"],
    "company": ["show", "fix", "use", "reduce"],
}
DEPARTMENT = ["documents", "staff", "processes", "training", "profit"]


class TestPlanScopes(PlanCase):
    """Each scope has its sections and resolves to clients and salespeople."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.land = cls.env["res.country"].create({"name": "Norland", "code": "QQ"})
        cls.segment = cls.env["client.segment"].create({"name": "Yards"})
        cls.subjects = {
            "segment": {"segment_id": cls.segment.id},
            "team": {"team_id": cls.team.id},
            "territory": {"country_ids": [Command.link(cls.land.id)]},
            "company": {},
        }
        cls.plans = {
            scope: cls._new_plan(cls.manager, scope=scope, partner_id=False, **subject)
            for scope, subject in cls.subjects.items()
        }

    def _codes(self, plan):
        return plan.section_ids.sorted("sequence").kind_id.mapped("code")

    # -- sections ------------------------------------------------------------------

    def test_end_follows_the_scope_until_somebody_chooses_it(self):
        form = Form(self.env["client.plan"].with_user(self.leader))
        self.assertEqual(form.date_end, date(2027, 3, 1), "a client's year")
        form.scope = "company"
        self.assertEqual(form.date_end, date(2026, 6, 1), "a strategy's three months")
        form.scope = "client"
        self.assertEqual(form.date_end, date(2027, 3, 1))
        form.date_end = date(2026, 5, 4)
        form.scope = "company"
        self.assertEqual(form.date_end, date(2026, 5, 4))

    def test_each_scope_has_its_sections_with_questions(self):
        for scope, codes in SECTIONS.items():
            with self.subTest(scope):
                self.assertEqual(self._codes(self.plans[scope]), codes)
                self.assertTrue(all(self.plans[scope].section_ids.mapped("questions")))

    def test_new_department_is_a_team_plan_with_other_sections(self):
        plan = self._new_plan(
            self.manager,
            scope="team",
            partner_id=False,
            variant="department",
            **self.subjects["team"],
        )
        self.assertEqual(
            self._codes(plan), [f"department_{code}" for code in DEPARTMENT]
        )
        other = self._new_plan(self.manager, variant="department")
        self.assertNotIn(
            "department_staff", self._codes(other), "a client founds nothing"
        )

    def test_another_kind_of_plan_changes_the_empty_sections(self):
        plan = self.plans["team"]
        kept = plan.section_ids[0]
        kept.findings = "Fairs bring most"
        plan.variant = "department"
        self.assertEqual(
            self._codes(plan),
            [kept.kind_id.code] + [f"department_{code}" for code in DEPARTMENT],
        )

    def test_started_team_plan_keeps_its_kind(self):
        plan = self.plans["team"]
        plan.sudo().state = "running"
        with self.assertRaisesRegex(UserError, "^Kind of Team Plan: .* has started"):
            plan.variant = "department"

    def test_swot_brings_the_four_directions_and_takes_them_away(self):
        plan = self.plans["segment"]
        plan.has_swot = True
        self.assertEqual(self._codes(plan), SECTIONS["segment"] + SECTIONS["company"])
        plan.has_swot = False
        self.assertEqual(self._codes(plan), SECTIONS["segment"])
        self.assertTrue(self.plans["company"].has_swot)
        self.assertFalse(self.plan.has_swot)

    # -- salespeople ---------------------------------------------------------------

    def _people(self, plan):
        return plan._get_salespeople()[plan]

    def test_client_has_salesperson_and_developer(self):
        fact = self.client.client_fact_ids
        self.assertEqual(self._people(self.plan), self.salesperson)
        fact.developer_id = self.salesperson2
        self.assertEqual(self._people(self.plan), self.salesperson | self.salesperson2)
        self.assertEqual(self.plan.salesperson_count, 0, "not worth a number")

    def test_segment_and_territory_have_the_salespeople_of_their_clients(self):
        for scope in ("segment", "territory"):
            with self.subTest(scope):
                plan = self.plans[scope]
                self.assertFalse(self._people(plan), "no client, nobody")
                self.assertEqual(plan.salesperson_count, 0)
        facts = (self.client | self.client2).client_fact_ids
        facts.segment_ids |= self.segment
        (self.client | self.client2).country_id = self.land
        facts[0].developer_id = self.leader
        for scope in ("segment", "territory"):
            with self.subTest(scope):
                plan = self.plans[scope]
                plan.invalidate_recordset()
                self.assertEqual(
                    self._people(plan), self.salesperson | self.salesperson2
                )
                self.assertEqual(plan.salesperson_count, 2)
                self.assertEqual(plan.client_count, 2)

    def test_company_has_the_salespeople_of_all_its_clients(self):
        self._new_client("Nobody's", self.env["res.users"])
        people = self._people(self.plans["company"])
        self.assertEqual(people, self.salesperson | self.salesperson2)
        self.salesperson2.sudo().active = False
        self.assertEqual(
            self._people(self.plans["company"]), self.salesperson, "who has left"
        )

    def test_team_has_its_members_even_without_clients(self):
        self.team.member_ids |= self.outsider
        self.assertEqual(
            self._people(self.plans["team"]), self.salesperson | self.outsider
        )

    # -- what an action of many clients serves -------------------------------------

    def _offered(self, line, name):
        """Return what the form of the action offers in a field."""
        field = line._fields[name]
        names = {"partner_id": line.partner_id.id, "company_id": line.company_id.id}
        Model = line.env[field.comodel_name]
        return Model.search(safe_eval(field.domain, names))

    def test_actions_of_many_clients_offer_all_of_them(self):
        line = self._new_line(self.plans["segment"])
        self.assertFalse(line.partner_id)
        holm, other = self.contact, self.client2.child_ids
        other = other or self.env["res.partner"].create(
            {"name": "Ole Other", "parent_id": self.client2.id}
        )
        offered = self._offered(line, "contact_id")
        self.assertLessEqual(holm | other, offered)
        self.assertNotIn(self.client, offered)
        offered = self._offered(self.line, "contact_id")
        self.assertIn(holm, offered)
        self.assertNotIn(other, offered)
        facts = self.env["client.fact"]._ensure(self.client | self.client2)
        breaches = self.env["client.breach"].create(
            [
                {
                    "company_id": self.company.id,
                    "fact_id": fact.id,
                    "partner_id": fact.partner_id.id,
                    "segment_id": self.segment.id,
                    "standard": "plan",
                    "date_opened": TODAY,
                }
                for fact in facts
            ]
        )
        surveys = self.env["client.survey"].create(
            [
                {
                    "order_id": self._create_order(partner=client, day=TODAY).id,
                    "partner_id": client.id,
                    "contact_id": client.id,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "date_completed": self.company._client_midnight(TODAY),
                    "date_due": TODAY,
                }
                for client in facts.partner_id
            ]
        )
        for name, records in (("breach_id", breaches), ("survey_id", surveys)):
            self.assertLessEqual(records, self._offered(line, name))
            mine = records.filtered(lambda record: record.partner_id == self.client)
            self.assertEqual(self._offered(self.line.sudo(), name) & records, mine)

    def test_form_of_an_action_of_many_clients_takes_them(self):
        line = self._new_line(self.plans["segment"])
        with Form(line) as form:
            form.contact_id = self.contact
        self.assertEqual(line.contact_id, self.contact)
        self.assertTrue(line._serves_anything())

    def test_stat_button_opens_whom_it_counts(self):
        (self.client | self.client2).country_id = self.land
        plan = self.plans["territory"]
        action = plan.action_view_salespeople()
        found = self.env["res.users"].search(action["domain"])
        self.assertEqual(len(found), plan.salesperson_count)
        self.assertEqual(found, self.salesperson | self.salesperson2)

    def test_salespeople_of_many_plans_take_two_queries(self):
        plans = self.env["client.plan"].union(*self.plans.values()) | self.plan
        plans._get_salespeople()
        plans.invalidate_recordset()
        plans.mapped("country_ids.name")
        plans.mapped("state_ids.name")
        self.env["crm.team.member"].flush_model()
        with self.assertQueryCount(4):
            plans._get_salespeople()

    # -- form ----------------------------------------------------------------------

    def test_forms_of_all_scopes_open_and_save(self):
        for scope, plan in self.plans.items():
            with self.subTest(scope), Form(plan.with_user(self.manager)) as form:
                self.assertTrue(form.note_placeholder)
                form.note = "Grow"
        placeholders = {p.note_placeholder for p in self.plans.values()}
        self.assertEqual(len(placeholders), len(self.plans))

    def test_form_of_a_client_asks_for_no_lists_of_other_scopes(self):
        view = self.env["client.plan"].get_view(view_type="form")
        self.assertIn("strength_ids", view["arch"])
        lists = ("strength_ids", "weakness_ids", "opportunity_ids", "risk_ids")
        specification = {"name": {}, **{name: {} for name in (*lists, "diagnosis_ids")}}
        self.plan.web_read(specification)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            row = self.plan.web_read(specification)[0]
        self.assertEqual([row[name] for name in lists], [[]] * 4)
        strategy = self.plans["company"]
        strategy.strength_ids = [Command.create({"name": "Fast"})]
        row = strategy.web_read(specification)[0]
        self.assertEqual(row["strength_ids"], strategy.swot_ids.ids)

    def test_more_items_and_clients_take_no_more_queries(self):
        def count(plan):
            plan = plan.with_user(self.manager)
            specification = get_specification(plan)
            for _no in range(2):  # rights and views are cached from the first on
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                plan.web_read(specification)
            return self.cr.sql_log_count - before

        strategy, region = self.plans["company"], self.plans["territory"]

        def fill(number):
            strategy.risk_ids = [
                Command.create({"name": f"Risk {no}"}) for no in range(number)
            ]
            strategy.action_make_swot_lines()
            for no in range(number):
                client = self._new_client(f"Yard {no}", self.salesperson)
                client.country_id = self.land

        fill(2)
        few = count(strategy), count(region)
        fill(12)
        self.assertEqual((count(strategy), count(region)), few)
        self.assertLessEqual(max(few), 32)
