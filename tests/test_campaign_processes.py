from odoo.tests import BaseCase, tagged

from .scratch import TEMPLATE, ScratchDatabase, needs_scratch

PREPARE = """
from odoo import Command
company = env.ref("base.main_company")
def user(login, group):
    return env["res.users"].create({"name": login, "login": login, "group_ids":
        [Command.link(env.ref(group).id)], "company_id": company.id,
        "company_ids": [Command.set(company.ids)]})
leader = user("race_leader", "client_development.group_client_leader")
boss = user("race_boss", "client_development.group_client_manager")
owner = user("race_owner", "client_development.group_client_user")
team = env["crm.team"].create({"name": "Race", "user_id": leader.id,
    "member_ids": [Command.set(owner.ids)]})
clients = env["res.partner"].create([{"name": f"Race {n}", "is_company": True,
    "phone": "+49 30 1", "user_id": owner.id} for n in range(5)])
facts = env["client.fact"]._ensure(clients)
category = env["product.category"].create({"name": "Race"})
survey = env["survey.survey"].create({"title": "Race", "survey_type": "client_profile",
    "question_and_page_ids": [Command.create({"title": "How much?",
        "question_type": "numerical_box", "client_proposes": "wallet",
        "client_category_id": category.id})]})
campaign = env["client.campaign"].with_user(leader).create({"name": "Race",
    "goal": "Race", "team_id": team.id, "questionnaire_id": survey.id,
    "fact_ids": [Command.set(facts.ids)]})
env.cr.commit()
"""

# Two cursors are two people. Each step says what came of it.
RACE = (
    PREPARE
    + """
import psycopg2
from odoo import api
from odoo.exceptions import UserError
cursors = []
def login(user):
    cr = env.registry.cursor()
    cursors.append(cr)
    cr.execute("SELECT 1 FROM client_campaign")   # the moment from which he looks
    return api.Environment(cr, user.id, {})
def attempt(label, step):
    try:
        step()
        print("RACE", label, "done")
    except UserError as error:
        print("RACE", label, "told")
    except psycopg2.errors.SerializationFailure:
        print("RACE", label, "again")
def act(mine, model, id_, method):
    def step():
        getattr(mine[model].browse(id_), method)()
        mine.cr.flush()
    return step
def leave():
    for cr in cursors:
        cr.rollback()
        cr.close()
    cursors.clear()
def race(label, model, id_, first, second):
    a, b = login(leader), login(boss)
    attempt(label, act(a, model, id_, first))
    attempt(label + " meanwhile", act(b, model, id_, second))
    a.cr.commit()
    b.cr.rollback()
    attempt(label + " repeated", act(b, model, id_, second))
    leave()
race("start", "client.campaign", campaign.id, "action_start", "action_start")
env.cr.rollback()
env.invalidate_all()
call = campaign.sudo().call_ids[0]
call.with_user(owner)._answer({survey.question_ids.id: "500"})
env.cr.commit()
race("decide", "client.campaign.proposal", call.proposal_ids.id,
     "action_confirm", "action_reject")
a, b = login(leader), login(leader)
attempt("confirm stored", act(a, "client.campaign", campaign.id, "action_close"))
a.cr.commit()
attempt("close later", act(b, "client.campaign", campaign.id, "action_close"))
leave()
"""
)


@tagged("post_install", "-at_install")
class TestCampaignProcesses(BaseCase):
    """Two people at once: one starts, one decides, nothing is made twice."""

    @needs_scratch
    def test_twice_at_once_one_wins(self):
        with ScratchDatabase(TEMPLATE) as database:
            output = database.shell(RACE)
            calls = database.sql("SELECT count(*) FROM client_call")
            wallets = database.sql("SELECT amount FROM client_wallet")
            state = database.sql("SELECT state FROM client_campaign_proposal")
        said = [
            line.removeprefix("RACE ")
            for line in output.splitlines()
            if line.startswith("RACE ")
        ]
        self.assertEqual(
            said,
            [
                "start done",
                "start meanwhile told",
                "start repeated told",
                "decide done",
                "decide meanwhile told",
                "decide repeated told",
                "confirm stored done",
                "close later again",
            ],
            output,
        )
        self.assertEqual(calls, [["5"]])
        self.assertEqual([float(row[0]) for row in wallets], [500.0])
        self.assertEqual(state, [["confirmed"]])
