from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .client_plan_cadence import REVIEW_JOB

BATCH_SIZE = 200
TASK = "client_development.mail_activity_type_review"
ESCALATION = "client_development.mail_activity_type_review_overdue"
# What whoever holds the review enters; its decisions are checked apart.
ENTERED_FIELDS = {"kind", "findings", "decisions", "resources", "resources_note"}


class ClientPlanReview(models.Model):
    """One scheduled check of a plan: planned for a day, held or overdue.

    A plan has at most one open review (the database enforces it); with it comes one
    task for whoever holds it, and one for the team leader when it stays open beyond
    the grace period. Both ways end with :meth:`action_hold`, which also sets the
    plan's next review date.
    """

    _name = "client.plan.review"
    _description = "Plan Review"
    _order = "date desc, id desc"
    _rec_name = "date"

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
        help="The plan that is checked.",
    )
    plan_name = fields.Char(
        related="plan_id.name",
        string="Name of the Plan",
        help="Title of the plan that is checked.",
    )
    partner_id = fields.Many2one(
        related="plan_id.partner_id",
        store=True,
        precompute=True,
        index=True,
        help="The client of the plan.",
    )
    plan_user_id = fields.Many2one(
        related="plan_id.user_id",
        string="Owner of the Plan",
        store=True,
        precompute=True,
        index=True,
        help="Who is responsible for the plan.",
    )
    team_id = fields.Many2one(
        related="plan_id.team_id",
        store=True,
        precompute=True,
        index=True,
        help="Sales team of the plan.",
    )
    company_id = fields.Many2one(
        related="plan_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    kind = fields.Selection(
        selection=[
            ("interim", "Interim Check"),
            ("correction", "Correction"),
            ("final", "Final Acceptance"),
        ],
        required=True,
        default="interim",
        help="An interim check, one that corrects the plan, or the final acceptance.",
    )
    date = fields.Date(
        string="Planned for",
        required=True,
        readonly=True,
        index=True,
        help="The day on which the review is to be held.",
    )
    state = fields.Selection(
        selection=[
            ("due", "Due"),
            ("held", "Held"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        default="due",
        readonly=True,
        index=True,
        help="Cancelled: the plan ended before the review was held.",
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="The review is still open although its day has passed.",
    )
    date_held = fields.Date(
        string="Held on",
        readonly=True,
        help="The day on which the review was held.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Held by",
        readonly=True,
        index="btree_not_null",
        help="Who held the review.",
    )
    findings = fields.Text(
        help="What the review found: where the plan stands, what is in the way.",
    )
    decisions = fields.Text(
        string="Remarks on the Decisions",
        help="What else was agreed; what is to be done, by whom and until when, are"
        " the decisions themselves.",
    )
    date_escalated = fields.Date(
        string="Escalated on",
        readonly=True,
        help="The day on which the overdue review was reported to the team leader.",
    )
    escalated_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Escalated to",
        readonly=True,
        help="Who was told about the overdue review.",
    )

    _one_due = models.UniqueIndex(
        "(plan_id) WHERE state = 'due'",
        "Status: this plan already has an open review. Hold that one first.",
    )
    _held_with_findings = models.Constraint(
        r"CHECK(state <> 'held' OR (COALESCE(findings, '') ~ '\S'"
        " AND date_held IS NOT NULL))",
        "Findings: say what the review found before it counts as held.",
    )

    @api.depends("state", "date", "company_id")
    @api.depends_context("client_today")
    def _compute_is_overdue(self):
        today = {company: company._client_today() for company in self.company_id}
        for review in self:
            review.is_overdue = bool(
                review.state == "due"
                and review.date
                and review.company_id
                and review.date < today[review.company_id]
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", "due") & self.env["client.plan"]._get_day_domain(
            "date", "<"
        )

    @api.depends("plan_id", "date")
    def _compute_display_name(self):
        for review in self:
            review.display_name = self.env._(
                "Review of %(plan)s, %(date)s",
                plan=review.plan_name,
                date=format_date(self.env, review.date) if review.date else "",
            )

    def write(self, vals):
        """What a held review found stays as it was written."""
        if not self.env.su and any(review.state != "due" for review in self):
            raise UserError(
                self.env._(
                    "This review is closed and cannot be changed any more. Put later"
                    " remarks into the next review."
                )
            )
        guarded = set(vals) - ENTERED_FIELDS
        if guarded and not self.env.su:
            labels = self.fields_get(sorted(guarded), ["string"])
            raise UserError(
                self.env._(
                    "%(fields)s: kept by the system. Move the review by the plan's next"
                    " review date, hold it by the button “Review held”.",
                    fields=", ".join(label["string"] for label in labels.values()),
                )
            )
        return super().write(vals)

    # -- holding a review ----------------------------------------------------------

    @api.model
    def _check_holder(self, plan):
        """Refuse users who may not hold the reviews of the plan."""
        plan = plan.sudo()
        user = self.env.user
        if not (
            self.env.su
            or user in (plan.user_id, plan.controller_id, plan.team_id.user_id)
            or user.has_group("client_development.group_client_manager")
        ):
            raise AccessError(
                self.env._(
                    "The reviews of “%(plan)s” are held by its owner, its controller or"
                    " the team leader.",
                    plan=plan.name,
                )
            )

    def action_hold(self):
        """Count the review as held, settle its tasks, set the next review date."""
        self.ensure_one()
        self.check_access("write")
        self._check_holder(self.plan_id)
        self.env["client.plan"]._lock_records(self, "state")
        if self.state != "due":
            raise UserError(self.env._("This review is already closed."))
        if not (self.findings or "").strip():
            raise UserError(
                self.env._(
                    "Findings: say what the review found before it counts as held."
                )
            )
        self._check_resources()
        self._check_begun(self.plan_id)
        self._refresh_kind()
        self._keep_contents()
        self.sudo().write(
            {
                "state": "held",
                "date_held": self.company_id._client_today(),
                "user_id": self.env.uid,
            }
        )
        self.flush_recordset()  # the next one may be made in the same breath
        plan = self.plan_id.sudo()
        plan.activity_feedback([TASK, ESCALATION], feedback=self.findings)
        plan.next_review_date = plan._get_next_review_date()
        return self._propose_closing() or self._tell_next_review()

    def _propose_closing(self):
        """Return the assistant that closes the plan after its final acceptance."""
        plan = self.plan_id
        if (
            self.kind == "final"
            and self.env.user.has_group("client_development.group_client_user")
            and plan.has_access("write")
        ):
            return plan._open_close_wizard("close")
        return None

    def _tell_next_review(self):
        """Return the notice of the next review date; it leads to the plan."""
        plan = self.plan_id.sudo()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("The review counts as held"),
                "message": self.env._(
                    "Next review: %(date)s",
                    date=format_date(self.env, plan.next_review_date),
                ),
                "next": {**self.action_view_plan(), "target": "main"},
            },
        }

    def action_view_plan(self):
        """Open the plan of the review."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.plan",
            "res_id": self.plan_id.id,
            "views": [(False, "form")],
        }

    def _move(self, date):
        """Move the open review and its task; a fresh date lifts the escalation."""
        self.ensure_one()
        plan = self.plan_id
        plan.activity_reschedule([TASK], date_deadline=date)
        if date >= self.company_id._client_today():
            plan.activity_unlink([ESCALATION])
            self.write({"date_escalated": False, "escalated_user_id": False})
        self.write({"date": date})

    def _cancel(self):
        """Close open reviews without holding them, with their tasks."""
        self.plan_id.activity_unlink([TASK, ESCALATION])
        self.write({"state": "cancelled"})

    # -- the work of the scheduled action ------------------------------------------

    @api.model
    def _create_due_reviews(self, limit=BATCH_SIZE, skip=()):
        """Create the reviews that have come due, each with one task. No commit.

        :return: number of plans handled, ids of those that failed, number left
        """
        Plan = self.env["client.plan"].sudo()
        domain = (
            Domain("state", "=", "running")
            & Domain("review_ids", "not any", [("state", "=", "due")])
            & Plan._get_day_domain(
                "next_review_date",
                "<=",
                lambda company: company.client_review_notice_days,
            )
        )
        return Plan._work_batch(
            Plan, domain, self.sudo()._create_for_plans, limit, skip, REVIEW_JOB
        )

    @api.model
    def _escalate_overdue_reviews(self, limit=BATCH_SIZE, skip=()):
        """Report open reviews beyond the grace period, once each. No commit.

        :return: number of reviews handled, ids of those that failed, number left
        """
        Review = self.sudo()
        domain = (
            Domain("state", "=", "due")
            & Domain("date_escalated", "=", False)
            & Domain("plan_id.state", "=", "running")
            & self.env["client.plan"]
            .sudo()
            ._get_day_domain(
                "date", "<", lambda company: -company.client_review_grace_days
            )
        )
        return self.env["client.plan"]._work_batch(
            Review, domain, Review._escalate, limit, skip, REVIEW_JOB
        )

    @api.model
    def _create_for_plans(self, plans):
        reviews = self.create(
            [{"plan_id": plan.id, "date": plan.next_review_date} for plan in plans]
        )
        reviews._schedule_tasks()

    @api.model
    def _escalate(self, reviews):
        tasks = []
        for review in reviews:
            plan = review.plan_id
            user = plan._get_escalation_user()
            today = review.company_id._client_today()
            review.write({"date_escalated": today, "escalated_user_id": user.id})
            tasks.append((plan, user, today))
        self._schedule(ESCALATION, tasks)

    @api.model
    def _schedule(self, type_xmlid, tasks):
        """Create one activity per (plan, user, day) in one go.

        No mail per task: they appear in the users' lists (product.md G).
        """
        activity_type = self.env.ref(type_xmlid, raise_if_not_found=False)
        activity_type = (
            activity_type or self.env["client.plan"]._default_activity_type()
        )
        model_id = self.env["ir.model"]._get_id("client.plan")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "date_deadline": date,
                    "res_id": plan.id,
                    "res_model_id": model_id,
                    "summary": activity_type.with_context(lang=user.lang).summary,
                    "user_id": user.id,
                }
                for plan, user, date in tasks
                if user
            ]
        )
