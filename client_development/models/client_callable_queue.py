from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from .client_callable import TIME_BETWEEN_ATTEMPTS


class ClientCallable(models.AbstractModel):
    """Whom the current user calls next."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.callable"

    @api.model
    def _get_queue_domain(self):
        """What the current user has to ask now: not what waits for a later hour."""
        now = fields.Datetime.now()
        just_tried = now - TIME_BETWEEN_ATTEMPTS
        return (
            Domain("user_id", "=", self.env.uid)
            & Domain("state", "=", "due")
            & (Domain("date_callback", "=", False) | Domain("date_callback", "<=", now))
            & (
                Domain("date_callback", "!=", False)
                | Domain("date_attempt", "=", False)
                | Domain("date_attempt", "<=", just_tried)
            )
        )

    @api.model
    def _get_next_to_call(self):
        """Return whom the current user calls next: promised calls come first."""
        return self.search(
            self._get_queue_domain(), order="date_callback, date_due, id", limit=1
        )

    @api.model
    def _get_nobody_text(self):
        """Return that nobody is to be called now, and who will be called next."""
        text = self.env._("There is nobody to call at the moment.")
        promised = self.search(
            Domain("user_id", "=", self.env.uid)
            & Domain("state", "=", "due")
            & Domain("date_callback", ">", fields.Datetime.now()),
            order="date_callback, id",
            limit=1,
        )
        if not promised:
            return text
        return self.env._(
            "%(nobody)s The next promised call: %(client)s on %(moment)s.",
            nobody=text,
            client=promised.partner_id.name,
            moment=format_datetime(
                self.env,
                promised.date_callback,
                tz=self.env.user.tz,
                dt_format="short",
            ),
        )

    @api.model
    def _get_progress(self):
        """Return how many surveys of today the current user has done, of how many."""
        company = self.env.company
        midnight = company._client_midnight(company._client_today())
        mine = Domain("user_id", "=", self.env.uid)
        done = self.search_count(
            mine
            & Domain("state", "in", ("done", "refused", "unreachable"))
            & Domain("date_attempt", ">=", midnight)
        )
        return done, done + self.search_count(mine & Domain("state", "=", "due"))
