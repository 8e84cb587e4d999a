from odoo import fields, models
from odoo.exceptions import UserError

from .client_plan_line import OPEN_STATES


class ClientPlan(models.Model):
    """The end of a plan: result, reasons, lessons, and what becomes of its actions."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    close_reason_id = fields.Many2one(
        comodel_name="client.plan.slip.reason",
        string="Main Reason",
        readonly=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
        help="What was most in the way of a plan that was reached only partly, missed"
        " or cancelled; from the same list as the reasons for slips.",
    )

    def _get_red_objectives(self):
        """Return the objectives for which closing needs a reason."""
        self.ensure_one()
        return self.objective_ids.filtered(lambda o: o.status == "red")

    def _get_dropped_lines(self):
        """Return the open actions that end with the plan (as superuser)."""
        return self.sudo().line_ids.filtered(lambda line: line.state in OPEN_STATES)

    def _end(self, mode, reason=None, remark=None, lessons=None, objectives=None):
        """Close or cancel the plan; its open actions end with it.

        :param reason: why, from the list
        :param remark: why, in words; a cancelled plan needs them
        :param objectives: ``{objective: (reason, remark)}`` of those far behind
        """
        self.ensure_one()
        self.check_access("write")
        state = "closed" if mode == "close" else "cancelled"
        # whoever comes second finds the plan ended, before anything is changed
        self._lock_records(self, "state")
        self._check_transition(state)
        self._check_ready(state)
        remark = (remark or "").strip()
        reason = reason or self.env["client.plan.slip.reason"]
        vals = {
            "close_reason_id": reason.id,
            "close_reason": remark,
            "lessons": lessons,
        }
        if state == "closed":
            # those that are left count as not done: before they are cancelled
            _percent, result = self._get_close_result()
            self._check_reasons(result, reason, objectives or {})
            vals["close_result"] = result
            self._write_objective_reasons(objectives or {})
        elif not remark:
            raise UserError(
                self.env._("Reason: say in words why the plan is cancelled.")
            )
        lines = self._get_dropped_lines()
        why = remark or reason.name or self.env._("The plan was closed.")
        lines.write({"state": "cancelled", "cancel_reason": why})
        self._set_state(state, **vals)

    def _check_reasons(self, result, reason, objectives):
        """Refuse to close what was not reached without a reason from the list."""
        self.ensure_one()
        if result != "reached" and not reason:
            raise UserError(
                self.env._(
                    "Main Reason: “%(plan)s” was reached only partly or missed. Choose"
                    " from the list what was most in the way.",
                    plan=self.name,
                )
            )
        for objective in self._get_red_objectives():
            if not objectives.get(objective, (None, None))[0]:
                raise UserError(
                    self.env._(
                        "Reason: the objective “%(objective)s” is far behind. Choose"
                        " from the list what was in its way.",
                        objective=objective.name,
                    )
                )

    def _write_objective_reasons(self, objectives):
        """Keep the reasons on the objectives of this plan."""
        for objective, (reason, remark) in objectives.items():
            if objective.plan_id == self and reason:
                objective.sudo().write(
                    {"close_reason_id": reason.id, "close_note": remark}
                )
