from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .honest_common import HonestCase

WEDNESDAY = "2026-03-04 09:00:00"  # the surveys are due on Thursday, 2026-03-05
FRIDAY = "2026-03-06 09:00:00"
OPT_OUT = "client_survey_opt_out"


class OptOutCase(HonestCase):
    def _tick(self, partner, ticked=True, user=None):
        partner.with_user(user or self.salesperson)[OPT_OUT] = ticked
        self.env.invalidate_all()

    def _live(self, user=None):
        """Return (completed, answered) of the week of the surveys in live coverage."""
        self.env.flush_all()
        row = self.env["client.coverage.week"].search(
            [
                ("user_id", "=", (user or self.salesperson).id),
                ("week_start", "=", date(2026, 3, 2)),
            ]
        )
        return row.completed_count, row.answered_count


class TestOptOutAndCoverage(OptOutCase):
    """Nobody clears his skipped orders by ticking a box."""

    def test_late_duty_becomes_refused_and_stays_uncovered(self):
        with freeze_time("2026-03-12 09:00:00"):
            before = self._live()
            self._tick(self.contact)
            self.assertRecordValues(
                self.survey, [{"state": "refused", "exclusion": False}]
            )
            self.assertEqual(self._live(), before)
            self.assertEqual(before, (1, 0))
            mine = self.survey.with_user(self.salesperson)
            self.assertNotIn(self.survey, mine.search(mine._get_queue_domain()))

    def test_late_of_this_week_counts_too(self):
        with freeze_time(FRIDAY):
            self._tick(self.client)
            self.assertEqual(self.survey.state, "refused")
            self.assertEqual(self._live(), (1, 0))

    def test_not_late_duty_is_left_out(self):
        for moment in (WEDNESDAY, "2026-03-05 22:00:00"):
            with freeze_time(moment):
                self._tick(self.contact)
                self.assertRecordValues(
                    self.survey, [{"state": "cancelled", "exclusion": "opted_out"}]
                )
                self._tick(self.contact, False)
                self.assertEqual(self.survey.state, "due")

    def test_withdrawing_brings_back_what_it_took_and_nothing_else(self):
        refused, given_up = self._new_survey("Refused"), self._new_survey("Given up")
        refused.state, given_up.state = "refused", "unreachable"
        clients = self.client | refused.partner_id | given_up.partner_id
        with freeze_time(FRIDAY):
            self._tick(clients)
            self._tick(clients, False)
        self.assertEqual(
            (self.survey | refused | given_up).mapped("state"),
            ["due", "refused", "unreachable"],
        )
        self.assertFalse(self.survey.date_opted_out)

    def test_ticked_for_a_week_late_orders_stay_refused(self):
        with freeze_time(FRIDAY):
            self._tick(self.contact)
        with freeze_time("2026-03-09 09:00:00"):
            self._tick(self.contact, False)
            self.assertEqual(self.survey.state, "refused")
            self.assertEqual(self._live(), (1, 0))

    def test_late_duty_given_to_a_contact_who_opted_out_stays(self):
        with freeze_time(FRIDAY):
            child = self.contact.with_user(self.salesperson).create(
                {"name": "Nobody", "parent_id": self.client.id, OPT_OUT: True}
            )
            self.order.with_user(self.salesperson).partner_id = child
            self.assertEqual(self.survey.state, "refused")
            self.assertEqual(self._live(), (1, 0))

    def test_late_duty_is_not_left_out_by_a_small_amount_either(self):
        self.company.client_survey_minimum_amount = 1000
        with freeze_time(FRIDAY):
            self.order.partner_id = self.client
        self.assertRecordValues(self.survey, [{"state": "due", "exclusion": False}])

    def test_cancelled_and_revived_for_one_who_opted_out_stays_uncovered(self):
        with freeze_time(FRIDAY):
            self.order._action_cancel()
            self._tick(self.contact)
            self.order.action_draft()
            self.order.action_confirm()
        self.assertRecordValues(self.survey, [{"state": "refused", "exclusion": False}])

    def test_nobody_writes_the_mark_by_hand(self):
        with self.assertRaisesRegex(UserError, "cannot be edited"):
            self.survey.with_user(self.manager).date_opted_out = datetime(2026, 3, 4)


