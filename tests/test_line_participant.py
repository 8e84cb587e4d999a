from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .plan_common import TODAY, PlanCase

VIEWS = {
    "client.plan.line": ("list", "kanban", "calendar", "activity", "form", "search"),
    "client.plan.help": ("list", "kanban", "form", "search"),
    "client.plan.effort": ("list", "kanban", "pivot", "graph", "search"),
}


class TestLineParticipant(PlanCase):
    """An employee without sales rights works on his actions, not on the plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # nobody's client, so that only taking part counts
        cls.client3 = cls._new_client("Dune Carpentry", cls.env["res.users"])
        cls.plan3 = cls._new_plan(partner_id=cls.client3.id)
        cls.objective3 = cls._new_objective(cls.plan3)
        cls.hidden = cls._new_line(cls.plan3, "Somebody else's")
        cls.plan3.action_start()
        cls.part = cls._new_line(
            cls.plan3,
            "Take part",
            section_id=cls.plan3.section_ids[0].id,
            objective_id=cls.objective3.id,
            participant_ids=cls._participants(cls.outsider),
        )
        cls.own = cls._new_line(
            cls.plan3,
            "Draw the part",
            user_id=cls.outsider.id,
            section_id=cls.plan3.section_ids[0].id,
            objective_id=cls.objective3.id,
        )
        cls.part.write(
            {
                "resource_ids": [(0, 0, {"name": "Travel"})],
                "information_ids": [(0, 0, {"name": "Demand"})],
                "effort_ids": [(0, 0, {"hours": 1})],
                "help_ids": [(0, 0, {"user_id": cls.leader.id, "question": "How?"})],
            }
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    def test_every_screen_opens(self):
        for name, kinds in VIEWS.items():
            Model = self.env[name].with_user(self.outsider)
            views = Model.get_views([(False, kind) for kind in kinds])["views"]
            for kind in set(kinds) - {"search", "pivot", "graph"}:
                self.env.invalidate_all()
                arch = etree.fromstring(views[kind]["arch"])
                spec = self._specification(Model, arch)
                with self.subTest(name, kind=kind):
                    if kind == "form":
                        ids = Model.search([]).ids
                        records = Model.browse(ids).web_read(spec)
                    else:
                        records = Model.web_search_read([], spec)["records"]
                    self.assertTrue(records)
                    if name == "client.plan.line":
                        self.assertEqual(
                            {record["id"] for record in records},
                            set((self.part | self.own).ids),
                        )
            if {"pivot", "graph"} & set(kinds):
                groups = Model.formatted_read_group(
                    [], ["user_id", "plan_id"], ["hours:sum"]
                )
                self.assertEqual(groups[0]["hours:sum"], 1)

    def test_names_of_what_he_may_not_open(self):
        with Form(self._as(self.part, self.outsider)) as form:
            self.assertEqual(form.plan_name, self.plan3.name)
            self.assertEqual(form.section_id.sudo(), self.plan3.section_ids[0])
        values = self._as(self.part, self.outsider).web_read(
            {
                "section_id": {"fields": {"display_name": {}}},
                "objective_id": {"fields": {"display_name": {}}},
            }
        )[0]
        self.assertEqual(
            values["section_id"]["display_name"],
            self.plan3.section_ids[0].display_name,
        )
        self.assertEqual(
            values["objective_id"]["display_name"], self.objective3.display_name
        )
        self.assertFalse(self._as(self.plan3, self.outsider).has_access("read"))

    def test_works_through_the_form(self):
        with Form(self._as(self.part, self.outsider)) as form:
            form.spent_hours = 3
            form.outcome = "Drawing sent"
            form.note = "Old drawing was wrong"
        self.assertEqual(self.part.spent_hours, 3)
        self.assertIn(self.outsider, self.part.effort_ids.user_id)
        self.assertEqual(self.part.outcome, "Drawing sent")
        self._as(self.part.information_ids, self.outsider).done = True
        self.assertTrue(self.part.information_ids.done)
        self._as(self.part, self.outsider).env["client.plan.help"].create(
            {
                "line_id": self.part.id,
                "user_id": self.salesperson.id,
                "question": "Which scale?",
            }
        )
        self.assertTrue(self.part.help_wanted)

    def test_responsible_works_through_the_form(self):
        with Form(self._as(self.own, self.outsider)) as form:
            form.date_start = TODAY
            form.spent_hours = 1
        self.assertTrue(self.own.can_ask)
        self._as(self.own, self.outsider).action_done()
        self.assertEqual(self.own.state, "done")

    def test_calendar_and_kanban_obey_the_same_rules(self):
        part = self._as(self.part, self.outsider)
        own = self._as(self.own, self.outsider)
        for values in (
            {"date_deadline": TODAY},
            {"state": "done"},
            {"user_id": self.outsider.id},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "take part"):
                part.write(values)
        with self.assertRaisesRegex(UserError, "^To Be Accepted: "):
            part.write({"needs_acceptance": True})
        own.write({"date_deadline": TODAY})
        own.write({"state": "progress"})
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self._as(self.hidden, self.outsider).write({"date_deadline": TODAY})

    def test_opening_a_plan_takes_as_many_queries_for_many_actions(self):
        Plan = self.env["client.plan"].with_user(self.salesperson)
        arch = etree.fromstring(
            Plan.get_views([(False, "form")])["views"]["form"]["arch"]
        )
        spec = self._specification(Plan, arch)
        counts = []
        for number in (5, 60):
            for _time in range(number):
                line = self._new_line(self.plan3)
                line.spent_hours = 0.1
            line.env["client.plan.help"].create(
                {"line_id": line.id, "user_id": self.leader.id, "question": "How?"}
            )
            for _time in range(2):  # the first one warms the caches of the registry
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                Plan.browse(self.plan3.id).web_read(spec)
                count = self.env.cr.sql_log_count - before
            counts.append(count)
        self.assertEqual(counts[0], counts[1])

    def test_participant_neither_switches_nor_answers(self):
        part = self._as(self.part, self.outsider)
        self.assertFalse(part.can_accept)
        self.assertFalse(part.can_answer)
        self.assertTrue(part.can_ask)
