from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import float_compare

from .client_plan_line import DONE_STATES, OPEN_STATES


class ClientPlan(models.Model):
    """The control of a plan: its figures, none of them stored, and its reviews."""

    _inherit = "client.plan"

    is_review_overdue = fields.Boolean(
        string="Review Overdue",
        compute="_compute_is_review_overdue",
        search="_search_is_review_overdue",
        help="The plan is running and its review date has passed.",
    )
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

    @api.depends("line_ids.state", "line_ids.planned_hours", "line_ids.spent_hours")
    @api.depends_context("uid")
    def _compute_line_figures(self):
        counts, planned, spent = {}, {}, {}
        for plan, state, count, planned_hours, spent_hours in self.env[
            "client.plan.line"
        ]._read_group(
            [("plan_id", "in", self.ids)],
            ["plan_id", "state"],
            ["__count", "planned_hours:sum", "spent_hours:sum"],
        ):
            counts[plan.id, state] = count
            planned[plan.id, state] = planned_hours
            spent[plan.id, state] = spent_hours
        for plan in self:
            plan_id = plan._origin.id
            plan.line_open_count = sum(counts.get((plan_id, s), 0) for s in OPEN_STATES)
            plan.line_done_count = sum(counts.get((plan_id, s), 0) for s in DONE_STATES)
            plan.line_count = plan.line_open_count + plan.line_done_count
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

    # -- buttons: open what a figure counts -----------------------------------------

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

    # -- reviews -------------------------------------------------------------------

    @api.depends("state", "next_review_date")
    @api.depends_context("client_today")
    def _compute_is_review_overdue(self):
        for company, plans in self.grouped("company_id").items():
            today = company._client_today()
            for plan in plans:
                date = plan.next_review_date
                plan.is_review_overdue = bool(
                    plan.state == "running" and date and date < today
                )

    def _search_is_review_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", "running") & self._get_day_domain(
            "next_review_date", "<"
        )

    def action_hold_review(self):
        """Open the due review; make it when the day has not come yet."""
        self.ensure_one()
        review = self._get_due_review()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Review"),
            "res_model": "client.plan.review",
            "res_id": review.id,
            "views": [(False, "form")],
        }

    def _get_due_review(self):
        """Return the open review of a running plan; make it when there is none."""
        self.ensure_one()
        self.check_access("read")
        if self.state != "running":
            raise UserError(
                self.env._(
                    "Only running plans are reviewed. Start “%(plan)s” first.",
                    plan=self.name,
                )
            )
        review = self.review_ids.filtered(lambda review: review.state == "due")[:1]
        if review:
            return review
        self.env["client.plan.review"]._check_holder(self)
        review = review.sudo().create(
            {"plan_id": self.id, "date": self.next_review_date}
        )
        return review.sudo(self.env.su)

    def _get_review_days(self):
        """Return the days between two reviews: the segment's, or the company's."""
        self.ensure_one()
        segment = self.segment_id or self.primary_segment_id
        return segment.sudo().review_days or self.company_id.client_review_days

    def _get_next_review_date(self):
        """Return the working day on which the next review is due from today on."""
        self.ensure_one()
        company = self.company_id
        date = company._client_today() + timedelta(days=self._get_review_days())
        return company._client_add_working_days(date, 0)

    def _needs_review_date(self, vals, today):
        """Tell whether a plan that runs after writing ``vals`` lacks a review date.

        At the start a date that has passed is as good as none.
        """
        self.ensure_one()
        if "next_review_date" in vals:
            return not vals["next_review_date"]
        date = self.next_review_date
        return not date or (self.state != "running" and date < today)

    def _get_review_user(self):
        """Return who holds the review: the owner, while he is there."""
        self.ensure_one()
        return self.user_id if self.user_id.active else self._get_escalation_user()

    def _get_escalation_user(self):
        """Return whom an overdue review is reported to, never the owner.

        The team leader, else the controller, else an administrator of the company.
        """
        self.ensure_one()
        for user in (self.team_id.user_id, self.controller_id):
            if user.active and user != self.user_id:
                return user
        return self.env["res.users"].search(
            [
                (
                    "all_group_ids",
                    "in",
                    self.env.ref("client_development.group_client_manager").ids,
                ),
                ("company_ids", "in", self.company_id.ids),
                ("id", "!=", self.user_id.id),
                ("share", "=", False),
            ],
            order="id",
            limit=1,
        )

    def _move_due_reviews(self):
        """Let open reviews and their tasks follow the plan's next review date."""
        running = self.sudo().filtered(lambda plan: plan.state == "running")
        reviews = running.review_ids.filtered(lambda review: review.state == "due")
        for review in reviews.filtered(lambda r: r.date != r.plan_id.next_review_date):
            review._move(review.plan_id.next_review_date)

    def _drop_due_reviews(self):
        """Take the open review and its tasks away from a plan that has ended."""
        reviews = self.sudo().review_ids.filtered(lambda review: review.state == "due")
        reviews._cancel()

    @api.model
    def _cron_enforce_reviews(self):
        """Create due reviews and their tasks, then escalate the overdue ones.

        The workers do not commit, this method does. Plans that failed are skipped for
        the rest of the run and tried again by the next one.
        """
        Review = self.env["client.plan.review"]
        for worker in (Review._create_due_reviews, Review._escalate_overdue_reviews):
            skipped = []
            remaining = True
            while remaining:
                done, failed, remaining = worker(skip=skipped)
                skipped += failed
                commit = self.env["ir.cron"]._commit_progress
                if not commit(done, remaining=remaining):
                    return
