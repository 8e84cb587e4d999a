from datetime import date, datetime, timedelta

import psycopg2
from psycopg2 import IntegrityError

from odoo.tests import Form
from odoo.tools import mute_logger

from .breach_common import ENTERED, TODAY, BreachCase

EARLIER = date(2026, 2, 1)


class TestStandard(BreachCase):
    """What each standard asks for, and when it is not kept."""

    # -- contact ----------------------------------------------------------------------

    def test_client_never_contacted_counts_from_entering_the_segment(self):
        self.segment.contact_days = 30
        self._check(ENTERED)
        self.assertFalse(self._breaches(), "nobody is late on the first day")
        self._check(date(2026, 1, 31))
        self.assertFalse(self._breaches(), "the thirtieth day is in time")
        self._check(date(2026, 2, 1))
        breach = self._breaches()
        self.assertRecordValues(
            breach,
            [
                {
                    "standard": "contact",
                    "date_opened": date(2026, 2, 1),
                    "date_due": date(2026, 1, 31),
                    "date_last": False,
                    "limit_value": 30,
                    "segment_id": self.segment.id,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "responsible_id": self.salesperson.id,
                }
            ],
        )
        self.assertEqual(
            breach.explanation,
            "Not contacted since entering the segment on 1 January 2026, owed every 30"
            " days",
        )

    def test_last_contact_counts_but_a_new_segment_gives_its_days(self):
        self.segment.contact_days = 30
        self._message(self.contact, EARLIER, partner_ids=self.contact.ids)
        self._check(date(2026, 3, 3))
        self.assertFalse(self._breaches())
        self._check(date(2026, 3, 4))
        self.assertEqual(
            self._breaches().explanation,
            "Last contact on 1 February 2026, owed every 30 days",
        )
        better = self.env["client.segment"].create(
            {"name": "Best", "rank": 1, "contact_days": 7, "company_id": False}
        )
        self.segment.rank = 2
        self._enter(self.fact, better, TODAY - timedelta(days=7))
        self._check()
        self.assertFalse(self._breaches())
        self._check(TODAY + timedelta(days=1))
        self.assertEqual(
            self._breaches().explanation,
            "Not contacted since entering the segment on 24 March 2026 (last on"
            " 1 February 2026), owed every 7 days",
        )

    def test_every_kind_of_contact_counts(self):
        self.segment.contact_days = 30
        plan = self._start_plan()
        lead = self.env["crm.lead"].create(
            {"name": "Hall", "partner_id": self.contact.id, "type": "opportunity"}
        )
        order = self._create_order()
        cases = {
            "call that reached somebody": lambda: self._call("callback"),
            "other call that reached somebody": self._other_call,
            "answered survey": self._answer,
            "meeting": lambda: self._meet(self.contact),
            "done action": lambda: self._do_action(plan),
            "message to the contact on his card": lambda: self._message(
                self.contact, TODAY, partner_ids=self.contact.ids
            ),
            "message to the client on the opportunity": lambda: self._message(
                lead, TODAY, partner_ids=self.client.ids
            ),
            "message to a client who follows": lambda: self._follower(order),
            "e-mail of the client on the order": lambda: self._message(
                order, TODAY, author=self.contact, message_type="email"
            ),
            "done activity": lambda: self._finish_activity(lead),
        }
        for name, make in cases.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self._check()
                self.assertIn("contact", self._standards())
                make()
                self._check()
                self.assertNotIn("contact", self._standards())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_is_no_contact_does_not_count(self):
        self.segment.contact_days = 30
        note = self.env.ref("mail.mt_note")
        order = self._create_order()
        lead = self.env["crm.lead"].create(
            {"name": "Hall", "partner_id": self.client2.id}
        )
        to_client = {"partner_ids": self.contact.ids}
        stranger = self.env["res.users"].create(
            {
                "name": "Elsewhere",
                "login": "cd_elsewhere",
                "company_id": self.company2.id,
                "company_ids": [(6, 0, self.company2.ids)],
            }
        )
        cases = {
            "call that reached nobody": lambda: self._call("no_answer"),
            "meeting to come": lambda: self._meet(
                self.contact, TODAY + timedelta(days=1)
            ),
            "declined meeting": lambda: self._meet(self.contact, state="declined"),
            "meeting of another company": lambda: self._meet(
                self.contact, user=stranger
            ),
            "meeting with somebody else": lambda: self._meet(self.client2),
            "internal note": lambda: self._message(
                self.contact, TODAY, subtype_id=note.id, **to_client
            ),
            "message of the system": lambda: self._message(
                order, TODAY, message_type="notification", **to_client
            ),
            "automatic message": lambda: self._message(
                order, TODAY, message_type="auto_comment", **to_client
            ),
            "message among ourselves": lambda: self._message(
                order, TODAY, partner_ids=self.leader.partner_id.ids
            ),
            "message about another client": lambda: self._message(
                lead, TODAY, **to_client
            ),
            "message from another company": lambda: self._message(
                self.contact, TODAY, author=stranger.partner_id, **to_client
            ),
            "future message": lambda: self._message(
                order, TODAY + timedelta(days=1), **to_client
            ),
        }
        for name, make in cases.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                make()
                self._check()
                self.assertIn("contact", self._standards())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_day_of_a_contact_is_that_of_the_company(self):
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        self.segment.contact_days = 30
        message = self._message(self.contact, EARLIER, partner_ids=self.contact.ids)
        message.date = datetime(2026, 2, 1, 20)  # 2 February in Auckland
        self._check()
        self.assertEqual(self._breaches().date_last, date(2026, 2, 2))

    # -- plan and review --------------------------------------------------------------

    def test_plan_is_owed_until_one_of_the_client_runs(self):
        self.segment.plan_required = True
        self._check()
        self.assertEqual(self._breaches().explanation, "No running development plan")
        plan = (
            self.env["client.plan"]
            .with_user(self.salesperson)
            .create({"partner_id": self.client.id})
        )
        self._check()
        self.assertEqual(self._standards(), {"plan"}, "a draft does not run")
        plan.sudo().action_start()
        self._check()
        self.assertEqual(self._standards(), set())

    def test_plan_of_another_company_does_not_count(self):
        self.segment.plan_required = True
        plan = self._start_plan()
        self._check()
        self.assertFalse(self._breaches())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_plan SET company_id = %s WHERE id = %s",
            (self.company2.id, plan.id),
        )
        self._check()
        self.assertEqual(self._standards(), {"plan"})

    def test_review_is_owed_on_its_date(self):
        self.segment.review_days = 60
        plan = self._start_plan()
        plan.next_review_date = TODAY
        self._check()
        self.assertFalse(self._breaches(), "today is in time")
        self._check(TODAY + timedelta(days=1))
        self.assertEqual(
            self._breaches().explanation,
            "Review of the plan was due on 31 March 2026, owed every 60 days",
        )
        plan.next_review_date = TODAY + timedelta(days=30)
        self._check(TODAY + timedelta(days=1))
        self.assertFalse(self._breaches())

    def test_review_without_the_standard_is_not_owed(self):
        plan = self._start_plan()
        plan.next_review_date = TODAY - timedelta(days=10)
        self._check()
        self.assertFalse(self._breaches())

    # -- positions and coverage -------------------------------------------------------

    def test_positions_are_owed_by_clients_who_buy(self):
        self.segment.minimum_products = 3
        self._check()
        self.assertFalse(self._breaches(), "who buys nothing has no positions")
        self.fact.write({"order_count": 2, "product_count": 1})
        self._check()
        self.assertEqual(
            self._breaches().explanation,
            "Different products bought: 1, at least 3 expected",
        )
        self.fact.product_count = 2
        self._check()
        self.assertEqual(self._breaches().actual_value, 2)
        self.assertEqual(len(self.fact.breach_ids), 1, "the same breach")
        self.fact.product_count = 3
        self._check()
        self.assertFalse(self._breaches())

    def test_coverage_is_owed_by_clients_with_surveys(self):
        self.segment.coverage_target = 80
        self._check()
        self.assertFalse(self._breaches(), "no duty, no coverage")
        self.fact.write({"survey_count": 3, "survey_coverage": 200 / 3})
        self._check()
        self.assertEqual(
            self._breaches().explanation,
            "Surveys answered: 66.7 %, at least 80.0 % expected",
        )
        self.fact.survey_coverage = 80
        self._check()
        self.assertFalse(self._breaches())

    # -- whose standards --------------------------------------------------------------

    def test_only_the_primary_segment_counts(self):
        other = self.env["client.segment"].create(
            {"name": "Lesser", "rank": 2, "plan_required": True}
        )
        self.fact.segment_ids |= other
        self._check()
        self.assertFalse(self._breaches())
        self.segment.rank = 3
        self._check()
        self.assertEqual(self._breaches().segment_id, other)

    def test_breach_closes_with_what_is_no_longer_owed(self):
        def lose_standard():
            self.segment.plan_required = False

        def leave_segment():
            self.fact.segment_ids = False

        def archive_client():
            self.client.active = False

        def get_parent():
            self.client.write({"parent_id": self.client2.id, "is_company": False})

        for change in (lose_standard, leave_segment, archive_client, get_parent):
            with self.subTest(change.__name__), self.env.cr.savepoint() as savepoint:
                self.segment.plan_required = True
                self._check(EARLIER)
                breach = self._breaches("plan")
                change()
                self._check()
                self.assertEqual(breach.date_closed, TODAY)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_breach_of_another_segment_is_another_breach(self):
        self.segment.plan_required = True
        self._check(EARLIER)
        first = self._breaches()
        better = self.env["client.segment"].create(
            {"name": "Best", "rank": 1, "plan_required": True}
        )
        self.segment.rank = 2
        self._enter(self.fact, better, TODAY)
        self._check()
        self.assertEqual(first.date_closed, TODAY)
        self.assertEqual(self._breaches().segment_id, better)

    # -- the segment's form -----------------------------------------------------------

    def test_segment_form_sets_the_standards(self):
        with Form(self.segment.with_user(self.manager)) as form:
            form.contact_days = 14
            form.plan_required = True
            form.review_days = 30
            form.minimum_products = 4
            form.coverage_target = 90
        self._check()
        self.assertEqual(self.segment.breach_count, 4)  # contact and plan, twice
        action = self.segment.action_view_breaches()
        self.assertEqual(self.Breach.search(action["domain"]).segment_id, self.segment)

    @mute_logger("odoo.sql_db")
    def test_negative_minimum_is_refused(self):
        with self.assertRaises(psycopg2.errors.CheckViolation):
            self.segment.minimum_products = -1
            self.env.flush_all()

    def test_absurd_number_of_days_is_refused(self):
        for name in ("contact_days", "review_days"):
            with (
                self.subTest(name),
                self.assertRaisesRegex(IntegrityError, "days_sensible"),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.segment[name] = 3651
                self.env.flush_all()
        self.segment.contact_days = 3650
        self.segment.plan_required = True
        self._check()
        self.assertEqual(self._standards(), {"plan"})

    # -- making contacts --------------------------------------------------------------

    def _new_survey(self):
        order = self._create_order(day=EARLIER)
        self.env["client.survey"]._queue_surveys(self.company)
        return self.env["client.survey"].search([("order_id", "=", order.id)])

    def _call(self, outcome):
        self.env["client.survey.attempt"].create(
            {
                "survey_id": self._new_survey().id,
                "user_id": self.salesperson.id,
                "date": datetime(2026, 3, 31, 9),
                "date_callback": datetime(2026, 4, 1, 9),
                "outcome": outcome,
            }
        )

    def _other_call(self):
        call = self.env["client.call"].create(
            {
                "kind": "campaign",
                "company_id": self.company.id,
                "partner_id": self.client.id,
                "contact_id": self.contact.id,
                "user_id": self.salesperson.id,
                "date_due": TODAY,
            }
        )
        self.env["client.survey.attempt"].create(
            {
                "call_id": call.id,
                "user_id": self.salesperson.id,
                "date": datetime(2026, 3, 31, 9),
                "outcome": "answered",
            }
        )

    def _answer(self):
        self._new_survey().write(
            {"state": "done", "rating": 5, "date_done": datetime(2026, 3, 31, 9)}
        )

    def _meet(self, partner, day=TODAY, user=None, state="accepted"):
        start = datetime(day.year, day.month, day.day, 9)
        event = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": (user or self.salesperson).id,
                "partner_ids": [(6, 0, partner.ids)],
            }
        )
        event.attendee_ids.state = state

    def _do_action(self, plan):
        line = plan.env["client.plan.line"].create(
            {"plan_id": plan.id, "name": "Visit", "date_deadline": TODAY}
        )
        line.action_done()

    def _follower(self, order):
        message = self._message(order, TODAY)
        self.env["mail.notification"].create(
            {"mail_message_id": message.id, "res_partner_id": self.contact.id}
        )

    def _finish_activity(self, lead):
        activity = lead.activity_schedule("mail.mail_activity_data_call")
        activity.action_feedback()
        self.env["mail.message"].search(
            [("model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        ).date = datetime(2026, 3, 31, 9)
