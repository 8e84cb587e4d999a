from odoo import fields, models

# What an action may serve, beside its objective; each field is a reason to do it.
SERVE_FIELDS = (
    "objective_id",
    "swot_id",
    "contact_id",
    "finds_out",
    "category_id",
    "lead_id",
    "breach_id",
    "survey_id",
    "obstacle_id",
    "review_id",
)


class ClientPlanLine(models.Model):
    """What an action is good for: an action that serves nothing is not relevant.

    The gate asks for at least one of :data:`SERVE_FIELDS` (product.md A, quality gate).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    swot_id = fields.Many2one(
        comodel_name="client.plan.swot",
        string="SWOT Item",
        domain="[('plan_id', '=', plan_id)]",
        index="btree_not_null",
        ondelete="set null",
        help="The strength to show, weakness to fix, opportunity to use or risk to"
        " reduce.",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Decision Maker",
        domain="[('parent_id', 'child_of', partner_id), ('is_company', '=', False)]"
        " if partner_id else [('parent_id', '!=', False), ('is_company', '=', False)]",
        index="btree_not_null",
        ondelete="set null",
        help="The person on the client's side whom the action is to win or to prepare.",
    )
    finds_out = fields.Boolean(
        string="Closes an Information Gap",
        help="The action finds out something that we still have to know.",
    )
    breach_id = fields.Many2one(
        comodel_name="client.breach",
        string="Breached Standard",
        domain="[('partner_id', '=?', partner_id), ('company_id', '=', company_id)]",
        index="btree_not_null",
        ondelete="set null",
        help="The standard that the action restores.",
    )
    survey_id = fields.Many2one(
        comodel_name="client.survey",
        string="Claim",
        domain="[('partner_id', '=?', partner_id), ('company_id', '=', company_id)]",
        index="btree_not_null",
        ondelete="set null",
        help="The survey in which the client complained.",
    )
    obstacle_id = fields.Many2one(
        comodel_name="client.plan.slip.reason",
        index="btree_not_null",
        ondelete="restrict",
        help="What has been in the way and is removed by the action.",
    )
    review_id = fields.Many2one(
        comodel_name="client.plan.review",
        string="Decided in",
        domain="[('plan_id', '=', plan_id)]",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The review in which the action was decided.",
    )

    def _serves_anything(self):
        """Tell whether the action has a reason to be done."""
        self.ensure_one()
        return bool(self.information_ids) or any(self[name] for name in SERVE_FIELDS)
