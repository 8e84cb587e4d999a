from ast import literal_eval
from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .link_common import LinkCase

NOW = datetime(2026, 3, 4, 9)


class LinkMailCase(LinkCase):
    """It is 2026-03-04; ``survey`` is of an order of two days ago."""

    def setUp(self):
        super().setUp()
        freezer = freeze_time(NOW)
        self.clock = freezer.start()
        self.addCleanup(freezer.stop)
        # the queue of outgoing e-mails stays as it is
        self.env["mail.mail"].search([]).unlink()

    def _mails(self):
        return self.env["mail.mail"].search([], order="id")

    def _arrive(self):
        """All e-mails so far were delivered; they are kept for the test."""
        self._mails().state = "sent"

    def _run(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "client_development.ir_cron_send_survey_links"
            ).method_direct_trigger()
        self.env.invalidate_all()


class TestSurveyLinkMail(LinkMailCase):
    def test_send_link_in_the_language_of_the_client(self):
        template = self.env.ref("client_development.mail_template_survey_invitation")
        template.with_context(
            lang="ru_RU"
        ).subject = "Как прошёл заказ {{ object.link_orders }}?"
        self.contact.lang = "ru_RU"
        action = self.survey.with_user(self.salesperson).action_send_link()
        self.assertIn("vera@azure.example", action["params"]["message"])
        mail = self._mails()
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertEqual(mail.subject, f"Как прошёл заказ {self.order.name}?")
        self.assertEqual(mail.state, "outgoing")
        url = self.survey.link_url
        for star in range(1, 6):
            self.assertIn(f'href="{url}?rating={star}"', mail.body_html)
        self.assertIn(f'href="{url}/unsubscribe"', mail.body_html)
        headers = literal_eval(mail.headers)
        self.assertEqual(headers["List-Unsubscribe"], f"<{url}/unsubscribe>")
        self.assertEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertEqual(self.survey.date_link_sent, NOW)
        self.assertEqual(self.survey.link_email, "vera@azure.example")

    def test_texts_of_the_mails_can_be_translated(self):
        for kind in ("invitation", "reminder"):
            template = self.env.ref(f"client_development.mail_template_survey_{kind}")
            for name in ("subject", "body_html"):
                self.assertTrue(template._fields[name].translate)
        view = self.env.ref("client_development.client_survey_link_page")
        terms = view.get_field_translations("arch_db")[0]
        self.assertIn("How was your order?", {term["source"] for term in terms})

    def test_names_in_the_mail_are_text(self):
        self.contact.name = "<img src=x onerror=alert(1)>"
        self.survey.action_send_link()
        self.assertNotIn("<img src=x", self._mails().body_html)
        self.assertIn("&lt;img src=x", self._mails().body_html)

    def test_nobody_gets_a_second_invitation(self):
        self.survey.action_send_link()
        with self.assertRaisesRegex(UserError, "was sent already"):
            self.survey.action_send_link()
        self.survey.link_ids.sudo()._withdraw()
        self.survey.action_get_link()
        with self.assertRaisesRegex(UserError, "was sent already"):
            self.survey.action_send_link()
        self.assertEqual(len(self._mails()), 1)

    def test_copied_link_is_the_sent_one(self):
        url = self.survey.action_get_link()
        self.survey.action_send_link()
        self.assertIn(url, self._mails().body_html)
        self.assertEqual(len(self.survey.link_ids), 1)

    def test_who_gets_no_mail_is_named(self):
        cases = {
            "no valid e-mail address": {"email": False},
            "no valid e-mail": {"email": "not an address"},
            "does not want to be asked": {"client_survey_opt_out": True},
            "is archived": {"active": False},
        }
        for number, (reason, values) in enumerate(cases.items()):
            survey = self._new_survey(number)
            survey.contact_id.write(values)
            with self.subTest(reason=reason):
                self.assertIn(reason, survey.link_problem)
                with self.assertRaisesRegex(UserError, reason):
                    survey.action_send_link()
        self.env["mail.blacklist"]._add("vera@azure.example")
        with self.assertRaisesRegex(UserError, "list of blocked addresses"):
            self.survey.action_send_link()
        self.survey.contact_id.email = "other@azure.example"
        self.survey._register_attempt("refused")
        with self.assertRaisesRegex(UserError, r"closed \(Refused\)"):
            self.survey.action_send_link()
        self.assertFalse(self._mails())

    def test_many_at_once_from_the_list(self):
        surveys = self.survey
        for number in range(4):
            surveys |= self._new_survey(number)
        without = self._new_survey(9, email=False)
        action = (surveys | without).with_user(self.manager).action_send_link()
        self.assertEqual(len(self._mails()), 5)
        self.assertEqual(len(self._mails().recipient_ids), 5)
        message = action["params"]["message"]
        self.assertIn("of 5 surveys", message)
        self.assertIn(without.display_name, message)
        self.assertTrue(all(surveys.mapped("date_link_sent")))
        self.assertFalse(without.date_link_sent)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")
    def test_only_who_may_write_the_survey_gets_its_link(self):
        for user in (self.salesperson2, self.leader2, self.outsider):
            survey = self.survey.with_user(user)
            for call in (
                survey.action_get_link,
                survey.action_make_link,
                survey.action_send_link,
            ):
                with self.assertRaises(AccessError):
                    call()
        self.assertFalse(self.survey.link_ids)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")
    def test_links_are_seen_like_their_surveys_and_never_edited(self):
        link = self._link()
        foreign = new_test_user(
            self.env,
            login="cd_foreign",
            groups="client_development.group_client_manager",
            company_id=self.company2.id,
            company_ids=[(6, 0, self.company2.ids)],
        )
        for user, seen in (
            (self.salesperson, True),
            (self.leader, True),
            (self.manager, True),
            (self.salesperson2, False),
            (self.leader2, False),
            (foreign, False),
        ):
            mine = link.with_user(user).with_context(
                allowed_company_ids=user.company_ids.ids
            )
            found = mine.search([("id", "=", link.id)])
            self.assertEqual(bool(found), seen, user.login)
            for change in (
                lambda mine=mine: mine.write({"email": "x"}),
                lambda mine=mine: mine.create({"survey_id": self.survey.id}),
                mine.unlink,
            ):
                with self.assertRaises(AccessError):
                    change()
        with self.assertRaises(AccessError):
            link.with_user(self.outsider).search([])
        with self.assertRaises(AccessError):
            link.with_user(self.manager).read(["key"])
        with self.assertRaises(AccessError):
            link.with_user(self.manager).search([("key", "=like", "a%")])

    @mute_logger("odoo.sql_db")
    def test_database_keeps_one_valid_link(self):
        link = self._link()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            link.copy({"key": "0" * 32})
            self.env.flush_all()

    def test_closed_survey_has_no_link(self):
        self._answer()
        with self.assertRaisesRegex(UserError, "already answered"):
            self.survey.action_get_link()
        self.assertFalse(self.survey.link_url)

    def test_settings_out_of_range(self):
        for values in (
            {"client_survey_link_expiry_days": 0},
            {"client_survey_link_reminder_days": -1},
            {"client_survey_link_wait_days": 1000},
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.company.write(values)
                self.env.flush_all()

    def test_desk_shows_that_the_client_was_written_to(self):
        self.assertFalse(self.survey._prepare_desk_card()["notes"])
        self.survey.action_send_link()
        note = self.survey._prepare_desk_card()["notes"][-1]
        self.assertEqual(note["title"], "Private Link")
        self.assertIn("vera@azure.example", note["lines"][0])


class TestSurveyLinkCron(LinkMailCase):
    def test_nothing_goes_out_by_itself_at_first(self):
        self.assertEqual(self.company.client_survey_link_send, "never")
        self._run()
        self.assertFalse(self._mails())
        self.assertFalse(self.survey.link_ids)

    def test_at_once(self):
        self.company.client_survey_link_send = "at_once"
        others = [self._new_survey(number) for number in range(3)]
        foreign = self._foreign_survey()
        self._run()
        self._run()
        self.assertEqual(len(self._mails()), 4)
        self.assertEqual(
            self._mails().recipient_ids,
            self.contact | self.survey.concat(*others).contact_id,
        )
        self.assertFalse(foreign.date_link_sent)

    def test_when_not_called_after_some_days(self):
        self.company.client_survey_link_send = "later"
        self.company.client_survey_link_wait_days = 2
        called = self._new_survey(1)
        called.with_user(self.salesperson)._register_attempt("no_answer")
        self._run()
        self.assertFalse(self._mails())
        self.clock.move_to(NOW + timedelta(hours=4))
        self._run()
        self.assertEqual(self._mails().recipient_ids, self.contact)

    def test_old_duties_are_not_written_about(self):
        """Switching it on does not write to all clients of the last year."""
        self.company.client_survey_link_send = "at_once"
        self.clock.move_to(NOW + timedelta(days=14))
        self._run()
        self.assertFalse(self._mails())

    def test_promised_call_needs_no_link(self):
        self.company.client_survey_link_send = "at_once"
        self.survey.with_user(self.salesperson)._register_attempt(
            "callback", date_callback=NOW + timedelta(days=1)
        )
        self._run()
        self.assertFalse(self._mails())

    def test_who_is_not_to_be_written_to(self):
        self.company.client_survey_link_send = "at_once"
        self.contact.email = False
        for number, values in enumerate(
            (
                {"email": "not an address"},
                {"client_survey_opt_out": True},
                {"active": False},
            )
        ):
            self._new_survey(number).contact_id.write(values)
        blocked = self._new_survey(8)
        self.env["mail.blacklist"]._add(blocked.contact_id.email)
        self.client.client_survey_opt_out = True  # holds for the company's contacts
        self.contact.email = "vera@azure.example"
        self._run()
        self.assertFalse(self._mails())

    def test_one_reminder(self):
        self.survey.action_send_link()
        self._arrive()
        self.clock.move_to(NOW + timedelta(days=2))
        self._run()
        self.assertEqual(len(self._mails()), 1)
        self.clock.move_to(NOW + timedelta(days=3))
        for _run in range(3):
            self._run()
        invitation, reminder = self._mails()
        self.assertNotEqual(reminder.subject, invitation.subject)
        self.assertIn(self.survey.link_url, reminder.body_html)
        self.assertEqual(self.survey.date_link_reminded, NOW + timedelta(days=3))
        self.clock.move_to(NOW + timedelta(days=9))
        self._run()
        self.assertEqual(len(self._mails()), 2)

    def test_no_reminder(self):
        """After the answer, the unsubscribing, the expiry, for a copied link, or when
        the company wants none."""
        surveys = [self._new_survey(number) for number in range(5)]
        answered, opted_out, expired, copied, refused = surveys
        (answered | opted_out | expired | refused).action_send_link()
        copied.action_get_link()
        answered._answer(self._answers(), channel="link")
        opted_out.contact_id.client_survey_opt_out = True
        expired.link_ids.date_expire = NOW + timedelta(days=1)
        refused._register_attempt("refused")
        self.survey.action_send_link()
        self._arrive()
        self.company.client_survey_link_reminder_days = 0
        self.clock.move_to(NOW + timedelta(days=4))
        self._run()
        self.assertEqual(len(self._mails()), 5)
        self.company.client_survey_link_reminder_days = 3
        self._run()
        self.assertEqual(len(self._mails()), 6)
        self.assertTrue(self.survey.date_link_reminded)

    def test_orders_asked_together_get_one_mail(self):
        self.company.client_survey_group_days = 14
        others = self.survey
        for day in (2, 3):
            order = self._create_order(day=date(2026, 3, day))
            self.env["client.survey"]._queue_surveys(self.company)
            others |= self._survey_of(order)
        self.company.client_survey_link_send = "at_once"
        self._run()
        mail = self._mails()
        self.assertEqual(len(mail), 1)
        for order in others.order_id:
            self.assertIn(order.name, mail.subject)
        self._arrive()
        self.clock.move_to(NOW + timedelta(days=3))
        self._run()
        self.assertEqual(len(self._mails()), 2, "one reminder for all")
        self.assertTrue(all(others.mapped("date_link_sent")))

    @mute_logger("odoo.addons.client_development.models.client_survey_link_send")
    def test_one_bad_survey_stops_nobody(self):
        self.company.client_survey_link_send = "at_once"
        surveys = self.survey.concat(*(self._new_survey(n) for n in range(6)))
        bad = surveys[3]
        model = type(surveys)
        queue = model._queue_link_mails

        def fail(records, template):
            if bad in records:
                raise ValueError("bad")
            return queue(records, template)

        with patch.object(model, "_queue_link_mails", fail):
            self._run()
        self.assertEqual(len(self._mails()), 6)
        self.assertFalse(bad.date_link_sent)
        self.assertFalse(bad.link_ids)
        cron = self.env.ref("client_development.ir_cron_send_survey_links")
        self.assertTrue(cron.active)
        self._run()
        self.assertEqual(len(self._mails()), 7)

    def test_queries_do_not_grow_with_the_batch(self):
        self.company.client_survey_link_send = "at_once"
        counts = []
        for size, first in ((5, 0), (25, 100)):
            for number in range(first, first + size):
                self._new_survey(number)
            surveys = self.env["client.survey"].search(
                [("date_link_sent", "=", False), ("company_id", "=", self.company.id)]
            )
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            surveys.sudo()._send_links()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 20 * 2)

    def _foreign_survey(self):
        """Of a company that writes to nobody."""
        partner = self.env["res.partner"].create(
            {"name": "Foreign", "email": "foreign@example.com"}
        )
        company = self.company2
        order = self._create_order(
            partner=partner,
            user=self.env.user,
            day=date(2026, 3, 3),
            company_id=company.id,
            team_id=False,
        )
        self.env["client.survey"]._queue_surveys(company)
        return self._survey_of(order)
