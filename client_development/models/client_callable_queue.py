from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

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
        return self._get_mine_domain() & (
            self._get_promise_kept_domain() | self._get_free_domain()
        )

    @api.model
    def _get_promise_kept_domain(self):
        """Whose promised moment has come: called at once, whatever else there is."""
        return Domain("date_callback", "<=", fields.Datetime.now())

    @api.model
    def _get_free_domain(self):
        """To whom nothing was promised and who was not called in vain just now."""
        return Domain("date_callback", "=", False) & ~self._get_in_vain_domain()

    @api.model
    def _get_in_vain_domain(self):
        """Whom somebody has just called in vain: the last call was not answered.

        Nobody becomes reachable within the hour. Who was reached, and whose answer was
        annulled since, was not called in vain.
        """
        self.flush_model()
        self.env["client.survey.attempt"].flush_model()
        return Domain.custom(
            to_sql=lambda _model, alias, _query: self._sql_in_vain(alias)
        )

    @api.model
    def _sql_in_vain(self, alias):
        """Return the SQL condition that the row ``alias`` was just called in vain."""
        return SQL(
            """
            (%(row)s.date_attempt > %(just_tried)s
             AND (SELECT attempt.outcome
                    FROM client_survey_attempt attempt
                   WHERE attempt.%(link)s = %(row)s.id
                   ORDER BY attempt.id DESC
                   LIMIT 1) = 'no_answer') IS TRUE
            """,
            row=SQL.identifier(alias),
            link=SQL.identifier(self._call_link),
            just_tried=fields.Datetime.now() - TIME_BETWEEN_ATTEMPTS,
        )

    @api.model
    def _get_mine_domain(self):
        """What the current user has still to ask, at whatever hour."""
        return Domain("user_id", "=", self.env.uid) & Domain("state", "=", "due")

    @api.model
    def _get_desk_places(self):
        """Return what the current user calls ``now``, has promised for ``later``, and
        what is ``waiting`` because somebody has just tried in vain.

        Each row stands in one of them.
        """
        mine = self._get_mine_domain()
        return {
            "now": self.search(
                self._get_queue_domain(),
                order="date_callback, date_due, id",
                limit=QUEUE_LIMIT,
            ),
            "later": self.search(
                mine & self._get_later_domain(),
                order="date_callback, id",
                limit=QUEUE_LIMIT,
            ),
            "waiting": self.search(
                mine & self._get_waiting_domain(),
                order="date_attempt, id",
                limit=QUEUE_LIMIT,
            ),
        }

    @api.model
    def _get_later_domain(self):
        """Who is called at a promised moment that has not come yet."""
        return Domain("date_callback", ">", fields.Datetime.now())

    @api.model
    def _get_waiting_domain(self):
        """Who waits as somebody has just called him in vain; a promise comes first."""
        return Domain("date_callback", "=", False) & self._get_in_vain_domain()

    def _get_promises(self):
        """Return {row: the promised moment at which it is called}."""
        return {row: row.date_callback for row in self}

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
