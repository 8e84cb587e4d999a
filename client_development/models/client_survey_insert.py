from odoo import api, models
from odoo.tools import SQL


class ClientSurvey(models.Model):
    """Duties are inserted by one statement per batch, from the orders themselves.

    Reading the orders and creating the duties through the ORM takes several times as
    long. Whoever extends what is created extends ``_get_duty_columns``; ``create`` is
    not called.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    @api.model
    def _get_duty_columns(self, company):
        """Return {column: SQL} of a new duty.

        The SQL may speak of the order ``so``, of its ``contact`` and ``client``, who
        is ``assigned`` (``user_id, team_id``), the ``reason`` why the order is
        ``left_out``, and what is ``completed`` (``moment, date_due``).
        """
        user, now = SQL("%s", self.env.uid), SQL("%s", self.env.cr.now())
        return {
            **self._get_default_columns(),
            "order_id": SQL("so.id"),
            "partner_id": SQL("client.id"),
            "contact_id": SQL("contact.id"),
            "user_id": SQL("assigned.user_id"),
            "team_id": SQL("assigned.team_id"),
            "coverage_user_id": SQL("assigned.user_id"),
            "coverage_team_id": SQL("assigned.team_id"),
            "company_id": SQL("so.company_id"),
            "date_completed": SQL("completed.moment"),
            "date_due": SQL("completed.date_due"),
            "state": SQL(
                "CASE WHEN left_out.reason IS NULL THEN 'due' ELSE 'cancelled' END"
            ),
            "exclusion": SQL("left_out.reason"),
            "create_uid": user,
            "create_date": now,
            "write_uid": user,
            "write_date": now,
        }

    @api.model
    def _get_default_columns(self):
        """Return {column: SQL} of the fields with a default value."""
        return {
            name: SQL("%s", field.convert_to_column_insert(field.default(self), self))
            for name, field in self._fields.items()
            if field.default and field.store and field.column_type
        }

    @api.model
    def _create_duties(self, company, rows):
        """Create the duties of ``rows``: (order id, moment), by one statement.

        An order that got its duty since it was found is passed over. The indexes and
        constraints of the table, stored computed fields and the client's facts work
        as ever.
        """
        columns = self._get_duty_columns(company)
        created = self.env.execute_query(
            SQL(
                """
                INSERT INTO client_survey (%(names)s)
                SELECT %(values)s
                  FROM (%(completed)s) completed
                  JOIN %(ordered)s ON so.id = completed.order_id
                 CROSS JOIN LATERAL (%(assigned)s) assigned
                 CROSS JOIN LATERAL (SELECT %(exclusion)s AS reason OFFSET 0) left_out
                 WHERE NOT EXISTS (SELECT 1 FROM client_survey made
                                    WHERE made.order_id = so.id)
                RETURNING id, partner_id, answered_with_id
                """,
                names=SQL(", ").join(map(SQL.identifier, columns)),
                values=SQL(", ").join(columns.values()),
                completed=self._sql_completed(company, rows),
                ordered=self._sql_ordered(),
                assigned=self._sql_assigned(company),
                exclusion=self._sql_exclusion(company),
            )
        )
        duties = self.browse(duty_id for duty_id, _client, _asked in created)
        duties._notify_inserted(columns)
        clients = {client_id for _duty, client_id, _asked in created}
        self.env["client.fact.queue"]._add_partners(
            self.env["res.partner"].browse(clients)
        )
        answered = self.browse(duty_id for duty_id, _client, asked in created if asked)
        answered._finish_with_asked()
        return duties

    @api.model
    def _sql_completed(self, company, rows):
        """Return SQL of ``rows`` with their due dates: order_id, moment, date_due."""
        days = company._client_dates(moment for _order_id, moment in rows)
        due = self._get_due_dates(company, set(days.values()))
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::timestamp[], %s::date[])"
            " AS c (order_id, moment, date_due)",
            [order_id for order_id, _moment in rows],
            [moment for _order_id, moment in rows],
            [due[days[moment]] for _order_id, moment in rows],
        )

    def _notify_inserted(self, columns):
        """Let everything that is computed from these new rows follow."""
        self.invalidate_model()
        computed = [
            field for field in self._fields.values() if field.store and field.compute
        ]
        given = [field for field in computed if field.name in columns]
        for field in computed:
            if field not in given:
                self.env.add_to_compute(field, self)
        with self.env.protecting(given, self):
            self.modified(columns, create=True)
