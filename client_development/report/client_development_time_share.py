from datetime import datetime, time, timedelta

from odoo import api, models
from odoo.fields import Domain


class ClientDevelopmentTime(models.Model):
    """Development time beside working time: the share of product.md B and E."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.development.time"

    @api.model
    def _get_time_domain(self, users, first, last, company):
        """Return the domain of the time that ``users`` spent from first to last day."""
        return (
            Domain("company_id", "=", company.id)
            & Domain("user_id", "in", users.ids)
            & Domain("day", ">=", first)
            & Domain("day", "<=", last)
        )

    @api.model
    def _get_share(self, users, first, last, company):
        """Return ``{user: (development hours, working hours)}`` of these days.

        The development hours are those that the current user may see.
        """
        worked = self._get_working_hours(users, first, last, company)
        spent = dict(
            self._read_group(
                self._get_time_domain(users, first, last, company),
                ["user_id"],
                ["hours:sum"],
            )
        )
        return {user: (spent.get(user, 0.0), worked[user]) for user in users}

    @api.model
    def _get_working_hours(self, users, first, last, company):
        """Return ``{user: hours}`` of his working time, less leave and holidays.

        The working time is that of the user's own resource in the company; without one,
        or without a working calendar there, the company's. The company's holidays and
        the user's own leave are taken off. Both days count, in the company's time zone.
        Without any calendar a user works eight hours from Monday to Friday. Two queries
        per working calendar, however many users there are.
        """
        if not users or first > last:
            return dict.fromkeys(users, 0.0)
        company = company.sudo()
        zone = company._client_timezone()
        start, stop = (
            zone.localize(datetime.combine(day, time.min))
            for day in (first, last + timedelta(days=1))
        )
        resources = {}
        for resource in (
            self.env["resource.resource"]
            .sudo()
            .search(
                [("user_id", "in", users.ids), ("company_id", "=", company.id)],
                order="id desc",
            )
        ):
            resources[resource.user_id.id] = resource  # the first one stays
        default = company.resource_calendar_id
        by_calendar = {}
        for user in users:
            resource = resources.get(user.id, self.env["resource.resource"].sudo())
            calendar = resource.calendar_id or default
            by_calendar.setdefault(calendar, {})[user] = resource
        leave = Domain("time_type", "=", "leave") & (
            Domain("resource_id", "!=", False) | Domain("company_id", "=", company.id)
        )
        hours = {}
        for calendar, resource_by_user in by_calendar.items():
            if not calendar:
                days = company._client_working_days(first, last)
                hours.update(dict.fromkeys(resource_by_user, 8.0 * len(days)))
                continue
            own = default.env["resource.resource"].concat(*resource_by_user.values())
            intervals = calendar._work_intervals_batch(
                start, stop, resources=own, domain=list(leave)
            )
            for user, resource in resource_by_user.items():
                data = calendar._get_attendance_intervals_days_data(
                    intervals[resource.id]
                )
                hours[user] = data["hours"]
        return {user: hours[user] for user in users}
