from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .fact_common import FactCase

MARCH = date(2026, 3, 1)


class TestAcquisitionCost(FactCase):
    """What a new client costs: money spent by clients who bought for the first time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Cost = cls.env["client.acquisition.cost"]
        cls.Report = cls.env["client.acquisition"]
        cls.source = cls.env["utm.source"].create({"name": "Fair"})

    def _cost(self, amount=100.0, month=MARCH, team=None, **values):
        team = self.team if team is None else team
        return self.Cost.create(
            {"amount": amount, "month": month, "team_id": team.id, **values}
        )

    def _figures(self, *groupby, user=None):
        """Return ``{group: (money, new clients, money per client)}``."""
        rows = self.Report.with_user(user or self.env.user)._read_group(
            [("company_id", "=", self.company.id)],
            groupby,
            ["cost:sum", "new_client_count:sum", "cost_per_client:avg"],
        )
        return {row[: len(groupby)]: row[len(groupby) :] for row in rows}

    # -- entering ----------------------------------------------------------------------

    def test_a_month_is_kept_by_its_first_day(self):
        cost = self._cost(month="2026-03-17", source_id=self.source.id)
        self.assertEqual(cost.month, MARCH)
        cost.month = date(2026, 2, 28)
        self.assertEqual(cost.month, date(2026, 2, 1))
        self.assertEqual(self.Cost.create({"amount": 1}).month, MARCH, "today's month")
        self.assertEqual(cost.currency_id, self.company.currency_id)
        self.assertEqual(cost.display_name, "February 2026, Fair")

    def test_bad_input_is_refused(self):
        for values, words in (
            ({"amount": -1}, "Money spent: -1"),
            ({"amount": float("nan")}, "Money spent: nan"),
            ({"amount": 1e15}, "Money spent"),
            ({"amount": "plenty"}, "Money spent: plenty"),
            ({"month": "March"}, "Month: March"),
            ({"month": "0001-01-01"}, "Month"),
            ({"month": "2036-01-01"}, "Month: 2036"),
        ):
            with self.subTest(values=values):
                with self.assertRaisesRegex(ValidationError, words):
                    self._cost(**values)
                with self.assertRaisesRegex(ValidationError, words):
                    self._cost().write(values)

    def test_a_team_of_another_company_is_refused(self):
        team = self.env["crm.team"].create(
            {"name": "Far away", "company_id": self.company2.id}
        )
        with self.assertRaisesRegex(UserError, "Far away"):
            self._cost(team=team)

    def test_a_leader_is_offered_his_team(self):
        with Form(self.Cost.with_user(self.leader)) as form:
            form.amount = 50
            self.assertEqual(form.team_id, self.team)
        self.assertFalse(self.Cost.with_user(self.manager).new({}).team_id)

    # -- who may -----------------------------------------------------------------------

    def test_leaders_enter_for_their_teams(self):
        mine = self._cost()
        theirs = self._cost(team=self.team2)
        whole = self._cost(team=self.env["crm.team"])
        Cost = self.Cost.with_user(self.leader)
        all_costs = mine | theirs | whole
        self.assertEqual(Cost.search([("id", "in", all_costs.ids)]), mine)
        Cost.create({"amount": 5, "team_id": self.team.id})
        mine.with_user(self.leader).amount = 120
        mine.with_user(self.leader).unlink()
        with self.assertRaises(AccessError):
            Cost.create({"amount": 5, "team_id": self.team2.id})
        with self.assertRaises(AccessError):
            theirs.with_user(self.leader).amount = 1
        own = Cost.create({"amount": 5, "team_id": self.team.id})
        with self.assertRaises(AccessError):
            own.team_id = self.team2
        for action in (
            lambda: Cost.create({"amount": 5, "team_id": False}),
            lambda: own.write({"team_id": False}),
        ):
            with self.assertRaisesRegex(UserError, "Sales team: it is missing"):
                action()

    def test_administrators_enter_everything_in_their_companies(self):
        for team in (self.team, self.team2, self.env["crm.team"]):
            cost = self.Cost.with_user(self.manager).create(
                {"amount": 5, "team_id": team.id}
            )
            cost.amount = 6
        foreign = self._cost(
            team=self.env["crm.team"], company_id=self.company2.id
        ).with_user(self.manager)
        with self.assertRaises(AccessError):
            foreign.read(["amount"])
        self.assertNotIn(
            foreign.id, self.Report.with_user(self.manager).search([]).cost_id.ids
        )

    def test_salespeople_see_no_costs(self):
        self._cost()
        for user in (self.salesperson, self.outsider):
            for model in (self.Cost, self.Report):
                with self.assertRaises(AccessError):
                    model.with_user(user).search([])

    # -- the acquisition cost ----------------------------------------------------------

    def test_acquisition_cost_by_month_and_team(self):
        self._create_order(day=date(2026, 3, 3))
        self._create_order(day=date(2026, 3, 9))  # no new client any more
        twin = self._new_client("Dune Kitchens", self.salesperson)
        self._create_order(partner=twin, day=date(2026, 3, 30))
        self._create_order(
            partner=self.client2, user=self.salesperson2, day=date(2026, 2, 2)
        )
        self.Fact._refresh()
        self._cost(300)
        self._cost(200, source_id=self.source.id)
        self._cost(90, team=self.team2)
        february = date(2026, 2, 1)
        self.assertEqual(
            self._figures("month:month", "team_id"),
            {
                (february, self.team2): (0.0, 1, 0.0),
                (MARCH, self.team): (500.0, 2, 250.0),
                (MARCH, self.team2): (90.0, 0, False),
            },
        )
        self.assertEqual(self._figures(), {(): (590.0, 3, 590 / 3)})

    def test_leaders_see_their_teams_acquisition(self):
        self._create_order(day=date(2026, 3, 3))
        self._create_order(
            partner=self.client2, user=self.salesperson2, day=date(2026, 3, 2)
        )
        self.Fact._refresh()
        self._cost(300)
        self._cost(90, team=self.team2)
        self.assertEqual(self._figures(user=self.leader), {(): (300.0, 1, 300.0)})
        self.assertEqual(self._figures(user=self.manager), {(): (390.0, 2, 195.0)})

    def test_every_row_opens_the_cost_or_the_new_client(self):
        self._create_order(day=date(2026, 3, 3))
        self.Fact._refresh()
        cost = self._cost(300)
        rows = self.Report.search([("company_id", "=", self.company.id)])
        by_cost = rows.filtered("cost_id")
        action = by_cost.action_open()
        self.assertEqual(self.Cost.search(action["domain"]), cost)
        action = (rows - by_cost).action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("client.fact", self._fact().id)
        )

    def test_the_period_is_the_companys(self):
        self.company.client_period_months = 2
        kept, old = self._cost(month=date(2026, 2, 1)), self._cost(month="2026-01-01")
        rows = self.Report.search(
            [("in_period", "=", True), ("cost_id", "in", (kept | old).ids)]
        )
        self.assertEqual(rows.cost_id, kept)
