from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import mute_logger

from .plan_common import TODAY, PlanCase

EVIDENCE = (
    "client.survey",
    "client.call",
    "client.coverage",
    "client.campaign",
    "client.plan",
    "client.plan.line",
)
REFUSED = (AccessError, "security restrictions|kept as it is|Only administrators")


class TestKeptMessages(PlanCase):
    """What the product wrote into a discussion stays; comments are their authors'."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        order = cls._create_order(day=TODAY)
        cls.env["client.survey"]._queue_surveys(cls.company)
        cls.survey = cls.env["client.survey"].search([("order_id", "=", order.id)])
        cls.call = cls.env["client.call"].create(
            {
                "kind": "followup",
                "survey_id": cls.survey.id,
                "partner_id": cls.client.id,
                "contact_id": cls.contact.id,
                "user_id": cls.salesperson.id,
                "team_id": cls.team.id,
                "company_id": cls.company.id,
                "date_due": TODAY,
            }
        )
        cls.records = (
            cls.survey,
            cls.call,
            cls.line.sudo(),
            cls.plan.sudo(),
        )

    def _messages(self, record):
        """Return what must stay: of the product, of the leader, and a tracked change
        of which the salesperson is the author."""
        record = record.with_context(tracking_disable=False, mail_notrack=False)
        logged = record._message_log(body="Annulled by the leader")
        said = record.with_user(self.leader).message_post(
            body="I have called him myself.", message_type="comment"
        )
        by_me = record.with_user(self.salesperson)
        mine = by_me._message_log(
            body="Due again", author_id=self.salesperson.partner_id.id
        )
        by_me._message_track({"user_id"}, {record.id: {"user_id": self.leader}})
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = record.message_ids.filtered("tracking_value_ids")
        self.assertEqual(tracked.author_id, self.salesperson.partner_id)
        return logged + said.sudo() + mine.sudo() + tracked.sudo()

    def _refused(self, function):
        with (
            mute_logger("odoo.addons.base.models.ir_access"),
            self.assertRaisesRegex(*REFUSED),
        ):
            function()
        self.env.invalidate_all()

    def test_all_evidence_is_kept(self):
        for name in EVIDENCE:
            self.assertTrue(self.env[name]._client_keeps_messages, name)

    def test_nobody_but_an_administrator_changes_or_deletes_messages(self):
        for record in self.records:
            for message in self._messages(record):
                for user in (self.salesperson, self.leader):
                    own = (
                        message.message_type == "comment"
                        and message.author_id == user.partner_id
                    )
                    if own:
                        continue
                    by_user = message.with_user(user)
                    with self.subTest(
                        model=record._name, body=message.body, user=user.login
                    ):
                        self._refused(lambda m=by_user: m.write({"body": "Fine"}))
                        self._refused(by_user.unlink)
                self.assertTrue(message.exists())
                message.with_user(self.manager).write({"body": "Corrected"})
                message.with_user(self.manager).unlink()
                self.assertFalse(message.exists())

    def test_messages_are_not_deleted_through_the_record(self):
        for record in self.records:
            messages = self._messages(record)
            said = messages.filtered(lambda m: "called him" in m.body)
            by_user = record.with_user(self.salesperson)
            for command in (
                Command.clear(),
                Command.unlink(said.id),
                Command.delete(said.id),
                Command.set([]),
                Command.update(said.id, {"body": "Fine"}),
            ):
                with self.subTest(model=record._name, command=command):
                    self._refused(
                        lambda r=by_user, c=command: r.write({"message_ids": [c]})
                    )
                    self.assertEqual(messages.exists(), messages)
                    self.assertEqual(said.res_id, record.id)
                    self.assertIn("called him", said.body)

    def test_own_comment_stays_editable(self):
        for record in self.records:
            with self.subTest(model=record._name):
                said = record.with_user(self.salesperson).message_post(
                    body="He calls bac", message_type="comment"
                )
                said = said.sudo().with_user(self.salesperson)
                said.write({"body": "He calls back"})
                self.assertIn("calls back", said.body)
                record.with_user(self.salesperson)._message_update_content(
                    said.sudo(), body="He calls back on Monday"
                )
                self.assertIn("Monday", said.body)
                for values in (
                    {"author_id": self.leader.partner_id.id},
                    {"date": "2026-01-01 10:00:00"},
                    {"message_type": "notification"},
                    {"create_date": "2026-01-01 10:00:00"},
                ):
                    self._refused(lambda m=said, v=values: m.write(v))
                said.unlink()
                self.assertFalse(said.exists())

    def test_nobody_speaks_for_another(self):
        leader = self.leader.partner_id
        for record in self.records:
            by_user = record.with_user(self.salesperson)
            with self.subTest(model=record._name):
                self._refused(
                    lambda r=by_user: r.message_post(body="OK", author_id=leader.id)
                )
                self._refused(
                    lambda r=by_user: r.write(
                        {
                            "message_ids": [
                                Command.create(
                                    {
                                        "model": r._name,
                                        "author_id": leader.id,
                                        "body": "OK",
                                    }
                                )
                            ]
                        }
                    )
                )

    def test_messages_of_other_documents_are_as_everywhere(self):
        note = self.client.with_user(self.salesperson)._message_log(body="Moved")
        note = note.sudo().with_user(self.salesperson)
        note.write({"body": "Moved to Kiel"})
        note.unlink()
        self.assertFalse(note.exists())

    def test_finished_activity_keeps_its_files(self):
        for record in (self.survey, self.line.sudo()):
            by_user = record.with_user(self.salesperson)
            activity = by_user.activity_schedule(
                "mail.mail_activity_data_todo",
                summary="Ask",
                user_id=self.salesperson.id,
            )
            paper = (
                self.env["ir.attachment"]
                .with_user(self.salesperson)
                .create(
                    {
                        "name": "minutes.txt",
                        "raw": b"Agreed",
                        "res_model": "mail.activity",
                        "res_id": activity.id,
                    }
                )
            )
            activity.action_feedback(feedback="Done", attachment_ids=paper.ids)
            self.assertEqual(record.message_ids[0].attachment_ids, paper.sudo())

    def test_stars_and_reactions_are_everybodys(self):
        message = self.survey._message_log(body="Annulled by the leader")
        message.with_user(self.salesperson).toggle_message_starred()
        self.assertTrue(message.with_user(self.salesperson).starred)


class TestNoMessagePerAssignment(PlanCase):
    """Whoever is given a call follows it, without a message for each."""

    def test_reassigned_calls_send_nothing(self):
        orders = [self._create_order(day=TODAY) for _number in range(3)]
        self.env["client.survey"]._queue_surveys(self.company)
        surveys = self.env["client.survey"].search(
            [("order_id", "in", [order.id for order in orders])]
        )
        surveys = surveys.with_context(tracking_disable=False, mail_notrack=False)
        self.team.member_ids |= self.leader
        Message = self.env["mail.message"].sudo()
        last = Message.search([], order="id desc", limit=1).id
        surveys.with_user(self.leader).write({"user_id": self.leader.id})
        surveys.with_user(self.manager).write({"user_id": self.salesperson2.id})
        sent = Message.search(
            [("id", ">", last), ("message_type", "=", "user_notification")]
        )
        self.assertFalse(sent)
        self.assertEqual(len(surveys), 3)
        for survey in surveys:
            self.assertIn(self.salesperson2.partner_id, survey.message_partner_ids)
