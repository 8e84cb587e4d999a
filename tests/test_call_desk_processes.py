import tempfile
from pathlib import Path

from odoo.tests import BaseCase, tagged

from .scratch import TEMPLATE, ScratchDatabase, finish, needs_scratch

PREPARE = """
from odoo import Command
company = env.ref("base.main_company")
company.write({"client_survey_start_date": "2020-01-01"})
client = env["res.partner"].create({"name": "Race", "is_company": True})
product = env["product.product"].create({"name": "Bolt", "type": "consu"})
caller = env["res.users"].create({"name": "Caller", "login": "race_caller",
    "group_ids": [Command.link(env.ref("client_development.group_client_user").id)]})
order = env["sale.order"].create({
    "partner_id": client.id, "user_id": caller.id,
    "order_line": [Command.create({"product_id": product.id})],
})
order.action_confirm()
env["client.survey"]._queue_surveys(company)
env.cr.commit()
"""

# One window: it opens the card, waits for the other one, and saves.
WINDOW = """
import time
from pathlib import Path
from odoo.exceptions import UserError
from odoo.service.model import retrying
caller = env["res.users"].search([("login", "=", "race_caller")])
survey = env["client.survey"].search([("partner_id.name", "=", "Race")])
desk = env["client.call.desk"].with_user(caller)
card = desk.get_card("client.survey", survey.id)
rating = next(row["id"] for row in card["questions"] if row["type"] == "stars")
values = {{"token": card["token"], "answers": {{str(rating): "5"}}}}
env.cr.rollback()
Path({mine!r}).touch()
while not Path({go!r}).exists():
    time.sleep(0.001)
try:
    retrying(lambda: desk.save("client.survey", survey.id, {outcome!r}, values), env)
    said = "saved"
except UserError as error:
    env.cr.rollback()
    said = str(error)
Path({mine!r} + ".said").write_text(said)
"""


@needs_scratch
@tagged("post_install", "-at_install")
class TestCallDeskProcesses(BaseCase):
    """Two windows save the same client at the same moment: one call is recorded."""

    def test_two_windows_at_once_record_one_call(self):
        with (
            ScratchDatabase(TEMPLATE) as base,
            tempfile.TemporaryDirectory() as folder,
        ):
            base.shell(PREPARE)
            for outcome, refusal in (
                ("no_answer", "already recorded"),
                ("answered", "already answered"),
            ):
                said = self._save_twice(base, Path(folder), outcome)
                self.assertEqual(said.count("saved"), 1, said)
                self.assertTrue(any(refusal in text for text in said), said)
            calls = base.sql("SELECT outcome FROM client_survey_attempt ORDER BY id")
            self.assertEqual(calls, [["no_answer"], ["answered"]])
            answers = base.sql("SELECT answer FROM client_survey_answer")
            self.assertEqual(answers, [["5"]])

    def _save_twice(self, base, folder, outcome):
        go = folder / f"{outcome}.go"
        ready = [folder / f"{outcome}.{number}" for number in (1, 2)]
        windows = [
            base.start_shell(WINDOW.format(mine=str(path), go=str(go), outcome=outcome))
            for path in ready
        ]
        while not all(path.exists() for path in ready):
            for window in windows:
                if window.poll() is not None:
                    finish(window)
        go.touch()
        for window in windows:
            finish(window)
        return [Path(f"{path}.said").read_text() for path in ready]
