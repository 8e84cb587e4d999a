from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .plan_common import TODAY, PlanCase

TASK = "client_development.mail_activity_type_help"
ANSWER = "client_development.mail_activity_type_help_answer"


class LineHelpCase(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # client3 belongs to nobody, so that only plan and action rules count
        cls.client3 = cls._new_client("Dune Carpentry", cls.env["res.users"])
        cls.plan3 = cls._new_plan(partner_id=cls.client3.id)
        cls.line3 = cls._new_line(cls.plan3, "Show the new range")
        cls.plan3.action_start()

    @classmethod
    def _ask(cls, line, user=None, question="Which price may I offer?"):
        Help = line.env["client.plan.help"]
        return Help.create(
            {
                "line_id": line.id,
                "user_id": (user or cls.leader).id,
                "question": question,
            }
        )

    def _answer(self, call, user, answer="Minus 5 %", **values):
        action = self._as(call, user).action_answer()
        Wizard = self.env[action["res_model"]].with_user(user)
        wizard = Wizard.with_context(**action["context"])
        return wizard.create({"answer": answer, **values}).action_answer()

    def _tasks(self, user, xmlid=TASK):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "client.plan.line"),
                ("user_id", "=", user.id),
                ("activity_type_id", "=", self.env.ref(xmlid).id),
            ]
        )


