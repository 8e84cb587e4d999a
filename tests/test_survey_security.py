from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .test_coverage import MONDAY, NEXT_MONDAY, CoverageCase
from .test_survey import SurveyCase


class TestSurveySecurity(SurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order2 = cls._create_order(
            partner=cls.client2, user=cls.salesperson2, day=date(2026, 3, 2)
        )
        cls.env["client.survey"]._queue_surveys(cls.company)
        cls.survey2 = cls._survey_of(cls.order2)
        for survey in (cls.survey, cls.survey2):
            survey._answer(cls._answers("4", like_most="Speed"))
        cls.both = cls.survey | cls.survey2

    def _visible(self, user, records):
        here = records.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        return here.search([("id", "in", records.ids)])

    def _all_models(self):
        return (self.both, self.both.answer_ids, self.both.attempt_ids)

    def _of(self, records, survey):
        if records == self.both:
            return survey
        return records.filtered(lambda record: record.survey_id == survey)

    def test_salesperson_sees_his_own(self):
        for records in self._all_models():
            own = self._of(records, self.survey)
            self.assertEqual(self._visible(self.salesperson, records), own)

    def test_leader_sees_his_teams(self):
        for records in self._all_models():
            own = self._of(records, self.survey)
            self.assertEqual(self._visible(self.leader, records), own)
            self.assertEqual(self._visible(self.leader2, records), records - own)

    def test_manager_sees_all(self):
        for records in self._all_models():
            self.assertEqual(self._visible(self.manager, records), records)

    @mute_logger("odoo.addons.base.models.ir_access", "odoo.addons.base.models.ir_rule")
    def test_outsider_sees_nothing(self):
        for records in self._all_models():
            with self.assertRaises(AccessError):
                records.with_user(self.outsider).search([])
        with self.assertRaises(AccessError):
            self.client.with_user(self.outsider).read(["client_survey_count"])

    def test_other_company(self):
        foreign = new_test_user(
            self.env,
            login="cd_foreign",
            groups="client_development.group_client_manager",
            company_id=self.company2.id,
            company_ids=[(6, 0, self.company2.ids)],
        )
        for records in self._all_models():
            self.assertFalse(self._visible(foreign, records))
        inputs = self.both.user_input_id
        self.assertTrue(self._visible(self.manager, inputs))
        self.assertFalse(self._visible(foreign, inputs))
        self.assertTrue(self._visible(self.manager, inputs.user_input_line_ids))
        self.assertFalse(self._visible(foreign, inputs.user_input_line_ids))

    def test_nobody_creates_or_deletes(self):
        for user in (self.salesperson, self.leader, self.manager):
            for records in self._all_models():
                record = self._of(records, self.survey)[:1].with_user(user)
                with self.assertRaises(AccessError):
                    record.unlink()
                with self.assertRaises(AccessError):
                    record.create({})

    def test_nobody_edits_answers_and_calls(self):
        for user in (self.salesperson, self.leader, self.manager):
            with self.assertRaises(AccessError):
                self.survey.answer_ids.with_user(user).answer = "Better"
            with self.assertRaises(AccessError):
                self.survey.attempt_ids.with_user(user).note = "Better"

    def test_only_leaders_hand_over(self):
        order = self._create_order(day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        survey = self._survey_of(order)
        with self.assertRaises(AccessError):
            survey.with_user(self.salesperson).user_id = self.salesperson2
        with self.assertRaises(AccessError):
            survey.with_user(self.leader2).user_id = self.salesperson2
        survey.with_user(self.leader).user_id = self.leader
        self.assertEqual((survey.user_id, survey.team_id), (self.leader, self.team))
        survey.with_user(self.leader).user_id = self.salesperson
        self.assertEqual(survey.user_id, self.salesperson)
        with self.assertRaises(UserError):
            self.survey.with_user(self.leader).user_id = self.salesperson

    def test_leader_hands_over_within_his_teams(self):
        order = self._create_order(day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        survey = self._survey_of(order)
        by_leader = survey.with_user(self.leader)
        for wrong in (self.salesperson2, self.leader2, self.manager, self.env.user):
            with (
                self.subTest(wrong=wrong.login),
                self.assertRaisesRegex(UserError, "Responsible: .*teams that you lead"),
            ):
                by_leader.user_id = wrong
        with self.assertRaisesRegex(UserError, "Responsible: .*teams that you lead"):
            by_leader.user_id = False
        self.assertEqual(survey.user_id, self.salesperson)
        self.assertEqual(survey.team_id, self.team)
        survey.with_user(self.manager).user_id = self.salesperson2
        self.assertEqual(survey.team_id, self.team2)

    def test_survey_given_by_a_leader_stays_in_his_sight(self):
        """The member works in another team first; the leader may do so as well."""
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", "True")
        self.team.member_ids |= self.salesperson2
        self.team2.member_ids |= self.leader
        order = self._create_order(day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        survey = self._survey_of(order)
        for user in (self.salesperson2, self.leader):
            survey.with_user(self.leader).user_id = user
            self.assertEqual((survey.user_id, survey.team_id), (user, self.team))

    def test_administrator_chooses_anybody_of_the_company(self):
        order = self._create_order(day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        survey = self._survey_of(order).with_user(self.manager)
        foreign = new_test_user(
            self.env,
            login="cd_foreign",
            groups="client_development.group_client_user",
            company_id=self.company2.id,
            company_ids=[(6, 0, self.company2.ids)],
        )
        with self.assertRaisesRegex(UserError, "Responsible: cd_foreign"):
            survey.user_id = foreign
        survey.user_id = self.leader2
        survey.user_id = False

    def test_server_methods_check_rights(self):
        order = self._create_order(day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        survey = self._survey_of(order)
        for user in (self.salesperson2, self.leader2, self.outsider):
            foreign = survey.with_user(user)
            with self.assertRaises(AccessError):
                foreign._answer(self._answers())
            with self.assertRaises(AccessError):
                foreign._register_attempt("refused")
            with self.assertRaises(AccessError):
                foreign.action_call()

    def test_salesperson_may_call_although_the_order_is_another_ones(self):
        """A client developer surveys orders that he may not open."""
        self.company.client_survey_by = "developer"
        self.env["client.fact"]._ensure(self.client).developer_id = self.salesperson2
        order = self._create_order(day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        survey = self._survey_of(order).with_user(self.salesperson2)
        self.env.invalidate_all()
        self.assertIn(order.name, survey.display_name)
        self.assertTrue(survey.web_read({"display_name": {}, "order_amount": {}}))
        card = survey.env["client.call.desk"].get_card(survey._name, survey.id)
        self.assertIn(self.product.name, card["orders"][0]["lines"][0]["name"])
        survey._answer(self._answers("5"))
        self.assertEqual(survey.state, "done")

    def test_questionnaires(self):
        ours = self.questionnaire
        theirs = self.env["survey.survey"].create({"title": "Party"})
        question = self.like_most
        both = ours | theirs
        self.assertEqual(self._visible(self.manager, both), ours)
        self.assertEqual(self._visible(self.leader, both), ours)
        choices = [(0, 0, {"value": "Yes"})]
        questions = question | self.env["survey.question"].create(
            [
                {
                    "title": f"Again, {survey.title}?",
                    "survey_id": survey.id,
                    "question_type": "simple_choice",
                    "suggested_answer_ids": choices,
                }
                for survey in both
            ]
        )
        our_questions = questions.filtered(lambda q: q.survey_id == ours)
        for user in (self.manager, self.leader):
            self.assertEqual(self._visible(user, questions), our_questions)
            self.assertEqual(
                self._visible(user, questions.suggested_answer_ids),
                our_questions.suggested_answer_ids,
            )
            self.assertTrue(our_questions.suggested_answer_ids)
        foreign = questions - our_questions
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).title = "Mine"
        with self.assertRaises(AccessError):
            foreign.suggested_answer_ids.with_user(self.manager).value = "Mine"
        ours.with_user(self.manager).title = "After your order"
        question.with_user(self.manager).title = "The best?"
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).title = "Mine"
        for record in (ours, question):
            with self.assertRaises(AccessError):
                record.with_user(self.leader).title = "Mine"
            with self.assertRaises(AccessError):
                record.with_user(self.salesperson).read(["title"])
        with self.assertRaises(AccessError):
            self.survey.user_input_id.with_user(self.manager).state = "new"
        with self.assertRaises(AccessError):
            self.survey.user_input_id.with_user(self.leader).read(["state"])
        allowed = ours.with_user(self.manager).allowed_survey_types
        for kind in ("client_order", "client_profile", "client_team"):
            self.assertEqual(allowed.count(kind), 1, kind)


class TestCoverageSecurity(CoverageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._order_due(MONDAY)
        cls._order_due(MONDAY, partner=cls.client2, user=cls.salesperson2)

    def _visible(self, user, rows):
        here = rows.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        return here.search([("id", "in", rows.ids)])

    def test_who_sees_what(self):
        rows = self._record(NEXT_MONDAY)
        own = rows.filtered(lambda row: row.user_id == self.salesperson)
        self.assertEqual(len(rows), 2)
        self.assertEqual(self._visible(self.salesperson, rows), own)
        self.assertEqual(self._visible(self.leader, rows), own)
        self.assertEqual(self._visible(self.leader2, rows), rows - own)
        self.assertEqual(self._visible(self.manager, rows), rows)
        foreign = new_test_user(
            self.env,
            login="cd_foreign",
            groups="client_development.group_client_manager",
            company_id=self.company2.id,
            company_ids=[(6, 0, self.company2.ids)],
        )
        self.assertFalse(self._visible(foreign, rows))
        with self.assertRaises(AccessError):
            rows.with_user(self.outsider).read(["coverage"])

    def test_live_figures_for_everybody_who_sees_the_row(self):
        rows = self._record(NEXT_MONDAY)
        own = self._visible(self.salesperson, rows)
        self.assertEqual(own.completed_live, 1)
        self.assertEqual(len(own.action_view_skipped()["domain"]), 1)
        with self.assertRaises(AccessError):
            (rows - own).with_user(self.salesperson).action_view_skipped()

    def test_nobody_writes_by_hand(self):
        row = self._record(NEXT_MONDAY)[:1]
        for user in (self.salesperson, self.leader, self.manager):
            with self.assertRaises(AccessError):
                row.with_user(user).coverage = 100
            with self.assertRaises(AccessError):
                row.with_user(user).unlink()
            with self.assertRaises(AccessError):
                row.with_user(user).create({"week_start": MONDAY})
