from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

DAY = "2026-03-02"


@tagged("post_install", "-at_install")
class TestBadInput(HttpCase):
    """Bad input is refused as the web client sends it.

    The message names the field and nothing is stored; in the browser the input stays
    on the screen until it is mended.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            login="clumsy",
            groups="client_development.group_client_user",
            tour_enabled=False,
        )
        cls.client = cls.env["res.partner"].create(
            {"name": "Careful Client", "is_company": True, "user_id": cls.user.id}
        )
        cls.env["client.fact"]._ensure(cls.client)
        other = cls.env["res.company"].create({"name": "Foreign Company"})
        cls.foreign = cls.env["res.partner"].create(
            {"name": "Foreign Client", "is_company": True, "company_id": other.id}
        )
        cls.plan = (
            cls.env["client.plan"]
            .with_user(cls.user)
            .create({"partner_id": cls.client.id})
        )
        product = cls.env["product.product"].create({"name": "Nut", "type": "consu"})
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.client.id,
                "user_id": cls.user.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.action_confirm()
        cls.env["client.survey"]._queue_surveys(order.company_id)
        cls.survey = cls.env["client.survey"].search([("order_id", "=", order.id)])

    def _save(self, model, values, record=None):
        """Save a form as the web client does and return the error's text, if any."""
        answer = self.opener.post(
            self.base_url() + f"/web/dataset/call_kw/{model}/web_save",
            json={
                "jsonrpc": "2.0",
                "params": {
                    "model": model,
                    "method": "web_save",
                    "args": [record.ids if record else [], values],
                    "kwargs": {"specification": {"display_name": {}}},
                },
            },
        ).json()
        return answer["error"]["data"]["message"] if "error" in answer else ""

    def test_the_message_names_the_field_and_nothing_is_stored(self):
        self.authenticate("clumsy", "clumsy")
        line = {"plan_id": self.plan.id, "name": "Call", "date_deadline": DAY}
        cases = [
            ("client.plan", {"scope": "client"}, "Client:"),
            ("client.plan", {"partner_id": self.foreign.id}, "Client:"),
            (
                "client.plan",
                {
                    "partner_id": self.client.id,
                    "date_start": DAY,
                    "date_end": "2026-03-01",
                },
                "End:",
            ),
            (
                "client.plan",
                {"partner_id": self.client.id, "probability": 101},
                "Probability of Cooperation:",
            ),
            ("client.plan.line", {**line, "date_start": "2026-03-03"}, "Deadline:"),
            ("client.plan.line", {**line, "planned_hours": -1}, "Planned Hours:"),
            ("client.plan.line", {**line, "spent_hours": -1}, "Spent Hours:"),
            ("client.plan.line", {**line, "date_deadline": False}, "Deadline"),
            ("client.plan.line", {**line, "name": False}, "Action"),
        ]
        for model, values, expected in cases:
            with self.subTest(model=model, expected=expected):
                before = self.env[model].search_count([])
                self.assertIn(expected, self._save(model, values))
                self.assertEqual(self.env[model].search_count([]), before)

    def test_an_answer_outside_1_to_5_is_refused(self):
        self.authenticate("clumsy", "clumsy")
        question = self.env.ref("client_development.client_order_question_rating")
        card = self._desk("get_card", "client.survey", self.survey.id)["result"]
        for answer in ("0", "6", "9", "x"):
            with self.subTest(answer=answer):
                values = {"token": card["token"], "answers": {question.id: answer}}
                saved = self._desk(
                    "save", "client.survey", self.survey.id, "answered", values
                )
                self.assertIn(
                    question.title, saved["result"]["errors"][str(question.id)]
                )
                self.env.invalidate_all()
                self.assertEqual(self.survey.state, "due")
                self.assertFalse(self.survey.rating)
                self.assertFalse(self.survey.answer_ids)

    def _desk(self, method, *args):
        return self.opener.post(
            self.base_url() + f"/web/dataset/call_kw/client.call.desk/{method}",
            json={
                "jsonrpc": "2.0",
                "params": {
                    "model": "client.call.desk",
                    "method": method,
                    "args": args,
                    "kwargs": {},
                },
            },
        ).json()

    def test_the_input_is_kept_until_it_is_mended(self):
        self.start_tour(
            f"/odoo/client-plans/{self.plan.id}",
            "client_development_bad_input",
            login="clumsy",
        )
        self.assertRecordValues(
            self.plan.line_ids, [{"name": "Visit the plant", "planned_hours": 4.0}]
        )
