from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date


class ClientIndicatorFigure(models.Model):
    """The recorded indicators in one row each: of a salesperson, a team, the company.

    The same numbers as ``client.indicator.value``, added up over segments and
    categories, with those of a year before beside them.
    """

    _name = "client.indicator.figure"
    _description = "Indicator of a Salesperson or Team"
    _auto = False
    _order = "month desc, level, sequence, indicator_id, id"
    _rec_name = "indicator_id"
    _depends = {
        "client.indicator": ["direction"],
        "client.indicator.value": [
            "company_id",
            "currency_id",
            "denominator",
            "indicator_id",
            "month",
            "numerator",
            "sequence",
            "team_id",
            "unit",
            "user_id",
        ],
    }

    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company whose figures these are.",
    )
    level = fields.Selection(
        selection=[
            ("user", "Salesperson"),
            ("team", "Sales team"),
            ("company", "Company"),
        ],
        string="Of",
        readonly=True,
        help="Whose figure it is: a salesperson's, a sales team's or the company's.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="The clients' salesperson; for surveys, who was to call.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The sales team.",
    )
    indicator_id = fields.Many2one(
        comodel_name="client.indicator",
        readonly=True,
        help="What is measured.",
    )
    description = fields.Text(
        related="indicator_id.description",
        string="Definition",
        help="What exactly is counted.",
    )
    sequence = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Order in which the indicators are shown.",
    )
    unit = fields.Selection(
        selection=lambda self: (
            self.env["client.indicator"]
            ._fields["unit"]
            ._description_selection(self.env)
        ),
        readonly=True,
        help="What the value is counted in.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        readonly=True,
        help="The currency of money.",
    )
    month = fields.Date(
        readonly=True,
        help="First day of the month with which the period ends.",
    )
    month_label = fields.Char(
        string="Month and Year",
        compute="_compute_labels",
        help="The month and its year.",
    )
    value = fields.Float(
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="The indicator over the period that ends with the month.",
    )
    previous_value = fields.Float(
        string="A Year Before",
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="The same twelve months before.",
    )
    value_label = fields.Char(
        string="Value with Unit",
        compute="_compute_labels",
        help="The value with its unit. Empty: nothing divides it.",
    )
    previous_label = fields.Char(
        string="A Year Before, with Unit",
        compute="_compute_labels",
        help="The same twelve months before. Empty: it was not recorded then.",
    )
    has_value = fields.Boolean(
        readonly=True,
        help="Whether there is a value: a quotient of nothing has none.",
    )
    trend = fields.Selection(
        selection=[
            ("better", "Better"),
            ("same", "Unchanged"),
            ("worse", "Worse"),
        ],
        string="Against a Year Before",
        readonly=True,
        help="Whether the value is better than a year before. Empty: nothing to"
        " compare.",
    )

    @api.depends("value", "previous_value", "unit", "month")
    @api.depends_context("lang")
    def _compute_labels(self):
        for row in self:
            indicator, currency = row.indicator_id, row.currency_id
            row.value_label = (
                indicator._format_value(row.value, currency) if row.has_value else ""
            )
            row.previous_label = (
                indicator._format_value(row.previous_value, currency)
                if row.trend
                else ""
            )
            row.month_label = format_date(self.env, row.month, date_format="LLLL yyyy")

    @property
    def _table_query(self):
        return SQL(
            """
            WITH g AS (
                SELECT MIN(v.id)::bigint * 4 + GROUPING(v.user_id, v.team_id) AS id,
                       CASE WHEN GROUPING(v.user_id) = 0 THEN 'user'
                            WHEN GROUPING(v.team_id) = 0 THEN 'team'
                            ELSE 'company' END AS level,
                       v.company_id, v.indicator_id, v.unit, v.month,
                       v.user_id, v.team_id,
                       MIN(v.sequence) AS sequence, MIN(v.currency_id) AS currency_id,
                       CASE WHEN COUNT(v.denominator) = 0 THEN SUM(v.numerator)
                            WHEN SUM(v.denominator) > 0
                            THEN CASE v.unit WHEN 'percent' THEN 100 ELSE 1 END
                                 * SUM(v.numerator) / SUM(v.denominator)
                       END AS value
                  FROM client_indicator_value v
                 GROUP BY v.company_id, v.indicator_id, v.unit, v.month,
                       GROUPING SETS ((v.user_id), (v.team_id), ()))
            SELECT x.id, x.level, x.company_id, x.indicator_id, x.unit, x.month,
                   x.user_id, x.team_id, x.sequence, x.currency_id, x.value,
                   x.previous_value, x.value IS NOT NULL AS has_value,
                   CASE WHEN x.value IS NULL OR x.previous_value IS NULL THEN NULL
                        WHEN round(x.value, 4) = round(x.previous_value, 4) THEN 'same'
                        WHEN (x.value > x.previous_value) = (i.direction = 'up')
                        THEN 'better' ELSE 'worse' END AS trend
              FROM (SELECT g.*, MAX(g.value) OVER (
                               PARTITION BY g.level, g.company_id, g.indicator_id,
                                            g.unit, g.user_id, g.team_id
                               ORDER BY g.month
                               RANGE BETWEEN interval '1 year' PRECEDING
                                         AND interval '1 year' PRECEDING)
                           AS previous_value
                      FROM g) x
              JOIN client_indicator i ON i.id = x.indicator_id
            """
        )

    def action_view_records(self):
        """Open the records behind this figure."""
        self.ensure_one()
        self.check_access("read")
        row = self.sudo()
        group = {
            "user": {"user_id": row.user_id.id},
            "team": {"team_id": row.team_id.id},
            "company": {},
        }[row.level]
        return self.indicator_id._open_group(row.company_id, row.month, group)

    def action_view_history(self):
        """Open this indicator month by month."""
        self.ensure_one()
        self.check_access("read")
        domain = [
            ("company_id", "=", self.company_id.id),
            ("indicator_id", "=", self.indicator_id.id),
        ]
        if self.level != "company":
            name = f"{self.level}_id"
            domain.append((name, "=", self[name].id))
        return {
            "type": "ir.actions.act_window",
            "name": self.indicator_id.name,
            "res_model": "client.indicator.value",
            "views": [(False, kind) for kind in ("graph", "pivot", "list", "kanban")],
            "domain": domain,
            "context": {"create": False},
        }
