from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import GROUP
from .honest_common import HonestCase


class TestSurveyFlagSecurity(HonestCase):
    """Salespeople see nothing of what is to be checked, on no way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey2 = cls._new_survey("Other Team", cls.salesperson2)
        for survey in (cls.survey, cls.survey2):
            by_user = survey.with_user(survey.user_id)
            by_user._answer(cls._answers(), duration=5)
        with freeze_time(datetime.now()):
            cls.Flag._screen_answers(cls.company)
        cls.flags = cls.Flag.search([("company_id", "=", cls.company.id)])
        cls.flag = cls.flags.filtered(lambda f: f.survey_id == cls.survey)

    def test_by_role(self):
        self.assertEqual(len(self.flags), 2)
        for user, seen in (
            (self.leader, self.flag),
            (self.leader2, self.flags - self.flag),
            (self.manager, self.flags),
        ):
            self.assertEqual(self.Flag.with_user(user).search([]), seen, user.login)
            own = self.survey.with_user(user)
            if user != self.leader2:
                self.assertEqual(own.flag_ids, self.flag)
        for user in (self.salesperson, self.outsider):
            for method in ("read", "write", "create", "unlink"):
                self.assertFalse(self.Flag.with_user(user).has_access(method))
            with self.assertRaises(AccessError):
                self.Flag.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.flag.with_user(user).read(["why"])

    def test_of_another_company(self):
        foreign = new_test_user(
            self.env,
            login="cd_foreign",
            groups=GROUP + "manager",
            company_id=self.company2.id,
            company_ids=[(6, 0, self.company2.ids)],
        )
        abroad = self.Flag.with_user(foreign).with_context(
            allowed_company_ids=self.company2.ids
        )
        self.assertFalse(abroad.search([]))

    def test_leader_does_not_check_himself(self):
        survey = self._new_survey("Of the Leader")
        self._call(survey, datetime.now(), user=self.leader, duration=5)
        self.Flag._screen_answers(self.company)
        flag = self._flags().filtered(lambda f: f.survey_id == survey)
        self.assertTrue(flag)
        self.assertNotIn(flag, self.Flag.with_user(self.leader).search([]))
        self.assertIn(flag, self.Flag.with_user(self.manager).search([]))
        self.salesperson.group_ids |= self.env.ref(GROUP + "manager")
        with self.assertRaisesRegex(AccessError, "recorded himself"):
            self.flag.with_user(self.salesperson)._mark_fine("All right")

    def test_form_belongs_to_who_opened_it(self):
        values = {"flag_ids": [(6, 0, self.flag.ids)], "note": "I was there"}
        wizards = self.env["client.survey.flag.check"]
        wizard = wizards.with_user(self.leader).create(values)
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).read(["note"])
        for name in ("client.survey.flag.check", "client.survey.annul"):
            for user in (self.salesperson, self.outsider):
                self.assertFalse(self.env[name].with_user(user).has_access("create"))
        with self.assertRaises(AccessError):
            wizards.with_user(self.leader2).create(values).action_mark_fine()
        self.assertEqual(self.flag.state, "check")

    def test_other_survey_only_of_own_teams(self):
        self.flag.compared_id = self.survey2
        self.env.invalidate_all()
        self.assertFalse(self.flag.with_user(self.leader).other_survey_id)
        self.assertEqual(
            self.flag.with_user(self.manager).other_survey_id, self.survey2
        )
        with self.assertRaises(AccessError):
            self.flag.with_user(self.leader).read(["compared_id"])

    def test_salesperson_reads_searches_groups_and_exports_nothing(self):
        self.salesperson.group_ids |= self.env.ref("base.group_allow_export")
        survey = self.survey.with_user(self.salesperson)
        self.assertTrue(survey.export_data(["rating"])["datas"])
        hidden = ("flag_ids", "date_screened", "check_ids", "check_drawn")
        for name in hidden:
            self.assertNotIn(name, survey.fields_get())
            with self.subTest(field=name), self.assertRaises(AccessError):
                survey.read([name])
            with self.subTest(field=name), self.assertRaises(AccessError):
                survey.search([(name, "!=", False)])
            with self.subTest(field=name), self.assertRaises(AccessError):
                survey.search([], order=name)
            with self.subTest(field=name), self.assertRaises(AccessError):
                survey.export_data([name])
            with self.subTest(field=name), self.assertRaises(AccessError):
                survey.formatted_read_group([], [name], ["__count"])
            with self.subTest(field=name), self.assertRaises(AccessError):
                survey.web_read({name: {}})
        for domain in ([("flag_ids.kind", "=", "fast")], [("flag_ids", "any", [])]):
            with self.assertRaises(AccessError):
                survey.search(domain)
        order = self.order.with_user(self.salesperson)
        with self.assertRaises(AccessError):
            order.search([("client_survey_ids.flag_ids", "!=", False)])
        answers = self.survey.answer_ids.with_user(self.salesperson)
        with self.assertRaises(AccessError):
            answers.read(["text_key"])

    def test_salesperson_sees_nothing_in_views_and_menus(self):
        hidden = ("flag_ids", "check_ids", "check_drawn", "comparison", "checks")
        for model, names in (
            ("client.survey", ("form", "list", "search", "kanban")),
            ("client.call", ("form", "list", "search", "kanban")),
        ):
            for user, sees in ((self.salesperson, False), (self.leader, True)):
                views = (
                    self.env[model]
                    .with_user(user)
                    .get_views([(False, name) for name in names])["views"]
                )
                text = "".join(view["arch"] for view in views.values())
                found = [name for name in hidden if name in text]
                self.assertEqual(bool(found), sees, f"{model} {user.login} {found}")
        menus = self.env["ir.ui.menu"]
        for xml_id in ("client_survey_flag_menu", "client_survey_pick_menu"):
            menu = self.env.ref(f"client_development.{xml_id}").id
            for user, sees in ((self.salesperson, False), (self.leader, True)):
                shown = menus.with_user(user).load_menus(False)
                self.assertEqual(menu in shown, sees, f"{xml_id} {user.login}")

    def test_salesperson_does_not_learn_that_there_are_check_calls(self):
        for user, knows in ((self.salesperson, False), (self.leader, True)):
            calls = self.env["client.call"].with_user(user)
            kinds = dict(calls.fields_get(["kind"])["kind"]["selection"])
            self.assertEqual("check" in kinds, knows, user.login)
            self.assertIn("followup", kinds)

    def test_salesperson_does_not_know_the_settings(self):
        company = self.company.with_user(self.salesperson)
        for name in ("client_flag_fast_seconds", "client_check_share"):
            with self.assertRaises(AccessError):
                company.read([name])
        self.assertTrue(self.company.with_user(self.leader).client_flag_fast_seconds)

    def test_salesperson_is_not_written_to(self):
        messages = self.env["mail.message"].search(
            [("partner_ids", "in", self.salesperson.partner_id.ids)]
        )
        self.assertFalse(messages)
        self.assertFalse(self.survey.activity_ids)
