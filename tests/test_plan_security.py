from odoo import Command
from odoo.exceptions import AccessError, UserError

from .plan_common import TODAY, PlanCase


class TestPlanSecurity(PlanCase):
    """Each rule has a check here that fails without it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # client3 belongs to nobody, so that only plan and action rules count
        cls.client3 = cls._new_client("Dune Carpentry", cls.env["res.users"])
        cls.plan3 = cls._new_plan(partner_id=cls.client3.id)
        cls.line3 = cls._new_line(cls.plan3)
        cls.objective3 = cls._new_objective(cls.plan3)
        cls.resource3 = cls.plan3.env["client.plan.resource"].create(
            {"line_id": cls.line3.id, "name": "Travel"}
        )
        cls.information3 = cls.plan3.env["client.plan.information"].create(
            {"line_id": cls.line3.id, "name": "Demand"}
        )
        cls.plan3.action_start()
        cls.review3 = cls.plan3._get_due_review()
        cls.section3 = cls.plan3.section_ids[0]
        cls.all3 = (
            cls.plan3,
            cls.section3,
            cls.objective3,
            cls.line3,
            cls.resource3,
            cls.information3,
            cls.review3,
        )

    def _may(self, user, operation, *records):
        return [
            rec._name for rec in records if rec.with_user(user).has_access(operation)
        ]

    def _names(self, *records):
        return [rec._name for rec in records]

    def test_owner(self):
        self.assertEqual(
            self._may(self.salesperson, "write", *self.all3), self._names(*self.all3)
        )

    def test_owner_plans_what_the_actions_of_others_need(self):
        self.line3.sudo().user_id = self.outsider
        needs = (self.resource3, self.information3)
        self.assertEqual(
            self._may(self.salesperson, "write", *needs), self._names(*needs)
        )

    def test_other_salesperson_and_outsider_see_nothing(self):
        for user in (self.salesperson2, self.outsider, self.leader2):
            self.assertEqual(self._may(user, "read", *self.all3), [])

    def test_leader_of_the_team(self):
        self.assertEqual(
            self._may(self.leader, "write", *self.all3), self._names(*self.all3)
        )

    def test_manager(self):
        self.assertEqual(
            self._may(self.manager, "write", *self.all3), self._names(*self.all3)
        )

    def test_controller(self):
        self.plan3.sudo().controller_id = self.salesperson2
        self.assertEqual(
            self._may(self.salesperson2, "write", *self.all3), self._names(*self.all3)
        )
        self.plan3.sudo().controller_id = self.outsider
        self.assertEqual(
            self._may(self.outsider, "read", *self.all3), self._names(*self.all3)
        )
        self.assertEqual(
            self._may(self.outsider, "write", *self.all3),
            self._names(self.line3, self.resource3, self.information3, self.review3),
        )

    def test_participant(self):
        self.line3.participant_ids = self.outsider | self.salesperson2
        own = self._names(self.line3, self.resource3, self.information3)
        self.assertEqual(self._may(self.outsider, "read", *self.all3), own)
        self.assertEqual(self._may(self.outsider, "write", *self.all3), own)
        self.assertEqual(self._may(self.outsider, "unlink", self.line3), [])
        # a salesperson also sees the plan in which he takes part
        self.assertEqual(
            self._may(self.salesperson2, "read", *self.all3),
            self._names(*self.all3[:-1]),
        )
        self.assertEqual(self._may(self.salesperson2, "write", *self.all3), own)

    def test_responsible_of_an_action(self):
        self.line3.user_id = self.salesperson2
        self.assertIn("client.plan", self._may(self.salesperson2, "read", *self.all3))
        self.assertNotIn(
            "client.plan", self._may(self.salesperson2, "write", *self.all3)
        )
        other = self._new_line(self.plan3)
        self.assertEqual(self._may(self.salesperson2, "read", other), [other._name])
        self.assertEqual(self._may(self.salesperson2, "write", other), [])

    def test_outsider_opens_only_his_own_actions(self):
        """The cache must not hand out what the rules hide."""
        self.line3.user_id = self.outsider
        other = self._new_line(self.plan3)
        self.env.invalidate_all()
        lines = self.env["client.plan.line"].with_user(self.outsider).search([])
        self.assertIn(self.line3, lines)
        self.assertNotIn(other, lines)
        with self.assertRaises(AccessError):
            other.with_user(self.outsider).read(["name"])

    def test_salesperson_of_the_client_reads(self):
        self.client3.user_id = self.salesperson2
        self.assertEqual(
            self._may(self.salesperson2, "read", *self.all3), self._names(*self.all3)
        )
        self.assertEqual(self._may(self.salesperson2, "write", *self.all3), [])

    def test_other_company(self):
        self.manager.company_ids = self.company | self.company2
        foreign = (
            self.env["client.plan"]
            .with_user(self.manager)
            .with_company(self.company2)
            .with_context(allowed_company_ids=self.company2.ids)
            .create({"partner_id": self.client_foreign.id})
        )
        line = self._new_line(foreign)
        records = (
            foreign,
            foreign.section_ids[0],
            line,
            self._new_objective(foreign),
            foreign.env["client.plan.resource"].create(
                {"line_id": line.id, "name": "Travel"}
            ),
            foreign.env["client.plan.information"].create(
                {"line_id": line.id, "name": "Demand"}
            ),
        )
        foreign.action_start()
        records += (foreign._get_due_review(),)
        here = self.company.ids
        self.assertEqual(
            self._may(self.manager, "read", *records), self._names(*records)
        )
        for rec in records:
            rec = rec.with_context(allowed_company_ids=here).with_user(self.manager)
            self.assertFalse(rec.has_access("read"), rec._name)

    def test_salesperson_makes_no_plan_for_others(self):
        with self.assertRaises(AccessError):
            self._new_plan(user_id=self.salesperson2.id)
        with self.assertRaises(AccessError):
            self.env["client.plan.line"].with_user(self.salesperson2).create(
                {"plan_id": self.plan3.id, "name": "Intrude", "date_deadline": TODAY}
            )

    def test_employee_creates_nothing(self):
        for model in (
            "client.plan",
            "client.plan.line",
            "client.plan.objective",
            "client.plan.review",
            "client.plan.section",
            "client.indicator",
            "client.plan.section.kind",
        ):
            self.assertFalse(
                self.env[model].with_user(self.outsider).has_access("create"), model
            )

    def test_configuration_by_managers_only(self):
        for model in ("client.indicator", "client.plan.section.kind"):
            self.assertFalse(
                self.env[model].with_user(self.leader).has_access("write"), model
            )
            self.assertTrue(
                self.env[model].with_user(self.manager).has_access("write"), model
            )

    def test_wizards_are_private(self):
        wizard = (
            self.env["client.plan.line.cancel"]
            .with_user(self.salesperson)
            .create({"line_ids": [Command.set(self.line3.ids)], "reason": "Private"})
        )
        self.assertFalse(wizard.with_user(self.leader).has_access("read"))
        close = (
            self.env["client.plan.close"]
            .with_user(self.salesperson)
            .create({"plan_id": self.plan3.id})
        )
        self.assertFalse(close.with_user(self.leader).has_access("read"))

    def test_dialogs_tell_nothing_of_what_one_may_not_see(self):
        """Neither a plan's name nor that of an action, chosen by a remote call."""
        call = self._as(self.line3, self.salesperson).env["client.plan.help"]
        call = call.create(
            {"line_id": self.line3.id, "user_id": self.leader.id, "question": "How?"}
        )
        for model, name, record, values, seer, stranger in (
            ("close", "plan_id", self.plan3, {}, "salesperson", "salesperson2"),
            ("object", "plan_id", self.plan3, {"objection": "No"}, "", "outsider"),
            ("help.ask", "line_id", self.line3, {"question": "?"}, "", "outsider"),
            ("help.answer", "help_id", call, {"answer": "!"}, "leader", "outsider"),
        ):
            Dialog = self.env[f"client.plan.{model}"]
            theirs = Dialog.with_user(getattr(self, stranger))
            values = {**values, name: record.id}
            Defaults = theirs.with_context(**{f"default_{name}": record.id})
            for ask in (
                lambda theirs=theirs, values=values: theirs.create(values),
                lambda Defaults=Defaults, name=name: Defaults.default_get([name]),
                lambda Defaults=Defaults, name=name: Defaults.onchange(
                    {}, [], {name: {"fields": {"display_name": {}}}}
                ),
            ):
                with (
                    self.subTest(model),
                    self.assertRaises(UserError) as refused,
                ):
                    ask()
                self.assertNotIn(record.display_name, str(refused.exception))
            user = getattr(self, seer or "salesperson")
            dialog = Dialog.with_user(user).create(values)
            self.assertEqual(dialog[name].sudo(), record.sudo())

    def test_partner_figures_need_the_group(self):
        partner = self.client3.with_user(self.outsider)
        fields = partner.fields_get()
        for name in (
            "client_plan_ids",
            "client_line_ids",
            "client_plan_count",
            "client_line_count",
        ):
            self.assertNotIn(name, fields)

    def test_participant_may_comment(self):
        self.line3.participant_ids = self.outsider
        message = self.line3.with_user(self.outsider).message_post(body="On my way")
        self.assertTrue(message)
