from odoo.tests import BaseCase, tagged

from .scratch import TEMPLATE, ScratchDatabase, needs_scratch

PREPARE = """
from datetime import date, timedelta
from odoo import Command, fields
company = env.ref("base.main_company")
company.client_survey_condition = "confirmed"
company.client_survey_group_days = 0
company.client_survey_start_date = date.today() - timedelta(days=1)
def user(login, group):
    return env["res.users"].create({"name": login, "login": login, "group_ids":
        [Command.link(env.ref("client_development.group_client_" + group).id)],
        "company_id": company.id, "company_ids": [Command.set(company.ids)]})
leader = user("race_leader", "leader")
manager = user("race_manager", "manager")
seller = user("race_seller", "user")
env["crm.team"].create({"name": "Race", "user_id": leader.id, "company_id": company.id,
                        "member_ids": [Command.set(seller.ids)]})
client = env["res.partner"].create({"name": "Race", "user_id": seller.id})
product = env["product.product"].create({"name": "Race", "type": "service"})
orders = env["sale.order"].create([{"partner_id": client.id, "user_id": seller.id,
    "company_id": company.id, "order_line": [Command.create(
        {"product_id": product.id})]} for _number in range(2)])
orders.action_confirm()
env["client.survey"]._queue_surveys(company)
surveys = env["client.survey"].search([("order_id", "in", orders.ids)], order="id")
rating = surveys[0]._get_questionnaire().question_ids.filtered("client_is_rating")
for survey in surveys:
    survey.with_user(seller)._answer({rating.id: "5"}, duration=60)
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
    mine = api.Environment(cr, user.id, {})
    cr.execute("SELECT 1 FROM client_survey")   # the moment from which he looks
    return mine
def attempt(label, step):
    try:
        step()
        print("RACE", label, "done")
    except UserError as error:
        print("RACE", label, "told:", str(error))
    except psycopg2.errors.SerializationFailure:
        print("RACE", label, "again")
    except psycopg2.errors.LockNotAvailable:
        print("RACE", label, "waits")
def annul(mine, survey):
    def step():
        mine.cr.execute("SET LOCAL lock_timeout = '1s'")
        mine["client.survey"].browse(survey.id)._annul("Race of " + mine.user.login)
        mine.cr.flush()
    return step
def leave():
    for cr in cursors:
        cr.rollback()
        cr.close()
    cursors.clear()

# both look, one annuls and stores, the other has to look again and is told
a, b = login(leader), login(manager)
attempt("leader", annul(a, surveys[0]))
attempt("manager meanwhile", annul(b, surveys[0]))
a.cr.commit()
leave()
a, b = login(leader), login(manager)
attempt("leader other", annul(a, surveys[1]))
a.cr.commit()
attempt("manager of an older look", annul(b, surveys[1]))
leave()
attempt("manager once more", annul(login(manager), surveys[1]))
leave()
"""
)


@needs_scratch
@tagged("post_install", "-at_install")
class TestSurveyAnnulProcesses(BaseCase):
    """Annulling at once: one wins, the other is told, the answer is annulled once."""

    def test_two_leaders_at_once(self):
        with ScratchDatabase(TEMPLATE) as base:
            output = base.shell(RACE)
            rows = base.sql(
                "SELECT s.state, COUNT(*), MIN(u.login), COUNT(an.id)"
                " FROM client_survey_annulment a"
                " JOIN client_survey s ON s.id = a.survey_id"
                " JOIN res_users u ON u.id = a.user_id"
                " LEFT JOIN client_survey_answer an ON an.annulment_id = a.id"
                " GROUP BY s.id, s.state ORDER BY s.id"
            )
        steps = dict(
            line.removeprefix("RACE ").split(" told: ")
            if " told: " in line
            else line.removeprefix("RACE ").rsplit(" ", 1)
            for line in output.splitlines()
            if line.startswith("RACE ")
        )
        self.assertIn(
            "race_leader has already annulled", steps.pop("manager once more")
        )
        self.assertEqual(
            steps,
            {
                "leader": "done",
                "manager meanwhile": "waits",
                "leader other": "done",
                "manager of an older look": "again",
            },
        )
        self.assertEqual(rows, [["due", "1", "race_leader", "1"]] * 2)
