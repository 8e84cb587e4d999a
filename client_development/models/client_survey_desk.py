from odoo import fields, models
from odoo.tools import formatLang


class ClientSurvey(models.Model):
    """What the call desk shows beside the questions about an order: the order."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    def _get_desk_label(self):
        """The order that is asked about."""
        self.ensure_one()
        return self.sudo().order_id.name

    def _get_called_together(self):
        """Also the other orders of the contact that are asked about in this call."""
        self.ensure_one()
        return self | self._get_asked_together().with_env(self.env)

    def _prepare_desk_card(self):
        """The orders asked about, with what was ordered."""
        card = super()._prepare_desk_card()
        card["orders"] = [
            row._prepare_desk_order() for row in self._get_called_together()
        ]
        return card

    def _prepare_desk_order(self):
        """Return the order of this survey: who may call about it may see it."""
        self.ensure_one()
        survey = self.sudo()
        order = survey.order_id
        return {
            "id": order.id,
            "survey_id": self.id,
            "name": order.name,
            "date": fields.Datetime.to_string(survey.date_completed),
            "amount": formatLang(
                self.env, order.amount_total, currency_obj=order.currency_id
            ),
            "lines": [
                {
                    "id": line.id,
                    "name": line.product_id.display_name or line.name,
                    "quantity": formatLang(self.env, line.product_uom_qty, digits=2),
                    "unit": line.product_uom_id.name or "",
                }
                for line in order.order_line
                if not line.display_type and not line.is_downpayment
            ],
        }
