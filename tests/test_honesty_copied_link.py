import time
from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tools import SQL, mute_logger

from .honest_common import HonestCase
from .link_common import LinkCase, LinkPageCase

MOMENT = datetime(2026, 3, 4, 10)


class CopiedLinkCase(HonestCase, LinkCase):
    """Its clients have several links, e-mailed or copied by the salesperson."""

    def _copy(self, survey, user=None, moment=MOMENT):
        """Fetch the link, at ``moment``."""
        url = survey.with_user(user or survey.user_id).action_get_link()
        survey.link_ids.date_copied = moment
        return url

    def _answer_by_link(self, survey, moment):
        self._link(survey)._take_answers(self._answers(), "en_US", None)
        survey.sudo().date_done = moment


class TestCopiedLink(CopiedLinkCase):
    """Who fetches a client's link is named: he could answer himself."""

    def test_first_who_fetched_it_is_kept(self):
        self.survey.with_user(self.salesperson).action_make_link()
        first = self.survey.link_ids.date_copied
        self.survey.with_user(self.leader).action_make_link()
        survey = self.survey.with_user(self.leader)
        self.assertEqual(survey.link_copied_by_id, self.salesperson)
        self.assertEqual(survey.date_link_copied, first)
        lines = self.survey.message_ids.filtered(
            lambda message: "fetched the private link" in message.body
        )
        self.assertEqual(len(lines), 1)
        self.assertIn(self.salesperson.name, lines.body)

    def test_nobody_knows_an_address_that_was_not_fetched(self):
        survey = self.survey.with_user(self.salesperson)
        survey.action_send_link()
        self.env.invalidate_all()
        self.assertFalse(survey.link_url)
        self.assertFalse(self.survey.with_user(self.leader).link_url)
        self.assertTrue(survey.link_date_expire)
        token = self.survey.link_ids._get_token()
        mail = self.env["mail.mail"].search(
            [("model", "=", "client.survey"), ("res_id", "=", self.survey.id)]
        )
        self.assertIn(token, mail.body_html)
        messages = self.env["mail.message"].with_user(self.salesperson)
        shown = messages.search(
            [("model", "=", "client.survey"), ("res_id", "=", self.survey.id)]
        )
        self.assertNotIn(token, "".join(body or "" for body in shown.mapped("body")))
        url = survey.action_get_link()
        self.assertIn(token, url)
        self.assertEqual(survey.link_url, url)

    def test_only_leaders_read_who_it_was(self):
        self._copy(self.survey)
        for name in ("link_copied_by_id", "date_link_copied"):
            self.assertTrue(self.survey.with_user(self.leader)[name])
            with self.assertRaises(AccessError):
                self.survey.with_user(self.salesperson).read([name])
        link = self.survey.link_ids
        for name in ("copied_by_id", "date_copied"):
            self.assertTrue(link.with_user(self.leader).read([name])[0][name])
            with self.assertRaises(AccessError):
                link.with_user(self.salesperson).read([name])
        for user, sees in ((self.salesperson, False), (self.leader, True)):
            views = self.survey.with_user(user).get_views(
                [(False, "form"), (False, "list"), (False, "search")]
            )["views"]
            for view in views.values():
                self.assertEqual("copied" in view["arch"], sees, user.login)

    def test_answer_soon_after_copying_is_to_be_checked(self):
        surveys = {}
        for name, seconds in (("soon", 299), ("later", 300), ("before", -1)):
            survey = surveys[name] = self._new_survey(name)
            self._copy(survey)
            self._answer_by_link(survey, MOMENT + timedelta(seconds=seconds))
        mailed = surveys["mailed"] = self._new_survey("mailed")
        self._answer_by_link(mailed, MOMENT + timedelta(seconds=5))
        called = surveys["called"] = self._new_survey("called")
        self._copy(called)
        self._call(called, MOMENT + timedelta(seconds=5))
        self._screen()
        flag = self._flags()
        self.assertRecordValues(
            flag,
            [
                {
                    "survey_id": surveys["soon"].id,
                    "kind": "fetched",
                    "value": 299,
                    "operator_id": self.salesperson.id,
                    "state": "check",
                }
            ],
        )
        self.assertIn("Answered 299 s after", flag.why)
        self.assertEqual(self.Flag.with_user(self.leader).search([]), flag)

    def test_minutes_are_a_setting(self):
        self.company.client_flag_link_minutes = 0
        self._copy(self.survey)
        self._answer_by_link(self.survey, MOMENT)
        self._screen()
        self.assertFalse(self._flags())
        self.survey.date_screened = False
        self.company.client_flag_link_minutes = 1
        self._screen()
        self.assertEqual(self._flags().kind, "fetched")
        self.env["res.config.settings"].create(
            {"company_id": self.company.id, "client_flag_link_minutes": 7}
        )
        self.assertEqual(self.company.client_flag_link_minutes, 7)

    def test_minutes_have_limits(self):
        for minutes in (-1, 1441):
            with (
                self.subTest(minutes=minutes),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.company.client_flag_link_minutes = minutes
                self.env.flush_all()

    def test_leader_who_copied_does_not_check_himself(self):
        self._copy(self.survey, self.leader)
        self._answer_by_link(self.survey, MOMENT)
        self._screen()
        self.assertFalse(self.Flag.with_user(self.leader).search([]))
        self.assertTrue(self.Flag.with_user(self.manager).search([]))
        self.assertFalse(self.survey._prepare_check_leader()["user_id"])

    def test_answers_through_copied_links_are_drawn_as_calls_are(self):
        mailed, later = self._new_survey("Mailed"), self._new_survey("Copied later")
        self._copy(self.survey)
        self._copy(later, moment=MOMENT + timedelta(hours=2))
        surveys = self.survey | mailed | later
        for survey in surveys:
            self._answer_by_link(survey, MOMENT + timedelta(hours=1))
        self.company.client_check_share = 100
        for setting, drawn in ((False, self.survey), (True, surveys)):
            self.company.client_check_link = setting
            self.env.flush_all()
            rows = self.env.execute_query(
                SQL(
                    "SELECT s.id FROM client_survey s WHERE s.id = ANY(%s) AND %s",
                    surveys.ids,
                    self._to_draw(),
                )
            )
            self.assertEqual({row[0] for row in rows}, set(drawn.ids))

    def _to_draw(self):
        with freeze_time(MOMENT + timedelta(days=1)):
            return self.env["client.survey"]._sql_to_draw(self.company)

    def test_unsubscribed_by_a_copied_link(self):
        mailed = self._new_survey("Mailed")
        for survey in self.survey | mailed:
            survey.date_due = datetime.now().date() + timedelta(days=3)
        self._copy(self.survey)
        for survey in self.survey | mailed:
            self._link(survey)._unsubscribe()
        self.assertEqual(
            (self.survey | mailed).mapped("exclusion"), ["opted_out", "opted_out"]
        )
        self._screen()
        flag = self._flags()
        self.assertRecordValues(
            flag,
            [
                {
                    "survey_id": self.survey.id,
                    "kind": "unsubscribed",
                    "operator_id": self.salesperson.id,
                }
            ],
        )
        self.assertIn("through a private link that", flag.why)


class TestSecondsOfLink(LinkPageCase):
    """How long a client took is measured by the server, not told by the browser."""

    def _opened(self, seconds, link=None):
        """Return what the form of ``link`` said, opened so many seconds ago."""
        moment = str(int(time.time()) - seconds)
        return f"{moment}-{(link or self.link)._seal_moment(moment)}"

    def _send(self, opened):
        form = self._open_form()
        data = {**form, "opened": opened, f"q{self.rating.id}": "4"}
        if opened is None:
            del data["opened"]
        return self.url_open(self.path, data=data)

    def test_measured_from_the_opening_of_the_page(self):
        self._send(self._opened(90))
        self.assertEqual(self.survey.state, "done")
        self.assertIn(self.survey.duration, range(90, 120))

    def test_at_least_a_second(self):
        self._submit(rating="5")
        self.assertEqual(self.survey.state, "done")
        self.assertGreaterEqual(self.survey.duration, 1)

    def test_made_up_moments_are_refused(self):
        other = self._link(self._new_survey(7))
        sealed = self._opened(3600)
        moment, seal = sealed.split("-")
        for opened in (
            None,
            "",
            "0",
            moment,
            f"{int(moment) - 60}-{seal}",
            f"{moment}-{seal[:-1]}",
            f"{moment}-{'0' * 32}",
            f"{moment}-{'é' * 32}",
            f"١{moment}-{seal}",
            self._opened(3600, other),
        ):
            with self.subTest(opened=opened):
                response = self._send(opened)
                self.assertEqual(response.status_code, 400)
                self.assertIn("press the button once more", response.text)
                self.assertRegex(response.text, r'value="4"[^>]*checked')
                self.assertRegex(response.text, r'name="opened" value="\d+-[0-9a-f]+"')
                self.assertEqual(self.survey.state, "due")
        self._send(sealed)
        self.assertEqual(self.survey.state, "done")

    def test_the_moment_stays_when_the_page_comes_back(self):
        sealed = self._opened(50)
        form = {**self._open_form(), "opened": sealed}
        response = self.url_open(self.path, data=form)  # no rating
        self.assertEqual(response.status_code, 422)
        self.assertIn(f'value="{sealed}"', response.text)

    def test_open_for_days_is_not_measured(self):
        self._send(self._opened(2 * 86400))
        self.assertEqual((self.survey.state, self.survey.duration), ("done", 0))

    def test_opening_the_page_stores_nothing(self):
        recording, statements = self._recorded()
        with recording:
            self.url_open(self.path)
        self.assertEqual([text for text in statements if "client" in text.lower()], [])
