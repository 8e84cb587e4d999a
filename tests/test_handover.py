from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .plan_common import TODAY
from .slip_common import SlipCase


class TestHandover(SlipCase):
    """Who leaves takes nothing along; what is done keeps who did it."""

    def _task(self, plan):
        task_type = self.env.ref("client_development.mail_activity_type_review")
        return plan.sudo().activity_ids.filtered(
            lambda task: task.activity_type_id == task_type
        )

    # -- archiving a user ----------------------------------------------------------

    def test_open_actions_go_to_the_leader_done_ones_keep_their_name(self):
        plan = self._new_plan(self.leader, user_id=self.leader.id, team_id=self.team.id)
        lines = self.env["client.plan.line"]
        for name in ("planned", "progress", "rework", "done", "accepted", "cancelled"):
            lines |= self._new_line(plan, name, user_id=self.salesperson2.id)
        plan.action_start()
        lines[1].action_progress()
        lines[2:5].with_user(self.salesperson2).action_done()
        self._rework(lines[2].with_user(self.manager))
        lines[4].with_user(self.manager).action_accept()
        lines[5].write({"state": "cancelled", "cancel_reason": "Not needed"})
        self._set_today(self.salesperson2, TODAY).action_archive()
        self.assertEqual(lines[:3].user_id, self.leader)
        self.assertEqual(lines[3:].sudo().user_id, self.salesperson2)
        self.assertEqual(lines[3].sudo().done_uid, self.salesperson2)
        rows = self.env["client.plan.handover"].search([("plan_id", "=", plan.id)])
        self.assertRecordValues(
            rows.sorted("id"),
            [
                {
                    "line_id": line.id,
                    "role": "responsible",
                    "user_id": self.salesperson2.id,
                    "new_user_id": self.leader.id,
                    "date": TODAY,
                    "team_id": self.team.id,
                }
                for line in lines[:3]
            ],
        )
        for line in lines[:3]:
            self.assertIn("cd_salesperson2", line.sudo().message_ids[:1].body)

    def test_plan_controller_and_review_task(self):
        plan = self._set_today(self.plan, TODAY)
        controlled = self._new_plan(self.leader, user_id=self.leader.id)
        controlled.sudo().controller_id = self.salesperson
        plan.sudo().next_review_date = TODAY
        self.env["client.plan.review"].with_context(
            client_today=TODAY
        ).sudo()._create_due_reviews()
        self.assertEqual(self._task(plan).user_id, self.salesperson)
        self.salesperson.action_archive()
        self.assertEqual(plan.sudo().user_id, self.leader)
        self.assertEqual(plan.sudo().team_id, self.team)
        self.assertEqual(self.line.sudo().user_id, self.leader)
        self.assertEqual(len(self._task(plan)), 1)
        self.assertEqual(self._task(plan).user_id, self.leader)
        heir = controlled.sudo().controller_id
        self.assertNotIn(heir, self.leader | self.salesperson)
        self.assertTrue(heir.has_group("client_development.group_client_manager"))
        roles = self.env["client.plan.handover"].search(
            [("plan_id", "in", (plan | controlled).ids)]
        )
        self.assertEqual(
            sorted(roles.mapped("role")), ["controller", "owner", "responsible"]
        )

    def test_objectives_go_along(self):
        objective = self._new_objective(self.plan, user_id=self.salesperson2.id)
        self.salesperson2.action_archive()
        self.assertEqual(objective.sudo().user_id, self.leader)
        rows = self.env["client.plan.handover"].search(
            [("objective_id", "=", objective.id)]
        )
        self.assertRecordValues(
            rows, [{"role": "objective", "new_user_id": self.leader.id}]
        )
        self.assertIn("cd_salesperson2", self.plan.sudo().message_ids[:1].body)

    def _ask(self, line, user):
        return line.env["client.plan.help"].create(
            {"line_id": line.id, "user_id": user.id, "question": "Which price?"}
        )

    def _help_tasks(self, line):
        kind = self.env.ref("client_development.mail_activity_type_help")
        tasks = line.sudo().activity_ids
        return tasks.filtered(lambda task: task.activity_type_id == kind)

    def test_calls_for_help_go_to_the_leader(self):
        call = self._ask(self.line, self.outsider)
        answered = self._ask(self._new_line(self.plan), self.outsider)
        answered.with_user(self.outsider)._answer("Minus 5 %")
        self.outsider.write({"active": False})  # not by the button
        self.assertEqual(call.sudo().user_id, self.leader)
        self.assertEqual(answered.sudo().user_id, self.outsider)
        self.assertEqual(self._help_tasks(self.line).user_id, self.leader)
        self.assertTrue(self.line.help_wanted)
        rows = self.env["client.plan.handover"].search([("role", "=", "help")])
        self.assertRecordValues(
            rows,
            [
                {
                    "line_id": self.line.id,
                    "user_id": self.outsider.id,
                    "new_user_id": self.leader.id,
                }
            ],
        )
        self.assertIn("cd_outsider", self.line.sudo().message_ids[:1].body)
        call.with_user(self.leader)._answer("Minus 5 %")
        self.assertFalse(self._help_tasks(self.line))

    def test_nobody_asks_himself_or_is_asked_twice(self):
        """The leader asks, or was asked already: the call goes on to the next one."""
        mine = self._ask(self.line.with_user(self.leader), self.outsider)
        twice = self._ask(self._new_line(self.plan), self.outsider)
        self._ask(twice.line_id, self.leader)
        self.outsider.action_archive()
        self.assertEqual(mine.sudo().user_id, self.salesperson)
        # the owner asked himself: an administrator
        heir = twice.sudo().user_id
        self.assertTrue(heir.has_group("client_development.group_client_manager"))
        self.assertEqual(len(twice.line_id.sudo().help_ids), 2)

    def test_leader_of_another_company_is_not_asked(self):
        call = self._ask(self.line, self.outsider)
        self.leader.sudo().write(
            {"company_ids": self.company2.ids, "company_id": self.company2.id}
        )
        self.outsider.action_archive()
        self.assertNotIn(call.sudo().user_id, self.leader | self.outsider)

    def test_answer_reaches_who_took_over_from_the_asker(self):
        call = self._ask(self.line, self.outsider)
        self.salesperson.action_archive()
        call.with_user(self.outsider)._answer("Minus 5 %")
        kind = self.env.ref("client_development.mail_activity_type_help_answer")
        tasks = self.line.sudo().activity_ids
        tasks = tasks.filtered(lambda task: task.activity_type_id == kind)
        self.assertEqual(tasks.user_id, self.leader)

    def test_awaited_signatures_stay_and_are_shown(self):
        self.company.sudo().client_signoff_client = True
        plan = self._new_plan()
        self._new_line(plan, user_id=self.outsider.id)
        plan.action_request_signatures()
        words = plan.sudo().signoff_ids
        word = words.filtered(lambda word: word.user_id == self.outsider)
        self.outsider.action_archive()
        self.assertEqual(word.state, "waiting")
        self.assertFalse(word.user_active)
        self.assertIn("cd_outsider", plan.signoff_waiting)
        self.assertEqual(plan.sudo().signoff_ids, words, "nobody signs for another")

    def test_without_the_archive_button(self):
        """An import or a remote call writes the field."""
        self.salesperson.write({"active": False})
        self.assertEqual(self.plan.sudo().user_id, self.leader)
        self.salesperson.write({"active": False})
        rows = self.env["client.plan.handover"].search_count(
            [("plan_id", "=", self.plan.id)]
        )
        self.assertEqual(rows, 2, "archiving again hands nothing over")

    def test_new_owner_does_not_control_his_own_plan(self):
        self.plan.sudo().controller_id = self.leader
        self.salesperson.action_archive()
        self.assertEqual(self.plan.sudo().user_id, self.leader)
        self.assertFalse(self.plan.sudo().controller_id)

    def test_leader_leaves_together_with_his_people(self):
        """Then the owner takes over, and an administrator what was the owner's."""
        line = self._new_line(self.plan, user_id=self.leader.id)
        self.leader.action_archive()
        self.assertEqual(line.sudo().user_id, self.salesperson)
        self.salesperson.action_archive()
        heir = self.plan.sudo().user_id
        self.assertTrue(heir.has_group("client_development.group_client_manager"))
        self.assertEqual(line.sudo().user_id, heir)

    def test_ended_plans_stay_as_they_are(self):
        self._close(self.plan, mode="cancel", reason="Client insolvent")
        self.salesperson.action_archive()
        self.assertEqual(self.plan.sudo().user_id, self.salesperson)
        self.assertEqual(self.line.sudo().user_id, self.salesperson)

    def test_slips_keep_who_was_responsible(self):
        self.line._move_deadline(self._later(), self.reason)
        self.salesperson.action_archive()
        self.assertEqual(self.line.sudo().slip_ids.user_id, self.salesperson)

    # -- deleting a user -----------------------------------------------------------

    def test_user_with_work_is_archived_not_deleted(self):
        self.line._move_deadline(self._later(), self.reason)
        with self.assertRaisesRegex(UserError, "Archive the user instead"):
            self.salesperson.unlink()
        self.salesperson.action_archive()
        with self.assertRaisesRegex(UserError, "Archive the user instead"):
            self.salesperson.unlink()
        self.assertTrue(self.salesperson.exists())

    def test_user_without_work_is_deleted(self):
        user = new_test_user(self.env, login="cd_nobody")
        user.unlink()
        self.assertFalse(user.exists())

    # -- merging and deleting contacts ---------------------------------------------

    def test_merging_clients_keeps_plans_actions_and_slips(self):
        double = self._new_client("Azure Joinery Ltd", self.salesperson)
        buyer = self.env["res.partner"].create(
            {"name": "Ben Buyer", "parent_id": double.id}
        )
        plan = self._new_plan(partner_id=double.id)
        line = self._new_line(plan, contact_id=buyer.id)
        plan.action_start()
        line._move_deadline(self._later(), self.reason)
        slip = line.slip_ids
        self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": (self.client | double).ids,
                "dst_partner_id": self.client.id,
            }
        ).action_merge()
        self.env.invalidate_all()
        self.assertFalse(double.exists())
        for record in (plan, line, slip):
            self.assertEqual(record.partner_id, self.client)
        self.assertEqual(line.contact_id, buyer)
        self.assertEqual(buyer.parent_id, self.client)
        self.assertEqual(slip.reason_id, self.reason)
        self.assertEqual(plan.state, "running")

    def test_merging_contacts_keeps_who_is_named(self):
        double = self.env["res.partner"].create(
            {"name": "V. Holm", "parent_id": self.client.id}
        )
        self.line.contact_id = double
        self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": (self.contact | double).ids,
                "dst_partner_id": self.contact.id,
            }
        ).action_merge()
        self.env.invalidate_all()
        self.assertEqual(self.line.contact_id, self.contact)
        self.assertFalse(self.line.contact_name)

    def test_deleting_a_contact_leaves_his_name(self):
        self.line.contact_id = self.contact
        link = self.env["client.plan.information"].create(
            {
                "line_id": self.line.id,
                "name": "Price list",
                "to_partner_id": self.contact.id,
            }
        )
        self.contact.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.line.contact_id)
        self.assertEqual(self.line.contact_name, "Vera Holm")
        self.assertEqual(link.to_name, "Vera Holm")

    @mute_logger("odoo.sql_db")
    def test_client_with_plans_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "has development plans.*Archive"):
            self.client.unlink()
        bare = self._new_client("Bare", self.salesperson)
        bare.unlink()
        self.assertFalse(bare.exists())
