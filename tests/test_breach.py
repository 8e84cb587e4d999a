from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .breach_common import TODAY, BreachCase

EARLIER = date(2026, 2, 10)


class TestBreach(BreachCase):
    """Breaches are opened, kept and closed by the check, and named once per person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment.write({"plan_required": True, "contact_days": 30})

    def _rows(self):
        """Return everything that a check could write, with its row versions."""
        self.env.flush_all()
        rows = []
        for table in ("client_breach", "client_breach_digest", "mail_activity"):
            self.env.cr.execute(f"SELECT id, xmin::text, ctid::text FROM {table}")
            rows.append(sorted(self.env.cr.fetchall()))
        self.env.cr.execute("SELECT COUNT(*), MAX(id) FROM mail_message")
        return [*rows, self.env.cr.fetchall()]

    def _plan_for_all(self):
        self._start_plan()
        self._start_plan(self.salesperson2, partner_id=self.client2.id)

    # -- the check --------------------------------------------------------------------

    def test_check_tells_how_many_it_opened_and_closed(self):
        self.assertEqual(self._check(EARLIER), (4, 0))
        self._plan_for_all()
        self.assertEqual(self._check(), (0, 2))

    def test_second_run_changes_no_row(self):
        self._check()
        before = self._rows()
        self.assertEqual(self._check(), (0, 0))
        self.assertEqual(self._rows(), before)
        self._check(TODAY + timedelta(days=1))
        self.assertEqual(self._rows(), before, "nor does the next day")

    def test_closed_breach_is_opened_anew(self):
        self._check(EARLIER)
        plan = self._start_plan()
        self._check(EARLIER + timedelta(days=5))
        closed = self._breaches("plan", closed=True)
        self.assertEqual(closed.days_open, 5)
        plan.with_user(self.salesperson).env["client.plan.close"].create(
            {"plan_id": plan.id, "mode": "cancel", "reason": "Moved abroad"}
        ).action_confirm()
        self._check()
        self.assertEqual(self._breaches("plan").date_opened, TODAY)
        self.assertEqual(self._breaches("plan", closed=True), closed)

    def test_days_open_are_counted_to_today(self):
        self._check(EARLIER)
        self.assertEqual(self._breaches("plan").days_open, 49)

    def test_check_of_some_leaves_the_others_alone(self):
        self._check(EARLIER)
        self._plan_for_all()
        self.assertEqual(self._check(facts=self.fact), (0, 1))
        self.assertFalse(self._breaches("plan"))
        self.assertTrue(self._breaches("plan", fact=self.fact2))

    def test_check_is_of_one_company(self):
        fact = self.env["client.fact"].with_company(self.company2)
        fact = fact._ensure(self.client_foreign).sudo()
        self._enter(fact)
        self._check()
        self.assertFalse(self._breaches(fact=fact))
        self.Breach.with_company(self.company2)._check(date=TODAY)
        self.assertEqual(self._breaches(fact=fact).company_id, self.company2)

    def test_queries_do_not_grow_with_the_breaches(self):
        def run(count):
            partners = self.env["res.partner"].create(
                [
                    {"name": f"Client {number}", "user_id": self.salesperson.id}
                    for number in range(count)
                ]
            )
            self._enter(self.env["client.fact"]._ensure(partners).sudo())
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            opened, _closed = self._check()
            self.assertEqual(opened, 2 * count)
            return self.env.cr.sql_log_count - before

        self._check()
        few = run(5)
        self.assertLessEqual(run(100), few)

    # -- clients who change hands or become one ---------------------------------------

    def test_open_breach_follows_the_salesperson_and_a_closed_one_does_not(self):
        self._check(EARLIER)
        self._start_plan()
        self._check(EARLIER)
        self.client.user_id = self.salesperson2
        self.assertEqual(self._breaches("contact").user_id, self.salesperson2)
        self._check()
        self.assertRecordValues(
            self._breaches("contact"),
            [
                {
                    "user_id": self.salesperson2.id,
                    "team_id": self.team2.id,
                    "responsible_id": self.salesperson2.id,
                }
            ],
        )
        self.assertEqual(self._breaches("plan", closed=True).user_id, self.salesperson)

    def test_merged_clients_have_their_breaches_joined(self):
        self._check(EARLIER)
        self._start_plan()
        self._check(EARLIER)
        other = self._new_client("Azure Joinery GmbH", self.salesperson)
        fact = self.env["client.fact"]._ensure(other).sudo()
        self._enter(fact)
        self._check()
        self.assertEqual(self._standards(fact=fact), {"plan", "contact"})
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.client | other).ids, other
        )
        self.env.invalidate_all()
        self.assertEqual(self._standards(fact=fact), {"plan", "contact"})
        self.assertEqual(self._breaches("contact", fact=fact).date_opened, EARLIER)
        joined = self.Breach.search([("fact_id", "=", fact.id)])
        self.assertEqual(joined.partner_id, other)
        self.assertEqual(len(joined), 3, "and the closed one")
        self._check()
        self.assertEqual(self._standards(fact=fact), {"contact"})

    # -- one task per person ----------------------------------------------------------

    def test_one_task_says_how_many_clients_are_owed_something(self):
        self._check()
        activity = self._activities()
        self.assertRecordValues(
            activity,
            [
                {
                    "summary": "Clients owed something: 1 (Contact 1, Plan 1)",
                    "date_deadline": TODAY,
                    "res_id": self._digest().id,
                }
            ],
        )
        self.assertEqual(self._digest().breach_ids, self._breaches())
        self.assertEqual(len(self._activities(self.salesperson2)), 1)
        self._start_plan()
        self._check()
        self.assertEqual(
            activity.summary, "Clients owed something: 1 (Contact 1)", "the same task"
        )

    def test_task_goes_when_nothing_is_owed_any_more(self):
        self._check()
        self._start_plan()
        self._message(self.contact, TODAY, partner_ids=self.contact.ids)
        self._check()
        self.assertFalse(self._activities())
        self.assertEqual(self._digest().client_count, 0)
        self.assertTrue(self._activities(self.salesperson2))

    def test_task_ticked_off_too_early_comes_back(self):
        self._check()
        self._activities().with_user(self.salesperson).action_done()
        self._check()
        self.assertEqual(len(self._activities()), 1)

    def test_nothing_is_mailed(self):
        mails = self.env["mail.mail"].search_count([])
        messages = self.env["mail.message"].search_count([])
        self._check()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self.env["mail.message"].search_count([]), messages)

    def test_client_without_salesperson_is_named_to_the_leader(self):
        self.fact.write({"user_id": False})
        self._check()
        self.assertEqual(self._breaches().responsible_id, self.leader)
        self.assertTrue(self._activities(self.leader))
        self.assertFalse(self._activities())

    def test_client_of_somebody_who_has_left_is_named_to_the_leader(self):
        self.salesperson.active = False
        self._check()
        self.assertEqual(self._breaches().responsible_id, self.leader)

    def test_client_without_team_is_named_to_nobody(self):
        self.fact.write({"user_id": False, "team_id": False})
        self._check()
        self.assertEqual(len(self._breaches()), 2)
        self.assertFalse(self._breaches().responsible_id)

    def test_tasks_of_many_people_take_no_more_queries(self):
        def run(count, offset):
            users = self.env["res.users"].create(
                [
                    {
                        "name": f"Seller {offset + number}",
                        "login": f"cd_seller_{offset + number}",
                        "company_id": self.company.id,
                        "company_ids": [Command.set(self.company.ids)],
                        "group_ids": self.salesperson.group_ids.ids,
                    }
                    for number in range(count)
                ]
            )
            partners = self.env["res.partner"].create(
                [{"name": user.name, "user_id": user.id} for user in users]
            )
            self._enter(self.env["client.fact"]._ensure(partners).sudo())
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._check()
            taken = self.env.cr.sql_log_count - before
            self.assertEqual(
                len(self.Digest.search([("user_id", "in", users.ids)])), count
            )
            return taken

        self._check()
        few = run(3, 0)
        self.assertLessEqual(run(60, 100), few + 5)

    def test_check_again_lets_what_is_mended_disappear(self):
        self._check()
        self._plan_for_all()
        digest = self._digest().with_user(self.salesperson)
        self.assertEqual(digest.plan_count, 1)
        answer = digest.action_check()
        self.assertIn("Mended: 1", answer["params"]["message"])
        digest.invalidate_recordset()
        self.assertEqual(digest.plan_count, 0)
        self.assertTrue(self._breaches("plan", fact=self.fact2), "only his own clients")

    # -- scheduled --------------------------------------------------------------------

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_development.ir_cron_check_standards"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_scheduled_action_checks_every_company(self):
        fact = self.env["client.fact"].with_company(self.company2)
        fact = fact._ensure(self.client_foreign).sudo()
        self._enter(fact)
        self._run()
        self.assertIn("plan", self._standards())
        self.assertIn("plan", self._standards(fact=fact))
        before = self._rows()
        self._run()
        self.assertEqual(self._rows(), before)

    @mute_logger("odoo.addons.client_development.models.client_breach_check")
    def test_company_that_fails_does_not_stop_the_others(self):
        Breach = type(self.env["client.breach"])
        find = Breach._find_breaches
        failed = []

        def fail(records, company, date, only):
            if company == self.company2:
                failed.append(company)
                raise ValueError
            return find(records, company, date, only)

        with patch.object(Breach, "_find_breaches", fail):
            self.company2.sequence, self.company.sequence = 1, 2
            self._run()
        self.assertTrue(failed)
        self.assertIn("plan", self._standards())

    def test_check_that_runs_elsewhere_is_named(self):
        with (
            patch.object(type(self.Breach), "_lock_check", lambda *_args: False),
            self.assertRaisesRegex(UserError, "Northern Fasteners.*Try again"),
        ):
            self._check()

    # -- from a breach to what mends it -----------------------------------------------

    def test_breach_leads_to_an_action_in_the_plan(self):
        self._check()
        breach = self._breaches("contact").with_user(self.salesperson)
        self.assertEqual(breach.action_plan_action()["res_model"], "client.plan")
        plan = self._start_plan()
        action = breach.action_plan_action()
        line = breach.env["client.plan.line"].with_context(**action["context"])
        line = line.create({"date_deadline": TODAY})
        self.assertEqual(line.plan_id.id, plan.id)
        self.assertEqual(line.name, "Contact the client")
        self.assertEqual(breach.action_open_client()["res_id"], self.client.id)
        self.assertEqual(breach.action_open_plan()["res_id"], plan.id)

    def test_numbers_of_the_list_open_their_breaches(self):
        self._check()
        digest = self._digest().with_user(self.salesperson)
        action = digest.with_context(client_standard="plan").action_view_breaches()
        self.assertEqual(self.Breach.search(action["domain"]), digest.breach_ids)
        self.assertEqual(action["context"], {"search_default_plan": 1})
        action = digest.action_view_breaches()
        self.assertEqual(action["context"], {"search_default_group_standard": 1})

    def test_counts_open_what_they_count(self):
        self._check()
        fact = self.fact.with_user(self.salesperson)
        client = self.client.with_user(self.salesperson)
        for record, count, action in (
            (fact, fact.breach_count, fact.action_view_breaches()),
            (
                self.contact.with_user(self.salesperson),
                client.client_breach_count,
                client.action_view_client_breaches(),
            ),
        ):
            with self.subTest(record._name):
                self.assertEqual(count, 2)
                self.assertEqual(self.Breach.search(action["domain"]), self._breaches())
                self.assertTrue(action["context"]["search_default_open"])
