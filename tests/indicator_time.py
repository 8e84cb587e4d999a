"""Working time spent on development: made at random, and counted again."""

from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import Command

LONGEST_MEETING = 12
SPOKEN = ("answered", "callback", "refused")


class Work:
    """Adds meetings, calls, actions and leave to an :class:`IndicatorWorld`."""

    def make_work(self, meetings, calls, actions):
        for _number in range(meetings):
            self._meet()
        self.env["client.survey.attempt"].sudo().create(
            [self._call_vals() for _number in range(calls)]
        )
        self._make_actions(actions)
        self._make_leave()
        self.env.flush_all()
        self.env.invalidate_all()

    def _meet(self):
        """A meeting with a client; now and then somebody declines."""
        rng = self.rng
        company = rng.choice(list(self.companies))
        user = self._pick_seller(company, nobody=0)
        guests = [guest for guests in self.addresses.values() for guest in guests]
        guest = rng.choice([guest for guest in guests if guest.exists().active])
        start = datetime.combine(self.random_day(), time(rng.choice([0, 9, 16])))
        event = self.env["calendar.event"].with_context(dont_notify=True)
        event = event.create(
            {
                "name": "Talk",
                "user_id": user.id,
                "start": start,
                "stop": start + timedelta(hours=rng.choice([0.5, 1, 2, 14])),
                "partner_ids": [Command.set((user.partner_id | guest).ids)],
            }
        )
        event.attendee_ids.state = "accepted"
        if rng.random() < 0.2:
            rng.choice(event.attendee_ids).state = "declined"

    def _call_vals(self):
        survey = self.rng.choice(self.surveys)
        moment = self.moment(survey.company_id, min(self.random_day(), self.day))
        outcome = self.rng.choice([*SPOKEN, "no_answer"])
        return {
            "survey_id": survey.id,
            "user_id": self._pick_seller(survey.company_id, nobody=0).id,
            "date": moment,
            "outcome": outcome,
            "date_callback": outcome == "callback" and moment + timedelta(days=1),
        }

    def _make_actions(self, number):
        """Actions of drafts with dated hours."""
        for index in range(number):
            company = self.companies[index % 2]
            client = self.rng.choice([c for c in self.clients[:50] if c.active])
            day = self.random_day()
            user = self._pick_seller(company, nobody=0)
            plan = self.env["client.plan"].create(
                {
                    "partner_id": client.id,
                    "company_id": company.id,
                    "user_id": user.id,
                    "team_id": self._team(user, company).id,
                    "date_start": self.day - relativedelta(months=40),
                }
            )
            line = self.env["client.plan.line"].create(
                {
                    "name": "Visit",
                    "plan_id": plan.id,
                    "user_id": user.id,
                    "date_deadline": day,
                }
            )
            self.env["client.plan.effort"].create(
                [
                    {
                        "line_id": line.id,
                        "user_id": user.id,
                        "date": self.random_day(),
                        "hours": self.rng.choice([0.0, 1.0, 7.5]),
                    }
                    for _entry in range(self.rng.choice([0, 1, 2]))
                ]
            )

    def _make_leave(self):
        """A holiday of each company, and leave of a salesperson."""
        for company in self.companies:
            calendar = company.resource_calendar_id
            self._leave(company, self.env["resource.resource"], 30, 2)
            user = self.sellers[company][0]
            resource = self.env["resource.resource"].create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": company.id,
                    "calendar_id": calendar.id,
                    "tz": calendar.tz,
                }
            )
            self._leave(company, resource, 60, 14)

    def _leave(self, company, resource, back, days):
        calendar = company.resource_calendar_id
        zone = pytz.timezone(calendar.tz)
        first = datetime.combine(self.day - timedelta(days=back), time.min)
        moments = [zone.localize(m) for m in (first, first + timedelta(days=days))]
        moments = [m.astimezone(pytz.utc).replace(tzinfo=None) for m in moments]
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "calendar_id": calendar.id,
                "company_id": company.id,
                "resource_id": resource.id,
                "date_from": moments[0],
                "date_to": moments[1] - timedelta(seconds=1),
                "time_type": "leave",
            }
        )


