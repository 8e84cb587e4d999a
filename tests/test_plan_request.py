from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError

from .plan_common import TODAY
from .playbook_common import PlaybookCase


class TestPlanRequest(PlaybookCase):
    """A leader asks for drafts by a date and sees who has handed in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_b = cls._new_client("Beech Factory", cls.salesperson)
        cls.client_c = cls._new_client("Chestnut Doors", cls.salesperson)
        cls.request = cls._new_request(cls.client_b | cls.client_c)

    @classmethod
    def _new_request(cls, clients=None, user=None, **values):
        return (
            cls.env["client.plan.request"]
            .with_user(user or cls.leader)
            .create(
                {
                    "name": "Plans for the year",
                    "date_deadline": TODAY + timedelta(days=10),
                    "partner_ids": [Command.set(clients.ids if clients else [])],
                    **values,
                }
            )
        )

    def _get_tasks(self, request):
        return request.sudo().activity_ids

    def test_each_gets_drafts_from_the_playbook_and_one_task(self):
        self.template.duration_days = 180
        self.request.template_id = self.template
        self.request.action_ask()
        plans = self.request.plan_ids
        self.assertEqual(plans.partner_id, self.client_b | self.client_c)
        self.assertEqual(plans.user_id, self.salesperson)
        self.assertEqual(set(plans.mapped("state")), {"draft"})
        for plan in plans:
            self.assertEqual(plan.date_end, TODAY + timedelta(days=179))
            self.assertEqual(plan.line_ids.template_line_id, self.template.line_ids)
        self.assertRecordValues(
            self._get_tasks(self.request),
            [
                {
                    "user_id": self.salesperson.id,
                    "date_deadline": TODAY + timedelta(days=10),
                }
            ],
        )
        self.assertRecordValues(
            self.request,
            [{"state": "asked", "plan_count": 2, "waiting_count": 2, "progress": 0.0}],
        )

    def test_without_a_playbook_the_drafts_are_empty(self):
        self.request.action_ask()
        self.assertEqual(len(self.request.plan_ids), 2)
        self.assertFalse(self.request.plan_ids.line_ids)

    def test_the_owner_sees_who_asks_and_hands_in(self):
        self.request.note = "Think of the new plant."
        self.request.action_ask()
        plan = self.request.plan_ids[0].with_user(self.salesperson)
        self.assertTrue(plan.is_requested)
        self.assertEqual(plan.request_user_id.sudo(), self.leader)
        self.assertEqual(plan.request_deadline, TODAY + timedelta(days=10))
        self.assertEqual(plan.request_note, "Think of the new plant.")
        mine = plan.search(
            [("user_id", "=", plan.env.uid), ("is_requested", "=", True)]
        )
        self.assertEqual(mine, self.request.plan_ids)
        plan.action_hand_in()
        self.assertRecordValues(
            plan,
            [
                {
                    "state": "discussion",
                    "date_handed_in": TODAY,
                    "handed_uid": self.salesperson.id,
                    "is_requested": False,
                    "request_status": "handed",
                }
            ],
        )
        self.assertEqual((self.request.handed_count, self.request.progress), (1, 50.0))
        self.assertTrue(self._get_tasks(self.request), "one draft is still missing")
        self.request.plan_ids[1].with_user(self.salesperson).action_hand_in()
        self.assertEqual(self.request.progress, 100.0)
        self.assertFalse(self._get_tasks(self.request))

    def test_any_step_forward_hands_in_and_back_to_draft_takes_it_back(self):
        self.request.action_ask()
        first, second = self.request.plan_ids.with_user(self.salesperson)
        first.action_discuss()
        self._new_line(second)  # what, who, when: the plan may start
        second.write({"state": "running"})
        self.assertEqual(self.request.handed_count, 2)
        first.with_user(self.leader).action_draft()
        self.assertFalse(first.date_handed_in)
        self.assertTrue(first.is_requested)
        self.assertEqual(self._get_tasks(self.request).user_id, self.salesperson)

    def test_a_draft_is_handed_in_once(self):
        self.request.action_ask()
        plan = self.request.plan_ids[0].with_user(self.salesperson)
        plan.action_hand_in()
        with self.assertRaisesRegex(UserError, "handed in already"):
            plan.action_hand_in()
        with self.assertRaisesRegex(UserError, "no requested draft"):
            self.plan.action_hand_in()

    def test_overdue_and_late(self):
        self.request.action_ask()
        later = self._set_today(self.request, TODAY + timedelta(days=11))
        self.assertTrue(later.is_overdue)
        plan = later.plan_ids[0].with_user(self.salesperson)
        self.assertEqual(plan.request_status, "overdue")
        plan.action_hand_in()
        self.assertEqual(plan.request_status, "late")
        later.plan_ids[1].with_user(self.salesperson).action_hand_in()
        later.invalidate_recordset()
        self.assertFalse(later.is_overdue)

    def test_salespeople_are_asked_for_their_key_clients_without_a_plan(self):
        self.segment_key.is_key = True
        facts = self.env["client.fact"].search(
            [("partner_id", "in", (self.client | self.client_b | self.client2).ids)]
        )
        facts.segment_ids = self.segment_key
        request = self._new_request(owner_ids=[Command.set(self.salesperson.ids)])
        request.action_ask()
        self.assertEqual(request.plan_ids.partner_id, self.client_b)

    def test_the_client_developer_is_asked_where_he_develops(self):
        fact = self.env["client.fact"].search([("partner_id", "=", self.client_b.id)])
        fact.developer_id = self.leader
        self.company.client_organisation = "developer"
        self.request.action_ask()
        owners = {plan.partner_id: plan.user_id for plan in self.request.plan_ids}
        self.assertEqual(
            owners, {self.client_b: self.leader, self.client_c: self.salesperson}
        )

    def test_clients_with_an_open_plan_are_left_out_and_named(self):
        request = self._new_request(self.client | self.client_b)
        request.action_ask()
        self.assertEqual(request.plan_ids.partner_id, self.client_b)
        self.assertTrue(
            any("Azure Joinery" in body for body in request.message_ids.mapped("body"))
        )

    def test_clients_of_other_teams_are_refused_by_name(self):
        request = self._new_request(self.client_b | self.client2)
        with self.assertRaisesRegex(UserError, "Birch Works"):
            request.action_ask()
        self.assertEqual(request.state, "draft")
        self.assertFalse(request.plan_ids)

    def test_nobody_chosen_or_a_past_day_is_refused(self):
        with self.assertRaisesRegex(UserError, "Clients:"):
            self._new_request().action_ask()
        self.request.date_deadline = TODAY - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "Hand In until"):
            self.request.action_ask()

    def test_what_is_refused_stores_nothing(self):
        """A past day, owners and clients of others: no draft, no task, still open."""
        theirs = self.env["res.users"].search([("id", "=", self.salesperson2.id)])
        stranger = self._new_user("cd_stranger", "client_development.group_client_user")
        stranger.write(
            {"company_ids": self.company2.ids, "company_id": self.company2.id}
        )
        facts = self.env["client.fact"].search([("user_id", "=", theirs.id)])
        self.segment_key.is_key = True
        facts.segment_ids = self.segment_key
        yesterday = TODAY - timedelta(days=1)
        clients = self.client_b | self.client_c
        count = self.env["client.plan"].sudo().search_count([])
        for chosen, values in (
            (clients, {"date_deadline": yesterday}),
            (clients | self.client2, {}),
            (clients | self.client_foreign, {}),
            (None, {"owner_ids": [Command.set(theirs.ids)]}),
            (None, {"owner_ids": [Command.set(stranger.ids)]}),
        ):
            request = self._new_request(chosen, **values)
            with self.subTest(request=values), self.assertRaises(UserError):
                request.action_ask()
            self.assertEqual(request.state, "draft")
            self.assertFalse(self._get_tasks(request))
            self.assertFalse(request.sudo().plan_ids)
        self.assertEqual(self.env["client.plan"].sudo().search_count([]), count)

    def test_it_is_sent_once(self):
        self.request.action_ask()
        with self.assertRaisesRegex(UserError, "sent already"):
            self.request.action_ask()

    def test_what_was_sent_stays_but_the_day_moves_with_its_tasks(self):
        self.request.action_ask()
        with self.assertRaisesRegex(UserError, "Clients"):
            self.request.partner_ids = self.client
        with self.assertRaisesRegex(UserError, "Playbook"):
            self.request.template_id = self.template
        self.request.date_deadline = TODAY + timedelta(days=20)
        self.assertEqual(
            self._get_tasks(self.request).date_deadline, TODAY + timedelta(days=20)
        )
        with self.assertRaises(UserError):
            self.request.unlink()

    def test_a_cancelled_request_asks_nobody(self):
        self.request.action_ask()
        plans = self.request.plan_ids
        self.request.action_cancel()
        self.assertFalse(self._get_tasks(self.request))
        self.assertFalse(any(plans.mapped("is_requested")))
        self.assertEqual(set(plans.mapped("state")), {"draft"})
        self.assertFalse(plans.search([("is_requested", "=", True)]))
        with self.assertRaisesRegex(UserError, "cancelled already"):
            self.request.action_cancel()

    def test_a_cancelled_draft_is_not_waited_for(self):
        self.request.action_ask()
        self._close(self.request.plan_ids[0], "cancel", reason="No need")
        self.assertEqual((self.request.plan_count, self.request.waiting_count), (1, 1))

    def test_the_task_follows_the_draft_to_another_owner(self):
        self.request.action_ask()
        self.request.plan_ids.write({"user_id": self.leader.id})
        self.assertEqual(self._get_tasks(self.request).user_id, self.leader)

    def test_rights(self):
        with self.assertRaises(AccessError):
            self._new_request(self.client_b, self.salesperson)
        self.request.action_ask()
        asked = self.request.with_user(self.salesperson)
        self.assertEqual(asked.name, "Plans for the year")
        with self.assertRaises(AccessError):
            asked.name = "Mine"
        with self.assertRaises(AccessError):
            asked.action_cancel()
        for user in (self.salesperson2, self.leader2):
            with self.assertRaises(AccessError):
                self.request.with_user(user).read(["name"])
        self.request.with_user(self.manager).action_cancel()
        self.request.sudo().company_id = self.company2
        self.assertFalse(
            self.request.with_user(self.manager).search([("id", "=", self.request.id)])
        )

    def test_the_system_keeps_state_requester_and_stamps(self):
        for vals in ({"state": "asked"}, {"user_id": self.leader2.id}):
            with self.assertRaisesRegex(UserError, "kept by the system"):
                self._new_request(self.client_b, **vals)
            with self.assertRaisesRegex(UserError, "kept by the system"):
                self.request.write(vals)
        for vals in (
            {"request_id": self.request.id},
            {"date_handed_in": TODAY},
            {"handed_uid": self.leader.id},
        ):
            with self.assertRaisesRegex(UserError, "kept by the system"):
                self.plan.write(vals)
            with self.assertRaisesRegex(UserError, "kept by the system"):
                self._new_plan(partner_id=self.client_b.id, **vals)

    def test_a_playbook_for_others_and_a_blank_name_are_refused(self):
        team = self.env.ref("client_development.client_plan_template_team")
        with self.assertRaisesRegex(ValidationError, "Playbook"):
            self.request.template_id = team
        with self.assertRaisesRegex(ValidationError, "Request:"):
            self.request.name = " "

    def test_the_clients_of_the_list_are_taken_over(self):
        facts = self.env["client.fact"].search(
            [("partner_id", "in", (self.client_b | self.client_c).ids)]
        )
        vals = (
            self.env["client.plan.request"]
            .with_user(self.leader)
            .with_context(
                client_request=True, active_model="client.fact", active_ids=facts.ids
            )
            .default_get(["partner_ids"])
        )
        self.assertEqual(
            set(vals["partner_ids"][0][2]), set((self.client_b | self.client_c).ids)
        )
