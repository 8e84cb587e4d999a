from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import ClientCase
from .pictures import PictureMixin

TOUR = "client_development_playbook_walk_"
CLIENTS = 100


@tagged("post_install", "-at_install")
class TestPlaybookWalk(PictureMixin, ClientCase, HttpCase):
    """A leader selects a hundred clients and gives all of them a plan at once.

    Half of them belong to the salesperson, half to the leader himself. The playbook is
    the shipped one of five sections, which their segment proposes.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader.tour_enabled = False
        cls.clients = cls.env["res.partner"].create(
            [
                {
                    "name": f"Fastened {number:03}",
                    "is_company": True,
                    "user_id": (cls.leader if number % 2 else cls.salesperson).id,
                }
                for number in range(CLIENTS)
            ]
        )
        template = "client_development.client_plan_template_five_sections"
        cls.template = cls.env.ref(template)
        cls.rows = cls.template.line_ids
        segment = cls.env["client.segment"].create(
            {"name": "Fastening", "rank": 1, "template_id": cls.template.id}
        )
        facts = cls.env["client.fact"]._ensure(cls.clients)
        facts.sudo().segment_ids = segment
        # everybody has bought something: sales have something to grow from
        orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": client.id,
                    "company_id": cls.company.id,
                    "user_id": client.user_id.id,
                    "order_line": [Command.create({"product_id": cls.product.id})],
                }
                for client in cls.clients
            ]
        )
        orders.action_confirm()
        cls.env["client.fact"]._refresh_queue()

    def _tour(self, name, picture=None):
        self.start_tour(
            "/odoo/clients",
            TOUR + name,
            login=self.leader.login,
            timeout=180,
            picture=picture,
        )
        self.env.invalidate_all()

    def _plans(self):
        return self.env["client.plan"].search([("partner_id", "in", self.clients.ids)])

    def test_hundred_clients_get_their_plans_and_nothing_twice(self):
        self.assertEqual(len(self.rows), 13, "the tour expects 1,300 actions")
        self._tour("preview", "planning-playbook-apply")
        self.assertFalse(self._plans(), "the preview stores nothing")

        self._tour("apply", "planning-playbook-plans")
        self._check_plans()
        before = self._plans().line_ids
        objectives = self._plans().objective_ids
        self.assertEqual(len(before), CLIENTS * len(self.rows))
        self.assertEqual(len(objectives), CLIENTS * 3)

        self._tour("again", "planning-playbook-again")
        plans = self._plans()
        self.assertEqual(len(plans), CLIENTS, "no second plan for anybody")
        self.assertEqual(plans.line_ids, before, "and no action twice")
        self.assertEqual(plans.objective_ids, objectives, "and no objective")

    def _check_plans(self):
        """Each client has one draft, of his salesperson, from today on."""
        plans = self._plans()
        today = self.company._client_today()
        self.assertEqual(plans.partner_id, self.clients)
        self.assertEqual(len(plans), CLIENTS)
        self.assertEqual(set(plans.mapped("state")), {"draft"})
        self.assertEqual(set(plans.mapped("date_start")), {today})
        self.assertEqual(plans.company_id, self.company)
        for plan in plans:
            self.assertEqual(plan.user_id, plan.partner_id.user_id)
            self.assertEqual(plan.line_ids.template_line_id, self.rows)
        deadlines = {
            row: self.company._client_add_working_days(today, row.deadline_days)
            for row in self.rows
        }
        for line in plans.line_ids:
            self.assertEqual(line.date_deadline, deadlines[line.template_line_id])
        owned = plans.line_ids.filtered(
            lambda line: line.template_line_id.role == "owner"
        )
        for line in owned:
            self.assertEqual(line.user_id, line.plan_id.user_id)
