from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ClientPlanReview(models.Model):
    """Which kind of review is proposed, and when a review may be held at all."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.review"

    is_kind_chosen = fields.Boolean(
        string="Kind Chosen",
        readonly=True,
        help="Somebody has chosen the kind of the review; it is not proposed any more.",
    )

    # -- the kind --------------------------------------------------------------------

    @api.model
    def _propose_kinds(self, plans):
        """Return ``{plan: kind}``: final from the plan's end on, correction when an
        objective is far behind or an action overdue, else interim. Two queries."""
        plans = plans.sudo()
        domain = [("plan_id", "in", plans.ids)]
        groups = self.env["client.plan.line"].sudo()._read_group(
            [*domain, ("is_overdue", "=", True)], ["plan_id"]
        ) + self.env["client.plan.objective"].sudo()._read_group(
            [*domain, ("status", "=", "red")], ["plan_id"]
        )
        behind = {plan.id for (plan,) in groups}
        kinds = {}
        for plan in plans:
            day = max(plan.company_id._client_today(), plan.next_review_date)
            if day >= plan.date_end:
                kinds[plan] = "final"
            else:
                kinds[plan] = "correction" if plan.id in behind else "interim"
        return kinds

    @api.model_create_multi
    def create(self, vals_list):
        """Propose the kind, unless it is given."""
        plans = self.env["client.plan"].browse(
            vals["plan_id"]
            for vals in vals_list
            if vals.get("plan_id") and not vals.get("kind")
        )
        plans = plans.sudo().filtered(lambda plan: plan.state == "running")
        kinds = self._propose_kinds(plans) if plans else {}
        by_id = {plan.id: kind for plan, kind in kinds.items()}
        return super().create(
            [
                {"kind": by_id[vals["plan_id"]], **vals}
                if vals.get("plan_id") in by_id and not vals.get("kind")
                else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        """Whoever chooses another kind keeps it."""
        if "kind" in vals and not self.env.su:
            chosen = self.filtered(lambda review: review.kind != vals["kind"])
            result = super().write(vals)
            chosen.sudo().is_kind_chosen = True
            return result
        return super().write(vals)

    def _refresh_kind(self):
        """Propose the kind anew as things stand today, unless it was chosen."""
        reviews = self.sudo().filtered(
            lambda review: review.state == "due" and not review.is_kind_chosen
        )
        kinds = self._propose_kinds(reviews.plan_id) if reviews else {}
        for review in reviews:
            if review.kind != kinds[review.plan_id]:
                review.kind = kinds[review.plan_id]

    # -- not before the start --------------------------------------------------------

    @api.model
    def _check_begun(self, plan):
        """Refuse to review a plan before its first day."""
        plan = plan.sudo()
        if plan.company_id._client_today() < plan.date_start:
            raise UserError(
                self.env._(
                    "Review: “%(plan)s” begins on %(start)s, there is nothing to review"
                    " before. Hold its review from that day on, or let the plan start"
                    " earlier.",
                    plan=plan.name,
                    start=format_date(self.env, plan.date_start),
                )
            )
