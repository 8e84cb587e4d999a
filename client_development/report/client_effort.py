from odoo import api, fields, models
from odoo.tools import SQL

# Figures that are quotients of sums: numerator, denominator, factor.
RATIOS = {
    "growth": ("growth_amount", "previous_amount", 100),
    "growth_per_hour": ("growth_amount", "hours", 1),
}


class ClientEffort(models.Model):
    """Effort versus result: what was spent on a client, and how he grew (product.md B).

    A row is one employee's part of one action, within the period of the client facts.
    The client's sales and growth exist once only, however many actions he has: they are
    allotted to his rows in proportion to their hours. So every grouping adds up to the
    client's own figures, also by action type or employee, and the growth of an action
    type is the growth of its clients as far as the hours went there. Without any hours
    the money decides, without both the number of rows. The query is in
    ``client_effort_query.py``.
    """

    _name = "client.effort"
    _description = "Effort versus Result"
    _auto = False
    _order = "hours desc, cost desc, id desc"
    _rec_name = "line_id"
    _depends = {
        "client.fact": [
            "active",
            "amount",
            "company_id",
            "growth_amount",
            "partner_id",
            "previous_amount",
            "segment_id",
            "team_id",
            "user_id",
        ],
        "client.plan": ["segment_id", "state"],
        "client.plan.effort": ["company_id", "date", "hours", "line_id", "user_id"],
        "client.plan.line": [
            "action_type",
            "company_id",
            "date_deadline",
            "done_date",
            "partner_id",
            "plan_id",
            "state",
            "team_id",
            "user_id",
        ],
        "client.plan.resource": ["cost", "line_id"],
    }

    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client Row",
        readonly=True,
        help="The client in this company. Empty for actions of plans that are not about"
        " one client.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company of the plan.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        readonly=True,
        help="The client on whom hours and money were spent.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="The client's salesperson; without a client, the responsible of the"
        " action.",
    )
    employee_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        help="Who spent the hours; without any, the responsible of the action.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The team of the client's salesperson; without a client, of the plan.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        readonly=True,
        help="The client's primary segment; of the plan of a segment, that segment.",
    )
    action_type = fields.Selection(
        selection=lambda self: (
            self.env["client.plan.line"]
            ._fields["action_type"]
            ._description_selection(self.env)
        ),
        string="Type of Action",
        readonly=True,
        help="What kind of work it was.",
    )
    plan_id = fields.Many2one(
        comodel_name="client.plan",
        string="Development Plan",
        readonly=True,
        help="The plan of the action.",
    )
    line_id = fields.Many2one(
        comodel_name="client.plan.line",
        string="Action",
        readonly=True,
        help="The action on which hours and money were spent.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
    )
    hours = fields.Float(
        readonly=True,
        aggregator="sum",
        help="Dated hours of the period.",
    )
    cost = fields.Monetary(
        string="Money",
        readonly=True,
        help="Cost of the resources of actions that are not cancelled and were done, or"
        " due, in the period.",
    )
    done_count = fields.Integer(
        string="Actions Done",
        readonly=True,
        help="Actions done in the period, to add up.",
    )
    amount = fields.Monetary(
        string="Sales",
        readonly=True,
        help="The client's sales of the period, allotted by hours.",
    )
    previous_amount = fields.Monetary(
        string="Sales Before",
        readonly=True,
        help="The client's sales of the previous period, allotted by hours.",
    )
    growth_amount = fields.Monetary(
        string="Growth in Money",
        readonly=True,
        help="Sales of the period less sales of the previous one, allotted by hours.",
    )
    growth = fields.Float(
        string="Growth, %",
        readonly=True,
        aggregator="avg",
        help="Growth against the sales before, in percent. Empty: nothing was sold"
        " before.",
    )
    growth_per_hour = fields.Monetary(
        readonly=True,
        aggregator="avg",
        help="Growth in money by the hours spent. Empty: no hours.",
    )

    @api.depends("line_id", "employee_id")
    def _compute_display_name(self):
        for row in self:
            names = (row.sudo().line_id.name, row.sudo().employee_id.name)
            row.display_name = " · ".join(name for name in names if name)

    def action_open_record(self):
        """Open the action, with the user's own rights."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.plan.line",
            "res_id": self.line_id.id,
            "views": [(False, "form")],
        }

    def _read_group_select(self, aggregate_spec, query):
        """Growth is the quotient of the sums, never a mean of means."""
        name, _colon, function = aggregate_spec.partition(":")
        if name not in RATIOS or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        above, below, factor = RATIOS[name]
        return SQL(
            "%s * SUM(%s) / NULLIF(SUM(%s), 0)",
            factor,
            self._field_to_sql(self._table, above, query),
            self._field_to_sql(self._table, below, query),
        )
