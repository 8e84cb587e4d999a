from odoo.tests import new_test_user, tagged

from odoo.addons.client_development.models.client_indicator_value import Request
from odoo.addons.client_development.models.client_population import Population

from .fact_compare import listing
from .indicator_case import DAY, IndicatorCase
from .indicator_recount import DEFINITIONS

QUOTIENTS_OF_MONEY = {
    "average_sales",
    "average_order",
    "category_average_order",
    "acquisition_cost",
}
# What the records are that a number opens, where they are not its clients altogether.
OPENED = {
    "sales_amount": "buying",
    "active_clients": "buying",
    "new_clients": "new",
    "returned_clients": "returned",
    "lost_clients": "lost",
    "growing_clients": "bought_before",
    "priority_raised": "raised",
    "referred_clients": "referred",
    "survey_coverage": "duties",
    "conversion": "enquiries",
    "conversion_repeat": "enquiries_repeat",
    "conversion_referral": "enquiries_referral",
    "conversion_other": "enquiries_other",
    "stage_entered": "entered",
    "stage_moved": "moved_on",
}


@tagged("post_install", "-at_install")
class TestIndicatorRecount(IndicatorCase):
    """Each indicator of 200 random populations equals an independent count.

    Half of the populations stand on client lists that were frozen before clients left
    and joined. The generator is seeded: the same clients and populations in every run.
    """

    # -- comparing -------------------------------------------------------------------

    def _expect(self, code, request):
        """Return the value and the one before it, counted anew."""
        population, span, chosen = request[1:]
        recount = self.recounts[population.company_id]
        clients = self.counted[population]
        before = {"period": "previous", "year": "last_year"}[span]
        return {
            "value": recount.measure(code, population, span, clients, chosen),
            "before": recount.measure(code, population, before, clients, chosen),
        }

    def _tolerance(self, code, request, expected):
        """Money that was divided is rounded once more, to the company's currency."""
        gap = 1e-9 * max(1.0, abs(expected))
        if code in QUOTIENTS_OF_MONEY:
            company = self.companies.browse(request.population.company_id)
            gap += company.currency_id.rounding / 2
        return gap

    def _check(self, code):
        """Compare all populations; some have a figure in each column, joiners too."""
        lines = self._list_differences(code)
        self.assertFalse(lines, listing(lines))
        seen = {
            (request.span, name)
            for request in self.requests[code]
            if not request.population.joiners
            for name in ("value", "before")
            if getattr(self.figures[request], name)
        }
        self.assertGreaterEqual(seen, self._columns(code), "Nothing to compare")
        if self._columns(code) and code != "acquisition_cost":
            joined = (r for r in self.requests[code] if r.population.joiners)
            self.assertTrue(any(self.figures[request].value for request in joined))

    def _list_differences(self, code):
        """Return a line per figure that is not the counted one."""
        lines = []
        for request in self.requests[code]:
            figure = self.figures[request]
            for name, expected in self._expect(code, request).items():
                found = getattr(figure, name)
                if expected is None or found is None:
                    equal = found is expected
                else:
                    gap = self._tolerance(code, request, expected)
                    equal = abs(found - expected) <= gap
                if not equal:
                    lines.append(
                        f"{request.population}, {request.span}: {name} is {found},"
                        f" counted {expected}"
                    )
        return lines

    def _columns(self, code):
        """Return the columns in which some population must have a figure."""
        spans = DEFINITIONS[code].spans
        if code == "sales_margin" and "margin" not in self.env["sale.order"]._fields:
            return set()  # without margins it is 0 for everybody
        before = {"period": "previous", "year": "last_year"}
        named = {(span, "value") for span in spans if span in before}
        return named | {(s, "before") for s in before if before[s] in spans}

    def test_populations(self):
        """200 different ones over all scopes, empty ones among them; half of them are
        lists from which clients have left, and others joined."""
        self.assertGreaterEqual(len(set(self.populations)), 200)
        listed = [p for p in self.populations if p.list_id]
        self.assertGreaterEqual(len(listed), 80)
        for scope in ("client", "segment", "team", "user", "territory", "company"):
            self.assertIn(scope, {p.scope for p in self.populations})
        self.assertTrue(any(not self.counted[p] for p in self.populations))
        counts = self.env["client.population"]._count(self.populations)
        left = joined = 0
        for population, clients in self.live.items():
            listed = self.counted[population]
            numbers = (len(listed), len(listed - clients), len(clients - listed))
            self.assertEqual(counts[population], numbers, population)
            left, joined = left + numbers[1], joined + numbers[2]
        self.assertGreater(left, 50)
        self.assertGreater(joined, 50)

    def test_nobody_is_not_a_company_with_the_same_number(self):
        """Populations without any people have no coverage, whatever ids there are."""
        survey = self.world.surveys.filtered(lambda s: s.state == "done")[0]
        company = survey.company_id
        self._ensure_user(company.id)
        self.env.cr.execute(
            "UPDATE client_survey SET coverage_user_id = %s, date_due = %s"
            " WHERE id = %s",
            [company.id, DAY, survey.id],
        )
        indicator = self.env.ref("client_development.client_indicator_survey_coverage")
        requests = [
            Request(indicator.id, Population(company.id, "user", ids))
            for ids in ((company.id,), ())
        ]
        somebody, nobody = self.env["client.indicator"]._measure(requests)
        self.assertTrue(somebody.denominator)
        self.assertIsNone(nobody.value)

    def _ensure_user(self, number):
        """Somebody bears the number of the company."""
        if self.env["res.users"].browse(number).exists():
            return
        self.env.cr.execute("SELECT last_value FROM res_users_id_seq")
        [last] = self.env.cr.fetchone()
        self.env.cr.execute("SELECT setval('res_users_id_seq', %s, FALSE)", [number])
        user = new_test_user(self.env, login=f"namesake_{number}")
        self.env.cr.execute("SELECT setval('res_users_id_seq', %s)", [last])
        self.assertEqual(user.id, number)

    def test_every_number_opens_its_records(self):
        """As many records as were counted, whatever the population."""
        lines = []
        for code, name in OPENED.items():
            indicator = self.env.ref(f"client_development.client_indicator_{code}")
            for request in self.requests[code][::13]:
                population, span, chosen = request[1:]
                if population.joiners or span not in DEFINITIONS[code].spans:
                    continue
                action = indicator._open_records(population, span, chosen)
                found = self.env[action["res_model"]].search_count(action["domain"])
                recount = self.recounts[population.company_id]
                clients = self.counted[population]
                counted = recount._total(name, population, span, clients, chosen)
                if found != counted:
                    lines.append(f"{code} of {population}, {span}: {found}, {counted}")
        self.assertFalse(lines, listing(lines))

    def test_no_indicator_is_left_out(self):
        computed = self.env["client.indicator"].search([("hand_counted", "=", False)])
        shipped = computed.filtered(lambda indicator: indicator.get_external_id())
        self.assertEqual(set(shipped.mapped("code")), set(DEFINITIONS))
        for code in DEFINITIONS:
            self.assertTrue(hasattr(self, f"test_{code}"), code)

    def test_sales_amount(self):
        self._check("sales_amount")

    def test_sales_margin(self):
        """Orders that keep no margin have none, which is not 0."""
        if "margin" in self.env["sale.order"]._fields:
            return self._check("sales_margin")
        for request in self.requests["sales_margin"]:
            figure = self.figures[request]
            self.assertEqual((figure.value, figure.before), (None, None))

    def test_active_clients(self):
        self._check("active_clients")

    def test_new_clients(self):
        self._check("new_clients")

    def test_returned_clients(self):
        self._check("returned_clients")

    def test_lost_clients(self):
        self._check("lost_clients")

    def test_average_sales(self):
        self._check("average_sales")

    def test_positions(self):
        self._check("positions")

    def test_categories(self):
        self._check("categories")

    def test_average_order(self):
        self._check("average_order")

    def test_category_average_order(self):
        self._check("category_average_order")

    def test_wallet_share(self):
        self._check("wallet_share")

    def test_growing_clients(self):
        self._check("growing_clients")

    def test_priority_raised(self):
        self._check("priority_raised")

    def test_satisfaction_rating(self):
        self._check("satisfaction_rating")

    def test_satisfaction_share(self):
        self._check("satisfaction_share")

    def test_survey_coverage(self):
        self._check("survey_coverage")

    def test_referred_clients(self):
        self._check("referred_clients")

    def test_conversion(self):
        self._check("conversion")

    def test_conversion_repeat(self):
        self._check("conversion_repeat")

    def test_conversion_referral(self):
        self._check("conversion_referral")

    def test_conversion_other(self):
        self._check("conversion_other")

    def test_regular_clients(self):
        self._check("regular_clients")

    def test_acquisition_cost(self):
        self._check("acquisition_cost")

    def test_stage_entered(self):
        self._check("stage_entered")

    def test_stage_moved(self):
        self._check("stage_moved")

    def test_stage_days(self):
        self._check("stage_days")

    def test_development_time(self):
        self._check("development_time")
