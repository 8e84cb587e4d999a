import os
import random
import re
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import requests

from odoo.tests import BaseCase, tagged

from .scratch import TEMPLATE, ScratchDatabase, _odoo, finish, needs_scratch

CLIENTS = 40
SUBMITS = 20

PREPARE = """
from odoo import Command, fields
company = env.ref("base.main_company")
company.write({"client_survey_start_date": "2020-01-01",
    "client_survey_condition": "confirmed", "client_survey_link_send": "at_once"})
env["ir.config_parameter"].set_param("mail.batch_size", 50)
product = env["product.product"].create({"name": "Bolt", "type": "consu"})
owner = env["res.users"].create({"name": "Owner", "login": "race_owner",
    "group_ids": [Command.link(env.ref("client_development.group_client_user").id)]})
clients = env["res.partner"].create([{"name": f"Race {number}",
    "email": f"race{number}@example.com"} for number in range(%(clients)s)])
orders = env["sale.order"].with_context(tracking_disable=True).create([{
    "partner_id": client.id, "user_id": owner.id,
    "order_line": [Command.create({"product_id": product.id})],
} for client in clients])
orders.write({"state": "sale", "date_order": fields.Datetime.now()})
env["client.survey"]._queue_surveys(company)
env["mail.mail"].search([]).unlink()
env.cr.commit()
""".replace("%(clients)s", str(CLIENTS))

JOB = """
import time
from pathlib import Path
from odoo.addons.client_development.models import client_survey_link_send as module
module.LINK_BATCH = 4
Path({mine!r}).touch()
while not Path({go!r}).exists():
    time.sleep(0.005)
env["client.survey"]._cron_send_survey_links()
env.cr.commit()
"""

# What the server does with a request that lost against another one: it tries again.
BUTTON = """
import time
from pathlib import Path
from odoo.exceptions import UserError
from odoo.service.model import retrying
surveys = env["client.survey"].search([("partner_id.name", "like", "Race")])
owner = env["res.users"].search([("login", "=", "race_owner")])
Path({mine!r}).touch()
while not Path({go!r}).exists():
    time.sleep(0.005)
def press():
    surveys.with_user(owner).sudo(False).action_send_link()
try:
    retrying(press, env)
except UserError as error:
    print("told:", str(error)[:60])
env.cr.commit()
"""

MAILS = """
SELECT p.email, count(*) FROM mail_mail m
  JOIN mail_mail_res_partner_rel r ON r.mail_mail_id = m.id
  JOIN res_partner p ON p.id = r.res_partner_id
 WHERE p.name LIKE 'Race%' GROUP BY p.email
"""
RACE = "SELECT count(*) FROM client_survey s JOIN res_partner p ON p.id = s.contact_id"
SENT = f"{RACE} WHERE p.name LIKE 'Race%' AND s.date_link_sent IS NOT NULL"
REMINDED = f"{RACE} WHERE p.name LIKE 'Race%' AND s.date_link_reminded IS NOT NULL"


@needs_scratch
@tagged("post_install", "-at_install")
class TestSurveyLinkProcesses(BaseCase):
    """Real processes: each client gets one invitation and one reminder at most."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.number = 0

    def test_killed_worker_sends_nothing_twice(self):
        chance = random.Random(6)
        seen = set()
        with ScratchDatabase(TEMPLATE) as base:
            base.shell(PREPARE)
            for _kill in range(5):
                process = self._start(base, JOB)
                self._let_go(process)
                time.sleep(chance.uniform(0.05, 0.7))
                process.kill()
                process.communicate()
                seen.add(self._check(base))
            base.shell(self._immediate(JOB))
            self.assertEqual(self._check(base), CLIENTS)
            base.sql(
                "UPDATE client_survey_link SET date_sent = now() - interval '5 days';"
                "UPDATE client_survey SET date_link_sent = now() - interval '5 days'"
            )
            base.sql("DELETE FROM mail_mail")
            for _kill in range(3):
                process = self._start(base, JOB)
                self._let_go(process)
                time.sleep(chance.uniform(0.05, 0.7))
                process.kill()
                process.communicate()
                seen.add(self._check(base, REMINDED))
            base.shell(self._immediate(JOB))
            self.assertEqual(self._check(base, REMINDED), CLIENTS)
            base.shell(self._immediate(JOB))
            self.assertEqual(self._check(base, REMINDED), CLIENTS)
        self.assertTrue(seen - {0, CLIENTS}, "no worker was killed at work")

    def test_two_workers_and_a_button_at_once(self):
        with ScratchDatabase(TEMPLATE) as base:
            base.shell(PREPARE)
            processes = [self._start(base, script) for script in (JOB, JOB, BUTTON)]
            self._let_go(*processes)
            for process in processes:
                finish(process)
            base.shell(self._immediate(JOB))
            self.assertEqual(self._check(base), CLIENTS)

    def test_twenty_parallel_submits_of_one_token(self):
        with ScratchDatabase(TEMPLATE) as base:
            output = base.shell(
                PREPARE
                + """
