from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, float_is_zero

from .client_plan_effort import DIGITS

# Time that is loaded without a day is laid down in days of this length.
LOADED_DAY_HOURS = 8.0


class ClientPlanLine(models.Model):
    """The spent hours of an action: the sum of its dated working time.

    Typing a total stays possible: the difference is entered for today (quick entry).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    spent_hours = fields.Float(
        compute="_compute_spent_hours",
        inverse="_inverse_spent_hours",
        store=True,
        readonly=False,
        copy=False,
        aggregator="sum",
        help="Working time that the action has taken so far. Entering another total"
        " adds the difference to your own working time of today.",
    )

    @api.depends("effort_ids.hours")
    def _compute_spent_hours(self):
        for line in self:
            line.spent_hours = sum(line.effort_ids.mapped("hours"))

    def _inverse_spent_hours(self):
        """Enter the difference between the total and the dated hours."""
        entered = self.env["client.plan.effort"]._get_hours(self)
        vals_list = []
        for line in self:
            if float_compare(line.spent_hours, 0.0, precision_digits=DIGITS) < 0:
                raise UserError(
                    self.env._(
                        "Spent Hours: “%(line)s” cannot have taken less than no time."
                        " Enter zero or more.",
                        line=line.name,
                    )
                )
            hours = entered.get(line.id, {})
            more = line.spent_hours - sum(hours.values())
            if float_is_zero(more, precision_digits=DIGITS):
                continue
            if more < 0:
                vals_list += line._prepare_less_effort(hours, -more)
            elif self.env.uid == SUPERUSER_ID:
                vals_list += line._prepare_loaded_effort(more)
            else:
                vals_list.append(line._prepare_effort(self.env.user, more))
        # the rules on the action hold already: whoever takes part may enter hours
        self.env["client.plan.effort"].sudo().create(vals_list)

    def _prepare_effort(self, user, hours):
        """Return the values of working time of today."""
        return {"line_id": self.id, "user_id": user.id, "hours": hours}

    def _prepare_less_effort(self, entered, hours):
        """Return the corrections that take so many hours back, one's own first."""
        self.ensure_one()
        user = self.env.user
        users = [user, *(other for other in entered if other != user)]
        if not (self.env.su or self._is_time_managed_by_user()):
            users = [user]
        vals_list = []
        for other in users:
            part = min(hours, max(entered.get(other, 0.0), 0.0))
            if not float_is_zero(part, precision_digits=DIGITS):
                vals_list.append(self._prepare_effort(other, -part))
                hours -= part
        if not float_is_zero(hours, precision_digits=DIGITS):
            raise UserError(
                self.env._(
                    "Spent Hours: on “%(line)s” others have entered time, too, and you"
                    " take back only your own. Correct your rows on the page “Working"
                    " Time”, or ask the owner of the plan.",
                    line=self.name,
                )
            )
        return vals_list

    def _prepare_loaded_effort(self, hours):
        """Return working time for a total that the system loads, say at installation.

        It belongs to the responsible and ends on the day on which the action was done
        or due, at the latest today; a total of several days goes back from there.
        """
        self.ensure_one()
        today = self.company_id._client_today()
        day = min(self.done_date or self.date_deadline, today)
        vals_list = []
        while hours > LOADED_DAY_HOURS:
            vals_list.append((day, LOADED_DAY_HOURS))
            hours -= LOADED_DAY_HOURS
            day -= timedelta(days=1)
        vals_list.append((day, hours))
        return [
            {**self._prepare_effort(self.user_id, part), "date": date}
            for date, part in vals_list
        ]

    def _is_time_managed_by_user(self):
        """Tell whether the current user keeps the working time of everyone here."""
        self.ensure_one()
        plan = self.sudo().plan_id
        return (
            self.env.user == plan.user_id
            or plan.with_env(self.env)._is_steered_by_user()
        )
