from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .link_common import LinkCase, LinkPageCase


class TestSurveyLinkToken(LinkCase):
    def test_link_is_made_only_when_needed(self):
        self.assertFalse(self.survey.link_ids)
        url = self.survey.with_user(self.salesperson).action_get_link()
        self.assertEqual(len(self.survey.link_ids), 1)
        again = self.survey.with_user(self.salesperson).action_get_link()
        self.assertEqual(again, url)
        self.assertEqual(self.survey.link_url, url)
        self.assertRegex(url, r"/client-survey/[0-9a-f]{64}$")

    def test_token_is_random_sealed_and_not_stored(self):
        links = self._link() | self._link(self._new_survey())
        tokens = {link._get_token() for link in links}
        self.assertEqual(len(tokens), 2)
        self.assertEqual(len({link.key for link in links}), 2)
        link = links[0]
        token = link._get_token()
        self.assertEqual(link._find(token), link)
        self.env.cr.execute("SELECT * FROM client_survey_link")
        self.assertNotIn(token[32:], str(self.env.cr.fetchall()))
        for wrong in (
            token[:-1],
            token[:-1] + ("0" if token[-1] != "0" else "1"),
            token.upper() if token.upper() != token else "x",
            token + "0",
            token[32:] + token[:32],
            links[0].key + links[1]._get_seal(),
            f"{token}\n",
            "",
            None,
            7,
            token.encode(),
        ):
            with self.subTest(wrong=wrong):
                self.assertFalse(link._find(wrong))

    def test_a_copied_database_takes_no_answers_of_the_original(self):
        token = self._link()._get_token()
        self.env["ir.config_parameter"].set_param("database.secret", "another")
        self.assertFalse(self._link()._find(token))

    def test_only_one_link_is_valid(self):
        link = self._link()
        link.date_expire = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(link._get_page_state(), "expired")
        successor = self._link()
        self.assertNotEqual(successor, link)
        self.assertEqual(link.state, "withdrawn")
        self.assertEqual(successor._get_page_state(), "open")

    def test_another_contact_gets_another_link(self):
        link = self._link()
        other = self.contact.copy({"name": "Nils", "email": "nils@azure.example"})
        self.survey.contact_id = other
        self.assertEqual(link._get_page_state(), "closed")
        self.assertEqual(self._link().contact_id, other)
        self.assertFalse(self.survey.date_link_sent)

    def test_annulled_answer_closes_the_link(self):
        link = self._link()
        self._answer()
        self.assertEqual(link._get_page_state(), "answered")
        self.survey.sudo().write({"state": "due", "rating": 0})
        self.assertEqual(link._get_page_state(), "closed")
        self.assertNotEqual(self._link(), link)


