from odoo import fields, models
from odoo.exceptions import UserError

from .client_fact_classes import ABC, XYZ


class ClientFactMonth(models.Model):
    """What one client bought in one closed month, and how he was classed at its end.

    A month is frozen by the first full refresh after its last day, and its columns
    never change. What is known later (a backdated order, a cancellation) stands beside
    it in ``current_*`` with the day on which it was found, never silently.
    A client has a row for a month in which he bought or was in a class.
    """

    _name = "client.fact.month"
    _description = "Client Facts of a Month"
    _order = "month desc, amount desc, id"
    _rec_name = "month"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The company that sold.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
    )
    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client Row",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The client in this company.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The client.",
    )
    month = fields.Date(
        required=True,
        readonly=True,
        help="First day of the month.",
    )
    amount = fields.Monetary(
        string="Sales",
        readonly=True,
        help="Sales of the month as known when it was closed: untaxed, less credit"
        " notes.",
    )
    order_count = fields.Integer(
        string="Orders",
        readonly=True,
        help="Confirmed orders of the month as known when it was closed.",
    )
    margin = fields.Monetary(
        readonly=True,
        help="Margin of the month as known when it was closed.",
    )
    abc_class = fields.Selection(
        selection=ABC,
        string="ABC Class",
        readonly=True,
        help="The client's ABC class at the end of the month.",
    )
    xyz_class = fields.Selection(
        selection=XYZ,
        string="XYZ Class",
        readonly=True,
        help="The client's XYZ class at the end of the month.",
    )
    recency_score = fields.Integer(
        string="Recency",
        readonly=True,
        aggregator="avg",
        help="The client's recency score at the end of the month.",
    )
    frequency_score = fields.Integer(
        string="Frequency",
        readonly=True,
        aggregator="avg",
        help="The client's frequency score at the end of the month.",
    )
    monetary_score = fields.Integer(
        string="Monetary",
        readonly=True,
        aggregator="avg",
        help="The client's monetary score at the end of the month.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Primary Segment",
        readonly=True,
        ondelete="set null",
        help="The client's primary segment when the month was closed.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="The client's salesperson when the month was closed.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The sales team when the month was closed.",
    )
    current_amount = fields.Monetary(
        string="Sales as Known Today",
        readonly=True,
        help="Sales of the month with everything that was entered, cancelled or dated"
        " back since it was closed.",
    )
    current_order_count = fields.Integer(
        string="Orders as Known Today",
        readonly=True,
        help="Orders of the month with everything that has changed since then.",
    )
    correction = fields.Monetary(
        string="Correction since Closing",
        readonly=True,
        help="Sales as known today less sales as known when the month was closed.",
    )
    corrected_on = fields.Date(
        readonly=True,
        help="When a change of this closed month was last found. Empty: never.",
    )

    _company_month_partner_unique = models.UniqueIndex(
        "(company_id, month, partner_id)",
        "Each client has one row per company and month.",
    )

    # Nothing is ever written through the ORM.
    # pylint: disable-next=method-required-super
    def write(self, vals):
        """A closed month is closed: corrections are found by the refresh alone."""
        raise UserError(
            self.env._(
                "Month: a closed month is frozen. Correct the order itself; the"
                " difference is then shown beside the frozen figure."
            )
        )
