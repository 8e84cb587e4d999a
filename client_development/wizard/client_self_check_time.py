from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date, formatLang

from ..models.client_plan_line import DONE_STATES
from .client_self_check import CHOICES, STATUS_HELP, STATUSES


class ClientSelfCheck(models.TransientModel):
    """Question 2: the part of working time that goes to development."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.self.check"

    time_answer = fields.Html(
        compute="_compute_time",
        sanitize=False,
        help="Dated hours of meetings, calls and actions, beside the working time less"
        " leave.",
    )
    time_status = fields.Selection(
        selection=STATUSES, compute="_compute_time", help=STATUS_HELP
    )
    time_hours = fields.Float(
        string="Hours",
        compute="_compute_time",
        help="Hours of meetings, calls and actions.",
    )
    time_silent_count = fields.Integer(
        string="People without Hours",
        compute="_compute_time",
        help="People for whom no hour is dated in these days.",
    )
    time_blank_count = fields.Integer(
        string="Actions without Hours",
        compute="_compute_time",
        help="Actions done in these days on which nobody entered how long they took.",
    )

    def _get_blank_domain(self):
        """Actions done in these days without any hours."""
        first, last = self._get_days()
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("user_id", "in", self._get_users().ids)
            & Domain("state", "in", DONE_STATES)
            & Domain("done_date", ">=", first)
            & Domain("done_date", "<=", last)
            & Domain("spent_hours", "=", 0)
        )

    def _get_time_domain(self):
        """The dated pieces of work of these people and days."""
        return self.env["client.development.time"]._get_time_domain(
            self._get_users(), *self._get_days(), self.company_id
        )

    @api.depends(*CHOICES)
    @api.depends_context("uid", "lang", "client_today")
    def _compute_time(self):
        times = self.env["client.development.time"]
        for check in self:
            users = check._get_users()
            worked = times._get_working_hours(
                users, *check._get_days(), check.company_id
            )
            rows = times._read_group(
                check._get_time_domain(), ["user_id", "kind"], ["hours:sum"]
            )
            by_kind = {}
            for _user, kind, hours in rows:
                by_kind[kind] = by_kind.get(kind, 0.0) + hours
            busy = {user.id for user, _kind, _hours in rows}
            silent = users.filtered(lambda user, busy=busy: user.id not in busy)
            check.time_hours = sum(by_kind.values())
            check.time_silent_count = len(silent)
            check.time_blank_count = self.env["client.plan.line"].search_count(
                check._get_blank_domain()
            )
            check.time_answer = check._say_time(
                users, silent, by_kind, sum(worked.values())
            )
            if not by_kind:
                check.time_status = "red"
            else:
                check.time_status = "amber" if silent else "green"

    def _say_time(self, users, silent, by_kind, worked):
        first, last = (format_date(self.env, day) for day in self._get_days())
        if not users:
            return self._say(
                self.env._("Nobody to look at: there is no salesperson here.")
            )
        if not by_kind:
            return self._say(
                self.env._(
                    "From %(first)s to %(last)s no hour for clients is recorded, of"
                    " %(worked)s working hours.",
                    first=first,
                    last=last,
                    worked=self._number(worked),
                ),
            )
        return self._say(
            self._say_share(worked, first, last),
            self._draw_kinds(by_kind),
            silent
            and len(users) > 1
            and self.env._(
                "Nothing recorded by: %(names)s",
                names=self._join(silent.mapped("name")),
            ),
        )

    def _say_share(self, worked, first, last):
        if not worked:
            return self.env._(
                "Hours for clients from %(first)s to %(last)s: %(hours)s, although the"
                " working calendar has no working hours then.",
                first=first,
                last=last,
                hours=self._number(self.time_hours, 1),
            )
        return self.env._(
            "%(share)s of working time goes to the development of clients: %(hours)s of"
            " %(worked)s hours, from %(first)s to %(last)s.",
            share=self._percent(self.time_hours, worked),
            hours=self._number(self.time_hours, 1),
            worked=self._number(worked),
            first=first,
            last=last,
        )

    def _draw_kinds(self, by_kind):
        """Return the hours of each kind in words."""
        kinds = self.env["client.development.time"]._fields["kind"]
        return Markup(" · ").join(
            Markup("%s: %s")
            % (label, formatLang(self.env, by_kind.get(kind, 0.0), digits=1))
            for kind, label in kinds._description_selection(self.env)
        )
