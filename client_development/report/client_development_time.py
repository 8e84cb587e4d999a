from odoo import fields, models


class ClientDevelopmentTime(models.Model):
    """Working time spent on developing clients, one row per dated piece of work.

    - **Meetings**: meetings in the calendar in which the user took part (accepted, or
      organised by himself and not declined) with people of a client. They count on
      the company's day on which they begin, once they have begun. All-day meetings
      and those of 24 hours and more count the company's working hours for each day
      until today; of several days only the weekdays that the company works. A meeting
      with several clients is shared evenly among them.
    - **Calls**: calls to survey a client in which somebody was on the telephone, the
      company's minutes per call each. One call about several orders is one.
    - **Actions**: the dated hours of actions (``client.plan.effort``), for whoever
      spent them, on their day; days ahead do not count yet. Hours of a meeting that was
      planned from the action are part of those of the person who was there, and counted
      once, as the meeting. An action without dated hours counts nothing.

    No hour counts in two companies: a meeting belongs to the user's main company when
    the client is a client there.
    """

    _name = "client.development.time"
    _description = "Development Time"
    _auto = False
    _order = "day desc, id desc"
    _depends = {
        "calendar.event": [
            "active",
            "allday",
            "res_id",
            "res_model",
            "start",
            "start_date",
            "stop",
            "stop_date",
            "user_id",
        ],
        "calendar.attendee": ["event_id", "partner_id", "state"],
        "client.call": ["company_id", "contact_id", "partner_id", "team_id"],
        "client.fact": ["active", "company_id", "partner_id", "team_id"],
        "client.plan.effort": ["company_id", "date", "hours", "line_id", "user_id"],
        "client.plan.line": ["company_id", "partner_id", "team_id"],
        "client.survey": ["company_id", "contact_id", "partner_id", "team_id"],
        "client.survey.attempt": ["call_id", "date", "outcome", "survey_id", "user_id"],
        "crm.team": ["company_id"],
        "crm.team.member": ["active", "crm_team_id", "user_id"],
        "res.company": ["client_call_minutes", "partner_id", "resource_calendar_id"],
        "res.partner": ["commercial_partner_id", "tz"],
        "res.users": ["company_id", "company_ids", "partner_id", "share"],
        "resource.calendar": ["hours_per_day", "tz"],
        "resource.calendar.attendance": ["calendar_id", "day_period", "dayofweek"],
    }

    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company for which the time was spent.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Employee",
        readonly=True,
        help="Who spent the time.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The employee's sales team; of somebody without one, the team of the"
        " client, the survey or the plan. Its leader sees the time.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        readonly=True,
        help="The client for whom the time was spent. Empty for actions of plans that"
        " are not about one client.",
    )
    day = fields.Date(
        readonly=True,
        help="The day in the company's time zone. Meetings: when they begin. Calls:"
        " when they were made. Actions: the day for which the hours were entered.",
    )
    hours = fields.Float(
        readonly=True,
        aggregator="sum",
        help="Meetings: their length; all-day meetings count a working day. Calls: the"
        " company's minutes per call. Actions: the hours entered, below zero to correct"
        " earlier ones.",
    )
    kind = fields.Selection(
        selection=[("meeting", "Meeting"), ("call", "Call"), ("action", "Action")],
        readonly=True,
        help="Where the time was taken from: the calendar, the calls to survey clients,"
        " or the actions of plans.",
    )
    event_id = fields.Many2one(
        comodel_name="calendar.event",
        string="Meeting",
        readonly=True,
        help="The meeting in the calendar.",
    )
    attempt_id = fields.Many2one(
        comodel_name="client.survey.attempt",
        string="Survey Call",
        readonly=True,
        help="The call in which the client was surveyed.",
    )
    survey_id = fields.Many2one(
        comodel_name="client.survey",
        string="Client Survey",
        readonly=True,
        help="The survey for which the client was called.",
    )
    line_id = fields.Many2one(
        comodel_name="client.plan.line",
        string="Action of a Plan",
        readonly=True,
        help="The action on which the hours were entered.",
    )
