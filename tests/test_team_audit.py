from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from .plan_common import TODAY, PlanCase


class TestTeamAudit(PlanCase):
    """A team diagnoses itself; the means stand beside the audit in its plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env.ref("client_development.client_team_questionnaire")
        cls.team.member_ids |= cls.salesperson2
        cls.team_plan = cls._new_plan(
            cls.leader, scope="team", partner_id=False, team_id=cls.team.id
        )

    def _answer(self, user, mark, words="", plan=None):
        """Answer all questions with the mark, as the page of the survey app does."""
        plan = (plan or self.team_plan).with_user(user)
        url = plan.action_diagnose()["url"]
        answer = self.env["survey.user_input"].search(
            [("access_token", "=", url.partition("answer_token=")[2])]
        )
        self.assertEqual(answer.partner_id, user.partner_id)
        for question in self.survey.question_ids:
            given = words if question.question_type == "text_box" else str(mark)
            self.assertFalse(question.validate_question(given))
            answer._save_lines(question, given)
        answer._mark_done()
        return answer

    def _section(self, code):
        return self.team_plan.section_ids.filtered(
            lambda section: section.kind_id.code == code
        )

    # -- questionnaire -------------------------------------------------------------

    def test_questionnaire_asks_about_each_topic_of_the_audit(self):
        topics = self.survey.question_ids.client_section_kind_id.mapped("code")
        self.assertEqual(
            topics,
            [
                "audit_acquisition",
                "audit_statistics",
                "audit_instructions",
                "audit_motivation",
            ],
        )
        scales = self.survey.question_ids.filtered("client_section_kind_id")
        self.assertEqual(len(scales), 12)
        self.assertEqual({(q.scale_min, q.scale_max) for q in scales}, {(1, 5)})

    def test_marks_outside_the_scale_are_refused(self):
        question = self.survey.question_ids[0]
        for mark in ("0", "6", "2.5", "x"):
            self.assertIn("1 to 5", question.validate_question(mark)[question.id])

    def test_question_for_a_section_is_a_scale(self):
        with self.assertRaisesRegex(ValidationError, "must be a scale from 1 to 5"):
            self.survey.question_ids[0].scale_max = 10

    def test_questionnaire_is_for_employees_only(self):
        with self.assertRaisesRegex(ValidationError, "for invited employees only"):
            self.survey.access_mode = "public"
        new = (
            self.env["survey.survey"]
            .with_user(self.manager)
            .create({"title": "Ours", "survey_type": "client_team"})
        )
        self.assertTrue(new.users_login_required)
        self.assertEqual(new.access_mode, "token")

    # -- answers -------------------------------------------------------------------

    def test_means_stand_beside_the_sections_with_who_and_when(self):
        self._answer(self.salesperson, 2, "Answer enquiries the same day")
        self._answer(self.leader, 5)
        section = self._section("audit_statistics")
        self.assertEqual(section.audit_score, 3.5)
        self.assertIn(self.salesperson.name, section.audit_people)
        self.assertIn("03/02/2026", section.audit_people)
        self.assertEqual(self._section("goal").audit_score, 0)
        self.assertFalse(self._section("goal").audit_people)
        diagnoses = self.team_plan.diagnosis_ids
        self.assertEqual(diagnoses.mapped("score"), [5.0, 2.0])
        self.assertEqual(set(diagnoses.mapped("date_done")), {TODAY})
        self.assertIn("Answer enquiries the same day", diagnoses.mapped("note"))

    def test_topic_is_the_mean_of_its_questions(self):
        url = self.team_plan.with_user(self.salesperson).action_diagnose()["url"]
        answer = self.env["survey.user_input"].search(
            [("access_token", "=", url.partition("answer_token=")[2])]
        )
        topic = self.survey.question_ids.filtered(
            lambda q: q.client_section_kind_id.code == "audit_motivation"
        )
        for question, mark in zip(topic, "145", strict=True):
            answer._save_lines(question, mark)
        answer._mark_done()
        score = self.team_plan.diagnosis_ids.score_ids
        self.assertEqual(score.section_id, self._section("audit_motivation"))
        self.assertAlmostEqual(score.score, 10 / 3)

    def test_latest_answers_of_an_employee_count(self):
        self._answer(self.salesperson, 2)
        self._answer(self.salesperson, 4)
        section = self._section("audit_motivation")
        self.assertEqual(section.audit_score, 4)
        self.assertEqual(section.audit_people.count(self.salesperson.name), 1)
        self.assertEqual(len(self.team_plan.diagnosis_ids), 2, "both are kept")

    def test_finishing_twice_counts_once(self):
        answer = self._answer(self.salesperson, 2)
        answer._mark_done()
        self.assertEqual(len(self.team_plan.diagnosis_ids.score_ids), 4)

    def test_what_was_begun_is_continued(self):
        plan = self.team_plan.with_user(self.salesperson)
        first = plan.action_diagnose()["url"]
        self.assertEqual(plan.action_diagnose()["url"], first)
        self.assertFalse(plan.diagnosis_ids, "not finished yet")
        self._answer(self.salesperson, 3)
        self.assertNotEqual(plan.action_diagnose()["url"], first)

    def test_lost_answers_begin_anew(self):
        plan = self.team_plan.with_user(self.salesperson)
        plan.action_diagnose()
        begun = self.env["client.plan.diagnosis"].search([])
        begun.user_input_id.unlink()
        self.assertIn("answer_token", plan.action_diagnose()["url"])

    def test_without_questionnaire_it_is_said(self):
        self.env["survey.survey"].search(
            [("survey_type", "=", "client_team")]
        ).active = False
        with self.assertRaisesRegex(UserError, "no questionnaire with questions"):
            self.team_plan.action_diagnose()

    def test_plan_of_another_scope_and_ended_plan_are_not_diagnosed(self):
        self.assertFalse(self.plan.can_diagnose)
        with self.assertRaisesRegex(UserError, "answered by the members of the team"):
            self.plan.action_diagnose()
        self._close(self.team_plan, mode="cancel", reason="Team dissolved")
        self.assertFalse(self.team_plan.can_diagnose)
        with self.assertRaisesRegex(UserError, "is cancelled and stays"):
            self.team_plan.action_diagnose()

    # -- rights --------------------------------------------------------------------

    def test_members_and_leader_answer(self):
        for user in (self.salesperson, self.salesperson2, self.leader):
            self.assertTrue(self.team_plan.with_user(user).can_diagnose, user.login)
        manager = self.team_plan.with_user(self.manager)
        self.assertFalse(manager.can_diagnose)
        with self.assertRaisesRegex(UserError, "answered by the members of the team"):
            manager.action_diagnose()
        for user in (self.leader2, self.outsider):
            with self.assertRaises(AccessError):
                self.team_plan.with_user(user).action_diagnose()

    def test_members_see_the_plan_and_its_sections_but_change_nothing(self):
        section = self._section("goal")
        for record in (self.team_plan, section):
            mine = record.with_user(self.salesperson)
            self.assertTrue(mine.has_access("read"), record._name)
            self.assertFalse(mine.has_access("write"), record._name)
        self.team.member_ids -= self.salesperson2
        for record in (self.team_plan, section):
            self.assertFalse(record.with_user(self.salesperson2).has_access("read"))

    def test_everyone_sees_the_mean_and_his_own_answers_only(self):
        self._answer(self.salesperson, 2)
        self._answer(self.salesperson2, 4)
        mine = self.team_plan.diagnosis_ids.filtered(
            lambda diagnosis: diagnosis.user_id == self.salesperson
        )
        for records in (mine, mine.score_ids[0]):
            readers = [
                user
                for user in (
                    self.salesperson,
                    self.salesperson2,
                    self.leader,
                    self.leader2,
                    self.outsider,
                    self.manager,
                )
                if records.with_user(user).has_access("read")
            ]
            self.assertEqual(readers, [self.salesperson, self.leader, self.manager])
            self.assertFalse(records.with_user(self.manager).has_access("write"))
        section = self._section("audit_motivation").with_user(self.salesperson)
        self.assertEqual(section.audit_score, 3)
        self.team_plan.controller_id = self.outsider
        self.assertTrue(mine.with_user(self.outsider).has_access("read"))
        self.assertTrue(mine.score_ids.with_user(self.outsider).has_access("read"))

    def test_answers_of_another_company_are_not_seen(self):
        self._answer(self.salesperson, 2)
        manager = self.manager
        manager.sudo().company_ids |= self.company2
        diagnosis = self.team_plan.diagnosis_ids
        for records in (diagnosis, diagnosis.score_ids[0]):
            there = records.with_user(manager).with_context(
                allowed_company_ids=self.company2.ids
            )
            self.assertFalse(there.has_access("read"))

    def test_administrators_change_the_questions_and_leaders_read_them(self):
        question = self.survey.question_ids[0]
        choice = self.env["survey.question.answer"].create(
            {
                "question_id": self.env["survey.question"]
                .create(
                    {
                        "survey_id": self.survey.id,
                        "title": "Which?",
                        "question_type": "simple_choice",
                    }
                )
                .id,
                "value": "This",
            }
        )
        for record in (self.survey, question, choice):
            with self.subTest(record._name):
                self.assertTrue(record.with_user(self.manager).has_access("write"))
                self.assertTrue(record.with_user(self.leader).has_access("read"))
                self.assertFalse(record.with_user(self.leader).has_access("write"))

    def _count_queries(self):
        sections = self.team_plan.section_ids
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        sections.mapped("audit_people")
        return self.cr.sql_log_count - before

    def test_many_answers_take_as_many_queries_as_one(self):
        self._answer(self.salesperson, 2)
        self._count_queries()
        few = self._count_queries()
        for user in (self.salesperson, self.salesperson2, self.leader):
            self._answer(user, 4)
        self.assertLessEqual(self._count_queries(), few)
        self.assertEqual(self._section("audit_motivation").audit_score, 4)


@tagged("post_install", "-at_install")
class TestTeamAuditPage(HttpCase, PlanCase):
    """The page of the survey app opens for whom it was started, and for nobody else."""

    def test_page(self):
        self.team.member_ids |= self.salesperson2
        plan = self._new_plan(
            self.leader, scope="team", partner_id=False, team_id=self.team.id
        )
        url = plan.with_user(self.salesperson).action_diagnose()["url"]
        self.authenticate("cd_salesperson", "cd_salesperson")
        page = self.url_open(url)
        self.assertIn("Self-diagnosis of the sales team", page.text)
        self.authenticate("cd_salesperson2", "cd_salesperson2")
        page = self.url_open(url)
        self.assertNotIn("from 1 (not at all)", page.text)
