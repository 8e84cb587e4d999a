from odoo import models


class ClientFactQueue(models.Model):
    """Refreshing everybody now, on an administrator's word."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact.queue"

    def action_refresh_all(self):
        """Let all clients be refreshed by the scheduled action, at once."""
        self.browse().check_access("read")  # administrators only
        self._add_all()
        self.env.ref("client_development.ir_cron_refresh_facts").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "All clients are being refreshed in the background. It takes a few"
                    " minutes at most."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
