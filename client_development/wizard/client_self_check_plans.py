from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_amount, format_date, formatLang

from .client_self_check import CHOICES, STATUS_HELP, STATUSES

# How many names, and how many goals, the page itself shows; the windows show all.
NAMES_SHOWN = 8
GOALS_SHOWN = 8
COLORS = {"green": "success", "amber": "warning", "red": "danger"}


class ClientSelfCheck(models.TransientModel):
    """Questions 1 and 5: the indicators in use, and the goals ahead."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.self.check"

    indicator_answer = fields.Html(
        compute="_compute_indicator",
        sanitize=False,
        help="Which indicators measure the objectives of the running plans, and how the"
        " objectives stand.",
    )
    indicator_status = fields.Selection(
        selection=STATUSES, compute="_compute_indicator", help=STATUS_HELP
    )
    objective_count = fields.Integer(
        string="Objectives",
        compute="_compute_indicator",
        help="Objectives of the running plans.",
    )
    unused_count = fields.Integer(
        string="Indicators not Used",
        compute="_compute_indicator",
        help="Indicators that no objective of a running plan uses.",
    )
    aimless_count = fields.Integer(
        string="Plans without an Objective",
        compute="_compute_indicator",
        help="Running plans that have no objective.",
    )
    goal_answer = fields.Html(
        compute="_compute_goal",
        sanitize=False,
        help="The goals whose deadline comes by the end of next month, and within the"
        " year ahead.",
    )
    goal_status = fields.Selection(
        selection=STATUSES, compute="_compute_goal", help=STATUS_HELP
    )
    goal_month_count = fields.Integer(
        string="Goals of Next Month",
        compute="_compute_goal",
        help="Objectives whose deadline comes by the end of next month.",
    )
    goal_year_count = fields.Integer(
        string="Goals of the Year Ahead",
        compute="_compute_goal",
        help="Objectives whose deadline comes by the end of the twelfth month from now,"
        " those of next month included.",
    )
    goal_late_count = fields.Integer(
        string="Goals past their Deadline",
        compute="_compute_goal",
        help="Objectives of running plans whose deadline has passed.",
    )

    # -- 1: which indicators -----------------------------------------------------------

    def _get_unused_domain(self, used):
        return Domain("id", "not in", used.ids)

    def _get_aimless_domain(self):
        """Running plans without an objective."""
        return self._get_plan_domain() & Domain("objective_ids", "=", False)

    @api.depends(*CHOICES)
    @api.depends_context("uid", "lang")
    def _compute_indicator(self):
        objectives = self.env["client.plan.objective"]
        for check in self:
            domain = check._get_objective_domain()
            counts = dict(objectives._read_group(domain, ["indicator_id"], ["__count"]))
            stand = {
                status: objectives.search_count(
                    domain & Domain("status", "in", [status])
                )
                for status in COLORS
            }
            used = self.env["client.indicator"].union(*counts)
            unused = used.search(check._get_unused_domain(used))
            total = sum(counts.values())
            check.objective_count = total
            check.unused_count = len(unused)
            check.aimless_count = self.env["client.plan"].search_count(
                check._get_aimless_domain()
            )
            check.indicator_answer = check._say_indicators(counts, stand, unused)
            check.indicator_status = (
                "red" if not total else "amber" if check.aimless_count else "green"
            )

    def _say_indicators(self, counts, stand, unused):
        if not counts:
            return self._say(
                self.env._(
                    "No indicator is in use: no running plan has an objective yet."
                ),
                self.env._(
                    "To choose from: %(names)s", names=self._join(unused.mapped("name"))
                ),
            )
        names = [
            f"{indicator.name} ({count})"
            for indicator, count in sorted(
                counts.items(), key=lambda item: (-item[1], item[0].sequence)
            )
        ]
        return self._say(
            self.env._(
                "Indicators in use: %(used)s, in objectives of running plans:"
                " %(objectives)s.",
                used=self._number(len(counts)),
                objectives=self._number(self.objective_count),
            ),
            self._draw_states(stand),
            self._join(names),
            unused
            and self.env._(
                "Not used: %(names)s", names=self._join(unused.mapped("name"))
            ),
        )

    @api.model
    def _join(self, names):
        """Return the first names as text; there may be more."""
        more = [Markup("…")] if len(names) > NAMES_SHOWN else []
        return Markup(", ").join([*names[:NAMES_SHOWN], *more])

    @api.model
    def _draw_states(self, stand):
        """Return how the objectives stand: a bar and its numbers."""
        labels = dict(
            self.env["client.plan.objective"]
            ._fields["status"]
            ._description_selection(self.env)
        )
        total = sum(stand.values()) or 1
        bar = Markup().join(
            Markup("<div class='progress-bar bg-%s' style='width: %.1f%%'></div>")
            % (COLORS[status], 100.0 * number / total)
            for status, number in stand.items()
            if number
        )
        text = Markup().join(
            Markup("<span class='badge text-bg-%s me-2'>%s: %s</span>")
            % (COLORS[status], labels[status], number)
            for status, number in stand.items()
        )
        return Markup("<div class='progress mb-2'>%s</div>%s") % (bar, text)

    # -- 5: which goals ----------------------------------------------------------------

    def _get_goal_domain(self, last):
        """Objectives whose deadline comes from today to ``last``."""
        today = self._get_goal_days()[0]
        return (
            self._get_objective_domain()
            & Domain("date_deadline", ">=", today)
            & Domain("date_deadline", "<=", last)
        )

    def _get_late_domain(self):
        today = self._get_goal_days()[0]
        return self._get_objective_domain() & Domain("date_deadline", "<", today)

    @api.depends(*CHOICES)
    @api.depends_context("uid", "lang", "client_today")
    def _compute_goal(self):
        objectives = self.env["client.plan.objective"]
        for check in self:
            _today, month, year = check._get_goal_days()
            ahead = check._get_goal_domain(year)
            check.goal_month_count = objectives.search_count(
                check._get_goal_domain(month)
            )
            check.goal_year_count = objectives.search_count(ahead)
            check.goal_late_count = objectives.search_count(check._get_late_domain())
            first = objectives.search(
                ahead, order="date_deadline, id", limit=GOALS_SHOWN
            )
            check.goal_answer = check._say_goals(first, month, year)
            if not check.goal_year_count:
                check.goal_status = "red"
            elif check.goal_late_count or not check.goal_month_count:
                check.goal_status = "amber"
            else:
                check.goal_status = "green"

    def _say_goals(self, first, month, year):
        if not first:
            return self._say(
                self.env._(
                    "No goal is set until %(year)s.", year=format_date(self.env, year)
                )
            )
        return self._say(
            self.env._(
                "Goals until the end of next month, %(month)s: %(by_month)s. In the"
                " year ahead, until %(year)s: %(by_year)s.",
                month=format_date(self.env, month),
                year=format_date(self.env, year),
                by_month=self._number(self.goal_month_count),
                by_year=self._number(self.goal_year_count),
            ),
            Markup(
                "<table class='table table-sm mb-0'><thead><tr><th class='w-50'>%s</th>"
                "<th class='text-end'>%s</th><th class='text-end'>%s</th>"
                "<th>%s</th></tr></thead><tbody>%s</tbody></table>"
            )
            % (
                self.env._("Goal"),
                self.env._("Now"),
                self.env._("Target"),
                self.env._("Until"),
                Markup().join(self._draw_goal(objective) for objective in first),
            ),
            self.goal_year_count > len(first)
            and self.env._("The first %(number)s are shown.", number=len(first)),
        )

    def _draw_goal(self, objective):
        return Markup(
            "<tr><td>%s<div class='small text-muted'>%s</div></td>"
            "<td class='text-end'><span class='badge text-bg-%s'>%s</span></td>"
            "<td class='text-end'>%s</td><td class='text-nowrap'>%s</td></tr>"
        ) % (
            objective.name,
            objective.plan_id.display_name,
            COLORS.get(objective.status, "secondary"),
            self._format_value(objective, objective.current),
            self._format_value(objective, objective.target),
            format_date(self.env, objective.date_deadline),
        )

    def _format_value(self, objective, value):
        """Return a value of an objective in its unit."""
        if objective.unit == "money":
            return format_amount(self.env, value, objective.currency_id)
        text = formatLang(self.env, value, digits=2 if value % 1 else 0)
        return f"{text} %" if objective.unit == "percent" else text
