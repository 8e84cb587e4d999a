from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .client_plan_life import ENDED_STATES
from .client_plan_line import OPEN_STATES


class ClientPlanLine(models.Model):
    """The gap that an action is to close: product category and opportunity."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    category_id = fields.Many2one(
        comodel_name="product.category",
        string="Develops",
        index="btree_not_null",
        ondelete="set null",
        help="The product category of which the client is to buy more from us.",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        copy=False,
        help="The opportunity that the action works on.",
    )

    @api.constrains("lead_id", "plan_id")
    def _check_lead_client(self):
        for line in self.sudo():
            client = line.lead_id.partner_id.commercial_partner_id
            if line.partner_id and client and client != line.partner_id:
                raise ValidationError(
                    self.env._(
                        "Opportunity: “%(lead)s” belongs to another client than the"
                        " action “%(line)s”. Choose one of the same client.",
                        lead=line.lead_id.name,
                        line=line.name,
                    )
                )

    @api.model
    def _get_development_domain(self, fact, category):
        """Actions that develop the category now: open, or with an open opportunity.

        The wallet grid asks the same in SQL.
        """
        lead_open = Domain("active", "=", True) & Domain(
            "won_status", "not in", ("won", "lost")
        )
        line_open = Domain("state", "in", OPEN_STATES) & Domain(
            "plan_id.state", "not in", ENDED_STATES
        )
        return (
            Domain("company_id", "=", fact.company_id.id)
            & Domain("partner_id", "=", fact.partner_id.id)
            & Domain("category_id", "=", category.id)
            & (Domain("lead_id", "any", lead_open) | line_open)
        )

    def _open_development(self, lead):
        """Open the opportunity, else the action: whichever the user may see."""
        for record in (lead, self):
            if record and record.with_env(self.env).has_access("read"):
                return {
                    "type": "ir.actions.act_window",
                    "res_model": record._name,
                    "res_id": record.id,
                    "views": [(False, "form")],
                }
        owner = lead.sudo().user_id or self.sudo().user_id
        raise UserError(
            self.env._(
                "%(user)s is already working on %(category)s for %(client)s, and you"
                " have no access to it. Talk to each other.",
                user=owner.name,
                category=self.sudo().category_id.display_name,
                client=self.sudo().partner_id.display_name,
            )
        )
