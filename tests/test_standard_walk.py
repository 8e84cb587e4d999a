from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import ClientCase
from .pictures import PictureMixin

TOUR = "client_development_standard_walk_"


@tagged("post_install", "-at_install")
class TestStandardWalk(PictureMixin, ClientCase, HttpCase):
    """A standard is breached, named to the salesperson, mended, and closes itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.salesperson | cls.leader | cls.manager).tour_enabled = False
        cls.segment = cls.env["client.segment"].create({"name": "Watched", "rank": 1})
        cls.fact = cls.env["client.fact"]._ensure(cls.client).sudo()
        cls.fact.segment_ids = cls.segment
        cls.env["client.plan"].with_user(cls.salesperson).create(
            {
                "partner_id": cls.client.id,
                "name": "Plan for Azure",
                "line_ids": [
                    Command.create(
                        {
                            "name": "Visit the new site",
                            "date_deadline": cls.company._client_today(),
                        }
                    )
                ],
            }
        )

    def _run_check(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_development.ir_cron_check_standards"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _tour(self, name, user):
        self.start_tour(
            "/odoo",
            TOUR + name,
            login=user.login,
            timeout=120,
            picture=f"standards-{name}",
        )
        self.env.invalidate_all()

    def _breaches(self):
        return self.env["client.breach"].search([("fact_id", "=", self.fact.id)])

    def _tasks(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "client.breach.digest"),
                ("user_id", "=", self.salesperson.id),
            ]
        )

    def test_breached_standard_is_named_mended_and_closes_by_itself(self):
        self._tour("set", self.manager)
        self.assertTrue(self.segment.plan_required)
        self.assertFalse(self._breaches(), "the scheduled action finds it")

        self._run_check()
        self.assertRecordValues(
            self._breaches(),
            [{"standard": "plan", "date_closed": False}],
        )
        self.assertEqual(len(self._tasks()), 1)

        self._tour("mend", self.salesperson)
        self.assertTrue(self._breaches().date_closed)
        self.assertFalse(self._tasks())

    def test_started_plan_closes_the_breach_in_the_next_check(self):
        self.segment.plan_required = True
        self._run_check()
        self._tour("start", self.salesperson)
        self.assertFalse(self._breaches().date_closed, "not before the check")
        self._run_check()
        self.assertTrue(self._breaches().date_closed)
        self.assertFalse(self._tasks())
