from odoo import api, fields, models
from odoo.tools import SQL

from .company_clocks import sql_company_clocks


class ClientSurveyPick(models.Model):
    """Skipped versus answered: were the pleasant clients called only? (product.md F)

    A row is a duty whose due date has passed. Shares are of the rows of which it is
    known; a skipped survey counts for whoever was responsible on the due date, as in
    the coverage. Those whose client opted out form a group of their own: nobody takes
    unpleasant clients out of the comparison. For leaders only.
    """

    _name = "client.survey.pick"
    _description = "Skipped versus Answered"
    _auto = False
    _order = "date_due desc, id desc"
    _rec_name = "order_id"
    _depends = {
        "account.move": ["move_type", "state"],
        "account.move.line": ["display_type", "quantity"],
        "client.fact": ["abc_class", "company_id", "partner_id"],
        "client.survey": [
            "company_id",
            "coverage_team_id",
            "coverage_user_id",
            "date_completed",
            "date_done",
            "date_due",
            "exclusion",
            "order_id",
            "partner_id",
            "rating",
            "state",
        ],
        "res.company": ["client_low_rating", "client_survey_condition"],
        "sale.order": ["amount_untaxed", "commitment_date", "currency_rate", "state"],
        "sale.order.line": ["is_downpayment", "order_id", "product_uom_qty"],
    }

    result = fields.Selection(
        selection=[
            ("answered", "Answered"),
            ("skipped", "Skipped"),
            ("opted_out", "Opted out"),
        ],
        readonly=True,
        help="Whether the client has answered, as things stand now; or that he was not"
        " asked because he has opted out.",
    )
    state = fields.Selection(
        selection=lambda self: (
            self.env["client.survey"]._fields["state"]._description_selection(self.env)
        ),
        string="Status",
        readonly=True,
        help="What has become of the survey. Refused and unreachable are skipped.",
    )
    survey_id = fields.Many2one(
        comodel_name="client.survey",
        readonly=True,
        help="The survey.",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        help="The completed order.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        readonly=True,
        help="The client of the order.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="Who was responsible on the due date.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The team of whoever was responsible on the due date.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company that sold.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
    )
    date_due = fields.Date(
        string="Due Date",
        readonly=True,
        help="The client should have been asked by this day.",
    )
    survey_count = fields.Integer(
        string="Surveys",
        readonly=True,
        help="To add up: one per survey.",
    )
    order_amount = fields.Monetary(
        string="Average Order",
        readonly=True,
        aggregator="avg",
        help="Order without taxes, in the currency of the company; of several, the"
        " average.",
    )
    abc_class = fields.Selection(
        selection=[("A", "A"), ("B", "B"), ("C", "C")],
        string="ABC Class",
        readonly=True,
        help="The client's class today.",
    )
    returned_share = fields.Float(
        string="With Returns, %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="100 if a posted credit note takes back something of the order; of several"
        " the share.",
    )
    late_share = fields.Float(
        string="Late, %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="100 if the order was delivered after the promised day; of several the"
        " share. Empty: no day was promised, or the delivery is not known.",
    )
    complaint_share = fields.Float(
        string="Complained Before, %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="100 if the client had given a low rating, by the company's setting,"
        " before this order was completed; of several the share.",
    )
    class_a_share = fields.Float(
        string="Class A, %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="100 if the client is of class A today; of several the share.",
    )

    @api.depends("order_id", "partner_id")
    def _compute_display_name(self):
        for row in self.sudo():
            row.display_name = f"{row.order_id.name} · {row.partner_id.name}"

    def action_open_record(self):
        """Open the survey, with the user's own rights."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.survey",
            "res_id": self.survey_id.id,
            "views": [(False, "form")],
        }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT s.id, s.id AS survey_id, s.state, s.order_id, s.partner_id,
                   s.company_id, s.date_due, s.coverage_user_id AS user_id,
                   s.coverage_team_id AS team_id, 1 AS survey_count,
                   CASE s.state WHEN 'done' THEN 'answered'
                                WHEN 'cancelled' THEN 'opted_out'
                                ELSE 'skipped' END AS result,
                   so.amount_untaxed / COALESCE(NULLIF(so.currency_rate, 0), 1)::numeric
                       AS order_amount,
                   f.abc_class,
                   100.0 * (f.abc_class = 'A')::int AS class_a_share,
                   100.0 * %(returned)s::int AS returned_share,
                   100.0 * (timezone(c.tz, timezone('UTC', delivered.moment))::date
                            > timezone(c.tz, timezone('UTC', so.commitment_date))::date
                           )::int AS late_share,
                   100.0 * COALESCE(complaint.first < s.date_completed, FALSE)::int
                       AS complaint_share
              FROM client_survey s
              JOIN (%(clocks)s) c ON c.company_id = s.company_id
              JOIN res_company company ON company.id = s.company_id
              JOIN sale_order so ON so.id = s.order_id
              LEFT JOIN client_fact f
                ON f.partner_id = s.partner_id AND f.company_id = s.company_id
              LEFT JOIN (SELECT low.company_id, low.partner_id,
                                MIN(low.date_done) AS first
                           FROM client_survey low
                           JOIN res_company own ON own.id = low.company_id
                          WHERE low.state = 'done'
                            AND low.rating BETWEEN 1 AND own.client_low_rating
                          GROUP BY low.company_id, low.partner_id) complaint
                ON complaint.partner_id = s.partner_id
               AND complaint.company_id = s.company_id
             CROSS JOIN LATERAL (SELECT %(delivered)s AS moment) delivered
             WHERE s.date_due < c.today
               AND (s.state != 'cancelled' OR s.exclusion = 'opted_out')
               AND so.state != 'cancel'
            """,
            clocks=sql_company_clocks(self.env),
            returned=self._sql_returned(),
            delivered=self._sql_delivered(),
        )

    @api.model
    def _sql_returned(self):
        """Condition: a posted credit note takes back a line of order ``so``."""
        return SQL(
            """
            EXISTS (
                SELECT 1
                  FROM sale_order_line l
                  JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = l.id
                  JOIN account_move_line aml ON aml.id = rel.invoice_line_id
                  JOIN account_move am ON am.id = aml.move_id
                 WHERE l.order_id = so.id
                   AND l.is_downpayment IS NOT TRUE
                   AND aml.display_type = 'product'
                   AND aml.quantity * l.product_uom_qty > 0
                   AND am.move_type = 'out_refund'
                   AND am.state = 'posted')
            """
        )

    @api.model
    def _sql_delivered(self):
        """When order ``so`` of duty ``s`` was delivered, as far as that is known.

        Where orders are complete when delivered, then; else Inventory knows. Without
        both, completion stands for it, but the confirmation of an order says nothing.
        """
        completed = SQL(
            """
            CASE WHEN company.client_survey_condition != 'confirmed'
                 THEN s.date_completed END
            """
        )
        field = self.env["sale.order"]._fields.get("effective_date")
        if not field or not field.store:
            return completed
        return SQL(
            """
            CASE WHEN company.client_survey_condition = 'delivered'
                 THEN s.date_completed
                 ELSE COALESCE(so.effective_date, %s) END
            """,
            completed,
        )
