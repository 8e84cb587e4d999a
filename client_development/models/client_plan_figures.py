from odoo import api, fields, models
from odoo.tools import float_compare

from .client_plan_line import DONE_STATES, OPEN_STATES


class ClientPlan(models.Model):
    """The figures of a plan, none of them stored, and what opens behind each."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    fulfilment = fields.Float(
        compute="_compute_fulfilment",
        help="Weighted mean of the objectives' progress, each between 0 and 100 %.",
    )
    objective_count = fields.Integer(
        string="Number of Objectives",
        compute="_compute_fulfilment",
        help="How many objectives the plan has.",
    )
    objective_green_count = fields.Integer(
        string="Objectives on Track",
        compute="_compute_objective_status",
        help="Objectives with at least 90 % of the progress expected today.",
    )
    objective_amber_count = fields.Integer(
        string="Objectives Behind",
        compute="_compute_objective_status",
        help="Objectives with 70 to 90 % of the progress expected today.",
    )
    objective_red_count = fields.Integer(
        string="Objectives Far Behind",
        compute="_compute_objective_status",
        help="Objectives below 70 % of the progress expected today.",
    )
    line_count = fields.Integer(
        string="Number of Plan Actions",
        compute="_compute_line_figures",
        help="Actions that are not cancelled.",
    )
    line_open_count = fields.Integer(
        string="Open Actions",
        compute="_compute_line_figures",
        help="Actions planned, in progress or in rework.",
    )
    line_done_count = fields.Integer(
        string="Done Actions",
        compute="_compute_line_figures",
        help="Actions done or accepted.",
    )
    line_progress = fields.Float(
        string="Actions Done",
        compute="_compute_line_figures",
        help="Share of the actions that are done, in percent; cancelled ones do not"
        " count.",
    )
    planned_hours = fields.Float(
        compute="_compute_line_figures",
        help="Planned hours of the actions that are not cancelled.",
    )
    spent_hours = fields.Float(
        compute="_compute_line_figures",
        help="Hours spent on all actions, also on cancelled ones.",
    )
    slip_count = fields.Integer(
        string="Number of Slips",
        compute="_compute_line_figures",
        help="How often deadlines of the plan were moved to a later day or missed.",
    )
    line_overdue_count = fields.Integer(
        string="Overdue Actions",
        compute="_compute_line_overdue_count",
        help="Open actions of a running plan whose deadline has passed.",
    )
    resource_cost = fields.Monetary(
        string="Cost of Resources",
        compute="_compute_resource_cost",
        help="Cost of everything that the actions need, without cancelled ones.",
    )
    review_count = fields.Integer(
        string="Number of Reviews",
        compute="_compute_review_count",
        help="Reviews of the plan, held and due.",
    )

    # -- figures -------------------------------------------------------------------

    @api.depends("objective_ids.progress", "objective_ids.weight")
    def _compute_fulfilment(self):
        stored = self.env["client.plan.objective"].search_fetch(
            [("plan_id", "in", self.ids)], ["plan_id", "progress", "weight"]
        )
        by_plan = stored.grouped("plan_id")
        for plan in self:
            objectives = by_plan.get(plan, stored.browse())
            if not plan.id:  # being edited
                objectives = plan.objective_ids
            weight = sum(objectives.mapped("weight"))
            reached = sum(
                objective.weight * min(max(objective.progress, 0.0), 100.0)
                for objective in objectives
            )
            plan.fulfilment = reached / weight if weight else 0.0
            plan.objective_count = len(objectives)

    @api.depends("objective_ids.status")
    def _compute_objective_status(self):
        for plan in self:
            statuses = plan.objective_ids.mapped("status")
            plan.objective_green_count = statuses.count("green")
            plan.objective_amber_count = statuses.count("amber")
            plan.objective_red_count = statuses.count("red")

    @api.depends(
        "line_ids.state",
        "line_ids.planned_hours",
        "line_ids.spent_hours",
        "line_ids.slip_count",
    )
    @api.depends_context("uid")
    def _compute_line_figures(self):
        counts, planned, spent, slips = {}, {}, {}, {}
        for plan, state, count, planned_hours, spent_hours, slip_count in self.env[
            "client.plan.line"
        ]._read_group(
            [("plan_id", "in", self.ids)],
            ["plan_id", "state"],
            ["__count", "planned_hours:sum", "spent_hours:sum", "slip_count:sum"],
        ):
            slips[plan.id] = slips.get(plan.id, 0) + slip_count
            counts[plan.id, state] = count
            planned[plan.id, state] = planned_hours
            spent[plan.id, state] = spent_hours
        for plan in self:
            plan_id = plan._origin.id
            plan.line_open_count = sum(counts.get((plan_id, s), 0) for s in OPEN_STATES)
            plan.line_done_count = sum(counts.get((plan_id, s), 0) for s in DONE_STATES)
            plan.line_count = plan.line_open_count + plan.line_done_count
            plan.slip_count = slips.get(plan_id, 0)
            plan.line_progress = (
                100.0 * plan.line_done_count / plan.line_count
                if plan.line_count
                else 0.0
            )
            plan.planned_hours = sum(
                planned.get((plan_id, s), 0.0) for s in OPEN_STATES + DONE_STATES
            )
            plan.spent_hours = sum(
                spent.get((plan_id, s), 0.0)
                for s in (*OPEN_STATES, *DONE_STATES, "cancelled")
            )

    @api.depends("state", "line_ids.state", "line_ids.date_deadline")
    @api.depends_context("uid", "client_today")
    def _compute_line_overdue_count(self):
        counts = dict(
            self.env["client.plan.line"]._read_group(
                [("plan_id", "in", self.ids), ("is_overdue", "=", True)],
                ["plan_id"],
                ["__count"],
            )
        )
        for plan in self:
            plan.line_overdue_count = counts.get(plan._origin, 0)

    @api.depends("line_ids.resource_ids.cost", "line_ids.state")
    @api.depends_context("uid")
    def _compute_resource_cost(self):
        costs = dict(
            self.env["client.plan.resource"]._read_group(
                [("plan_id", "in", self.ids), ("line_id.state", "!=", "cancelled")],
                ["plan_id"],
                ["cost:sum"],
            )
        )
        for plan in self:
            plan.resource_cost = costs.get(plan._origin, 0.0)

    @api.depends("review_ids")
    @api.depends_context("uid")
    def _compute_review_count(self):
        counts = dict(
            self.env["client.plan.review"]._read_group(
                [("plan_id", "in", self.ids)], ["plan_id"], ["__count"]
            )
        )
        for plan in self:
            plan.review_count = counts.get(plan._origin, 0)

    def _get_close_result(self):
        """Return fulfilment in percent and the result that follows from it.

        Without objectives the share of done actions stands in for it.
        """
        self.ensure_one()
        percent = self.fulfilment if self.objective_ids else self.line_progress
        if float_compare(percent, 100.0, precision_digits=2) >= 0:
            return percent, "reached"
        if float_compare(percent, 50.0, precision_digits=2) >= 0:
            return percent, "partly"
        return percent, "missed"

    # -- buttons: open what a figure counts ----------------------------------------

    def action_view_lines(self):
        """Open the actions that the stat button counts."""
        return self._open_lines([("state", "!=", "cancelled")])

    def action_view_overdue_lines(self):
        """Open the overdue actions that the stat button counts."""
        return self._open_lines([("is_overdue", "=", True)])

    def _open_lines(self, domain):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_line_action"
            ),
            "domain": [("plan_id", "=", self.id), *domain],
            "context": {"default_plan_id": self.id},
        }

    def action_view_objectives(self):
        """Open the objectives that the stat button counts."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_objective_action"
            ),
            "domain": [("plan_id", "=", self.id)],
            "context": {"default_plan_id": self.id},
        }

    def action_view_slips(self):
        """Open the slips that the stat button counts."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_slip_action"
            ),
            "domain": [("plan_id", "=", self.id)],
            "context": {},
        }

    def action_view_reviews(self):
        """Open the reviews that the stat button counts."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_review_action"
            ),
            "domain": [("plan_id", "=", self.id)],
            "context": {"default_plan_id": self.id},
        }
