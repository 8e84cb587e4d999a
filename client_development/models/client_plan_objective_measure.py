import logging
from math import isfinite

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare
from odoo.tools.misc import formatLang

from .client_indicator_value import Request
from .client_plan_life import EDITABLE_STATES, ENDED_STATES

_logger = logging.getLogger(__name__)

# Sources that are kept or indexed by client: their objectives move within minutes.
QUICK_SOURCES = ("fact", "category", "survey")
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
    """Objectives move by themselves: baseline and current value come from facts.

    Until the plan starts both follow the facts of its clients. The start freezes the
    baseline and, for most indicators, the list of clients (product.md A and E); from
    then on only the current value moves, up to the deadline.
    """

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
    joined_value = fields.Float(
        string="Value of Joiners",
        compute="_compute_joined_value",
        help="The same figure of the clients who have joined since the start. They do"
        " not count in the current value.",
    )
    client_count = fields.Integer(
        string="Clients Counted",
        compute="_compute_client_counts",
        help="The clients whom the current value is counted over.",
    )
    left_count = fields.Integer(
        string="Left since",
        compute="_compute_client_counts",
        help="Of the clients of the start, those who no longer belong to the plan's"
        " scope. They stay counted.",
    )
    joined_count = fields.Integer(
        string="Joined since",
        compute="_compute_client_counts",
        help="Clients who have joined the plan's scope since the start. They are not"
        " counted.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("indicator_id")
    def _compute_is_frozen(self):
        for objective in self:
            objective.is_frozen = not objective.indicator_id.counts_newcomers

    @api.depends("plan_id", "population_id", "is_frozen")
    def _compute_client_counts(self):
        """Of what is stored only: a form may hold any list."""
        measured = self._origin.filtered(lambda o: not o.hand_counted)
        populations = {o: o._get_population() for o in measured}
        self.env.flush_all()
        counts = self.env["client.population"]._count(list({*populations.values()}))
        for objective in self:
            population = populations.get(objective._origin)
            counted, left, joined = counts.get(population, (0, 0, 0))
            objective.client_count = counted
            objective.left_count = left
            objective.joined_count = joined

    @api.depends("plan_id", "population_id", "is_frozen", "indicator_id", "span")
    def _compute_joined_value(self):
        """Worked out when somebody looks: nothing but the form shows it."""
        listed = self._origin.filtered(
            lambda o: o.is_frozen and not o.hand_counted and o.sudo().population_id
        )
        requests = [objective._get_request() for objective in listed]
        figures = self.env["client.indicator"]._measure(
            [
                request._replace(population=request.population._replace(joiners=True))
                for request in requests
            ]
        )
        values = {
            objective: figure.value or 0.0
            for objective, figure in zip(listed, figures, strict=True)
        }
        for objective in self:
            objective.joined_value = values.get(objective._origin, 0.0)

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

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Measure what can be measured; a baseline that is entered stays."""
        plan_ids = {vals["plan_id"] for vals in vals_list if vals.get("plan_id")}
        self.env["client.plan"].browse(plan_ids).check_access("read")
        for vals in vals_list:
            self.env["client.plan"]._refuse_entered(self, vals, MEASURED_FIELDS)
        indicators = self.env["client.indicator"].browse(
            {vals["indicator_id"] for vals in vals_list if vals.get("indicator_id")}
        )
        counted = {i.id for i in indicators if not i.hand_counted}
        prepared = [
            {k: v for k, v in vals.items() if k != "current"}
            if vals.get("indicator_id") in counted
            else vals
            for vals in vals_list
        ]
        context = self.env["client.plan"]._get_context_without_defaults(MEASURED_FIELDS)
        objectives = super(
            ClientPlanObjective, self.with_env(self.env(context=context))
        ).create(prepared)
        objectives = objectives.with_env(self.env)
        objectives.filtered(lambda o: not o.hand_counted).plan_id._check_may_measure()
        entered = self.browse(
            objective.id
            for objective, vals in zip(objectives, vals_list, strict=True)
            if "baseline" in vals
        )
        objectives._measure(entered=entered, begun=objectives)
        objectives.filtered(lambda o: o.plan_state == "running")._freeze()
        return objectives

    def write(self, vals):
        """Another question, another baseline, until the plan starts."""
        self.check_access("write")
        self._check_measured_vals(vals)
        result = super().write(vals)
        if vals.keys() & (QUESTION_FIELDS | {"baseline"}):
            self.filtered(lambda o: not o.hand_counted).plan_id._check_may_measure()
            self._measure(entered=self if "baseline" in vals else None)
        return result

    @api.onchange("indicator_id", "span", "category_id", "stage_id")
    def _onchange_question(self):
        """Show the baseline before the target is entered."""
        counted = self.indicator_id and not self.hand_counted
        plan = self.plan_id
        if not counted or not plan.company_id or self.baseline_manual:
            return
        if plan.state not in EDITABLE_STATES or not plan._may_measure():
            return
        plan._origin.check_access("read")
        request = self._get_request()
        request = request._replace(population=request.population.live)
        [figure] = self.env["client.indicator"]._measure([request])
        self.baseline = self.current = figure.value or 0.0

    # -- measuring -----------------------------------------------------------------

    def _get_population(self):
        """Return whom the objective counts: the frozen list, or the scope of today."""
        self.ensure_one()
        population = self.plan_id._get_population()
        list_id = self.sudo().population_id.id if self.is_frozen else 0
        return population._replace(list_id=list_id or 0)

    def _get_request(self):
        self.ensure_one()
        chosen = {"category": self.category_id, "stage": self.stage_id}.get(self.takes)
        return Request(
            indicator_id=self.indicator_id.id,
            population=self._get_population(),
            span=self.span,
            chosen_id=chosen.id if chosen else 0,
        )

    def _measure(self, entered=None, begun=None):
        """Bring the values of open objectives up to date; only differences are written.

        :param entered: objectives whose baseline a person has just entered: it stays
        :param begun: objectives that begin now: their baseline is measured, too, even
            if their plan has started
        :raise UserError: the baseline of one that begins has reached its target
        """
        measured = self.sudo().filtered(
            lambda objective: (
                objective.indicator_id
                and not objective.hand_counted
                and objective.plan_state not in ENDED_STATES
                and objective.company_id._client_today() <= objective.date_deadline
            )
        )
        figures = self.env["client.indicator"]._measure(
            [objective._get_request() for objective in measured]
        )
        for objective, figure in zip(measured, figures, strict=True):
            objective._store_figure(
                figure, objective in (entered or ()), objective in (begun or ())
            )
        return measured

    def _store_figure(self, figure, entered, begins):
        """Keep one figure. Without a value the baseline stands for it."""
        value = figure.value or 0.0
        vals = {
            "has_value": figure.value is not None,
            "before": figure.before or 0.0,
        }
        follows = begins or self.plan_state in EDITABLE_STATES
        if entered:
            differs = float_compare(self.baseline, value, precision_digits=2)
            vals["baseline_manual"] = bool(differs)
        if follows and not vals.get("baseline_manual", self.baseline_manual):
            if not self._is_same("target", self.target, value):
                vals["baseline"] = value
            elif begins:
                self._refuse_reached()
        baseline = vals.get("baseline", self.baseline)
        vals["current"] = value if figure.value is not None else baseline
        vals["current_user_id"] = False
        changed = {
            name: new
            for name, new in vals.items()
            if not self._is_same(name, self[name], new)
        }
        if changed:
            # Past the checks of what people may enter.
            changed["date_current"] = self.company_id._client_today()
            models.BaseModel.write(self, changed)

    def _refuse_reached(self):
        raise UserError(
            self.env._(
                "Target: “%(objective)s” stands at its target of %(target)s already, so"
                " there is nothing to achieve. Enter another target.",
                objective=self.name,
                target=formatLang(self.env, self.target),
            )
        )

    def _is_same(self, name, old, new):
        if self._fields[name].type == "float":
            return float_compare(old, new, precision_digits=6) == 0
        return old == new or (not old and not new)

    @api.model
    def _measure_running(self, everything=True):
        """Bring all open objectives of ``env.company`` up to date.

        :param everything: also those whose source is read through from the beginning
        :return: number of objectives measured
        """
        objectives = self.sudo().search(
            [
                ("company_id", "=", self.env.company.id),
                ("plan_id.state", "not in", ENDED_STATES),
                ("indicator_id.hand_counted", "=", False),
                *([] if everything else [("indicator_id.source", "in", QUICK_SOURCES)]),
                ("date_deadline", ">=", self.env.company._client_today()),
            ]
        )
        try:
            with self.env.cr.savepoint():
                objectives._measure()
        except (UserError, psycopg2.DataError, psycopg2.IntegrityError):
            objectives._measure_one_by_one()
        return len(objectives)

    def _measure_one_by_one(self):
        """Leave out and report what cannot be measured; all the others move on."""
        for objective in self:
            try:
                with self.env.cr.savepoint():
                    objective._measure()
            except (UserError, psycopg2.DataError, psycopg2.IntegrityError) as error:
                _logger.warning("Objective %s: %s", objective.display_name, error)

    def _start(self):
        """The plan starts: baselines are those of this day, and clients are frozen."""
        self._measure(begun=self)
        self._freeze()

    def _freeze(self):
        """Freeze the clients of objectives that begin."""
        for company, objectives in self.sudo().grouped("company_id").items():
            frozen = objectives.filtered(
                lambda o: o.is_frozen and not o.hand_counted and not o.population_id
            )
            populations = {o: o._get_population() for o in frozen}
            lists = self.env["client.population"]._freeze(
                list({*populations.values()}), company._client_today()
            )
            for objective, population in populations.items():
                list_id = lists[population].list_id
                if list_id:
                    models.BaseModel.write(objective, {"population_id": list_id})

    # -- actions -------------------------------------------------------------------

    def action_view_records(self):
        """Open the records from which the current value was counted."""
        self.ensure_one()
        self.check_access("read")
        if self.hand_counted:
            raise UserError(
                self.env._(
                    "“%(objective)s” is counted by a person: there are no records"
                    " behind it.",
                    objective=self.name,
                )
            )
        request = self._get_request()
        return self.indicator_id._open_records(
            request.population, request.span, request.chosen_id, title=self.name
        )

    def action_view_counted(self):
        """Open the clients whom the value is counted over."""
        self.ensure_one()
        self.check_access("read")
        indicators = self.env["client.indicator"]
        return indicators._get_window(
            "client.fact",
            indicators._get_client_domain(self._get_population()),
            self.env._("Clients: %s", self.name),
        )

    def action_view_joined(self):
        """Open the clients who have joined the scope since the start."""
        self.ensure_one()
        self.check_access("read")
        population = self._get_population()
        indicators = self.env["client.indicator"]
        domain = indicators._get_client_domain(population.live)
        if population.list_id:
            domain &= ~indicators._get_client_domain(population)
        return indicators._get_window(
            "client.fact", domain, self.env._("Joined since: %s", self.name)
        )
