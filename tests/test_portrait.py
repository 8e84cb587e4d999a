from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError

from .portrait_common import PortraitCase


class TestPortrait(PortraitCase):
    """What class A is like, and the others who are like it (docs/portrait.md)."""

    def _row(self, dimension, value, user=None):
        # The same row has other numbers for another user.
        self.env.invalidate_all()
        Portrait = self.env["client.portrait"]
        if user:
            Portrait = Portrait.with_user(user)
        return Portrait.search(
            [
                ("company_id", "=", self.company.id),
                ("dimension", "=", dimension),
                ("value", "=", value),
            ]
        )

    def _counts(self, row):
        return row.count_a, row.count_b, row.count_c, row.count_none

    def _clients(self, row, abc=None, user=None):
        """Return the clients that a click on the row, or one of its numbers, opens."""
        row = row.with_context(client_class=abc) if abc else row
        action = row.action_view_clients()
        facts = self.env["client.fact"].with_user(user or self.manager)
        return facts.search(action["domain"]).partner_id & self.everybody

    def test_portrait_counts_each_class_by_dimension(self):
        for dimension, value, counts in (
            ("industry", "Building", (2, 0, 0, 1)),
            ("industry", "Trade", (0, 1, 1, 0)),
            ("region", "Upper Testland", (1, 1, 0, 1)),
            ("region", "Germany", (0, 0, 1, 0)),
            ("region", "France", (1, 0, 0, 0)),
            ("size", "51–250 employees", (1, 0, 0, 1)),
            ("size", "Not known", (0, 0, 1, 2)),
            ("source", "Fair of Tests", (1, 0, 0, 1)),
            ("source", "Web of Tests", (1, 1, 0, 0)),
            ("assortment", "Screws", (2, 0, 0, 0)),
            ("assortment", "Anchors", (1, 1, 0, 0)),
            ("assortment", "Tools", (0, 0, 1, 0)),
        ):
            with self.subTest(dimension=dimension, value=value):
                row = self._row(dimension, value, self.manager)
                self.assertEqual(self._counts(row), counts)

    def test_portrait_shares_and_lift(self):
        # Without a class are the prospect and the two clients of the common data.
        building = self._row("industry", "Building", self.manager)
        self.assertEqual(building.share_a, 100)
        self.assertAlmostEqual(building.share_none, 100 / 3, 4)
        self.assertAlmostEqual(building.share_others, 20, 4)
        self.assertAlmostEqual(building.lift, 5, 4)
        screws = self._row("assortment", "Screws", self.manager)
        self.assertEqual((screws.share_a, screws.share_others), (100, 0))
        self.assertFalse(screws.lift, "nobody else buys them: no quotient")

    def test_every_number_of_the_portrait_opens_its_clients(self):
        rows = self.env["client.portrait"].with_user(self.manager)
        rows = rows.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            set(rows.mapped("dimension")),
            {
                "industry",
                "region",
                "size",
                "source",
                "assortment",
                "stage",
            },
        )
        for row in rows:
            for name, abc in (("a", "A"), ("b", "B"), ("c", "C"), ("none", False)):
                with self.subTest(row=row.value, abc=abc):
                    action = row.with_context(client_class=name).action_view_clients()
                    facts = self.Fact.with_user(self.manager).search(action["domain"])
                    self.assertEqual(len(facts), row[f"count_{name}"])
                    self.assertLessEqual(set(facts.mapped("abc_class")), {abc})
        row = self._row("industry", "Building", self.manager)
        self.assertEqual(self._clients(row), self.big | self.big2 | self.prospect)

    def test_leader_portrays_only_the_clients_of_his_teams(self):
        """The same value: the administrator counts two of class A, the leader one."""
        for user, counts in (
            (self.manager, (2, 0, 0, 1)),
            (self.leader, (1, 0, 0, 1)),
            (self.leader2, (1, 0, 0, 0)),
        ):
            with self.subTest(user=user.login):
                row = self._row("industry", "Building", user)
                self.assertEqual(self._counts(row), counts)
                clients = self._clients(row, user=user)
                self.assertEqual(len(clients), sum(counts))
        self.assertFalse(self._row("region", "France", self.leader))
        for user in (self.salesperson, self.outsider):
            with self.assertRaises(AccessError):
                self._row("industry", "Building", user)

    def test_portrait_of_another_company_is_not_seen(self):
        self.Fact.with_company(self.company2)._ensure(self.client_foreign)
        rows = self.env["client.portrait"].with_user(self.manager).search([])
        self.assertEqual(rows.company_id, self.company)

    def test_groups_of_the_portrait_are_counted_once(self):
        """The list shows what a search finds, and counts clients but once."""
        rows = self.env["client.portrait"].with_user(self.manager)
        self.env.invalidate_all()
        with self.profile_portrait() as counted:
            found = rows.web_read_group(
                [],
                ["dimension"],
                ["__count"],
                auto_unfold=True,
                unfold_read_specification={"value": {}, "count_a": {}},
            )["groups"]
        self.assertEqual(len(counted), 1)
        self.assertEqual(len(found), 6)
        shown = {
            (group["dimension"], row["value"], row["count_a"])
            for group in found
            for row in group["__records"]
        }
        self.assertEqual(
            shown, {(r.dimension, r.value, r.count_a) for r in rows.search([])}
        )
        with self.assertRaises(AccessError):
            rows.with_user(self.salesperson).web_read_group([], ["dimension"])
        # A caller cannot send rows of his own.
        forged = rows.with_context(client_portrait_rows=[{"id": 1}])
        self.assertEqual(len(forged.search([])), len(rows.search([])))

    @contextmanager
    def profile_portrait(self):
        """Collect the queries that count the clients of the portrait."""
        counted = []
        execute = self.env.cr.execute

        def spy(query, *args, **kwargs):
            if "class_size" in getattr(query, "code", str(query)):
                counted.append(query)
            return execute(query, *args, **kwargs)

        with patch.object(self.env.cr, "execute", spy):
            yield counted

    def test_archived_clients_are_not_portrayed(self):
        self.big2.active = False
        row = self._row("industry", "Building", self.manager)
        self.assertEqual(row.count_a, 1)

    def test_portrait_speaks_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.building.with_context(lang="fr_FR").name = "Bâtiment"
        rows = self.env["client.portrait"].with_context(lang="fr_FR")
        self.assertTrue(rows.search([("value", "=", "Bâtiment")]))

    def test_the_first_source_counts(self):
        order = self._buy(self.big, {self.product: 1}, self.web)
        order.date_order = "2026-03-30 12:00:00"
        fact = self._fact(self.big)
        self.assertEqual(fact.source_id, self.fair)
        order.date_order = "2020-03-30 12:00:00"
        fact.invalidate_recordset()
        self.assertEqual(fact.source_id, self.web)
        found = self.Fact.search([("source_id", "=", self.fair.id)])
        self.assertNotIn(fact, found)
        self.assertIn(fact, self.Fact.search([("source_id", "=", self.web.id)]))

    def test_clients_are_found_by_the_categories_they_buy(self):
        mine = [("company_id", "=", self.company.id)]
        for category, clients in (
            (self.screws, self.big | self.big2),
            (self.anchors, self.big | self.middle),
            (self.tools, self.small),
        ):
            domain = [*mine, ("bought_category_ids", "in", category.ids)]
            self.assertEqual(self.Fact.search(domain).partner_id, clients)
        self.assertEqual(
            self._fact(self.big).bought_category_ids, self.screws | self.anchors
        )
        domain = [*mine, ("bought_category_ids", "=", False)]
        self.assertEqual(
            self.Fact.search(domain).partner_id & self.everybody, self.prospect
        )
        named = [*mine, ("bought_category_ids", "ilike", "Screws")]
        self.assertEqual(self.Fact.search(named).partner_id, self.big | self.big2)


