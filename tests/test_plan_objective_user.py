from ast import literal_eval

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError

from .plan_common import TODAY, PlanCase


class TestPlanObjectiveResponsible(PlanCase):
    """Who answers for an objective, and what he may do in the plan of another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.objective = cls._new_objective(cls.plan)

    def test_default_is_the_owner_of_the_plan(self):
        self.assertEqual(self.objective.user_id, self.salesperson)
        self.assertEqual(self.objective.plan_user_id, self.salesperson)
        other = self._new_objective(self.plan, user_id=self.leader.id)
        self.assertEqual(other.user_id, self.leader)

    def test_only_employees_of_the_company(self):
        portal = self._new_user("cd_portal", "base.group_portal")
        with self.assertRaisesRegex(ValidationError, "Responsible: .*not an employee"):
            self.objective.sudo().user_id = portal
        foreign = self._new_user("cd_foreign", "base.group_user")
        foreign.write(
            {"company_ids": self.company2.ids, "company_id": self.company2.id}
        )
        with self.assertRaisesRegex(UserError, "Northern Fasteners|company"):
            self.objective.sudo().user_id = foreign

    def test_my_objectives_are_those_i_answer_for(self):
        answered = self._new_objective(self.plan, user_id=self.salesperson2.id)
        Objective = self.env["client.plan.objective"].with_user(self.salesperson2)
        arch = Objective.get_view(view_type="search")["arch"]
        [mine] = etree.fromstring(arch).xpath("//filter[@name='my']")
        domain = literal_eval(mine.get("domain").replace("uid", str(Objective.env.uid)))
        self.assertEqual(Objective.search(domain), answered)
        action = self.env.ref("client_development.client_plan_objective_action_my")
        self.assertIn("'search_default_my': 1", action.context)

    def test_responsible_enters_the_value_and_nothing_else(self):
        for user in (self.salesperson2, self.outsider):
            self.objective.user_id = user
            mine = self._as(self.objective, user)
            self.assertFalse(mine.can_plan)
            mine.current = 30.0
            self.assertEqual(mine.current_user_id, user)
            self.assertEqual(mine.date_current, TODAY)
            for values in (
                {"target": 21.0},
                {"current": 25.0, "weight": 9.0},
                {"user_id": self.leader.id},
                {"point_ids": [(0, 0, {"date": TODAY, "value": 20.0})]},
            ):
                with self.assertRaisesRegex(UserError, "enter the current value"):
                    mine.write(values)
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.copy()

    def test_who_makes_the_plan_changes_everything(self):
        for user in (self.salesperson, self.leader, self.manager):
            objective = self._as(self.objective, user)
            self.assertTrue(objective.can_plan)
            objective.write({"target": 50.0, "user_id": self.salesperson2.id})

    def test_others_change_nothing(self):
        with self.assertRaises(AccessError):
            self._as(self.objective, self.salesperson2).current = 30.0

    def test_grouped_by_responsible_team_and_status(self):
        red = self._new_objective(
            self.plan, user_id=self.leader.id, date_start=TODAY, date_deadline=TODAY
        )
        Objective = self.env["client.plan.objective"].with_user(self.leader)
        domain = [("plan_id", "=", self.plan.id)]
        for groupby, expected in (
            ("user_id", {self.salesperson: self.objective, self.leader: red}),
            ("team_id", {self.team: self.objective | red}),
            ("status", {"green": self.objective, "red": red}),
        ):
            groups = dict(Objective._read_group(domain, [groupby], ["id:recordset"]))
            self.assertEqual(groups, expected)
            field = Objective.fields_get([groupby], ["groupable"])[groupby]
            self.assertTrue(field["groupable"])
            for group in Objective.web_read_group(domain, [groupby], ["__count"])[
                "groups"
            ]:
                found = Objective.search(domain + group["__extra_domain"])
                self.assertEqual(len(found), group["__count"])
