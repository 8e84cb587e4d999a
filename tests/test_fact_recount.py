import random
from datetime import date

from odoo.tests import tagged
from odoo.tools import SQL

from .common import ClientCase
from .fact_changes import Changes
from .fact_compare import compare_facts, compare_month_classes, compare_months, listing
from .fact_histories import Histories
from .fact_recount import Recount

DAY = date(2024, 8, 31)  # 6 months before is 29 February, clipped
PAST = date(2024, 2, 29)  # 12 months before is 28 February


@tagged("post_install", "-at_install")
class TestFactRecount(ClientCase):
    """The facts of 500 random histories equal an independent count, field by field.

    Two companies in two time zones with two currencies sell to the same clients. The
    generator is seeded: the same histories in every run.
    """

    seed = 19
    changed = 50

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "client_today": DAY,
                "allowed_company_ids": (cls.company | cls.company2).ids,
            }
        )
        cls.company = cls.company.with_env(cls.env)
        cls.company2 = cls.company2.with_env(cls.env)
        cls.companies = cls.company | cls.company2
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        cls.company2.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Five days, far east", "tz": "Asia/Vladivostok"}
        )
        yen = cls.env.ref("base.JPY")
        yen.active = True
        cls.company2.write({"currency_id": yen.id, "client_survey_condition": "locked"})
        cls.companies.client_survey_start_date = date(2020, 1, 1)
        cls.histories = Histories(cls.env, cls.companies, DAY, random.Random(cls.seed))
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.histories.rng.seed(self.seed)

    def _refresh(self, company, day=DAY):
        facts = self.env["client.fact"].with_context(client_today=day)
        facts.with_company(company)._refresh()

    def _check(self, day=DAY, frozen=None):
        """Refresh nothing, compare everything."""
        lines = []
        for company in self.companies:
            lines += compare_facts(company, day)
            lines += compare_months(company, day, frozen and frozen[company])
        self.assertFalse(lines, listing(lines))

    def _count_months(self):
        return {
            company: Recount(company, DAY).count_months() for company in self.companies
        }

    def _merge(self, clients, frozen):
        """Merge the first two clients; their closed months are added up."""
        source, target = clients
        Changes(self.histories).merge(source, target)
        for counted in frozen.values():
            for client, month in list(counted):
                if client == source.id:
                    amount, orders = counted.pop((client, month))
                    before = counted.get((target.id, month), (0, 0))
                    counted[target.id, month] = (before[0] + amount, before[1] + orders)

    def test_500_random_histories_equal_an_independent_count(self):
        for company in self.companies:
            self._refresh(company)
        self._check()

        frozen = self._count_months()
        changes = Changes(self.histories)
        clients = self.histories.clients
        chosen = self._choose_stages(clients[20:30])
        changes.apply_all(clients[40:85])
        firms = [client for client in clients[100:200] if client.is_company]
        self._merge(firms[:2], frozen)
        self._merge(firms[2:4], frozen)
        for company in self.companies:
            self._refresh(company)
        self._check(frozen=frozen)
        for fact, stage in chosen.items():
            self.assertEqual(fact.stage_id, stage, "Set by hand, it stays")

    def _choose_stages(self, clients):
        """A person sets the stage of some clients; return {row: stage}."""
        facts = self.env["client.fact"].search(
            [
                ("company_id", "=", self.company.id),
                ("partner_id", "in", [client.id for client in clients]),
            ]
        )
        facts = facts.with_context(allowed_company_ids=self.company.ids)
        stages = self.env["client.stage"].search([])
        chosen = {}
        for number, fact in enumerate(facts):
            chosen[fact] = stages[number % len(stages)]
            fact.with_user(self.manager).stage_id = chosen[fact]
        self.assertTrue(chosen)
        return chosen

    def test_changed_tenth_is_refreshed_from_the_queue(self):
        for company in self.companies:
            self._refresh(company)
        self.env["client.fact"]._refresh_queue()
        frozen = self._count_months()
        changes = Changes(self.histories)
        changes.apply_all(
            self.histories.rng.sample(self.histories.clients, self.changed)
        )
        firms = [client for client in self.histories.clients if client.is_company]
        self._merge(firms[10:12], frozen)
        self.env.flush_all()
        queued = self.env["client.fact.queue"].search([]).mapped("partner_id")
        self.assertTrue(all(queued), "Everybody would be refreshed")
        self.env["client.fact"]._refresh_queue()
        self._check(frozen=frozen)

    def test_closed_months_keep_the_classes_of_their_last_day(self):
        lines = []
        for company in self.companies:
            self._refresh(company)
            for last_day in (date(2023, 6, 30), PAST, date(2024, 7, 31)):
                lines += compare_month_classes(company, last_day)
        self.assertFalse(lines, listing(lines))

    def test_other_settings_equal_an_independent_count(self):
        self.companies.write(
            {
                "client_period_months": 6,
                "client_abc_by": "orders",
                "client_abc_a": 70.0,
                "client_abc_b": 90.0,
                "client_xyz_x": 0.3,
                "client_xyz_y": 0.8,
                "client_rfm_1": 10.0,
                "client_rfm_2": 30.0,
                "client_rfm_3": 60.0,
                "client_rfm_4": 90.0,
                "client_survey_condition": "delivered",
            }
        )
        for day in (date(2024, 8, 30), DAY):
            with self.subTest(day=day):
                for company in self.companies:
                    self._refresh(company, day)
                self._check(day)

    def test_past_day_is_read_without_storing_anything(self):
        for company in self.companies:
            self._refresh(company)
        before = self._snapshot()
        lines = []
        for company in self.companies:
            facts = self.env["client.fact"].with_company(company)._facts_as_of(PAST)
            lines += compare_facts(company, PAST, facts)
        self.assertFalse(lines, listing(lines))
        self.assertEqual(self._snapshot(), before)

    def _snapshot(self):
        """Return all stored facts with the versions of their rows."""
        self.env.flush_all()
        return [
            self.env.execute_query(
                SQL("SELECT id, xmin::text FROM %s ORDER BY id", SQL.identifier(table))
            )
            for table in ("client_fact", "client_fact_month", "client_fact_move")
        ]
