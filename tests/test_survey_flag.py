import time
from datetime import date, datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .honest_common import HonestCase

TEXT = "The driver called before he came"
COMMON = "All is well"


class TestSurveyFlag(HonestCase):
    """What is to be checked about answers, for leaders only."""

    # -- quick answers -------------------------------------------------------------

    def test_quick_answers(self):
        quick = self._call(self.survey, duration=29)
        slow = self._call(self._new_survey("Slow"), duration=30)
        unmeasured = self._call(self._new_survey("Unmeasured"), duration=0)
        self.assertEqual(self._screen(), 3)
        flag = self._flags()
        self.assertEqual((flag.survey_id, flag.kind, flag.value), (quick, "fast", 29))
        self.assertEqual(flag.why, "Recorded 29 s after the questions were opened.")
        self.assertRecordValues(
            flag,
            [
                {
                    "state": "check",
                    "operator_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "date_done": datetime(2026, 3, 4, 10),
                }
            ],
        )
        self.assertFalse((slow | unmeasured).flag_ids)

    def test_at_the_desk_time_is_always_measured(self):
        """A script that answers within the same second is a quick answer."""
        desk = self.survey.with_context(client_call_duration=0)
        desk.with_user(self.salesperson)._answer(self._answers(), duration=0)
        self.assertEqual(self.survey.duration, 1)

    def test_seconds_are_a_setting(self):
        self.company.client_flag_fast_seconds = 0
        self._call(self.survey, duration=1)
        second = self._new_survey("Second")
        self._screen()
        self.assertFalse(self._flags())
        self.company.client_flag_fast_seconds = 200
        self._call(second, duration=199)
        self._screen()
        self.assertEqual(self._flags().survey_id, second)

    def test_answers_through_the_link_are_the_client_s_own(self):
        other = self._call(self._new_survey("Other"), like_most=TEXT)
        by_link = self.survey.with_user(self.salesperson)
        by_link._answer(self._answers(like_most=TEXT), channel="link", duration=3)
        self.survey.date_done = datetime(2026, 3, 4, 11)
        self._screen()
        self.assertFalse(self._flags())
        self.assertTrue((self.survey | other).mapped("date_screened"))

    # -- copied texts --------------------------------------------------------------

    def test_same_text_for_two_clients(self):
        first = self._call(self._new_survey("First"), like_most=TEXT, rating="4")
        copy = self._call(
            self.survey,
            datetime(2026, 3, 4, 11),
            improve="the DRIVER called — before, he came!",
        )
        self._screen()
        flag = self._flags()
        self.assertEqual((flag.survey_id, flag.kind), (copy, "copied"))
        self.assertEqual(flag.other_survey_id, first)
        self.assertIn("the DRIVER called — before, he came!", flag.why)
        self.assertIn("03/04/2026", flag.why)

    def test_texts_in_any_script(self):
        words = "Водитель позвонил заранее"
        self._call(self._new_survey("First"), like_most=words)
        self._call(self.survey, datetime(2026, 3, 4, 11), like_most=words.upper() + "!")
        other = self._new_survey("Other")
        self._call(
            other, datetime(2026, 3, 4, 12), like_most="Менеджер всегда на связи"
        )
        self._screen()
        self.assertEqual(self._flags().survey_id, self.survey)

    def test_texts_that_may_be_the_same(self):
        """Short ones, of the same client, of another operator, of long ago."""
        again = self._create_order(partner=self.contact, day=date(2026, 3, 2))
        self.env["client.survey"]._queue_surveys(self.company)
        cases = {
            "short": self._call(self._new_survey("S1"), like_most=COMMON),
            "short too": self._call(self._new_survey("S2"), like_most=COMMON),
            "client": self._call(self.survey, like_most=TEXT),
            "same client": self._call(self._survey_of(again), like_most=TEXT),
            "long ago": self._call(
                self._new_survey("L1"),
                datetime(2026, 3, 4, 10) - timedelta(days=91),
                like_most="Long ago the paint was still wet",
            ),
            "now": self._call(
                self._new_survey("L2"), like_most="Long ago the paint was still wet"
            ),
            "other operator": self._call(
                self._new_survey("O", self.salesperson2),
                datetime(2026, 3, 4, 15),
                like_most=TEXT,
            ),
        }
        cases["long ago"].date_screened = False
        for _time in range(2):
            self._screen("2026-03-04 16:00:00")
        self.assertFalse(self._flags())
        self.company.client_flag_copied_length = 9
        cases["short too"].sudo().date_screened = False
        cases["short too"].sudo().date_done = datetime(2026, 3, 4, 11)
        self._screen()
        self.assertEqual(self._flags().survey_id, cases["short too"])

    def test_choices_are_no_texts(self):
        self.like_most.write(
            {
                "question_type": "simple_choice",
                "suggested_answer_ids": [(0, 0, {"value": TEXT})],
            }
        )
        choice = str(self.like_most.suggested_answer_ids.id)
        self._call(self._new_survey("First"), like_most=choice)
        self._call(self.survey, datetime(2026, 3, 4, 11), like_most=choice)
        self._screen()
        self.assertFalse(self._flags())

    def test_questions_of_a_deleted_questionnaire_still_compare(self):
        self._call(self._new_survey("First"), like_most=TEXT)
        self._screen()
        self.env["survey.user_input"].search([]).unlink()
        self.survey.answer_ids.question_id = False
        self._call(self.survey, datetime(2026, 3, 4, 11), like_least=TEXT)
        self._screen()
        self.assertEqual(self._flags("copied").survey_id, self.survey)

    # -- equal answers in a row ----------------------------------------------------

    def _row(self, count, hour=8, **answers):
        return [
            self._call(
                self._new_survey(f"Row {hour}.{number}"),
                datetime(2026, 3, 4, hour, number),
                **answers,
            )
            for number in range(count)
        ]

    def test_equal_answers_in_a_row(self):
        row = self._row(5, like_most=COMMON)
        self._screen()
        flags = self._flags("equal")
        self.assertEqual(flags.mapped("survey_id").ids, [s.id for s in row])
        self.assertEqual(set(flags.mapped("value")), {5})
        self.assertIn("5 answers in a row on one day", flags[0].why)
        self.assertTrue(all(flag.other_survey_id for flag in flags))
        self._call(self.survey, datetime(2026, 3, 4, 8, 30), like_most="all is WELL!")
        self._screen()
        flags = self._flags("equal")
        self.assertEqual(len(flags), 6)
        self.assertEqual(set(flags.mapped("value")), {6}, "the row has grown")

    def test_empty_texts_are_equal(self):
        self._row(5, rating="5")
        self._screen()
        self.assertEqual(len(self._flags("equal")), 5)

    def test_rows_that_are_none(self):
        """Interrupted, of two days, of two operators, of different ratings."""
        self._row(3)
        self._call(self._new_survey("Break"), datetime(2026, 3, 4, 9), rating="4")
        self._row(3, hour=10)
        for number, user in enumerate(
            [self.salesperson2] * 3 + [self.leader] * 3, start=1
        ):
            survey = self._new_survey(f"O{number}", self.salesperson2)
            survey.sudo().team_id = self.team
            self._call(survey, datetime(2026, 3, 4, 12, number), user=user)
        for number in range(6):
            moment = datetime(2026, 3, 3 + number // 3, 15, number)
            self._call(self._new_survey(f"D{number}"), moment, like_least="Waiting")
        self._screen()
        self.assertFalse(self._flags("equal"))

    def test_a_day_is_the_company_s(self):
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"  # UTC+10
        for number in range(6):  # from 23:57 to 00:02 in Vladivostok
            moment = datetime(2026, 3, 4, 13, 57) + timedelta(minutes=number)
            self._call(self._new_survey(f"V{number}"), moment)
        self._screen()
        self.assertFalse(self._flags("equal"))
        self.company.client_flag_equal_count = 3
        last = self._call(self._new_survey("Last"), datetime(2026, 3, 4, 14, 9))
        self._screen()
        self.assertEqual(len(self._flags("equal")), 4)
        self.assertIn(last, self._flags("equal").survey_id)

    # -- unusual hours -------------------------------------------------------------

    def test_unusual_hours(self):
        self.company.write({"client_flag_hour_from": 8, "client_flag_hour_to": 20.5})
        self.company.resource_calendar_id.tz = "Europe/Moscow"  # UTC+3
        for name, hour, minute in (
            ("early", 4, 59),
            ("first", 5, 0),
            ("last", 17, 29),
            ("late", 17, 30),
        ):
            moment = datetime(2026, 3, 4, hour, minute)
            self._call(self._new_survey(name), moment, improve=name)
        self._screen()
        flags = self._flags("night")
        self.assertEqual(flags.partner_id.mapped("name"), ["early", "late"])
        # by the reader's clock, as the day beside it
        for zone, first, second in (
            ("Europe/Moscow", "7:59", "8:30"),
            ("UTC", "4:59", "5:30"),
        ):
            early, late = flags.with_context(tz=zone).mapped("why")
            self.assertRegex(early, rf"Recorded at {first}\sAM, outside the hours")
            self.assertRegex(late, rf"Recorded at {second}\sPM, outside the hours")

    # -- once, many, old -----------------------------------------------------------

    def test_each_answer_is_looked_at_once(self):
        self._call(self.survey, duration=5)
        self.assertEqual(self._screen(), 1)
        self.assertEqual(self._screen(), 0)
        self.survey.date_screened = False
        self.assertEqual(self._screen(), 1)
        self.assertEqual(len(self._flags()), 1)
        self._flags().sudo().state = "fine"
        self.survey.date_screened = False
        self._screen()
        self.assertEqual(self._flags().state, "fine", "what was checked stays checked")

    def test_old_answers_are_left_alone(self):
        self._call(self.survey, datetime(2025, 11, 1, 10), duration=5)
        self.assertEqual(self._screen(), 0)
        self.assertFalse(self._flags())

    def test_the_survey_s_last_change_stays(self):
        self._call(self.survey, duration=5)
        self.env.flush_all()
        before = self.survey.write_date
        self._screen()
        self.env.invalidate_all()
        self.assertEqual(self.survey.write_date, before)
        self.assertFalse(self.survey.message_ids.filtered(lambda m: "check" in m.body))

    def test_queries_do_not_grow_with_the_batch(self):
        self._row(5, duration=5, like_most=TEXT)
        self._screen()
        counts = []
        for size in (2, 20):
            surveys = self._row(size, hour=10 + size // 10, duration=5, like_most=TEXT)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self._screen(), len(surveys))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_a_thousand_equal_answers_within_seconds(self):
        """The worst case: all of one person, with the same words."""
        self._call(self.survey, like_most=TEXT, duration=5)
        self._multiply(self.survey, 1500)
        begun = time.monotonic()
        self.assertEqual(self._screen(), 1000)
        self.assertLess(time.monotonic() - begun, 5.0)
        self.assertEqual(self._screen(), 501)
        self.assertEqual(len(self._flags("fast")), 1501)
        self.assertEqual(set(self._flags("equal").mapped("value")), {1501})

    def test_scheduled_action_looks_at_all_companies(self):
        self._call(self.survey, duration=5)
        cron = self.env.ref("client_development.ir_cron_screen_answers")
        with (
            freeze_time("2026-03-05 03:00:00"),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.assertEqual(self._flags().survey_id, self.survey)

    # -- checking ------------------------------------------------------------------

    def _flagged(self):
        self._call(self.survey, duration=5)
        self._screen()
        return self._flags()

    def _check(self, flags, user=None, note="I was there."):
        wizard = (
            self.env["client.survey.flag.check"]
            .with_user(user or self.leader)
            .with_context(active_model=flags._name, active_ids=flags.ids)
            .create({"note": note})
        )
        wizard.action_mark_fine()

    def test_leader_marks_as_all_right(self):
        flag = self._flagged()
        with freeze_time("2026-03-06 09:00:00"):
            self._check(flag)
        self.assertRecordValues(
            flag,
            [
                {
                    "state": "fine",
                    "note": "I was there.",
                    "checked_by_id": self.leader.id,
                    "date_checked": datetime(2026, 3, 6, 9),
                }
            ],
        )
        with self.assertRaisesRegex(UserError, "cd_leader .*has already checked"):
            self._check(flag, self.manager)

    def test_note_is_required(self):
        with self.assertRaisesRegex(UserError, "Note: say what you found out"):
            self._check(self._flagged(), note="  ")

    def test_annulling_settles_what_was_to_be_checked(self):
        flag = self._flagged()
        action = flag.with_user(self.leader).action_annul()
        wizard = self.env[action["res_model"]].with_user(self.leader)
        wizard.with_context(**action["context"]).create(
            {"reason": "Nobody has called"}
        ).action_annul()
        self.assertRecordValues(
            flag,
            [
                {
                    "state": "annulled",
                    "note": "Nobody has called",
                    "checked_by_id": self.leader.id,
                    "annulment_id": self.survey.annulment_ids.id,
                }
            ],
        )
        self._call(self.survey, duration=6)
        self._screen()
        new = self._flags() - flag
        self.assertEqual((new.kind, new.value, new.state), ("fast", 6, "check"))

    def test_nobody_writes_flags(self):
        flag = self._flagged()
        for user in (self.leader, self.manager):
            mine = flag.with_user(user)
            for attempt in (
                lambda mine=mine: mine.write({"state": "fine"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.copy(),
            ):
                with self.assertRaises(AccessError):
                    attempt()

    # -- settings ------------------------------------------------------------------

    def test_settings_make_sense(self):
        for values in (
            {"client_flag_fast_seconds": -1},
            {"client_flag_copied_length": 0},
            {"client_flag_equal_count": 1},
            {"client_flag_hour_from": 24, "client_flag_hour_to": 3},
            {"client_check_share": 101},
            {"client_check_difference": 0},
        ):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.company.write(values)
                self.env.flush_all()
