from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError

from .fact_common import FactCase


class TestSteeringSecurity(FactCase):
    """Nobody reads or changes other people's clients through what steers them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales = cls.env.ref("client_development.client_indicator_sales_amount")
        cls.country = cls.env.ref("base.de")
        cls.client2.country_id = cls.country
        cls._create_order(
            partner=cls.client2,
            user=cls.salesperson2,
            day=date(2026, 3, 2),
            quantity=10,
        )
        cls.Fact._refresh()

    def _new_plan(self, user, **values):
        return self.env["client.plan"].with_user(user).create(values)

    def _objectives(self, **values):
        return [
            Command.create({"indicator_id": self.sales.id, "target": 900.0, **values})
        ]

    def test_a_contact_who_moves_to_another_client_tells_nothing_of_him(self):
        person = self.env["res.partner"].create(
            {"name": "Person", "user_id": self.salesperson.id}
        )
        plan = self._new_plan(
            self.salesperson, partner_id=person.id, objective_ids=self._objectives()
        )
        person.parent_id = self.client2
        plan.sudo().action_start()  # without actions the gate stops its owner
        self.Fact._refresh_queue()
        self.assertEqual(plan.objective_ids.current, 0.0)

    def test_errors_of_control_points_tell_nothing(self):
        plan = self._new_plan(
            self.salesperson2,
            partner_id=self.client2.id,
            objective_ids=self._objectives(),
        )
        objective = plan.objective_ids.with_user(self.salesperson)
        point = {"objective_id": objective.id, "date": "2026-06-01", "value": 1e9}
        with self.assertRaises(AccessError):
            objective.env["client.plan.objective.point"].create(point)
        with self.assertRaises(AccessError):
            objective.write({"user_id": self.salesperson.id})
        with self.assertRaises(AccessError):
            objective.create({**point, "plan_id": plan.id})

    def test_a_territory_of_one_client_is_no_way_to_his_figures(self):
        values = {
            "scope": "territory",
            "country_ids": [Command.set(self.country.ids)],
            "objective_ids": self._objectives(),
        }
        with self.assertRaisesRegex(UserError, "Ask the team leader"):
            self._new_plan(self.leader, **values)
        plan = self._new_plan(self.leader2, **values)
        self.assertEqual(plan.objective_ids.current, 100.0)
        with self.assertRaises(AccessError):
            self.env["client.plan.objective"].with_user(self.leader).onchange(
                {"plan_id": plan.id, "indicator_id": self.sales.id},
                ["indicator_id"],
                {"baseline": {}, "current": {}, "indicator_id": {}, "plan_id": {}},
            )

    def test_a_territory_is_measured_with_its_countries(self):
        plan = self._new_plan(
            self.manager,
            scope="territory",
            country_ids=[Command.set(self.country.ids)],
            objective_ids=self._objectives(baseline=100.0),
        )
        self.assertRecordValues(
            plan.objective_ids,
            [{"baseline": 100.0, "current": 100.0, "baseline_manual": False}],
        )

    def test_holdings_are_changed_by_those_who_see_their_clients(self):
        holding = self.env["client.holding"].create({"name": "North"})
        self.client2.client_holding_id = holding
        mine = holding.with_user(self.salesperson)
        with self.assertRaises(AccessError):
            mine.name = "Mine"
        with self.assertRaises(AccessError):
            self.client2.with_user(self.salesperson).client_holding_id = False
        other = (
            self.env["client.holding"]
            .with_user(self.salesperson)
            .create({"name": "Mine", "member_ids": [Command.link(self.client.id)]})
        )
        with self.assertRaises(AccessError):
            other.member_ids = [Command.link(self.client2.id)]
        other.name = "Ours"

    def test_windows_say_what_they_leave_out(self):
        plan = self._new_plan(
            self.manager, scope="company", objective_ids=self._objectives()
        )
        objective = plan.objective_ids.with_user(self.manager)
        self.assertNotIn("visible", objective.action_view_records()["name"])
        seen = self.sales.with_user(self.leader)._open_records(plan._get_population())
        self.assertIn("(0 of 1 visible to you)", seen["name"])

    def test_numbers_that_are_none(self):
        for values in ({"target": float("nan")}, {"target": 1e300}, {"weight": 1e200}):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, "fifteen digits"),
                self.cr.savepoint(),
            ):
                self._new_plan(
                    self.salesperson,
                    partner_id=self.client.id,
                    objective_ids=self._objectives(**values),
                )
                self.env.flush_all()

    def test_a_year_that_has_not_begun(self):
        with self.assertRaisesRegex(ValidationError, "when the year has begun"):
            self._new_plan(
                self.salesperson,
                partner_id=self.client.id,
                date_start=date(2027, 1, 1),
                date_end=date(2027, 12, 31),
                objective_ids=self._objectives(span="year"),
            )
