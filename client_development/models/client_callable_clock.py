from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_time

from .client_state_zones import STATE_ZONES

# When a client is offered to be called back unless he names another time.
CALL_BACK_TIME = time(10)
# Outside of these hours of the client's day the screen warns.
EARLIEST_HOUR, LATEST_HOUR = 8, 20


class ClientCallable(models.AbstractModel):
    """The client's local time, and when he may be called back."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.callable"

    # -- the client's local time ---------------------------------------------------

    def _get_desk_clock(self):
        """Return the client's time zone and from what it is known.

        The time zone of a contact is often that of the colleague who entered it: it
        counts unless the contact lies where the clocks show another hour.
        """
        self.ensure_one()
        row = self.sudo()
        contact = row.contact_id
        place = contact if contact.country_id else row.partner_id
        state = STATE_ZONES.get((place.country_id.code, place.state_id.code))
        zones = [state] if state else self._get_country_zones(place.country_id)
        offsets = {self._get_offset(zone): zone for zone in reversed(zones)}
        if contact.tz and (not zones or self._get_offset(contact.tz) in offsets):
            return self._say_clock(contact.tz, self.env._("time zone of the contact"))
        if len(offsets) == 1:
            name = place.state_id.name if state else place.country_id.name
            return self._say_clock(
                zones[0], self.env._("by the address: %(place)s", place=name)
            )
        return self._say_clock(
            row.company_id._client_timezone().zone,
            self.env._("time of our company, as the client's is not known"),
        )

    @api.model
    def _get_country_zones(self, country):
        return pytz.country_timezones.get(country.code or "", [])

    @api.model
    def _get_offset(self, zone):
        """Return how far the clocks of ``zone`` are from UTC at present."""
        now = pytz.utc.localize(fields.Datetime.now())
        return now.astimezone(pytz.timezone(zone)).utcoffset()

    @api.model
    def _say_clock(self, zone, source):
        return {
            "tz": zone,
            "source": source,
            "earliest": EARLIEST_HOUR,
            "latest": LATEST_HOUR,
        }

    # -- call-backs ----------------------------------------------------------------

    @api.model
    def _get_user_zone(self, company):
        return pytz.timezone(self.env.user.tz or company._client_timezone().zone)

    def _get_desk_callbacks(self):
        """Return the moments that are offered for calling back: one click each."""
        self.ensure_one()
        company = self.company_id
        here = self._get_user_zone(company)
        there = pytz.timezone(self._get_desk_clock()["tz"])
        moments = [
            ("hour", fields.Datetime.now() + timedelta(hours=1)),
            ("morning", self._get_next_morning(company)),
        ]
        offered = []
        for code, moment in moments:
            mine = pytz.utc.localize(moment).astimezone(here)
            theirs = mine.astimezone(there)
            is_bad = not EARLIEST_HOUR <= theirs.hour < LATEST_HOUR
            says = is_bad or theirs.utcoffset() != mine.utcoffset()
            offered.append(
                {
                    "code": code,
                    "label": self._say_callback(code, mine),
                    "there": says
                    and self.env._(
                        "%(time)s for the client", time=self._say_time(theirs)
                    ),
                    "is_bad": is_bad,
                }
            )
        return offered

    @api.model
    def _say_time(self, moment):
        return format_time(self.env, moment.time(), time_format="short")

    def _say_callback(self, code, moment):
        """Return the words on the button of an offered ``moment`` of the user."""
        if code == "hour":
            return self.env._("In 1 hour")
        zone = moment.tzinfo
        today = pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()
        if moment.date() == today + timedelta(days=1):
            return self.env._("Tomorrow %s", self._say_time(moment))
        return self.env._(
            "%(day)s, %(time)s",
            day=format_date(self.env, moment.date(), date_format="EEEE"),
            time=self._say_time(moment),
        )

    @api.model
    def _get_next_morning(self, company):
        """Return ten o'clock of the next working day, in the user's time zone."""
        zone = self._get_user_zone(company)
        today = pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()
        day = company._client_add_working_days(today, 1)
        moment = zone.localize(datetime.combine(day, CALL_BACK_TIME))
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    def _read_desk_callback(self, values):
        """Return the moment chosen on the screen; without any, False."""
        self.ensure_one()
        if values.get("callback") == "hour":
            return fields.Datetime.now() + timedelta(hours=1)
        if values.get("callback") == "morning":
            return self._get_next_morning(self.company_id)
        moment = values.get("date_callback") or None
        try:
            if not isinstance(moment, (str, type(None))):
                raise ValueError
            return fields.Datetime.to_datetime(moment) or False
        except ValueError as error:
            raise UserError(
                self.env._("Call Back on: enter the date and time of the next call.")
            ) from error