class TestLineHelp(LineHelpCase):
    """Asking for help on an action, until it is answered."""

    # -- asking --------------------------------------------------------------------

    def test_ask_the_leader_by_button(self):
        action = self.line3.action_ask_help()
        Wizard = self.line3.env[action["res_model"]].with_context(**action["context"])
        with Form(Wizard) as form:
            self.assertEqual(form.user_id, self.leader)
            form.question = "Which price may I offer?"
        form.record.action_ask()
        call = self.line3.help_ids
        self.assertRecordValues(
            call,
            [
                {
                    "asker_id": self.salesperson.id,
                    "user_id": self.leader.id,
                    "question": "Which price may I offer?",
                    "date": TODAY,
                    "date_answered": False,
                    "team_id": self.team.id,
                    "partner_id": self.client3.id,
                }
            ],
        )

    def test_leader_who_asks_is_not_offered_himself(self):
        Wizard = self.env["client.plan.help.ask"].with_user(self.leader)
        with Form(Wizard.with_context(default_line_id=self.line3.id)) as form:
            self.assertEqual(form.user_id, self.salesperson)
            form.question = "Can you call?"

    def test_one_task_and_no_mail(self):
        before = self.env["mail.notification"].search_count([])
        mails = self.env["mail.mail"].search_count([])
        self._ask(self.line3)
        task = self._tasks(self.leader)
        self.assertEqual(len(task), 1)
        self.assertEqual(task.res_id, self.line3.id)
        self.assertEqual(task.date_deadline, TODAY)
        self.assertIn("Which price", task.note)
        self.assertEqual(self.env["mail.notification"].search_count([]), before)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_visible_until_answered(self):
        Line = self.env["client.plan.line"].with_user(self.salesperson)
        Plan = self.env["client.plan"].with_user(self.salesperson)
        line_domain = [("help_wanted", "=", True)]
        plan_domain = [("line_ids", "any", line_domain)]
        self.assertNotIn(self.line3, Line.search(line_domain))
        call = self._ask(self.line3)
        self.assertTrue(self.line3.help_wanted)
        self.assertIn("Which price may I offer?", self.line3.help_text)
        self.assertIn(self.line3, Line.search(line_domain))
        self.assertIn(self.plan3, Plan.search(plan_domain))
        self.line3.action_done()
        self.assertTrue(self.line3.help_wanted, "done without the answer")
        self._answer(call, self.leader)
        self.assertFalse(self.line3.help_wanted)
        self.assertFalse(self.line3.help_text)
        self.assertNotIn(self.line3, Line.search(line_domain))
        self.assertNotIn(self.plan3, Plan.search(plan_domain))

    def test_nobody_asks_himself(self):
        with (
            self.assertRaisesRegex(IntegrityError, "asked_somebody_else"),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self._ask(self.line3, self.salesperson)
            self.env.flush_all()
        Help = self.env["client.plan.help"]
        message = Help._asked_somebody_else.get_error_message(Help)
        self.assertRegex(message, "nobody asks himself")

    def test_only_colleagues_are_asked(self):
        portal = new_test_user(self.env, "cd_portal", groups="base.group_portal")
        foreigner = self.outsider.copy({"login": "foreigner", "name": "Foreigner"})
        foreigner.write(
            {"company_ids": [(6, 0, self.company2.ids)], "company_id": self.company2.id}
        )
        for user in (portal, foreigner):
            with self.assertRaisesRegex(ValidationError, "^Asked: "):
                self._ask(self.line3, user)

    def test_ended_plans_and_closed_actions_ask_nobody(self):
        self.line3.action_done()
        with self.assertRaisesRegex(UserError, "no longer open"):
            self._ask(self.line3)
        self.assertFalse(self.line3.can_ask)
        line = self._new_line(self.plan3)
        self._close(self.plan3, mode="cancel", reason="Client insolvent")
        with self.assertRaisesRegex(UserError, "is cancelled and stays"):
            self._ask(line)

    def test_one_open_call_per_person_and_action(self):
        call = self._ask(self.line3)
        with (
            self.assertRaisesRegex(IntegrityError, "one_open_call"),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self._ask(self.line3)
        self._ask(self.line3, self.outsider)
        self._answer(call, self.leader)
        self._ask(self.line3)

    def test_whoever_takes_part_asks_and_nobody_else(self):
        self.line3.participant_ids = self.outsider
        self._ask(self._as(self.line3, self.outsider))
        other = self._new_line(self.plan3)
        with self.assertRaises(AccessError):
            self._ask(self._as(other, self.salesperson2))
        # whoever is asked sees the action, but does not work on it
        self._ask(other, self.salesperson2)
        with self.assertRaisesRegex(UserError, "you do not take part"):
            self._ask(self._as(other, self.salesperson2))

    def test_bad_questions_and_stamps(self):
        with (
            self.assertRaisesRegex(IntegrityError, "question_not_blank"),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self._ask(self.line3, question="  ")
        Help = self.env["client.plan.help"].with_user(self.salesperson)
        values = {
            "line_id": self.line3.id,
            "user_id": self.leader.id,
            "question": "Price?",
        }
        for name, value in (
            ("asker_id", self.salesperson2.id),
            ("answer", "Yes"),
            ("date_answered", TODAY),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, "kept by"):
                Help.create({**values, name: value})
        call = Help.with_context(default_answer="Yes").create(values)
        self.assertFalse(call.answer)
        with self.assertRaises(AccessError):
            call.question = "Another one"

    # -- answering -----------------------------------------------------------------

    def test_answer_ends_the_task_and_tells_the_asker(self):
        call = self._ask(self.line3)
        self._answer(call, self.leader)
        self.assertRecordValues(
            call,
            [
                {
                    "answer": "Minus 5 %",
                    "answered_uid": self.leader.id,
                    "date_answered": TODAY,
                }
            ],
        )
        self.assertFalse(self._tasks(self.leader))
        told = self._tasks(self.salesperson, ANSWER)
        self.assertEqual(len(told), 1)
        self.assertIn("Minus 5 %", told.note)

    def test_answer_is_mandatory(self):
        call = self._ask(self.line3)
        with self.assertRaisesRegex(UserError, "^Answer: "):
            self._answer(call, self.leader, " ")
        self.assertTrue(self.line3.help_wanted)

    def test_who_answers(self):
        """The person asked, the team leader, an administrator; never the asker."""
        for user in (self.outsider, self.leader, self.manager):
            call = self._ask(self.line3, self.outsider)
            self._answer(call, user)
            self.assertEqual(call.answered_uid, user)
            self.assertFalse(self._tasks(self.outsider))
        call = self._ask(self.line3, self.outsider)
        self.line3.participant_ids = self.salesperson2
        for user in (self.salesperson, self.salesperson2):
            with self.assertRaisesRegex(UserError, "^Only cd_outsider"):
                self._answer(call, user)
        with self.assertRaises(AccessError):
            self._as(call, self.leader2)._answer("Yes")

    def test_only_one_answer(self):
        call = self._ask(self.line3, self.outsider)
        self._answer(call, self.outsider)
        with self.assertRaisesRegex(UserError, "already been answered, by cd_outsider"):
            self._answer(call, self.leader, "Minus 10 %")
        self.assertEqual(call.answer, "Minus 5 %")

    def test_join_in_when_answering(self):
        call = self._ask(self.line3, self.outsider)
        self._answer(call, self.outsider, join=True)
        self.assertEqual(self.line3.participant_ids, self.outsider)
        self._as(self.line3, self.outsider).spent_hours = 2

    def test_answer_from_the_action(self):
        self._ask(self.line3)
        line = self._as(self.line3, self.leader)
        self.assertTrue(line.can_answer)
        self.assertFalse(self.line3.can_answer)
        action = line.action_answer_help()
        self.assertEqual(action["context"]["default_help_id"], self.line3.help_ids.id)
        with self.assertRaisesRegex(UserError, "Nobody waits"):
            self.line3.action_answer_help()

    def test_take_back(self):
        call = self._ask(self.line3)
        with self.assertRaisesRegex(UserError, "^Only cd_salesperson"):
            self._as(call, self.leader).action_withdraw()
        call.action_withdraw()
        self.assertFalse(self.line3.help_wanted)
        self.assertFalse(self._tasks(self.leader))

    def test_cancelled_action_and_ended_plan_want_no_help(self):
        self._ask(self.line3)
        done = self._new_line(self.plan3)
        self._ask(done, self.outsider)
        done.action_done()
        self.line3.write({"state": "cancelled", "cancel_reason": "Not needed"})
        self.assertFalse(self.line3.help_wanted)
        self.assertFalse(self._tasks(self.leader))
        self.assertTrue(done.help_wanted)
        self._close(self.plan3, reason="Enough")
        self.assertFalse(done.help_wanted)
        self.assertFalse(self._tasks(self.outsider))

    # -- who sees what -------------------------------------------------------------

    def test_rule_of_the_action_for_whoever_is_asked(self):
        line = self._as(self.line3, self.outsider)
        self.assertFalse(line.has_access("read"))
        call = self._ask(self.line3, self.outsider)
        self.assertTrue(line.has_access("read"))
        self.assertFalse(line.has_access("write"))
        self.assertIn(line, line.search([]))
        self.assertEqual(line.plan_name, self.plan3.name)
        self.assertFalse(self._as(self.plan3, self.outsider).has_access("read"))
        self._answer(call, self.outsider)
        self.assertTrue(line.has_access("read"), "still readable when answered")

    def test_rules_of_calls(self):
        call = self._ask(self.line3, self.outsider)

        def readers(*users):
            return [user for user in users if self._as(call, user).has_access("read")]

        everyone = (
            self.salesperson,  # owner of the plan
            self.outsider,  # asked
            self.leader,
            self.manager,
            self.salesperson2,
            self.leader2,
        )
        self.assertEqual(readers(*everyone), list(everyone[:4]))
        self.line3.participant_ids = self.salesperson2
        self.assertIn(self.salesperson2, readers(*everyone))
        self.line3.participant_ids = False
        self.plan3.sudo().controller_id = self.leader2
        self.assertIn(self.leader2, readers(*everyone))
        self.plan3.sudo().controller_id = False
        self.client3.user_id = self.salesperson2
        self.assertIn(self.salesperson2, readers(*everyone))
        for user in everyone:
            self.assertFalse(self._as(call, user).has_access("write"))
            self.assertFalse(self._as(call, user).has_access("unlink"))

    def test_asker_reads_his_call_when_he_has_left(self):
        self.line3.participant_ids = self.outsider
        call = self._ask(self._as(self.line3, self.outsider))
        self.line3.participant_ids = False
        self.assertTrue(self._as(call, self.outsider).has_access("read"))

    def test_company_rule(self):
        call = self._ask(self.line3)
        manager = self.manager
        manager.company_ids |= self.company2
        call = call.with_user(manager).with_context(
            allowed_company_ids=self.company2.ids
        )
        self.assertFalse(call.has_access("read"))

    def test_assistants_are_ones_own(self):
        call = self._ask(self.line3)
        wizards = (
            self.env["client.plan.help.ask"]
            .with_user(self.salesperson)
            .create({"line_id": self.line3.id, "question": "Price?"}),
            self.env["client.plan.help.answer"]
            .with_user(self.leader)
            .create({"help_id": call.id, "answer": "Minus 5 %"}),
        )
        for wizard in wizards:
            with self.assertRaises(AccessError):
                wizard.with_user(self.manager).read(["create_uid"])

    def test_whoever_is_asked_sees_the_app(self):
        root = self.env.ref("client_development.client_development_menu_root").id
        menus = self.env["ir.ui.menu"].with_user(self.outsider)
        self.assertNotIn(root, menus.load_menus(False))
        self._ask(self.line3, self.outsider)
        self.assertIn(root, menus.load_menus(False))