@tagged("post_install", "-at_install")
class TestSurveyLinkPage(LinkPageCase):
    def test_reading_never_writes(self):
        """Scanners of e-mails open each link and try each star."""
        for path in (
            self.path,
            f"{self.path}?rating=5",
            f"{self.path}?lang=ru_RU",
            f"{self.path}/unsubscribe",
        ):
            for head in (False, True):
                recording, statements = self._recorded()
                with self.subTest(path=path, head=head), recording:
                    response = self.url_open(path, method="HEAD" if head else "GET")
                    self.assertEqual(response.status_code, 200)
                self.assertEqual(statements, [])
        self.assertEqual(self.survey.state, "due")
        self.assertFalse(self.survey.user_input_id)
        self.assertFalse(self.contact.client_survey_opt_out)

    def test_page_shows_company_order_and_all_questions(self):
        page = self.url_open(self.path).text
        for text in (self.company.name, self.order.name, "How was your order?"):
            self.assertIn(text, page)
        for question in self.questionnaire.question_ids:
            self.assertIn(question.title, page)
            self.assertIn(f'name="q{question.id}"', page)
        self.assertNotIn("<script", page)
        self.assertIn("width=device-width", page)
        self.assertNotIn(self.client.name, page)

    def test_page_shows_the_logo_that_the_company_has_chosen(self):
        self.assertTrue(self.company.uses_default_logo)
        self.assertNotIn("<img", self.url_open(self.path).text, "no “Your logo”")
        self.company.logo = self.env.ref("base.user_admin").image_1920
        self.assertFalse(self.company.uses_default_logo)
        self.assertIn("<img", self.url_open(self.path).text)

    def test_page_gives_its_address_to_nobody(self):
        headers = self.url_open(self.path).headers
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])

    def test_answers_are_stored_once(self):
        response = self._submit(rating="4", like_most="Speed", recommend="=1+1")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Your answer has arrived", response.text)
        self.assertRecordValues(
            self.survey,
            [{"state": "done", "rating": 4, "channel": "link", "attempt_count": 0}],
        )
        self.assertFalse(self.survey.operator_id)
        self.assertEqual(
            self.survey.answer_ids.mapped("answer"), ["Speed", "4", "=1+1"]
        )
        response = self._submit(rating="1")
        self.assertEqual(response.status_code, 409)
        self.assertIn("already answered", response.text)
        self.assertEqual(self.survey.rating, 4)
        self.assertEqual(len(self.survey.answer_ids), 3)

    def test_star_in_the_mail_preselects(self):
        page = self.url_open(f"{self.path}?rating=4").text
        self.assertRegex(page, r'value="4"[^>]*checked')
        self.assertEqual(page.count('checked="checked"'), 1)
        self.assertEqual(self.survey.state, "due")
        for wrong in ("9", "x", "-1", ""):
            page = self.url_open(f"{self.path}?rating={wrong}").text
            self.assertNotIn('checked="checked"', page)

    def test_wrong_answer_keeps_what_was_written(self):
        response = self._submit(like_most='Say "<b>hi</b>"')
        self.assertEqual(response.status_code, 422)
        self.assertIn("choose 1 to 5 stars", response.text)
        self.assertIn("&lt;b&gt;hi&lt;/b&gt;", response.text)
        self.assertEqual(self.survey.state, "due")
        self.assertFalse(self.survey.user_input_id)

    def test_form_without_its_token_is_asked_again(self):
        for token in ("", "0o0", "é", "o" * 200):
            with self.subTest(token=token):
                response = self._submit(token=token, rating="5", like_most="Speed")
                self.assertEqual(response.status_code, 400)
                self.assertIn("press the button once more", response.text)
                self.assertIn("Speed", response.text)
                self.assertEqual(self.survey.state, "due")

    def test_answered_by_telephone_meanwhile(self):
        self.survey._answer(self._answers("4"))
        response = self._submit(rating="1")
        self.assertEqual(response.status_code, 409)
        self.assertEqual(self.survey.rating, 4)
        response = self.url_open(self.path)
        self.assertEqual(response.status_code, 200)
        self._assert_no_data(response)

    def test_expired_link(self):
        self.link.date_expire = fields.Datetime.now() - timedelta(minutes=1)
        self._assert_closed(410, "has expired")

    def test_cancelled_order(self):
        self.order._action_cancel()
        self._assert_closed(410, "not asked any more")

    def test_annulled_answer(self):
        self._answer()
        self.survey.sudo().write({"state": "due", "rating": 0})
        self._assert_closed(410, "not asked any more")

    def test_questionnaire_that_is_missing(self):
        self._lose(self.questionnaire)
        self._assert_closed(410, "not asked any more")

    def test_unknown_and_foreign_tokens_get_the_same_answer(self):
        user_input = self.questionnaire._create_answer(
            partner=self.contact, check_attempts=False
        )
        right = self.path.rpartition("/")[2]
        foreign = (
            "0" * 64,
            right[:32] + "0" * 32,
            right[:-1],
            user_input.access_token,
            self.questionnaire.access_token,
            "x",
        )
        pages = set()
        for token in foreign:
            self.path = f"/client-survey/{token}"
            self._assert_closed(404, "There is no such page")
            pages.add(self.url_open(self.path).text)
            response = self.url_open(f"{self.path}/unsubscribe", data={"x": "1"})
            self.assertEqual(response.status_code, 404)
        self.assertEqual(len(pages), 1)

    def _assert_closed(self, status, text):
        for data in (None, {f"q{self.rating.id}": "5"}):
            response = self.url_open(self.path, data=data)
            self.assertEqual(response.status_code, status)
            self.assertIn(text, response.text)
            self._assert_no_data(response)
        self.assertNotEqual(self.survey.state, "done")

    def _assert_no_data(self, response):
        for text in (
            self.company.name,
            self.client.name,
            self.contact.name,
            self.order.name,
            self.rating.title,
        ):
            self.assertNotIn(text, response.text)

    # -- who -------------------------------------------------------------------------

    def test_employee_is_not_the_client(self):
        self.authenticate(self.salesperson.login, self.salesperson.login)
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("logged in as an employee", page.text)
        self.assertIn('disabled="disabled"', page.text)
        response = self._submit(rating="5")
        self.assertEqual(response.status_code, 403)
        self.assertEqual(self.survey.state, "due")
        response = self.url_open(f"{self.path}/unsubscribe", data={"x": "1"})
        self.assertEqual(response.status_code, 403)
        self.assertFalse(self.contact.client_survey_opt_out)

    def test_client_with_a_portal_login_may_answer(self):
        user = self.env["res.users"].create(
            {
                "name": "Vera",
                "login": "cd_portal",
                "password": "cd_portal",
                "partner_id": self.contact.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        self.authenticate(user.login, user.login)
        self.assertNotIn("logged in as an employee", self.url_open(self.path).text)
        self._submit(rating="5")
        self.assertEqual(self.survey.state, "done")

    # -- languages -------------------------------------------------------------------

    def _translate(self):
        self.rating.with_context(lang="ru_RU").title = "Как вы оцениваете нас?"

    def test_page_speaks_the_language_of_the_client(self):
        self._translate()
        self.contact.lang = "ru_RU"
        page = self.url_open(self.path).text
        self.assertIn('lang="ru-RU"', page)
        self.assertIn("Как вы оцениваете нас?", page)
        self.assertIn("?lang=en_US", page)

    def test_client_chooses_the_language(self):
        self._translate()
        page = self.url_open(f"{self.path}?lang=ru_RU&rating=3").text
        self.assertIn("Как вы оцениваете нас?", page)
        self.assertRegex(page, r'value="3"[^>]*checked')
        page = self.url_open(f"{self.path}?lang=xx_XX").text
        self.assertIn(self.rating.title, page)
        response = self._submit(f"{self.path}?lang=ru_RU", like_most="Скорость")
        self.assertIn("Как вы оцениваете нас?", response.text)
        self._submit(f"{self.path}?lang=ru_RU", rating="5")
        self.assertIn("Как вы оцениваете нас?", self.survey.answer_ids.question)
        self.assertEqual(self.survey.user_input_id.lang_id.code, "ru_RU")

    def test_only_languages_of_the_questionnaire(self):
        self._translate()
        self.questionnaire.lang_ids = self.env["res.lang"]._lang_get("en_US")
        page = self.url_open(f"{self.path}?lang=ru_RU").text
        self.assertIn('lang="en-US"', page)
        self.assertNotIn("?lang=ru_RU", page)

    # -- kinds of questions ----------------------------------------------------------

    def _add_questions(self):
        """A choice, a question that depends on it, a number, a date, another scale."""
        question = self.env["survey.question"]
        self.choice = question.create(
            {
                "survey_id": self.questionnaire.id,
                "title": "Was it late?",
                "question_type": "simple_choice",
                "sequence": 50,
                "suggested_answer_ids": [
                    Command.create({"value": "Yes"}),
                    Command.create({"value": "No <i>"}),
                ],
            }
        )
        self.yes, self.no = self.choice.suggested_answer_ids
        self.days = question.create(
            {
                "survey_id": self.questionnaire.id,
                "title": "How many days?",
                "question_type": "numerical_box",
                "constr_mandatory": True,
                "sequence": 51,
                "triggering_answer_ids": [Command.set(self.yes.ids)],
            }
        )
        self.since = question.create(
            {
                "survey_id": self.questionnaire.id,
                "title": "Client since",
                "question_type": "date",
                "sequence": 52,
            }
        )
        self.advise = question.create(
            {
                "survey_id": self.questionnaire.id,
                "title": "Would you advise us?",
                "question_type": "scale",
                "scale_min": 0,
                "scale_max": 10,
                "sequence": 53,
            }
        )

    def test_all_kinds_of_questions(self):
        self._add_questions()
        page = self.url_open(self.path).text
        self.assertRegex(page, rf'<input id="q{self.since.id}"[^>]*type="date"')
        self.assertIn("No &lt;i&gt;", page)
        self.assertIn("Only if you answered:", page)
        self.assertIn(f":has(#q{self.choice.id}_{self.yes.id}:checked)", page)
        self._submit(
            rating="5",
            choice=str(self.yes.id),
            days="3.5",
            since="2020-02-29",
            advise="10",
        )
        answers = {row.question: row.answer for row in self.survey.answer_ids}
        self.assertEqual(answers["Was it late?"], "Yes")
        self.assertEqual(answers["How many days?"], "3.5")
        self.assertEqual(answers["Client since"], "2020-02-29")
        self.assertEqual(answers["Would you advise us?"], "10")

    def test_question_that_does_not_apply_is_not_stored(self):
        self._add_questions()
        self._submit(rating="5", choice=str(self.no.id), days="3")
        self.assertEqual(self.survey.state, "done")
        self.assertNotIn("How many days?", self.survey.answer_ids.mapped("question"))

    def test_wrong_kinds_of_answers(self):
        self._add_questions()
        for answers in (
            {"since": "99999-01-01"},
            {"since": "yesterday"},
            {"since": "2020-02-30"},
            {"advise": "11"},
            {"advise": "1.5"},
            {"choice": "999999999"},
            {"choice": "x"},
            {"choice": str(self.yes.id)},
            {"choice": str(self.yes.id), "days": "many"},
            {"choice": str(self.yes.id), "days": "nan"},
            {"choice": str(self.yes.id), "days": "1e999"},
        ):
            with self.subTest(answers=answers), mute_logger("odoo.http"):
                response = self._submit(rating="5", **answers)
                self.assertEqual(response.status_code, 422)
                self.assertEqual(self.survey.state, "due")

    def test_several_answers_to_one_question_are_refused(self):
        name = f"q{self.rating.id}"
        form = [*self._open_form().items(), (name, "1"), (name, "5")]
        response = self.url_open(self.path, data=form)
        self.assertEqual(response.status_code, 422)
        box = response.text.partition(f'id="box_{name}"')[2].partition("</fieldset>")[0]
        self.assertIn("several answers have arrived", box)
        response = self.url_open(f"{self.path}?{name}=1", data=form[:-1])
        self.assertEqual(response.status_code, 422)
        self.assertEqual(self.survey.state, "due")

    def test_a_message_stands_at_its_question(self):
        with mute_logger("odoo.http"):
            text = self._submit(like_most="x").text
        box = text.partition(f'id="box_q{self.rating.id}"')[2].partition("</fieldset>")
        self.assertIn("choose 1 to 5 stars", box[0])
        self.assertNotIn('name="wrong"', box[2])

    def test_numbers_are_understood_as_they_are_typed(self):
        self._add_questions()
        with mute_logger("odoo.http"):
            text = self._submit(rating="5", choice=str(self.yes.id), days="9" * 20).text
        self.assertIn("at most 1,000,000,000,000", text)
        self._submit(rating="5", choice=str(self.yes.id), days="48\u00a0000,5")
        self.assertIn("48000.5", self.survey.answer_ids.mapped("answer"))

    # -- unsubscribing ---------------------------------------------------------------

    def test_unsubscribing_takes_a_button(self):
        page = self.url_open(f"{self.path}/unsubscribe").text
        self.assertIn("Do not ask me any more", page)
        self.assertFalse(self.contact.client_survey_opt_out)
        response = self.url_open(f"{self.path}/unsubscribe", data={"x": "1"})
        self.assertIn("will not be asked", response.text)
        self.assertTrue(self.contact.client_survey_opt_out)

    def test_unsubscribing_works_for_ever(self):
        self.link.date_expire = fields.Datetime.now() - timedelta(days=100)
        self._answer()
        # what e-mail programs send by themselves (RFC 8058)
        self.url_open(
            f"{self.path}/unsubscribe", data={"List-Unsubscribe": "One-Click"}
        )
        self.assertTrue(self.contact.client_survey_opt_out)


@tagged("post_install", "-at_install")
class TestSurveyLinkIsTheOnlyWay(LinkPageCase):
    """The survey app's own public pages give no second result."""

    def setUp(self):
        super().setUp()
        self.user_input = self.questionnaire._create_answer(
            partner=self.contact, check_attempts=False
        )

    def test_pages_of_the_survey_app_are_closed(self):
        for survey in (self.survey, self.survey.browse()):
            survey.user_input_id = self.user_input
            token = f"{self.questionnaire.access_token}/{self.user_input.access_token}"
            for path in (
                f"/survey/{token}",
                f"/survey/start/{self.questionnaire.access_token}"
                f"?answer_token={self.user_input.access_token}",
                f"/survey/start/{self.questionnaire.access_token}",
            ):
                self.assertNotIn(self.rating.title, self.url_open(path).text)
            for path in (f"/survey/begin/{token}", f"/survey/submit/{token}"):
                _correct, refused = self.make_jsonrpc_request(
                    path, {"csrf_token": "", str(self.rating.id): "5"}
                )
                self.assertEqual(refused["error"], "answer_deadline")
            self.survey.user_input_id = False
        self.assertEqual(self.survey.state, "due")
        self.assertEqual(self.user_input.state, "new")

    def test_trial_run_of_the_questionnaire_still_works(self):
        self.authenticate(self.manager.login, self.manager.login)
        response = self.url_open(f"/survey/test/{self.questionnaire.access_token}")
        self.assertIn(self.questionnaire.title, response.text)
        self.assertEqual(self.survey.state, "due")

    def test_no_retry_and_no_answer_without_invitation(self):
        token = f"{self.questionnaire.access_token}/{self.user_input.access_token}"
        before = self.env["survey.user_input"].search_count([])
        self.url_open(f"/survey/retry/{token}")
        self.url_open(f"/survey/start/{self.questionnaire.access_token}")
        self.assertEqual(self.env["survey.user_input"].search_count([]), before)
