from odoo.tests import BaseCase, tagged

from .scratch import TEMPLATE, ScratchDatabase, needs_scratch

# Deliveries by Inventory: in parts, with a backorder made or given up, and returned.
DELIVERIES = """
from odoo import Command, fields
company = env.ref("base.main_company")
assert company._default_client_survey_condition() == "delivered"
company.write({"client_survey_start_date": "2020-01-01",
               "client_survey_condition": "delivered"})
surveys = env["client.survey"]
client = env["res.partner"].create({"name": "Depot", "is_company": True})
product = env["product.product"].create(
    {"name": "Bolt", "type": "consu", "is_storable": True})
location = env["stock.warehouse"].search([("company_id", "=", company.id)]).lot_stock_id
env["stock.quant"]._update_available_quantity(product, location, 1000)
surveys._queue_surveys(company)
def order():
    made = env["sale.order"].create({"partner_id": client.id, "order_line": [
        Command.create({"product_id": product.id, "product_uom_qty": 5})]})
    made.action_confirm()
    return made
def deliver(picking, quantity, backorder=True):
    picking.move_ids.write({"quantity": quantity, "picked": True})
    action = picking.button_validate()
    if isinstance(action, dict) and "backorder" in action.get("res_model", ""):
        wizard = env[action["res_model"]].with_context(**action["context"]).create({})
        wizard.process() if backorder else wizard.process_cancel_backorder()
def made(label, orders):
    surveys._queue_surveys(company)
    found = surveys.search_count([("order_id", "in", orders.ids)])
    print("MADE", label, found)

first = order()
made("nothing", first)
deliver(first.picking_ids, 2)
made("part", first)
deliver(first.picking_ids.filtered(lambda p: p.state != "done"), 3)
made("backorder", first)

second = order()
deliver(second.picking_ids, 2)
second.picking_ids.filtered(lambda p: p.state != "done").action_cancel()
made("backorder given up", second)

third = order()
third.picking_ids.action_cancel()
made("all given up", third)

wizard = env["stock.return.picking"].with_context(
    active_id=first.picking_ids[0].id, active_model="stock.picking").create(
    {"picking_id": first.picking_ids.sorted("id")[0].id})
wizard.product_return_moves.quantity = 2
back = env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
deliver(back, 2)
print("MADE delivered after return", int(first.order_line.qty_delivered))
made("returned", first)
print("MADE state", surveys.search([("order_id", "=", first.id)]).state)
"""


@needs_scratch
@tagged("post_install", "-at_install")
class TestSurveyInventory(BaseCase):
    """With Inventory an order is completed by its last delivery."""

    def test_partial_deliveries_backorders_and_returns(self):
        with ScratchDatabase(TEMPLATE) as base:
            base.odoo("-i", "sale_stock")
            output = base.shell(DELIVERIES)
        said = [
            line.split("MADE ")[1] for line in output.splitlines() if "MADE" in line
        ]
        self.assertEqual(
            said,
            [
                "nothing 0",
                "part 0",
                "backorder 1",
                "backorder given up 1",
                "all given up 0",
                "delivered after return 3",
                "returned 1",
                "state due",
            ],
        )
