from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ClientPlanReviewMove(models.Model):
    """One postponement of a review: from when to when, why, by whom."""

    _name = "client.plan.review.move"
    _description = "Postponed Review"
    _order = "date desc, id desc"
    _rec_name = "review_id"

    review_id = fields.Many2one(
        comodel_name="client.plan.review",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The review that was postponed.",
    )
    plan_id = fields.Many2one(
        related="review_id.plan_id",
        store=True,
        precompute=True,
        index=True,
        help="The plan of the review.",
    )
    team_id = fields.Many2one(
        related="review_id.team_id",
        store=True,
        precompute=True,
        index=True,
        help="Sales team of the plan.",
    )
    company_id = fields.Many2one(
        related="review_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    date = fields.Date(
        string="Postponed on",
        required=True,
        readonly=True,
        help="The day on which the review was postponed.",
    )
    date_old = fields.Date(
        string="Old Day",
        required=True,
        readonly=True,
        help="When the review was to be held.",
    )
    date_new = fields.Date(
        string="New Day",
        required=True,
        readonly=True,
        help="When it is to be held instead.",
    )
    reason_id = fields.Many2one(
        comodel_name="client.plan.slip.reason",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Why it was postponed.",
    )
    note = fields.Text(
        string="Remark",
        readonly=True,
        help="What exactly was in the way.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Postponed by",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Who postponed it.",
    )


class ClientPlanReview(models.Model):
    """A due review is held, or postponed with a reason; nothing else moves it."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.review"

    move_ids = fields.One2many(
        comodel_name="client.plan.review.move",
        inverse_name="review_id",
        string="Postponements",
        readonly=True,
        copy=False,
        help="How often the review was postponed, and why.",
    )
    postpone_count = fields.Integer(
        string="Postponed",
        compute="_compute_postpone_count",
        help="How often the review was postponed.",
    )

    @api.depends("move_ids")
    def _compute_postpone_count(self):
        counts = dict(
            self.env["client.plan.review.move"]._read_group(
                [("review_id", "in", self.ids)], ["review_id"], ["__count"]
            )
        )
        for review in self:
            review.postpone_count = counts.get(review._origin, 0)

    def action_postpone(self):
        """Ask for the new day and the reason."""
        self.ensure_one()
        self._check_postpone()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_review_postpone_action"
            ),
            "context": {"default_review_id": self.id},
        }

    def _check_postpone(self):
        """Refuse users who do not hold the review, and reviews that are closed."""
        self.check_access("write")
        self._check_holder(self.plan_id)
        if self.state != "due":
            raise UserError(self.env._("This review is already closed."))

    def _postpone(self, date, reason, note):
        """Move the due review and the plan's next review date; keep the reason."""
        self.ensure_one()
        self._check_postpone()
        self.env["client.plan"]._lock_records(self, "state")
        self._check_postpone()
        if not reason:
            raise UserError(
                self.env._(
                    "Reason: say why the review is postponed; choose a reason from the"
                    " list."
                )
            )
        if date <= self.date:
            raise UserError(
                self.env._(
                    "New Day: the review is planned for %(date)s. Choose a later day to"
                    " postpone it, or hold it earlier.",
                    date=format_date(self.env, self.date),
                )
            )
        self.plan_id._check_review_date(date)
        review = self.sudo()
        review.move_ids.create(
            {
                "review_id": review.id,
                "date": review.company_id._client_today(),
                "date_old": review.date,
                "date_new": date,
                "reason_id": reason.id,
                "note": note,
                "user_id": self.env.uid,
            }
        )
        review.plan_id.next_review_date = date


class ClientPlan(models.Model):
    """The next review of a running plan is not put off without a reason."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    def action_postpone_review(self):
        """Postpone the due review; made when the day has not come yet."""
        self.ensure_one()
        return self._get_due_review().action_postpone()

    def _check_put_off(self, date):
        """Refuse to move a due review, or any so far that one would be skipped."""
        self.ensure_one()
        if self.state != "running" or date <= self.next_review_date:
            return
        if self._is_review_due():
            raise UserError(
                self.env._(
                    "Next Review: the review of “%(plan)s” on %(date)s is due. Hold it,"
                    " or postpone it with a reason by the button “Postpone”.",
                    plan=self.name,
                    date=format_date(self.env, self.next_review_date),
                )
            )
        held = [date for date in self.sudo().review_ids.mapped("date_held") if date]
        last = max([self.date_start, *held])
        latest = last + timedelta(days=2 * self._get_review_days())
        if date > latest and not self._is_steered_by_user():
            raise UserError(
                self.env._(
                    "Next Review: “%(plan)s” would not be reviewed until %(latest)s."
                    " Choose that day or an earlier one, or postpone the review with a"
                    " reason by the button “Postpone Review”.",
                    plan=self.name,
                    latest=format_date(self.env, latest),
                )
            )
