from datetime import timedelta
from io import BytesIO

from freezegun import freeze_time
from PyPDF2 import PdfReader

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .pictures import PictureMixin

TOUR = "client_development_main_job_"


@tagged("post_install", "-at_install")
class TestMainJob(PictureMixin, HttpCase):
    """The main job on Odoo's own demo database, through the interface.

    Client, plan, order, call, coverage, review and printed plan: the client, the
    quotation and the salesperson are Odoo's demo data, nobody here wrote them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.env.ref("sale.sale_order_5")
        cls.client_partner = cls.order.partner_id.commercial_partner_id
        cls.salesperson = cls.env.ref("base.user_demo")
        cls.salesperson.write(
            {
                "group_ids": [
                    Command.link(cls.env.ref("client_development.group_client_user").id)
                ],
                "password": "demo",
                "tour_enabled": False,
            }
        )
        cls.company = cls.order.company_id
        # Odoo's demo orders are of few contacts: each is asked about in its own call.
        cls.company.client_survey_group_days = 0
        cls.leader = new_test_user(
            cls.env,
            login="walk_leader",
            name="Laura Lead",
            groups="client_development.group_client_leader",
            tour_enabled=False,
        )
        # A team of their own, so that the leader does not depend on Odoo's teams.
        cls.env["crm.team.member"].search(
            [("user_id", "=", cls.salesperson.id)]
        ).unlink()
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Furniture",
                "user_id": cls.leader.id,
                "member_ids": [Command.set(cls.salesperson.ids)],
            }
        )
        cls.client_partner.user_id = cls.salesperson
        # Another order of his waits, even if this database is not of today.
        other = cls.env["sale.order"].search(
            [("user_id", "=", cls.salesperson.id), ("state", "=", "sale")],
            order="date_order desc",
            limit=1,
        )
        cls.company.client_survey_start_date = cls.company._client_date(
            other.date_order
        )
        cls.env["client.fact"]._refresh()

    def _run(self, action):
        """Run a scheduled action as the scheduler would."""
        with self.enter_registry_test_mode():
            self.env.ref(f"client_development.{action}").method_direct_trigger()

    def test_plan_order_survey_coverage_review_and_print(self):
        self._walk_plan()
        survey = self._walk_survey()
        self._walk_coverage(survey)
        self._walk_review()
        self._walk_print()

    def _tour(self, url, name, login, picture=None):
        self.start_tour(url, TOUR + name, login=login, picture=picture, timeout=120)

    def _walk_plan(self):
        self._tour("/odoo", "clients", "demo", "walk-1-clients")
        self._tour("/odoo/clients", "plan", "demo", "walk-2-plan")
        self.plan = self.client_partner.client_plan_ids
        self.assertEqual(len(self.plan), 1)
        self.assertEqual(self.plan.state, "running")
        self.assertEqual(self.plan.user_id, self.salesperson)
        self.assertEqual(self.plan.team_id, self.team)
        self.assertTrue(self.plan.next_review_date)
        self.assertEqual(
            self.plan.line_ids.mapped("name"),
            ["Meet the head of purchasing", "Offer a trial of the new range"],
        )

    def _walk_survey(self):
        self._tour(
            f"/odoo/action-sale.action_quotations_with_onboarding/{self.order.id}",
            "order",
            "demo",
        )
        self.assertEqual(self.order.state, "sale")
        self._run("ir_cron_queue_surveys")
        survey = self.env["client.survey"].search([("order_id", "=", self.order.id)])
        self.assertEqual(survey.user_id, self.salesperson)
        self._tour("/odoo", "queue", "demo", "walk-3-queue")
        self._tour("/odoo/my-client-surveys", "call", "demo", "walk-4-call")
        self.assertEqual(survey.state, "due", "an open card stores nothing")
        self._tour("/odoo/my-client-surveys", "answer", "demo")
        self.assertRecordValues(
            survey, [{"state": "done", "rating": 5, "channel": "call"}]
        )
        self.assertIn(
            "The delivery came a day early.", survey.answer_ids.mapped("answer")
        )
        return survey

    def _walk_coverage(self, survey):
        week = self.company._client_week_start(survey.date_due)
        with freeze_time(week + timedelta(days=8)):
            self._run("ir_cron_record_coverage")
        coverage = self.env["client.coverage"].search(
            [("user_id", "=", self.salesperson.id), ("week_start", "=", week)]
        )
        # Odoo's demo data has confirmed other orders of his.
        surveys = self.env["client.survey"].search(
            [
                ("user_id", "=", self.salesperson.id),
                ("date_due", ">=", week),
                ("date_due", "<", week + timedelta(days=7)),
            ]
        )
        self.assertEqual(coverage.completed_count, len(surveys))
        self.assertEqual(coverage.answered_count, 1)
        self.assertEqual(coverage.skipped_order_ids, (surveys - survey).order_id)
        self._tour("/odoo", "coverage", "walk_leader", "walk-5-coverage")

    def _walk_review(self):
        late = self.company._client_today() - timedelta(days=10)
        self.plan.sudo().next_review_date = late
        self._run("ir_cron_enforce_reviews")
        review = self.plan.review_ids
        self.assertEqual(review.escalated_user_id, self.leader)
        self.assertEqual(self.plan.activity_ids.user_id, self.leader | self.salesperson)
        url = f"/odoo/client-plans/{self.plan.id}"
        self._tour(url, "review", "walk_leader", "walk-6-review")

    def _walk_print(self):
        url = f"/odoo/client-plans/{self.plan.id}"
        self._tour(url, "print", "walk_leader")
        self.authenticate("walk_leader", "walk_leader")
        document = self.url_open(
            "/report/pdf/client_development.client_plan_report_document/"
            f'{self.plan.id}?context={{"force_report_rendering": true}}'
        )
        self.assertEqual(document.headers["Content-Type"], "application/pdf")
        reader = PdfReader(BytesIO(document.content))
        text = "".join(page.extract_text() for page in reader.pages)
        self.assertIn("Acme Corporation", text)
        self.assertIn("Meet the head of purchasing", text)
        self.assertEqual(len(reader.pages), 1, "a small plan is one page")
