import time
from datetime import date, datetime

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import GROUP
from .honest_common import HonestCase

DUE = date(2026, 3, 5)
SHARES = ("returned_share", "late_share", "complaint_share", "class_a_share")


class TestSurveyPick(HonestCase):
    """Skipped compared with answered orders, for leaders only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.client_survey_condition = "delivered"
        cls.Pick = cls.env["client.survey.pick"]

    @classmethod
    def _new(cls, day=date(2026, 3, 2), partner=None, user=None, **values):
        """Return the survey of an order that was completed on ``day``."""
        order = cls._create_order(partner=partner, user=user, day=day, **values)
        surveys = cls.env["client.survey"]
        return surveys.create(
            {
                **surveys._get_assigned(cls.company, order.ids)[order.id],
                "order_id": order.id,
                "contact_id": order.partner_id.id,
                "partner_id": order.partner_id.commercial_partner_id.id,
                "company_id": cls.company.id,
                "date_completed": datetime.combine(day, datetime.min.time()).replace(
                    hour=12
                ),
                "date_due": DUE,
            }
        )

    def _row(self, survey):
        self.env.flush_all()
        return self.Pick.search([("survey_id", "=", survey.id)])

    def _account(self, code, kind):
        """Return the company's account of this ``kind``."""
        accounts = self.env["account.account"]
        return accounts.search(
            [("account_type", "=", kind), ("company_ids", "in", self.company.ids)],
            limit=1,
        ) or accounts.create(
            {
                "name": kind,
                "code": code,
                "account_type": kind,
                "reconcile": kind == "asset_receivable",
                "company_ids": [Command.set(self.company.ids)],
            }
        )

    def _credit(self, survey, quantity=1.0, post=True):
        """Take back a part of the order's line by a credit note."""
        line = survey.order_id.order_line
        income = self._account("400000", "income")
        partner = survey.order_id.partner_id.with_company(self.company)
        partner.property_account_receivable_id = self._account(
            "120000", "asset_receivable"
        )
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
        ) or self.env["account.journal"].create(
            {
                "name": "Sales",
                "type": "sale",
                "code": "SALE",
                "company_id": self.company.id,
                "default_account_id": income.id,
            }
        )
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "company_id": self.company.id,
                "journal_id": journal.id,
                "partner_id": survey.order_id.partner_id.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "account_id": income.id,
                            "quantity": quantity,
                            "price_unit": 10.0,
                            "tax_ids": False,
                            "sale_line_ids": [Command.link(line.id)],
                        }
                    )
                ],
            }
        )
        if post:
            note.action_post()

    # -- which rows ----------------------------------------------------------------

    def test_duties_whose_due_date_has_passed(self):
        refused, answered = self._new(), self._new()
        refused.state = "refused"
        self._answer(answered)
        cancelled = self._new()
        cancelled.order_id._action_cancel()
        future = self._new()
        future.date_due = date(2099, 1, 1)
        surveys = self.survey | refused | answered | cancelled | future
        self.env.flush_all()
        rows = self.Pick.search([("survey_id", "in", surveys.ids)])
        self.assertEqual(
            {row.survey_id: (row.result, row.state) for row in rows},
            {
                self.survey: ("skipped", "due"),
                refused: ("skipped", "refused"),
                answered: ("answered", "done"),
            },
        )

    def test_today_is_the_company_s(self):
        for today, count in ((DUE, 0), (date(2026, 3, 6), 1)):
            picks = self.Pick.with_context(client_today=today)
            self.env.flush_all()
            self.assertEqual(
                picks.search_count([("survey_id", "=", self.survey.id)]), count
            )

    def test_counts_for_the_responsible_of_the_due_date(self):
        self.survey.write({"user_id": self.salesperson2.id, "team_id": self.team2.id})
        row = self._row(self.survey)
        self.assertEqual((row.user_id, row.team_id), (self.salesperson, self.team))

    # -- what is compared ----------------------------------------------------------

    def test_amount_in_the_currency_of_the_company(self):
        row = self._row(self.survey)
        self.assertEqual(row.order_amount, self.order.amount_untaxed)
        self.order.currency_rate = 2.0
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            self._row(self.survey).order_amount, self.order.amount_untaxed / 2
        )

    def test_class_of_the_client(self):
        fact = self.env["client.fact"].search([("partner_id", "=", self.client.id)])
        for value, share in (("A", 100.0), ("B", 0.0)):
            fact.sudo().abc_class = value
            self.env.flush_all()
            self.env.invalidate_all()
            row = self._row(self.survey)
            self.assertEqual((row.abc_class, row.class_a_share), (value, share))

    def test_returned_by_a_posted_credit_note_of_the_order(self):
        other = self._new()
        self._credit(self.survey, post=False)
        self.assertEqual(self._row(self.survey).returned_share, 0.0)
        self._credit(self.survey)
        self.env.invalidate_all()
        self.assertEqual(self._row(self.survey).returned_share, 100.0)
        self.assertEqual(self._row(other).returned_share, 0.0)

    def test_late_against_the_promised_day(self):
        for promised, share in (
            (datetime(2026, 3, 1, 23), 100.0),
            (datetime(2026, 3, 2, 6), 0.0),  # the same day, some hours earlier
            (datetime(2026, 3, 9), 0.0),
        ):
            survey = self._new()
            survey.order_id.commitment_date = promised
            self.assertEqual(self._row(survey).late_share, share, promised)

    def test_days_of_lateness_are_the_company_s(self):
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"  # UTC+10
        self.survey.order_id.commitment_date = datetime(2026, 3, 2, 14, 30)
        self.survey.date_completed = datetime(2026, 3, 2, 23)
        self.assertEqual(self._row(self.survey).late_share, 0.0)
        self.survey.order_id.commitment_date = datetime(2026, 3, 2, 13, 30)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._row(self.survey).late_share, 100.0)

    def _lateness(self, survey):
        groups = self.Pick._read_group(
            [("survey_id", "=", survey.id)], [], ["late_share:avg"]
        )
        return groups[0][0]

    def test_lateness_that_is_not_known_does_not_count(self):
        """No promised day; or the order was complete at its confirmation."""
        self.env.flush_all()
        self.assertIsNone(self._lateness(self.survey) or None)
        self.order.commitment_date = datetime(2026, 3, 1, 12)
        late = self._new()
        late.order_id.commitment_date = datetime(2026, 3, 1, 12)
        unknown = self._new()
        self.env.flush_all()
        groups = self.Pick._read_group(
            [("survey_id", "in", (late | unknown).ids)], [], ["late_share:avg"]
        )
        self.assertEqual(groups, [(100.0,)])
        self.company.client_survey_condition = "confirmed"
        if "effective_date" not in self.env["sale.order"]._fields:
            self.env.flush_all()
            self.assertFalse(self._lateness(late))

    def test_earlier_complaint_of_the_client(self):
        before = self._new(date(2026, 2, 2))
        self._answer(before, rating="3")
        before.date_done = datetime(2026, 2, 5, 9)
        self.assertEqual(self._row(self.survey).complaint_share, 100.0)
        self.assertEqual(self._row(before).complaint_share, 0.0, "not its own")
        before.date_done = datetime(2026, 3, 3, 9)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._row(self.survey).complaint_share, 0.0, "only later")
        before.write({"date_done": datetime(2026, 2, 5, 9), "rating": 4})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._row(self.survey).complaint_share, 0.0, "no complaint")

    def test_complaint_is_a_low_rating_by_the_company_s_setting(self):
        before = self._new(date(2026, 2, 2))
        self._answer(before, rating="3")
        before.date_done = datetime(2026, 2, 5, 9)
        for low, share in ((3, 100.0), (2, 0.0), (0, 0.0)):
            self.company.client_low_rating = low
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(self._row(self.survey).complaint_share, share)

    def test_cherry_picking_shows(self):
        """He asks the happy ones: skipped orders are the late, returned ones."""
        self.survey.order_id._action_cancel()
        for _number in range(4):
            survey = self._new(quantity=2.0)
            survey.order_id.commitment_date = datetime(2026, 3, 9)
            self._answer(survey)
        for number in range(4):
            survey = self._new(quantity=10.0)
            late = date(2026, 3, 1) if number else date(2026, 3, 9)
            survey.order_id.commitment_date = datetime.combine(
                late, datetime.min.time()
            )
            if number < 2:
                self._credit(survey)
        self.env.flush_all()
        groups = self.Pick._read_group(
            [("user_id", "=", self.salesperson.id)],
            ["result"],
            [
                "survey_count:sum",
                "order_amount:avg",
                "returned_share:avg",
                "late_share:avg",
            ],
        )
        self.assertEqual(
            {row[0]: row[1:] for row in groups},
            {"answered": (4, 20.0, 0.0, 0.0), "skipped": (4, 100.0, 50.0, 75.0)},
        )

    def test_ten_thousand_within_a_second(self):
        self._call(self.survey)
        self._multiply(self.survey, 10000)
        begun = time.monotonic()
        groups = self.Pick._read_group(
            [("company_id", "=", self.company.id)],
            ["user_id", "result"],
            ["survey_count:sum", *(f"{name}:avg" for name in SHARES)],
        )
        self.assertLess(time.monotonic() - begun, 1.0)
        self.assertEqual([row[2] for row in groups], [10001])

    # -- rights --------------------------------------------------------------------

    def test_leaders_see_their_teams_and_managers_all(self):
        survey2 = self._new(partner=self.client2, user=self.salesperson2)
        both = self.survey | survey2
        self.env.flush_all()
        for user, seen in (
            (self.leader, self.survey),
            (self.leader2, survey2),
            (self.manager, both),
        ):
            rows = self.Pick.with_user(user).search([("survey_id", "in", both.ids)])
            self.assertEqual(rows.survey_id, seen, user.login)
            self.assertFalse(rows.has_access("write"))
        for user in (self.salesperson, self.outsider):
            with self.assertRaises(AccessError):
                self.Pick.with_user(user).search([])
        foreign = new_test_user(
            self.env,
            login="cd_foreign",
            groups=GROUP + "manager",
            company_id=self.company2.id,
            company_ids=[(6, 0, self.company2.ids)],
        )
        abroad = self.Pick.with_user(foreign).with_context(
            allowed_company_ids=self.company2.ids
        )
        self.assertFalse(abroad.search([]))

    def test_a_row_opens_its_survey(self):
        action = self._row(self.survey).with_user(self.leader).action_open_record()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("client.survey", self.survey.id),
        )

    def test_views_open_for_leaders(self):
        for user in (self.leader, self.manager):
            views = self.Pick.with_user(user).get_views(
                [(False, name) for name in ("list", "pivot", "graph", "kanban")]
            )
            self.assertEqual(len(views["views"]), 4)
        row = self._row(self.survey).with_user(self.leader)
        self.assertEqual(
            row.web_read({"display_name": {}})[0]["display_name"],
            f"{self.order.name} · {self.client.name}",
        )
