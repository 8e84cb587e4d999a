from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import format_date

from .client_plan_line import OPEN_STATES

# Given with a new deadline, by import or remote call; never stored on the action.
MOVE_FIELDS = ("move_reason_id", "move_note")


class ClientPlanLine(models.Model):
    """Moving the deadline of a running plan: later only with a reason (product.md B).

    The rule is in :meth:`write`, so that imports, remote calls, drag and drop and
    editing many at once obey it. The row is ``client_plan_slip.py``.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    move_reason_id = fields.Many2one(
        comodel_name="client.plan.slip.reason",
        string="Reason for Moving",
        store=False,
        help="Give it together with a later deadline, for example in an import; it goes"
        " into the slip.",
    )
    move_note = fields.Char(
        string="Remark on Moving",
        store=False,
        help="Give it together with a later deadline; it goes into the slip.",
    )

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A new action has its first deadline: no reason is needed.

        In a running plan nobody is given a day that has passed; what was done before
        is entered by the system only.
        """
        lines = super().create(
            [
                {name: value for name, value in vals.items() if name not in MOVE_FIELDS}
                for vals in vals_list
            ]
        )
        if not self.env.su:
            running = lines.filtered(lambda line: line.plan_state == "running")
            for date, same in running.grouped("date_deadline").items():
                same._check_new_deadline(date)
        return lines

    def write(self, vals):
        vals = dict(vals)
        given = {name: vals.pop(name) for name in MOVE_FIELDS if name in vals}
        if (
            vals.get("date_deadline")
            and vals.get("state") in OPEN_STATES
            and any(line.state not in OPEN_STATES for line in self)
        ):
            # taken up again first: only what is open can move
            date = vals.pop("date_deadline")
            self.write(vals)
            vals = {"date_deadline": date}
        if vals.get("date_deadline") and not self.env.su:
            date = self._parse_deadline(vals["date_deadline"])
            moving = self.filtered(
                lambda line: (
                    line.plan_state == "running"
                    and line.date_deadline != date
                    and (line.state in OPEN_STATES or line.state == "done")
                )
            )
            moving._check_deadline_kept()
            reason = self.env["client.plan.slip.reason"]
            reason = reason.browse(given.get("move_reason_id")).exists()
            moving._move_deadline(date, reason, given.get("move_note"))
        return super().write(vals)

    @api.model
    def _parse_deadline(self, value):
        """Return the date; say in plain words when it is none."""
        try:
            return fields.Date.to_date(value)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._(
                    "Deadline: “%(value)s” is not a day. Enter a date such as"
                    " 2026-03-31.",
                    value=value,
                )
            ) from error

    # -- rules ---------------------------------------------------------------------

    def _check_deadline_kept(self):
        """Refuse to date an action back once it is done."""
        for line in self:
            if line.state == "done":
                raise UserError(
                    self.env._(
                        "Deadline: “%(line)s” is done and keeps its deadline. Have it"
                        " returned for rework first.",
                        line=line.name,
                    )
                )

    def _check_movable(self):
        """Refuse to move the deadline of what is no longer open."""
        self._check_not_settled()
        self._check_deadline_kept()

    def _check_new_deadline(self, date):
        """Refuse a new deadline that has passed already."""
        for line in self:
            if date < line.company_id._client_today():
                raise UserError(
                    self.env._(
                        "Deadline: %(date)s has passed. Choose today or a later day for"
                        " “%(line)s”.",
                        date=format_date(self.env, date),
                        line=line.name,
                    )
                )

    def _needs_reason(self, date):
        """Return which of the actions move to a later day while their plan runs."""
        return self.filtered(
            lambda line: (
                line.plan_state == "running"
                and line.state in OPEN_STATES
                and line.date_deadline < date
            )
        )

    def _refuse_without_reason(self, date):
        """Name the remedy, and offer it as a button where there is a screen."""
        message = self.env._(
            "Deadline: the plan is running, so moving “%(line)s” to %(date)s needs a"
            " reason. Use “Move Deadline”.",
            line=self[0].name,
            date=format_date(self.env, date),
        )
        if self.env.context.get("import_file"):
            message = self.env._(
                "Deadline: the plan is running, so moving “%(line)s” to %(date)s needs"
                " a reason. Add the column “Reason for Moving” to the file.",
                line=self[0].name,
                date=format_date(self.env, date),
            )
            raise UserError(message)
        raise RedirectWarning(
            message,
            self.env.ref("client_development.client_plan_line_move_action").id,
            self.env._("Move Deadline"),
            {
                "default_line_ids": self.ids,
                "default_mode": "date",
                "default_date": fields.Date.to_string(date),
            },
        )

    # -- moving --------------------------------------------------------------------

    def _move_deadline(self, date, reason, note=False):
        """Give the actions a new deadline; each later one of a running plan slips.

        An earlier day needs no reason and is no slip: the chatter shows it. In a plan
        that has not started deadlines move freely.

        :param reason: the ``client.plan.slip.reason``; may be empty when nothing slips
        """
        moving = self.filtered(lambda line: line.date_deadline != date)
        if not moving:
            return
        moving._check_write({"date_deadline": date})
        moving.check_access("write")
        running = moving.filtered(lambda line: line.plan_state == "running")
        running._check_new_deadline(date)
        self.env["client.plan"]._lock_records(moving, "date_deadline")
        later = moving._needs_reason(date)
        if later and not reason:
            later._refuse_without_reason(date)
        later._record_slips(date, reason, note)
        # past the rule in `write`, which asked for this method
        moving.sudo().write({"date_deadline": date})

    def _record_slips(self, date, reason, note):
        """Complete the open slip of each action, or make one."""
        if not self:
            return
        told = {
            "date_new": date,
            "reason_id": reason.id,
            "note": note,
            "author_id": self.env.uid,
        }
        slips = self.env["client.plan.slip"].sudo()
        slips = slips.search(
            [
                ("line_id", "in", self.ids),
                ("kind", "=", "missed"),
                ("date_new", "=", False),
            ]
        )
        slips.write(told)
        slips.create(
            [
                {**line._prepare_slip_vals(), **told}
                for line in self.sudo() - slips.line_id
            ]
        )
        text = self.env._("Why: %(reason)s", reason=reason.name)
        self._track_set_log_message(f"{text}. {note}" if note else text)

    def _prepare_slip_vals(self):
        """Return the slip of the present deadline: moved, or missed when it passed."""
        self.ensure_one()
        today = self.company_id._client_today()
        return {
            "line_id": self.id,
            "user_id": self.user_id.id,
            "kind": "missed" if self.date_deadline < today else "moved",
            "date": today,
            "date_old": self.date_deadline,
        }

    # -- buttons -------------------------------------------------------------------

    def action_move_deadline(self):
        """Ask for the new deadline and the reason; works on many at once."""
        lines = self.filtered(
            lambda line: (
                line.state in OPEN_STATES
                and line.plan_state not in ("closed", "cancelled")
            )
        )
        if not lines:
            raise UserError(
                self.env._(
                    "Deadline: only actions that are still open move, and only while"
                    " their plan has not ended. Choose at least one."
                )
            )
        return lines._open_move_wizard(
            default_mode="date" if len(lines) == 1 else "shift"
        )

    def action_drop(self, date):
        """Move to the day on which it was dropped in the calendar.

        :param date: the day, as the calendar writes it
        :return: what asks for the reason; ``False`` when none was needed
        """
        self.ensure_one()
        day = self._parse_deadline(date)
        if not day or not self._needs_reason(day):
            self.write({"date_deadline": day})
            return False
        self.check_access("write")
        self._check_write({"date_deadline": day})
        self._check_new_deadline(day)
        return self._open_move_wizard(
            default_mode="date", default_date=fields.Date.to_string(day)
        )

    def _open_move_wizard(self, **context):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_line_move_action"
            ),
            "context": {"default_line_ids": self.ids, **context},
        }
