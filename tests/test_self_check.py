from datetime import date, datetime

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form

from .time_common import TODAY, TimeCase

# Each figure of the page, and the button that opens what it counts.
COUNTED = {
    "objective_count": "action_view_objectives",
    "unused_count": "action_view_unused",
    "aimless_count": "action_view_aimless",
    "time_blank_count": "action_view_blank",
    "key_count": "action_view_key",
    "key_unknown_count": "action_view_key_unknown",
    "other_known_count": "action_view_others",
    "other_unknown_count": "action_view_others_unknown",
    "goal_month_count": "action_view_month_goals",
    "goal_year_count": "action_view_year_goals",
    "goal_late_count": "action_view_late_goals",
}
ANSWERS = ("indicator", "time", "key", "potential", "goal")


class TestSelfCheck(TimeCase):
    """The five questions are answered from facts, each with the records behind it.

    On 31 March 2026 the salesperson has three clients: Azure Joinery (A, 1000), Birch
    Sons (C, 40, wallet 240), Cork Yards (C, 10, wallet unknown); his colleague has
    Birch Works (B, 200).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.categ_id = cls.env["product.category"].create({"name": "Screws"})
        cls.second = cls._new_client("Birch Sons", cls.salesperson)
        cls.third = cls._new_client("Cork Yards", cls.salesperson)
        for partner, user, quantity in (
            (cls.contact, cls.salesperson, 100),
            (cls.client2, cls.salesperson2, 20),
            (cls.second, cls.salesperson, 4),
            (cls.third, cls.salesperson, 1),
        ):
            cls._create_order(partner, user=user, quantity=quantity)
        cls._enter_wallet(cls.second, 240)
        cls._refresh()

    @classmethod
    def _enter_wallet(cls, partner, amount):
        cls.env["client.wallet"].create(
            {
                "partner_id": partner.id,
                "category_id": cls.product.categ_id.id,
                "amount": amount,
                "date": date(2026, 1, 1),
            }
        )

    @classmethod
    def _refresh(cls):
        cls.env["client.fact"].with_company(cls.company)._refresh()
        cls.env.invalidate_all()

    def _check(self, user=None, **values):
        model = self.env["client.self.check"].with_user(user or self.salesperson)
        return model.create(values)

    def _text(self, check, name):
        return " ".join(check[f"{name}_answer"].striptags().split())

    def _start(self, plan=None):
        plan = plan or self.plan
        plan.sudo().write({"state": "running", "next_review_date": date(2026, 4, 20)})

    # -- 1: indicators -----------------------------------------------------------------

    def test_indicators_of_running_plans(self):
        self._new_objective(self.plan)
        check = self._check()
        self.assertEqual(check.indicator_status, "red", "a draft measures nothing yet")
        text = self._text(check, "indicator")
        self.assertIn("no running plan has an objective", text)
        self._start()
        check.invalidate_recordset()
        self.assertEqual(check.objective_count, 1)
        self.assertEqual(check.indicator_status, "green")
        self.assertIn(self.indicator.name, self._text(check, "indicator"))
        unused = self.env["client.indicator"].search(
            check.action_view_unused()["domain"]
        )
        self.assertNotIn(self.indicator, unused)
        self.assertIn(self.indicator2, unused)

    def test_plan_without_an_objective_is_named(self):
        self._new_objective(self.plan)
        self._start()
        other = self._new_plan(partner_id=self.second.id)
        self._start(other)
        check = self._check()
        self.assertEqual(check.indicator_status, "amber")
        self.assertEqual(check.aimless_count, 1)
        self.assertEqual(
            self.env["client.plan"].search(check.action_view_aimless()["domain"]),
            other,
        )

    def test_objectives_are_parted_by_how_they_stand(self):
        for current in (40.0, 20.0):
            self._new_objective(
                self.plan, date_start=date(2026, 1, 1)
            ).current = current
        self._start()
        text = self._text(self._check(), "indicator")
        self.assertIn("On Track: 1", text)
        self.assertIn("Far Behind: 1", text)

    # -- 2: time -----------------------------------------------------------------------

    def test_share_of_working_time(self):
        self._meet(datetime(2026, 3, 3, 9), 4)
        self._meet(datetime(2026, 2, 2, 9), 4)
        check = self._check(months="1")
        # 1 to 31 March: 22 working days
        self.assertEqual(check.time_hours, 4.0)
        self.assertIn("2.3 % of working time", self._text(check, "time"))
        self.assertIn("4.0 of 176 hours", self._text(check, "time"))
        self.assertEqual(check.time_status, "green")
        check.months = "3"
        self.assertEqual(check.time_hours, 8.0)

    def test_hours_open_themselves(self):
        self._meet(datetime(2026, 3, 3, 9), 4)
        self._meet(datetime(2026, 3, 3, 9), 2, users=self.salesperson2)
        check = self._check()
        rows = self.Time.with_user(self.salesperson).search(
            check.action_view_time()["domain"]
        )
        self.assertEqual(sum(rows.mapped("hours")), check.time_hours)

    def test_no_hours_says_what_to_do(self):
        check = self._check()
        self.assertEqual((check.time_hours, check.time_status), (0.0, "red"))
        self.assertIn("no hour", self._text(check, "time"))

    def test_who_records_nothing_is_named(self):
        self._meet(datetime(2026, 3, 3, 9), 4)
        check = self._check(self.manager, scope="company")
        self.assertEqual(check.time_status, "amber")
        self.assertEqual(check.time_silent_count, 1)
        self.assertIn(self.salesperson2.name, self._text(check, "time"))

    def test_done_actions_without_hours_are_counted(self):
        self.line.with_user(self.salesperson).action_done()
        check = self._check()
        self.assertEqual(check.time_blank_count, 1)
        self.line.spent_hours = 1
        check.invalidate_recordset()
        self.assertEqual(check.time_blank_count, 0)

    # -- 3 and 4: clients --------------------------------------------------------------

    def test_clients_behind_most_sales(self):
        check = self._check()
        text = self._text(check, "key")
        self.assertIn("Clients of class A: 1, 33.3 % of all 3", text)
        self.assertIn("95.2 % of sales", text)
        self.assertIn("known: 0 of 1", text)
        self.assertIn("Azure Joinery", text)
        self.assertEqual((check.key_status, check.key_unknown_count), ("red", 1))
        self._enter_wallet(self.client, 5000)
        self._refresh()
        self.assertEqual((check.key_status, check.key_unknown_count), ("green", 0))

    def test_names_of_clients_open_them(self):
        fact = self.env["client.fact"]._ensure(self.client)
        self.assertIn(f"/odoo/clients/{fact.id}'", self._check().key_answer)

    def test_untapped_potential_of_the_others(self):
        check = self._check()
        self.assertIn("period: 200.00 €.", check.potential_answer.striptags())
        self.assertEqual((check.other_count, check.other_unknown_count), (2, 1))
        self.assertEqual(check.potential_status, "amber")

    def test_untapped_potential_is_never_below_nothing(self):
        self._enter_wallet(self.third, 4)
        self._refresh()
        check = self._check()
        self.assertIn("period: 200.00 €.", check.potential_answer.striptags())
        facts = self.env["client.fact"].search(
            check.action_view_others()["domain"], order="wallet_gap desc"
        )
        self.assertEqual(facts.mapped("wallet_gap"), [200.0, 0.0])
        self.assertEqual(facts.partner_id, self.second | self.third)

    def test_unknown_potential_is_sorted_by_sales(self):
        view = self.env.ref("client_development.client_fact_view_list_potential")
        self.assertIn("wallet_gap desc, amount desc", view.arch)
        action = self._check(self.manager, scope="company").action_view_others_unknown()
        self.assertEqual(action["views"][0], (view.id, "list"))
        facts = self.env["client.fact"].search(
            action["domain"], order="wallet_gap desc, amount desc, id"
        )
        self.assertEqual(facts.partner_id[:2], self.client2 | self.third)

    # -- 5: goals ----------------------------------------------------------------------

    def test_goals_of_next_month_and_of_the_year_ahead(self):
        days = (
            date(2026, 3, 30),  # passed
            TODAY,
            date(2026, 4, 30),
            date(2026, 5, 1),
            date(2027, 3, 31),
            date(2027, 4, 1),  # beyond
        )
        for day in days:
            self._new_objective(
                self.plan,
                name=f"Until {day}",
                date_start=date(2026, 3, 1),
                date_deadline=day,
            )
        self._start()
        check = self._check()
        self.assertEqual(check.goal_late_count, 1)
        self.assertEqual(check.goal_month_count, 2)
        self.assertEqual(check.goal_year_count, 4)
        self.assertEqual(check.goal_status, "amber")
        text = self._text(check, "goal")
        for day in days:
            shown = TODAY <= day <= date(2027, 3, 31)
            self.assertEqual(f"Until {day}" in text, shown, day)
        self.assertIn("40 %", text, "the target")
        self.assertIn("20 %", text, "the current value")

    def test_no_goal_is_said_plainly(self):
        check = self._check()
        self.assertIn("No goal is set until", self._text(check, "goal"))
        self.assertEqual(check.goal_status, "red")

    # -- every figure opens its records ------------------------------------------------

    def test_every_figure_opens_its_records(self):
        self._new_objective(self.plan, date_deadline=date(2026, 4, 15))
        self._new_objective(
            self.plan, date_start=date(2026, 3, 1), date_deadline=date(2026, 3, 15)
        )
        self.line.with_user(self.salesperson).action_done()
        self._start()
        self._start(self._new_plan(partner_id=self.second.id))
        for user, values in (
            (self.salesperson, {}),
            (self.leader, {"scope": "team", "team_id": self.team.id}),
            (self.manager, {"scope": "company"}),
            (self.manager, {"scope": "user", "user_id": self.salesperson.id}),
        ):
            check = self._check(user, **values)
            for name, button in COUNTED.items():
                with self.subTest(user=user.login, figure=name):
                    action = getattr(check, button)()
                    model = self.env[action["res_model"]].with_user(user)
                    self.assertTrue(check[name])
                    self.assertEqual(model.search_count(action["domain"]), check[name])

    # -- who may look at whom ----------------------------------------------------------

    def test_figures_are_those_that_the_viewer_may_see(self):
        self.assertEqual(self._check().key_count, 1)
        self.assertEqual(self._check(self.salesperson2).other_count, 1)
        team = self._check(self.leader, scope="team", team_id=self.team.id)
        self.assertEqual((team.key_count, team.other_count), (1, 2))
        everybody = self._check(self.manager, scope="company")
        self.assertEqual((everybody.key_count, everybody.other_count), (1, 3))

    def test_salesperson_looks_at_himself_only(self):
        scopes = self.env["client.self.check"].with_user(self.salesperson)._get_scopes()
        self.assertEqual([key for key, _label in scopes], ["me"])
        for values in (
            {"scope": "team", "team_id": self.team.id},
            {"scope": "user", "user_id": self.salesperson2.id},
            {"scope": "company"},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self._check(**values)

    def test_leader_looks_at_his_teams_only(self):
        self._check(self.leader, scope="user", user_id=self.salesperson.id)
        for values in (
            {"scope": "team", "team_id": self.team2.id},
            {"scope": "user", "user_id": self.salesperson2.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self._check(self.leader, **values)
        with self.assertRaises(AccessError):
            self._check(self.leader, scope="company")

    def test_unsaved_choice_of_another_team_shows_nothing(self):
        check = (
            self.env["client.self.check"]
            .with_user(self.leader)
            .new({"scope": "user", "user_id": self.salesperson2.id})
        )
        self.assertFalse(check.key_count + check.other_count + check.objective_count)
        self.assertNotIn(self.salesperson2.name, str(check.time_answer))
        self.assertIn("Nobody to look at", str(check.time_answer))

    def test_scope_wants_its_choice(self):
        for scope, field in (("team", "Sales Team"), ("user", "Person")):
            with self.assertRaises(ValidationError) as caught:
                self._check(self.manager, scope=scope)
            self.assertIn(field, str(caught.exception))

    def test_page_belongs_to_who_opened_it(self):
        check = self._check()
        with self.assertRaises(AccessError):
            check.with_user(self.manager).read(["key_count"])

    def test_employees_without_sales_have_no_page(self):
        with self.assertRaises(AccessError):
            self.env["client.self.check"].with_user(self.outsider).action_open()

    # -- opening -----------------------------------------------------------------------

    def _opened(self, user):
        model = self.env["client.self.check"].with_user(user)
        return model.browse(model.action_open()["res_id"])

    def test_page_begins_with_oneself(self):
        self.assertEqual(self._opened(self.salesperson).scope, "me")

    def test_leader_without_clients_begins_with_his_team(self):
        check = self._opened(self.leader)
        self.assertEqual((check.scope, check.team_id), ("team", self.team))
        self._new_client("Own One", self.leader)
        self.assertEqual(self._opened(self.leader).scope, "me")
        self.assertEqual(self._opened(self.manager).scope, "company")

    def test_choosing_a_team_offers_the_own_one(self):
        model = self.env["client.self.check"].with_user(self.leader)
        with Form(model) as form:
            form.scope = "team"
            self.assertEqual(form.team_id, self.team)
            self.assertEqual(form.key_count, 1)

    def test_nobody_with_nothing_gets_sentences(self):
        user = self._new_user("cd_new", "client_development.group_client_user")
        check = self._opened(user)
        for name in ANSWERS:
            self.assertTrue(self._text(check, name), name)
        group = "client_development.group_client_leader"
        leader = self._new_user("cd_new_leader", group)
        self.assertEqual(self._opened(leader).scope, "me")
        for name, button in COUNTED.items():
            if name != "unused_count":
                self.assertEqual(check[name], 0)
            getattr(check, button)()

    def test_empty_team_gets_sentences(self):
        team = self._new_team("Nobody", self.leader, self.env["res.users"])
        check = self._check(self.leader, scope="team", team_id=team.id)
        for name in ANSWERS:
            self.assertTrue(self._text(check, name), name)
        self.assertIn("Nobody to look at", self._text(check, "time"))

    def test_queries_do_not_grow_with_the_data(self):
        def count():
            check = self._check(self.manager, scope="company")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for name in ANSWERS:
                check[f"{name}_answer"]
            return self.env.cr.sql_log_count - before

        self._new_objective(self.plan, date_deadline=date(2026, 4, 15))
        self._meet(datetime(2026, 3, 3, 9))
        self._start()
        count()
        few = count()
        for number in range(6):
            client = self._new_client(f"Client {number}", self.salesperson)
            self._create_order(client, quantity=90 + number)
            plan = self._new_plan(partner_id=client.id)
            self._new_objective(
                plan,
                indicator_id=self.indicator2.id,
                date_deadline=date(2026, 4, 15),
            )
            self._start(plan)
            self._meet(datetime(2026, 3, 4, 9), guests=client)
        self._refresh()
        self.assertEqual(count(), few)
