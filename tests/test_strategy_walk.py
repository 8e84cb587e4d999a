from datetime import datetime, time

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .common import ClientCase
from .pictures import PictureMixin

TOUR = "client_development_strategy_walk_"
# What the tour types into the four quadrants.
ITEMS = {
    "strength": [
        "Delivery on the next day",
        "Advice on the building site",
        "Own laboratory for anchors",
        "Regular clients recommend us",
    ],
    "weakness": [
        "Quotations take three days",
        "No drawings in the web shop",
        "Nobody answers after five",
        "Few standards are written down",
    ],
    "opportunity": [
        "Timber construction is growing",
        "A competitor leaves the region",
        "Clients want one supplier",
        "Subsidies for renovation",
    ],
    "risk": [
        "The only storekeeper retires",
        "Steel prices rise",
        "A large client is taken over",
        "Client data leaves with employees",
    ],
}
# The signing page is a page of its own, without the web client and its tours. It is
# opened in a frame, which goes on to the next page while the script stays.
SIGN = """
    const frame = document.createElement("iframe");
    frame.style = "position:fixed; inset:0; width:100%; height:100%; background:white";
    let clicked = false;
    frame.onload = () => {
        const page = frame.contentDocument;
        if (page.querySelector("[name=signed]")) {
            console.log("test successful");
        } else if (clicked) {
            console.error("not signed: " + page.body.textContent);
        } else {
            clicked = true;
            page.querySelector("form[name=sign] button[type=submit]").click();
        }
    };
    frame.src = location.href;
    document.documentElement.style.overflow = "hidden";
    document.body.append(frame);
"""


