from odoo import fields, models
from odoo.tools import SQL

# Figures that are quotients: sum of the numerator / sum of the denominator × 100.
RATIOS = {"conversion": "converted_count", "regular_share": "regular_count"}


class ClientEnquiry(models.Model):
    """One enquiry, where it came from and what became of it (product.md E).

    An enquiry is a lead or opportunity, lost and archived ones too, or a quotation or
    order without an opportunity, whatever its state. ``converted_moment`` and
    ``regular_moment`` say from when on it counts as converted and as a regular client,
    so that this can be told for any day; docs/facts.md has the exact definitions.
    """

    _name = "client.enquiry"
    _description = "Client Enquiry"
    _auto = False
    _order = "moment desc, id desc"
    _depends = {
        "client.fact": ["active", "segment_id", "team_id", "user_id"],
        "crm.lead": [
            "client_referrer_id",
            "company_id",
            "name",
            "partner_id",
            "team_id",
            "user_id",
        ],
        "res.partner": ["client_referrer_id", "commercial_partner_id"],
        "sale.order": [
            "company_id",
            "date_order",
            "name",
            "opportunity_id",
            "partner_id",
            "state",
            "team_id",
            "user_id",
        ],
    }

    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company that was asked.",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        readonly=True,
        help="The lead or opportunity that is the enquiry.",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Quotation",
        readonly=True,
        help="The quotation or order that is the enquiry, having no opportunity.",
    )
    name = fields.Char(
        string="Enquiry",
        readonly=True,
        help="What the lead or opportunity is called, or the quotation's number.",
    )
    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client Row",
        readonly=True,
        help="The client in this company. Empty: he is none yet.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        readonly=True,
        help="Who asked: a company, or a person without one. Empty: a lead without a"
        " customer.",
    )
    referrer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Recommended by",
        readonly=True,
        help="Who recommended us, after the lead or else after the client.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="The client's salesperson; of somebody who is no client yet, the one of"
        " the lead.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The client's sales team; of somebody who is no client yet, the one of the"
        " lead.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Primary Segment",
        readonly=True,
        help="The client's primary segment.",
    )
    moment = fields.Datetime(
        string="Created at",
        readonly=True,
        help="When the enquiry was made. For a quotation dated back, its own date.",
    )
    day = fields.Date(
        string="Date",
        readonly=True,
        help="The day of the enquiry in the company's time zone.",
    )
    in_period = fields.Boolean(
        string="In the Period",
        readonly=True,
        help="Whether the enquiry was made in the company's period of client facts.",
    )
    source_kind = fields.Selection(
        selection=[
            ("repeat", "Repeat"),
            ("referral", "Recommendation"),
            ("other", "Other"),
        ],
        string="Source",
        readonly=True,
        help="Repeat: the client had ordered before. Recommendation: somebody had"
        " recommended us to him. Other: all the rest.",
    )
    converted_moment = fields.Datetime(
        string="Converted at",
        readonly=True,
        help="Date of the first confirmed order that came of the enquiry.",
    )
    is_converted = fields.Boolean(
        string="Converted",
        readonly=True,
        help="An order was confirmed by today.",
    )
    regular_moment = fields.Datetime(
        string="Regular Client since",
        readonly=True,
        help="When the enquiry was converted and its client had two confirmed orders.",
    )
    is_regular = fields.Boolean(
        string="Became a Regular Client",
        readonly=True,
        help="Converted, and the client has two confirmed orders by today.",
    )
    enquiry_count = fields.Integer(
        string="Enquiries",
        readonly=True,
        help="1 for each enquiry, to add up.",
    )
    converted_count = fields.Integer(
        string="Converted Enquiries",
        readonly=True,
        help="1 for a converted enquiry, to add up.",
    )
    conversion = fields.Float(
        string="Conversion, %",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Converted enquiries of all, in percent. Open ones are not converted.",
    )
    regular_count = fields.Integer(
        string="Regular Clients",
        readonly=True,
        help="1 for an enquiry whose client became a regular one, to add up.",
    )
    regular_share = fields.Float(
        string="Regular Clients, %",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Enquiries whose client became a regular one, of all, in percent.",
    )

    def action_open(self):
        """Open the lead, opportunity or quotation."""
        self.ensure_one()
        self.check_access("read")
        record = self.lead_id or self.order_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def _read_group_select(self, aggregate_spec, query):
        """A share is the quotient of the sums."""
        name, _sep, function = aggregate_spec.partition(":")
        if function != "avg" or name not in RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100.0 * SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, RATIOS[name], query),
            self._field_to_sql(self._table, "enquiry_count", query),
        )
