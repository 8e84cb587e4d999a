from odoo import fields, models
from odoo.tools import SQL


class ClientStagePassage(models.Model):
    """A client's way through one lifecycle stage: in, and perhaps out again.

    A finished passage is read from the move with which it ended; the stage in which a
    client is now, from his row. So a client's first stage has a passage, too, though
    nothing was left for it.
    """

    _name = "client.stage.passage"
    _description = "Client Stage Passage"
    _auto = False
    _order = "entered desc, id desc"
    _rec_name = "stage_id"
    _depends = {
        "client.fact": [
            "active",
            "segment_id",
            "stage_date",
            "stage_id",
            "team_id",
            "user_id",
        ],
        "client.fact.move": ["date", "days", "new_stage_id", "old_stage_id"],
        "client.stage": ["sequence"],
    }

    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client Row",
        readonly=True,
        help="The client in this company.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company whose client it is.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        readonly=True,
        help="The client who passed through the stage.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="The client's salesperson.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The salesperson's team.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Primary Segment",
        readonly=True,
        help="The client's primary segment.",
    )
    stage_id = fields.Many2one(
        comodel_name="client.stage",
        string="Lifecycle Stage",
        readonly=True,
        help="The stage that the client passed through.",
    )
    entered = fields.Date(
        readonly=True,
        help="On which day the client came into the stage.",
    )
    left = fields.Date(
        readonly=True,
        help="On which day he left it. Empty: he is still there.",
    )
    next_stage_id = fields.Many2one(
        comodel_name="client.stage",
        readonly=True,
        help="The stage into which he left. Empty: he is still there.",
    )
    is_moved = fields.Boolean(
        string="Has Moved On",
        readonly=True,
        help="Left for a later stage. Falling back to an earlier one is not moving on.",
    )
    entered_count = fields.Integer(
        string="Clients Entered",
        readonly=True,
        help="1 for each passage, to add up.",
    )
    moved_count = fields.Integer(
        string="Moved On",
        readonly=True,
        help="1 for a passage that led to a later stage, to add up.",
    )
    moved_share = fields.Float(
        string="Moved On, %",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Passages that led to a later stage of all, in percent.",
    )
    days = fields.Integer(
        string="Median Days",
        readonly=True,
        aggregator="avg",
        help="Days from entering the stage to leaving it; of several clients the"
        " median. Those who are still there are left out.",
    )

    def action_open_facts(self):
        """Open the client's facts."""
        self.ensure_one()
        self.check_access("read")
        return self.fact_id.action_open_facts()

    def _read_group_select(self, aggregate_spec, query):
        """Days are given by their median, shares as quotients of sums."""
        if aggregate_spec == "days:avg":
            return SQL(
                "percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)",
                self._field_to_sql(self._table, "days", query),
            )
        if aggregate_spec == "moved_share:avg":
            return SQL(
                "100.0 * SUM(%s) / NULLIF(SUM(%s), 0)",
                self._field_to_sql(self._table, "moved_count", query),
                self._field_to_sql(self._table, "entered_count", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT x.id, f.id AS fact_id, f.company_id, f.partner_id, f.user_id,
                   f.team_id, f.segment_id, x.stage_id, x.entered, x.left,
                   x.next_stage_id, x.days, m.is_moved,
                   1 AS entered_count,
                   m.is_moved::int AS moved_count,
                   100.0 * m.is_moved::int AS moved_share
              FROM (SELECT id::bigint * 2 AS id, fact_id, old_stage_id AS stage_id,
                           date - GREATEST(days, 0) AS entered, date AS left,
                           new_stage_id AS next_stage_id, GREATEST(days, 0) AS days
                      FROM client_fact_move
                     WHERE kind = 'stage' AND old_stage_id IS NOT NULL
                     UNION ALL
                    SELECT id::bigint * 2 + 1, id, stage_id,
                           COALESCE(stage_date, create_date::date), NULL, NULL, NULL
                      FROM client_fact
                     WHERE stage_id IS NOT NULL) x
              JOIN client_fact f ON f.id = x.fact_id AND f.active
              JOIN client_stage s ON s.id = x.stage_id
              LEFT JOIN client_stage n ON n.id = x.next_stage_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(n.sequence > s.sequence, FALSE) AS is_moved) m
            """
        )
