from datetime import date, datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .time_common import DAY, TimeCase


@tagged("post_install", "-at_install")
class TestDevelopmentTime(TimeCase):
    """Meetings, calls and actions add up to dated hours; nothing is counted twice."""

    def _rows(self, users=None):
        """Return ``[(user, client, day, hours, kind)]`` of the company."""
        self.Time.invalidate_model()
        rows = self.Time.search(
            [
                ("company_id", "=", self.company.id),
                ("user_id", "in", (users or self.salesperson).ids),
            ],
            order="day, user_id, partner_id",
        )
        return [
            (r.user_id, r.partner_id, r.day, round(r.hours, 4), r.kind) for r in rows
        ]

    def _zone(self, name):
        self.company.resource_calendar_id.tz = name

    # -- meetings ----------------------------------------------------------------------

    def test_meeting_with_a_client_counts_its_length(self):
        event = self._meet(datetime(2026, 3, 2, 9), 1.5)
        [row] = self.Time.search([("user_id", "=", self.salesperson.id)])
        self.assertRecordValues(
            row,
            [
                {
                    "company_id": self.company.id,
                    "partner_id": self.client.id,
                    "team_id": self.team.id,
                    "day": DAY,
                    "hours": 1.5,
                    "kind": "meeting",
                    "event_id": event.id,
                }
            ],
        )
        opened = row.action_open_record()
        self.assertEqual(
            (opened["res_model"], opened["res_id"]), ("calendar.event", event.id)
        )

    def test_day_is_the_companys_even_before_midnight(self):
        self._zone("Europe/Moscow")
        self._meet(datetime(2026, 3, 2, 20, 30), 1)  # 23:30 in Moscow
        self._meet(datetime(2026, 3, 2, 21, 30), 1)  # 00:30 in Moscow
        self.assertEqual(
            [row[2] for row in self._rows()], [DAY, DAY + timedelta(days=1)]
        )

    def test_length_is_real_when_the_clocks_change(self):
        self._zone("Europe/Berlin")
        # 01:30 to 03:30 on the night of 29 March: one hour has passed.
        self._meet(datetime(2026, 3, 29, 0, 30), 1)
        self.assertEqual(
            self._rows(),
            [(self.salesperson, self.client, date(2026, 3, 29), 1.0, "meeting")],
        )

    def test_each_of_two_users_spends_the_time(self):
        self._meet(
            datetime(2026, 3, 2, 9), 2, users=self.salesperson | self.salesperson2
        )
        self.assertEqual(
            self._rows(self.salesperson | self.salesperson2),
            [
                (user, self.client, DAY, 2.0, "meeting")
                for user in self.salesperson | self.salesperson2
            ],
        )

    def test_declined_and_unanswered_invitations_count_nothing(self):
        event = self._meet(
            datetime(2026, 3, 2, 9), 1, users=self.salesperson | self.salesperson2
        )
        attendee = event.attendee_ids.filtered(
            lambda a: a.partner_id == self.salesperson2.partner_id
        )
        for state in ("declined", "needsAction", "tentative"):
            attendee.state = state
            self.assertFalse(self._rows(self.salesperson2), state)
        own = event.attendee_ids.filtered(
            lambda a: a.partner_id == self.salesperson.partner_id
        )
        own.state = "needsAction"
        self.assertTrue(self._rows(), "the organiser need not accept")
        own.state = "declined"
        self.assertFalse(self._rows(), "the organiser does not come either")

    def test_meeting_without_the_client_counts_nothing(self):
        event = self._meet(datetime(2026, 3, 2, 9))
        guest = event.attendee_ids.filtered(lambda a: a.partner_id == self.contact)
        guest.state = "declined"
        self.assertFalse(self._rows(), "the client has declined")
        self._meet(datetime(2026, 3, 3, 9), guests=self.leader.partner_id)
        stranger = self.env["res.partner"].create({"name": "No Client"})
        self._meet(datetime(2026, 3, 4, 9), guests=stranger)
        self.assertFalse(self._rows())

    def test_meeting_counts_once_it_has_begun(self):
        self._meet(datetime(2026, 3, 31, 11, 30))
        self._meet(datetime(2026, 3, 31, 12, 30))
        self.assertEqual(len(self._rows()), 1)
        cancelled = self._meet(datetime(2026, 3, 30, 12))
        cancelled.active = False
        self.assertEqual(len(self._rows()), 1)

    def test_meeting_with_two_clients_is_shared(self):
        self._meet(datetime(2026, 3, 2, 9), 3, guests=self.contact | self.client2)
        self.assertEqual(
            self._rows(),
            [
                (self.salesperson, client, DAY, 1.5, "meeting")
                for client in self.client | self.client2
            ],
        )

    def test_all_day_meeting_counts_a_working_day(self):
        self._meet(
            datetime(2026, 3, 7, 8),
            10,
            allday=True,
            start_date=date(2026, 3, 7),
            stop_date=date(2026, 3, 7),
        )
        # A Saturday: whoever meets a client works.
        self.assertEqual([row[2:4] for row in self._rows()], [(date(2026, 3, 7), 8.0)])

    def test_trip_over_days_counts_its_working_days_until_today(self):
        # Friday to Monday
        self._meet(
            datetime(2026, 3, 6, 8),
            82,
            allday=True,
            start_date=date(2026, 3, 6),
            stop_date=date(2026, 3, 9),
        )
        self.assertEqual(
            [row[2:4] for row in self._rows()],
            [(date(2026, 3, 6), 8.0), (date(2026, 3, 9), 8.0)],
        )
        self._meet(datetime(2026, 3, 30, 9), 24 * 4, guests=self.client2)
        self.assertEqual(
            [row[2:4] for row in self._rows() if row[1] == self.client2],
            [(date(2026, 3, 30), 8.0), (date(2026, 3, 31), 8.0)],
        )

    def test_mistyped_end_does_not_fill_the_month(self):
        self._meet(datetime(2026, 3, 2, 6), 17)
        self.assertEqual([row[3] for row in self._rows()], [12.0])

    def test_client_of_two_companies_counts_in_the_users_own(self):
        self.salesperson.company_ids |= self.company2
        self.env["client.fact"].with_company(self.company2)._ensure(self.client)
        self._meet(datetime(2026, 3, 2, 9))
        rows = self.Time.sudo().search([("user_id", "=", self.salesperson.id)])
        self.assertEqual(rows.company_id, self.company)
        self.assertEqual(len(rows), 1)
        self.salesperson.company_id = self.company2
        rows.invalidate_model()
        rows = rows.search([("user_id", "=", self.salesperson.id)])
        self.assertEqual(rows.company_id, self.company2)
        self.assertEqual(len(rows), 1)

    # -- calls -------------------------------------------------------------------------

    def _call(self, *outcomes, moment=datetime(2026, 3, 2, 10), order_count=1):
        surveys = self.env["client.survey"]
        for _number in range(order_count):
            order = self._create_order()
            surveys |= surveys.create(
                {
                    "order_id": order.id,
                    "partner_id": self.client.id,
                    "contact_id": self.contact.id,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "date_completed": moment,
                    "date_due": moment.date(),
                }
            )
        return self.env["client.survey.attempt"].create(
            [
                {
                    "survey_id": survey.id,
                    "user_id": self.salesperson.id,
                    "date": moment,
                    "outcome": outcome,
                    "date_callback": moment + timedelta(days=1),
                }
                for survey in surveys
                for outcome in outcomes
            ]
        )

    def test_call_counts_the_companys_minutes(self):
        attempt = self._call("answered")
        [row] = self.Time.search([("user_id", "=", self.salesperson.id)])
        self.assertRecordValues(
            row,
            [
                {
                    "partner_id": self.client.id,
                    "day": DAY,
                    "kind": "call",
                    "attempt_id": attempt.id,
                    "survey_id": attempt.survey_id.id,
                    "team_id": self.team.id,
                }
            ],
        )
        self.assertAlmostEqual(row.hours, 5 / 60)
        self.company.client_call_minutes = 12
        self.assertEqual([round(row[3], 4) for row in self._rows()], [0.2])
        self.company.client_call_minutes = 0
        self.assertFalse(self._rows())

    def test_only_talks_count_not_ringing(self):
        moment = datetime(2026, 3, 2, 10)
        for number, outcome in enumerate(
            ("no_answer", "unreachable", "callback", "refused")
        ):
            self._call(outcome, moment=moment + timedelta(days=number))
        self.assertEqual(
            [row[2] for row in self._rows()], [date(2026, 3, 4), date(2026, 3, 5)]
        )

    def test_one_call_about_two_orders_is_one(self):
        self._call("answered", order_count=2)
        self.assertEqual(len(self._rows()), 1)

    def test_other_calls_count_as_well(self):
        call = self.env["client.call"].create(
            {
                "kind": "campaign",
                "company_id": self.company.id,
                "partner_id": self.client.id,
                "contact_id": self.contact.id,
                "user_id": self.salesperson.id,
                "team_id": self.team.id,
                "date_due": DAY,
            }
        )
        attempt = self.env["client.survey.attempt"].create(
            {
                "call_id": call.id,
                "user_id": self.salesperson.id,
                "date": datetime(2026, 3, 2, 10),
                "outcome": "refused",
            }
        )
        [row] = self.Time.search([("user_id", "=", self.salesperson.id)])
        self.assertEqual(row.attempt_id, attempt)
        self.assertFalse(row.survey_id)
        self.assertEqual(row.partner_id, self.client)
        self.assertEqual(row.team_id, self.team)

    def test_minutes_per_call_must_be_possible(self):
        for minutes in (-1, 121):
            with (
                self.subTest(minutes=minutes),
                mute_logger("odoo.sql_db"),
                self.assertRaises(Exception) as caught,
                self.env.cr.savepoint(),
            ):
                self.company.client_call_minutes = minutes
                self.company.flush_recordset()
            self.assertIn("client_call_minutes", str(caught.exception))

    # -- actions -----------------------------------------------------------------------

    def _spend(self, hours, day=DAY, user=None, line=None):
        """Enter working time of ``user`` on the action."""
        user = user or self.salesperson
        return (
            self.env["client.plan.effort"]
            .with_user(user)
            .create(
                {
                    "line_id": (line or self.line).id,
                    "user_id": user.id,
                    "date": day,
                    "hours": hours,
                }
            )
            .sudo()
        )

    def _meet_for_action(self, start, hours, **values):
        """A meeting that was planned from the action."""
        return self._meet(
            start,
            hours,
            res_model_id=self.env["ir.model"]._get_id("client.plan.line"),
            res_id=self.line.id,
            **values,
        )

    def test_action_counts_its_hours_on_their_day(self):
        self._spend(2.5, date(2026, 3, 20))
        self._spend(1, date(2026, 3, 9))
        self.line.with_user(self.salesperson).action_done()
        self.assertEqual(
            self._rows(),
            [
                (self.salesperson, self.client, date(2026, 3, 9), 1.0, "action"),
                (self.salesperson, self.client, date(2026, 3, 20), 2.5, "action"),
            ],
        )
        row = self.Time.search([("user_id", "=", self.salesperson.id)], limit=1)
        self.assertEqual(row.line_id, self.line)
        self.assertEqual(row.team_id, self.team)
        self.assertEqual(row.action_open_record()["res_model"], "client.plan.line")

    def test_action_without_dated_hours_counts_nothing(self):
        self.line.with_user(self.salesperson).action_done()
        self.assertFalse(self._rows())

    def test_days_ahead_do_not_count_yet(self):
        self._spend(2, date(2026, 3, 30))
        self._spend(3, date(2026, 3, 31))
        then = self.Time.with_context(client_today=date(2026, 3, 30))
        rows = then.search([("user_id", "=", self.salesperson.id)])
        self.assertEqual(rows.mapped("hours"), [2.0])
        self.assertEqual(sorted(row[3] for row in self._rows()), [2.0, 3.0])

    def test_participants_hours_are_his_own(self):
        self.line.participant_ids = self._participants(self.salesperson2)
        self._spend(2)
        self._spend(1.5, user=self.salesperson2)
        self.assertEqual(
            [row[:1] + row[3:] for row in self._rows(self.salesperson2)],
            [(self.salesperson2, 1.5, "action")],
        )

    def test_correction_takes_hours_away(self):
        self._spend(4, date(2026, 3, 9))
        self._spend(-1, date(2026, 3, 12))
        self.assertEqual(
            [row[2:4] for row in self._rows()],
            [(date(2026, 3, 9), 4.0), (date(2026, 3, 12), -1.0)],
        )

    def test_hours_of_an_actions_meeting_count_once(self):
        self._spend(1, date(2026, 2, 27))  # prepared before the meeting
        effort = self._spend(3, DAY)
        self._meet_for_action(datetime(2026, 3, 2, 9), 2)
        self.assertEqual(
            sorted(row[2:] for row in self._rows()),
            [
                (date(2026, 2, 27), 1.0, "action"),
                (DAY, 1.0, "action"),
                (DAY, 2.0, "meeting"),
            ],
        )
        effort.hours = 1
        self.assertEqual(
            [row[2:] for row in self._rows()],
            [(DAY, 2.0, "meeting")],
            "entered on another day than the meeting, the hours are the meeting's, too",
        )
        effort.hours = 0
        self.assertEqual([row[4] for row in self._rows()], ["meeting"])

    def test_meeting_takes_off_the_hours_of_who_was_there(self):
        self.line.participant_ids = self._participants(self.salesperson2)
        self._meet_for_action(datetime(2026, 3, 2, 9), 2)
        self._spend(2, DAY)
        self._spend(2, DAY, user=self.salesperson2)
        self.assertEqual([row[4] for row in self._rows()], ["meeting"])
        self.assertEqual([row[3] for row in self._rows(self.salesperson2)], [2.0])

    # -- the view ----------------------------------------------------------------------

    def test_a_row_keeps_its_id(self):
        self._meet(
            datetime(2026, 3, 3, 9), 2, users=self.salesperson | self.salesperson2
        )
        self._call("answered")
        self._spend(1)
        everybody = self.salesperson | self.salesperson2
        rows = self.Time.search([("user_id", "in", everybody.ids)])
        self.assertEqual(len(set(rows.ids)), 4)
        before = [(r.id, r.kind, r.user_id) for r in rows]
        self._meet(datetime(2026, 3, 2, 9), guests=self.contact | self.client2)
        rows.invalidate_recordset()
        self.assertEqual([(r.id, r.kind, r.user_id) for r in rows], before)
        self.assertTrue(all(rows.mapped("display_name")))
        self.assertLess(max(rows.ids), 2**53, "a browser keeps it exactly")

    def test_given_day_looks_back(self):
        self._meet(datetime(2026, 3, 2, 9))
        self._meet(datetime(2026, 3, 20, 9))
        then = self.Time.with_context(client_today=date(2026, 3, 10))
        self.assertEqual(
            then.search([("user_id", "=", self.salesperson.id)]).mapped("day"), [DAY]
        )

    # -- who may see it ----------------------------------------------------------------

    def _seen(self, user):
        rows = self.Time.with_user(user).search([])
        return rows.user_id & (self.salesperson | self.salesperson2)

    def test_own_hours_of_the_team_and_all(self):
        self._meet(datetime(2026, 3, 2, 9), users=self.salesperson | self.salesperson2)
        both = self.salesperson | self.salesperson2
        self.assertEqual(self._seen(self.salesperson), self.salesperson)
        self.assertEqual(self._seen(self.leader), self.salesperson)
        self.assertEqual(self._seen(self.leader2), self.salesperson2)
        self.assertEqual(self._seen(self.manager), both)
        self.manager.company_ids |= self.company2
        abroad = self.Time.with_user(self.manager).with_context(
            allowed_company_ids=self.company2.ids
        )
        self.assertFalse(abroad.search([]))

    def test_leader_still_sees_who_has_left(self):
        self._meet(datetime(2026, 3, 2, 9))
        self.env["client.fact"]._ensure(self.client).team_id = self.team
        self.salesperson.active = False
        rows = self.Time.with_user(self.leader).search([])
        self.assertEqual(rows.user_id, self.salesperson)

    def test_employees_without_sales_see_nothing(self):
        with self.assertRaises(UserError):
            self.Time.with_user(self.outsider).search([])

    def test_nobody_writes(self):
        self._meet(datetime(2026, 3, 2, 9))
        row = self.Time.with_user(self.manager).search([], limit=1)
        for operation in ("write", "create", "unlink"):
            self.assertFalse(row.has_access(operation))
