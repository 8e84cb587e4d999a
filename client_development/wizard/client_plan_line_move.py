from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.client_plan_line import OPEN_STATES

MAX_DAYS = 250


class ClientPlanLineMove(models.TransientModel):
    """Move the deadline of one or many actions, with the reason.

    Actions that wait for them move along when they would otherwise be due first; each
    has its own slip.
    """

    _name = "client.plan.line.move"
    _description = "Move Deadline"

    line_ids = fields.Many2many(
        comodel_name="client.plan.line",
        string="Actions",
        required=True,
        default=lambda self: self._default_line_ids(),
        help="The actions that get a new deadline.",
    )
    mode = fields.Selection(
        selection=[
            ("date", "To a day"),
            ("shift", "By working days"),
        ],
        string="Move",
        required=True,
        default="date",
        help="All to the same day, or each by the same number of working days.",
    )
    date = fields.Date(
        string="New Deadline",
        help="The day by which it will be done.",
    )
    days = fields.Integer(
        string="Working Days",
        default=5,
        help="So many working days of the company's calendar later, public holidays"
        " left out. Counted from the deadline, or from today when that has passed.",
    )
    reason_id = fields.Many2one(
        comodel_name="client.plan.slip.reason",
        string="Reason",
        help="What was in the way. Needed when the deadline of a running plan moves to"
        " a later day.",
    )
    reason_help = fields.Text(
        related="reason_id.description",
        string="What Helps",
        help="What usually helps against it.",
    )
    note = fields.Text(
        string="Remark",
        help="What exactly was in the way.",
    )
    needs_reason = fields.Boolean(
        compute="_compute_consequences",
        help="At least one deadline of a running plan moves to a later day.",
    )
    dependent_ids = fields.Many2many(
        comodel_name="client.plan.line",
        relation="client_plan_line_move_dependent_rel",
        string="Wait for These",
        compute="_compute_consequences",
        help="Actions that wait for these and would be due before them.",
    )
    shift_dependents = fields.Boolean(
        string="Move What Waits, Too",
        default=True,
        help="The actions that wait for these move by as many working days, for the"
        " same reason.",
    )
    warning = fields.Text(
        compute="_compute_consequences",
        help="What to think of before moving.",
    )

    def _default_line_ids(self):
        if self.env.context.get("active_model") == "client.plan.line":
            return self.env.context.get("active_ids")
        return None

    # -- computed fields -----------------------------------------------------------

    @api.depends("line_ids", "mode", "date", "days")
    def _compute_consequences(self):
        for wizard in self:
            dates = wizard._get_dates()
            followers = wizard._get_follower_dates(dates)
            wizard.dependent_ids = wizard._get_own(followers)
            wizard.needs_reason = any(line._needs_reason(dates[line]) for line in dates)
            wizard.warning = "\n".join(wizard._get_warnings(dates, followers))

    def _get_warnings(self, dates, followers):
        """Return what does not forbid the move, but ought to be known."""
        own = self._get_own(followers)
        late = [line for line in dates if dates[line] > line.sudo().plan_id.date_end]
        warnings = [
            self.env._(
                "“%(line)s” would be due after its plan has ended (%(date)s). Choose an"
                " earlier day, or have the plan extended.",
                line=line.name,
                date=format_date(self.env, line.sudo().plan_id.date_end),
            )
            for line in late
        ]
        warnings += [
            self.env._(
                "“%(line)s” waits for this and is due before; it is not yours to move."
                " Tell %(user)s.",
                line=line.name,
                user=line.user_id.name,
            )
            for line in followers
            if line not in own
        ]
        return warnings

    def _get_own(self, followers):
        """Return those of the actions that the current user may move."""
        lines = self.env["client.plan.line"].browse(line.id for line in followers)
        return lines._filtered_access("write").filtered("can_work")

    # -- the new deadlines ---------------------------------------------------------

    def _get_dates(self):
        """Return ``{action: new deadline}`` of the chosen actions."""
        self.ensure_one()
        lines = self.line_ids._origin
        if self.mode == "date":
            return dict.fromkeys(lines, self.date) if self.date else {}
        if not 1 <= self.days <= MAX_DAYS:
            return {}
        dates = {}
        for company, its_lines in lines.grouped("company_id").items():
            today = company._client_today()
            dates |= company._client_shift_working_days(
                {line: (max(line.date_deadline, today), self.days) for line in its_lines}
            )
        return dates

    def _get_follower_dates(self, dates):
        """Return ``{action: new deadline}``, as superuser, of what waits for these.

        Each moves by as many working days as the one it waits for, so that the time
        between them stays; further ones follow in turn. What was chosen itself stays
        where it was put.
        """
        followers, shifts = {}, {}
        queue = list(dates)
        while queue:
            line = queue.pop(0)
            due = followers.get(line) or dates[line]
            waiting = line.sudo().dependent_ids.filtered(
                lambda other, due=due: (
                    other.state in OPEN_STATES
                    and other not in dates
                    and followers.get(other, other.date_deadline) < due
                )
            )
            if not waiting:
                continue
            company = line.company_id
            if line not in shifts:
                first = line.date_deadline + timedelta(days=1)
                shifts[line] = len(
                    company._client_working_days(first, max(first, due))
                )
            days = max(shifts[line], 1)
            moved = company._client_shift_working_days(
                {other: (other.date_deadline, days) for other in waiting}
            )
            for other, day in moved.items():
                followers[other] = max(day, due)
                shifts[other] = days
                queue.append(other)
        return followers

    # -- buttons -------------------------------------------------------------------

    def action_move(self):
        """Move the deadlines; the rules of each action apply."""
        self.ensure_one()
        if self.mode == "date" and not self.date:
            raise UserError(
                self.env._("New Deadline: no day is given. Choose today or a later day.")
            )
        dates = self._get_dates()
        if not dates:
            raise UserError(
                self.env._(
                    "Working Days: %(days)s is not possible. Enter 1 to %(limit)s.",
                    days=self.days,
                    limit=MAX_DAYS,
                )
            )
        if self.shift_dependents:
            followers = self._get_follower_dates(dates)
            dates |= {line: followers[line] for line in self._get_own(followers)}
        by_day = {}
        for line, day in dates.items():
            by_day[day] = by_day.get(day, self.line_ids.browse()) | line
        for day, lines in by_day.items():
            lines._check_movable()
            lines._move_deadline(day, self.reason_id, self.note)
        return {"type": "ir.actions.act_window_close"}