@tagged("post_install", "-at_install")
class TestStrategyWalk(PictureMixin, ClientCase, HttpCase):
    """A strategy of the company, from its first sentence to the lessons learned.

    The leader owns it. An employee without any sales right controls it: he signs,
    too, and holds its final acceptance; the salesperson answers for an action.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader.write({"name": "Laura Lead"})
        cls.salesperson.write({"name": "Sam North"})
        cls.outsider.write({"name": "Otto Stores"})
        people = cls.leader | cls.salesperson | cls.outsider
        people.tour_enabled = False
        cls.company.write({"client_signoff_other": True, "client_review_days": 30})
        cls.indicator = cls.env["client.indicator"].create(
            {"name": "Standards written", "code": "walk_documents", "unit": "count"}
        )
        cls.today = cls.company._client_today()

    def _tour(self, name, user=None, url=None, picture=None):
        self.start_tour(
            url or f"/odoo/client-plans/{self.plan.id}",
            TOUR + name,
            login=(user or self.leader).login,
            timeout=180,
            picture=picture,
        )
        self.env.invalidate_all()

    def _run(self, *actions):
        """Run scheduled actions as the scheduler would."""
        with self.enter_registry_test_mode():
            for action in actions:
                self.env.ref(f"client_development.{action}").method_direct_trigger()
        self.env.invalidate_all()

    def _findings(self):
        return self.plan._get_gate_findings()[self.plan]

    def _on(self, day):
        """Time passes: it is the morning of ``day`` for the server."""
        return freeze_time(datetime.combine(day, time(8)), tick=True)

    def test_strategy_from_point_a_to_lessons(self):
        self._walk_swot()
        self._walk_gate()
        self._walk_sign()
        with self._on(self.plan.next_review_date):
            self._walk_review()
        with self._on(self.plan.date_end):
            self._walk_done()
            self._walk_acceptance()
            self._walk_close()

    def _walk_swot(self):
        self._tour("make", url="/odoo/client-plans/new")
        self.plan = self.env["client.plan"].search(
            [("scope", "=", "company"), ("company_id", "=", self.company.id)]
        )
        self.assertRecordValues(
            self.plan,
            [
                {
                    "user_id": self.leader.id,
                    "controller_id": self.outsider.id,
                    "point_a": "Known for screws only",
                    "point_b": "Asked first for every fastening",
                    "date_start": self.today,
                    "is_swot_too_long": False,
                }
            ],
        )
        self.assertIn((self.plan.date_end - self.today).days, range(88, 93))
        items = self.plan.swot_ids
        self.assertEqual(len(items), 16)
        for kind, names in ITEMS.items():
            quadrant = items.filtered(lambda item, kind=kind: item.kind == kind)
            self.assertEqual(quadrant.mapped("name"), names)
        self.assertEqual(self.plan.swot_gauge, "0/16")

        self._tour("turn", picture="planning-strategy-swot")
        self.assertEqual(self.plan.swot_gauge, "16/16")
        lines = self.plan.line_ids
        self.assertEqual(len(lines), 16)
        self.assertEqual(lines.swot_id, items)
        for line in lines:
            self.assertEqual(line.section_id.kind_id.swot_kind, line.swot_id.kind)
            self.assertTrue(self.today <= line.date_deadline <= self.plan.date_end)

    def _walk_gate(self):
        self.assertEqual(len(self._findings()), 16, "fifteen results, no objective")
        self._tour("check", picture="planning-strategy-gate")
        self.assertEqual(self.plan.state, "draft")
        self._tour("mend")
        self.assertFalse(self._findings())
        self.assertRecordValues(
            self.plan.objective_ids,
            [{"indicator_id": self.indicator.id, "baseline": 0.0, "target": 10.0}],
        )
        self.assertEqual(len(self.plan.line_ids.filtered("objective_id")), 1)
        self.assertEqual(
            self.plan.line_ids.user_id, self.leader | self.salesperson | self.outsider
        )
        self._tour("request")
        self.assertEqual(self.plan.state, "signoff")
        self.version = self.plan.version_ids
        self.assertEqual(self.version.number, 1)

    def _walk_sign(self):
        words = self.version.signoff_ids
        self.assertEqual(words.user_id, self.leader | self.salesperson | self.outsider)
        self.assertEqual(set(words.mapped("state")), {"waiting"})
        self._sign(self.leader)
        self._sign(self.salesperson)
        self._tour("unsigned")
        with self.assertRaisesRegex(UserError, self.outsider.name):
            self.plan.with_user(self.leader).action_start()
        self.assertEqual(self.plan.state, "signoff", "one signature is still awaited")
        self._tour("to_sign", self.outsider, "/odoo/client-to-sign")
        self._sign(self.outsider, "planning-strategy-sign")
        self.assertEqual(set(words.mapped("state")), {"signed"})
        self._tour("start")
        self.assertEqual(self.plan.state, "running")
        self.assertEqual(self.plan.version_ids, self.version, "signed as it was")

    def _sign(self, user, picture=None):
        self.browser_js(
            self.version._get_page_url(),
            SIGN,
            ready="document.readyState === 'complete'",
            login=user.login,
            picture=picture,
        )
        self.env.invalidate_all()
        [word] = self.version.signoff_ids.filtered(lambda word: word.user_id == user)
        self.assertEqual(word.state, "signed")

    def _walk_review(self):
        today = self.company._client_today()
        self.assertEqual(today, self.plan.next_review_date)
        self._run("ir_cron_flag_overdue", "ir_cron_enforce_reviews")
        [review] = self.plan.review_ids
        late = self.plan.line_ids.filtered(lambda line: line.date_deadline < today)
        self.assertGreater(len(late), 2)
        self.assertRecordValues(
            review,
            [
                {
                    "state": "due",
                    "date": today,
                    "kind": "correction",
                    "overdue_count": len(late),
                    "slip_count": len(late),
                    "red_count": 1,
                }
            ],
        )
        self._tour("review")
        self.assertEqual(review.state, "due")
        self._tour("reviewed", picture="planning-review")
        self._tour("hold")
        self.assertRecordValues(
            review,
            [{"state": "held", "resources": "confirmed", "user_id": self.leader.id}],
        )
        decision = self.plan.line_ids.filtered("review_id")
        self.assertRecordValues(
            decision,
            [{"name": "Visit the three largest", "review_id": review.id}],
        )
        self.assertGreater(self.plan.next_review_date, today)

    def _walk_done(self):
        self._run("ir_cron_flag_overdue", "ir_cron_enforce_reviews")
        self._tour("done")
        self.assertEqual(set(self.plan.line_ids.mapped("state")), {"done"})
        self.assertFalse(any(self.plan.line_ids.mapped("reason_missing")))
        self.assertEqual(
            self.plan.line_ids.slip_ids.reason_id.name, "Resources missing"
        )
        self.assertEqual(self.plan.objective_ids.current, 8.0)

    def _walk_acceptance(self):
        """Who owns the plan asks for its acceptance; who controls it holds it."""
        self._tour("ask")
        self.assertEqual(self.plan.state, "running")
        review = self.plan.review_ids.filtered(lambda review: review.state == "due")
        self.assertEqual(review.kind, "final")
        self._tour("accept", self.outsider, "/odoo/my-client-reviews")
        self.assertRecordValues(
            review, [{"state": "held", "kind": "final", "user_id": self.outsider.id}]
        )

    def _walk_close(self):
        self._tour("close", picture="planning-strategy-closed")
        self.assertRecordValues(
            self.plan,
            [
                {
                    "state": "closed",
                    "close_result": "partly",
                    "lessons": "Write less, try more",
                    "closed_uid": self.leader.id,
                    "date_closed": self.company._client_today(),
                }
            ],
        )
        self.assertEqual(self.plan.close_reason_id.name, "Resources missing")
        self.assertEqual(self.plan.fulfilment, 80.0)
