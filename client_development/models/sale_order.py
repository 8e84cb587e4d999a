from odoo import api, fields, models
from odoo.exceptions import UserError

CLIENT_USER = "client_development.group_client_user"
# A change of any of these may change the facts of the order's client.
FACT_FIELDS = {
    "company_id",
    "currency_id",
    "date_order",
    "locked",
    "partner_id",
    "pricelist_id",
    "state",
    "team_id",
    "user_id",
}


class SaleOrder(models.Model):
    """The order's survey follows the order. Nothing is stored on the order."""

    _inherit = "sale.order"

    client_survey_ids = fields.One2many(
        comodel_name="client.survey",
        inverse_name="order_id",
        groups=CLIENT_USER,
        copy=False,
        help="The survey of the client about this order: none or one.",
    )
    client_survey_state = fields.Selection(
        selection=lambda self: self._selection_client_survey_state(),
        string="Client Survey Status",
        compute="_compute_client_survey_state",
        groups=CLIENT_USER,
        help="What has become of the survey of the client about this order.",
    )
    client_survey_rating = fields.Integer(
        compute="_compute_client_survey_state",
        groups=CLIENT_USER,
        help="The client's rating of this order, 1 to 5.",
    )

    @api.model
    def _selection_client_survey_state(self):
        return (
            self.env["client.survey"]._fields["state"]._description_selection(self.env)
        )

    @api.depends("client_survey_ids.state", "client_survey_ids.rating")
    @api.depends_context("uid")
    def _compute_client_survey_state(self):
        self.client_survey_state = False
        self.client_survey_rating = 0
        if not self.env.user.has_group(CLIENT_USER):
            return
        for order in self:
            order.client_survey_state = order.client_survey_ids.state
            order.client_survey_rating = order.client_survey_ids.rating

    @api.model_create_multi
    def create(self, vals_list):
        """The client's facts follow."""
        orders = super().create(vals_list)
        self.env["client.fact.queue"]._add_orders(orders)
        return orders

    def write(self, vals):
        """The client's facts follow; the survey is cancelled, revived, handed over and
        re-addressed at once."""
        if vals.keys() & FACT_FIELDS:
            queue = self.env["client.fact.queue"]
            if "partner_id" in vals:
                queue._add_partners(self.partner_id)
            queue._add_orders(self)
        result = super().write(vals)
        if not vals.keys() & {"state", "user_id", "partner_id"}:
            return result
        surveys = (
            self.env["client.survey"].sudo().search([("order_id", "in", self.ids)])
        )
        if "state" in vals:
            surveys._follow_order_state()
        if "partner_id" in vals:
            surveys._follow_order_partner()
        if vals.keys() & {"user_id", "partner_id"}:
            surveys._follow_order_salesperson()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_surveyed(self):
        """An answered survey outlives its order; an unanswered one goes with it."""
        surveys = (
            self.env["client.survey"].sudo().search([("order_id", "in", self.ids)])
        )
        if answered := surveys.filtered("rating"):
            raise UserError(
                self.env._(
                    "The client has answered a survey about %(orders)s. Keep the order"
                    " cancelled instead of deleting it.",
                    orders=", ".join(answered.order_id.mapped("name")),
                )
            )
        surveys.unlink()

    def unlink(self):
        """The facts of the client follow."""
        self.env["client.fact.queue"]._add_partners(self.partner_id)
        return super().unlink()

    def action_view_client_survey(self):
        """Open the survey of this order."""
        self.ensure_one()
        survey = self.client_survey_ids
        if not survey:
            raise UserError(
                self.env._(
                    "There is no survey for this order: it is not completed yet, or was"
                    " completed before surveys began."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.survey",
            "res_id": survey.id,
            "views": [(False, "form")],
        }
