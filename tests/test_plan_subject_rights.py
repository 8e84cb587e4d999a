from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form

from .plan_common import PlanCase


class TestPlanSubjectRights(PlanCase):
    """Each makes plans for his own: clients, the team he leads, the scopes of leaders.

    Whatever the way: a new plan, another subject of a plan, a copy.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment = cls.env["client.segment"].create({"name": "Yards"})
        land = cls.env["res.country"].create({"name": "Norland", "code": "QQ"})
        cls.wide = {
            "segment": {"segment_id": cls.segment.id},
            "territory": {"country_ids": [Command.set(land.ids)]},
            "company": {},
        }

    def _make(self, user, scope="client", **values):
        values = {"partner_id": False, "scope": scope, **values}
        return self._new_plan(user, **values)

    def _assert_refused(self, message, user, scope="client", **values):
        with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
            self._make(user, scope, **values)

    # -- clients -------------------------------------------------------------------

    def test_salesperson_plans_for_his_own_clients(self):
        plan = self._make(self.salesperson, partner_id=self.client.id)
        self.assertEqual(plan.user_id, self.salesperson)
        foreign = "^Client: “Birch Works” is none of your clients.*Choose one of yours"
        self._assert_refused(foreign, self.salesperson, partner_id=self.client2.id)
        self.assertTrue(self._make(self.salesperson2, partner_id=self.client2.id))

    def test_client_without_a_salesperson_may_be_planned_for(self):
        partner = self.env["res.partner"].create({"name": "New", "is_company": True})
        self.assertTrue(self._make(self.salesperson, partner_id=partner.id))
        self.assertTrue(partner.client_fact_ids, "he is a client from now on")

    def test_brand_new_client_is_planned_for_by_his_salesperson(self):
        for user in (self.salesperson, self.salesperson2):
            partner = self.env["res.partner"].create(
                {"name": "New", "is_company": True, "user_id": user.id}
            )
            self.assertFalse(partner.client_fact_ids)
            if user == self.salesperson:
                self.assertTrue(self._make(self.salesperson, partner_id=partner.id))
            else:
                self._assert_refused(
                    "^Client: ", self.salesperson, partner_id=partner.id
                )
                self.assertFalse(partner.client_fact_ids)

    def test_client_developer_plans_for_his_clients(self):
        self.client2.client_fact_ids.developer_id = self.salesperson
        self.assertTrue(self._make(self.salesperson, partner_id=self.client2.id))

    def test_leader_plans_for_the_clients_of_his_team(self):
        self.assertTrue(self._make(self.leader, partner_id=self.client.id))
        self._assert_refused("^Client: ", self.leader, partner_id=self.client2.id)
        self.assertTrue(self._make(self.manager, partner_id=self.client2.id))

    def test_contact_stands_for_his_company(self):
        person = self.env["res.partner"].create(
            {"name": "Ole", "parent_id": self.client2.id}
        )
        self._assert_refused("“Birch Works”", self.salesperson, partner_id=person.id)

    def test_client_comes_from_the_context(self):
        Plan = self.env["client.plan"].with_user(self.salesperson)
        with self.assertRaisesRegex(UserError, "^Client: "):
            Plan.with_context(default_partner_id=self.client2.id).create({})

    # -- other scopes --------------------------------------------------------------

    def test_only_its_leader_plans_for_a_team(self):
        mine = {"scope": "team", "team_id": self.team.id}
        self.assertTrue(self._make(self.leader, **mine))
        self.assertTrue(self._make(self.manager, **mine))
        refusal = "^Sales Team: you do not lead “Team North”.*ask cd_leader "
        for user in (self.leader2, self.salesperson):
            self._assert_refused(refusal, user, **mine)

    def test_leader_in_the_role_of_a_salesperson_plans_for_his_team(self):
        team = self._new_team("Team West", self.salesperson, self.salesperson2)
        self.assertTrue(self._make(self.salesperson, "team", team_id=team.id))

    def test_team_without_a_leader_is_planned_for_by_administrators(self):
        self.team.user_id = False
        self._assert_refused(
            "ask an administrator", self.salesperson, "team", team_id=self.team.id
        )

    def test_scopes_of_many_clients_are_planned_for_by_leaders(self):
        for scope, values in self.wide.items():
            for user in (self.leader, self.manager):
                with self.subTest(scope, user=user.login):
                    self.assertTrue(self._make(user, scope, **values))
            with self.subTest(scope):
                self._assert_refused(
                    "^Scope: .*made by team leaders and administrators.*ask your team",
                    self.salesperson,
                    scope,
                    **values,
                )

    # -- another subject -----------------------------------------------------------

    def test_plan_does_not_move_to_a_foreign_subject(self):
        plan = self.plan
        for message, values in (
            ("^Client: “Birch Works”", {"partner_id": self.client2.id}),
            ("^Sales Team: ", {"scope": "team", "team_id": self.team.id}),
            *(
                ("^Scope: ", {"scope": scope, **vals})
                for scope, vals in self.wide.items()
            ),
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, message),
                self.cr.savepoint(),
            ):
                plan.write({"partner_id": False, **values})
        own = self._new_client("Cork Works", self.salesperson)
        plan.partner_id = own
        self.assertEqual(plan.partner_id, own)

    def test_team_plan_does_not_move_to_another_team(self):
        plan = self._make(self.leader, "team", team_id=self.team.id)
        with self.assertRaisesRegex(UserError, "^Sales Team: .*“Team East”"):
            plan.team_id = self.team2

    def test_territory_does_not_grow_by_hand_of_a_salesperson(self):
        plan = self._make(self.manager, "territory", **self.wide["territory"])
        plan.user_id = self.salesperson
        mine = plan.with_user(self.salesperson)
        other = self.env.ref("base.de")
        with self.assertRaisesRegex(UserError, "^Scope: "):
            mine.country_ids = [Command.link(other.id)]

    def test_given_plan_is_worked_on_by_whoever_got_it(self):
        """A leader gives a plan away; its owner changes all but the subject."""
        for scope, values in self.wide.items():
            plan = self._make(self.manager, scope, **values)
            plan.user_id = self.salesperson
            mine = plan.with_user(self.salesperson)
            with self.subTest(scope):
                mine.write({"note": "Ours", "scope": scope, "team_id": self.team.id})
                self.assertEqual(mine.note, "Ours")
                with self.assertRaisesRegex(UserError, "^Scope: "):
                    mine.copy()

    def test_client_who_has_left_stays_in_his_plan(self):
        self.client.user_id = self.salesperson2
        self.plan.write({"note": "Handed over", "partner_id": self.client.id})
        self.assertEqual(self.plan.note, "Handed over")

    # -- the system and the form ---------------------------------------------------

    def test_system_makes_all_plans(self):
        plan = self.env["client.plan"].with_user(self.salesperson).sudo()
        self.assertTrue(plan.create({"scope": "company"}))

    def test_form_offers_other_scopes_to_leaders_only(self):
        with Form(self.env["client.plan"].with_user(self.leader)) as form:
            form.scope = "company"
        form = Form(self.env["client.plan"].with_user(self.salesperson))
        with self.assertRaises(AssertionError):
            form.scope = "company"
