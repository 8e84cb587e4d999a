from odoo import api, fields, models
from odoo.tools import SQL


class ClientFact(models.Model):
    """The standards not kept for a client, and what becomes of them with him."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    breach_ids = fields.One2many(
        comodel_name="client.breach",
        inverse_name="fact_id",
        string="Standards Breached",
        readonly=True,
        help="The standards of his primary segment that were not kept.",
    )
    breach_count = fields.Integer(
        string="Open Breaches",
        compute="_compute_breach_count",
        help="Standards of his primary segment that are not kept now.",
    )

    @api.depends("breach_ids.date_closed")
    @api.depends_context("uid")
    def _compute_breach_count(self):
        counts = dict(
            self.env["client.breach"]._read_group(
                [("fact_id", "in", self.ids), ("date_closed", "=", False)],
                ["fact_id"],
                ["__count"],
            )
        )
        for fact in self:
            fact.breach_count = counts.get(fact, 0)

    def action_view_breaches(self):
        """Open the breaches that the stat button counts."""
        return self.env["client.breach"]._get_open_action([("fact_id", "in", self.ids)])

    def action_check_standards(self):
        """Check these clients at once."""
        self.check_access("read")
        return self.sudo()._check_standards_now()

    def _check_standards_now(self):
        """Check these clients and say what came of it.

        Positions and coverage are read from the facts, which are refreshed first for
        those who are in breach of them.
        """
        opened = closed = 0
        for company, facts in self.grouped("company_id").items():
            here = facts.with_company(company)
            stale = here.breach_ids.filtered(
                lambda breach: (
                    not breach.date_closed
                    and breach.standard in ("positions", "coverage")
                )
            ).fact_id
            here._refresh(stale.partner_id)
            result = here.env["client.breach"]._check(here)
            opened, closed = opened + result[0], closed + result[1]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if closed else "info",
                "message": self.env._(
                    "Standards checked. Mended: %(closed)s, newly breached:"
                    " %(opened)s.",
                    closed=closed,
                    opened=opened,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -- clients who change hands or become one ---------------------------------------

    @api.model
    def _update_responsible(self, partners):
        """Open breaches go with the client to his new salesperson, at once.

        Whose task it is follows with the next check.
        """
        result = super()._update_responsible(partners)
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_breach b
                   SET user_id = f.user_id, team_id = f.team_id,
                       responsible_id = f.user_id,
                       write_uid = %(uid)s, write_date = %(now)s
                  FROM client_fact f
                 WHERE f.id = b.fact_id
                   AND f.partner_id = ANY(%(clients)s)
                   AND b.date_closed IS NULL
                   AND (b.user_id, b.team_id) IS DISTINCT FROM (f.user_id, f.team_id)
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                clients=partners.commercial_partner_id.ids,
            )
        )
        if self.env.cr.rowcount:
            self.env.invalidate_all()
        return result

    def _take_history(self, merged):
        """Breaches of ``merged`` become those of this row; one open per standard, the
        one that was opened first."""
        self.env.flush_all()
        values = {
            "kept": self.id,
            "partner": self.partner_id.id,
            "both": [self.id, merged.id],
        }
        for query in (
            """
            DELETE FROM client_breach b
             WHERE b.fact_id = ANY(%(both)s)
               AND b.date_closed IS NULL
               AND EXISTS (SELECT 1 FROM client_breach o
                            WHERE o.fact_id = ANY(%(both)s)
                              AND o.date_closed IS NULL
                              AND o.standard = b.standard
                              AND (o.date_opened, o.id) < (b.date_opened, b.id))
            """,
            """
            UPDATE client_breach SET fact_id = %(kept)s, partner_id = %(partner)s
             WHERE fact_id = ANY(%(both)s)
            """,
        ):
            self.env.cr.execute(query, values)
        return super()._take_history(merged)

    def _give_to(self, target):
        """Breaches go to the other client with the row."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE client_breach SET partner_id = %s WHERE fact_id = %s",
                target.id,
                self.id,
            )
        )
        return super()._give_to(target)
