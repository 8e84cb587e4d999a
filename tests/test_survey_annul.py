from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import GROUP
from .test_survey import SurveyCase

REASON = "The client says that nobody has called."


class TestSurveyAnnul(SurveyCase):
    """A leader annuls a finished answer with a reason; the duty is open again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-04 10:00:00"):
            cls.survey.with_user(cls.salesperson)._answer(
                cls._answers("2", like_most="The driver was very friendly"),
                duration=95,
            )
        cls.answers = cls.survey.answer_ids

    def _annul(self, user=None, survey=None, reason=REASON):
        survey = (survey or self.survey).with_user(user or self.leader)
        annulments = survey._annul(reason)
        self.env.invalidate_all()
        return self.env["client.survey.annulment"].browse(annulments.ids)

    def _wizard(self, user=None):
        action = self.survey.with_user(user or self.leader).action_annul()
        self.assertEqual(action["target"], "new")
        wizard = self.env[action["res_model"]].with_user(user or self.leader)
        return wizard.with_context(**action["context"]).create({"reason": REASON})

    def test_annulled_result_stays_as_it_was(self):
        followed = self.survey
        followed.followup_rating = 4
        user_input = self.survey.user_input_id
        with freeze_time("2026-03-06 12:00:00"):
            annulment = self._annul()
        self.assertRecordValues(
            annulment,
            [
                {
                    "survey_id": self.survey.id,
                    "user_id": self.leader.id,
                    "reason": REASON,
                    "rating": 2,
                    "followup_rating": 4,
                    "channel": "call",
                    "operator_id": self.salesperson.id,
                    "duration": 95,
                    "user_input_id": user_input.id,
                }
            ],
        )
        self.assertEqual(str(annulment.date), "2026-03-06 12:00:00")
        self.assertEqual(str(annulment.date_done), "2026-03-04 10:00:00")
        self.assertEqual(annulment.answer_ids, self.answers)
        self.assertIn(
            "The driver was very friendly", annulment.answer_ids.mapped("answer")
        )

    def test_duty_is_open_again_without_a_trace(self):
        self._annul()
        self.assertRecordValues(
            self.survey,
            [
                {
                    "state": "due",
                    "rating": 0,
                    "followup_rating": 0,
                    "channel": False,
                    "operator_id": False,
                    "duration": 0,
                    "date_done": False,
                    "date_callback": False,
                    "user_input_id": False,
                    "date_due": date(2026, 3, 5),
                    "user_id": self.salesperson.id,
                    "coverage_user_id": self.salesperson.id,
                }
            ],
        )
        self.assertFalse(self.survey.answer_ids, "only valid answers are shown")

    def test_client_is_asked_again_with_a_new_answer(self):
        old = self.survey.user_input_id
        annulment = self._annul()
        self._answer(rating="4", improve="Faster")
        self.env.invalidate_all()
        self.assertEqual((self.survey.state, self.survey.rating), ("done", 4))
        self.assertNotEqual(self.survey.user_input_id, old)
        self.assertEqual(self.survey.answer_ids.mapped("answer"), ["4", "Faster"])
        self.assertEqual(annulment.answer_ids, self.answers)
        second = self._annul(self.manager, reason="Once more")
        self.assertEqual(self.survey.annulment_ids, second | annulment)
        self.assertEqual(second.rating, 4)

    def test_counts_as_unanswered_in_the_live_figure_only(self):
        coverage = self.env["client.coverage"]
        today = {"client_today": date(2026, 3, 10)}
        row = coverage.with_context(**today)._record_coverage(self.company)
        self.assertEqual((row.answered_count, row.answered_live), (1, 1))
        self._annul()
        self.assertEqual((row.answered_count, row.coverage), (1, 100.0))
        self.assertEqual((row.completed_live, row.answered_live), (1, 0))

    def test_the_client_s_facts_follow(self):
        queue = self.env["client.fact.queue"]
        self.env.cr.precommit.run()
        queue.sudo().search([]).unlink()
        self._annul()
        self.env.cr.precommit.run()
        self.assertIn(self.client.id, queue.sudo().search([]).mapped("partner_id"))

    # -- the form ------------------------------------------------------------------

    def test_form_shows_what_is_annulled(self):
        wizard = self._wizard()
        self.assertEqual(wizard.survey_id, self.survey)
        self.assertEqual((wizard.rating, wizard.operator_id), (2, self.salesperson))
        wizard.action_annul()
        self.assertEqual(self.survey.state, "due")
        self.assertEqual(self.survey.annulment_ids.user_id, self.leader)

    def test_form_belongs_to_who_opened_it(self):
        wizard = self._wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).read(["reason"])

    def test_form_shows_nothing_of_other_teams(self):
        wizard = (
            self.env["client.survey.annul"]
            .with_user(self.leader2)
            .create({"survey_id": self.survey.id, "reason": REASON})
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            wizard.read(["rating"])
        with self.assertRaises(AccessError):
            wizard.action_annul()

    def test_reason_is_required(self):
        for reason in (False, "", "  \n "):
            with self.assertRaisesRegex(UserError, "Reason: say why"):
                self._annul(reason=reason)

    # -- who may -------------------------------------------------------------------

    def test_leader_of_the_team_and_administrator_may(self):
        self._annul(self.leader)
        self._answer()
        self._annul(self.manager)
        self.assertEqual(self.survey.state, "due")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_else_may(self):
        for user in (
            self.salesperson,
            self.salesperson2,
            self.leader2,
            self.outsider,
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._annul(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.survey.with_user(user).action_annul()
        self.assertEqual(self.survey.state, "done")

    def test_whoever_recorded_it_never_annuls(self):
        """Also as a leader or an administrator; and not what counts for oneself."""
        self.salesperson.group_ids |= self.env.ref(GROUP + "manager")
        with self.assertRaisesRegex(AccessError, "nobody annuls an answer"):
            self._annul(self.salesperson)
        other = self._create_order(day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        survey = self._survey_of(other)
        self._answer(survey, user=self.leader)
        with self.assertRaisesRegex(AccessError, "nobody annuls an answer"):
            self._annul(self.leader, survey)
        survey.coverage_user_id = self.manager
        with self.assertRaisesRegex(AccessError, "counts for him"):
            self._annul(self.manager, survey)

    def test_leader_does_not_annul_as_a_salesperson_of_another_team(self):
        """He reads his own survey, but does not lead its team."""
        survey = self._create_order(
            partner=self.client2, user=self.salesperson2, day=date(2026, 3, 3)
        )
        self.env["client.survey"]._queue_surveys(self.company)
        survey = self._survey_of(survey)
        self._answer(survey, user=self.salesperson2)
        survey.sudo().user_id = self.leader
        survey.sudo().team_id = self.team2
        with self.assertRaisesRegex(AccessError, "only the leader of its team"):
            self._annul(self.leader, survey)

    def test_only_finished_answers(self):
        order = self._create_order(day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        with self.assertRaisesRegex(UserError, "no finished answer"):
            self._annul(survey=self._survey_of(order))
        self.order._action_cancel()
        with self.assertRaisesRegex(UserError, "no finished answer"):
            self._annul()

    def test_second_one_is_told(self):
        self._annul()
        with self.assertRaisesRegex(UserError, "cd_leader.*has already annulled"):
            self._annul(self.manager)

    # -- telling -------------------------------------------------------------------

    def test_salesperson_is_told_and_chatter_keeps_it(self):
        self.salesperson.partner_id.email = "sales@example.com"
        before = self.survey.message_ids
        self._annul()
        messages = self.survey.message_ids - before
        chatter = messages.filtered(lambda m: m.message_type != "user_notification")
        self.assertIn("Answer annulled (rating 2)", chatter.body)
        self.assertIn("nobody has called", chatter.body)
        self.assertEqual(chatter.author_id, self.leader.partner_id)
        told = self.env["mail.message"].search(
            [
                ("model", "=", "client.survey"),
                ("res_id", "=", self.survey.id),
                ("message_type", "=", "user_notification"),
            ],
            limit=1,
        )
        self.assertEqual(told.partner_ids, self.salesperson.partner_id)
        self.assertIn("nobody has called", told.body)

    def test_reason_is_shown_as_text(self):
        self._annul(reason="<script>alert(1)</script>")
        self.assertIn("&lt;script&gt;", self.survey.message_ids[0].body)

    # -- several orders in one call ------------------------------------------------

    def _answered_together(self, user=None):
        """Return the survey of another order, answered in the same call."""
        self.company.client_survey_group_days = 14
        order = self._create_order(day=date(2026, 3, 3), user=user)
        self.env["client.survey"]._queue_surveys(self.company)
        other = self._survey_of(order)
        self.assertEqual(other.answered_with_id, self.survey)
        return other

    def test_several_orders_of_one_call_are_annulled_together(self):
        other = self._answered_together()
        for annulled in (other, self.survey):
            annulments = self._annul(survey=annulled)
            both = self.survey | other
            self.assertEqual(annulments.survey_id, both)
            self.assertEqual(annulments.mapped("rating"), [2, 2])
            for survey in both:
                self.assertEqual((survey.state, survey.rating), ("due", 0))
                self.assertFalse(survey.answered_with_id)
                self.assertFalse(survey.answer_ids)
            self._answer(rating="2")
            self.assertEqual(other.answered_with_id, self.survey)

    def test_order_cancelled_since_is_left_in_peace(self):
        other = self._answered_together()
        self.order._action_cancel()
        self.assertEqual(self._annul(survey=other).survey_id, other)
        self.assertEqual(self.survey.rating, 2)

    def test_nobody_annuls_an_order_of_his_own_with_another(self):
        other = self._answered_together(user=self.leader)
        self.assertEqual(other.coverage_user_id, self.leader)
        with self.assertRaisesRegex(AccessError, "that counts for him"):
            self._annul(self.leader)

    # -- what hangs on it ----------------------------------------------------------

    def test_open_calls_about_the_answer_are_cancelled(self):
        values = {
            "survey_id": self.survey.id,
            "partner_id": self.client.id,
            "contact_id": self.contact.id,
            "company_id": self.company.id,
            "date_due": date(2026, 3, 9),
        }
        kinds = ("followup", "check", "campaign", "followup")
        calls = self.env["client.call"].create([{**values, "kind": k} for k in kinds])
        calls[3].state = "done"
        self._annul()
        self.assertEqual(
            calls.mapped("state"), ["cancelled", "cancelled", "due", "done"]
        )

    def test_an_annulled_answer_outlives_its_order(self):
        self._annul()
        self.order._action_cancel()
        with self.assertRaisesRegex(UserError, "was annulled and is kept"):
            self.order.unlink()

    def test_nobody_writes_annulments(self):
        annulment = self._annul()
        for user in (self.salesperson, self.leader, self.manager):
            mine = annulment.with_user(user)
            self.assertTrue(mine.read(["reason"]))
            for attempt in (
                lambda mine=mine: mine.write({"reason": "Other"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.copy(),
            ):
                with self.assertRaises(AccessError):
                    attempt()
            with self.assertRaisesRegex(UserError, "recorded by the call itself"):
                self.survey.with_user(user).write({"annulment_ids": [(5,)]})

    def _foreign(self):
        return new_test_user(
            self.env,
            login="cd_foreign",
            groups=GROUP + "manager",
            company_id=self.company2.id,
            company_ids=[(6, 0, self.company2.ids)],
        )

    def test_annulments_by_role(self):
        annulment = self._annul()
        for user, sees in (
            (self.salesperson, True),
            (self.leader, True),
            (self.manager, True),
            (self.salesperson2, False),
            (self.leader2, False),
        ):
            rows = annulment.with_user(user)
            self.assertEqual(bool(rows.search([])), sees, user.login)
        with self.assertRaises(AccessError):
            annulment.with_user(self.outsider).search([])
        abroad = annulment.with_user(self._foreign()).with_context(
            allowed_company_ids=self.company2.ids
        )
        self.assertFalse(abroad.search([]))

    def test_annulled_app_answer_is_not_of_other_companies(self):
        user_input = self.survey.user_input_id
        self._annul()
        for user, sees in ((self.manager, True), (self._foreign(), False)):
            for records in (user_input, user_input.user_input_line_ids):
                here = records.with_user(user).with_context(
                    allowed_company_ids=user.company_ids.ids
                )
                found = here.search([("id", "in", records.ids)])
                self.assertEqual(bool(found), sees, user.login)