survey = env["client.survey"].search([("partner_id.name", "=", "Race 0")])
rating = survey._get_questionnaire().question_ids.filtered("client_is_rating")
token = env["client.survey.link"]._ensure(survey)[survey.sudo()]._get_token()
env.cr.commit()
print("TOKEN", token, rating.id, survey.id)
"""
            )
            token, rating, survey = re.search(
                r"TOKEN (\w+) (\d+) (\d+)", output
            ).groups()
            with self._server(base) as url:
                answers = self._submit_at_once(f"{url}/client-survey/{token}", rating)
            [[state, given, channel, inputs]] = base.sql(
                "SELECT state, rating, channel, (SELECT count(*)"
                " FROM survey_user_input i JOIN client_survey c"
                f" ON i.partner_id = c.contact_id WHERE c.id = {survey})"
                f" FROM client_survey WHERE id = {survey}"
            )
            [[rows]] = base.sql(
                f"SELECT count(*) FROM client_survey_answer WHERE survey_id = {survey}"
            )
        self.assertEqual((state, channel, inputs, rows), ("done", "link", "1", "1"))
        self.assertEqual(len(answers), SUBMITS)
        stored = [number for number, status in answers.items() if status == 200]
        self.assertEqual(len(stored), 1, answers)
        self.assertEqual(str(stored[0] % 5 + 1), given)
        self.assertEqual(
            {status for number, status in answers.items() if number != stored[0]}, {409}
        )

    # -- processes -------------------------------------------------------------------

    def _start(self, base, script):
        self.number += 1
        mine = self.folder / f"ready.{self.number}"
        process = base.start_shell(
            script.format(mine=str(mine), go=str(self.folder / "go"))
        )
        process.mine = mine
        return process

    def _let_go(self, *processes):
        while not all(process.mine.exists() for process in processes):
            for process in processes:
                if process.poll() is not None:
                    finish(process)
            time.sleep(0.01)
        (self.folder / "go").touch()

    def _immediate(self, script):
        go = self.folder / "go"
        go.touch()
        return script.format(mine=str(self.folder / "ready.last"), go=str(go))

    def _check(self, base, query=SENT):
        """Return how many surveys were written about; each has its one e-mail."""
        (self.folder / "go").unlink(missing_ok=True)
        mails = dict(base.sql(MAILS))
        self.assertLessEqual(set(mails.values()), {"1"}, "somebody got two e-mails")
        sent = int(base.sql(query)[0][0])
        self.assertEqual(len(mails), sent, "stored and queued differ")
        return sent

    # -- the server ------------------------------------------------------------------

    @contextmanager
    def _server(self, base):
        """Run the whole server, with threads, on this database."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [
                *_odoo(base.name),
                "--http-interface=127.0.0.1",
                f"--http-port={port}",
                "--max-cron-threads=0",
                "--workers=0",
                "--log-level=error",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ,
        )
        url = f"http://127.0.0.1:{port}"
        try:
            for _try in range(300):
                try:
                    requests.get(f"{url}/client-survey", timeout=60)
                    break
                except requests.ConnectionError:
                    time.sleep(0.2)
            yield url
        finally:
            process.terminate()
            process.wait(30)

    def _submit_at_once(self, url, rating):
        barrier = Barrier(SUBMITS)

        def submit(number):
            session = requests.Session()
            page = session.get(url, timeout=60).text
            data = {
                name: re.search(rf'name="{name}" value="([^"]+)"', page)[1]
                for name in ("csrf_token", "opened")
            }
            data[f"q{rating}"] = str(number % 5 + 1)
            barrier.wait(timeout=60)
            return session.post(url, data=data, timeout=60).status_code

        with ThreadPoolExecutor(SUBMITS) as pool:
            return dict(enumerate(pool.map(submit, range(SUBMITS))))
