from odoo.tests import HttpCase, tagged

from .common import ClientCase

TOUR = "client_development_swot_entry"
KINDS = ("strength", "weakness", "opportunity", "risk")


@tagged("post_install", "-at_install")
class TestSwotEntry(ClientCase, HttpCase):
    """What is typed into the quadrants of a SWOT is saved where it was typed."""

    def _new_strategy(self):
        return (
            self.env["client.plan"]
            .with_user(self.leader)
            .create({"scope": "company", "name": "Strategy"})
        )

    def _type(self, tour, url):
        self.leader.tour_enabled = False
        self.start_tour(url, tour, login=self.leader.login, timeout=120)
        self.env.invalidate_all()

    def _assert_typed(self, plan):
        typed = [(item.kind, item.name) for item in plan.swot_ids]
        self.assertCountEqual(
            typed, [(kind, f"{kind} {no}") for no in range(1, 5) for kind in KINDS]
        )

    def test_from_quadrant_to_quadrant(self):
        plan = self._new_strategy()
        self._type(TOUR, f"/odoo/client-plans/{plan.id}")
        self._assert_typed(plan)

    def test_enter_after_each_item(self):
        plan = self._new_strategy()
        self._type(f"{TOUR}_enter", f"/odoo/client-plans/{plan.id}")
        self._assert_typed(plan)

    def test_new_plan(self):
        known = self.env["client.plan"].search([("scope", "=", "company")])
        self._type(f"{TOUR}_new", "/odoo/client-plans/new")
        plan = self.env["client.plan"].search([("scope", "=", "company")]) - known
        self._assert_typed(plan)
