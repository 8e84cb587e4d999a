from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang


class ClientIndicatorHistory(models.Model):
    """What an indicator was in one month, in parts that add up (docs/facts.md).

    One row per company, indicator, month, salesperson, team and primary segment; per
    product category, too, where the indicator is about categories. Numerator and
    denominator are kept, so that every pivot comes to the quotient of sums. A month's
    row is the indicator over its period of N months, as of the last day of the month;
    the running month's as of today. The rows are written by the recording only
    (``client_indicator_record.py``), and those of past months never change.
    """

    _name = "client.indicator.value"
    _description = "Indicator by Month"
    _order = "month desc, sequence, indicator_id, numerator desc, id"
    _rec_name = "indicator_id"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The company whose figures these are.",
    )
    indicator_id = fields.Many2one(
        comodel_name="client.indicator",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="What is measured.",
    )
    sequence = fields.Integer(
        related="indicator_id.sequence",
        store=True,
        aggregator=None,
        help="Order in which the indicators are shown.",
    )
    unit = fields.Selection(
        related="indicator_id.unit",
        store=True,
        help="What the value is counted in. Money is in the currency of the company,"
        " percent from 0 to 100.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        readonly=True,
        help="The company's currency when the month was recorded.",
    )
    month = fields.Date(
        required=True,
        readonly=True,
        help="First day of the month. The value is that of the whole period which ends"
        " with this month.",
    )
    month_label = fields.Char(
        string="Month and Year",
        compute="_compute_labels",
        help="The month and its year.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The clients' salesperson; for surveys, who was to call.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The sales team.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Primary Segment",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The clients' primary segment.",
    )
    category_id = fields.Many2one(
        comodel_name="product.category",
        string="Product Category",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The product category, for indicators that are about categories.",
    )
    numerator = fields.Float(
        string="Counted",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="What is added up, for example sales.",
    )
    denominator = fields.Float(
        string="Divided by",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="What the sum is divided by, for example orders. Empty: the sum is the"
        " value itself.",
    )
    value = fields.Float(
        digits=(16, 2),
        readonly=True,
        aggregator="avg",
        help="The indicator. Of a group: the quotient of the sums; of several months of"
        " a sum, their mean. Empty where nothing divides it, and where different"
        " indicators or currencies meet.",
    )
    value_label = fields.Char(
        string="Value and Unit",
        compute="_compute_labels",
        help="The value with its unit. Empty: there is none.",
    )

    _key_index = models.Index("(company_id, month, indicator_id)")

    @api.depends("value", "denominator", "unit", "month", "currency_id")
    @api.depends_context("lang")
    def _compute_labels(self):
        for row in self:
            quotient = row.indicator_id.sudo().denominator
            row.value_label = (
                ""
                if quotient and row.denominator <= 0
                else row.indicator_id._format_value(row.value, row.currency_id)
            )
            row.month_label = format_date(self.env, row.month, date_format="LLLL yyyy")

    def _read_group_select(self, aggregate_spec, query):
        """The value of a group: a quotient of sums, or the mean of the months' sums."""
        name, _sep, _function = aggregate_spec.partition(":")
        if name != "value":
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields[name], "read")
        return SQL(
            """
            CASE WHEN MIN(%(indicator)s) != MAX(%(indicator)s)
                   OR MIN(%(unit)s) = 'money'
                      AND MIN(%(currency)s) != MAX(%(currency)s) THEN NULL
                 WHEN COUNT(%(denominator)s) = 0
                 THEN SUM(%(numerator)s) / COUNT(DISTINCT %(month)s)
                 WHEN SUM(%(denominator)s) > 0
                 THEN CASE WHEN MIN(%(unit)s) = 'percent' THEN 100 ELSE 1 END
                      * SUM(%(numerator)s) / SUM(%(denominator)s) END::float8
            """,
            **{
                column: self._field_to_sql(self._table, field, query)
                for column, field in (
                    ("indicator", "indicator_id"),
                    ("unit", "unit"),
                    ("currency", "currency_id"),
                    ("month", "month"),
                    ("numerator", "numerator"),
                    ("denominator", "denominator"),
                )
            },
        )


class ClientIndicator(models.Model):
    """How a value is written, and for which definition it was recorded."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.indicator"

    def write(self, vals):
        """What was recorded for another definition says nothing any more."""
        before = {i: (i.numerator, i.denominator, i.unit) for i in self}
        result = super().write(vals)
        changed = self.filtered(
            lambda i: before[i] != (i.numerator, i.denominator, i.unit)
        )
        if changed:
            rows = self.env["client.indicator.value"].sudo()
            rows.search([("indicator_id", "in", changed.ids)]).unlink()
        return result

    def _format_value(self, value, currency):
        """Return ``value`` in words: "1,200.00 €", "45.2 %", "12"."""
        if self.unit == "money":
            return formatLang(self.env, value, currency_obj=currency)
        # A number of clients is whole, positions per client are not.
        digits = 0 if self.unit == "count" and value == int(value) else 1
        if self.unit == "rating":
            digits = 2
        text = formatLang(self.env, value, digits=digits)
        return {
            "percent": self.env._("%(number)s %%", number=text),
            "hours": self.env._("%(number)s h", number=text),
            "days": self.env._("%(number)s days", number=text),
        }.get(self.unit, text)
