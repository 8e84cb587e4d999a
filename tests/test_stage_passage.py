from datetime import date

from odoo.exceptions import AccessError

from .fact_common import FactCase


class TestStagePassage(FactCase):
    """Entered, moved on, median days: per lifecycle stage and salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Passage = cls.env["client.stage.passage"]
        cls.stages = {
            code: cls.env.ref(f"client_development.client_stage_{code}")
            for code in ("attraction", "sale", "service", "retention", "development")
        }

    def _go(self, stage, day, partner=None):
        """Put the client into ``stage`` on ``day``, as a person does it."""
        fact = self._fact(partner).with_context(client_today=day)
        fact.stage_id = self.stages[stage]

    def _begin(self, stage, day, partner=None):
        fact = self._fact(partner)
        fact.sudo().write({"stage_id": self.stages[stage].id, "stage_date": day})
        self.env["client.fact.move"].search([("fact_id", "=", fact.id)]).unlink()
        fact.sudo().write({"stage_date": day})

    def _rows(self, partner=None):
        fact = self._fact(partner)
        self.Passage.invalidate_model()  # it follows from other models
        return self.Passage.search([("fact_id", "=", fact.id)], order="entered, id")

    def test_a_client_without_a_move_is_in_his_first_stage(self):
        self._begin("attraction", date(2026, 1, 10))
        self.assertRecordValues(
            self._rows(),
            [
                {
                    "stage_id": self.stages["attraction"].id,
                    "entered": date(2026, 1, 10),
                    "left": False,
                    "next_stage_id": False,
                    "is_moved": False,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "partner_id": self.client.id,
                }
            ],
        )

    def test_each_stage_is_passed_from_the_day_in_to_the_day_out(self):
        self._begin("attraction", date(2026, 1, 10))
        self._go("sale", date(2026, 1, 20))
        self._go("attraction", date(2026, 2, 1))
        self._go("retention", date(2026, 2, 4))
        attraction, sale = self.stages["attraction"].id, self.stages["sale"].id
        retention = self.stages["retention"].id
        names = ("stage_id", "entered", "left", "days", "next_stage_id", "is_moved")
        expected = [
            (attraction, date(2026, 1, 10), date(2026, 1, 20), 10, sale, True),
            # Falling back is not moving on.
            (sale, date(2026, 1, 20), date(2026, 2, 1), 12, attraction, False),
            (attraction, date(2026, 2, 1), date(2026, 2, 4), 3, retention, True),
            (retention, date(2026, 2, 4), False, 0, False, False),
        ]
        self.assertRecordValues(
            self._rows(), [dict(zip(names, row, strict=True)) for row in expected]
        )

    def test_the_refresh_moves_clients_through_stages_too(self):
        self._fact().sudo().stage_date = date(2026, 2, 20)
        self.Fact._refresh(reference_date=date(2026, 3, 1))
        self._create_order(day=date(2026, 3, 12))
        self.Fact._refresh(reference_date=date(2026, 3, 15))
        first, second = self._rows()
        self.assertEqual(first.entered, date(2026, 2, 20))
        self.assertEqual(first.left, date(2026, 3, 15))
        self.assertEqual(first.next_stage_id, self.stages["retention"])
        self.assertTrue(first.is_moved)
        self.assertEqual(second.stage_id, self.stages["retention"])
        self.assertEqual(second.entered, date(2026, 3, 15))
        self.assertFalse(second.left)

    def test_entered_moved_on_and_median_days_by_salesperson(self):
        clients = [
            (self._new_client(f"Client {days}", self.salesperson), days)
            for days in (1, 2, 9)
        ]
        for partner, days in clients:
            self._begin("sale", date(2026, 1, 1), partner)
            self._go("service", date(2026, 1, 1 + days), partner)
        self._begin("sale", date(2026, 1, 1))  # still there: no days yet
        self._begin("sale", date(2026, 1, 1), self.client2)
        groups = self.Passage._read_group(
            [
                ("company_id", "=", self.company.id),
                ("stage_id", "=", self.stages["sale"].id),
            ],
            ["user_id", "entered:month"],
            ["entered_count:sum", "moved_count:sum", "moved_share:avg", "days:avg"],
        )
        january = date(2026, 1, 1)
        self.assertEqual(
            {row[0]: row[1:] for row in groups},
            {
                self.salesperson: (january, 4, 3, 75.0, 2.0),
                self.salesperson2: (january, 1, 0, 0.0, False),
            },
        )

    def test_clients_put_aside_are_left_out(self):
        self._begin("sale", date(2026, 1, 1))
        fact = self._fact()
        fact.sudo().active = False
        self.assertFalse(self.Passage.search([("fact_id", "=", fact.id)]))

    def test_a_row_opens_the_clients_facts(self):
        row = self._rows()[:1].with_user(self.salesperson)
        self.assertEqual(row.action_open_facts()["res_id"], self._fact().id)

    def test_each_role_sees_the_passages_of_its_clients(self):
        both = self.client | self.client2
        self.env["client.fact"].with_company(self.company2)._ensure(self.client_foreign)
        for user, seen in (
            (self.salesperson, self.client),
            (self.salesperson2, self.client2),
            (self.leader, self.client),
            (self.leader2, self.client2),
            (self.manager, both),
        ):
            with self.subTest(user=user.login):
                found = self.Passage.with_user(user).search([])
                self.assertEqual(found.partner_id & (both | self.client_foreign), seen)
        self._fact().developer_id = self.salesperson2
        found = self.Passage.with_user(self.salesperson2).search([])
        self.assertIn(self.client, found.partner_id)
        with self.assertRaises(AccessError):
            self.Passage.with_user(self.outsider).search([])
