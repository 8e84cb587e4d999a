from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .plan_common import TODAY, PlanCase


class TestPlan(PlanCase):
    def test_defaults(self):
        """A client is all it takes; the rest is filled in."""
        plan = self.plan
        self.assertEqual(plan.name, "Development plan · Azure Joinery")
        self.assertEqual(plan.user_id, self.salesperson)
        self.assertEqual(plan.team_id, self.team)
        self.assertEqual(plan.company_id, self.company)
        self.assertEqual(plan.date_start, TODAY)
        self.assertEqual(plan.date_end, date(2027, 3, 1))
        self.assertEqual(plan.state, "draft")
        self.assertFalse(plan.next_review_date)
        self.assertEqual(
            plan.section_ids.kind_id.mapped("code"),
            ["qualification", "dmu", "warm_up", "assortment", "resources"],
        )

    def test_leader_plans_for_the_salesperson(self):
        plan = self._new_plan(self.leader)
        self.assertEqual(plan.user_id, self.salesperson)
        self.assertEqual(plan.team_id, self.team)

    def test_team_of_a_leader_is_the_one_he_leads_or_works_in(self):
        """Leading a team makes nobody its member."""
        own = self._new_client("Elm Doors", self.leader)
        plan = self._new_plan(self.leader, partner_id=own.id)
        self.assertEqual((plan.user_id, plan.team_id), (self.leader, self.team))
        with Form(self.env["client.plan"].with_user(self.leader)) as form:
            form.partner_id = own
            self.assertEqual(form.team_id, self.team)
        plan = self._new_plan(self.manager, user_id=self.leader2.id)
        self.assertEqual(plan.team_id, self.team2)
        plan.user_id = self.leader
        self.assertEqual(plan.team_id, self.team, "the team follows the owner")
        far = self._new_user("cd_far", "client_development.group_client_leader")
        far.company_ids |= self.company2
        self._new_team("Team South", far, far.browse()).company_id = self.company2
        plan = self._new_plan(self.manager, user_id=far.id)
        self.assertFalse(plan.team_id, "a team of another company")
        top = self._new_team("Team of leaders", self.manager, self.leader)
        plan = self._new_plan(self.manager, user_id=self.leader.id)
        self.assertEqual(plan.team_id, top, "where he works comes first")

    def test_name_follows_client_until_edited(self):
        with Form(self.plan) as form:
            form.partner_id = self._new_client("Cork Works", self.salesperson)
        self.assertEqual(self.plan.name, "Development plan · Cork Works")
        self.plan.name = "Conquer Cork"
        self.plan.partner_id = self.client
        self.assertEqual(self.plan.name, "Conquer Cork")

    def test_form_in_the_interface(self):
        """The form as the browser drives it: what, who, when makes an action."""
        Plan = self.env["client.plan"].with_user(self.salesperson)
        with Form(Plan) as form:
            form.partner_id = self.client2
            form.partner_id = self.contact
            self.assertEqual(form.name, "Development plan · Azure Joinery")
            self.assertEqual(form.partner_id, self.client)
        plan = form.save()
        with Form(plan) as form, form.line_ids.new() as line:
            line.name = "Visit the joinery"
            line.date_deadline = TODAY + timedelta(days=3)
        self.assertEqual(plan.line_ids.user_id, self.salesperson)
        self.assertEqual(plan.line_ids.partner_id, self.client)

    def test_contact_becomes_its_company(self):
        plan = self._new_plan(partner_id=self.contact.id)
        self.assertEqual(plan.partner_id, self.client)
        plan.partner_id = self._new_client("Cork Works", self.salesperson)
        plan.partner_id = self.contact
        self.assertEqual(plan.partner_id, self.client)

    def test_plan_without_client(self):
        before = self.env["client.plan"].search_count([])
        with self.assertRaisesRegex(ValidationError, "^Client: "), self.cr.savepoint():
            self._new_plan(partner_id=False)
        self.assertEqual(self.env["client.plan"].search_count([]), before)

    def test_end_before_start(self):
        with (
            self.assertRaisesRegex(IntegrityError, "end_after_start"),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self._new_plan(date_start=TODAY, date_end=TODAY - timedelta(days=1))
            self.env.flush_all()
        message = self.env["client.plan"]._end_after_start.get_error_message(
            self.env["client.plan"]
        )
        self.assertRegex(message, "^End: .* Choose ")

    def test_foreign_client(self):
        """The client of another company is refused, by the field's name."""
        with self.assertRaisesRegex(ValidationError, "^Client: "), self.cr.savepoint():
            self._new_plan(partner_id=self.client_foreign.id)
        with self.assertRaisesRegex(ValidationError, "^Client: "), self.cr.savepoint():
            self.plan.partner_id = self.client_foreign

    def test_life(self):
        plan = self.plan
        plan.action_discuss()
        self.assertEqual(plan.state, "discussion")
        plan.action_start()
        self.assertEqual(plan.state, "running")
        self._close(plan, reason="The competitor was more active")
        self.assertEqual(plan.state, "closed")
        self.assertEqual(plan.close_result, "missed")
        self.assertEqual(plan.date_closed, TODAY)
        self.assertEqual(plan.closed_uid, self.salesperson)
        with self.assertRaisesRegex(UserError, "cannot become"):
            plan.action_start()

    def test_cancel_and_back_to_draft(self):
        plan = self.plan
        with self.assertRaisesRegex(UserError, "^Reason: "):
            self._close(plan, mode="cancel")
        self._close(plan, mode="cancel", reason="Client insolvent")
        self.assertEqual(plan.state, "cancelled")
        self.assertEqual(self.line.state, "cancelled")
        self.assertEqual(self.line.cancel_reason, "Client insolvent")
        plan.action_draft()
        self.assertEqual(plan.state, "draft")
        self.assertFalse(plan.close_reason)
        self.assertFalse(plan.date_closed)
        self.assertFalse(plan.closed_uid)

    def test_state_is_guarded_against_plain_writes(self):
        """Remote calls and imports obey the same rules as the buttons."""
        with self.assertRaisesRegex(UserError, "cannot become"):
            self.plan.write({"state": "closed"})
        with self.assertRaises(UserError):
            self._new_plan(state="running")
        plan = self.env["client.plan"].with_user(self.salesperson)
        plan = plan.with_context(default_state="running").create(
            {"partner_id": self.client.id}
        )
        self.assertEqual(plan.state, "draft")
        with self.assertRaisesRegex(UserError, "Closed on"):
            plan.date_closed = TODAY
        self.plan.action_start()
        with self.assertRaisesRegex(UserError, "^Client: "):
            self.plan.partner_id = self.client2

    def test_given_values_stay_untouched(self):
        """Who creates twice from the same values gets the same twice."""
        values = {"partner_id": self.contact.id}
        Plan = self.env["client.plan"].with_user(self.salesperson)
        for _time in range(2):
            self.assertEqual(Plan.create(values).partner_id, self.client)
        self.assertEqual(values, {"partner_id": self.contact.id})

    def test_running_plan_always_has_a_review_date(self):
        plan = self.plan
        plan.action_start()
        # 90 days from Monday 2 March end on Sunday 31 May
        self.assertEqual(plan.next_review_date, date(2026, 6, 1))
        plan.next_review_date = False
        self.assertEqual(plan.next_review_date, date(2026, 6, 1))
        plan.env.flush_all()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE client_plan SET next_review_date = NULL WHERE id = %s",
                [plan.id],
            )

    def test_own_review_date_is_kept_at_start(self):
        self.plan.next_review_date = date(2026, 4, 1)
        self.plan.action_start()
        self.assertEqual(self.plan.next_review_date, date(2026, 4, 1))

    def test_past_review_date_is_replaced_at_start(self):
        self.plan.sudo().next_review_date = date(2026, 2, 1)
        self.plan.action_start()
        self.assertEqual(self.plan.next_review_date, date(2026, 6, 1))

    def test_cadence_of_the_segment(self):
        self.segment_key.review_days = 30
        self.client.with_company(self.company).client_segment_ids = self.segment_key
        self.assertEqual(self.plan.primary_segment_id, self.segment_key)
        self.plan.action_start()
        self.assertEqual(self.plan.next_review_date, date(2026, 4, 1))

    def test_result_follows_from_the_objectives(self):
        plan = self.plan
        first = self._new_objective(plan, current=40.0, weight=3.0)
        second = self._new_objective(plan, indicator_id=self.indicator2.id, current=10)
        self.assertEqual(second.progress, -50.0)
        self.assertEqual(plan.fulfilment, 75.0, "below zero counts as zero")
        self.assertEqual(plan._get_close_result(), (75.0, "partly"))
        second.current = 60.0
        self.assertEqual(second.progress, 200.0)
        self.assertEqual(plan.fulfilment, 100.0, "above 100 counts as 100")
        self.assertEqual(plan._get_close_result()[1], "reached")
        first.current = 20.0
        self.assertEqual(plan._get_close_result(), (25.0, "missed"))

    def test_result_without_objectives(self):
        self._new_line(self.plan)
        self.line.action_done()
        self.assertEqual(self.plan._get_close_result(), (50.0, "partly"))

    def test_reached_plan_needs_no_reason(self):
        self._new_objective(self.plan, current=40.0)
        self.plan.action_start()
        self._close(self.plan, lessons="Trial sets sell")
        self.assertEqual(self.plan.close_result, "reached")
        self.assertEqual(self.line.state, "cancelled")
        self.assertTrue(self.line.cancel_reason)

    def test_figures(self):
        plan = self.plan
        late = self._new_line(
            plan, date_deadline=TODAY - timedelta(days=1), planned_hours=2.5
        )
        done = self._new_line(plan, spent_hours=1.5)
        done.action_done()
        gone = self._new_line(plan, planned_hours=8, spent_hours=0.5)
        for line in (late, gone):
            plan.env["client.plan.resource"].create(
                {"line_id": line.id, "name": "Travel", "quantity": 2, "unit_cost": 40}
            )
        gone.write({"state": "cancelled", "cancel_reason": "Not needed"})
        plan.action_start()
        plan.invalidate_recordset()
        self.assertRecordValues(
            plan,
            [
                {
                    "line_count": 3,
                    "line_open_count": 2,
                    "line_done_count": 1,
                    "line_overdue_count": 1,
                    "planned_hours": 2.5,
                    "spent_hours": 2.0,
                    "resource_cost": 80.0,
                }
            ],
        )
        action = plan.action_view_overdue_lines()
        lines = self.env["client.plan.line"].search(action["domain"])
        self.assertEqual(lines, late)
        action = plan.action_view_lines()
        self.assertEqual(
            self.env["client.plan.line"].search_count(action["domain"]), plan.line_count
        )

    def test_partner_counts(self):
        client = self.client.with_user(self.salesperson)
        contact = self.contact.with_user(self.salesperson)
        for partner in (client, contact):
            self.assertEqual(partner.client_plan_count, 1)
            self.assertEqual(partner.client_line_count, 1)
            action = partner.action_view_client_lines()
            lines = self.env["client.plan.line"].search(action["domain"])
            self.assertEqual(lines, self.line)
        action = contact.action_client_plan_create()
        self.assertEqual(action["context"]["default_partner_id"], self.client.id)

    def test_delete(self):
        self.plan.action_start()
        with self.assertRaisesRegex(UserError, "cancel it"):
            self.plan.unlink()
        with self.assertRaisesRegex(UserError, "cancel it"):
            self.line.unlink()
        self._new_plan().unlink()

    def test_members_in_a_filter(self):
        """Users filter by members: one, none, any, or by name."""
        self.line.participant_ids = self.outsider
        bare = self._new_plan()
        Plan = self.env["client.plan"].with_user(self.salesperson)
        for operator, value, found in (
            ("in", self.outsider.ids, self.plan),
            ("not in", self.outsider.ids, bare),
            ("=", False, bare),
            ("!=", False, self.plan),
            ("in", [False, self.outsider.id], self.plan | bare),
            ("not in", [False, self.outsider.id], Plan),
            ("in", [], Plan),
            ("=", True, self.plan),
            ("!=", True, bare),
            ("ilike", "cd_outsider", self.plan),
            ("not ilike", "cd_outsider", bare),
            ("ilike", "nobody", Plan),
            ("=", self.outsider.name, self.plan),
            ("any", [("login", "=", "cd_outsider")], self.plan),
            ("not any", [("login", "=", "cd_outsider")], bare),
        ):
            domain = [("id", "in", (self.plan | bare).ids)]
            domain.append(("member_ids", operator, value))
            with self.subTest(operator=operator, value=value):
                self.assertEqual(Plan.search(domain), found.sorted())
                self.assertEqual(Plan.sudo().search(domain), found.sorted())

    def test_team_is_kept_when_the_owner_leaves(self):
        self.plan.action_start()
        self.salesperson.action_archive()
        self.env.flush_all()
        self.assertEqual(self.plan.sudo().team_id, self.team)
        self.assertEqual(self.line.sudo().user_id, self.leader)
        self.assertEqual(self.line.sudo().team_id, self.team)

    def test_merge_of_clients_keeps_the_plans(self):
        plan2 = self._new_plan(self.salesperson2, partner_id=self.client2.id)
        line2 = self._new_line(plan2)
        self.plan.action_start()
        plan2.action_start()
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.client | self.client2).ids, self.client
        )
        self.env.invalidate_all()
        self.assertTrue(plan2.sudo().exists())
        self.assertEqual(plan2.sudo().partner_id, self.client)
        self.assertEqual(line2.sudo().partner_id, self.client)

    def test_copy(self):
        self.plan.action_start()
        copy = self.plan.copy()
        self.assertEqual(copy.state, "draft")
        self.assertEqual(len(copy.section_ids), 5)
        self.assertFalse(copy.next_review_date)
