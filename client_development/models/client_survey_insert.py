from odoo import api, models
from odoo.tools import SQL


class ClientSurvey(models.Model):
    """Duties are inserted by one statement per batch.

    Creating them one by one through the ORM takes three times as long, above all for
    checks that the query of completed orders has done already. Whoever extends what is
    created extends ``_prepare_duty_vals``; ``create`` is not called.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    @api.model
    def _insert_duties(self, vals_list):
        """Insert one row for each of ``vals_list``; return the records.

        The values are those of columns. Defaults, stored computed fields, the indexes
        and constraints of the table, and the client's facts work as ever.
        """
        now = self.env.cr.now()
        logged = {
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }
        columns = {
            name: field
            for name, field in self._fields.items()
            if field.store and field.column_type and name != "id"
        }
        names = {
            *logged,
            *(name for vals in vals_list for name in vals),
            *(name for name, field in columns.items() if field.default),
        }
        selected, arrays, aliases = [], [], []
        for number, name in enumerate(sorted(names)):
            field = columns[name]
            default = logged.get(name, False)
            if field.default:
                default = None
            values = [
                vals[name]
                if name in vals
                else field.default(self)
                if default is None
                else default
                for vals in vals_list
            ]
            if field.type != "boolean":
                values = [None if value is False else value for value in values]
            column_type = SQL(field.column_type[1])
            if values.count(values[0]) == len(values):  # the same for all: sent once
                selected.append(SQL("%s::%s", values[0], column_type))
            else:
                alias = SQL.identifier(f"c{number}")
                selected.append(alias)
                aliases.append(alias)
                arrays.append(SQL("%s::%s[]", values, column_type))
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO client_survey (%s) SELECT %s FROM unnest(%s) AS v(%s)"
                " RETURNING id",
                SQL(", ").join(SQL.identifier(name) for name in sorted(names)),
                SQL(", ").join(selected),
                SQL(", ").join([*arrays, SQL("%s::int[]", [0] * len(vals_list))]),
                SQL(", ").join([*aliases, SQL("number")]),
            )
        )
        self.invalidate_model()
        duties = self.browse(duty_id for (duty_id,) in rows)
        for name, field in columns.items():
            if field.compute and name not in names:
                self.env.add_to_compute(field, duties)
        given = [
            field for field in columns.values() if field.compute and field.name in names
        ]
        with self.env.protecting(given, duties):
            duties.modified(sorted(names), create=True)
        clients = {vals["partner_id"] for vals in vals_list} - {False}
        queue = self.env["client.fact.queue"]
        queue._add_partners(self.env["res.partner"].browse(clients))
        return duties
