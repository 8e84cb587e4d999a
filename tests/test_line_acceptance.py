import tempfile
from ast import literal_eval
from datetime import timedelta
from pathlib import Path

from lxml import etree

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import BaseCase, Form, tagged

from .plan_common import TODAY, PlanCase
from .scratch import TEMPLATE, ScratchDatabase, finish, needs_scratch


class TestLineAcceptance(PlanCase):
    """Which actions are accepted, by whom, and how they are returned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.controller_id = cls.salesperson2

    def _make_key(self, client=None):
        fact = self.env["client.fact"].search(
            [
                ("partner_id", "=", (client or self.client).id),
                ("company_id", "=", self.company.id),
            ]
        )
        self.segment_key.is_key = True
        fact.segment_ids = self.segment_key
        self.env.flush_all()
        self.env.invalidate_all()

    def _waiting(self):
        """What the filter of the list finds."""
        arch = self.env["client.plan.line"].get_view(
            self.env.ref("client_development.client_plan_line_view_search").id, "search"
        )["arch"]
        node = etree.fromstring(arch).find(".//filter[@name='waiting']")
        lines = self.env["client.plan.line"].with_user(self.leader)
        return lines.search(literal_eval(node.get("domain")))

    # -- by setting ----------------------------------------------------------------

    def test_acceptance_never_and_always(self):
        self.company.client_acceptance = "always"
        self.assertTrue(self._new_line(self.plan).needs_acceptance)
        self.company.client_acceptance = "never"
        self._make_key()
        self.assertFalse(self._new_line(self.plan).needs_acceptance)

    def test_acceptance_of_key_segments(self):
        self.assertEqual(self.company.client_acceptance, "key")
        self.assertFalse(self._new_line(self.plan).needs_acceptance)
        self._make_key()
        self.assertTrue(self._new_line(self.plan).needs_acceptance)

    def test_acceptance_of_claims(self):
        order = self._create_order()
        self.env["client.survey"]._queue_surveys(self.company)
        survey = self.env["client.survey"].search([("order_id", "=", order.id)])
        line = self._new_line(self.plan, survey_id=survey.id)
        self.assertTrue(line.needs_acceptance)
        line = self._new_line(self.plan)
        line.survey_id = survey
        self.assertTrue(line.needs_acceptance)

    def test_decided_again_when_the_plan_starts(self):
        """What is done by then stays as it is; what a leader decided, too."""
        done, by_hand = self._new_line(self.plan), self._new_line(self.plan)
        done.action_done()
        self._as(by_hand, self.leader).needs_acceptance = True
        self._as(by_hand, self.leader).needs_acceptance = False
        self._make_key()
        self.assertFalse(self.line.needs_acceptance)
        self.plan.action_start()
        self.assertTrue(self.line.needs_acceptance)
        self.assertFalse(done.needs_acceptance)
        self.assertFalse(by_hand.needs_acceptance)
        self.assertEqual(by_hand.acceptance_uid, self.leader)

    def test_done_closes_where_nobody_accepts(self):
        self.plan.action_start()
        other = self._new_line(self.plan)
        self._as(other, self.leader).needs_acceptance = True
        (self.line | other).action_done()
        self.assertEqual(self._waiting() & (self.line | other), other)
        self.assertEqual(self.plan.line_done_count, 2)
        self.assertEqual(self.plan.line_open_count, 0)
        # a leader may still return what is closed
        self._rework(self._as(self.line, self.leader))
        self.assertEqual(self.line.state, "rework")

    def test_only_controller_and_leader_switch(self):
        for user in (self.leader, self.manager, self.salesperson2):
            line = self._as(self._new_line(self.plan), user)
            line.needs_acceptance = True
            self.assertEqual(line.acceptance_uid, user)
        self.company.client_acceptance = "always"
        line = self._new_line(self.plan)
        with self.assertRaisesRegex(UserError, "^To Be Accepted: .* own action"):
            line.needs_acceptance = False
        with (
            self.assertRaisesRegex(UserError, "^To Be Accepted: "),
            self.cr.savepoint(),
        ):
            self._new_line(self.plan, needs_acceptance=False)
        Line = line.with_context(default_needs_acceptance=False)
        with (
            self.assertRaisesRegex(UserError, "^To Be Accepted: "),
            self.cr.savepoint(),
        ):
            Line.create(
                {"plan_id": self.plan.id, "name": "Sly", "date_deadline": TODAY}
            )
        own = self._as(self._new_line(self.plan, user_id=self.leader.id), self.leader)
        with self.assertRaisesRegex(UserError, "^To Be Accepted: "):
            own.needs_acceptance = False
        line.needs_acceptance = True  # no change, no harm
        with self.assertRaisesRegex(UserError, "kept by the system"):
            line.acceptance_uid = self.leader

    # -- accepting -----------------------------------------------------------------

    def test_accept_many_all_or_none(self):
        """Those that one may not accept are named, and nothing is half done."""
        self.plan.action_start()
        mine = self._new_line(self.plan, "Leader's own", user_id=self.leader.id)
        planned = self._new_line(self.plan, "Not done yet")
        self.line.action_done()
        self._as(mine, self.leader).action_done()
        lines = self._as(self.line | mine | planned, self.leader)
        with self.assertRaisesRegex(UserError, "2 of 3 actions") as caught:
            lines.action_accept()
        self.assertIn("Leader's own", str(caught.exception))
        self.assertIn("Not done yet", str(caught.exception))
        self.assertNotIn(self.line.name, str(caught.exception))
        self.assertEqual(self.line.state, "done")
        self._as(self.line, self.leader).action_accept()
        self.assertEqual(self.line.accepted_uid, self.leader)

    def test_second_leader_is_told(self):
        self.line.action_done()
        self._as(self.line, self.leader).action_accept()
        with self.assertRaisesRegex(UserError, "already been accepted, by cd_leader"):
            self._as(self.line, self.manager).action_accept()
        self.assertEqual(self.line.accepted_uid, self.leader)

    def test_done_in_time_is_punctual_even_if_accepted_late(self):
        self.company.client_acceptance = "always"
        self.plan.action_start()
        self._set_today(self.line, self.line.date_deadline).action_done()
        late = self._set_today(self.line, TODAY + timedelta(days=60))
        self.assertFalse(late.is_overdue)
        self._as(late, self.leader).action_accept()
        self.assertFalse(late.is_overdue)
        self.assertEqual(self.line.done_date, self.line.date_deadline)
        self.assertEqual(self.line.accepted_date, TODAY + timedelta(days=60))

    # -- returning -----------------------------------------------------------------

    def test_return_with_a_remark(self):
        line = self.line.with_context(tracking_disable=False)
        line.action_done()
        self._rework(self._as(line, self.leader), "  Who decides? ")
        self.assertRecordValues(
            line,
            [
                {
                    "state": "rework",
                    "rework_remark": "Who decides?",
                    "rework_uid": self.leader.id,
                    "done_date": False,
                }
            ],
        )
        self.assertIn("Who decides?", "".join(line.sudo().message_ids.mapped("body")))
        with Form(line) as form:
            self.assertEqual(form.rework_remark, "Who decides?")

    def test_return_many_with_one_remark(self):
        lines = self.line | self._new_line(self.plan)
        lines.action_done()
        self._rework(self._as(lines, self.leader), "No date")
        self.assertEqual(lines.mapped("rework_remark"), ["No date"] * 2)

    def test_no_return_without_a_remark(self):
        """By writing, as dragging a card does; the answer offers the way."""
        self.line.action_done()
        line = self._as(self.line, self.leader)
        for values in ({}, {"rework_remark": "  "}):
            with self.assertRaisesRegex(RedirectWarning, "To Do Again: ") as caught:
                line.write({"state": "rework", **values})
        _message, action, _button, context = caught.exception.args
        self.assertEqual(
            self.env["ir.actions.act_window"].browse(action).res_model,
            "client.plan.line.rework",
        )
        self.assertEqual(context["default_line_ids"], line.ids)
        self.assertEqual(self.line.state, "done")
        Wizard = line.env["client.plan.line.rework"]
        wizard = Wizard.create({"line_ids": line.ids, "remark": " "})
        with self.assertRaises(RedirectWarning):
            wizard.action_return()

    def test_remark_is_not_rewritten(self):
        with self.assertRaisesRegex(UserError, "^To Do Again: "):
            self.line.rework_remark = "All is well"
        with self.assertRaisesRegex(UserError, "^To Do Again: "):
            self._new_line(self.plan, rework_remark="All is well")

    def test_only_one_returns(self):
        self.line.action_done()
        Wizard = self.env["client.plan.line.rework"]
        wizards = [
            Wizard.with_user(user).create({"line_ids": self.line.ids, "remark": "No"})
            for user in (self.leader, self.manager)
        ]
        wizards[0].action_return()
        with self.assertRaisesRegex(UserError, "already been returned"):
            wizards[1].action_return()
        self.assertEqual(self.line.rework_uid, self.leader)

    def test_executor_returns_nothing(self):
        self.line.action_done()
        with self.assertRaisesRegex(UserError, "his own work"):
            self._rework(self.line)

    def test_assistant_is_ones_own(self):
        wizard = self.env["client.plan.line.rework"].with_user(self.leader)
        wizard = wizard.create({"line_ids": self.line.ids, "remark": "No"})
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).read(["remark"])


PREPARE = """
from datetime import timedelta
from odoo import Command
Users = env["res.users"].with_context(no_reset_password=True)
owner, leader, manager = Users.create([{"name": name, "login": f"race_{name}",
    "group_ids": [Command.link(env.ref(f"client_development.group_client_{name}").id)]}
    for name in ("user", "leader", "manager")])
