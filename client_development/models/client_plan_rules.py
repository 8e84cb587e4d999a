from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .client_plan_life import EDITABLE_STATES, ENDED_STATES

# What may still change when a plan has ended; its children check themselves.
ENDED_FIELDS = {"state", "lessons"}


class ClientPlan(models.Model):
    """Who may change what on a plan, beyond the access rights and record rules."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    _name_not_blank = models.Constraint(
        r"CHECK(name ~ '\S')",
        "Plan: a plan needs a name. Enter at least one word.",
    )
    _controller_not_owner = models.Constraint(
        "CHECK(controller_id <> user_id)",
        "Controller: nobody controls his own plan. Choose somebody else than the owner"
        " or leave the field empty.",
    )

    # -- rules ---------------------------------------------------------------------

    def _is_steered_by_user(self):
        """Tell whether the current user leads the plan's team or administrates."""
        self.ensure_one()
        user = self.env.user
        return user == self.sudo().team_id.user_id or user.has_group(
            "client_development.group_client_manager"
        )

    def _is_answered_by_user(self):
        """Tell whether the current user owns, controls, leads or administrates it."""
        self.ensure_one()
        plan = self.sudo()
        own = self.env.user in (plan.user_id, plan.controller_id)
        return own or self._is_steered_by_user()

    @api.model
    def _may_assign_to(self, user):
        """Tell whether the current user makes plans for the other one, too.

        Computed defaults run past the rules, so the rights are asked for here.
        """
        current = self.env.user
        if self.env.uid == SUPERUSER_ID or current.has_group(
            "client_development.group_client_manager"
        ):
            return bool(user)
        teams = user.sudo().sale_team_id | user.sudo().crm_team_ids
        return current in teams.user_id

    def _check_not_ended(self):
        """Refuse changes to plans that are closed or cancelled."""
        for plan in self:
            if plan.state == "closed":
                raise UserError(
                    self.env._(
                        "The plan “%(plan)s” is closed and stays as it is. Only the"
                        " lessons learned may be completed; for anything else make a"
                        " new plan.",
                        plan=plan.name,
                    )
                )
            if plan.state == "cancelled":
                raise UserError(
                    self.env._(
                        "The plan “%(plan)s” is cancelled and stays as it is. Only the"
                        " lessons learned may be completed; set it back to draft to"
                        " change anything else.",
                        plan=plan.name,
                    )
                )

    def _check_write(self, vals):
        """Refuse what the current user may not change on these plans."""
        super()._check_write(vals)
        if self.env.su:
            return
        entered = {
            name for name in vals if not name.startswith(("message_", "activity_"))
        }
        for plan in self:
            ends = vals.get("state", plan.state) in ENDED_STATES
            if ends and plan._get_changed_fields(plan, vals, entered - ENDED_FIELDS):
                plan._check_not_ended()
            if plan._get_changed_fields(plan, vals, {"date_start"}):
                plan._check_start_stays()
            for name in plan._get_changed_fields(
                plan, vals, {"controller_id", "team_id"}
            ):
                plan._check_above_stays(name)
            if plan._get_changed_fields(plan, vals, {"date_end"}):
                plan._check_end(fields.Date.to_date(vals["date_end"]))
            if vals.get("next_review_date") and plan._get_changed_fields(
                plan, vals, {"next_review_date"}
            ):
                date = fields.Date.to_date(vals["next_review_date"])
                plan._check_review_date(date)
                plan._check_put_off(date)

    def _check_above_stays(self, name):
        """Refuse an owner who chooses who is above him on his started plan.

        :param name: the field that names who controls or leads
        """
        self.ensure_one()
        if self.state in EDITABLE_STATES or self._is_steered_by_user():
            return
        if self.env.user != self.controller_id:
            raise UserError(
                self.env._(
                    "%(field)s: “%(plan)s” has started, and its owner does not choose"
                    " who controls it. Ask the team leader or an administrator.",
                    field=self._fields[name]._description_string(self.env),
                    plan=self.name,
                )
            )

    def _check_end(self, date):
        """Refuse to end a running plan in the past, or later than agreed on alone."""
        self.ensure_one()
        if self.state != "running":
            return
        if date and date < self.company_id._client_today():
            raise UserError(
                self.env._(
                    "End: %(date)s has passed. Close “%(plan)s” if it has ended, or"
                    " choose today or a later day.",
                    date=format_date(self.env, date),
                    plan=self.name,
                )
            )
        if not self.sudo().version_ids and not self._may_hold_final():
            raise UserError(
                self.env._(
                    "End: “%(plan)s” has started, and its end is moved by %(users)s."
                    " Ask there, or hold a review and say what is in the way.",
                    plan=self.name,
                    users=self._get_final_names(),
                )
            )

    def _check_review_date(self, date):
        """Refuse to set the next review aside: into the past or far ahead."""
        self.ensure_one()
        today = self.company_id._client_today()
        if date < today:
            raise UserError(
                self.env._(
                    "Next Review: %(date)s has passed. Choose today or a later day for"
                    " “%(plan)s”.",
                    date=format_date(self.env, date),
                    plan=self.name,
                )
            )
        if date < self.date_start:
            raise UserError(
                self.env._(
                    "Next Review: “%(plan)s” begins on %(start)s and is not reviewed"
                    " before. Choose that day or a later one.",
                    plan=self.name,
                    start=format_date(self.env, self.date_start),
                )
            )
        days = self._get_review_days()
        if self._is_steered_by_user():
            latest = max(self.date_end, today) + timedelta(days=days)
            if date > latest:
                raise UserError(
                    self.env._(
                        "Next Review: “%(plan)s” ends on %(end)s. Choose %(latest)s or"
                        " an earlier day, or extend the plan first.",
                        plan=self.name,
                        end=format_date(self.env, self.date_end),
                        latest=format_date(self.env, latest),
                    )
                )
            return
        latest = today + timedelta(days=2 * days)
        if date > latest:
            raise UserError(
                self.env._(
                    "Next Review: “%(plan)s” is reviewed every %(days)s days. Choose"
                    " %(latest)s or an earlier day; the team leader may choose a later"
                    " one.",
                    plan=self.name,
                    days=days,
                    latest=format_date(self.env, latest),
                )
            )

    # -- create --------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Say in plain words whose plans one makes; check the review date."""
        try:
            plans = super().create(vals_list)
        except AccessError as error:
            if not self.has_access("create"):
                raise
            raise AccessError(
                self.env._(
                    "Owner: you make the plans that you own yourself or control, and a"
                    " team leader those of his team. Choose yourself as the owner, or"
                    " ask the team leader to make this plan."
                )
            ) from error
        if not self.env.su:
            for plan in plans.filtered("next_review_date"):
                plan._check_review_date(plan.next_review_date)
        return plans

    def write(self, vals):
        """Tell outsiders of their actions when the plan starts."""
        starting = self.filtered(lambda plan: plan.state != "running")
        res = super().write(vals)
        if vals.get("state") == "running":
            starting.sudo().line_ids._decide_acceptance()
            starting.line_ids._notify_outsiders()
        elif vals.get("state") in ENDED_STATES:
            self.sudo().line_ids._drop_help(self.env._("The plan has ended."))
        return res
