from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_plan_life import EDITABLE_STATES
from .client_plan_line import STAMP_FIELDS
from .client_plan_line_serves import SERVE_FIELDS

# What was agreed when the plan started: what is done, by whom and what for, with how
# much work, and how anyone can see it.
AGREED_FIELDS = {
    "name",
    "result",
    "user_id",
    "participant_ids",
    "planned_hours",
    "section_id",
    "section_kind_id",
    *SERVE_FIELDS,
}
# What somebody who merely takes part in an action may enter.
PARTICIPANT_FIELDS = {
    "spent_hours",
    "result",
    "outcome",
    "note",
    "resource_ids",
    "information_ids",
    "effort_ids",
    "help_ids",
}


class ClientPlanLine(models.Model):
    """Who may change what on an action, beyond the access rights and record rules."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    can_work = fields.Boolean(
        compute="_compute_rights",
        help="You may report progress on this action.",
    )
    can_accept = fields.Boolean(
        compute="_compute_rights",
        help="You may accept this action or return it for rework.",
    )
    can_agree = fields.Boolean(
        string="May Change the Agreement",
        compute="_compute_rights",
        help="You may change what is done in this action and how anyone can see it.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends(
        "user_id",
        "done_uid",
        "team_id.user_id",
        "plan_id.user_id",
        "plan_id.controller_id",
        "plan_id.state",
    )
    @api.depends_context("uid")
    def _compute_rights(self):
        user = self.env.user
        manager = user.has_group("client_development.group_client_manager")
        for line in self:
            plan = line.sudo().plan_id
            above = manager or user in (line.sudo().team_id.user_id, plan.controller_id)
            line.can_accept = above and user not in (line.user_id, line.done_uid)
            line.can_work = above or user in (line.user_id, plan.user_id)
            agreed = plan.state and plan.state not in EDITABLE_STATES
            line.can_agree = above or not agreed or user == plan.user_id

    # -- rules ---------------------------------------------------------------------

    @api.model
    def _check_values(self, vals):
        """Refuse values that only the system may set."""
        self.env["client.plan"]._refuse_entered(self, vals, STAMP_FIELDS)
        cancels = vals.get("state") == "cancelled"
        if "cancel_reason" in vals and not cancels and not self.env.su:
            raise UserError(
                self.env._(
                    "Reason for Cancelling: it is given when the action is cancelled"
                    " and stays as it was. Put later remarks into the notes of the"
                    " action."
                )
            )
        returns = vals.get("state") == "rework"
        if "rework_remark" in vals and not returns and not self.env.su:
            raise UserError(
                self.env._(
                    "To Do Again: it is written when the action is returned for rework"
                    " and stays as it was. Put later remarks into the notes of the"
                    " action."
                )
            )

    def _check_write(self, vals):
        """Refuse what the current user may not change on these actions."""
        changed = {
            name for name in vals if not name.startswith(("message_", "activity_"))
        }
        if not changed or self.env.su:
            return
        self.check_access("write")  # before any message that names the action
        self._check_values(vals)
        self.sudo().plan_id._check_not_ended()
        if "plan_id" in vals and any(
            line.plan_id.id != vals["plan_id"] for line in self
        ):
            raise UserError(
                self.env._(
                    "Plan: an action stays in its plan. Cancel it here and add it to"
                    " the other plan."
                )
            )
        for line in self:
            if not line.can_work and not changed <= PARTICIPANT_FIELDS:
                raise UserError(
                    self.env._(
                        "You take part in “%(line)s” but do not answer for it: enter"
                        " hours, outcome and notes. Status, deadline and responsible"
                        " are changed by %(user)s or the owner of the plan.",
                        line=line.name,
                        user=line.user_id.name,
                    )
                )
        self._check_agreed(vals)

    def _check_agreed(self, vals):
        """Refuse to whoever works on an action to change what was agreed on.

        Until the plan is signed or starts they may word it better; afterwards what came
        out goes into the outcome.
        """
        for line in self:
            if line.can_agree:
                continue
            Plan = self.env["client.plan"]
            for name in sorted(Plan._get_changed_fields(line, vals, AGREED_FIELDS)):
                raise UserError(
                    self.env._(
                        "%(field)s: “%(line)s” stays as it was agreed on. Write what"
                        " came out into “Outcome”; if the agreement itself has to"
                        " change, ask the owner or the controller of the plan, or the"
                        " team leader.",
                        field=self._fields[name]._description_string(self.env),
                        line=line.name,
                    )
                )
