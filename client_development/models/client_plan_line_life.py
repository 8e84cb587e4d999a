from odoo import api, models
from odoo.exceptions import UserError

# States of a plan in which deadlines move freely.
NOT_STARTED_STATES = ("draft", "discussion", "signoff")
# What a change of state needs: "work" may be done by the responsible, the plan's owner
# and everyone who may accept; "accept" by controller, team leader and administrator,
# never for an action of one's own or that one has reported done.
TRANSITIONS = {
    ("planned", "progress"): "work",
    ("planned", "done"): "work",
    ("planned", "cancelled"): "work",
    ("progress", "planned"): "work",
    ("progress", "done"): "work",
    ("progress", "cancelled"): "work",
    ("rework", "progress"): "work",
    ("rework", "done"): "work",
    ("rework", "cancelled"): "work",
    ("done", "planned"): "work",
    ("done", "progress"): "work",
    ("done", "accepted"): "accept",
    ("done", "rework"): "accept",
    ("accepted", "rework"): "accept",
    ("cancelled", "planned"): "work",
}
# How many actions a message names, when several are refused at once.
MAX_NAMED = 10


class ClientPlanLine(models.Model):
    """The life of an action: which state may follow, and what each one stamps."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    # -- computed fields -----------------------------------------------------------

    @api.depends("date_deadline")
    def _compute_date_deadline_original(self):
        """Keep the deadline of the start; until the plan starts it moves along."""
        for line in self:
            first = line._origin.date_deadline_original
            free = line.plan_state in NOT_STARTED_STATES
            line.date_deadline_original = not free and first or line.date_deadline

    # -- rules ---------------------------------------------------------------------

    def _check_transition(self, new):
        """Refuse a change of state that is not allowed, or not to this user.

        Of many actions every one that is refused is named; then none of them changes.
        """
        refused = [why for line in self if (why := line._get_refusal(new))]
        if not refused:
            return
        if len(self) == 1:
            raise UserError(refused[0])
        reasons = [f"– {why}" for why in refused[:MAX_NAMED]]
        if len(refused) > MAX_NAMED:
            reasons.append("– …")
        raise UserError(
            self.env._(
                "Status: nothing was changed, as %(count)s of %(total)s actions cannot"
                " be changed like that. Leave them out and try again.\n%(reasons)s",
                count=len(refused),
                total=len(self),
                reasons="\n".join(reasons),
            )
        )

    def _get_refusal(self, new):
        """Return why the current user may not set the action to that state."""
        self.ensure_one()
        need = TRANSITIONS.get((self.state, new))
        if not need:
            labels = dict(self._fields["state"]._description_selection(self.env))
            return self.env._(
                "Status: “%(line)s” is “%(old)s” and cannot become “%(new)s”."
                " %(remedy)s",
                line=self.name,
                old=labels[self.state],
                new=labels[new],
                remedy=self._get_remedy(new),
            )
        if need == "work" or self.env.su:
            return None
        if self.user_id == self.env.user:
            return self.env._(
                "Nobody accepts or returns his own work: “%(line)s” is yours. The"
                " controller of the plan or the team leader decides.",
                line=self.name,
            )
        if self.done_uid == self.env.user:
            return self.env._(
                "Nobody accepts or returns his own work: you reported “%(line)s” done."
                " Somebody else decides: the controller of the plan, the team leader or"
                " an administrator.",
                line=self.name,
            )
        if not self.can_accept:
            return self.env._(
                "Only the controller of the plan, the team leader or an administrator"
                " may accept “%(line)s” or return it.",
                line=self.name,
            )
        return None

    def _get_remedy(self, new):
        """Return what to do before a change of state that is refused."""
        self.ensure_one()
        if self.state == "accepted":
            return self.env._("Have it returned for rework first.")
        if self.state in ("done", "cancelled"):
            return self.env._("Set it back to planned first.")
        if new in ("accepted", "rework"):
            return self.env._("Report it done first.")
        return self.env._("Begin it or report it done.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_live(self):
        if self.env.su:  # with the plan, which has been checked
            return
        for line in self:
            if line.plan_state not in ("draft", "discussion"):
                raise UserError(
                    self.env._(
                        "“%(line)s” belongs to a plan that has started: cancel it with"
                        " a reason instead of deleting it.",
                        line=line.name,
                    )
                )

    # -- states --------------------------------------------------------------------

    def _set_state(self, state):
        self.filtered(lambda line: line.state != state).write({"state": state})
        return True

    @api.model
    def _prepare_state_vals(self, state, today):
        """Return who and when for the new state; later stamps are wiped."""
        done = {"done_date": today, "done_uid": self.env.uid}
        accepted = {"accepted_date": today, "accepted_uid": self.env.uid}
        no_done = dict.fromkeys(done, False)
        no_accepted = dict.fromkeys(accepted, False)
        if state == "accepted":
            return accepted
        if state == "done":
            return {**done, **no_accepted}
        if state == "cancelled":
            return {**no_done, **no_accepted}
        returned = {"rework_uid": self.env.uid} if state == "rework" else {}
        return {**no_done, **no_accepted, **returned, "cancel_reason": False}

    # -- buttons -------------------------------------------------------------------

    def action_progress(self):
        """Begin, or take up again."""
        return self._set_state("progress")

    def action_done(self):
        """Report done; works on many at once."""
        return self._set_state("done")

    def action_plan(self):
        """Set back to planned."""
        return self._set_state("planned")

    def action_cancel(self):
        """Ask for the reason, then cancel; works on many at once."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_line_cancel_action"
            ),
            "context": {"default_line_ids": self.ids},
        }
