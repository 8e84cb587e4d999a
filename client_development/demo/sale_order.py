from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models

# Ordered quantities vary by these factors, one after the other.
WOBBLE = (0.8, 1.1, 1.0, 1.3, 0.9, 1.2, 0.7)


class SaleOrder(models.Model):
    """Serves the demo data only, like ``account/demo``: called by sale_order_demo.xml."""

    _inherit = "sale.order"

    @api.model
    def _load_client_demo(self, rows):
        """Create the confirmed orders that ``rows`` describe, relative to today.

        :param rows: tuples ``(client, persons, basket, phases)``: the end of the
            client's XML id; how many of his contacts order in turn; what he buys, as
            ``(product, usual quantity)``; and when, as ``(from so many days ago, until
            so many days ago, every so many days, factor on the quantities)``

        An order takes the next two to four products of the basket. A weekend's order
        is dated on the Friday before. Nothing is random.
        """
        today = fields.Date.today()
        data = []
        for client, persons, basket, phases in rows:
            days = [
                (day, factor)
                for first, last, every, factor in phases
                for day in range(first, last - 1, -every)
            ]
            for number, (day, factor) in enumerate(days, start=1):
                date = today - timedelta(days=day)
                date -= timedelta(days=max(0, date.weekday() - 4))
                products = [
                    (basket[(number + place) % len(basket)], number * 3 + place)
                    for place in range(min(len(basket), 2 + number % 3))
                ]
                values = {
                    "partner_id": self._client_demo_id(
                        f"partner_{client}_{number % persons + 1}"
                    ),
                    "company_id": self.env.ref("base.main_company").id,
                    "state": "sale",
                    "date_order": datetime.combine(
                        date, time(6 + number % 9, number * 7 % 60)
                    ),
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self._client_demo_id(f"product_{code}"),
                                "product_uom_qty": max(
                                    1, round(usual * factor * WOBBLE[turn % len(WOBBLE)])
                                ),
                                # Given, or it costs two queries per line.
                                "analytic_distribution": False,
                            }
                        )
                        for (code, usual), turn in products
                    ],
                }
                xml_id = f"client_development.sale_order_{client}_{number:02}"
                data.append({"xml_id": xml_id, "values": values, "noupdate": True})
        data.sort(key=lambda order: (order["values"]["date_order"], order["xml_id"]))
        self.with_context(
            tracking_disable=True, sale_no_log_for_new_lines=True
        )._load_records(data)

    @api.model
    def _client_demo_id(self, name):
        return self.env["ir.model.data"]._xmlid_to_res_id(
            f"client_development.{name}", raise_if_not_found=True
        )
