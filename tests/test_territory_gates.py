from datetime import date, datetime, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .plan_common import TODAY, PlanCase


class TestTerritoryGates(PlanCase):
    """Facts, not wishes, open the gates: talks, headquarters, sales office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.land = cls.env["res.country"].create({"name": "Norland", "code": "QQ"})
        cls.company.write(
            {
                "client_gate_medium_count": 2,
                "client_gate_large_count": 1,
                "client_gate_medium_amount": 1000,
                "client_gate_large_amount": 5000,
            }
        )
        cls.region = cls._new_plan(
            cls.manager,
            scope="territory",
            partner_id=False,
            country_ids=[Command.link(cls.land.id)],
            date_start=date(2026, 2, 2),  # a Monday, four weeks before
        )

    def _new_buyer(self, name, amount, user=None):
        client = self._new_client(name, user or self.env["res.users"])
        client.country_id = self.land
        fact = client.client_fact_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_fact SET amount = %s WHERE id = %s", (amount, fact.id)
        )
        fact.invalidate_recordset()
        return client

    def _contact(self, client):
        return self.env["res.partner"].create(
            {
                "name": "Ola",
                "parent_id": client.id,
                "email": f"ola{client.id}@x.example",
            }
        )

    def _meet(self, partner, day, user=None, **values):
        user = user or self.salesperson
        start = datetime.combine(day, datetime.min.time()) + timedelta(hours=9)
        event = self.env["calendar.event"].create(
            {
                "name": "Talks",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": user.id,
                "partner_ids": [Command.set((partner | user.partner_id).ids)],
                **values,
            }
        )
        self.region.invalidate_recordset()
        return event

    def _spend(self, day, hours=1.0, **values):
        values = {"action_type": "call", **values}
        plan = values.pop("plan", self.plan)
        line = self._new_line(plan, **values)
        effort = self.env["client.plan.effort"].create(
            {
                "line_id": line.id,
                "user_id": self.salesperson.id,
                "date": day,
                "hours": hours,
            }
        )
        self.region.invalidate_recordset()
        return effort

    def _days(self, number, first=date(2026, 2, 2)):
        return self.company._client_working_days(first, first + timedelta(days=60))[
            :number
        ]

    # -- talks ---------------------------------------------------------------------

    def test_new_territory_is_at_the_talks(self):
        region = self.region
        self.assertEqual((region.client_count, region.gate), (0, "talks"))
        self.assertRecordValues(
            region,
            [
                {
                    "gate_talk_days": 0,
                    "gate_talk_partner_id": False,
                    "gate_medium_count": 0,
                    "gate_large_count": 0,
                    "gate_unassigned_count": 0,
                    "gate_shared_count": 0,
                    "salesperson_count": 0,
                }
            ],
        )
        self.assertFalse(self.plan.gate, "only territories have gates")

    def test_objective_of_an_empty_territory_is_zero(self):
        indicator = self.env.ref("client_development.client_indicator_new_clients")
        objective = self._new_objective(
            self.region, indicator_id=indicator.id, baseline=0, target=5
        )
        self.assertEqual(objective.current, 0)
        self.region.sudo().state = "running"
        self.assertEqual(objective.progress, 0)

    def test_more_than_ten_working_days_of_talks_with_one_client(self):
        contact = self._contact(self._new_buyer("Fjord Works", 0))
        days = self._days(11)
        for day in days[:10]:
            self._meet(contact, day)
        self._meet(contact, days[0], name="The same day again")
        region = self.region
        self.assertEqual((region.gate_talk_days, region.gate), (10, "talks"))
        self.assertEqual(region.gate_talk_needed, 11)
        self._meet(contact, days[10])
        self.assertEqual((region.gate_talk_days, region.gate), (11, "headquarters"))
        self.assertEqual(region.gate_talk_partner_id, contact.parent_id)
        self.company.client_gate_talk_days = 11
        region.invalidate_recordset()
        self.assertEqual(region.gate, "talks", "the setting decides")

    def test_days_with_several_clients_are_not_added_up(self):
        fjord = self._contact(self._new_buyer("Fjord Works", 0))
        skerry = self._contact(self._new_buyer("Skerry Yard", 0))
        days = self._days(5)
        for day in days:
            self._meet(skerry, day)
        for day in days[:3]:
            self._meet(fjord, day)
        self.assertEqual(self.region.gate_talk_days, 5)
        self.assertEqual(self.region.gate_talk_partner_id, skerry.parent_id)

    def test_which_days_count(self):
        client = self._new_buyer("Fjord Works", 0)
        contact = self._contact(client)
        cases = (
            (date(2026, 1, 30), 0, "before the plan"),
            (date(2026, 2, 7), 0, "a Saturday"),
            (date(2026, 3, 3), 0, "tomorrow"),
            (date(2026, 2, 3), 1, "a Tuesday"),
            (TODAY, 2, "today"),
        )
        for day, expected, reason in cases:
            self._meet(contact, day)
            self.assertEqual(self.region.gate_talk_days, expected, reason)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": datetime(2026, 2, 3),
                "date_to": datetime(2026, 2, 3, 23, 59),
            }
        )
        self.region.invalidate_recordset()
        self.assertEqual(self.region.gate_talk_days, 1, "a public holiday")

    def test_plan_that_begins_later_has_no_days_yet(self):
        contact = self._contact(self._new_buyer("Fjord Works", 0))
        self._meet(contact, TODAY)
        self.region.write(
            {"date_start": date(2026, 3, 9), "date_end": date(2026, 6, 9)}
        )
        self.region.invalidate_recordset()
        self.assertEqual((self.region.gate_talk_days, self.region.gate), (0, "talks"))

    def test_which_meetings_count(self):
        client = self._new_buyer("Fjord Works", 0)
        contact = self._contact(client)
        day = date(2026, 2, 3)
        event = self._meet(contact, day)
        self.assertEqual(self.region.gate_talk_days, 1)
        guest = event.attendee_ids.filtered(lambda a: a.partner_id == contact)
        guest.state = "declined"
        self.region.invalidate_recordset()
        self.assertEqual(self.region.gate_talk_days, 0, "declined by the client")
        guest.state = "accepted"
        event.active = False
        self.region.invalidate_recordset()
        self.assertEqual(self.region.gate_talk_days, 0, "cancelled")
        stranger = self._new_user("cd_stranger", "base.group_user").sudo()
        stranger.write(
            {
                "company_ids": [Command.set(self.company2.ids)],
                "company_id": self.company2.id,
            }
        )
        self._meet(contact, day, user=stranger)
        self.assertEqual(self.region.gate_talk_days, 0, "another company's")
        trip = self._meet(
            contact,
            day,
            allday=True,
            start_date=date(2026, 2, 5),
            stop_date=date(2026, 2, 10),
        )
        self.assertTrue(trip.allday)
        self.assertEqual(self.region.gate_talk_days, 4, "a trip over a weekend")

    def test_hours_on_calls_meetings_and_visits_count(self):
        client = self._new_buyer("Fjord Works", 0, self.salesperson)
        contact = self._contact(client)
        plan = self._new_plan(partner_id=client.id)
        days = self._days(6)
        self._spend(days[0], plan=plan)
        self._spend(days[1], plan=plan, action_type="visit")
        self._spend(days[2], plan=plan, action_type="document")
        self._spend(days[3])  # a client of elsewhere
        self.assertEqual(self.region.gate_talk_days, 2)
        self._spend(days[4], plan=self.region, contact_id=contact.id)
        self.assertEqual(self.region.gate_talk_days, 3, "of the territory's own plan")
        self._meet(contact, days[0])
        self.assertEqual(self.region.gate_talk_days, 3, "met and noted: one day")
        effort = self._spend(days[5], plan=plan)
        self.assertEqual(self.region.gate_talk_days, 4)
        effort.copy({"hours": -1.0})
        self.region.invalidate_recordset()
        self.assertEqual(self.region.gate_talk_days, 3, "taken back")

    def test_day_is_the_company_s(self):
        self.company.resource_calendar_id.tz = "Pacific/Auckland"  # 13 hours ahead
        contact = self._contact(self._new_buyer("Fjord Works", 0))
        friday = datetime(2026, 2, 6, 20)  # Saturday morning in Auckland
        self._meet(contact, TODAY, start=friday, stop=friday + timedelta(hours=1))
        self.assertEqual(self.region.gate_talk_days, 0)

    # -- clients -------------------------------------------------------------------

    def test_office_needs_medium_and_large_clients(self):
        region = self.region
        self._new_buyer("Small", 999.99)
        self._new_buyer("Medium", 1000, self.salesperson)
        self._new_buyer("Large", 5000, self.salesperson)
        region.invalidate_recordset()
        self.assertEqual(
            (region.gate_medium_count, region.gate_large_count, region.gate),
            (1, 1, "talks"),
            "a large client is not a medium one",
        )
        self._new_buyer("Nearly large", 4999.99)
        region.invalidate_recordset()
        self.assertEqual((region.gate_medium_count, region.gate), (2, "office"))
        self.assertEqual((region.gate_medium_needed, region.gate_large_needed), (2, 1))

    def test_amounts_are_those_of_a_year(self):
        self._new_buyer("Half a year", 2500)
        self.region.invalidate_recordset()
        self.assertEqual(self.region.gate_large_count, 0)
        self.company.client_period_months = 6
        self.region.invalidate_recordset()
        self.assertEqual(self.region.gate_large_count, 1)

    def test_clients_of_elsewhere_do_not_count(self):
        client = self._new_buyer("Large", 9000)
        self.region.invalidate_recordset()
        self.assertEqual(self.region.gate_large_count, 1)
        client.country_id = self.env.ref("base.de")
        self.region.invalidate_recordset()
        self.assertEqual(self.region.gate_large_count, 0)

    def test_large_clients_without_a_personal_manager(self):
        self._new_buyer("Nobody's", 9000)
        self._new_buyer("First", 9000, self.salesperson)
        self._new_buyer("Second", 9000, self.salesperson)
        self._new_buyer("Medium", 2000, self.salesperson2)
        self._new_buyer("Own", 9000, self.salesperson2)
        region = self.region
        region.invalidate_recordset()
        self.assertEqual(region.gate_large_count, 4)
        self.assertEqual(
            (region.gate_unassigned_count, region.gate_shared_count), (1, 2)
        )
        for name, count in (
            ("medium", 1),
            ("large", 4),
            ("unassigned", 1),
            ("shared", 2),
        ):
            with self.subTest(name):
                action = getattr(region, f"action_view_gate_{name}")()
                found = self.env["client.fact"].search(action["domain"])
                self.assertEqual(len(found), count)

    def test_days_open_their_records(self):
        client = self._new_buyer("Fjord Works", 0, self.salesperson)
        contact = self._contact(client)
        plan = self._new_plan(partner_id=client.id)
        event = self._meet(contact, date(2026, 2, 3))
        self._meet(contact, date(2026, 2, 7), name="Saturday")
        effort = self._spend(date(2026, 2, 4), plan=plan)
        region = self.region
        self.assertEqual((region.gate_event_count, region.gate_effort_count), (1, 1))
        for action, record in (
            (region.action_view_gate_events(), event),
            (region.action_view_gate_efforts(), effort),
        ):
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, record)

    def test_search_by_gate(self):
        Plan = self.env["client.plan"]
        self._new_buyer("Large", 9000)
        for name in ("M1", "M2"):
            self._new_buyer(name, 2000)
        other = self._new_plan(
            self.manager,
            scope="territory",
            partner_id=False,
            country_ids=[Command.link(self.env.ref("base.aq").id)],
        )
        self.env.invalidate_all()
        ours = self.region | other | self.plan
        for domain, found in (
            ([("gate", "=", "office")], self.region),
            ([("gate", "!=", "office")], other | self.plan),
            ([("gate", "in", ("talks", "headquarters"))], other),
            ([("gate", "=", False)], self.plan),
        ):
            with self.subTest(domain):
                self.assertEqual(Plan.search(domain) & ours, found)

    def test_many_territories_take_as_many_queries_as_one(self):
        def count(plans):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            plans.mapped("gate")
            return self.cr.sql_log_count - before

        many = self.region
        for _no in range(5):
            many |= self._new_plan(
                self.manager,
                scope="territory",
                partner_id=False,
                country_ids=[Command.link(self.land.id)],
                date_start=date(2026, 2, 2),
            )
        count(many)
        self.assertEqual(count(many), count(self.region))

    # -- settings ------------------------------------------------------------------

    def test_settings(self):
        settings = self.env["res.config.settings"].create(
            {
                "client_gate_talk_days": 5,
                "client_gate_medium_count": 50,
                "client_gate_large_count": 3,
                "client_gate_medium_amount": 20000,
                "client_gate_large_amount": 200000,
            }
        )
        settings.execute()
        self.assertRecordValues(
            self.company,
            [
                {
                    "client_gate_talk_days": 5,
                    "client_gate_medium_count": 50,
                    "client_gate_large_count": 3,
                    "client_gate_medium_amount": 20000,
                    "client_gate_large_amount": 200000,
                }
            ],
        )

    def test_settings_that_make_no_sense_are_refused(self):
        for name, value, constraint in (
            ("client_gate_large_amount", 1000, "client_gate_amounts"),
            ("client_gate_medium_amount", 0, "client_gate_amounts"),
            ("client_gate_medium_count", -1, "client_gate_counts"),
            ("client_gate_talk_days", 366, "client_gate_counts"),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(IntegrityError, constraint),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.company[name] = value
                self.env.flush_all()

    # -- actions of a gate ---------------------------------------------------------

    def _propose(self, gate):
        return self.region.with_context(client_gate=gate).action_propose_gate()

    def test_actions_of_a_gate_that_is_not_reached_are_refused(self):
        """The message says how far the territory is, and what is missing."""
        self._new_buyer("Medium", 2000)
        with self.assertRaisesRegex(
            UserError,
            "^Headquarters in the region: .* not reached.* at the gate “Remote talks”"
            r".* working days of talks with one client: 0 of \d+",
        ):
            self._propose("headquarters")
        with self.assertRaisesRegex(
            UserError,
            r"^Sales office: .* medium clients: 1 of 2, large clients: 0 of 1\.",
        ):
            self._propose("office")

    def test_without_a_gate_those_are_named_that_may_be_chosen(self):
        for gate in ("moon", None, "", 3, ["talks"]):
            with self.assertRaisesRegex(
                UserError,
                "^Gate: say which .* “Development plan” .* reached: Remote talks",
            ):
                self._propose(gate)
        with self.assertRaisesRegex(UserError, "^Gate: “.*” is no plan of a territory"):
            self.plan.with_context(client_gate="talks").action_propose_gate()

    def test_actions_of_a_reached_gate_are_added_once(self):
        template = self.env["client.plan.template"].create(
            {
                "name": "Our way into a region",
                "scope": "territory",
                "line_ids": [
                    Command.create({"name": f"Act: {gate}", "gate": gate, **days})
                    for days in ({"deadline_days": 5},)
                    for gate in ("talks", "office")
                ],
            }
        )
        region = self.region
        region.template_ids = template
        message = self._propose("talks")["params"]["message"]
        self.assertEqual(message, "1 actions added from “Our way into a region”.")
        self.assertEqual(region.line_ids.mapped("name"), ["Act: talks"])
        self._new_buyer("Large", 9000)
        for name in ("M1", "M2"):
            self._new_buyer(name, 2000)
        region.invalidate_recordset()
        self._propose("office")
        self.assertEqual(
            set(region.line_ids.mapped("name")), {"Act: talks", "Act: office"}
        )
        message = self._propose("office")["params"]["message"]
        self.assertIn("has no further actions of this gate", message)
        self.assertEqual(len(region.line_ids), 2)

    def test_shipped_playbook_has_actions_for_each_gate(self):
        region = self.region
        template = self.env.ref("client_development.client_plan_template_region")
        for gate in ("talks", "headquarters", "office"):
            self.assertEqual(region._get_gate_template(gate), template)

    def test_without_playbook_it_is_said(self):
        self.env["client.plan.template"].search([]).active = False
        with self.assertRaisesRegex(UserError, "no playbook for territories"):
            self._propose("talks")

    def test_rights_are_those_of_the_plan(self):
        self.region.controller_id = self.outsider
        self.assertEqual(self.region.with_user(self.outsider).gate, "talks")
