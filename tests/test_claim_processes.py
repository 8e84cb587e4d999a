from odoo.tests import BaseCase, tagged

from .scratch import TEMPLATE, ScratchDatabase, finish, needs_scratch

# Four clients of one team without a plan, each with an order to be asked about.
PREPARE = """
from odoo import Command
company = env.ref("base.main_company")
company.client_survey_condition = "confirmed"
user = env["res.users"].create({"name": "race_owner", "login": "race_owner",
    "group_ids": [Command.link(env.ref("client_development.group_client_user").id)],
    "company_id": company.id, "company_ids": [Command.set(company.ids)]})
leader = env["res.users"].create({"name": "race_leader", "login": "race_leader",
    "group_ids": [Command.link(env.ref("client_development.group_client_leader").id)],
    "company_id": company.id, "company_ids": [Command.set(company.ids)]})
team = env["crm.team"].create({"name": "Race", "user_id": leader.id,
    "company_id": company.id, "member_ids": [Command.set(user.ids)]})
product = env["product.product"].create({"name": "Race", "list_price": 10.0})
for number in range(4):
    client = env["res.partner"].create({"name": f"Race {number}", "is_company": True})
    order = env["sale.order"].create({"partner_id": client.id, "user_id": user.id,
        "company_id": company.id, "team_id": team.id,
        "order_line": [Command.create({"product_id": product.id})]})
    order.action_confirm()
env["client.survey"]._queue_surveys(company)
env.cr.commit()
ids = env["client.survey"].search([("user_id", "=", user.id)], order="id").ids
print("SURVEYS", *ids)
"""

# A salesperson at his desk, or the client's link: what a request does.
ANSWER = """
from functools import partial
from odoo import api
from odoo.exceptions import UserError
from odoo.service.model import retrying
user = env["res.users"].search([("login", "=", "race_owner")])
question = env.ref("client_development.client_order_question_rating").id
tip = env.ref("client_development.client_order_question_recommend").id
def answer(mine, survey_id):
    mine["client.survey"].browse(survey_id)._answer(
        {{question: "1", tip: "Ida Berg, +7 812 000-90-11"}})
for survey_id in {ids}:
    with env.registry.cursor() as cr:
        mine = api.Environment(cr, user.id, {{}})
        try:
            retrying(partial(answer, mine, survey_id), mine)
            print("ANSWERED", survey_id)
        except UserError as error:
            print("TOLD", survey_id)
"""


@needs_scratch
@tagged("post_install", "-at_install")
class TestClaimProcesses(BaseCase):
    """Low answers at the same moment, by real processes: each one claim, one lead."""

    def test_each_answer_one_claim_and_the_team_one_plan(self):
        with ScratchDatabase(TEMPLATE) as base:
            output = base.shell(PREPARE)
            [line] = [row for row in output.splitlines() if row.startswith("SURVEYS")]
            ids = [int(number) for number in line.split()[1:]]
            # all begin with another survey, and each is answered by all of them
            processes = [
                base.start_shell(ANSWER.format(ids=ids[n:] + ids[:n])) for n in range(4)
            ]
            said = "\n".join(finish(process) for process in processes)
            claims = base.sql(
                "SELECT survey_id, count(*) FROM client_plan_line"
                " WHERE is_claim GROUP BY 1 ORDER BY 1"
            )
            plans = base.sql("SELECT count(*) FROM client_plan WHERE is_claims_plan")
            leads = base.sql(
                "SELECT count(*), count(DISTINCT s.recommendation_lead_id)"
                " FROM client_survey s WHERE s.recommendation_lead_id IS NOT NULL"
            )
            made = base.sql("SELECT count(*) FROM crm_lead WHERE phone LIKE '+7 812%'")
        self.assertEqual(len(ids), 4)
        self.assertEqual(claims, [[str(survey_id), "1"] for survey_id in ids])
        self.assertEqual(plans, [["1"]])
        self.assertEqual((leads, made), ([["4", "4"]], [["4"]]))
        self.assertEqual((said.count("ANSWERED"), said.count("TOLD")), (4, 12))
