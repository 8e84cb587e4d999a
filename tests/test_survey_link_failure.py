from datetime import datetime, timedelta
from email.message import EmailMessage
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException

from .test_survey_link_mail import NOW, LinkMailCase


class TestSurveyLinkFailure(LinkMailCase):
    """What failed is sent again by hand, what arrived is not."""

    def _deliver(self, reason=None):
        """Work off the queue of e-mails; ``reason``: why the mail server refuses."""

        def send_email(_server, message, *_args, **_kwargs):
            if reason:
                raise MailDeliveryException(reason)
            return message["Message-Id"]

        mails = self._mails().filtered(lambda mail: mail.state == "outgoing")
        with (
            patch.object(IrMail_Server, "_disable_send", lambda _server: False),
            patch.object(IrMail_Server, "_connect__", lambda *_args, **_kwargs: None),
            patch.object(IrMail_Server, "send_email", send_email),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            mails.send()
        self.env.flush_all()
        self.env.invalidate_all()
        return mails

    def _send(self, survey=None):
        return (survey or self.survey).with_user(self.salesperson).action_send_link()

    def test_what_the_mail_server_refused_is_shown_and_sent_again(self):
        self._send()
        self._deliver("550 no such user")
        self.assertIn("vera@azure.example", self.survey.link_failure)
        self.assertIn("550 no such user", self.survey.link_failure)
        self.assertFalse(self.survey.link_problem, "the button shows")
        url = self.survey.link_url
        note = self.survey._prepare_desk_card()["notes"][-1]
        self.assertEqual(note["tone"], "warning")
        self.assertIn("550 no such user", " ".join(note["lines"]))
        found = self.survey.search(
            [("link_ids", "any", [("state", "=", "valid"), ("failure", "!=", False)])]
        )
        self.assertEqual(found, self.survey)
        self._send()
        self.assertFalse(self.survey.link_failure)
        self.assertEqual(self.survey.link_url, url, "a copied link stays good")
        with self.assertRaisesRegex(UserError, "was sent already"):
            self._send()  # waits in the queue
        self._deliver()
        self.assertFalse(self.survey.link_failure)
        with self.assertRaisesRegex(UserError, "was sent already"):
            self._send()

    def test_a_failed_mail_sent_again_by_the_administrator_has_arrived(self):
        self._send()
        failed = self._deliver("no connection")
        failed.mark_outgoing()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "was sent already"):
            self._send()
        self._deliver()
        self.assertFalse(self.survey.link_failure)
        with self.assertRaisesRegex(UserError, "was sent already"):
            self._send()

    def test_a_failed_mail_that_was_deleted_or_cancelled_has_not_arrived(self):
        self._send()
        self._deliver("no connection").unlink()
        self.env.invalidate_all()
        self.assertIn("no connection", self.survey.link_failure)
        self._send()
        self._mails().cancel()
        self.env.invalidate_all()
        self.assertIn("cancelled", self.survey.link_failure)
        self._send()
        self.assertFalse(self.survey.link_failure)

    def test_a_mended_address_gets_the_link_and_the_wrong_one_opens_nothing(self):
        self._send()
        self._deliver()
        wrong = self.survey.link_ids
        self.contact.email = "v.holm@azure.example"
        self.assertIn("vera@azure.example", self.survey.link_failure)
        self._send()
        self.assertEqual(wrong._get_page_state(), "closed")
        self.assertEqual(self.survey.link_email, "v.holm@azure.example")
        self.assertIn(self.survey.link_url, self._mails().body_html)
        self._deliver()
        self.assertFalse(self.survey.link_failure)
        for email in ("v.holm@azure.example", "vera@azure.example"):
            self.contact.email = email
            with self.assertRaisesRegex(UserError, "was sent already"):
                self._send()

    def test_an_address_mended_before_the_mail_left_got_it(self):
        self._send()
        self.contact.email = "v.holm@azure.example"
        with self.assertRaisesRegex(UserError, "was sent already"):
            self._send()
        self._deliver()
        self.assertEqual(self.survey.link_email, "v.holm@azure.example")
        self.assertFalse(self.survey.link_failure)

    def test_a_mail_that_comes_back_is_sent_again(self):
        self._send()
        self._deliver()
        self.env["mail.thread"]._routing_handle_bounce(
            EmailMessage(),
            {
                "bounced_email": "vera@azure.example",
                "bounced_partner": self.contact,
                "bounced_msg_ids": [],
                "bounced_message": self.env["mail.message"],
                "email_from": "mailer-daemon@azure.example",
                "to": "bounce@example.com",
                "message_id": "<bounce@azure.example>",
            },
        )
        self.assertIn("came back", self.survey.link_failure)
        self.contact.email = "v.holm@azure.example"
        self._send()
        self.assertFalse(self.survey.link_failure)

    def test_orders_asked_together_fail_and_are_sent_together(self):
        self.company.client_survey_group_days = 14
        order = self._create_order(day=datetime(2026, 3, 3).date())
        self.env["client.survey"]._queue_surveys(self.company)
        both = self.survey | self._survey_of(order)
        self._send()
        self._deliver("550 no such user")
        self.assertTrue(all(both.mapped("link_failure")))
        self._send(both[1])
        self.assertFalse(any(both.mapped("link_failure")))
        self.assertEqual(len(self._deliver()), 1)
        for survey in both:
            with self.assertRaisesRegex(UserError, "was sent already"):
                self._send(survey)

    def test_the_scheduled_action_repeats_no_failure_and_reminds_of_none(self):
        self.company.client_survey_link_send = "at_once"
        other = self._new_survey(1)
        self._run()
        first, second = self._mails()
        self._deliver("550 no such user")
        self.clock.move_to(NOW + timedelta(days=4))
        self._run()
        self.assertFalse(self._mails().filtered(lambda mail: mail.state == "outgoing"))
        # one arrives now; the other waits in the queue: nobody is reminded of it
        first.mark_outgoing()
        self._deliver()
        second.mark_outgoing()
        self._run()
        reminded = (self.survey | other).filtered("date_link_reminded")
        self.assertEqual(len(reminded), 1)
        self.assertEqual(reminded.contact_id, self.survey.contact_id)

    def test_a_mended_address_is_not_reminded_of_what_it_never_got(self):
        self._send()
        self._deliver()
        self.contact.email = "v.holm@azure.example"
        self.clock.move_to(NOW + timedelta(days=4))
        self._run()
        self.assertFalse(self._mails())
        self._send()
        self._deliver()
        self.clock.move_to(NOW + timedelta(days=8))
        self._run()
        self.assertEqual(self.survey.date_link_reminded, NOW + timedelta(days=8))
