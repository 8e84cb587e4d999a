from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import GROUP
from .honest_common import HonestCase

NOW = "2026-03-05 03:00:00"  # a Thursday


class CheckCase(HonestCase):
    def _draw(self, share=100.0, now=NOW):
        if share is not None:
            self.company.client_check_share = share
        with freeze_time(now):
            return self.env["client.survey"]._draw_checks(self.company)

    def _drawn(self, **kwargs):
        """Return the check call of ``survey``, which the client answered with 5."""
        self._call(self.survey, like_most="The driver", **kwargs)
        _count, call = self._draw()
        return call

    def _check(self, call, rating="5", user=None, **texts):
        call.with_user(user or self.leader)._answer(self._answers(rating, **texts))
        self.env.invalidate_all()


class TestSurveyCheck(CheckCase):
    """A share of the answers is drawn for a check call by the leader."""

    # -- drawing -------------------------------------------------------------------

    def test_check_call_of_the_team_s_leader(self):
        call = self._drawn()
        self.assertRecordValues(
            call,
            [
                {
                    "kind": "check",
                    "survey_id": self.survey.id,
                    "partner_id": self.client.id,
                    "contact_id": self.contact.id,
                    "user_id": self.leader.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "date_due": date(2026, 3, 12),  # five working days
                    "state": "due",
                }
            ],
        )
        self.assertEqual(str(self.survey.check_drawn), NOW)
        self.assertEqual(self.survey.check_ids, call)

    def test_days_are_a_setting(self):
        self.company.client_check_due_days = 1
        self.assertEqual(self._drawn().date_due, date(2026, 3, 6))

    def test_each_answer_is_drawn_from_once(self):
        self._call(self.survey)
        count, calls = self._draw(0.0)
        self.assertEqual((count, len(calls)), (1, 0))
        self.assertTrue(self.survey.check_drawn)
        count, calls = self._draw(100.0)
        self.assertEqual((count, len(calls)), (0, 0), "a new share draws nothing anew")

    def test_nobody_is_called_who_opted_out(self):
        surveys = self._call(self.survey) | self._call(self._new_survey("Elm Doors"))
        self.contact.client_survey_opt_out = True
        surveys[1].partner_id.client_survey_opt_out = True
        self.assertFalse(self._draw()[1])
        surveys[1].partner_id.client_survey_opt_out = False
        self.assertEqual(self._draw()[1].survey_id, surveys[1])

    def test_opting_out_cancels_the_check_call(self):
        call = self._drawn()
        self.client.client_survey_opt_out = True
        self.assertEqual(call.state, "cancelled")
        self.assertEqual(self.survey.state, "done")

    def test_repeated_after_a_failure_it_draws_the_same(self):
        surveys = [self._call(self._new_survey(f"C{n}")) for n in range(12)]
        drawn = []
        for _time in range(2):
            with self.env.cr.savepoint() as savepoint:
                _count, calls = self._draw(50.0)
                drawn.append(calls.survey_id.ids)
                savepoint.rollback()
            self.env.invalidate_all()
        self.assertEqual(drawn[0], drawn[1])
        self.assertFalse(surveys[0].check_drawn)

    def test_share_of_ten_thousand(self):
        """Of so many answers the share is off by a quarter once in a million years."""
        company = self.company
        for share in (5.0, 20.0):
            company.client_check_share = share
            drawn = sum(
                self.env["client.survey"]._is_drawn(company, (n, n, datetime.now()))
                for n in range(10000)
            )
            self.assertLess(abs(drawn - 100 * share), 25 * share)

    def test_nobody_can_predict(self):
        """Another secret draws others; so does another moment of the same survey."""
        surveys = self.env["client.survey"]
        self.company.client_check_share = 50.0

        def draw(moment="m"):
            return [surveys._is_drawn(self.company, (n, n, moment)) for n in range(64)]

        first = draw()
        self.assertEqual(first, draw())
        self.assertNotEqual(first, draw("other moment"))
        self.env["ir.config_parameter"].set_param("database.secret", "another one")
        self.assertNotEqual(first, draw())

    def test_queries_do_not_grow_with_the_batch(self):
        self._draw(0.0)
        counts = []
        for size in (1, 2, 20):
            for number in range(size):
                self._call(self._new_survey(f"Q{size}.{number}"))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            count, calls = self._draw(0.0)
            self.assertEqual((count, len(calls)), (size, 0))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_answers_through_the_link_only_if_set(self):
        by_link = self.survey.with_user(self.salesperson)
        by_link._answer(self._answers(), channel="link")
        self.survey.date_done = datetime(2026, 3, 4, 11)
        self.assertEqual(self._draw()[0], 0)
        self.company.client_check_link = True
        self.assertEqual(self._draw()[1].survey_id, self.survey)

    def test_nobody_writes_what_was_drawn(self):
        call = self._drawn()
        for user in (self.salesperson, self.leader, self.manager):
            survey = self.survey.with_user(user)
            with self.assertRaises(UserError):
                survey.write({"check_drawn": False})
            with self.assertRaises(UserError):
                call.with_user(user).write({"rating_difference": 0})

    def test_old_answers_are_not_asked_about(self):
        self._call(self.survey, datetime(2026, 2, 18, 10))
        self.assertEqual(self._draw()[0], 0)

    def test_scheduled_action_draws_in_all_companies(self):
        self.company.client_check_share = 100.0
        self._call(self.survey)
        cron = self.env.ref("client_development.ir_cron_draw_checks")
        with freeze_time(NOW), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertTrue(self.survey.check_ids)

    @mute_logger("odoo.addons.client_development.models.client_survey_check")
    def test_a_company_that_fails_does_not_stop_the_others(self):
        self.company.client_check_share = 100.0
        self._call(self.survey)
        surveys = self.env["client.survey"]
        draw = type(surveys)._draw_checks

        def fail_elsewhere(model, company, limit=1000):
            if company != self.company:
                raise ValueError("broken")
            return draw(model, company, limit)

        with (
            freeze_time(NOW),
            patch.object(type(surveys), "_draw_checks", fail_elsewhere),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", return_value=60.0
            ),
        ):
            surveys._cron_draw_checks()
        self.assertTrue(self.survey.check_ids)

    def test_the_survey_s_last_change_stays(self):
        self._call(self.survey)
        self.env.flush_all()
        before = self.survey.write_date
        self._draw()
        self.env.invalidate_all()
        self.assertEqual(self.survey.write_date, before)

    # -- who makes it --------------------------------------------------------------

    def test_nobody_checks_himself(self):
        """A leader's own answer is checked by an administrator."""
        self._call(self.survey, user=self.leader)
        _count, call = self._draw()
        self.assertFalse(call.user_id | call.team_id.user_id)
        calls = self.env["client.call"]
        self.assertFalse(calls.with_user(self.leader).search([]))
        self.assertEqual(calls.with_user(self.manager).search([]), call)
        by_manager = call.with_user(self.manager)
        for wrong in (self.leader, self.salesperson, self.salesperson2):
            with (
                self.subTest(wrong=wrong.login),
                self.assertRaisesRegex(UserError, "check call is made by a team"),
            ):
                by_manager.user_id = wrong
        by_manager.user_id = self.leader2
        self.env.invalidate_all()
        self.assertEqual(calls.with_user(self.leader2).search([]), call)
        self._check(call, user=self.leader2)
        self.assertTrue(call.with_user(self.leader2).comparison_ids)

    def test_a_check_call_stays_in_its_team(self):
        call = self._drawn()
        call.with_user(self.manager).user_id = self.leader2
        self.env.invalidate_all()
        self.assertEqual((call.user_id, call.team_id), (self.leader2, self.team))
        calls = self.env["client.call"]
        for user in (self.leader, self.leader2, self.manager):
            self.assertEqual(calls.with_user(user).search([]), call)

    def test_team_without_a_leader_of_the_app(self):
        self.team.user_id = self.outsider
        call = self._drawn()
        self.assertEqual((call.user_id.ids, call.team_id), ([], self.team))

    def test_salesperson_does_not_see_that_his_answer_was_drawn(self):
        call = self._drawn()
        calls = self.env["client.call"].with_user(self.salesperson)
        self.assertFalse(calls.search([]))
        with self.assertRaises(AccessError):
            calls.browse(call.id).read(["kind"])
        call.sudo().user_id = self.salesperson  # not even as its responsible
        self.env.invalidate_all()
        self.assertFalse(calls.search([]))
        self.assertFalse(calls.search([("survey_id", "=", self.survey.id)]))
        self.assertFalse(calls._get_desk_places()["now"])
        with self.assertRaises(AccessError):
            self.env["client.call.comparison"].with_user(self.salesperson).search([])
        messages = self.survey.message_ids + self.client.message_ids
        self.assertNotIn("check", "".join(messages.mapped("body")).lower())
        told = self.env["mail.message"].search(
            [("partner_ids", "in", self.salesperson.partner_id.ids)]
        )
        self.assertFalse(told)

    def test_other_calls_by_role(self):
        """Follow-up calls are seen by their salesperson, check calls by leaders."""
        call = self._drawn()
        followup = call.create(
            {
                "kind": "followup",
                "survey_id": self.survey.id,
                "partner_id": self.client.id,
                "contact_id": self.contact.id,
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                "team_id": self.team.id,
                "date_due": date(2026, 3, 12),
            }
        )
        calls = self.env["client.call"]
        for user, seen in (
            (self.salesperson, followup),
            (self.leader, call | followup),
            (self.manager, call | followup),
            (self.salesperson2, calls),
            (self.leader2, calls),
        ):
            self.assertEqual(calls.with_user(user).search([]), seen, user.login)
        foreign = new_test_user(
            self.env,
            login="cd_foreign",
            groups=GROUP + "manager",
            company_id=self.company2.id,
            company_ids=[(6, 0, self.company2.ids)],
        )
        abroad = {"allowed_company_ids": self.company2.ids}
        self.assertFalse(calls.with_user(foreign).with_context(**abroad).search([]))
        followup.with_user(self.manager).user_id = self.salesperson2
        self.assertEqual(followup.team_id, self.team2, "other calls go with the user")

    # -- asking and comparing ------------------------------------------------------

    def test_it_asks_what_was_asked(self):
        call = self._drawn()
        other = self.questionnaire.copy({"title": "Another"})
        self.company.client_survey_id = other
        self.assertEqual(call._get_questionnaire(), self.questionnaire)
        self._lose(self.questionnaire)
        self.assertEqual(call._get_questionnaire(), other)

    def test_the_desk_shows_no_first_answers_before_it_is_finished(self):
        call = self._drawn()
        card = call.with_user(self.leader)._prepare_desk_card()
        self.assertFalse(card["last_answers"])
        self.assertNotIn("The driver", str(card))
        self.assertFalse(card["notes"])

    def test_comparison_side_by_side(self):
        call = self._drawn(rating="5", improve="Nothing")
        self.assertFalse(call.comparison_ids, "nothing before it is finished")
        self._check(call, "4", like_most="I was never called", recommend="A friend")
        self.assertRecordValues(
            call.with_user(self.leader).comparison_ids,
            [
                {
                    "question": self.like_most.title,
                    "first_answer": "The driver",
                    "check_answer": "I was never called",
                },
                {
                    "question": self.rating.title,
                    "first_answer": "5",
                    "check_answer": "4",
                },
                {
                    "question": self.improve.title,
                    "first_answer": "Nothing",
                    "check_answer": False,
                },
                {
                    "question": self.recommend.title,
                    "first_answer": False,
                    "check_answer": "A friend",
                },
            ],
        )
        self.assertEqual((call.checked_rating, call.rating_difference), (5, -1))
        self.assertFalse(self._flags("differs"))
        self.assertEqual((self.survey.rating, self.survey.state), (5, "done"))

    def test_difference_of_two_is_to_be_checked(self):
        call = self._drawn()
        self._check(call, "3")
        flag = self._flags("differs")
        self.assertEqual((flag.survey_id, flag.call_id), (self.survey, call))
        self.assertEqual(flag.operator_id, self.salesperson)
        self.assertEqual(
            flag.why, "In the check call the client gave 3, recorded was 5."
        )

    def test_difference_is_a_setting(self):
        self.company.client_check_difference = 3
        self._check(self._drawn(), "3")
        self.assertFalse(self._flags("differs"))

    def test_check_calls_never_count(self):
        call = self._drawn()
        self._check(call, "1")
        today = {"client_today": date(2026, 3, 10)}
        coverage = self.env["client.coverage"].with_context(**today)
        row = coverage._record_coverage(self.company)
        self.assertEqual((row.completed_count, row.answered_count), (1, 1))
        self.env["client.fact"].with_company(self.company)._refresh(self.client)
        self.assertEqual(self.client.client_fact_id.rating_average, 5.0)

    def test_annulled_after_the_check(self):
        """What was compared stays compared; the next answer is drawn from again."""
        call = self._drawn()
        self._check(call, "1", like_most="Nobody called")
        self.survey.with_user(self.leader)._annul("Nobody called")
        self.env.invalidate_all()
        self.assertFalse(self.survey.check_drawn)
        self._call(self.survey, rating="4", like_most="Now it was true")
        _count, second = self._draw()
        self._check(second, "4")
        rows = {
            row.question: (row.first_answer, row.check_answer)
            for row in call.comparison_ids
        }
        self.assertEqual(rows[self.like_most.title], ("The driver", "Nobody called"))
        self.assertEqual(rows[self.rating.title], ("5", "1"))
        self.assertEqual(
            second.comparison_ids.mapped("first_answer"), ["Now it was true", "4"]
        )
        self.assertEqual(call.annulment_id, self.survey.annulment_ids)

    def test_annulled_before_the_check(self):
        call = self._drawn()
        self.survey.with_user(self.leader)._annul("Nobody called")
        self.assertEqual(call.state, "cancelled")
        with self.assertRaises(UserError):
            self._check(call)

    def test_comparison_by_role(self):
        call = self._drawn()
        self._check(call)
        rows = self.env["client.call.comparison"]
        for user, sees in (
            (self.leader, True),
            (self.manager, True),
            (self.leader2, False),
        ):
            found = rows.with_user(user).search([("call_id", "=", call.id)])
            self.assertEqual(bool(found), sees, user.login)
        foreign = new_test_user(
            self.env,
            login="cd_foreign",
            groups=GROUP + "manager",
            company_id=self.company2.id,
            company_ids=[(6, 0, self.company2.ids)],
        )
        abroad = {"allowed_company_ids": self.company2.ids}
        self.assertFalse(rows.with_user(foreign).with_context(**abroad).search([]))

    # -- many ----------------------------------------------------------------------

    def test_a_thousand_answers_in_one_batch(self):
        self._call(self.survey)
        self._multiply(self.survey, 1000)
        self.company.client_check_share = 5.0
        drawn = handled = 0
        while True:
            count, calls = self._draw(None)
            if not count:
                break
            self.assertLessEqual(count, 1000)
            handled += count
            drawn += len(calls)
        self.assertEqual(handled, 1001)
        self.assertTrue(10 <= drawn <= 110, drawn)
        self.assertEqual(
            self.env["client.call"].search_count([("kind", "=", "check")]), drawn
        )