class TimeRecount:
    """Development hours and working hours of one company's period.

    The class that extends it has ``env``, ``company``, ``day`` and ``members``, and
    ``within(day, span)`` and ``days(span)``.
    """

    def read_time(self):
        """Add up the hours of everybody."""
        users = self.env["res.users"].search([]).ids
        self.working = {user: self._working_hours(user) for user in users}
        self.hours = defaultdict(float)
        for user, day, hours in (
            *self._read_meetings(),
            *self._read_calls(),
            *self._read_actions(),
        ):
            if self.within(day, "period"):
                self.hours[user.id] += hours

    def _read_meetings(self):
        """Meetings that a user attended with a client of the company."""
        facts = self.env["client.fact"].search([("active", "=", True)])
        known = {(fact.partner_id, fact.company_id) for fact in facts}
        for event in self.env["calendar.event"].search([("active", "=", True)]):
            present = event.attendee_ids.filtered(lambda a: a.state != "declined")
            present = present.partner_id
            guests = present.filtered(lambda p: not p.user_ids)
            user = event.user_id
            if event.name != "Talk" or user.partner_id not in present or not guests:
                continue
            client = guests.commercial_partner_id
            mine = [c for c in user.company_ids if (client, c) in known]
            mine.sort(key=lambda c: (c != user.company_id, c.id))
            if mine[:1] == [self.company]:
                hours = (event.stop - event.start).total_seconds() / 3600
                day = self.company._client_date(event.start)
                yield user, day, min(hours, LONGEST_MEETING)

    def _read_calls(self):
        """Calls in which somebody spoke; one about several orders is one."""
        attempts = self.env["client.survey.attempt"].search(
            [
                ("survey_id.company_id", "=", self.company.id),
                ("outcome", "in", SPOKEN),
            ]
        )
        calls = {(a.user_id, a.survey_id.contact_id, a.date) for a in attempts}
        for user, _contact, moment in calls:
            day = self.company._client_date(moment)
            yield user, day, self.company.client_call_minutes / 60

    def _read_actions(self):
        """Dated hours of actions, of whoever spent them."""
        for effort in self.env["client.plan.effort"].search(
            [("company_id", "=", self.company.id), ("date", "<=", self.day)]
        ):
            yield effort.user_id, effort.date, effort.hours

    def _working_hours(self, user):
        """Return the hours of the calendar in the period, less leave."""
        calendar = self.company.resource_calendar_id
        by_weekday = defaultdict(float)
        for attendance in calendar.attendance_ids:
            if attendance.day_period != "lunch":
                hours = attendance.hour_to - attendance.hour_from
                by_weekday[int(attendance.dayofweek)] += hours
        free = set()
        for leave in self.env["resource.calendar.leaves"].search(
            [("calendar_id", "=", calendar.id)]
        ):
            if not leave.resource_id or leave.resource_id.user_id.id == user:
                day = self.company._client_date(leave.date_from)
                while day <= self.company._client_date(leave.date_to):
                    free.add(day)
                    day += timedelta(days=1)
        day, last = self.days("period")
        total = 0.0
        while day <= last:
            total += by_weekday[day.weekday()] * (day not in free)
            day += timedelta(days=1)
        return total

    def _people(self, population, clients):
        """Return the ids of a team's members, else of who looks after the clients."""
        if population.scope == "user":
            return set(population.ids)
        if population.scope == "team":
            members = self.env["crm.team.member"].search([("active", "=", True)])
            members = members.filtered(lambda m: m.crm_team_id.id in population.ids)
            return set(members.user_id.ids)
        users = self.members.users
        known = self.members.partners.ids
        return {users[c].id for c in clients if c in known and users[c]}

    def _total_time(self, name, population, clients):
        people = self._people(population, clients)
        if name == "development_hours":
            return sum(self.hours[user] for user in people)
        return sum(self.working[user] for user in people)
