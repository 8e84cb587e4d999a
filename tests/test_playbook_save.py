from datetime import date

from odoo.exceptions import AccessError, UserError

from .playbook_common import PlaybookCase


class TestPlaybookSave(PlaybookCase):
    """A plan that works becomes a playbook, with days and roles instead of dates."""

    def _save(self, plan, user=None):
        action = plan.with_user(user or self.manager).action_save_as_playbook()
        return self.env["client.plan.template"].browse(action["res_id"])

    def test_days_and_roles_are_found_again(self):
        fresh = self._new_plan()
        self.row_check.write({"role": "function", "function_id": self.function.id})
        self._apply(fresh)
        fresh.controller_id = self.manager
        self._new_line(
            fresh, "Inspect", user_id=self.manager.id, date_deadline=date(2026, 3, 4)
        )
        self._new_line(
            fresh, "Decide", user_id=self.leader.id, date_deadline=date(2026, 3, 7)
        )
        fresh.line_ids.filtered(
            lambda line: line.name == "Decide"
        ).section_id = fresh.section_ids[0]
        template = self._save(fresh)
        self.assertRecordValues(
            template.line_ids,
            [
                {"name": "Inspect", "role": "controller", "deadline_days": 2}
                | {"start_days": 0},
                {"name": "Decide", "role": "leader", "deadline_days": 4}
                | {"start_days": 0},
                {"name": "Ask for the yearly demand", "role": "owner"}
                | {"deadline_days": 5, "start_days": 1},
                {"name": "Offer the second group", "role": "owner"}
                | {"deadline_days": 10, "start_days": 0},
                {"name": "Check the stock", "role": "function"}
                | {"deadline_days": 15, "start_days": 0},
            ],
        )
        self.assertEqual(template.line_ids[4].function_id, self.function)
        self.assertEqual(template.line_ids[2].section_kind_id, self.kind)
        self.assertEqual(template.line_ids[2].objective_id, template.objective_ids)
        self.assertTrue(template.line_ids[2].finds_out)
        self.assertRecordValues(
            template,
            [
                {
                    "scope": "client",
                    "company_id": self.company.id,
                    "duration_days": 365,
                    "line_count": 5,
                    "objective_count": 1,
                }
            ],
        )
        self.assertEqual(template.objective_ids.target, 40.0)

    def test_the_playbook_of_a_plan_gives_the_same_plan(self):
        fresh = self._new_plan()
        self._apply(fresh)
        template = self._save(fresh)
        other = self._new_plan()
        lines = self._apply(other, template)
        for name in ("name", "date_start", "date_deadline", "user_id", "result"):
            self.assertEqual(
                [line[name] for line in lines],
                [line[name] for line in fresh.line_ids],
                name,
            )

    def test_measured_numbers_grow_from_where_a_client_stands(self):
        positions = self.env.ref("client_development.client_indicator_positions")
        share = self.env.ref("client_development.client_indicator_satisfaction_share")
        sales = self.env.ref("client_development.client_indicator_sales_amount")
        fresh = self._new_plan()
        for indicator, baseline, target in (
            (positions, 2.0, 5.0),
            (share, 60.0, 90.0),
            (sales, 1000.0, 1500.0),
        ):
            self._new_objective(
                fresh, indicator_id=indicator.id, baseline=baseline, target=target
            )
        rows = self._save(fresh).objective_ids
        self.assertEqual(
            [(row.target_mode, row.target) for row in rows],
            [("plus", 3.0), ("value", 90.0), ("percent", 50.0)],
        )

    def test_cancelled_actions_stay_behind(self):
        self.line.write({"state": "cancelled", "cancel_reason": "No"})
        self._new_objective(self.plan)
        self.assertFalse(self._save(self.plan).line_ids)

    def test_an_empty_plan_is_refused(self):
        with self.assertRaisesRegex(UserError, "no actions and no objectives"):
            self._save(self._new_plan())

    def test_only_administrators_make_playbooks(self):
        for user in (self.salesperson, self.leader):
            with self.assertRaises(AccessError):
                self._save(self.plan, user)