class TestWhoMayOptOut(OptOutCase):
    """Only who is responsible for the client may tick or untick the box."""

    def _assert_may(self, partner, *users):
        for user in (
            self.salesperson,
            self.salesperson2,
            self.leader,
            self.leader2,
            self.manager,
            self.outsider,
        ):
            for ticked in (True, False):
                partner[OPT_OUT] = not ticked
                with self.subTest(user=user.login, ticked=ticked):
                    if user in users:
                        self._tick(partner, ticked, user)
                        self.assertEqual(partner[OPT_OUT], ticked)
                        continue
                    with self.assertRaisesRegex(UserError, "No Surveys: you are not"):
                        self._tick(partner, ticked, user)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = cls.env.ref("base.group_partner_manager")
        cls.outsider.group_ids |= manager

    def test_client_of_a_salesperson(self):
        self._assert_may(self.client, self.salesperson, self.leader, self.manager)

    def test_contact_of_a_client(self):
        self._assert_may(self.contact, self.salesperson, self.leader, self.manager)

    def test_client_of_another_team(self):
        self._assert_may(self.client2, self.salesperson2, self.leader2, self.manager)

    def test_client_of_another_company_of_the_firm(self):
        facts = self.env["client.fact"].with_company(self.company2)
        facts._ensure(self.client_foreign)
        self.client_foreign.company_id = False
        self._assert_may(self.client_foreign, self.manager)

    def test_new_contact_who_is_no_client_yet(self):
        contact = self.contact.create({"name": "New", "user_id": self.salesperson2.id})
        self._assert_may(contact, self.salesperson2, self.leader2, self.manager)

    def test_client_developer(self):
        fact = self.env["client.fact"].search([("partner_id", "=", self.client2.id)])
        fact.developer_id = self.salesperson
        self._tick(self.client2, user=self.salesperson)
        self.assertTrue(self.client2[OPT_OUT])

    def test_creating_a_contact_with_the_box_ticked(self):
        values = {"name": "Below", "parent_id": self.client2.id}
        contacts = self.contact.with_user(self.salesperson)
        with self.assertRaisesRegex(UserError, "Birch Works"):
            contacts.create({**values, OPT_OUT: True})
        with self.assertRaisesRegex(UserError, "Birch Works"):
            contacts.with_context(**{f"default_{OPT_OUT}": True}).create(values)
        self.assertFalse(contacts.create(values)[OPT_OUT])

    def test_nothing_changes_nothing_is_refused(self):
        self.client2.with_user(self.salesperson)[OPT_OUT] = False
        self.client2[OPT_OUT] = True
        self.client2.with_user(self.salesperson).write({OPT_OUT: True, "city": "Riga"})
        self.assertEqual(self.client2.city, "Riga")

    def test_one_foreign_client_among_own_ones(self):
        both = self.client | self.client2
        with self.assertRaisesRegex(UserError, "not responsible for Birch Works[.]"):
            self._tick(both)

    def test_queries_do_not_grow_with_the_clients(self):
        counts = []
        for number in (2, 30):
            clients = self.env["res.partner"].concat(
                *(self._new_client(f"Q{n}", self.salesperson) for n in range(number))
            )
            mine = clients.with_user(self.salesperson)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            mine._check_may_opt_out()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1, counts)

    def test_nobody_writes_who_it_was(self):
        for user in (self.salesperson, self.leader, self.manager):
            for name in ("user_id", "date", "copied"):
                with self.subTest(user=user.login, name=name):
                    partner = self.client.with_user(user)
                    with self.assertRaises(AccessError):
                        partner.write({f"{OPT_OUT}_{name}": False})
                    with self.assertRaises(AccessError):
                        partner.read([f"{OPT_OUT}_{name}"])


