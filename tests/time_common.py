"""What the tests of development time and of the self-check have in common."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .plan_common import PlanCase

DAY = date(2026, 3, 2)  # a Monday
TODAY = date(2026, 3, 31)


@tagged("post_install", "-at_install")
class TimeCase(PlanCase):
    """Noon of Tuesday 31 March 2026, UTC; nothing is dated by the context."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        context = {k: v for k, v in cls.env.context.items() if k != "client_today"}
        cls.env = cls.env(context=context)
        cls.company = cls.company.with_env(cls.env)
        cls.Time = cls.env["client.development.time"]
        frozen = freeze_time("2026-03-31 12:00:00")
        frozen.start()
        cls.addClassCleanup(frozen.stop)

    @classmethod
    def _meet(cls, start, hours=1.0, guests=None, users=None, **values):
        """Return a meeting, organised by the first of the users; all accept."""
        users = users or cls.salesperson
        guests = cls.contact if guests is None else guests
        event = cls.env["calendar.event"].create(
            {
                "name": "Talk",
                "user_id": users[:1].id,
                "start": start,
                "stop": start + timedelta(hours=hours),
                "partner_ids": [Command.set((users.partner_id | guests).ids)],
                **values,
            }
        )
        event.attendee_ids.filtered(
            lambda attendee: attendee.partner_id in users.partner_id
        ).state = "accepted"
        return event
