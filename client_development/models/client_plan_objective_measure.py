import logging

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_compare
from odoo.tools.misc import formatLang

from .client_indicator_value import Request
from .client_plan_life import EDITABLE_STATES, ENDED_STATES
from .client_plan_objective_question import MEASURED_FIELDS, QUESTION_FIELDS

_logger = logging.getLogger(__name__)

# Sources that are kept or indexed by client: their objectives move within minutes.
QUICK_SOURCES = ("fact", "category", "survey")


class ClientPlanObjective(models.Model):
    """Objectives move by themselves: baseline and current value come from facts.

    Until the plan starts both follow the facts of its clients. The start freezes the
    baseline and, for most indicators, the list of clients (product.md A and E); from
    then on only the current value moves, up to the deadline.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.objective"

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
        return self._prepare_request(
            self.indicator_id,
            self._get_population(),
            self.span,
            self.category_id,
            self.stage_id,
        )

    @api.model
    def _prepare_request(self, indicator, population, span, category, stage):
        """Return the question for an indicator, with what it lets one choose."""
        chosen = {"category": category, "stage": stage}.get(indicator.takes)
        return Request(
            indicator_id=indicator.id,
            population=population,
            span=span,
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
