from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import ClientCase
from .pictures import PictureMixin

TOUR = "client_development_slip_walk_"


@tagged("post_install", "-at_install")
class TestSlipWalk(PictureMixin, ClientCase, HttpCase):
    """A deadline dragged in the calendar asks its reason and appears in the Pareto.

    The action is due on the 17th of next month and dragged to the 19th: the calendar
    of a month shows each of these days once, whatever today is.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.salesperson | cls.leader).write({"tour_enabled": False})
        today = cls.company._client_today()
        month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        cls.old, cls.new = month.replace(day=17), month.replace(day=19)
        cls.plan = cls.env["client.plan"].create(
            {
                "name": "More than Screws",
                "partner_id": cls.client.id,
                "company_id": cls.company.id,
                "user_id": cls.salesperson.id,
                "team_id": cls.team.id,
            }
        )
        cls.line = cls.env["client.plan.line"].create(
            {
                "plan_id": cls.plan.id,
                "name": "Show the sample",
                "date_deadline": cls.old,
            }
        )
        cls.plan.action_start()

    def test_drag_in_the_calendar_asks_why_and_appears_in_the_pareto(self):
        self.start_tour(
            "/odoo/client-my-actions",
            TOUR + "drag",
            login=self.salesperson.login,
            timeout=120,
            picture="planning-slip-calendar",
        )
        self.env.invalidate_all()
        self.assertEqual(self.line.date_deadline, self.new)
        self.assertRecordValues(
            self.line.slip_ids,
            [
                {
                    "kind": "moved",
                    "date_old": self.old,
                    "date_new": self.new,
                    "days": 2,
                    "author_id": self.salesperson.id,
                    "note": "Buyer is on holiday",
                }
            ],
        )
        self.assertEqual(self.line.slip_ids.reason_id.name, "Client postponed")
        for name, picture in (
            ("chart", "planning-slip-pareto"),
            ("pareto", "planning-slip-list"),
        ):
            self.start_tour(
                "/odoo/client-slip-reasons",
                TOUR + name,
                login=self.leader.login,
                timeout=120,
                picture=picture,
            )
