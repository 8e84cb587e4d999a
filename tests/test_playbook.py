from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .plan_common import TODAY
from .playbook_common import PlaybookCase


class TestPlaybook(PlaybookCase):
    """A playbook gives a plan its objectives and actions, with people and days."""

    def test_the_plan_gets_what_the_playbook_says(self):
        lines = self._apply(self.plan)
        self.assertRecordValues(
            lines,
            [
                {
                    "name": "Ask for the yearly demand",
                    "template_line_id": self.row_ask.id,
                    "finds_out": True,
                    "action_type": "call",
                    "result": "Demand by product group is written down",
                    "planned_hours": 2.0,
                    "date_start": date(2026, 3, 3),
                    "date_deadline": date(2026, 3, 9),
                    "date_deadline_original": date(2026, 3, 9),
                    "state": "planned",
                },
                {
                    "name": "Offer the second group",
                    "template_line_id": self.row_offer.id,
                    "finds_out": False,
                    "action_type": False,
                    "result": False,
                    "planned_hours": 0.0,
                    "date_start": date(2026, 3, 2),
                    "date_deadline": date(2026, 3, 16),
                    "date_deadline_original": date(2026, 3, 16),
                    "state": "planned",
                },
                {
                    "name": "Check the stock",
                    "template_line_id": self.row_check.id,
                    "finds_out": False,
                    "action_type": False,
                    "result": False,
                    "planned_hours": 0.0,
                    "date_start": date(2026, 3, 2),
                    "date_deadline": date(2026, 3, 23),
                    "date_deadline_original": date(2026, 3, 23),
                    "state": "planned",
                },
            ],
        )
        self.assertEqual(lines[0].section_id.kind_id, self.kind)
        self.assertEqual(lines[0].objective_id, self.plan.objective_ids)
        self.assertRecordValues(
            self.plan.objective_ids,
            [
                {
                    "indicator_id": self.indicator.id,
                    "target": 40.0,
                    "baseline": 0.0,
                    "template_objective_id": self.row_objective.id,
                }
            ],
        )
        self.assertEqual(self.plan.template_ids, self.template)
        self.assertIn("Grow", self.plan.message_ids[0].body)
        self.assertIn("3", self.plan.message_ids[0].body)

    def test_the_roles_are_resolved_for_each_plan(self):
        fact = self.env["client.fact"].search([("partner_id", "=", self.client.id)])
        fact.developer_id = self.salesperson2
        self.plan.controller_id = self.manager
        rows = self.template.line_ids
        wanted = {
            "owner": self.salesperson,
            "salesperson": self.salesperson,
            "developer": self.salesperson2,
            "leader": self.leader,
            "controller": self.manager,
            "function": self.outsider,
        }
        rows.unlink()
        self.template.line_ids = [
            Command.create(
                {
                    "name": role,
                    "role": role,
                    "deadline_days": 1,
                    "function_id": self.function.id if role == "function" else False,
                }
            )
            for role in wanted
        ]
        lines = self._apply(self.plan)
        self.assertEqual({line.name: line.user_id for line in lines}, wanted)

    def test_who_is_missing_is_stood_in_for(self):
        self.template.line_ids.unlink()
        self.template.line_ids = [
            Command.create({"name": role, "role": role, "deadline_days": 1})
            for role in ("salesperson", "developer", "leader", "controller")
        ]
        self.client.user_id = False
        plan = self._new_plan(user=self.manager, user_id=self.salesperson2.id)
        lines = self._apply(plan, user=self.manager)
        self.assertEqual(
            [line.user_id for line in lines],
            [self.salesperson2, self.salesperson2, self.leader2, self.leader2],
        )

    def test_who_has_left_plays_no_role(self):
        self.template.line_ids.role = "leader"
        self.leader.active = False
        lines = self._apply(self.plan)
        self.assertEqual(lines.user_id, self.salesperson)

    def test_a_function_that_nobody_holds_is_named_and_nothing_is_stored(self):
        self.row_check.write({"role": "function", "function_id": self.function.id})
        self.function.user_id = False
        before = self.plan.line_ids
        with self.assertRaisesRegex(UserError, "Head of logistics.*Functions"):
            self._apply(self.plan)
        self.assertEqual(self.plan.line_ids, before)
        self.assertFalse(self.plan.objective_ids)

    def test_a_function_is_held_per_company(self):
        other = self.function.with_company(self.company2)
        self.assertFalse(other._get_holder(self.company2))
        self.assertEqual(self.function._get_holder(self.company), self.outsider)
        self.outsider.active = False
        self.assertFalse(self.function._get_holder(self.company))

    def test_working_days_skip_weekends_and_holidays(self):
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": "2026-03-05 00:00:00",
                "date_to": "2026-03-05 23:59:59",
            }
        )
        lines = self._apply(self.plan)
        self.assertEqual(lines[0].date_deadline, date(2026, 3, 10))

    def test_days_count_from_today_when_the_plan_has_begun(self):
        plan = self._new_plan(date_start=TODAY - timedelta(days=60))
        lines = self._apply(plan)
        self.assertEqual(lines[0].date_deadline, date(2026, 3, 9))

    def test_days_count_from_a_start_that_is_still_to_come(self):
        plan = self._new_plan(date_start=date(2026, 4, 6))
        lines = self._apply(plan)
        self.assertEqual(lines[0].date_start, date(2026, 4, 7))

    def test_no_deadline_lies_after_the_end_of_the_plan(self):
        self.plan.date_end = date(2026, 3, 11)
        lines = self._apply(self.plan)
        self.assertEqual(
            lines.mapped("date_deadline"),
            [date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 11)],
        )
        self.assertFalse(lines[0].note)
        self.assertIn("after the end of the plan", lines[1].note)

    def test_applying_again_adds_only_what_is_missing(self):
        lines = self._apply(self.plan)
        lines[1].unlink()
        again = self._apply(self.plan)
        self.assertEqual(again.template_line_id, self.row_offer)
        self.assertEqual(len(self.plan.objective_ids), 1)
        self.assertFalse(self._apply(self.plan))

    def test_a_cancelled_action_does_not_come_back(self):
        lines = self._apply(self.plan)
        lines[1].write({"state": "cancelled", "cancel_reason": "Not wanted"})
        self.assertFalse(self._apply(self.plan))

    def test_a_main_objective_of_the_plan_stays_the_main_one(self):
        self.row_objective.is_main = True
        own = self._new_objective(self.plan, indicator_id=self.indicator2.id)
        own.is_main = True
        self._apply(self.plan)
        self.assertEqual(self.plan.objective_ids.filtered("is_main"), own)
        fresh = self._new_plan()
        self._apply(fresh)
        self.assertTrue(fresh.objective_ids.is_main)

    def test_gates_are_proposed_one_after_the_other(self):
        template = self._new_template(
            name="Region",
            scope="territory",
            objective_ids=[],
            line_ids=[
                Command.create({"name": "Now", "deadline_days": 1}),
                Command.create({"name": "Talk", "deadline_days": 2, "gate": "talks"}),
                Command.create(
                    {"name": "Rent", "deadline_days": 3, "gate": "headquarters"}
                ),
                Command.create({"name": "Hire", "deadline_days": 4, "gate": "office"}),
            ],
        )
        plan = self._new_plan(
            user=self.manager,
            partner_id=False,
            scope="territory",
            country_ids=[Command.set(self.env.ref("base.de").ids)],
        )
        names = [
            self._apply(plan, template, self.manager, gate=gate).mapped("name")
            for gate in (None, "headquarters", "office", None)
        ]
        self.assertEqual(names, [["Now", "Talk"], ["Rent"], ["Hire"], []])

    def test_an_empty_playbook_is_refused(self):
        template = self._new_template(name="Empty", objective_ids=[], line_ids=[])
        with self.assertRaisesRegex(UserError, "Empty.*no actions"):
            self._apply(self.plan, template)

    def test_another_scope_is_refused(self):
        template = self._new_template(name="Team work", scope="team", line_ids=[])
        with self.assertRaisesRegex(UserError, "Team work.*Sales Team"):
            self._apply(self.plan, template)

    def test_a_playbook_of_another_company_is_refused(self):
        self.template.company_id = self.company2
        with self.assertRaises(AccessError):
            self._apply(self.plan)
        with self.assertRaisesRegex(UserError, "Southern Fasteners"):
            self.template.sudo()._apply(self.plan.sudo())

    def test_a_plan_that_has_ended_is_refused(self):
        self._close(self.plan, "cancel", reason="No budget")
        with self.assertRaisesRegex(UserError, "cancelled"):
            self._apply(self.plan)

    def test_whose_plan_it_is_not_may_not_apply(self):
        with self.assertRaises(AccessError):
            self._apply(self.plan, user=self.salesperson2)
        with self.assertRaises(AccessError):
            self._apply(self.plan, user=self.leader2)
        self.assertEqual(len(self._apply(self.plan, user=self.leader)), 3)

    def test_a_running_plan_gets_the_actions_too_and_outsiders_are_told(self):
        self.row_check.write({"role": "function", "function_id": self.function.id})
        self.plan.action_start()
        lines = self._apply(self.plan)
        notices = self.env["mail.message"].search(
            [
                ("model", "=", "client.plan.line"),
                ("res_id", "in", lines.ids),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(notices.partner_ids, self.outsider.partner_id)

    def test_the_responsible_follow_their_actions(self):
        lines = self._apply(self.plan)
        self.assertIn(self.leader.partner_id, lines[2].sudo().message_partner_ids)
        self.assertIn(self.salesperson.partner_id, lines[0].sudo().message_partner_ids)


class TestPlaybookTarget(PlaybookCase):
    """The target follows from what is measured, and never stands behind the facts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.positions = cls.env.ref("client_development.client_indicator_positions")
        cls.row_objective.indicator_id = cls.positions
        cls.products = cls.env["product.product"].create(
            [{"name": f"Product {number}", "type": "consu"} for number in range(4)]
        )

    def _buy(self, count):
        for product in self.products[:count]:
            self._create_order(
                day=TODAY - timedelta(days=20),
                order_line=[Command.create({"product_id": product.id})],
            )
        self.env["client.fact"]._refresh(self.client)

    def _get_target(self, mode, target, **values):
        self.row_objective.write({"target_mode": mode, "target": target, **values})
        plan = self._new_plan()
        self._apply(plan)
        return plan.objective_ids.mapped(lambda o: (o.baseline, o.target))

    def test_the_target_follows_from_the_measured_baseline(self):
        self._buy(2)
        self.assertEqual(self._get_target("value", 5.0), [(2.0, 5.0)])
        self.assertEqual(self._get_target("plus", 2.0), [(2.0, 4.0)])
        self.assertEqual(self._get_target("percent", 50.0), [(2.0, 3.0)])

    def test_a_limit_holds(self):
        self._buy(4)
        self.assertEqual(
            self._get_target("plus", 3.0, has_limit=True, limit=5.0), [(4.0, 5.0)]
        )

    def test_a_reached_target_is_left_out_and_told(self):
        self._buy(4)
        for mode, target in (("value", 4.0), ("value", 3.0)):
            with self.subTest(target=target):
                self.row_objective.write({"target_mode": mode, "target": target})
                plan = self._new_plan()
                lines = self._apply(plan)
                self.assertFalse(plan.objective_ids)
                self.assertFalse(lines[0].objective_id)
                self.assertTrue(
                    any("reached" in body for body in plan.message_ids.mapped("body"))
                )

    def test_less_is_better(self):
        cost = self.env.ref("client_development.client_indicator_lost_clients")
        self._buy(1)
        self.row_objective.indicator_id = cost
        self.assertEqual(self._get_target("value", 3.0), [])

    def test_without_anything_measured_the_limit_is_the_target(self):
        share = self.env.ref("client_development.client_indicator_satisfaction_share")
        self.row_objective.indicator_id = share
        self.assertEqual(
            self._get_target("plus", 10.0, has_limit=True, limit=90.0), [(0.0, 90.0)]
        )

    def test_figures_of_hidden_clients_are_not_measured(self):
        plan = self._new_plan(
            user=self.manager, partner_id=self.client2.id, user_id=self.salesperson.id
        )
        with self.assertRaisesRegex(UserError, "may not see"):
            self._apply(plan, user=self.salesperson)
        self.assertFalse(plan.line_ids)


class TestPlaybookRules(PlaybookCase):
    """A playbook that could not be applied cannot be saved."""

    def test_bad_values_are_refused_with_the_field(self):
        cases = [
            ({"name": " "}, "Action"),
            ({"start_days": -1}, "days_in_order"),
            ({"deadline_days": -1}, "days_in_order"),
            ({"start_days": -2, "deadline_days": -1}, "days_in_order"),
            ({"start_days": 9}, "days_in_order"),
            ({"deadline_days": 3000}, "days_limit"),
            ({"planned_hours": -1.0}, "planned_hours_range"),
            ({"role": "function"}, "function_named"),
            ({"gate": "office"}, "Gate"),
        ]
        for vals, field in cases:
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex((ValidationError, IntegrityError), field),
                self.env.cr.savepoint(),
            ):
                self.row_ask.write(vals)
                self.row_ask.flush_recordset()
            self.env.invalidate_all()

    def test_section_and_objective_belong_to_the_playbook(self):
        other = self._new_template(name="Other")
        with self.assertRaisesRegex(ValidationError, "Serves"):
            self.row_ask.objective_id = other.objective_ids
        self.env.invalidate_all()
        self.row_ask.objective_id = self.row_objective
        kind = self.kind.copy({"scope": "team", "code": "elsewhere"})
        with self.assertRaisesRegex(ValidationError, "Section"):
            self.row_ask.section_kind_id = kind
        self.env.invalidate_all()
        self.row_ask.section_kind_id = self.kind
        with self.assertRaisesRegex(ValidationError, "Section"):
            self.template.scope = "team"

    def test_an_indicator_by_category_needs_one(self):
        indicator = self.env.ref(
            "client_development.client_indicator_category_average_order"
        )
        with self.assertRaisesRegex(ValidationError, "Product Category"):
            self.row_objective.indicator_id = indicator

    def test_a_duplicate_serves_its_own_objectives(self):
        copy = self.template.copy()
        self.assertEqual(copy.name, "Grow (copy)")
        self.assertEqual(copy.line_ids[0].objective_id, copy.objective_ids)
        self.assertEqual(self.row_ask.objective_id, self.row_objective)
        self.assertEqual(
            copy.line_ids.mapped("name"), self.template.line_ids.mapped("name")
        )

    def test_only_employees_of_the_company_hold_a_function(self):
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "cd_stranger",
                "company_id": self.company2.id,
                "company_ids": [Command.set(self.company2.ids)],
            }
        )
        with self.assertRaisesRegex(ValidationError, "Held by"):
            self.function.user_id = stranger

    def test_who_may_change_playbooks(self):
        for user in (self.salesperson, self.leader):
            template = self.template.with_user(user)
            self.assertEqual(template.line_count, 3)
            with self.assertRaises(AccessError):
                template.name = "Mine"
            with self.assertRaises(AccessError):
                template.line_ids[0].name = "Mine"
            with self.assertRaises(AccessError):
                template.objective_ids[0].target = 1.0
            with self.assertRaises(AccessError):
                self.function.with_user(user).user_id = user
        self.template.with_user(self.manager).name = "Managed"

    def test_playbooks_of_other_companies_are_hidden(self):
        self.template.company_id = self.company2
        found = self.env["client.plan.template"].with_user(self.manager)
        self.assertNotIn(self.template, found.search([]))
        for name in ("line", "objective"):
            rows = self.env[f"client.plan.template.{name}"].with_user(self.manager)
            self.assertFalse(rows.search([("template_id", "=", self.template.id)]))
