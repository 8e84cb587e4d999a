from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

REVIEW_JOB = "Enforcing reviews"


class ClientPlan(models.Model):
    """When a plan is reviewed next, by whom, and what happens when nobody does.

    The reviews themselves are in ``client_plan_review.py``.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    is_review_overdue = fields.Boolean(
        string="Review Overdue",
        compute="_compute_is_review_overdue",
        search="_search_is_review_overdue",
        help="The plan is running and its review date has passed.",
    )

    # -- the next review -----------------------------------------------------------

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

    def _get_review_days(self):
        """Return the days between two reviews: the segment's, or the company's."""
        self.ensure_one()
        segment = self.segment_id or self.primary_segment_id
        return segment.sudo().review_days or self.company_id.client_review_days

    def _get_next_review_date(self):
        """Return the working day on which the next review is due from today on.

        Counted from the plan's first day when that is still ahead; the plan's end is
        not passed without a review.
        """
        self.ensure_one()
        company = self.company_id
        today = company._client_today()
        date = max(today, self.date_start) + timedelta(days=self._get_review_days())
        if today < self.date_end:
            date = min(date, self.date_end)
        return company._client_add_working_days(date, 0)

    def _get_review_date_again(self):
        """Return the date that a plan gets at its start, or when it is emptied.

        Emptying puts nothing off: a review whose day has come keeps its date, any other
        is not planned later than it was.
        """
        self.ensure_one()
        date = self._get_next_review_date()
        if self.env.su or self.state != "running" or not self.next_review_date:
            return date
        if self._is_review_due():
            return self.next_review_date
        return min(date, self.next_review_date)

    def _is_review_due(self):
        """Tell whether a review is open, or its day has come without one."""
        self.ensure_one()
        plan = self.sudo()
        return plan.next_review_date <= plan.company_id._client_today() or any(
            review.state == "due" for review in plan.review_ids
        )

    def _needs_review_date(self, vals, today):
        """Tell whether a plan that runs after writing ``vals`` lacks a review date.

        At the start a date that has passed is as good as none.
        """
        self.ensure_one()
        if "next_review_date" in vals:
            return not vals["next_review_date"]
        date = self.next_review_date
        return not date or (self.state != "running" and date < today)

    # -- who holds it --------------------------------------------------------------

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

    # -- the due review ------------------------------------------------------------

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
        self.env["client.plan.review"]._check_begun(self)
        review = self.review_ids.filtered(lambda review: review.state == "due")[:1]
        if review:
            review._refresh_kind()
            return review
        self.env["client.plan.review"]._check_holder(self)
        review = review.sudo().create(
            {"plan_id": self.id, "date": self.next_review_date}
        )
        return review.sudo(self.env.su)

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

    # -- scheduled action ----------------------------------------------------------

    @api.model
    def _cron_enforce_reviews(self):
        """Create due reviews and their tasks, then escalate the overdue ones.

        The workers do not commit, this method does. Plans that failed are skipped for
        the rest of the run and tried again by the next one.
        """
        Review = self.env["client.plan.review"]
        for worker in (Review._create_due_reviews, Review._escalate_overdue_reviews):
            if not self._run_batches(worker, REVIEW_JOB):
                return
