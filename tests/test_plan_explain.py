from odoo import Command
from odoo.tests import Form

from .plan_common import PlanCase


class TestPlanExplain(PlanCase):
    """The plan says how its fulfilment comes about, with the real numbers."""

    def test_weights_capped_progress_and_sum(self):
        self._new_objective(self.plan, current=25.0, weight=3.0, name="Share")
        self._new_objective(self.plan, current=50.0, name="Ahead")
        self._new_objective(self.plan, current=10.0, name="Lost")
        text = self.plan.fulfilment_explanation
        self.assertIn("(25 % − 20 %) / (40 % − 20 %)", text)
        for shown in ("25.0 %", "150.0 %", "-50.0 %"):
            self.assertIn(f"<td class='text-end'>{shown}</td>", text)
        self.assertIn(
            "(3 × 25.0 % + 1 × 100.0 % + 1 × 0.0 %) / 5 = <strong>35.0 %</strong>",
            text,
        )
        self.assertEqual(self.plan.fulfilment, 35.0)

    def test_names_are_escaped(self):
        self._new_objective(self.plan, name="<script>alert(1)</script> & Co")
        text = self.plan.fulfilment_explanation
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co", text)
        self.assertNotIn("<script>", text)

    def test_money_in_the_currency_of_the_company(self):
        sales = self.env["client.indicator"].create(
            {"name": "Budget", "code": "test_budget", "unit": "money"}
        )
        self._new_objective(
            self.plan, indicator_id=sales.id, baseline=1000, target=3000, current=2500
        )
        self.assertIn("2,500.00\N{NO-BREAK SPACE}€", self.plan.fulfilment_explanation)

    def test_without_objectives_the_actions_count(self):
        self._new_line(self.plan)
        self.line.state = "done"
        self.assertIn("1 of 2 = 50.0 %", self.plan.fulfilment_explanation)
        empty = self._new_plan(partner_id=self.client.id)
        self.assertIn("nothing to compute", empty.fulfilment_explanation)

    def test_fulfilment_follows_what_is_being_edited(self):
        self._new_objective(self.plan, current=30.0)
        form = Form(self.plan)
        self.assertEqual(form.fulfilment, 50.0)
        with form.objective_ids.edit(0) as line:
            line.current = 35.0
        self.assertEqual(form.fulfilment, 75.0)
        plan = form.save()
        action = plan.action_explain_fulfilment()
        self.assertEqual((action["res_id"], action["target"]), (plan.id, "new"))
        self.assertIn("= <strong>75.0 %</strong>", plan.fulfilment_explanation)

    def test_warning_above_three_objectives(self):
        """A warning only: the fourth objective is saved."""
        for _index in range(3):
            self._new_objective(self.plan)
        arch = self.plan.get_view(view_type="form")["arch"]
        self.assertIn('invisible="objective_count &lt; 4"', arch)
        self.assertEqual(self.plan.objective_count, 3)
        with Form(self.plan) as form:
            with form.objective_ids.new() as line:
                line.indicator_id = self.indicator2
                line.target = 5.0
            self.assertEqual(form.objective_count, 4)
        self.assertEqual(len(self.plan.objective_ids), 4)

    def test_queries_do_not_grow_with_the_plans(self):
        plans = self.plan
        for _index in range(30):
            plan = self._new_plan()
            for _number in range(3):
                self._new_objective(
                    plan,
                    point_ids=[Command.create({"date": plan.date_end, "value": 40.0})],
                )
            plans |= plan

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.mapped("fulfilment_explanation")
            return self.cr.sql_log_count - before

        count(plans)
        self.assertEqual(count(plans[1:4]), count(plans[1:]))
