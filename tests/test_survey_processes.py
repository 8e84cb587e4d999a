import random
import tempfile
import time
from pathlib import Path

from odoo.tests import BaseCase, tagged

from .scratch import TEMPLATE, ScratchDatabase, finish, needs_scratch

# Small batches, so that there is much to interrupt.
PREPARE = """
from datetime import timedelta
from odoo import Command, fields
company = env.ref("base.main_company")
company.write({"client_survey_start_date": "2020-01-01",
               "client_survey_condition": "confirmed"})
client = env["res.partner"].create({"name": "Race", "is_company": True})
product = env["product.product"].create({"name": "Bolt", "type": "consu"})
orders = env["sale.order"].with_context(tracking_disable=True).create([{
    "partner_id": client.id,
    "date_order": fields.Datetime.now() - timedelta(days=30),
    "order_line": [Command.create({"product_id": product.id})],
} for _number in range(%(orders)s)])
orders.write({"state": "sale"})
env.cr.commit()
"""
WORK = """
import time
from pathlib import Path
from odoo.addons.client_development.models import client_survey_queue
client_survey_queue.QUEUE_BATCH = 5
Path({mine!r}).touch()
while not Path({go!r}).exists():
    time.sleep(0.01)
{call}
env.cr.commit()
"""
WORKER = "env['client.survey']._cron_queue_surveys()"
# Pressed in the list of orders without survey: the request is repeated by Odoo.
BUTTON = """
from odoo.service.model import retrying
retrying(env["client.survey.failure"].action_try_again, env)
"""
RACE = (
    "order_id IN (SELECT id FROM sale_order WHERE partner_id IN"
    " (SELECT id FROM res_partner WHERE name = 'Race'))"
)
COUNT = f"SELECT count(*), count(DISTINCT order_id) FROM client_survey WHERE {RACE}"
LOCKS = (
    "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE l.locktype = 'advisory' AND d.datname = current_database()"
)

# The runner of scheduled actions itself, with an order that nothing can be made of.
RUN_JOB = """
cron = env.ref("client_development.ir_cron_queue_surveys")
bad = orders[17]
broken = env["res.partner"].create({"name": "Broken"})
bad.partner_id = broken
env.flush_all()
env.cr.execute("UPDATE res_partner SET commercial_partner_id = NULL WHERE id = %s",
               (broken.id,))
env["ir.cron"].search([("id", "!=", cron.id)]).active = False
cron.nextcall = fields.Datetime.now() - timedelta(minutes=1)
env.cr.commit()
import logging
logging.disable(logging.CRITICAL)
for number in range(2):
    type(env["ir.cron"])._process_jobs(env.cr.dbname)
    env.cr.rollback()
    env.invalidate_all()
    waits = cron.nextcall - fields.Datetime.now() > timedelta(minutes=30)
    print("RUN", number, cron.active, cron.failure_count, waits,
          env["ir.cron.progress"].search_count([("cron_id", "=", cron.id)]),
          env["client.survey"].search_count([("order_id", "in", orders.ids)]),
          env["client.survey.failure"].search([]).order_id == bad)
    cron.nextcall = fields.Datetime.now() - timedelta(minutes=1)
    env.cr.commit()
"""

# Two people ask one contact about two of his orders at the same moment.
ANSWER = (
    PREPARE
    + """
from odoo import api
import threading
company.client_survey_group_days = 14
env["client.survey"]._queue_surveys(company)
env.cr.commit()
ids = env["client.survey"].search([("order_id", "in", orders.ids)], order="id").ids
rating = env.ref("client_development.client_order_questionnaire").question_ids.filtered(
    "client_is_rating").id
from odoo.service.model import retrying
start = threading.Barrier(2)
said = []
def ask(survey_id, stars):
    with env.registry.cursor() as cr:
        mine = api.Environment(cr, env.ref("base.user_admin").id, {})
        survey = mine["client.survey"].browse(survey_id)
        survey.mapped("state")
        start.wait()
        try:
            retrying(lambda: survey._answer({rating: stars}), mine)
            said.append("done")
        except Exception as error:
            cr.rollback()
            told = "already answered" in str(error)
            said.append("already" if told else repr(error))
pairs = (ids[0], "5"), (ids[-1], "1")
people = [threading.Thread(target=ask, args=pair) for pair in pairs]
for person in people: person.start()
for person in people: person.join(60)
print("SAID", sorted(said))
"""
)


