from odoo.exceptions import AccessError, UserError

from .desk_common import DeskCase


class TestCallDeskLink(DeskCase):
    """The private link from the open card, when nobody answers."""

    def _ask(self, method, card, user=None, token=None):
        desk = self._desk(user)
        return getattr(desk, method)(card["model"], card["id"], token or card["token"])

    def test_the_link_is_sent_from_the_card_once(self):
        card = self._card()
        self.assertEqual(card["link"], {"email": self.contact.email, "problem": ""})
        result = self._ask("send_link", card)
        self.assertIn(self.contact.email, result["message"])
        self.assertIn("sent already", result["link"]["problem"])
        self.assertTrue(self.survey.date_link_sent)
        with self.assertRaisesRegex(UserError, "sent already"):
            self._ask("send_link", card)
        self._save(card, "no_answer")
        self.assertEqual(self.survey.attempt_ids.outcome, "no_answer")

    def test_the_link_is_copied_from_the_card(self):
        url = self._ask("get_link", self._card())["url"]
        self.assertEqual(url, self.survey.link_url)
        self.assertFalse(self.survey.date_link_sent)

    def test_the_card_says_why_no_mail_is_possible(self):
        self.contact.email = False
        card = self._card()
        self.assertIn("no valid e-mail address", card["link"]["problem"])
        with self.assertRaisesRegex(UserError, "no valid e-mail address"):
            self._ask("send_link", card)
        self.assertTrue(self._ask("get_link", card)["url"])

    def test_only_surveys_of_orders_have_a_link(self):
        call = self._new_call()
        card = self._card(call)
        self.assertFalse(card["link"])
        for method in ("send_link", "get_link"):
            with self.assertRaisesRegex(UserError, "only surveys of orders"):
                self._ask(method, card)

    def test_without_a_questionnaire_there_is_no_link(self):
        self._lose(self.questionnaire)
        self.assertFalse(self._card()["link"])

    def test_the_link_needs_the_own_open_card(self):
        card = self._card()
        for method in ("send_link", "get_link"):
            with self.assertRaisesRegex(UserError, "not valid"):
                self._ask(method, card, token="x-0-é")
            with self.assertRaisesRegex(UserError, "not valid"):
                self._ask(method, card, user=self.leader)
            with self.assertRaises(AccessError):
                self._ask(method, card, user=self.salesperson2)
        self._answer()
        for method in ("send_link", "get_link"):
            with self.assertRaises(UserError):
                self._ask(method, card)
        self.assertFalse(self.survey.link_ids)
