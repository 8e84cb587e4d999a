from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

# A raise does not count when the client is back within so many days (product.md D);
# nor is it one when he had that rank, or a better one, within so many days before.
RAISE_HOLDS_DAYS = 30
# A client without a ranked segment comes behind all others.
NO_RANK = 2**31 - 1


class ClientFact(models.Model):
    """The client's segments, and which of them is the primary one.

    ``segment_ids`` holds all memberships, ``segment_rule_ids`` those of them that exist
    only because of a rule. The primary segment follows from both in one SQL statement,
    which also keeps the ledger of moves (``client.segment.move``).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    segment_ids = fields.Many2many(
        comodel_name="client.segment",
        relation="client_fact_client_segment_rel",
        column1="fact_id",
        column2="segment_id",
        string="Segments",
        check_company=True,
        domain="[('company_id', 'in', [False, company_id])]",
        help="All tags of this client in this company.",
    )
    segment_rule_ids = fields.Many2many(
        comodel_name="client.segment",
        relation="client_fact_segment_rule_rel",
        column1="fact_id",
        column2="segment_id",
        string="Segments by Rule",
        readonly=True,
        copy=False,
        help="Those of the segments that the client has only because their rule matches"
        " him. He leaves them when it no longer does; segments given by hand stay.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Primary Segment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The segment with the best rank. It decides how often the client is"
        " contacted and his plan reviewed.",
    )
    segment_rank = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="Rank of the primary segment: 1 comes first.",
    )

    # -- create and write -------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Give new rows their primary segment."""
        facts = super().create(vals_list)
        if any("segment_ids" in vals for vals in vals_list):
            facts._after_segments_changed()
        return facts

    def write(self, vals):
        """Follow a change of segments with the primary segment and the ledger."""
        result = super().write(vals)
        if "segment_ids" in vals:
            self._after_segments_changed()
        return result

    def _after_segments_changed(self):
        """Bring everything in line with memberships that were just edited."""
        if not self.ids:
            return
        self.env["client.fact.queue"]._add_partners(self.partner_id)
        self.env.flush_all()
        # Who takes a segment away takes away what the rule has given, too.
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM client_fact_segment_rule_rel r
                 WHERE r.fact_id = ANY(%(facts)s)
                   AND NOT EXISTS (
                       SELECT 1 FROM client_fact_client_segment_rel m
                        WHERE m.fact_id = r.fact_id AND m.segment_id = r.segment_id)
                """,
                facts=self.ids,
            )
        )
        dropped = self.env.cr.rowcount
        if not self._update_primary_segment(self.ids) and dropped:
            self.env.invalidate_all()

    def _keep_segment_by_hand(self, segment):
        """Make memberships by rule in ``segment`` memberships by hand."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM client_fact_segment_rule_rel
                 WHERE fact_id = ANY(%s) AND segment_id = %s
                """,
                self.ids,
                segment.id,
            )
        )
        if self.env.cr.rowcount:
            self.env.invalidate_all()

    # -- primary segment --------------------------------------------------------------

    @api.model
    def _get_move_cause(self):
        """Return who is at work: a person, or a rule or the system."""
        person = self.env.uid != SUPERUSER_ID and self.env.user._is_internal()
        return "person" if person else "rule"

    @api.model
    def _update_primary_segment(self, fact_ids=None, cause=None, by_rule=False):
        """Set primary segment and rank where they differ, and record the moves.

        The best rank counts, then the lowest id; archived segments and those without a
        rank never do. The reason of a person's moves may be given by the context key
        ``client_segment_reason``.

        :param fact_ids: ids of the rows to look at; ``None`` means all companies' rows
        :param cause: cause of the moves, default: the current user, or the system
        :param by_rule: memberships were changed by rules, which the moves shall name
        :return: number of rows changed; unchanged rows are not written
        """
        fact_ids = None if fact_ids is None else list(fact_ids)
        self.env.flush_all()
        only = SQL() if fact_ids is None else SQL("AND f.id = ANY(%s)", fact_ids)
        days = self._get_move_days(only)
        if not days:
            return 0
        cause = cause or self._get_move_cause()
        person = self._get_move_cause() == "person" and not by_rule
        reason = self.env.context.get("client_segment_reason")
        reason = reason.strip() if isinstance(reason, str) else ""
        [(changed,)] = self.env.execute_query(
            SQL(
                """
                WITH best AS (
                    SELECT DISTINCT ON (m.fact_id)
                           m.fact_id, s.id AS segment_id, s.rank
                      FROM client_fact_client_segment_rel m
                      JOIN client_fact f ON f.id = m.fact_id
                      JOIN client_segment s ON s.id = m.segment_id
                     WHERE s.active AND s.rank > 0
                       AND (s.company_id IS NULL OR s.company_id = f.company_id)
                       %(only)s
                     ORDER BY m.fact_id, s.rank, s.id
                ), changed AS (
                    SELECT f.id, f.company_id, f.partner_id, d.day,
                           f.segment_id AS old_id,
                           NULLIF(f.segment_rank, 0) AS old_rank,
                           b.segment_id AS new_id, b.rank AS new_rank,
                           COALESCE(b.rank, %(none)s)
                         < COALESCE(NULLIF(f.segment_rank, 0), %(none)s) AS is_better
                      FROM client_fact f
                      JOIN unnest(%(companies)s::int[], %(days)s::date[])
                        AS d(company_id, day) ON d.company_id = f.company_id
                      LEFT JOIN best b ON b.fact_id = f.id
                     WHERE (f.segment_id, f.segment_rank)
                           IS DISTINCT FROM (b.segment_id, b.rank)
                       %(only)s
                ), updated AS (
                    UPDATE client_fact f
                       SET segment_id = c.new_id, segment_rank = c.new_rank,
                           write_uid = %(uid)s, write_date = %(stamp)s
                      FROM changed c
                     WHERE c.id = f.id
                ), held AS (
                    %(held)s
                ), undone AS (
                    UPDATE client_segment_move m
                       SET undone_on = c.day,
                           write_uid = %(uid)s, write_date = %(stamp)s
                      FROM changed c
                     WHERE m.fact_id = c.id AND m.is_raise AND m.undone_on IS NULL
                       AND m.day >= c.day - %(holds)s
                       AND COALESCE(c.new_rank, %(none)s)
                        >= COALESCE(NULLIF(m.from_rank, 0), %(none)s)
                ), moved AS (
                    INSERT INTO client_segment_move
                           (company_id, fact_id, partner_id, from_segment_id,
                            to_segment_id, from_rank, to_rank, date, day, user_id,
                            rule_segment_id, cause, reason, is_raise,
                            create_uid, create_date, write_uid, write_date)
                    SELECT c.company_id, c.id, c.partner_id, c.old_id,
                           c.new_id, c.old_rank, c.new_rank, %(now)s, c.day, %(user)s,
                           CASE WHEN NOT %(by_rule)s THEN NULL
                                WHEN c.new_id IS NOT NULL AND (c.old_id IS NULL
                                     OR (c.new_rank, c.new_id) < (c.old_rank, c.old_id))
                                THEN c.new_id ELSE c.old_id END,
                           %(cause)s, %(reason)s,
                           %(cause)s = 'person' AND c.is_better
                       AND c.new_rank < COALESCE(h.rank, %(none)s),
                           %(uid)s, %(stamp)s, %(uid)s, %(stamp)s
                      FROM changed c
                      LEFT JOIN held h ON h.id = c.id
                     WHERE c.old_id IS DISTINCT FROM c.new_id
                     ORDER BY c.id
                )
                SELECT COUNT(*) FROM changed
                """,
                only=only,
                none=NO_RANK,
                held=self._sql_held_ranks(cause),
                companies=list(days),
                days=list(days.values()),
                holds=RAISE_HOLDS_DAYS,
                now=fields.Datetime.now(),
                stamp=self.env.cr.now(),
                uid=self.env.uid,
                user=self.env.uid if person else None,
                by_rule=by_rule,
                cause=cause,
                reason=reason or None,
            )
        )
        if changed:
            self.env.invalidate_all()
        return changed

    @api.model
    def _sql_held_ranks(self, cause):
        """Return the SQL of the best rank of each client in the days before his move.

        Who gives that back raises nobody. What a client had between a raise and its
        being undone is left out: that raise does not count, so the next one may.
        """
        return SQL(
            """
            SELECT c.id,
                   MIN(LEAST(
                       CASE WHEN m.is_raise AND m.undone_on IS NULL
                            THEN m.to_rank END,
                       CASE WHEN NOT EXISTS (
                                SELECT 1 FROM client_segment_move r
                                 WHERE r.fact_id = m.fact_id AND r.is_raise
                                   AND r.id < m.id AND r.undone_on >= m.day)
                            THEN NULLIF(m.from_rank, 0) END)) AS rank
              FROM changed c
              JOIN client_segment_move m ON m.fact_id = c.id
             WHERE %(cause)s = 'person' AND c.is_better
               AND m.day >= c.day - %(holds)s
             GROUP BY c.id
            """,
            cause=cause,
            holds=RAISE_HOLDS_DAYS,
        )

    @api.model
    def _get_move_days(self, only):
        """Return today by company id, for the companies of the rows looked at."""
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT f.company_id FROM client_fact f WHERE TRUE %s", only)
        )
        companies = (
            self.env["res.company"].sudo().browse(sorted(id_ for (id_,) in rows))
        )
        return {company.id: company._client_today() for company in companies}

    # -- rows that become one ---------------------------------------------------------

    def _take_segments(self, merged):
        """Take over segments and history of the rows ``merged``, which will go.

        A membership stays one by rule only if it was that in every row.
        """
        self.ensure_one()
        self.env.flush_all()
        values = {
            "kept": self.id,
            "partner": self.partner_id.id,
            "merged": merged.ids,
            "all": (self | merged).ids,
        }
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT m.segment_id
                  FROM client_fact_client_segment_rel m
                 WHERE m.fact_id = ANY(%(all)s)
                   AND NOT EXISTS (
                       SELECT 1 FROM client_fact_segment_rule_rel r
                        WHERE r.fact_id = m.fact_id AND r.segment_id = m.segment_id)
                """,
                **values,
            )
        )
        values["by_hand"] = [id_ for (id_,) in rows]
        for query in (
            """
            INSERT INTO client_fact_client_segment_rel (fact_id, segment_id)
            SELECT DISTINCT %(kept)s, segment_id
              FROM client_fact_client_segment_rel
             WHERE fact_id = ANY(%(merged)s)
                ON CONFLICT DO NOTHING
            """,
            """
            INSERT INTO client_fact_segment_rule_rel (fact_id, segment_id)
            SELECT DISTINCT %(kept)s, segment_id
              FROM client_fact_segment_rule_rel
             WHERE fact_id = ANY(%(merged)s)
                ON CONFLICT DO NOTHING
            """,
            """
            DELETE FROM client_fact_segment_rule_rel
             WHERE fact_id = %(kept)s AND segment_id = ANY(%(by_hand)s::int[])
            """,
            """
            UPDATE client_segment_move
               SET fact_id = %(kept)s, partner_id = %(partner)s
             WHERE fact_id = ANY(%(merged)s)
            """,
        ):
            self.env.cr.execute(query, values)
        self.env.invalidate_all()
        self._update_primary_segment(self.ids, cause="merge")

    # -- actions ----------------------------------------------------------------------

    def action_change_priority(self):
        """Ask for the new priority of these clients, and for the reason."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_segment_change_action"
            ),
            "context": {"default_fact_ids": self.ids},
        }

    def action_view_segment_moves(self):
        """Open the moves of these clients from one primary segment to another."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_segment_move_action"
            ),
            "domain": [("fact_id", "in", self.ids)],
            "context": {},
        }