class TestOptOutToCheck(OptOutCase):
    """A leader learns who took an order away from the calls."""

    def _acts(self, kind="opted_out"):
        return self._flags(kind)

    def test_duty_left_out_by_an_employee(self):
        with freeze_time(WEDNESDAY):
            self._tick(self.contact)
        flag = self._acts()
        self.assertRecordValues(
            flag,
            [
                {
                    "survey_id": self.survey.id,
                    "operator_id": self.salesperson.id,
                    "date_done": datetime(2026, 3, 4, 9),
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "state": "check",
                }
            ],
        )
        self.assertEqual(
            flag.why,
            f"{self.salesperson.name} ticked “No Surveys” on 03/04/2026, so the client"
            " is not asked.",
        )
        seen = self.Flag.with_user(self.leader).search([])
        self.assertEqual(seen, flag)
        self.assertFalse(self.Flag.with_user(self.leader2).search([]))
        seen._mark_fine("The client asked for it")
        with freeze_time(WEDNESDAY):
            self._tick(self.contact, False)
            self._tick(self.contact)
        self.assertEqual(self._acts().state, "fine")

    def test_late_duty_refused_by_an_employee(self):
        with freeze_time(FRIDAY):
            self._tick(self.client)
        self.assertEqual(self._acts().survey_id, self.survey)

    def test_ticked_and_unticked_at_once(self):
        with freeze_time(WEDNESDAY):
            self._tick(self.contact)
            self._tick(self.contact, False)
        self.assertEqual(self.survey.state, "due")
        self.assertEqual(self._acts().survey_id, self.survey)

    def test_order_completed_later(self):
        self._tick(self.client)
        self.client.sudo()[f"{OPT_OUT}_date"] = datetime(2026, 1, 1)
        other = self._create_order(partner=self.contact, day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        survey = self._survey_of(other)
        self.assertEqual(survey.exclusion, "opted_out")
        self.assertNotIn(survey, self._acts().survey_id)
        self._screen()
        self.assertIn(survey, self._acts().survey_id)
        count = len(self._flags())
        self._screen()
        self.assertEqual(len(self._flags()), count, "noted once")

    def test_order_left_out_before_by_the_client_s_own_word(self):
        self.client[OPT_OUT] = True  # the system, as by his own link
        other = self._create_order(partner=self.contact, day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        self.client[OPT_OUT] = False
        with freeze_time("2030-03-03 09:00:00"):
            self._tick(self.client)
        self._screen()
        self.assertNotIn(self._survey_of(other), self._acts().survey_id)

    def test_client_s_own_word_is_not_to_be_checked(self):
        with freeze_time(WEDNESDAY):
            self.contact[OPT_OUT] = True
            self._tick(self.client)
        self._screen()
        self.assertEqual(self.survey.exclusion, "opted_out")
        self.assertFalse(self._flags())

    def test_leader_does_not_check_himself(self):
        with freeze_time(WEDNESDAY):
            self._tick(self.contact, user=self.leader)
        self.assertFalse(self.Flag.with_user(self.leader).search([]))
        self.assertTrue(self.Flag.with_user(self.manager).search([]))

    def test_order_given_to_a_contact_who_opted_out(self):
        self.client2[OPT_OUT] = True
        for user, noted in ((self.salesperson, True), (self.leader, False)):
            survey = self._new_survey(f"Given by {user.login}")
            survey.order_id.user_id = self.salesperson
            order = survey.order_id.with_user(user).sudo()
            with freeze_time(WEDNESDAY):
                order.partner_id = self.client2
            self.assertEqual(survey.exclusion, "opted_out")
            flag = self._acts("readdressed").filtered(
                lambda flag, survey=survey: flag.survey_id == survey
            )
            self.assertEqual(bool(flag), noted, user.login)
        flag = self._acts("readdressed")
        self.assertEqual(flag.operator_id, self.salesperson)
        self.assertIn("gave the order to a contact who does not want", flag.why)

    def test_contact_made_up_for_an_order(self):
        with freeze_time(WEDNESDAY):
            child = self.contact.with_user(self.salesperson).create(
                {"name": "Nobody", "parent_id": self.client.id, OPT_OUT: True}
            )
            self.order.with_user(self.salesperson).partner_id = child
        self.assertEqual(
            sorted(self._flags().mapped("kind")), ["opted_out", "readdressed"]
        )

    def test_salesperson_learns_nothing(self):
        with freeze_time(WEDNESDAY):
            self._tick(self.contact)
        with self.assertRaises(AccessError):
            self.survey.with_user(self.salesperson).read(["flag_ids"])
        self.assertFalse(self.Flag.with_user(self.salesperson).has_access("read"))

    def test_nothing_to_annul(self):
        """The answer is missing: the button is not offered."""
        with freeze_time(WEDNESDAY):
            self._tick(self.contact)
        self.assertEqual(self._acts().with_user(self.leader).survey_state, "cancelled")


class TestOptOutAndPick(OptOutCase):
    """Who opted out does not vanish from the comparison."""

    def test_groups(self):
        late, left_out = self._new_survey("Late"), self._new_survey("Left out")
        small = self._new_survey("Small")
        small.write({"state": "cancelled", "exclusion": "too_small"})
        with freeze_time(WEDNESDAY):
            self._tick(left_out.partner_id)
        with freeze_time(FRIDAY):
            self._tick(late.partner_id)
            self.env.flush_all()
            rows = self.env["client.survey.pick"].search(
                [("survey_id", "in", (self.survey | late | left_out | small).ids)]
            )
        self.assertEqual(
            {row.survey_id: row.result for row in rows},
            {self.survey: "skipped", late: "skipped", left_out: "opted_out"},
        )
