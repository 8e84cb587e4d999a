import tempfile
from pathlib import Path

from odoo.tests import BaseCase, tagged

from .scratch import TEMPLATE, ScratchDatabase, finish, needs_scratch

PREPARE = """
from datetime import timedelta
from odoo import Command, fields
company = env.ref("base.main_company")
company.write({"client_survey_start_date": "2020-01-01"})
today = company._client_today()
client = env["res.partner"].create({"name": "Race", "is_company": True})
product = env["product.product"].create({"name": "Bolt", "type": "consu"})
leader = env["res.users"].create({"name": "Lead", "login": "race_lead",
    "group_ids": [Command.link(env.ref("client_development.group_client_leader").id)]})
owner = env["res.users"].create({"name": "Owner", "login": "race_owner",
    "group_ids": [Command.link(env.ref("client_development.group_client_user").id)]})
team = env["crm.team"].create({"name": "Race", "user_id": leader.id,
    "member_ids": [Command.set(owner.ids)]})
orders = env["sale.order"].with_context(tracking_disable=True).create([{
    "partner_id": client.id, "user_id": owner.id,
    "date_order": fields.Datetime.now() - timedelta(days=30),
    "order_line": [Command.create({"product_id": product.id})],
} for _number in range(40)])
orders.write({"state": "sale"})
plans = env["client.plan"].with_context(tracking_disable=True).create([{
    "partner_id": client.id, "user_id": owner.id, "name": f"Plan {number}",
} for number in range(10)])
plans.action_start()
plans.write({"next_review_date": today - timedelta(days=30)})
env["client.plan.line"].create([{
    "plan_id": plan.id, "name": "Call", "date_deadline": today - timedelta(days=3),
} for plan in plans])
key = env.ref("client_development.client_segment_key")
env["client.fact"]._ensure(client).segment_ids = key
env.cr.commit()
"""

WORK = """
import time
from pathlib import Path
Path({mine!r}).touch()
while not Path({go!r}).exists():
    time.sleep(0.01)
{call}
env.cr.commit()
"""

JOBS = {
    "facts": "env['client.fact']._cron_refresh()",
    "surveys": "env['client.survey']._cron_queue_surveys()",
    "coverage": "env['client.coverage']._cron_record_coverage()",
    "reviews": "env['client.plan']._cron_enforce_reviews()",
    "slips": "env['client.plan.slip']._cron_flag_overdue()",
    "standards": "env['client.breach']._cron_check_standards()",
}

# What must be there once, however often and by how many processes a job ran.
COUNTS = {
    "client": "SELECT count(*) FROM client_fact",
    "duty": "SELECT count(*) FROM client_survey",
    "coverage": "SELECT count(*) FROM client_coverage",
    "skipped": "SELECT count(*) FROM client_coverage_skipped_order_rel",
    "review": "SELECT count(*) FROM client_plan_review",
    "slip": "SELECT count(*) FROM client_plan_slip",
    "breach": "SELECT count(*) FROM client_breach",
    "digest": "SELECT count(*) FROM client_breach_digest",
    "task": "SELECT count(*) FROM mail_activity WHERE res_model LIKE 'client.%'",
    "message": "SELECT count(*) FROM mail_message WHERE model LIKE 'client.%'",
}


@needs_scratch
@tagged("post_install", "-at_install")
class TestProcesses(BaseCase):
    """Two real processes do the same scheduled work at once: nothing is made twice."""

    def test_two_processes_at_once_make_no_second_row(self):
        with (
            ScratchDatabase(TEMPLATE) as base,
            tempfile.TemporaryDirectory() as folder,
        ):
            base.shell(PREPARE)
            for job, call in JOBS.items():
                self._run_twice_at_once(base, Path(folder), job, call)
            first = self._counts(base)
            base.shell("\n".join([*JOBS.values(), "env.cr.commit()\n"]))
            self.assertEqual(self._counts(base), first, "a later run made rows")

        self.assertEqual(first["duty"], 40 + self._other_orders)
        self.assertEqual(first["review"], 10)
        self.assertEqual(first["slip"], 10)
        # one task for the owner and one for the leader, of each plan
        self.assertEqual(self._review_tasks, 20)
        self.assertGreater(first["breach"], 0)
        self.assertEqual(first["digest"], 1)
        self.assertGreater(first["coverage"], 0)
        self.assertGreaterEqual(first["skipped"], 40)

    def _run_twice_at_once(self, base, folder, job, call):
        go = folder / f"{job}.go"
        ready = [folder / f"{job}.{number}" for number in (1, 2)]
        processes = [
            base.start_shell(WORK.format(mine=str(path), go=str(go), call=call))
            for path in ready
        ]
        while not all(path.exists() for path in ready):
            for process in processes:
                if process.poll() is not None:
                    finish(process)
        go.touch()
        for process in processes:
            finish(process)
        # A process that found the work taken may have left some: the next run ends it.
        base.shell(f"{call}\nenv.cr.commit()\n")

    def _counts(self, base):
        self._other_orders = int(
            base.sql(
                "SELECT count(*) FROM client_survey s JOIN res_partner p"
                " ON p.id = s.partner_id WHERE p.name != 'Race'"
            )[0][0]
        )
        self._review_tasks = int(
            base.sql(
                "SELECT count(*) FROM mail_activity a JOIN client_plan p"
                " ON p.id = a.res_id WHERE a.res_model = 'client.plan'"
            )[0][0]
        )
        return {name: int(base.sql(query)[0][0]) for name, query in COUNTS.items()}
