from datetime import timedelta

from markupsafe import Markup

from odoo import models
from odoo.tools import format_date


class ClientCoverage(models.Model):
    """Monday's message: who was skipped, to the salesperson and the team leader."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.coverage"

    def _notify_skipped(self):
        """Name the skipped orders: one message per salesperson, one per team leader.

        However many weeks were caught up, and also where the target was reached: each
        of these clients still waits to be asked. Who skipped nobody is left in peace.
        """
        skipped = self.filtered("skipped_count")
        for user, rows in skipped.grouped("user_id").items():
            if user.active and user.has_group("client_development.group_client_user"):
                rows._notify_user(user, with_names=False)
        for team, rows in skipped.grouped("team_id").items():
            leader = team.user_id
            if leader.active:
                rows._notify_user(leader, with_names=True)

    def _notify_user(self, user, with_names):
        """Send ``user`` one message listing the skipped orders of these rows."""
        rows = self.with_context(lang=user.lang)
        items = Markup().join(
            Markup("<li>%s</li>") % row._get_skipped_text(with_names) for row in rows
        )
        intro = (
            rows.env._("Orders skipped in your team:")
            if with_names
            else rows.env._("These orders still lack the client's answer:")
        )
        rows.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=rows.env._("Survey coverage: skipped orders"),
            body=Markup('<p>%s</p><ul>%s</ul><p><a href="%s">%s</a></p>')
            % (
                intro,
                items,
                "/odoo/client-coverage",
                rows.env._("Open the coverage"),
            ),
        )

    def _get_skipped_text(self, with_name):
        """Return one line about this row: week, coverage, skipped orders."""
        self.ensure_one()
        values = {
            "name": self.user_id.name or self.env._("Nobody"),
            "first": format_date(self.env, self.week_start),
            "last": format_date(self.env, self.week_start + timedelta(days=6)),
            "answered": self.answered_count,
            "completed": self.completed_count,
            "skipped": self.skipped_count,
            "orders": ", ".join(self.skipped_order_ids.mapped("name")),
        }
        if with_name:
            return self.env._(
                "%(name)s, %(first)s – %(last)s: %(answered)s of %(completed)s"
                " answered, %(skipped)s skipped (%(orders)s)",
                **values,
            )
        return self.env._(
            "%(first)s – %(last)s: %(answered)s of %(completed)s answered, %(skipped)s"
            " skipped (%(orders)s)",
            **values,
        )
