from odoo.tests import BaseCase, tagged

from .scratch import TEMPLATE, ScratchDatabase, needs_scratch

PREPARE = """
from odoo import Command
company = env.ref("base.main_company")
company.client_signoff_client = True
def user(login, group):
    return env["res.users"].create({"name": login, "login": login, "group_ids":
        [Command.link(env.ref(group).id)], "company_id": company.id,
        "company_ids": [Command.set(company.ids)]})
owner = user("race_owner", "client_development.group_client_user")
worker = user("race_worker", "base.group_user")
client = env["res.partner"].create({"name": "Race", "is_company": True})
indicator = env["client.indicator"].create({"name": "Race", "code": "test_race"})
plan = env["client.plan"].create({"partner_id": client.id, "user_id": owner.id,
    "company_id": company.id, "team_id": False, "objective_ids": [Command.create(
        {"indicator_id": indicator.id, "baseline": 20.0, "target": 40.0})],
    "line_ids": [Command.create({"name": "Race", "date_deadline": "2030-01-01",
                                 "user_id": worker.id})]})
plan.team_id = False
plan.with_user(owner).action_request_signatures()
env.cr.commit()
"""

# Two cursors are two people. Each step says what came of it.
RACE = (
    PREPARE
    + """
import psycopg2
from odoo import api
from odoo.exceptions import UserError
version_id = plan.version_ids.id
read = plan.version_ids.snapshot_hash
cursors = []
def login(user):
    cr = env.registry.cursor()
    cursors.append(cr)
    mine = api.Environment(cr, user.id, {})
    cr.execute("SELECT 1 FROM client_plan")   # the moment from which he looks
    return mine
def word(mine):
    return mine["client.plan.signoff"].search(
        [("version_id", "=", version_id), ("user_id", "=", mine.uid)])
def attempt(label, step):
    try:
        step()
        print("RACE", label, "done")
    except UserError as error:
        print("RACE", label, "told:", str(error)[:40])
    except psycopg2.errors.SerializationFailure:
        print("RACE", label, "again")
def sign(mine):
    return lambda: (word(mine)._sign(read), mine.cr.flush())
def change(mine, target):
    def step():
        mine["client.plan"].browse(plan.id).objective_ids.target = target
        mine.cr.flush()
    return step
def leave():
    for cr in cursors:
        cr.rollback()
        cr.close()
    cursors.clear()

# the signature is not stored yet: who changes the plan is told
a, b = login(worker), login(owner)
attempt("sign", sign(a))
attempt("change meanwhile", change(b, 41))
leave()

# the other way round
a, b = login(worker), login(owner)
attempt("change", change(b, 42))
attempt("sign meanwhile", sign(a))
leave()

# two people sign at once, one of them in two windows
a, b, c = login(worker), login(owner), login(worker)
attempt("worker signs", sign(a))
attempt("owner signs", sign(b))
attempt("worker signs twice", sign(c))
leave()

# he looks at the plan; it changes and is stored; then he signs what he read
a, b = login(worker), login(owner)
attempt("change stored", change(b, 43))
b.cr.commit()
attempt("sign later", sign(a))
a.cr.rollback()
attempt("sign once more", sign(login(worker)))
leave()

# he has signed and it is stored; who changes the plan looked at it before
read = login(owner)["client.plan.version"].browse(version_id).snapshot_hash
leave()
a, b = login(worker), login(owner)
attempt("sign stored", sign(a))
a.cr.commit()
attempt("change of an older look", change(b, 44))
leave()
attempt("change once more", change(b := login(owner), 44))
b.cr.commit()
leave()
"""
)


@needs_scratch
@tagged("post_install", "-at_install")
class TestSignProcesses(BaseCase):
    """Signing and freezing at once: one wins, the other is told, nothing is lost."""

    def test_two_people_at_once(self):
        with ScratchDatabase(TEMPLATE) as base:
            output = base.shell(RACE)
            rows = base.sql(
                "SELECT v.number, u.login, s.state FROM client_plan_signoff s"
                " JOIN client_plan_version v ON v.id = s.version_id"
                " JOIN res_users u ON u.id = s.user_id ORDER BY 1, 2"
            )
        steps = dict(
            line.removeprefix("RACE ").rsplit(" ", 1)
            if line.endswith((" done", " again"))
            else line.removeprefix("RACE ").split(" told: ")
            for line in output.splitlines()
            if line.startswith("RACE ")
        )
        self.assertEqual(
            {label: "told" if len(end) > 5 else end for label, end in steps.items()},
            {
                "sign": "done",
                "change meanwhile": "told",
                "change": "done",
                "sign meanwhile": "told",
                "worker signs": "done",
                "owner signs": "done",
                "worker signs twice": "told",
                "change stored": "done",
                "sign later": "again",
                "sign once more": "told",
                "sign stored": "done",
                "change of an older look": "again",
                "change once more": "done",
            },
        )
        self.assertIn("the plan changed", steps["sign once more"])
        self.assertEqual(
            rows,
            [
                ["1", "race_owner", "outdated"],
                ["1", "race_worker", "signed"],
                ["2", "race_owner", "waiting"],
                ["2", "race_worker", "waiting"],
            ],
        )
