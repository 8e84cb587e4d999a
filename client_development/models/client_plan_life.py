from odoo import api, models
from odoo.exceptions import UserError

from .client_plan import STAMP_FIELDS

# Which states may follow; a closed plan stays closed.
TRANSITIONS = {
    "draft": ("discussion", "signoff", "running", "cancelled"),
    "discussion": ("draft", "signoff", "running", "cancelled"),
    "signoff": ("discussion", "running", "cancelled"),
    "running": ("closed", "cancelled"),
    "closed": (),
    "cancelled": ("draft",),
}
EDITABLE_STATES = ("draft", "discussion")
ENDED_STATES = ("closed", "cancelled")
SUBJECT_FIELDS = {
    "scope",
    "partner_id",
    "segment_id",
    "country_ids",
    "state_ids",
    "company_id",
}


class ClientPlan(models.Model):
    """The life of a plan: which state may follow, and what each state allows."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    # -- rules ---------------------------------------------------------------------

    def _check_transition(self, new):
        """Refuse a change of state that the life of a plan does not know."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for plan in self:
            if new not in TRANSITIONS[plan.state]:
                raise UserError(
                    self.env._(
                        "Status: “%(plan)s” is “%(old)s” and cannot become “%(new)s”."
                        " %(remedy)s",
                        plan=plan.name,
                        old=labels[plan.state],
                        new=labels[new],
                        remedy=plan._get_remedy(new),
                    )
                )

    def _get_remedy(self, new):
        """Return what to do instead of a change of state that is refused."""
        self.ensure_one()
        if new == self.state == "running":
            return self.env._("It has already been started.")
        if new == self.state:
            return self.env._("Nothing is left to do.")
        return {
            "draft": self.env._("Start it first."),
            "discussion": self.env._("Start it first."),
            "signoff": self.env._("Start it first."),
            "running": self.env._("Close or cancel it, then make a new plan."),
            "closed": self.env._("Make a new plan."),
            "cancelled": self.env._("Set it back to draft first."),
        }[self.state]

    def _check_plain_transition(self, new):
        """Refuse to end a plan without the result, and its actions without a reason.

        That is done by the buttons, through :meth:`_set_state`.
        """
        self._check_transition(new)
        if self and new in ENDED_STATES:
            raise UserError(
                self.env._(
                    "Status: the end of “%(plan)s” needs its result or a reason. Use"
                    " the button “Close” or “Cancel” of the plan.",
                    plan=self[0].name,
                )
            )
        self._check_ready(new)

    def _check_ready(self, new):
        """Refuse to freeze, start or close plans that are not ready for it."""
        if new == "signoff":
            self._check_signoff()
        elif new == "running":
            self._check_start()
        elif new == "closed":
            self._check_close()
        elif new == "draft":
            self._check_taken_up_again()

    def _check_taken_up_again(self):
        """Refuse an owner who would make everything he agreed on changeable again."""
        for plan in self.filtered(lambda plan: plan.state == "cancelled"):
            has_run = plan.next_review_date or plan.sudo().review_ids
            if has_run and not plan._may_hold_final():
                raise UserError(
                    self.env._(
                        "Status: “%(plan)s” had started before it was cancelled. Only"
                        " %(users)s or an administrator sets it back to draft; make a"
                        " new plan instead, or ask there.",
                        plan=plan.name,
                        users=plan._get_final_names(),
                    )
                )

    def _check_write(self, vals):
        """Refuse what nobody enters, and another subject for a started plan."""
        if self.env.su:
            return
        self._refuse_entered(self, vals, STAMP_FIELDS)
        for plan in self.filtered(lambda plan: plan.state not in EDITABLE_STATES):
            for name in self._get_changed_fields(
                plan, vals, plan._get_subject_fields()
            ):
                raise UserError(
                    self.env._(
                        "%(field)s: “%(plan)s” has started and keeps its subject."
                        " Cancel it and make a new plan instead.",
                        field=self._fields[name]._description_string(self.env),
                        plan=plan.name,
                    )
                )

    def _get_subject_fields(self):
        """Return what a started plan keeps; the team only when it is the subject."""
        self.ensure_one()
        return SUBJECT_FIELDS | ({"team_id"} if self.scope == "team" else set())

    def _check_start_stays(self):
        """Refuse another first day: reviews and objectives are counted from it."""
        self.ensure_one()
        if self.state == "running":
            raise UserError(
                self.env._(
                    "Start: “%(plan)s” has started and keeps its first day. Choose"
                    " another end, or cancel it and make a new plan.",
                    plan=self.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_live(self):
        for plan in self:
            if plan.state not in ("draft", "discussion", "cancelled"):
                raise UserError(
                    self.env._(
                        "“%(plan)s” has started: cancel it with a reason instead of"
                        " deleting it.",
                        plan=plan.name,
                    )
                )

    def unlink(self):
        """Delete what belongs to the plan with its tasks and messages, too.

        The database would cascade, but knows nothing of those.
        """
        self.check_access("unlink")
        self._unlink_except_live()
        plans = self.sudo()
        plans.line_ids.unlink()
        plans.objective_ids.unlink()
        plans.review_ids.unlink()
        return super().unlink()

    # -- states --------------------------------------------------------------------

    @api.model
    def _group_expand_state(self, states, domain):
        """Always show the columns of a plan's way, the others when needed."""
        shown = {"draft", "discussion", "running", *states}
        return [
            state for state, _label in self._fields["state"].selection if state in shown
        ]

    def _set_state(self, state, **vals):
        """Lock the plans, check the transition again, then take it.

        Past the checks of a plain write, which may not end a plan. The form's buttons
        get the dialog of the quality gate instead of its error.
        """
        self.check_access("write")
        if dialog := self._get_gate_dialog(state):
            return dialog
        self._lock_records(self, "state")
        self._check_transition(state)
        self._check_ready(state)
        return self.sudo().write({**vals, "state": state})

    def _split_by_state_vals(self, vals):
        """Return ``[(plans, vals)]`` with what a plan's new state brings along.

        A running plan gets a review date in the same write, as the database checks
        each of them; the end of a plan is stamped with who and when.
        """
        given = {k: v for k, v in vals.items() if v or k != "next_review_date"}
        batches = {}
        for plan in self:
            today = plan.company_id._client_today()
            state = vals.get("state", plan.state)
            extra = {}
            if state == "running" and plan._needs_review_date(vals, today):
                extra["next_review_date"] = plan._get_review_date_again()
            elif "next_review_date" in vals:
                extra["next_review_date"] = vals["next_review_date"]
            if state != plan.state and state in ENDED_STATES:
                extra.update(date_closed=today, closed_uid=self.env.uid)
            elif state != plan.state:
                extra.update(dict.fromkeys(STAMP_FIELDS, False))
            batches.setdefault(tuple(extra.items()), []).append(plan.id)
        return [
            (self.browse(plan_ids), {**dict(extra), **given})
            for extra, plan_ids in batches.items()
        ]

    # -- buttons -------------------------------------------------------------------

    def action_discuss(self):
        """Show the draft to those who will carry it out."""
        return self._set_state("discussion")

    def action_start(self):
        """Start the plan; the first review date follows from the cadence."""
        return self._set_state("running")

    def action_draft(self):
        """Set a cancelled or discussed plan back to draft."""
        return self._set_state("draft", next_review_date=False)

    def action_close(self):
        """Ask for result and lessons, then close."""
        return self._open_close_wizard("close")

    def action_cancel(self):
        """Ask for the reason, then cancel."""
        return self._open_close_wizard("cancel")

    def _open_close_wizard(self, mode):
        self.ensure_one()
        self.check_access("write")
        titles = {
            "close": self.env._("Close Plan"),
            "cancel": self.env._("Cancel Plan"),
        }
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_close_action"
            ),
            "name": titles[mode],
            "res_id": self.env["client.plan.close"]._make(self, mode).id,
        }
