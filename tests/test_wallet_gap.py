from datetime import date, timedelta
from unittest.mock import patch

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from .fact_common import TODAY, FactCase


class TestWalletGap(FactCase):
    """A gap in the wallet becomes an opportunity and an action in one click."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.screws, cls.glue = cls.env["product.category"].create(
            [{"name": "Screws"}, {"name": "Glue"}]
        )
        cls.company.client_wallet_category_ids = cls.screws | cls.glue
        cls.product.categ_id = cls.screws
        cls._create_order(quantity=3)
        cls.wallet = cls.env["client.wallet"].create(
            {"partner_id": cls.client.id, "category_id": cls.screws.id, "amount": 120}
        )
        cls.Fact._refresh()
        cls.Lead = cls.env["crm.lead"]
        cls.Line = cls.env["client.plan.line"]

    def _row(self, user=None, category=None, partner=None):
        return (
            self.env["client.wallet.grid"]
            .with_user(user or self.salesperson)
            .search(
                [
                    ("partner_id", "=", (partner or self.client).id),
                    ("category_id", "=", (category or self.screws).id),
                    ("company_id", "=", self.company.id),
                ]
            )
        )

    def _made(self):
        """Return the opportunities and actions of the category."""
        lines = self.Line.search([("category_id", "=", self.screws.id)])
        leads = self.Lead.with_context(active_test=False)
        return leads.search([("partner_id", "=", self.client.id)]), lines

    def _plan(self, user=None, **values):
        plan = self.env["client.plan"].with_user(user or self.salesperson)
        return plan.create({"partner_id": self.client.id, **values}).sudo(False)

    # -- one click -----------------------------------------------------------------

    def test_gap_becomes_opportunity_and_action(self):
        action = self._row().action_develop()
        lead, line = self._made()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", lead.id))
        self.assertRecordValues(
            lead,
            [
                {
                    "name": "Screws for Azure Joinery",
                    "type": "opportunity",
                    "partner_id": self.client.id,
                    "expected_revenue": 90.0,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertRecordValues(
            line,
            [
                {
                    "lead_id": lead.id,
                    "partner_id": self.client.id,
                    "user_id": self.salesperson.id,
                    "state": "planned",
                    # ten working days after Tuesday, 31 March
                    "date_deadline": TODAY + timedelta(days=14),
                }
            ],
        )
        self.assertEqual(line.section_id.kind_id.code, "assortment")
        self.assertRecordValues(
            line.plan_id,
            [{"state": "draft", "scope": "client", "user_id": self.salesperson.id}],
        )

    def test_second_click_opens_what_exists(self):
        row = self._row()
        self.assertFalse(row.is_developed)
        first = row.action_develop()
        row = self._row()
        row.invalidate_recordset()
        self.assertTrue(row.is_developed)
        for again in (
            row.action_develop(),
            self._row(self.leader).action_develop(),
            self.wallet.with_user(self.salesperson).action_develop(),
        ):
            self.assertEqual(again, first)
        lead, line = self._made()
        self.assertEqual((len(lead), len(line)), (1, 1))
        fact = self._fact().with_user(self.salesperson)
        self.assertEqual(fact._develop_category(self.screws, 5), (lead, line))

    def test_unknown_potential_is_developed_without_a_revenue(self):
        self._row(category=self.glue).action_develop()
        lead = self.Lead.search([("name", "=", "Glue for Azure Joinery")])
        self.assertEqual(lead.expected_revenue, 0.0)
        lead, _line = self._fact(self.client)._develop_category(self.screws, -5)
        self.assertEqual(lead.expected_revenue, 0.0)

    # -- plans ---------------------------------------------------------------------

    def test_running_plan_is_extended_before_a_draft(self):
        draft, running = self._plan(), self._plan()
        running.sudo().action_start()
        self._row().action_develop()
        _lead, line = self._made()
        self.assertEqual(line.plan_id, running)
        self.assertFalse(draft.line_ids)

    def test_draft_is_extended_but_no_ended_plan(self):
        ended, draft = self._plan(), self._plan()
        ended._set_state("cancelled", close_reason="Too early.")
        self._row().action_develop()
        self.assertEqual(self._made()[1].plan_id, draft)

    def test_plan_of_somebody_else_is_not_extended(self):
        self._plan(self.leader, user_id=self.leader.id)
        with self.assertRaisesRegex(UserError, "belongs to cd_leader"):
            self._row().action_develop()
        lead, line = self._made()
        self.assertFalse(lead)
        self.assertFalse(line)
        self._row(self.leader).action_develop()
        self.assertEqual(self._made()[0].user_id, self.salesperson)

    def test_ended_plan_ends_the_development_unless_the_opportunity_is_open(self):
        self._row().action_develop()
        lead, line = self._made()
        line.plan_id._set_state("cancelled", close_reason="Too early.")
        self.assertEqual(self._row().action_develop()["res_id"], lead.id)
        lead.action_set_lost()
        row = self._row()
        row.invalidate_recordset()
        self.assertFalse(row.is_developed)
        self.assertNotEqual(self._row().action_develop()["res_id"], lead.id)
        leads, lines = self._made()
        self.assertEqual((len(leads), len(lines)), (2, 2))

    # -- opportunities -------------------------------------------------------------

    def test_open_action_of_a_lost_or_deleted_opportunity_is_opened(self):
        self._row().action_develop()
        lead, line = self._made()
        lead.action_set_lost()
        action = self._row().action_develop()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("client.plan.line", line.id)
        )
        lead.unlink()
        self.assertEqual(self._row().action_develop(), action)
        self.assertTrue(line.exists())

    def test_development_ends_with_won_lost_or_archived_opportunity(self):
        for end in ("action_set_won", "action_set_lost", "action_archive"):
            with self.subTest(end=end):
                action = self._row().action_develop()
                lead = self.Lead.browse(action["res_id"])
                line = lead.client_line_ids
                line.with_user(self.salesperson).action_done()
                self.assertEqual(self._row().action_develop(), action)
                getattr(lead, end)()
                row = self._row()
                row.invalidate_recordset()
                self.assertFalse(row.is_developed)

    def test_done_action_with_an_open_opportunity_opens_the_opportunity(self):
        action = self._row().action_develop()
        lead, line = self._made()
        line.with_user(self.salesperson).action_done()
        self.assertEqual(self._row().action_develop(), action)
        self.assertEqual(self._made(), (lead, line))

    # -- who -----------------------------------------------------------------------

    def test_client_developer_gets_the_opportunity_himself(self):
        self._fact().developer_id = self.salesperson2
        self._row(self.salesperson2).action_develop()
        lead, line = self._made()
        self.assertEqual(lead.user_id | line.user_id, self.salesperson2)
        # The salesperson may not see the developer's opportunity, but his action.
        action = self._row().action_develop()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("client.plan.line", line.id)
        )

    def test_unassigned_client_is_developed_by_whoever_clicks(self):
        free = self._new_client("Free", self.env["res.users"])
        action = self._row(self.salesperson2, partner=free).action_develop()
        lead = self.Lead.browse(action["res_id"])
        self.assertEqual(lead.user_id, self.salesperson2)
        self.assertEqual(lead.client_line_ids.plan_id.user_id, self.salesperson2)
        # Another one finds somebody at work whom he does not see.
        with self.assertRaisesRegex(UserError, "cd_salesperson2.* is already working"):
            self._row(partner=free).action_develop()

    def test_archived_salesperson_gets_no_work(self):
        self.salesperson.active = False
        self._row(self.leader).action_develop()
        self.assertEqual(self._made()[0].user_id, self.leader)

    def test_nobody_develops_clients_of_others(self):
        fact, row = self._fact(), self._row()
        for user in (self.salesperson2, self.leader2, self.outsider):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    row.with_user(user).action_develop()
                with self.assertRaises(AccessError):
                    fact.with_user(user)._develop_category(self.screws)
                with self.assertRaises(AccessError):
                    self.wallet.with_user(user).action_develop()
        self.assertFalse(self._made()[0])

    # -- two clicks at once --------------------------------------------------------

    def test_the_client_is_written_before_looking(self):
        """Who clicks second, on older data, is sent again by the server.

        The database refuses to write a row that another one has written meanwhile;
        that it is written before the look-up is what counts.
        """
        queries = []
        execute = self.env.cr.execute

        def record(query, *args, **kwargs):
            queries.append(query.code if isinstance(query, SQL) else str(query))
            return execute(query, *args, **kwargs)

        with patch.object(self.env.cr, "execute", record):
            self._row().action_develop()
        touch = next(
            place
            for place, query in enumerate(queries)
            if "UPDATE client_fact SET write_uid = write_uid" in query
        )
        look = next(
            place
            for place, query in enumerate(queries)
            if 'FROM "client_plan_line"' in query and "category_id" in query
        )
        self.assertLess(touch, look)

    # -- forms ---------------------------------------------------------------------

    def test_opportunity_opens_its_action(self):
        action = self._row().action_develop()
        lead = self.Lead.browse(action["res_id"]).with_user(self.salesperson)
        self.assertEqual(lead.client_line_count, 1)
        opened = lead.action_view_client_lines()
        self.assertEqual(opened["res_id"], lead.client_line_ids.id)
        lead.client_line_ids.copy({"lead_id": lead.id})
        lead.invalidate_recordset()
        opened = lead.action_view_client_lines()
        self.assertEqual(self.Line.search(opened["domain"]), lead.client_line_ids)
        self.assertEqual(lead.client_line_count, 2)

    def test_action_and_opportunity_are_of_the_same_client(self):
        self._row().action_develop()
        _lead, line = self._made()
        other = self.Lead.create({"name": "Other", "partner_id": self.client2.id})
        with self.assertRaisesRegex(ValidationError, "another client"):
            line.lead_id = other
        contact = self.Lead.create({"name": "Same", "partner_id": self.contact.id})
        line.lead_id = contact
        foreign = self.Lead.create(
            {
                "name": "Foreign",
                "company_id": self.company2.id,
                "user_id": False,
                "team_id": False,
            }
        )
        with self.assertRaises(UserError):
            line.lead_id = foreign

    def test_participant_without_sales_rights_opens_the_action(self):
        self._row().action_develop()
        _lead, line = self._made()
        line.participant_ids = [Command.link(self.outsider.id)]
        employee = line.with_user(self.outsider)
        view = employee.get_view(view_type="form")
        arch = etree.fromstring(view["arch"])
        names = [node.get("name") for node in arch.xpath("//sheet//field")]
        self.assertFalse({"lead_id", "category_id"} & {*names})
        names = [name for name in names if name in employee._fields]
        [values] = employee.web_read({name: {} for name in names})
        self.assertEqual(values["name"], "Screws for Azure Joinery")

    def test_deadline_leaves_out_weekends(self):
        row = self._row().with_context(client_today=date(2026, 4, 3))  # a Friday
        row.action_develop()
        self.assertEqual(self._made()[1].date_deadline, date(2026, 4, 17))
