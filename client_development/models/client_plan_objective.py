from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, float_compare

GREEN_SHARE = 0.9
AMBER_SHARE = 0.7

# Kept by the system; nobody enters them.
STAMP_FIELDS = {"date_current", "current_user_id"}


def expected_progress(date_start, date_deadline, today):
    """Return the progress in percent that is due on ``today``, linear in time."""
    if not date_start or not date_deadline or today >= date_deadline:
        return 100.0
    if today <= date_start:
        return 0.0
    return 100.0 * (today - date_start).days / (date_deadline - date_start).days


def progress_status(progress, expected):
    """Return green, amber or red for a progress against the expected one."""
    if float_compare(progress, GREEN_SHARE * expected, precision_digits=6) >= 0:
        return "green"
    if float_compare(progress, AMBER_SHARE * expected, precision_digits=6) >= 0:
        return "amber"
    return "red"


class ClientPlanObjective(models.Model):
    """What a plan is to achieve: an indicator, where it stands, where it must be.

    ``progress = (current - baseline) / (target - baseline)``, kept in percent. It may
    be negative or above 100; the fulfilment of the plan caps it to 0–100. The status
    compares it with the progress expected today, linear from the start to the
    deadline: green from 90 % of it, amber from 70 %, else red (product.md A).
    """

    _name = "client.plan.objective"
    _description = "Plan Objective"
    _inherit = ["client.plan.child"]
    _order = "plan_id, is_main desc, sequence, id"

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        ondelete="cascade",
        index=True,
        help="The plan that has this objective.",
    )
    partner_id = fields.Many2one(
        related="plan_id.partner_id",
        help="The client of the plan.",
    )
    plan_user_id = fields.Many2one(
        related="plan_id.user_id",
        string="Responsible",
        help="Who is responsible for the plan.",
    )
    plan_state = fields.Selection(
        related="plan_id.state",
        string="Plan Status",
        help="Where the plan stands.",
    )
    company_id = fields.Many2one(
        related="plan_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="Amounts are in the currency of the company.",
    )
    sequence = fields.Integer(
        default=10,
        help="Order of the objectives within the plan.",
    )
    indicator_id = fields.Many2one(
        comodel_name="client.indicator",
        required=True,
        ondelete="restrict",
        index=True,
        help="What is measured.",
    )
    unit = fields.Selection(
        related="indicator_id.unit",
        help="What the values are counted in.",
    )
    name = fields.Char(
        string="Objective",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="The goal in words. Default: the name of the indicator.",
    )
    is_main = fields.Boolean(
        string="Main Objective",
        help="The one objective that matters most. Marking another one takes the mark"
        " off this one.",
    )
    weight = fields.Float(
        default=1.0,
        required=True,
        help="How much this objective counts in the fulfilment of the plan, relative"
        " to the others.",
    )
    baseline = fields.Float(
        help="The value at the start.",
    )
    target = fields.Float(
        help="The value to be reached by the deadline.",
    )
    current = fields.Float(
        compute="_compute_current",
        store=True,
        readonly=False,
        precompute=True,
        help="The value today. The baseline until somebody enters one; day and author"
        " of the entry are kept.",
    )
    date_current = fields.Date(
        string="Value of",
        readonly=True,
        copy=False,
        help="The day on which the current value was entered.",
    )
    current_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Value Entered by",
        readonly=True,
        copy=False,
        help="Who entered the current value.",
    )
    date_start = fields.Date(
        string="Baseline Date",
        compute="_compute_date_start",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="The day to which the baseline belongs. Default: start of the plan.",
    )
    date_deadline = fields.Date(
        string="Deadline",
        compute="_compute_date_deadline",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
        help="The day by which the target must be reached. Default: end of the plan.",
    )
    progress = fields.Float(
        compute="_compute_progress",
        store=True,
        aggregator="avg",
        help="(current − baseline) / (target − baseline), in percent.",
    )
    expected_progress = fields.Float(
        compute="_compute_status",
        help="The progress that is due today, in percent, growing evenly from the"
        " baseline date to the deadline.",
    )
    status = fields.Selection(
        selection=[
            ("green", "On Track"),
            ("amber", "Behind"),
            ("red", "Far Behind"),
        ],
        compute="_compute_status",
        search="_search_status",
        help="On track from 90 % of the progress expected today, behind from 70 %,"
        " else far behind.",
    )

    _name_not_blank = models.Constraint(
        r"CHECK(name ~ '\S')",
        "Objective: an objective needs a name. Enter at least one word.",
    )
    _one_main = models.UniqueIndex(
        "(plan_id) WHERE is_main",
        "Main Objective: a plan has one main objective. Take the mark off the other.",
    )
    _weight_positive = models.Constraint(
        "CHECK(weight > 0)",
        "Weight: an objective must count something. Enter a weight above zero.",
    )
    _target_differs = models.Constraint(
        "CHECK(target <> baseline)",
        "Target: it equals the baseline, so there is nothing to achieve. Enter another"
        " target.",
    )
    _deadline_after_start = models.Constraint(
        "CHECK(date_deadline >= date_start)",
        "Deadline: the objective ends before its baseline date. Choose a later"
        " deadline.",
    )

    @api.depends("indicator_id")
    def _compute_name(self):
        for objective in self:
            names = objective._origin.indicator_id.mapped("name")
            if not objective.name or objective.name in names:
                objective.name = objective.indicator_id.name or objective.name

    @api.depends("baseline")
    def _compute_current(self):
        for objective in self:
            if not objective.date_current:
                objective.current = objective.baseline
            else:
                objective.current = objective.current or 0.0

    @api.depends("plan_id")
    def _compute_date_start(self):
        for objective in self:
            objective.date_start = objective.date_start or objective.plan_id.date_start

    @api.depends("plan_id")
    def _compute_date_deadline(self):
        for objective in self:
            objective.date_deadline = (
                objective.date_deadline or objective.plan_id.date_end
            )

    @api.depends("baseline", "target", "current")
    def _compute_progress(self):
        for objective in self:
            way = objective.target - objective.baseline
            gone = objective.current - objective.baseline
            objective.progress = 100.0 * gone / way if way else 0.0

    @api.depends("progress", "date_start", "date_deadline", "company_id")
    @api.depends_context("client_today")
    def _compute_status(self):
        for company, objectives in self.grouped("company_id").items():
            today = company._client_today()
            for objective in objectives:
                expected = expected_progress(
                    objective.date_start, objective.date_deadline, today
                )
                objective.expected_progress = expected
                objective.status = progress_status(objective.progress, expected)

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = set(value) & {"green", "amber", "red"}
        today = self.env["client.plan"]._get_day_by_company()

        def to_sql(model, alias, query):
            column = lambda name: model._field_to_sql(alias, name, query)  # noqa: E731
            day = SQL(
                "CASE %s %s END",
                column("company_id"),
                SQL(" ").join(
                    SQL("WHEN %s THEN %s::date", company.id, date)
                    for company, date in today.items()
                ),
            )
            start, deadline = column("date_start"), column("date_deadline")
            expected = SQL(
                "CASE WHEN %(day)s >= %(deadline)s THEN 100.0"
                " WHEN %(day)s <= %(start)s THEN 0.0"
                " ELSE 100.0 * (%(day)s - %(start)s) / (%(deadline)s - %(start)s) END",
                day=day,
                start=start,
                deadline=deadline,
            )
            status = SQL(
                "CASE WHEN %(progress)s >= %(green)s * (%(expected)s) - 1e-6"
                " THEN 'green'"
                " WHEN %(progress)s >= %(amber)s * (%(expected)s) - 1e-6"
                " THEN 'amber' ELSE 'red' END",
                progress=column("progress"),
                green=GREEN_SHARE,
                amber=AMBER_SHARE,
                expected=expected,
            )
            return SQL("(%s) IN %s", status, tuple(wanted) or (None,))

        return Domain.custom(
            to_sql=to_sql, predicate=lambda objective: objective.status in wanted
        )

    @api.model_create_multi
    def create(self, vals_list):
        main_plans = []
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            self.env["client.plan"]._refuse_entered(self, vals, STAMP_FIELDS)
            if "current" in vals and vals["current"] != vals.get("baseline", 0.0):
                vals.update(self._prepare_current_vals(vals.get("plan_id")))
            if vals.get("is_main"):
                main_plans.append(vals.get("plan_id"))
        self._unset_main(main_plans)
        context = self.env["client.plan"]._get_context_without_defaults(STAMP_FIELDS)
        guarded = self.with_env(self.env(context=context))
        objectives = super(ClientPlanObjective, guarded).create(vals_list)
        return objectives.with_env(self.env)

    def write(self, vals):
        self.env["client.plan"]._refuse_entered(self, vals, STAMP_FIELDS)
        if vals.get("is_main"):
            self._unset_main(self.plan_id.ids, self)
        if "current" not in vals:
            return super().write(vals)
        for plan, objectives in self.grouped("plan_id").items():
            super(ClientPlanObjective, objectives).write(
                {**vals, **self._prepare_current_vals(plan.id)}
            )
        return True

    @api.model
    def _prepare_current_vals(self, plan_id):
        """Return who entered the current value, and when."""
        company = self.env["client.plan"].browse(plan_id).company_id
        return {
            "date_current": company._client_today(),
            "current_user_id": self.env.uid,
        }

    @api.model
    def _unset_main(self, plan_ids, keep=None):
        """Take the main mark off the other objectives of the plans."""
        domain = Domain("plan_id", "in", plan_ids) & Domain("is_main", "=", True)
        if keep:
            domain &= Domain("id", "not in", keep.ids)
        others = self.search(domain) if plan_ids else self.browse()
        if others:
            others.write({"is_main": False})
            others.flush_recordset(["is_main"])
