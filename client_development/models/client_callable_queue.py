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
    def _get_queue_domain(self):
        """What the current user has to ask now: not what waits for a later hour."""
        now = fields.Datetime.now()
        just_tried = now - TIME_BETWEEN_ATTEMPTS
        return (
            self._get_mine_domain()
            & (Domain("date_callback", "=", False) | Domain("date_callback", "<=", now))
            & (
                Domain("date_callback", "!=", False)
                | Domain("date_attempt", "=", False)
                | Domain("date_attempt", "<=", just_tried)
            )
        )

    @api.model
    def _get_mine_domain(self):
        """What the current user has still to ask, at whatever hour."""
        return Domain("user_id", "=", self.env.uid) & Domain("state", "=", "due")

    @api.model
    def _get_next_to_call(self):
        """Return whom the current user calls next: promised calls come first."""
        return self.search(
            self._get_queue_domain(), order="date_callback, date_due, id", limit=1
        )

    @api.model
    def _get_desk_places(self):
        """Return what the current user calls ``now``, has promised for ``later``, and
        what is ``waiting`` because somebody has just tried in vain.

        Nobody becomes reachable within the hour; but a promised moment counts.
        """
        now = fields.Datetime.now()
        just_tried = now - TIME_BETWEEN_ATTEMPTS
        mine = self._get_mine_domain()
        return {
            "now": self.search(
                self._get_queue_domain(),
                order="date_callback, date_due, id",
                limit=QUEUE_LIMIT,
            ),
            "later": self.search(
                mine & Domain("date_callback", ">", now),
                order="date_callback, id",
                limit=QUEUE_LIMIT,
            ),
            "waiting": self.search(
                mine
                & Domain("date_callback", "=", False)
                & Domain("date_attempt", ">", just_tried),
                order="date_attempt, id",
                limit=QUEUE_LIMIT,
            ),
        }

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
        done = self.search_count(
            Domain("user_id", "=", self.env.uid)
            & Domain("state", "in", ("done", "refused", "unreachable"))
            & Domain("date_attempt", ">=", midnight)
        )
        left = self.search_count(
            self._get_mine_domain()
            & (
                Domain("date_callback", "=", False)
                | Domain("date_callback", "<", tomorrow)
            )
        )
        return done, done + left