class TestLookalike(PortraitCase):
    def _score(self, partner, user=None):
        return (
            self.env["client.lookalike"]
            .with_user(user or self.manager)
            .search(
                [
                    ("partner_id", "=", partner.id),
                    ("company_id", "=", self.company.id),
                ]
            )
        )

    def test_score_is_the_mean_of_how_typical_the_known_values_are(self):
        """Class A: Building 2; Upper Testland 1, France 1; 250 1, 50 1; Fair 1, Web 1;
        Screws 2, Anchors 1."""
        for partner, known, score in (
            # industry 100, region 100, size 100, source 100; assortment not known
            (self.prospect, 4, 100),
            # industry 0, region 100, size 0, source 100, assortment 1 of 2
            (self.middle, 5, 50),
            # industry 0, region 0, assortment 0; size and source not known
            (self.small, 3, 0),
        ):
            row = self._score(partner)
            with self.subTest(partner=partner.name):
                self.assertEqual(row.known_count, known)
                self.assertAlmostEqual(row.score, score, 4)

    def test_assortment_is_the_mean_of_the_categories_bought(self):
        self._buy(self.small, {self.product: 1})
        self.Fact._refresh()
        # Tools 0, Screws 100: assortment 50, by three dimensions
        self.assertAlmostEqual(self._score(self.small).score, 50 / 3, 3)

    def test_traits_say_in_words_what_is_in_common(self):
        traits = self._score(self.prospect).traits
        self.assertIn("Industry: Building (100 % of A)", traits)
        self.assertIn("Region: Upper Testland (50 % of A)", traits)
        self.assertIn("Size: 51–250 employees (50 % of A)", traits)
        self.assertIn("Source: Fair of Tests (50 % of A)", traits)
        self.assertEqual(self._score(self.small).traits, "")

    def test_class_a_is_not_its_own_lookalike_and_the_best_come_first(self):
        rows = self.env["client.lookalike"].with_user(self.manager)
        rows = rows.search([("company_id", "=", self.company.id)])
        found = rows.partner_id & self.everybody
        self.assertEqual(set(found), set(self.middle | self.small | self.prospect))
        scores = [row.score for row in rows if row.known_count]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.prospect.active = False
        self.assertFalse(self._score(self.prospect))

    def test_without_class_a_nobody_is_compared(self):
        orders = self.env["sale.order"].search([("company_id", "=", self.company.id)])
        orders._action_cancel()
        self.Fact._refresh()
        row = self._score(self.prospect)
        self.assertEqual((row.score, row.known_count, row.traits), (0, 0, ""))

    def test_potential_is_the_gap_of_the_wallet(self):
        self.assertFalse(self._score(self.middle).potential)
        self.env["client.wallet"].create(
            {
                "partner_id": self.middle.id,
                "category_id": self.anchors.id,
                "amount": 500,
                "date": "2026-01-01",
            }
        )
        self.Fact._refresh()
        self.assertEqual(self._score(self.middle).potential, 400)

    def test_lookalikes_are_seen_by_those_who_see_the_client(self):
        mine, theirs = self.middle | self.prospect, self.small
        for user, seen in (
            (self.salesperson, mine),
            (self.salesperson2, theirs),
            (self.leader, mine),
            (self.leader2, theirs),
            (self.manager, mine | theirs),
        ):
            rows = self.env["client.lookalike"].with_user(user).search([])
            with self.subTest(user=user.login):
                self.assertEqual(set(rows.partner_id & self.everybody), set(seen))
        with self.assertRaises(AccessError):
            self.env["client.lookalike"].with_user(self.outsider).search([])
        self._fact(self.small).developer_id = self.salesperson
        self.assertTrue(self._score(self.small, self.salesperson))
        self.Fact.with_company(self.company2)._ensure(self.client_foreign)
        rows = self.env["client.lookalike"].with_user(self.manager).search([])
        self.assertEqual(rows.company_id, self.company)

    def test_list_of_lookalikes_asks_the_same_number_of_queries(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = self.env["client.lookalike"].with_user(self.manager)
            rows.search([]).mapped("traits")
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(8):
            self._describe(
                f"More {number}", self.salesperson, self.trade, self.bavaria, "50"
            )
        self.env.flush_all()
        self.assertEqual(count(), few)

    def test_contacts_have_the_size_and_holding_of_their_company(self):
        holding = self.env["client.holding"].create({"name": "Group"})
        contact = self.env["res.partner"].create(
            {"name": "Ada", "parent_id": self.big.id}
        )
        self.big.client_holding_id = holding
        self.assertEqual(contact.client_size, "250")
        self.assertEqual(contact.client_holding_id, holding)
