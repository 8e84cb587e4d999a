from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

BATCH_SIZE = 200
TITLE = "Flagging missed deadlines"


class ClientPlanSlip(models.Model):
    """Missed deadlines: found by the scheduled action, explained by people."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.slip"

    # -- scheduled action ----------------------------------------------------------

    @api.model
    def _cron_flag_overdue(self):
        """Open one slip per missed deadline of running plans, of all companies."""
        self.env["client.plan"]._run_batches(self._flag_overdue, TITLE)

    @api.model
    def _flag_overdue(self, limit=BATCH_SIZE, skip=()):
        """Open the slips of a batch of overdue actions. No commit.

        Each company counts the days in its own time zone.

        :return: number of actions handled, ids of those that failed, number left
        """
        Line = self.env["client.plan.line"].sudo()
        domain = Domain("is_overdue", "=", True) & Domain(
            "slip_ids",
            "not any",
            [("kind", "=", "missed"), ("date_new", "=", False)],
        )
        return self.env["client.plan"]._work_batch(
            Line, domain, lambda lines: lines._flag_missed(), limit, skip, TITLE
        )

    # -- giving the reason ---------------------------------------------------------

    def action_explain(self):
        """Ask why these deadlines were missed."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_slip_explain_action"
            ),
            "context": {"default_slip_ids": self.ids},
        }

    def _give_reason(self, reason, note=False):
        """Say why these deadlines were missed; whoever answers for the actions may."""
        self.check_access("read")
        self.env["client.plan"]._lock_records(self.line_id.sudo(), "state")
        self.invalidate_recordset(["reason_id"])
        for slip in self:
            if not (self.env.su or slip.line_id.can_work):
                raise AccessError(
                    self.env._(
                        "Why “%(line)s” was late is said by %(user)s, the owner of the"
                        " plan or the team leader.",
                        line=slip.line_id.name,
                        user=slip.line_id.user_id.name,
                    )
                )
            if slip.reason_id:
                raise UserError(
                    self.env._(
                        "Reason: why “%(line)s” was late has been said already:"
                        " %(reason)s. That stays as it is.",
                        line=slip.line_id.name,
                        reason=slip.reason_id.name,
                    )
                )
        if not reason:
            raise UserError(
                self.env._("Reason: say why the deadline was missed. Choose a reason.")
            )
        self.sudo().write(
            {"reason_id": reason.id, "note": note, "author_id": self.env.uid}
        )
        text = self.env._("Why it was late: %(reason)s", reason=reason.name)
        self.line_id._message_log_batch(
            {line.id: f"{text}. {note}" if note else text for line in self.line_id}
        )


class ClientPlanLine(models.Model):
    """An action opens the slip of its missed deadline."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    def _flag_missed(self):
        """Open one slip per missed deadline, unless there is one already."""
        self.slip_ids.fetch(["kind", "date_new"])
        lines = self.filtered(
            lambda line: (
                line.is_overdue
                and not any(
                    slip.kind == "missed" and not slip.date_new
                    for slip in line.slip_ids
                )
            )
        )
        if not lines:
            return
        self.env["client.plan.slip"].sudo().create(
            [line._prepare_slip_vals() for line in lines]
        )
        for lang, group in lines.grouped(lambda line: line.user_id.lang).items():
            spoken = group.with_context(lang=lang)
            group._message_log_batch(
                {
                    line.id: spoken.env._(
                        "The deadline %(date)s was missed.",
                        date=format_date(spoken.env, line.date_deadline),
                    )
                    for line in spoken
                }
            )
