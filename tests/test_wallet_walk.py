import base64
from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import ClientCase
from .pictures import PictureMixin
from .wallet_common import HEAD, write_xlsx

TOUR = "client_development_wallet_walk_"
# Where the browser takes the sheet from, to choose it as a person would.
SHEET = "/client_development_walk/wallets.xlsx"


@tagged("post_install", "-at_install")
class TestWalletWalk(PictureMixin, ClientCase, HttpCase):
    """From a wallet sheet to an objective on track, walked in the browser.

    Sheet, gap, opportunity, action, order, objective. Days are counted back from
    today. Azure Joinery buys 200 a year of its 1,000 of screws from us: a share of
    20 %, which a plan that began 60 days ago is to bring to 40 %.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson.write({"name": "Sam North", "tour_enabled": False})
        cls.today = cls.company._client_today()
        cls.screws, cls.anchors, cls.glue = cls.env["product.category"].create(
            [{"name": "Screws"}, {"name": "Anchors"}, {"name": "Glue"}]
        )
        cls.company.client_wallet_category_ids = cls.screws | cls.anchors | cls.glue
        cls.product.categ_id = cls.screws
        cls.anchor = cls.env["product.product"].create(
            {
                "name": "Anchor M8",
                "list_price": 20.0,
                "type": "consu",
                "categ_id": cls.anchors.id,
            }
        )
        cls._create_order(
            name="NF-0001", quantity=20, day=cls.today - timedelta(days=90)
        )
        cls.env["client.wallet"].create(
            {
                "company_id": cls.company.id,
                "partner_id": cls.client.id,
                "category_id": cls.screws.id,
                "amount": 1000,
                "date": cls.today - timedelta(days=80),
            }
        )
        # The first run of the day is over: the next one takes only who waits.
        cls.env["client.fact"]._refresh_queue()
        cls.fact = cls.env["client.fact"]._ensure(cls.client)
        cls.objective = cls._start_plan()
        cls._publish_sheet()

    @classmethod
    def _start_plan(cls):
        """Return the objective of the plan that began 60 days ago and runs 30 more."""
        begin = cls.today - timedelta(days=60)
        env = cls.env(context={**cls.env.context, "client_today": begin})
        plan = env["client.plan"].create(
            {
                "name": "More than Screws",
                "partner_id": cls.client.id,
                "company_id": cls.company.id,
                "user_id": cls.salesperson.id,
                "date_start": begin,
                "date_end": cls.today + timedelta(days=30),
            }
        )
        objective = env["client.plan.objective"].create(
            {
                "plan_id": plan.id,
                "indicator_id": env.ref(
                    "client_development.client_indicator_wallet_share"
                ).id,
                "target": 40.0,
                "is_main": True,
            }
        )
        plan.action_start()
        plan.next_review_date = cls.today + timedelta(days=15)
        return objective.with_env(cls.env)

    @classmethod
    def _publish_sheet(cls):
        """Put the sheet where the browser finds it; its row 4 cannot be stored."""
        rows = [
            HEAD,
            ["Azure Joinery", "Anchors", 500, "", "Our estimate", "", "Dowel Brothers"],
            ["Azure Joinery", "Glue", 0, "", "", "", ""],
            ["Azure Joinery", "Paint", 300, "", "", "", ""],
        ]
        cls.env["ir.attachment"].create(
            {
                "name": "wallets.xlsx",
                "url": SHEET,
                "public": True,
                "type": "binary",
                "datas": base64.b64encode(write_xlsx(rows)),
            }
        )

    def _run_refresh(self):
        """Run the scheduled action as the scheduler would."""
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_development.ir_cron_refresh_facts"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _tour(self, name, picture=None):
        self.start_tour(
            "/odoo",
            TOUR + name,
            login=self.salesperson.login,
            timeout=120,
            picture=picture,
        )
        self.env.invalidate_all()

    def _wallets(self):
        return self.env["client.wallet"].search(
            [("partner_id", "=", self.client.id), ("date", "=", self.today)],
            order="amount desc",
        )

    def test_sheet_gap_opportunity_action_order_and_objective_on_track(self):
        self.assertRecordValues(
            self.objective,
            [{"baseline": 20.0, "current": 20.0, "status": "red", "progress": 0.0}],
        )
        self._walk_import()
        self._walk_gap()
        order = self._walk_order()
        self._walk_objective(order)

    def _walk_import(self):
        self._tour("check", "wallet-import")
        self.assertFalse(self._wallets(), "nothing is stored by checking")
        self._tour("grid")
        self.assertRecordValues(
            self._wallets(),
            [
                {
                    "category_id": self.anchors.id,
                    "amount": 500.0,
                    "source": "estimate",
                    "supplier": "Dowel Brothers",
                },
                {
                    "category_id": self.glue.id,
                    "amount": 0.0,
                    "source": "client",
                    "supplier": False,
                },
            ],
        )

    def _walk_gap(self):
        """The known gap makes the share smaller; it becomes work."""
        self._run_refresh()
        self.assertAlmostEqual(self.objective.current, 100 * 200 / 1500)
        self.assertEqual(self.objective.baseline, 20.0, "that of the start")
        self._tour("gap")
        line = self.objective.plan_id.line_ids
        self.assertRecordValues(
            line,
            [
                {
                    "category_id": self.anchors.id,
                    "user_id": self.salesperson.id,
                    "state": "planned",
                }
            ],
        )
        self.assertRecordValues(
            line.lead_id,
            [
                {
                    "partner_id": self.client.id,
                    "company_id": self.company.id,
                    "user_id": self.salesperson.id,
                    "expected_revenue": 500.0,
                }
            ],
        )

    def _walk_order(self):
        """Twenty-five anchors at 20: the whole gap."""
        self._tour("order")
        order = self.objective.plan_id.line_ids.lead_id.order_ids
        self.assertRecordValues(
            order,
            [
                {
                    "state": "sale",
                    "partner_id": self.client.id,
                    "amount_untaxed": 500.0,
                }
            ],
        )
        self.assertEqual(order.order_line.product_id, self.anchor)
        self.assertEqual(self.objective.status, "red", "not before the refresh")
        return order

    def _walk_objective(self, order):
        self._run_refresh()
        self.assertAlmostEqual(self.objective.current, 100 * 700 / 1500)
        self.assertRecordValues(
            self.objective,
            [{"baseline": 20.0, "target": 40.0, "status": "green"}],
        )
        self.assertAlmostEqual(self.fact.wallet_share, 46.6667)
        self._tour("objective", "objective")