@needs_scratch
@tagged("post_install", "-at_install")
class TestSurveyProcesses(BaseCase):
    """Whatever happens to the processes, each order gets exactly one duty."""

    def test_killed_at_random_points_two_workers_and_a_button(self):
        orders = 600
        with (
            ScratchDatabase(TEMPLATE) as base,
            tempfile.TemporaryDirectory() as folder,
        ):
            base.shell(PREPARE % {"orders": orders})
            chance = random.Random(19)
            reached = [0]
            for number in range(4):
                [killed] = self._start(base, Path(folder), f"killed{number}", [WORKER])
                while int(base.sql(COUNT)[0][0]) == reached[-1]:
                    self.assertIsNone(killed.poll(), "it ended before it was killed")
                    time.sleep(0.01)
                time.sleep(chance.uniform(0, 0.2))
                killed.kill()  # -9
                killed.communicate()
                while base.sql(LOCKS) != [["0"]]:
                    time.sleep(0.05)  # its session in the database ends a bit later
                [[rows, different]] = base.sql(COUNT)
                self.assertEqual(rows, different)
                reached.append(int(rows))
            self.assertLess(reached[-1], orders, "killed too late to show anything")
            self._assert_whole(base)
            for process in self._start(
                base, Path(folder), "race", [WORKER, WORKER, BUTTON]
            ):
                finish(process)
            base.shell(f"{WORKER}\nenv.cr.commit()\n")
            self.assertEqual(base.sql(COUNT), [[str(orders), str(orders)]])
            self._assert_whole(base)

    def _start(self, base, folder, name, calls):
        """Start a process per call; let all of them begin at the same moment."""
        go = folder / f"{name}.go"
        ready = [folder / f"{name}.{number}" for number in range(len(calls))]
        processes = [
            base.start_shell(WORK.format(mine=str(path), go=str(go), call=call))
            for path, call in zip(ready, calls, strict=True)
        ]
        while not all(path.exists() for path in ready):
            for process in processes:
                if process.poll() is not None:
                    finish(process)
            time.sleep(0.05)
        go.touch()
        return processes

    def _assert_whole(self, base):
        """Nothing but duties was made: no activity, no answer row, no message."""
        for query in (
            "SELECT count(*) FROM mail_activity WHERE res_model = 'client.survey'",
            "SELECT count(*) FROM mail_message WHERE model = 'client.survey'",
            f"SELECT count(user_input_id) FROM client_survey WHERE {RACE}",
            f"SELECT count(*) FROM client_survey WHERE {RACE} AND date_due IS NULL",
        ):
            self.assertEqual(base.sql(query), [["0"]], query)

    def test_bad_order_in_the_real_scheduled_action(self):
        with ScratchDatabase(TEMPLATE) as base:
            output = base.shell(PREPARE % {"orders": 1000} + RUN_JOB)
        runs = [line.split()[2:] for line in output.splitlines() if "RUN" in line]
        # active, not failing, next in an hour, one more run each, 999 duties, 1 listed
        self.assertEqual(
            runs,
            [
                ["True", "0", "True", "1", "999", "True"],
                ["True", "0", "True", "2", "999", "True"],
            ],
        )

    def test_two_people_ask_about_two_orders_of_one_contact_at_once(self):
        with ScratchDatabase(TEMPLATE) as base:
            output = base.shell(ANSWER % {"orders": 3})
            rows = base.sql(
                "SELECT state, count(*), count(DISTINCT rating),"
                " count(answered_with_id), count(DISTINCT answered_with_id)"
                f" FROM client_survey WHERE {RACE}"
                " GROUP BY state"
            )
        self.assertIn("SAID ['already', 'done']", output)
        self.assertEqual(rows, [["done", "3", "1", "2", "1"]])
