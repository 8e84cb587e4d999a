from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .plan_common import TODAY, PlanCase

REPORT = "client_development.client_plan_report"


@tagged("post_install", "-at_install")
class TestPlanReport(PlanCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plan = cls.plan
        plan.note = "Стать основным поставщиком"
        for index, current in enumerate((25.0, 38.0, 20.0)):
            cls._new_objective(
                plan,
                name=f"Goal {index}",
                current=current,
                date_start=TODAY - timedelta(days=60),
            )
        for index in range(7):
            cls._new_line(
                plan,
                f"Мероприятие {index}",
                section_id=plan.section_ids[index % 5].id,
                user_id=cls.outsider.id if index % 2 else cls.salesperson.id,
            )
        plan.action_start()

    def _html(self, plan):
        report = self.env["ir.actions.report"].with_user(plan.env.user)
        report = report.with_context(client_today=TODAY)
        return report._render_qweb_html(REPORT, plan.ids)[0].decode()

    def test_content(self):
        html = self._html(self.plan)
        for text in (
            "Azure Joinery",
            "Стать основным поставщиком",
            "Мероприятие 3",
            "Goal 2",
            "Assortment development",
            "Signature",
            "Team leader",
            self.outsider.name,
        ):
            self.assertIn(text, html)

    def test_cancelled_actions_are_left_out(self):
        self.line.write({"state": "cancelled", "cancel_reason": "No"})
        self.assertNotIn("Call the head of purchasing", self._html(self.plan))

    def test_other_scopes_print(self):
        plan = self._new_plan(self.manager, scope="company", partner_id=False)
        self.assertIn("Northern Fasteners", self._html(plan))

    def test_one_page_of_pdf(self):
        pdf = (
            self.env["ir.actions.report"]
            .with_user(self.salesperson)
            .with_context(force_report_rendering=True, client_today=TODAY)
            ._render_qweb_pdf(REPORT, self.plan.ids)[0]
        )
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertEqual(pdf.count(b"/Type /Page\n"), 1)
