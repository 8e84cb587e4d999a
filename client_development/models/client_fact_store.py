from odoo import api, models
from odoo.tools import SQL

from .client_fact_figures import RATIOS
from .client_fact_rank import RANKED
from .client_fact_tables import CHANGES, RANKS, STAGE

# Columns of the stage that follow from others of its columns.
DERIVED = ("growth_amount", "is_growing", "xyz_class")
# How many rows are written, and committed by the scheduled action, at once.
STORE_BATCH = 20_000


class ClientFact(models.Model):
    """Storing what a refresh has worked out: only rows that differ are written."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    @api.model
    def _get_stored_fields(self, period):
        """Return the names of the columns that the stage gives, without the key."""
        names = [*self._sql_columns(period), *DERIVED, *RATIOS]
        return [name for name in names if name not in ("partner_id", "stage_id")]

    @api.model
    def _compare(self, period):
        """List in table ``client_fact_changes`` what differs from what is stored.

        Clients outside the stage are listed when only their rank has moved. Numbered
        from 1, so that they can be stored in batches.

        :return: how many rows differ
        """
        names = self._get_stored_fields(period)
        self._create_temporary(
            CHANGES,
            SQL(
                """
                SELECT row_number() OVER (ORDER BY partner_id) AS number, x.*
                  FROM (
                    SELECT s.partner_id, f.id AS fact_id, TRUE AS staged,
                           (f.abc_class, f.xyz_class, f.stage_id) IS DISTINCT FROM
                           (r.abc_class, s.xyz_class, s.stage_id) AS moved
                      FROM %(stage)s s
                      LEFT JOIN %(ranks)s r ON r.partner_id = s.partner_id
                      LEFT JOIN client_fact f
                             ON f.company_id = %(company)s
                            AND f.partner_id = s.partner_id
                     WHERE f.active IS NOT TRUE
                        OR (%(stored)s, f.stage_id, %(stored_ranks)s)
                           IS DISTINCT FROM
                           (%(staged)s,
                            CASE WHEN f.stage_manual THEN f.stage_id
                                 ELSE s.stage_id END,
                            %(ranked)s)
                     UNION ALL
                    SELECT f.partner_id, f.id, FALSE,
                           f.abc_class IS DISTINCT FROM r.abc_class
                      FROM client_fact f
                      LEFT JOIN %(ranks)s r ON r.partner_id = f.partner_id
                     WHERE f.company_id = %(company)s
                       AND f.active
                       AND (%(stored_ranks)s) IS DISTINCT FROM (%(ranked)s)
                       AND NOT EXISTS (SELECT 1 FROM %(stage)s s
                                        WHERE s.partner_id = f.partner_id)
                     ) x
                """,
                stage=STAGE,
                ranks=RANKS,
                company=period.company.id,
                stored=_columns("f", names),
                staged=_columns("s", names),
                stored_ranks=_columns("f", RANKED),
                ranked=_columns("r", RANKED),
            ),
            "number",
        )
        [(count,)] = self.env.execute_query(SQL("SELECT COUNT(*) FROM %s", CHANGES))
        return count

    @api.model
    def _store(self, period, first, last):
        """Write the changes numbered ``first`` to ``last``; return how many."""
        chosen = SQL("number BETWEEN %s AND %s", first, last)
        written = self._insert_rows(period, chosen)
        if written == last - first + 1:
            return written
        self._insert_moves(period, chosen)
        written += self._update_rows(period, chosen)
        return written + self._update_ranks(period, chosen)

    @api.model
    def _insert_rows(self, period, chosen):
        """Make the rows of new clients."""
        names = self._get_stored_fields(period)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO client_fact
                       (active, company_id, partner_id, stage_id, stage_date,
                        abc_date, xyz_date, %(names)s, %(rank_names)s,
                        create_date, write_date)
                SELECT TRUE, %(company)s, s.partner_id, s.stage_id, s.reference_date,
                       CASE WHEN r.abc_class IS NOT NULL THEN s.reference_date END,
                       CASE WHEN s.xyz_class IS NOT NULL THEN s.reference_date END,
                       %(staged)s, %(ranked)s, %(now)s, %(now)s
                  FROM %(changes)s c
                  JOIN %(stage)s s ON s.partner_id = c.partner_id
                  LEFT JOIN %(ranks)s r ON r.partner_id = c.partner_id
                 WHERE c.fact_id IS NULL AND c.%(chosen)s
                 ORDER BY c.number
                    ON CONFLICT (company_id, partner_id) DO NOTHING
                """,
                company=period.company.id,
                names=SQL(", ").join(map(SQL.identifier, names)),
                rank_names=SQL(", ").join(map(SQL.identifier, RANKED)),
                staged=_columns("s", names),
                ranked=_columns("r", RANKED),
                changes=CHANGES,
                stage=STAGE,
                ranks=RANKS,
                chosen=chosen,
                now=self.env.cr.now(),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _update_rows(self, period, chosen):
        """Write what has changed in the rows of known clients."""
        names = self._get_stored_fields(period)
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_fact f
                   SET (%(names)s) = ROW(%(staged)s),
                       (%(rank_names)s) = ROW(%(ranked)s),
                       stage_id = CASE WHEN f.stage_manual THEN f.stage_id
                                       ELSE s.stage_id END,
                       stage_date = CASE
                           WHEN f.stage_manual OR f.stage_id = s.stage_id
                           THEN f.stage_date ELSE s.reference_date END,
                       abc_date = %(abc_date)s,
                       xyz_date = %(xyz_date)s,
                       active = TRUE,
                       write_uid = %(uid)s,
                       write_date = %(now)s
                  FROM %(changes)s c
                  JOIN %(stage)s s ON s.partner_id = c.partner_id
                  LEFT JOIN %(ranks)s r ON r.partner_id = c.partner_id
                 WHERE f.id = c.fact_id AND c.%(chosen)s
                """,
                names=SQL(", ").join(map(SQL.identifier, names)),
                rank_names=SQL(", ").join(map(SQL.identifier, RANKED)),
                staged=_columns("s", names),
                ranked=_columns("r", RANKED),
                abc_date=_since("abc", SQL("r.abc_class"), SQL("s.reference_date")),
                xyz_date=_since("xyz", SQL("s.xyz_class"), SQL("s.reference_date")),
                changes=CHANGES,
                stage=STAGE,
                ranks=RANKS,
                chosen=chosen,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _update_ranks(self, period, chosen):
        """Write the rank of clients whom others have overtaken."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_fact f
                   SET (%(rank_names)s) = ROW(%(ranked)s),
                       abc_date = %(abc_date)s,
                       write_uid = %(uid)s,
                       write_date = %(now)s
                  FROM %(changes)s c
                  LEFT JOIN %(ranks)s r ON r.partner_id = c.partner_id
                 WHERE f.id = c.fact_id AND NOT c.staged AND c.%(chosen)s
                """,
                rank_names=SQL(", ").join(map(SQL.identifier, RANKED)),
                ranked=_columns("r", RANKED),
                abc_date=_since("abc", SQL("r.abc_class"), SQL("%s", period.date)),
                changes=CHANGES,
                ranks=RANKS,
                chosen=chosen,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _insert_moves(self, period, chosen):
        """Keep who is about to move to another class or stage (design decision 11).

        Not when a client is classed for the first time, not when an earlier day is
        looked at than the one stored, and not when a setting was changed.
        """
        if period.company.client_fact_recount:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO client_fact_move
                       (fact_id, company_id, partner_id, kind, old_value, new_value,
                        old_stage_id, new_stage_id, days, date, amount,
                        create_uid, create_date, write_uid, write_date)
                SELECT f.id, f.company_id, f.partner_id,
                       m.kind, m.old_value, m.new_value, m.old_stage_id,
                       m.new_stage_id, %(date)s - m.since, %(date)s,
                       COALESCE(s.amount, f.amount),
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM %(changes)s c
                  JOIN client_fact f ON f.id = c.fact_id
                  LEFT JOIN %(stage)s s ON s.partner_id = c.partner_id
                  LEFT JOIN %(ranks)s r ON r.partner_id = c.partner_id
                  LEFT JOIN client_stage old_stage ON old_stage.id = f.stage_id
                  LEFT JOIN client_stage new_stage ON new_stage.id = s.stage_id
                 CROSS JOIN LATERAL (VALUES
                       ('abc', f.abc_class, r.abc_class, NULL, NULL, f.abc_date),
                       ('xyz', f.xyz_class,
                        CASE WHEN c.staged THEN s.xyz_class ELSE f.xyz_class END,
                        NULL, NULL, f.xyz_date),
                       ('stage', old_stage.code,
                        CASE WHEN c.staged AND NOT COALESCE(f.stage_manual, FALSE)
                             THEN new_stage.code ELSE old_stage.code END,
                        f.stage_id, s.stage_id, f.stage_date)
                       ) m (kind, old_value, new_value,
                            old_stage_id, new_stage_id, since)
                 WHERE c.%(chosen)s AND c.moved
                   AND f.activity IS NOT NULL
                   AND f.reference_date <= %(date)s
                   AND m.old_value IS DISTINCT FROM m.new_value
                 ORDER BY c.number
                """,
                date=period.date,
                changes=CHANGES,
                stage=STAGE,
                ranks=RANKS,
                chosen=chosen,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )


def _columns(alias, names):
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)


def _since(kind, value, day):
    """Since when the class is what it will be."""
    return SQL(
        "CASE WHEN f.%(column)s IS NOT DISTINCT FROM %(value)s THEN f.%(since)s"
        " ELSE %(day)s END",
        column=SQL.identifier(f"{kind}_class"),
        value=value,
        since=SQL.identifier(f"{kind}_date"),
        day=day,
    )
