from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from odoo.addons.client_development.models.client_population import Population

from .fact_common import TODAY, FactCase

LOGGER = "odoo.addons.client_development.models.client_plan_objective_measure"


class TestObjectiveMeasure(FactCase):
    """Objectives move by themselves (product.md A, objectives)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales = cls.env.ref("client_development.client_indicator_sales_amount")
        cls.segment = cls.env["client.segment"].create({"name": "Shops", "rank": 3})
        cls._create_order(partner=cls.client, day=date(2026, 3, 2), quantity=10)
        cls._create_order(partner=cls.client2, day=date(2026, 3, 2), quantity=5)
        cls.Fact._refresh()
        cls.company.client_full_gate = "never"
        cls.plan = cls._new_plan(cls.salesperson, partner_id=cls.client.id)

    @classmethod
    def _new_plan(cls, user, **values):
        plan = cls.env["client.plan"].with_user(user).create(values)
        plan.line_ids = [Command.create({"name": "Offer", "date_deadline": TODAY})]
        return plan

    def _new_objective(self, plan=None, **values):
        plan = plan or self.plan
        return plan.env["client.plan.objective"].create(
            {
                "plan_id": plan.id,
                "indicator_id": self.sales.id,
                "target": 300.0,
                **values,
            }
        )

    def _sell(self, partner, quantity, day=date(2026, 3, 20)):
        self._create_order(partner=partner, day=day, quantity=quantity)
        self.Fact._refresh_queue()

    def test_baseline_follows_facts_until_the_start(self):
        objective = self._new_objective()
        self.assertEqual((objective.baseline, objective.current), (100.0, 100.0))
        self._sell(self.client, 5)
        self.assertEqual((objective.baseline, objective.current), (150.0, 150.0))
        self.plan.action_start()
        self._sell(self.client, 5)
        self.assertEqual((objective.baseline, objective.current), (150.0, 200.0))
        self.assertAlmostEqual(objective.progress, 100 / 3)
        self.assertEqual(objective.date_current, TODAY)
        self.assertFalse(objective.current_user_id)

    def test_an_entered_baseline_stays(self):
        objective = self._new_objective(baseline=60.0)
        self.assertEqual((objective.baseline, objective.current), (60.0, 100.0))
        self.assertTrue(objective.baseline_manual)
        self.plan.action_start()
        self.assertEqual((objective.baseline, objective.current), (60.0, 100.0))

    def test_the_form_shows_the_baseline_at_once(self):
        with Form(self.plan) as form, form.objective_ids.new() as line:
            line.indicator_id = self.sales
            self.assertEqual(line.baseline, 100.0)
            line.target = 250.0
        self.assertRecordValues(
            self.plan.objective_ids,
            [{"baseline": 100.0, "target": 250.0, "baseline_manual": False}],
        )

    def test_objective_added_to_a_running_plan_begins_that_day(self):
        self.plan.action_start()
        objective = self._new_objective()
        self.assertEqual((objective.baseline, objective.current), (100.0, 100.0))

    def test_start_freezes_the_clients(self):
        facts = self._fact(self.client) | self._fact(self.client2)
        facts.segment_ids = [Command.link(self.segment.id)]
        plan = self._new_plan(
            self.manager, scope="segment", segment_id=self.segment.id, partner_id=False
        )
        objective = self._new_objective(plan)
        newcomers = self._new_objective(
            plan,
            indicator_id=self.env.ref(
                "client_development.client_indicator_new_clients"
            ).id,
            target=9.0,
        )
        plan.action_start()
        self.assertEqual(objective.baseline, 150.0)
        self._fact(self.client).segment_ids = [Command.unlink(self.segment.id)]
        joiner = self._new_client("Joiner", self.salesperson)
        self._fact(joiner).segment_ids = [Command.link(self.segment.id)]
        self._sell(joiner, 7)
        self.assertRecordValues(
            objective | newcomers,
            [
                {
                    "current": 150.0,
                    "joined_value": 70.0,
                    "client_count": 2,
                    "left_count": 1,
                    "joined_count": 1,
                },
                {
                    "current": 2.0,
                    "joined_value": 0.0,
                    "client_count": 2,
                    "left_count": 0,
                    "joined_count": 0,
                },
            ],
        )

    def test_without_value_the_baseline_stands(self):
        rating = self.env.ref("client_development.client_indicator_satisfaction_rating")
        objective = self._new_objective(indicator_id=rating.id, target=4.5)
        self.assertRecordValues(
            objective, [{"has_value": False, "current": 0.0, "progress": 0.0}]
        )

    def test_facts_cannot_be_entered(self):
        objective = self._new_objective()
        with self.assertRaisesRegex(UserError, "Correct the record"):
            objective.current = 500.0
        with self.assertRaisesRegex(UserError, "kept by the system"):
            objective.before = 1.0
        self.plan.action_start()
        with self.assertRaisesRegex(UserError, "Baseline: "):
            objective.baseline = 1.0
        with self.assertRaisesRegex(UserError, "Add another objective"):
            objective.span = "year"

    def test_a_target_that_is_reached_already(self):
        with self.assertRaisesRegex(UserError, "nothing to achieve"):
            self._new_objective(target=100.0)
        objective = self._new_objective(target=150.0)
        self._sell(self.client, 5)
        self.assertEqual(objective.baseline, 100.0, "the draft keeps what it had")
        with self.assertRaisesRegex(UserError, "Enter another target"):
            self.plan.action_start()

    def test_after_the_deadline_the_value_stays(self):
        objective = self._new_objective(date_deadline=TODAY + timedelta(days=5))
        self.plan.action_start()
        later = self.Fact.with_context(client_today=TODAY + timedelta(days=6))
        self._create_order(partner=self.client, day=date(2026, 4, 4), quantity=5)
        later._refresh_queue()
        self.assertEqual(objective.current, 100.0)

    def test_year_to_date(self):
        objective = self._new_objective(
            span="year", date_deadline=date(2026, 12, 31), target=900.0
        )
        self.assertEqual((objective.current, objective.before), (100.0, 0.0))
        with self.assertRaisesRegex(ValidationError, "deadline in the year"):
            objective.date_deadline = date(2027, 1, 31)
        positions = self.env.ref("client_development.client_indicator_positions")
        with self.assertRaisesRegex(ValidationError, "Choose the last months"):
            self._new_objective(span="year", indicator_id=positions.id)

    def test_category_must_be_chosen(self):
        indicator = self.env.ref(
            "client_development.client_indicator_category_average_order"
        )
        with (
            self.assertRaisesRegex(ValidationError, "Choose it in"),
            self.cr.savepoint(),
        ):
            self._new_objective(indicator_id=indicator.id)
        self.product.categ_id = self.env["product.category"].create({"name": "Screws"})
        self.Fact._refresh()
        objective = self._new_objective(
            indicator_id=indicator.id, category_id=self.product.categ_id.id
        )
        self.assertEqual(objective.baseline, 100.0)

    def test_objective_is_added_to_a_running_plan_in_the_form(self):
        """Indicator and category are chosen then, and stay from then on."""
        indicator = self.env.ref(
            "client_development.client_indicator_category_average_order"
        )
        category = self.env["product.category"].create({"name": "Screws"})
        self.product.categ_id = category
        self.Fact._refresh()
        self.plan.action_start()
        with Form(self.plan) as form, form.objective_ids.new() as line:
            line.indicator_id = indicator
            line.category_id = category
            line.target = 250.0
        self.assertRecordValues(
            self.plan.objective_ids,
            [
                {
                    "category_id": category.id,
                    "baseline": 100.0,
                    "target": 250.0,
                    "baseline_manual": False,
                }
            ],
        )
        with Form(self.plan) as form, form.objective_ids.edit(0) as line:
            for name, value in (("category_id", category), ("indicator_id", indicator)):
                with self.subTest(name), self.assertRaisesRegex(AssertionError, name):
                    setattr(line, name, value)

    def test_figures_of_others_are_not_read_through_a_plan(self):
        for values in (
            {"partner_id": self.client2.id},
            {"scope": "company"},
            {"scope": "segment", "segment_id": self.segment.id},
            {"scope": "team", "team_id": self.team.id},
        ):
            plan = self._new_plan(
                self.manager, user_id=self.salesperson.id, **values
            ).with_user(self.salesperson)
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "Ask the team"),
            ):
                self._new_objective(plan)
            line = plan.objective_ids.new({"plan_id": plan, "indicator_id": self.sales})
            line._onchange_question()
            self.assertEqual(line.baseline, 0.0)
        self._new_objective()
        with self.assertRaisesRegex(UserError, "Ask the team"), self.cr.savepoint():
            self.plan.partner_id = self.client2
        plan = self._new_plan(self.leader, scope="team", team_id=self.team.id)
        self._new_objective(plan)
        with self.assertRaisesRegex(UserError, "Ask the team"), self.cr.savepoint():
            plan.team_id = self.team2

    def test_a_form_reads_no_list_that_is_not_its_own(self):
        live = Population(self.company.id, "company")
        frozen = self.env["client.population"]._freeze([live], TODAY)[live]
        values = {
            "plan_id": self.plan.id,
            "indicator_id": self.sales.id,
            "population_id": frozen.list_id,
            "is_frozen": True,
        }
        names = ("client_count", "joined_value", "joined_count", "baseline", *values)

        def ask(user):
            objectives = self.env["client.plan.objective"].with_user(user)
            changed = ["indicator_id", "population_id"]
            return objectives.onchange(values, changed, {n: {} for n in names})["value"]

        with self.assertRaises(AccessError):
            ask(self.salesperson)
        answer = ask(self.manager)
        self.assertEqual(answer["baseline"], 100.0)
        self.assertFalse(answer.get("client_count"))
        self.assertFalse(answer.get("joined_value"))

    def test_records_behind_the_value(self):
        objective = self._new_objective()
        action = objective.action_view_records()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self._fact(self.client))

    def test_a_bad_objective_does_not_stop_the_others(self):
        good = self._new_objective()
        bad = self._new_objective()
        bad_class = type(bad)
        store = bad_class._store_figure

        def fail(objective, *arguments):
            if objective == bad:
                raise UserError("bad record")
            return store(objective, *arguments)

        self.patch(bad_class, "_store_figure", fail)
        with self.assertLogs(LOGGER, level="WARNING") as logged:
            self._sell(self.client, 5)
        self.assertIn("bad record", logged.output[-1])
        self.assertEqual((good.current, bad.current), (150.0, 100.0))

    def test_queries_of_rights_do_not_grow_with_plans(self):
        def count_queries(clients):
            plans = self.env["client.plan"].with_user(self.salesperson)
            plans = plans.create([{"partner_id": client.id} for client in clients])
            self.env.flush_all()
            plans._check_may_measure()
            before = self.cr.sql_log_count
            plans._check_may_measure()
            return self.cr.sql_log_count - before

        clients = [self._new_client(f"Own {n}", self.salesperson) for n in range(12)]
        self.assertEqual(count_queries(clients[:2]), count_queries(clients[2:]))

    def test_conversion_moves_with_the_daily_refresh(self):
        conversion = self.env.ref("client_development.client_indicator_conversion")
        plan = self._new_plan(self.manager, partner_id=self.client.id)
        objective = self._new_objective(
            plan, indicator_id=conversion.id, target=150.0, baseline=1.0
        )
        self.assertEqual(objective.current, 100.0)
        self._create_order(partner=self.client, day=date(2026, 3, 21), confirm=False)
        self.Fact._refresh_queue()
        self.assertEqual(objective.current, 100.0)
        self.company.client_fact_date = date(2026, 3, 30)
        self.Fact._refresh_queue()
        self.assertEqual(objective.current, 50.0)

    def test_queries_do_not_grow_with_objectives(self):
        def count_queries(plans):
            objectives = self.env["client.plan.objective"]
            objectives = objectives.search([("plan_id", "in", plans.ids)])
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            objectives._measure()
            return self.cr.sql_log_count - before

        few, many = self.env["client.plan"], self.env["client.plan"]
        for number in range(30):
            plan = self._new_plan(self.manager, partner_id=self.client.id)
            self._new_objective(plan)
            many |= plan
            if number < 3:
                few |= plan
        count_queries(many)
        self.assertEqual(count_queries(few), count_queries(many))
