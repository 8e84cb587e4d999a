import re
from datetime import datetime, time, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import HttpCase, common, tagged

from .common import ClientCase
from .pictures import PictureMixin

TOUR = "client_development_voice_walk_"
CONTACTS = (
    ("Alder Works", "Anja Alder"),
    ("Beech Works", "Bruno Beech"),
    ("Cedar Works", "Clara Cedar"),
    ("Dogwood Works", "Dario Dogwood"),
    ("Elm Works", "Ella Elm"),
    ("Fir Works", "Felix Fir"),
    ("Ginkgo Works", "Greta Ginkgo"),
    ("Hazel Works", "Hugo Hazel"),
    ("Iroko Works", "Irma Iroko"),
    ("Juniper Works", "Jonas Juniper"),
)
EARLIER_CONTACTS = (
    ("Larch Works", "Lena Larch"),
    ("Maple Works", "Milan Maple"),
    ("Rowan Works", "Rita Rowan"),
)
# Orders and answers of the weeks before, the earliest first.
EARLIER_WEEKS = ((8, 5), (7, 6), (9, 7), (6, 4), (8, 7))
LINK = re.compile(r"/client-survey/[0-9a-f]{64}")


@tagged("post_install", "-at_install")
class TestVoiceWalk(PictureMixin, ClientCase, HttpCase):
    """A week of the client's voice, played in Chromium.

    Ten orders are completed; seven clients are asked by telephone, one answers through
    a link that was copied, one through a link that was mailed, one is skipped. One of
    them is not satisfied, one recommends somebody. On Monday the week is recorded, like
    five others before it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user, name in (
            (cls.salesperson, "Ines Field"),
            (cls.leader, "Laura Lead"),
            (cls.manager, "Dora Direct"),
        ):
            user.write({"name": name, "tour_enabled": False})
            user.image_1920 = user.partner_id._avatar_generate_svg()  # of this name
        cls.week = cls.company._client_week_start(cls.company._client_today())
        cls._play_earlier_weeks()
        # as shipped: one call for the orders of one contact
        cls.company.client_survey_group_days = 14
        # Orders of last Thursday and Friday are due on Tuesday and Wednesday.
        cls.orders = cls.env["sale.order"]
        for number, (company, name) in enumerate(CONTACTS):
            contact = cls._new_contact(company, name, number)
            day = cls.week - timedelta(days=4 if number < 5 else 3)
            cls.orders |= cls._create_order(partner=contact, day=day)

    @classmethod
    def _new_contact(cls, company, name, number):
        """Return a contact, with telephone and e-mail, of a new client."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "parent_id": cls._new_client(company, cls.salesperson).id,
                "phone": f"+49 30 555 {number:02}",
                "email": f"{name.split()[0].lower()}@works.example",
                "lang": "en_US",
            }
        )

    @classmethod
    def _play_earlier_weeks(cls):
        """Complete, ask about and record the orders of EARLIER_WEEKS.

        Nobody is left to be asked: who did not answer has refused or was given up
        after three calls.
        """
        contacts = [
            cls._new_contact(company, name, number)
            for number, (company, name) in enumerate(EARLIER_CONTACTS, start=20)
        ]
        for number, (orders, answered) in enumerate(EARLIER_WEEKS):
            monday = cls.week - timedelta(weeks=len(EARLIER_WEEKS) - number)
            made = cls.env["sale.order"]
            for place in range(orders):
                contact = contacts[place % len(contacts)]
                made |= cls._create_order(partner=contact, day=monday)
            cls.env["client.survey"]._queue_surveys(cls.company)
            surveys = cls.env["client.survey"].search([("order_id", "in", made.ids)])
            cls._call_earlier(surveys, answered, monday + timedelta(days=1))
            with freeze_time(monday + timedelta(days=7, hours=6)):
                cls.env["client.coverage"]._record_coverage(cls.company)

    @classmethod
    def _call_earlier(cls, surveys, answered, day):
        """Let so many of ``surveys`` be answered on ``day``, the others in vain."""
        for number, survey in enumerate(surveys.with_user(cls.salesperson)):
            moment = datetime.combine(day, time(8, 7 * number))
            with freeze_time(moment):
                if number < answered:
                    questions = survey._get_questionnaire().question_ids
                    rating = questions.filtered("client_is_rating")
                    answer = str(4 + number % 2)
                    survey._answer({rating.id: answer}, duration=100 + 20 * number)
                    continue
                if number % 2:
                    survey._register_attempt("refused")
                    continue
            for hours in range(3):
                with freeze_time(moment + timedelta(hours=hours)):
                    survey._register_attempt("no_answer")
            with freeze_time(moment + timedelta(hours=4)):
                survey._register_attempt("unreachable")

    def _run(self, action):
        """Run a scheduled action as the scheduler would."""
        with self.enter_registry_test_mode():
            self.env.ref(f"client_development.{action}").method_direct_trigger()

    def _tour(self, url, name, user, picture=None):
        self.start_tour(
            url, TOUR + name, login=user.login, picture=picture, timeout=180
        )
        self.env.invalidate_all()

    def _survey(self, number):
        """Return the survey of the order ``number``, counted from 1."""
        order = self.orders[number - 1]
        return self.env["client.survey"].search([("order_id", "=", order.id)])

    def _answer_page(self, path, rating, words, picture=None):
        """Let the client open ``path`` without a login, answer and send.

        His page runs no script: what he does is done from outside. A picture shows
        the answers on his telephone before he sends them.
        """
        fill = f"""
            document.querySelector("textarea").value = {words!r};
            document.querySelector(".star input[value='{rating}']").click();
            window.scrollTo(0, 0);
        """
        filled = "!!document.querySelector('.star input:checked')"
        send = f"{fill} document.querySelector('button[type=submit]').click();"
        thanks = "document.body.innerText.includes('Your answer has arrived')"
        if picture:
            with patch.object(self, "browser_size", "390x844"):
                self._play_page(path, fill, filled, picture)
        self._play_page(path, send, thanks)

    def _play_page(self, path, script, ready, picture=None):
        """Open ``path`` without a login, run ``script`` and wait until ``ready``."""

        def play(browser, *_args, **_kwargs):
            browser._websocket_request(
                "Runtime.evaluate", params={"expression": script}
            )
            self.assertTrue(browser._wait_ready(ready), f"never came: {ready}")

        with patch.object(common.ChromeBrowser, "_wait_code_ok", play):
            self.browser_js(path, "", login=None, picture=picture)
        self.env.invalidate_all()

    # -- the week ------------------------------------------------------------------

    def test_a_week_of_ten_orders_is_recorded_with_ninety_percent(self):
        self._walk_duties()
        self._walk_calls()
        self._walk_links()
        self._walk_claim_and_lead()
        self._walk_monday()
        self._walk_director()

    def _walk_duties(self):
        self._run("ir_cron_queue_surveys")
        surveys = self.env["client.survey"].search(
            [("order_id", "in", self.orders.ids)]
        )
        self.assertEqual(len(surveys), 10)
        self.assertEqual(surveys.user_id, self.salesperson)
        for survey in surveys:
            self.assertTrue(
                self.week <= survey.date_due < self.week + timedelta(days=7)
            )

    def _walk_calls(self):
        self._tour("/odoo", "calls", self.salesperson, "voice-1-desk")
        surveys = [self._survey(number) for number in range(1, 11)]
        self.assertEqual(
            [(survey.state, survey.rating, survey.channel) for survey in surveys],
            [
                ("done", 5, "call"),
                ("done", 2, "call"),
                ("done", 4, "call"),
                ("done", 5, "call"),
                ("done", 5, "call"),
                ("done", 4, "call"),
                ("done", 5, "call"),
                ("due", 0, False),
                ("due", 0, False),
                ("due", 0, False),
            ],
        )
        self.assertEqual(surveys[9].attempt_ids.outcome, "no_answer")
        self.assertEqual(surveys[1].operator_id, self.salesperson)

    def _walk_links(self):
        copied, mailed = self._survey(8), self._survey(9)
        self._tour("/odoo/my-client-surveys", "links", self.salesperson)
        self.assertEqual((copied.state, mailed.state), ("due", "due"))
        self.assertTrue(mailed.date_link_sent)
        self.assertFalse(copied.date_link_sent)
        mail = self.env["mail.mail"].search(
            [("model", "=", "client.survey"), ("res_id", "=", mailed.id)]
        )
        self.assertIn("irma@works.example", mail.email_to or mail.recipient_ids.email)
        for survey, text, picture in (
            (copied, copied.link_url, "voice-2-link"),
            (mailed, mail.body_html, None),
        ):
            path = LINK.search(text)[0]
            self._answer_page(path, 4, "The parcel service", picture)
            self.assertRecordValues(
                survey,
                [
                    {
                        "state": "done",
                        "rating": 4,
                        "channel": "link",
                        "operator_id": False,
                    }
                ],
            )
            self.assertIn("The parcel service", survey.answer_ids.mapped("answer"))

    def _walk_claim_and_lead(self):
        low, recommends = self._survey(2), self._survey(4)
        claim = low.claim_ids
        self.assertRecordValues(
            claim,
            [
                {
                    "partner_id": low.partner_id.id,
                    "user_id": self.salesperson.id,
                    "state": "planned",
                }
            ],
        )
        self.assertEqual(claim.plan_id.state, "running")
        self.assertTrue(claim.date_deadline)
        self._tour("/odoo", "claim", self.salesperson, "voice-3-claim")
        lead = recommends.recommendation_lead_id
        self.assertEqual(lead.client_referrer_id, recommends.contact_id)
        self.assertEqual(lead.user_id, self.salesperson)
        self.assertIn("Otto Oak", lead.description)
        self._tour(
            f"/odoo/client-surveys/{recommends.id}",
            "lead",
            self.salesperson,
            "voice-4-lead",
        )

    def _walk_monday(self):
        skipped = self.orders[9]
        with freeze_time(self.week + timedelta(days=7, hours=6)):
            self._run("ir_cron_record_coverage")
        self.env.invalidate_all()
        self.coverage = self.env["client.coverage"].search(
            [("user_id", "=", self.salesperson.id), ("week_start", "=", self.week)]
        )
        self.assertRecordValues(
            self.coverage,
            [
                {
                    "completed_count": 10,
                    "answered_count": 9,
                    "skipped_count": 1,
                    "coverage": 90.0,
                    "target": 90.0,
                    "is_below_target": False,
                    "skipped_order_ids": skipped.ids,
                }
            ],
        )
        for user in (self.salesperson, self.leader):
            told = self.env["mail.message"].search(
                [
                    ("partner_ids", "in", user.partner_id.ids),
                    ("subject", "ilike", "Survey coverage"),
                    ("body", "like", skipped.name),
                ]
            )
            self.assertEqual(len(told), 1)

    def _walk_director(self):
        recorded = self.env["client.coverage"].search(
            [("company_id", "=", self.company.id)], order="week_start"
        )
        self.assertEqual(
            [round(row.coverage, 1) for row in recorded],
            [62.5, 85.7, 77.8, 66.7, 87.5, 90.0],
        )
        self._tour("/odoo", "record", self.manager, "voice-5-monday")
        self._tour("/odoo", "graph", self.manager, "voice-6-coverage")
