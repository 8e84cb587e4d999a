from datetime import date

from odoo import Command
from odoo.exceptions import ValidationError

from odoo.addons.client_development.models.client_indicator_value import Request
from odoo.addons.client_development.models.client_population import Population

from .fact_common import TODAY, FactCase


class TestIndicator(FactCase):
    """One indicator means the same for every population (product.md E)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Indicator = cls.env["client.indicator"]
        cls.segment = cls.env["client.segment"].create({"name": "Shops", "rank": 3})
        cls.client2.country_id = cls.env.ref("base.de")
        cls.client.country_id = cls.env.ref("base.be")
        for day, partner, pieces in (
            (date(2026, 2, 10), cls.client, 30),
            (date(2026, 3, 10), cls.client, 10),
            (date(2025, 2, 1), cls.client, 25),
            (date(2025, 11, 1), cls.client2, 8),
            (date(2024, 11, 1), cls.client2, 9),
        ):
            cls._create_order(partner=partner, day=day, quantity=pieces)
        cls.Fact._refresh()
        cls.Fact.search(
            [("partner_id", "in", (cls.client | cls.client2).ids)]
        ).segment_ids = [Command.link(cls.segment.id)]

    def _read(self, code, scope, *ids, span="period", **more):
        population = Population(self.company.id, scope, tuple(ids), **more)
        indicator = self.env.ref(f"client_development.client_indicator_{code}")
        return self.Indicator._measure([Request(indicator.id, population, span)])[0]

    def test_sales_of_every_population(self):
        for scope, ids, value in (
            ("client", self.client.ids, 400.0),
            ("segment", self.segment.ids, 480.0),
            ("user", self.salesperson2.ids, 80.0),
            ("territory", self.env.ref("base.de").ids, 80.0),
            ("company", [], 480.0),
        ):
            with self.subTest(scope):
                self.assertEqual(self._read("sales_amount", scope, *ids).value, value)

    def test_before_is_the_previous_period_or_last_years_same_days(self):
        period = self._read("sales_amount", "client", self.client.id)
        self.assertEqual((period.value, period.before), (400.0, 250.0))
        year = self._read("sales_amount", "client", self.client2.id, span="year")
        self.assertEqual((year.value, year.before), (0.0, 0.0))
        year = self._read("sales_amount", "company", span="year")
        self.assertEqual((year.value, year.before), (400.0, 250.0))

    def test_quotients_are_quotients_of_sums(self):
        figure = self._read("average_sales", "segment", self.segment.id)
        self.assertEqual(figure.value, 240.0)
        self.assertEqual((figure.numerator, figure.denominator), (480.0, 2.0))

    def test_nobody_has_a_sum_of_zero_and_no_quotient(self):
        nobody = self.env["client.segment"].create({"name": "Nobody"})
        self.assertEqual(self._read("sales_amount", "segment", nobody.id).value, 0.0)
        self.assertIsNone(self._read("average_sales", "segment", nobody.id).value)
        self.assertIsNone(self._read("survey_coverage", "segment", nobody.id).value)

    def test_frozen_list_keeps_leavers_and_shows_joiners_apart(self):
        live = Population(self.company.id, "segment", tuple(self.segment.ids))
        Lists = self.env["client.population"]
        frozen = Lists._freeze([live], TODAY)[live]
        joiner = self.env["res.partner"].create({"name": "Joiner", "is_company": True})
        self._create_order(partner=joiner, day=date(2026, 3, 1), quantity=0.7)
        self.Fact._refresh()
        self._fact(self.client).segment_ids = [Command.unlink(self.segment.id)]
        self._fact(joiner).segment_ids = [Command.link(self.segment.id)]
        indicator = self.env.ref("client_development.client_indicator_sales_amount")
        now, then = self.Indicator._measure(
            [Request(indicator.id, live), Request(indicator.id, frozen)]
        )
        joiners = frozen._replace(joiners=True)
        [new] = self.Indicator._measure([Request(indicator.id, joiners)])
        self.assertEqual((now.value, then.value, new.value), (87.0, 480.0, 7.0))
        self.assertEqual(
            Lists._count([live, frozen]), {live: (2, 0, 0), frozen: (2, 1, 1)}
        )
        found = self.Fact.search(self.Indicator._get_client_domain(frozen))
        self.assertEqual(found.partner_id, self.client | self.client2)

    def test_one_list_for_plans_of_the_same_day(self):
        live = Population(self.company.id, "company")
        Lists = self.env["client.population"]
        first = Lists._freeze([live], TODAY)[live]
        self.assertEqual(Lists._freeze([live], TODAY)[live], first)
        other = Lists._freeze([live], date(2026, 4, 1))[live]
        self.assertNotEqual(first, other)

    def test_one_query_per_source(self):
        codes = (
            "sales_amount",
            "positions",
            "survey_coverage",
            "category_average_order",
        )
        indicators = [
            self.env.ref(f"client_development.client_indicator_{code}")
            for code in codes
        ]
        few = [Population(self.company.id, "client", (self.client.id,))]
        many = [
            *few,
            Population(self.company.id, "segment", tuple(self.segment.ids)),
            Population(self.company.id, "team", tuple(self.team.ids)),
            Population(self.company.id, "user", tuple(self.salesperson.ids)),
            Population(
                self.company.id, "territory", tuple(self.env.ref("base.de").ids)
            ),
            Population(self.company.id, "company"),
        ]
        for populations in (few, many):
            requests = [Request(i.id, p) for i in indicators for p in populations]
            self.Indicator._measure(requests)
            with self.assertQueryCount(3):
                self.Indicator._measure(requests)

    def test_every_indicator_of_every_population_opens_its_records(self):
        live = [
            Population(self.company.id, "client", (self.client.id,)),
            Population(self.company.id, "segment", tuple(self.segment.ids)),
            Population(self.company.id, "team", tuple(self.team.ids)),
            Population(self.company.id, "user", tuple(self.salesperson.ids)),
            Population(self.company.id, "territory", (self.client2.country_id.id,)),
            Population(self.company.id, "company"),
        ]
        frozen = self.env["client.population"]._freeze(live, TODAY)
        joiners = [p._replace(joiners=True) for p in frozen.values() if p.list_id]
        indicators = self.Indicator.search([("numerator", "!=", False)])
        requests = [
            Request(indicator.id, population, span)
            for indicator in indicators
            for population in {*live, *frozen.values(), *joiners}
            for span in ("period", "year")
            if span == "period" or indicator.has_year
        ]
        self.assertEqual(len(self.Indicator._measure(requests)), len(requests))
        for indicator in indicators:
            for population in live:
                with self.subTest(indicator=indicator.code, scope=population.scope):
                    action = indicator._open_records(population)
                    records = self.env[action["res_model"]].search(action["domain"])
                    self.assertGreaterEqual(len(records), 0)

    def test_definition_of_a_used_indicator_stays(self):
        plan = self.env["client.plan"].create({"partner_id": self.client.id})
        indicator = self.env.ref("client_development.client_indicator_sales_amount")
        plan.objective_ids.create(
            {"plan_id": plan.id, "indicator_id": indicator.id, "target": 500.0}
        )
        with self.assertRaisesRegex(ValidationError, "Make a new indicator"):
            indicator.numerator = "margin"
        indicator.name = "Turnover"

    def test_bad_definitions(self):
        for values, message in (
            ({"denominator": "orders"}, "nothing to divide"),
            ({"numerator": "orders", "denominator": "orders"}, "by itself"),
        ):
            with (
                self.assertRaisesRegex(ValidationError, message),
                self.cr.savepoint(),
            ):
                self.Indicator.create({"name": "Bad", "code": "bad", **values})
