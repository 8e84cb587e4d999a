from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .client_plan_life import EDITABLE_STATES

# More than anything that is counted.
MAX_NUMBER = 1e15
# Written by the measurement only.
MEASURED_FIELDS = {
    "before",
    "has_value",
    "baseline_manual",
    "population_id",
}
# What decides on the value; fixed once the plan has started.
QUESTION_FIELDS = {"indicator_id", "span", "category_id", "stage_id", "is_frozen"}


class ClientPlanObjective(models.Model):
    """What an objective asks for: which figure, over which days and which clients."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.objective"

    hand_counted = fields.Boolean(
        related="indicator_id.hand_counted",
        help="A person counts it and enters the current value.",
    )
    takes = fields.Selection(
        related="indicator_id.takes",
        help="What the indicator lets you choose: a product category or a stage.",
    )
    has_year = fields.Boolean(
        related="indicator_id.has_year",
        help="Whether the indicator can be counted from 1 January.",
    )
    span = fields.Selection(
        selection=[
            ("period", "The last months"),
            ("year", "This year so far"),
        ],
        string="Counted over",
        required=True,
        default="period",
        help="The last months, as set for the company; or from 1 January to today,"
        " beside the same days of the last year.",
    )
    category_id = fields.Many2one(
        comodel_name="product.category",
        string="Product Category",
        index="btree_not_null",
        ondelete="restrict",
        help="Only this product category counts.",
    )
    stage_id = fields.Many2one(
        comodel_name="client.stage",
        string="Lifecycle Stage",
        index="btree_not_null",
        ondelete="restrict",
        help="Only this lifecycle stage counts. Empty: all of them.",
    )
    is_frozen = fields.Boolean(
        string="Clients of the Start",
        compute="_compute_is_frozen",
        store=True,
        readonly=False,
        precompute=True,
        help="The clients who belong to the plan at its start are counted to the end,"
        " also when they leave the segment, team or territory by growing. Off: whoever"
        " belongs to it today.",
    )
    population_id = fields.Many2one(
        comodel_name="client.population",
        string="Client List",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="client_development.group_client_manager",
        help="The list of clients that was frozen at the start.",
    )
    baseline_manual = fields.Boolean(
        string="Baseline Entered",
        readonly=True,
        copy=False,
        help="The baseline was entered by a person and is not measured at the start.",
    )
    has_value = fields.Boolean(
        string="Measured",
        readonly=True,
        copy=False,
        help="Off: there is nothing to count yet, for example no survey was due.",
    )
    before = fields.Float(
        string="Comparison",
        readonly=True,
        copy=False,
        help="The same figure of the previous period, or of the last year's same days.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("indicator_id")
    def _compute_is_frozen(self):
        for objective in self:
            objective.is_frozen = not objective.indicator_id.counts_newcomers

    # -- rules ---------------------------------------------------------------------

    @api.constrains(
        "indicator_id", "span", "category_id", "date_start", "date_deadline"
    )
    def _check_question(self):
        for objective in self:
            name = objective.indicator_id.name
            if objective.takes == "category" and not objective.category_id:
                raise ValidationError(
                    self.env._(
                        "Product Category: “%(indicator)s” is counted for one category."
                        " Choose it in the form of the objective.",
                        indicator=name,
                    )
                )
            if objective.span != "year":
                continue
            if not objective.has_year:
                raise ValidationError(
                    self.env._(
                        "Counted over: “%(indicator)s” is not counted from 1 January."
                        " Choose the last months.",
                        indicator=name,
                    )
                )
            today = objective.company_id._client_today()
            future = objective.date_start.year > today.year
            if future and objective.plan_state in EDITABLE_STATES:
                raise ValidationError(
                    self.env._(
                        "Counted over: this year so far is over before the objective"
                        " begins. Enter it when the year has begun, or choose the last"
                        " months."
                    )
                )
            if objective.date_start.year != objective.date_deadline.year:
                raise ValidationError(
                    self.env._(
                        "Counted over: a figure of this year so far begins at 0 on 1"
                        " January. Choose a deadline in the year of the baseline date,"
                        " or the last months."
                    )
                )

    @api.constrains("baseline", "target", "current", "weight")
    def _check_numbers(self):
        for objective in self:
            for name in ("baseline", "target", "current", "weight"):
                number = objective[name]
                if not isfinite(number) or abs(number) > MAX_NUMBER:
                    raise ValidationError(
                        self.env._(
                            "%(field)s of “%(objective)s”: %(number)s is not possible."
                            " Enter a number of at most fifteen digits.",
                            field=self._fields[name]._description_string(self.env),
                            objective=objective.name,
                            number=number,
                        )
                    )

    def _check_measured_vals(self, vals):
        """Refuse to enter what facts say, and another question after the start."""
        if self.env.su:
            return
        self.env["client.plan"]._refuse_entered(self, vals, MEASURED_FIELDS)
        for objective in self:
            changed = self.env["client.plan"]._get_changed_fields(
                objective, vals, QUESTION_FIELDS | {"current", "baseline"}
            )
            started = objective.plan_state not in EDITABLE_STATES
            if started and changed & QUESTION_FIELDS:
                raise UserError(
                    self.env._(
                        "%(field)s: “%(objective)s” has started and stays what it is."
                        " Add another objective instead.",
                        field=self._fields[
                            min(changed & QUESTION_FIELDS)
                        ]._description_string(self.env),
                        objective=objective.name,
                    )
                )
            if "indicator_id" in changed or objective.hand_counted:
                continue
            if "current" in changed:
                raise UserError(
                    self.env._(
                        "Current: “%(objective)s” is counted from orders, surveys and"
                        " the like and cannot be entered. Correct the record from which"
                        " it follows.",
                        objective=objective.name,
                    )
                )
            if started and "baseline" in changed:
                raise UserError(
                    self.env._(
                        "Baseline: “%(objective)s” has started, and its baseline stays"
                        " what it was on that day.",
                        objective=objective.name,
                    )
                )
