from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from .portrait_common import PortraitCase


class SuggestionCase(PortraitCase):
    """``target`` has four likes by industry; he buys tools only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Four likes by industry: three buy screws, two anchors, one tools.
        cls.likes = cls.env["res.partner"]
        for name, products in (
            ("One", cls.product | cls.product2),
            ("Two", cls.product | cls.product2),
            ("Three", cls.product),
            ("Four", cls.product3),
        ):
            partner = cls._describe(
                name, cls.salesperson2, cls.trade, cls.germany, False
            )
            cls._buy(partner, dict.fromkeys(products, 2))
            cls.likes |= partner
        cls.target = cls._describe(
            "Target", cls.salesperson, cls.trade, cls.germany, "10"
        )
        # The others of that industry are no likes.
        (cls.middle | cls.small).industry_id = False
        cls._buy(cls.target, {cls.product3: 2})
        cls.Fact._refresh()
        cls.fact = cls.Fact.search(
            [
                ("partner_id", "=", cls.target.id),
                ("company_id", "=", cls.company.id),
            ]
        ).with_user(cls.salesperson)


class TestSuggestion(SuggestionCase):
    """Categories that the likes of a client buy and he does not."""

    def _rows(self):
        self.fact.invalidate_recordset()
        return [
            (row["name"], row["share"], row["answer"])
            for row in self.fact.suggestions["rows"]
        ]

    def test_what_most_of_the_likes_buy_and_he_does_not_comes_first(self):
        self.assertEqual(self._rows(), [("Screws", 75, False), ("Anchors", 50, False)])
        self.assertIn("4 clients of the industry Trade", self.fact.suggestions["likes"])

    def test_likes_are_of_the_segment_else_the_industry_else_the_class(self):
        segment = self.segment_standard
        facts = self.Fact.search([("partner_id", "in", self.likes[:3].ids)])
        (facts | self.fact.sudo()).segment_ids = segment
        self.assertEqual(self._rows(), [("Screws", 100, False), ("Anchors", 67, False)])
        self.assertIn(segment.name, self.fact.suggestions["likes"])
        # Two are too few: the industry again.
        facts[:1].segment_ids = False
        self.assertEqual(self._rows()[0], ("Screws", 75, False))
        self.target.industry_id = False
        others = self.Fact.search(
            [
                ("company_id", "=", self.company.id),
                ("abc_class", "=", self.fact.abc_class),
                ("id", "!=", self.fact.id),
            ]
        )
        self.fact.invalidate_recordset()
        said = self.fact.suggestions["likes"]
        self.assertIn(f"{len(others)} clients of class {self.fact.abc_class}", said)

    def test_without_likes_nothing_is_suggested(self):
        fact = self._fact(self.prospect)
        self.prospect.industry_id = False
        self.assertEqual(fact.suggestions["rows"], [])
        self.assertIn("Nobody to compare with", fact.suggestions["likes"])

    def test_at_most_three_are_suggested(self):
        categories = self.env["product.category"].create(
            [{"name": f"More {number}"} for number in range(4)]
        )
        products = self.env["product.product"].create(
            [
                {"name": c.name, "categ_id": c.id, "list_price": 1, "type": "consu"}
                for c in categories
            ]
        )
        for partner in self.likes[:3]:
            self._buy(partner, dict.fromkeys(products, 1))
        self.Fact._refresh()
        self.assertEqual(len(self._rows()), 3)

    def test_answers_are_kept_and_the_latest_counts(self):
        for answer in ("offered", "refused", "interested"):
            result = self.fact.action_answer_suggestion(self.screws.id, answer)
        self.assertEqual(result["rows"][0]["answer"], "interested")
        rows = self.env["client.suggestion"].search(
            [("fact_id", "=", self.fact.id)], order="id"
        )
        self.assertEqual(rows.mapped("answer"), ["offered", "refused", "interested"])
        self.assertEqual(rows.user_id, self.salesperson)
        self.assertEqual(rows.partner_id, self.target)
        self.assertEqual(rows.company_id, self.company)
        self.assertEqual(self._rows()[0], ("Screws", 75, "interested"))
        self.assertEqual(self.fact.suggestion_count, 3)

    def test_refused_rests_for_the_days_of_the_company(self):
        self.company.client_suggestion_days = 30
        self.fact.action_answer_suggestion(self.screws.id, "refused")
        self.assertEqual(self._rows(), [("Anchors", 50, False)])
        now = fields.Datetime.now()
        with freeze_time(now + timedelta(days=29)):
            self.assertEqual(self._rows(), [("Anchors", 50, False)])
        with freeze_time(now + timedelta(days=31)):
            self.assertEqual(self._rows()[0], ("Screws", 75, "refused"))
        for days in (-1, 3651):
            with self.assertRaisesRegex(ValidationError, "^Rest of refused.*Enter 0"):
                self.company.client_suggestion_days = days

    def test_what_was_bought_meanwhile_is_not_suggested(self):
        self._buy(self.target, {self.product: 1})
        self.Fact._refresh()
        self.assertEqual(self._rows(), [("Anchors", 50, False)])

    def test_impossible_answers_are_refused(self):
        for category, answer, message in (
            (self.screws.id, "perhaps", "^Answer: “perhaps”.*Enter offered"),
            (0, "offered", "^Product Category:"),
            (2**31 - 1, "offered", "^Product Category:"),
            ("x", "offered", "^Product Category:"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self.fact.action_answer_suggestion(category, answer)

    def test_suggestions_are_seen_and_entered_by_those_who_see_the_client(self):
        self.fact.action_answer_suggestion(self.screws.id, "offered")
        theirs = self._fact(self.likes[0]).with_user(self.salesperson2)
        theirs.action_answer_suggestion(self.tools.id, "offered")
        mine, other = self.target, self.likes[0]
        for user, seen in (
            (self.salesperson, mine),
            (self.leader, mine),
            (self.salesperson2, other),
            (self.leader2, other),
            (self.manager, mine | other),
        ):
            with self.subTest(user=user.login):
                rows = self.env["client.suggestion"].with_user(user).search([])
                self.assertEqual(set(rows.partner_id), set(seen))
        with self.assertRaises(AccessError):
            self.env["client.suggestion"].with_user(self.outsider).search([])
        stranger = self.fact.with_user(self.salesperson2)
        for method, args in (
            ("action_answer_suggestion", (self.screws.id, "offered")),
            ("action_view_likes", (self.screws.id,)),
            ("action_develop_suggestion", (self.screws.id,)),
        ):
            with self.assertRaises(AccessError):
                getattr(stranger, method)(*args)
        with self.assertRaises(AccessError):
            self.env["client.suggestion"].with_user(self.salesperson2).create(
                {
                    "fact_id": self.fact.id,
                    "category_id": self.screws.id,
                    "answer": "offered",
                }
            )

    def test_suggestions_of_another_company_are_not_seen(self):
        fact = self.Fact.with_company(self.company2)._ensure(self.client_foreign)
        self.env["client.suggestion"].sudo().create(
            {
                "fact_id": fact.id,
                "category_id": self.screws.id,
                "answer": "offered",
            }
        )
        rows = self.env["client.suggestion"].with_user(self.manager).search([])
        self.assertFalse(rows)

    def test_history_cannot_be_rewritten(self):
        self.fact.action_answer_suggestion(self.screws.id, "offered")
        row = self.env["client.suggestion"].search([("fact_id", "=", self.fact.id)])
        for user in (self.salesperson, self.leader, self.manager):
            with self.assertRaises(AccessError):
                row.with_user(user).answer = "refused"
            with self.assertRaises(AccessError):
                row.with_user(user).unlink()
        forged = row.with_user(self.salesperson).create(
            {
                "fact_id": self.fact.id,
                "category_id": self.anchors.id,
                "answer": "offered",
                "user_id": self.salesperson2.id,
                "date": "2020-01-01 00:00:00",
            }
        )
        self.assertEqual(forged.user_id, self.salesperson)
        self.assertGreater(forged.date.year, 2020)

    def test_the_likes_open_as_far_as_the_user_may_see_them(self):
        action = self.fact.action_view_likes(self.screws.id)
        found = self.Fact.search(action["domain"]).partner_id
        self.assertEqual(found, self.likes[:3])
        self.assertFalse(self.Fact.with_user(self.salesperson).search(action["domain"]))
        self.assertIn("(0 of 3 visible to you)", action["name"])

    def test_opportunity_only_of_what_he_is_interested_in(self):
        self.fact.action_answer_suggestion(self.screws.id, "offered")
        with self.assertRaisesRegex(UserError, "^Make Opportunity:.*Interested"):
            self.fact.action_develop_suggestion(self.screws.id)

    def test_interest_becomes_one_opportunity(self):
        self.fact.action_answer_suggestion(self.screws.id, "interested")
        first = self.fact.action_develop_suggestion(self.screws.id)
        second = self.fact.action_develop_suggestion(self.screws.id)
        self.assertEqual(first["res_id"], second["res_id"])
        lead = self.env["crm.lead"].browse(first["res_id"])
        # Three likes buy screws for 20 each.
        self.assertEqual(lead.expected_revenue, 20.0)
        self.assertEqual(lead.partner_id, self.fact.partner_id)
        line = self.env["client.plan.line"].search([("lead_id", "=", lead.id)])
        self.assertEqual(line.category_id, self.screws)
        self.fact.invalidate_recordset()
        self.assertEqual(self.fact.suggestions["rows"][0]["lead_id"], first["res_id"])

    def test_suggestions_of_many_clients_cost_as_many_queries_as_of_one(self):
        facts = self.Fact.search([("company_id", "=", self.company.id)])

        def count(records):
            self.env.invalidate_all()
            records.mapped("company_id.client_suggestion_days")
            before = self.env.cr.sql_log_count
            records.mapped("suggestions")
            return self.env.cr.sql_log_count - before

        count(facts[:1])
        self.assertLessEqual(count(facts), count(self.fact.sudo()) + 1)

    def test_merged_clients_keep_what_was_suggested(self):
        other = self._describe("Twin", self.salesperson, self.trade, self.germany, "")
        twin = self.Fact.search([("partner_id", "=", other.id)])
        twin.with_user(self.salesperson).action_answer_suggestion(
            self.screws.id, "refused"
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"dst_partner_id": self.target.id}
        )
        wizard._merge((other | self.target).ids, self.target)
        self.assertFalse(other.exists())
        rows = self.env["client.suggestion"].search([("fact_id", "=", self.fact.id)])
        self.assertEqual(rows.mapped("answer"), ["refused"])
        self.assertEqual(rows.partner_id, self.target)


@tagged("post_install", "-at_install")
class TestSuggestionWidget(SuggestionCase, HttpCase):
    """The buttons on the client's facts, in the browser."""

    def test_suggestions_are_answered_by_mouse_and_keyboard(self):
        self.salesperson.tour_enabled = False
        self.start_tour(
            "/odoo",
            "client_development_suggestion",
            login=self.salesperson.login,
            timeout=180,
        )
        rows = self.env["client.suggestion"].search(
            [("fact_id", "=", self.fact.id)], order="id"
        )
        self.assertRecordValues(
            rows,
            [
                {"category_id": self.screws.id, "answer": "interested"},
                {"category_id": self.anchors.id, "answer": "refused"},
            ],
        )
