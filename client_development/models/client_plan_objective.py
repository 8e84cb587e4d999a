from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .client_plan_objective_point import CHECKED_LATER

# Kept by the system; nobody enters them.
STAMP_FIELDS = {"date_current", "current_user_id", "close_reason_id", "close_note"}
# What somebody may enter who answers for an objective in the plan of another.
RESPONSIBLE_FIELDS = {"current"}


class ClientPlanObjective(models.Model):
    """What a plan is to achieve: an indicator, where it stands, where it must be.

    ``progress = (current - baseline) / (target - baseline)``, kept in percent. It may
    be negative or above 100; the fulfilment of the plan caps it to 0–100. The status
    compares it with the progress expected today: green from 90 % of it, amber from
    70 %, else red (product.md A; ``client_plan_objective_path.py``).
    """

    _name = "client.plan.objective"
    _description = "Plan Objective"
    _inherit = ["client.plan.child"]
    _order = "plan_id, is_main desc, sequence, id"
    _check_company_auto = True

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
        string="Plan Owner",
        help="Who is responsible for the plan as a whole.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="set null",
        domain=[("share", "=", False)],
        check_company=True,
        help="Who answers for this objective, and sees it under “My Objectives”."
        " Default: the owner of the plan.",
    )
    team_id = fields.Many2one(
        related="plan_id.team_id",
        help="Sales team of the plan.",
    )
    can_plan = fields.Boolean(
        string="May Change the Objective",
        compute="_compute_can_plan",
        help="You may change the objective itself, not only its current value.",
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
        aggregator=None,
        default=1.0,
        required=True,
        help="How much this objective counts in the fulfilment of the plan, relative"
        " to the others.",
    )
    baseline = fields.Float(
        aggregator=None,
        help="The value at the start.",
    )
    target = fields.Float(
        aggregator=None,
        help="The value to be reached by the deadline.",
    )
    current = fields.Float(
        compute="_compute_current",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
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

    # -- computed fields -----------------------------------------------------------

    @api.depends("plan_id")
    def _compute_user_id(self):
        for objective in self:
            objective.user_id = objective.user_id or objective.plan_id.user_id

    @api.depends("plan_id.user_id", "plan_id.controller_id", "plan_id.team_id.user_id")
    @api.depends_context("uid")
    def _compute_can_plan(self):
        """As the record rules of plans say, without asking them for each list."""
        user = self.env.user
        manager = user.has_group("client_development.group_client_manager")
        for objective in self:
            plan = objective.sudo().plan_id
            objective.can_plan = (
                self.env.su
                or manager
                or not plan._origin
                or user in (plan.user_id, plan.controller_id, plan.team_id.user_id)
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
            objective.progress = objective._get_progress(objective.current)

    def _get_progress(self, value):
        """Return how much of the way to the target a value is, in percent.

        An objective with nothing to achieve, as while it is being entered, has no way:
        nothing of it is gone.
        """
        way = self.target - self.baseline
        return 100.0 * (value - self.baseline) / way if way else 0.0

    # -- rules ---------------------------------------------------------------------

    def _check_planner(self, vals):
        """Refuse who merely answers for an objective more than its current value."""
        if self.env.su or set(vals) <= RESPONSIBLE_FIELDS:
            return
        for objective in self:
            if not objective.can_plan:
                raise UserError(
                    self.env._(
                        "You answer for “%(objective)s” but do not make its plan: enter"
                        " the current value. Anything else is changed by %(user)s, the"
                        " owner of the plan.",
                        objective=objective.name,
                        user=objective.sudo().plan_user_id.name,
                    )
                )

    @api.constrains("user_id")
    def _check_responsible(self):
        for objective in self.sudo():
            if objective.user_id.share:
                raise ValidationError(
                    self.env._(
                        "Responsible: %(user)s is not an employee and cannot answer for"
                        " “%(objective)s”. Choose somebody who works here.",
                        user=objective.user_id.name,
                        objective=objective.name,
                    )
                )

    # -- create and write ----------------------------------------------------------

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
        guarded = self.browse().with_env(self.env(context=context))
        guarded = guarded._checking_points_later(*vals_list)
        objectives = super(ClientPlanObjective, guarded).create(vals_list)
        return objectives.with_env(self.env)

    def write(self, vals):
        self.env["client.plan"]._refuse_entered(self, vals, STAMP_FIELDS)
        self._check_planner(vals)
        if vals.get("is_main"):
            self._unset_main(self.plan_id.ids, self)
        guarded = self._checking_points_later(vals) if "point_ids" in vals else self
        if "current" not in vals:
            return super(ClientPlanObjective, guarded).write(vals)
        for plan, objectives in guarded.grouped("plan_id").items():
            super(ClientPlanObjective, objectives).write(
                {**vals, **self._prepare_current_vals(plan.id)}
            )
        return True

    def _checking_points_later(self, *vals_list):
        """Return the records with control points that are checked all together.

        One after the other they would be refused where their order is right only when
        the last of them is written. Values may reach for points of other objectives:
        those check themselves.
        """
        touched = {
            command[1]
            for vals in vals_list
            for command in vals.get("point_ids") or ()
            if command[0] in (Command.UPDATE, Command.DELETE, Command.UNLINK)
        }
        if not touched <= set(self.point_ids.ids):
            return self
        return self.with_context(client_points=CHECKED_LATER)

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
