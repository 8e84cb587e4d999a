from odoo import models
from odoo.exceptions import UserError


class ClientPlan(models.Model):
    """Final acceptance: who says, before a plan is closed, that it is done.

    Plans that are signed or pass the full gate end with a review of the kind *final*.
    The controller or the team leader holds it, the owner only when there is neither;
    an administrator may hold it for them. Other plans are closed directly.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    # -- rules ---------------------------------------------------------------------

    def _needs_final_acceptance(self):
        """Tell whether the plan is accepted before it is closed."""
        self.ensure_one()
        plan = self.sudo()
        return plan._needs_signoff() or plan._needs_full_gate()

    def _get_final_holders(self):
        """Return who holds the final acceptance beside the owner; maybe nobody."""
        self.ensure_one()
        plan = self.sudo()
        users = (plan.controller_id | plan.team_id.user_id) - plan.user_id
        return users.filtered("active")

    def _may_hold_final(self):
        """Tell whether the current user may hold the final acceptance."""
        self.ensure_one()
        user, plan, holders = self.env.user, self.sudo(), self._get_final_holders()
        if self.env.su or user in holders:
            return True
        if user == plan.user_id:
            return not holders
        return user.has_group("client_development.group_client_manager")

    def _is_finally_accepted(self):
        """Tell whether somebody who may has held the final acceptance."""
        self.ensure_one()
        plan = self.sudo()
        holders = plan._get_final_holders()
        return any(
            review.kind == "final"
            and review.state == "held"
            and (review.user_id != plan.user_id or not holders)
            for review in plan.review_ids
        )

    def _check_close(self):
        for plan in () if self.env.su else self:
            if plan._needs_final_acceptance() and not plan._is_finally_accepted():
                raise UserError(
                    self.env._(
                        "“%(plan)s” is accepted before it is closed: %(users)s must"
                        " hold its final acceptance first. Use the button “Close” of"
                        " the plan.",
                        plan=plan.name,
                        users=plan._get_final_names(),
                    )
                )
        return super()._check_close()

    def _get_final_names(self):
        """Return the names of those who hold the final acceptance."""
        self.ensure_one()
        users = self._get_final_holders() or self.sudo().user_id
        return ", ".join(users.sudo().mapped("name"))

    # -- asking for it -------------------------------------------------------------

    def _get_final_review(self):
        """Return the open review as the final acceptance; make it when there is none.

        Whoever works on the plan may ask for it; it is due today, by one task for who
        holds it.
        """
        self.ensure_one()
        self.check_access("read")
        if not self._may_hold_final():
            self.check_access("write")
        self._lock_records(self, "state")
        if self.state != "running":
            raise UserError(
                self.env._(
                    "Only running plans are accepted: “%(plan)s” is not.",
                    plan=self.name,
                )
            )
        plan = self.sudo()
        today = plan.company_id._client_today()
        review = plan.review_ids.filtered(lambda review: review.state == "due")[:1]
        # somebody's choice, not the system's: it is not proposed anew
        chosen = {"kind": "final", "is_kind_chosen": True}
        if review.kind == "final":
            review.write(chosen)
            return review.sudo(self.env.su)
        plan.next_review_date = today  # the open review and its task follow
        if review:
            review.write(chosen)
        else:
            review = review.create({"plan_id": plan.id, "date": today, **chosen})
            review._schedule_tasks()
        return review.sudo(self.env.su)
