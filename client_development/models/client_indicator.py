from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .client_indicator_measures import MEASURES, YEAR

MEASURE_SELECTION = [(code, measure.label) for code, measure in MEASURES.items()]
SOURCES = [
    ("fact", "Clients' facts"),
    ("category", "Sales by product category"),
    ("survey", "Surveys due"),
    ("enquiry", "Enquiries"),
    ("cost", "Acquisition costs"),
    ("stage", "Stage passages"),
    ("time", "Development time"),
]


class ClientIndicator(models.Model):
    """The definition of one indicator that objectives of plans refer to.

    What an indicator means is defined once (product.md E) and is the same in every
    plan and for every population: ``numerator / denominator``, both measures of
    ``client_indicator_measures.py``; without a denominator the numerator itself. An
    indicator without a numerator is counted by hand.
    """

    _name = "client.indicator"
    _description = "Client Development Indicator"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(
        required=True,
        translate=True,
        help="What is measured, as it appears in the objectives of a plan.",
    )
    code = fields.Char(
        required=True,
        copy=False,
        help="Technical name by which computations and imports find the indicator.",
    )
    active = fields.Boolean(
        default=True,
        help="Archived indicators stay in existing plans but are no longer offered.",
    )
    sequence = fields.Integer(
        default=10,
        help="Order in which the indicators are offered.",
    )
    unit = fields.Selection(
        selection=[
            ("money", "Money"),
            ("percent", "Percent"),
            ("count", "Number"),
            ("rating", "Rating from 1 to 5"),
            ("hours", "Hours"),
            ("days", "Days"),
        ],
        required=True,
        default="count",
        help="What baseline, target and current value are counted in. Money is in the"
        " currency of the company, percent from 0 to 100.",
    )
    direction = fields.Selection(
        selection=[
            ("up", "More is better"),
            ("down", "Less is better"),
        ],
        required=True,
        default="up",
        help="Whether a higher or a lower value is the success.",
    )
    numerator = fields.Selection(
        selection=MEASURE_SELECTION,
        help="What is added up. Empty: a person counts it.",
    )
    denominator = fields.Selection(
        selection=MEASURE_SELECTION,
        string="Divided by",
        help="What the sum is divided by. Empty: it is the value itself.",
    )
    source = fields.Selection(
        selection=SOURCES,
        compute="_compute_source",
        store=True,
        help="The records that are counted. Empty: a person counts it.",
    )
    hand_counted = fields.Boolean(
        compute="_compute_source",
        store=True,
        help="This indicator is always counted by a person, for example documents"
        " written. Value, date and author are kept on the objective.",
    )
    counts_newcomers = fields.Boolean(
        help="This indicator is about clients who are not there yet, for example new"
        " clients: objectives count whoever belongs to the scope today instead of the"
        " clients at the start.",
    )
    takes = fields.Selection(
        selection=[
            ("category", "A product category"),
            ("stage", "A lifecycle stage"),
        ],
        compute="_compute_takes",
        help="What an objective with this indicator may choose beside it.",
    )
    has_year = fields.Boolean(
        string="Year to Date",
        compute="_compute_takes",
        help="Whether the indicator can be counted from 1 January instead of the last"
        " months.",
    )
    description = fields.Text(
        translate=True,
        help="The exact definition: what counts, over which period, and what does not.",
    )

    _code_unique = models.UniqueIndex(
        "(code)", "Code: another indicator already has this code. Choose a new one."
    )

    @api.depends("numerator")
    def _compute_source(self):
        for indicator in self:
            measure = MEASURES.get(indicator.numerator)
            indicator.source = measure.source if measure else False
            indicator.hand_counted = not measure

    @api.depends("numerator", "denominator")
    def _compute_takes(self):
        for indicator in self:
            indicator.takes = (
                indicator.source if indicator.source in ("category", "stage") else False
            )
            measures = [
                MEASURES[code]
                for code in (indicator.numerator, indicator.denominator)
                if code
            ]
            indicator.has_year = bool(measures) and all(
                YEAR[0] in measure.spans for measure in measures
            )

    @api.constrains("numerator", "denominator")
    def _check_measures(self):
        for indicator in self:
            if indicator.denominator and not indicator.numerator:
                raise ValidationError(
                    self.env._(
                        "Divided by: “%(indicator)s” has nothing to divide. Choose what"
                        " is added up first.",
                        indicator=indicator.name,
                    )
                )
            if indicator.denominator and indicator.denominator == indicator.numerator:
                raise ValidationError(
                    self.env._(
                        "Divided by: “%(indicator)s” divides a number by itself and is"
                        " always 1. Choose another one.",
                        indicator=indicator.name,
                    )
                )

    def write(self, vals):
        """What an indicator means stays as long as objectives are measured by it."""
        changed = self.filtered(
            lambda indicator: any(
                name in vals and (indicator[name] or False) != (vals[name] or False)
                for name in ("numerator", "denominator", "unit", "direction")
            )
        )
        if changed and not self.env.context.get("install_mode"):
            used = self.env["client.plan.objective"].sudo()
            used = used.search([("indicator_id", "in", changed.ids)], limit=1)
            if used:
                raise ValidationError(
                    self.env._(
                        "Indicator: “%(indicator)s” is used by objectives of plans, and"
                        " its definition stays as it is. Make a new indicator and"
                        " archive this one.",
                        indicator=used.indicator_id.name,
                    )
                )
        return super().write(vals)
