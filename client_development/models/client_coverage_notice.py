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
        What nobody answers for, the administrators are told.
        """
        skipped = self.filtered("skipped_count")
        skipped._notify_administrators()
        for user, rows in skipped.grouped("user_id").items():
            if user.active and user.has_group("client_development.group_client_user"):
                rows._notify_user(user, "own")
        for team, rows in skipped.grouped("team_id").items():
            leader = team.user_id
            if leader.active:
                rows._notify_user(leader, "team")

    def _notify_administrators(self):
        """Name to them what has neither a salesperson nor a leader who is told."""
        users = self.env.ref("client_development.group_client_user").sudo()
        able = users.all_user_ids.filtered("active")
        alone = self.filtered(
            lambda row: row.user_id not in able and row.team_id.user_id not in able
        )
        managers = self.env.ref("client_development.group_client_manager").sudo()
        for manager in managers.all_user_ids.filtered("active") if alone else ():
            rows = alone.filtered(
                lambda row, manager=manager: row.company_id in manager.company_ids
            )
            if rows:
                rows._notify_user(manager, "nobody")

    def _notify_user(self, user, whose):
        """Send ``user`` one message listing the skipped orders of these rows.

        :param whose: his "own", of his "team", or "nobody" answers for them
        """
        rows = self.with_context(lang=user.lang)
        intro = {
            "own": rows.env._("These orders still lack the client's answer:"),
            "team": rows.env._("Orders skipped in your team:"),
            "nobody": rows.env._(
                "Orders skipped because nobody is responsible for them. Give the"
                " client a salesperson, or the sales team a leader:"
            ),
        }[whose]
        items = Markup().join(
            Markup("<li>%s</li>") % row._get_skipped_text(whose != "own")
            for row in rows
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
