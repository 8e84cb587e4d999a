from odoo import api, fields, models
from odoo.fields import Domain

from .client_callable import TIME_BETWEEN_ATTEMPTS

# More than anybody calls in a week: the rest waits behind these.
QUEUE_LIMIT = 300


class ClientCallable(models.AbstractModel):
    """Whom the current user calls next."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.callable"

    @api.model
    def _get_desk_rows(self):
        """Return what the current user has still to call, the longest due first."""
        return self.search(
            Domain("user_id", "=", self.env.uid) & Domain("state", "=", "due"),
            order="date_due, id",
            limit=QUEUE_LIMIT,
        )

    def _get_desk_place(self, now):
        """Return where this row stands: to call ``now``, promised ``later``, or
        ``waiting`` because somebody has just tried in vain.

        Nobody becomes reachable within the hour; but a promised moment counts.
        """
        self.ensure_one()
        if self.date_callback:
            return "later" if self.date_callback > now else "now"
        if self.date_attempt and self.date_attempt > now - TIME_BETWEEN_ATTEMPTS:
            return "waiting"
        return "now"

    def _get_desk_label(self):
        """Return in a few words why the client is called."""
        self.ensure_one()
        return self.display_name

    def _prepare_desk_item(self):
        """Return this row as the queue of the call desk shows it: no questions yet."""
        self.ensure_one()
        row = self.sudo()
        return {
            "key": f"{self._name},{self.id}",
            "model": self._name,
            "id": self.id,
            "client": row.partner_id.name or "",
            "contact": row.contact_id.name or row.partner_id.name or "",
            "label": row._get_desk_label(),
            "date_due": fields.Date.to_string(row.date_due),
            "is_late": row.is_late,
            "date_callback": row.date_callback
            and fields.Datetime.to_string(row.date_callback),
            "waiting": False,
            "count": 1,
        }

    @api.model
    def _get_progress(self):
        """Return how many calls of today the current user has done, of how many.

        What he has promised for another day is none of today's.
        """
        company = self.env.company
        today = company._client_today()
        midnight = company._client_midnight(today)
        tomorrow = company._client_midnight(fields.Date.add(today, days=1))
        mine = Domain("user_id", "=", self.env.uid)
        done = self.search_count(
            mine
            & Domain("state", "in", ("done", "refused", "unreachable"))
            & Domain("date_attempt", ">=", midnight)
        )
        left = self.search_count(
            mine
            & Domain("state", "=", "due")
            & (
                Domain("date_callback", "=", False)
                | Domain("date_callback", "<", tomorrow)
            )
        )
        return done, done + left
