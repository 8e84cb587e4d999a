from .plan_common import PlanCase
from .view_reading import get_specification


class TestPlanQueries(PlanCase):
    """Opening plans takes few queries, whatever is in them (real views are read)."""

    def _count(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function()
        return self.cr.sql_log_count - before

    def _open_form(self, plan, user):
        plan = plan.with_user(user).with_context(lang="en_US")
        specification = get_specification(plan)
        # rights and views are cached from here on
        self._count(lambda: plan.web_read(specification))
        return self._count(lambda: plan.web_read(specification))

    def test_form_of_5_and_200_actions(self):
        plan = self.plan
        self._new_objective(plan)
        users = (self.salesperson, self.leader, self.manager)
        for index in range(4):
            self._new_line(plan, section_id=plan.section_ids[index].id)
        few = [self._open_form(plan, user) for user in users]
        plan.env["client.plan.line"].create(
            [
                {
                    "plan_id": plan.id,
                    "name": f"Action {index}",
                    "date_deadline": plan.date_end,
                    "section_id": plan.section_ids[index % 5].id,
                }
                for index in range(195)
            ]
        )
        many = [self._open_form(plan, user) for user in users]
        self.assertEqual(few, many)
        self.assertLessEqual(max(many), 16)

    def test_kanban_of_80_plans(self):
        for _index in range(80):
            plan = self._new_plan()
            self._new_line(plan)
            self._new_objective(plan)
        for user in (self.manager, self.leader, self.salesperson):
            Plan = self.env["client.plan"].with_user(user).with_context(lang="en_US")
            specification = get_specification(Plan, "kanban")

            def read(size, Plan=Plan, specification=specification):
                return Plan.web_search_read(
                    [], specification, limit=size, count_limit=size
                )

            read(80)
            few = self._count(lambda read=read: read(2))
            many = self._count(lambda read=read: read(80))
            self.assertEqual(few, many)
            self.assertLessEqual(many, 8, user.login)