env["crm.team"].create({"name": "Race", "user_id": leader.id,
    "member_ids": [Command.set(owner.ids)]})
client = env["res.partner"].create({"name": "Race", "is_company": True})
plan = env["client.plan"].with_user(owner).create({"partner_id": client.id})
today = plan.company_id._client_today()
lines = plan.env["client.plan.line"].create([{"plan_id": plan.id, "name": "Race",
    "date_deadline": today + timedelta(days=7)} for number in range(5)])
plan.action_start()
lines.action_done()
env.cr.commit()
"""

ACCEPT = """
import time
from pathlib import Path
from odoo.exceptions import UserError
from odoo.service.model import retrying
user = env["res.users"].search([("login", "=", {login!r})])
lines = env["client.plan.line"].with_user(user).search([("name", "=", "Race")])
Path({mine!r}).touch()
while not Path({go!r}).exists():
    time.sleep(0.01)
try:
    retrying(lines.action_accept, lines.env)
    said = "accepted"
except UserError as error:
    said = str(error)
Path({mine!r}).write_text(said)
"""


@needs_scratch
@tagged("post_install", "-at_install")
class TestAcceptingAtOnce(BaseCase):
    """Two people accept the same actions in two real processes."""

    def test_one_wins_and_the_other_is_told(self):
        logins = ("race_leader", "race_manager")
        with (
            ScratchDatabase(TEMPLATE) as base,
            tempfile.TemporaryDirectory() as folder,
        ):
            base.shell(PREPARE)
            go = Path(folder) / "go"
            said = {login: Path(folder) / login for login in logins}
            processes = [
                base.start_shell(ACCEPT.format(login=login, mine=str(path), go=str(go)))
                for login, path in said.items()
            ]
            while not all(path.exists() for path in said.values()):
                for process in processes:
                    if process.poll() is not None:
                        finish(process)
            go.touch()
            for process in processes:
                finish(process)
            won = [login for login in logins if said[login].read_text() == "accepted"]
            told = [login for login in logins if login not in won]
            self.assertEqual(len(won), 1, said)
            self.assertRegex(
                said[told[0]].read_text(),
                "already been accepted, by|Somebody else is changing",
            )
            rows = base.sql(
                "SELECT DISTINCT l.state, u.login FROM client_plan_line l"
                " JOIN res_users u ON u.id = l.accepted_uid WHERE l.name = 'Race'"
            )
            self.assertEqual([tuple(row) for row in rows], [("accepted", won[0])])
