from datetime import datetime, time, timedelta

from odoo import Command, api, fields, models


class ClientDemo(models.AbstractModel):
    """Demo data of development time: meetings with clients in the calendar."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.demo"

    @api.model
    def _create_meetings(self, rows):
        """Create past meetings; the organiser has accepted.

        :param rows: tuples ``(name, user, contact, days ago, hour, hours)``, user and
            contact by the end of their XML ids
        """
        today = fields.Date.today()
        events = self.env["calendar.event"].with_context(
            no_mail_to_attendees=True, dont_notify=True, tracking_disable=True
        )
        for name, login, contact, days, hour, hours in rows:
            user = self.env["res.users"].browse(self._get_id(f"user_{login}"))
            guest = self.env["res.partner"].browse(self._get_id(f"partner_{contact}"))
            start = datetime.combine(today - timedelta(days=days), time(hour))
            event = events.create(
                {
                    "name": name,
                    "user_id": user.id,
                    "start": start,
                    "stop": start + timedelta(hours=hours),
                    "partner_ids": [Command.set((user.partner_id | guest).ids)],
                }
            )
            event.attendee_ids.state = "accepted"
