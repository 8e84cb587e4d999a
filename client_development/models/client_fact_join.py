from odoo import api, models
from odoo.tools import SQL


class ClientFact(models.Model):
    """Two clients become one: for ever, or as long as one belongs to the other.

    Merged contacts are one client and always were. A client who gets a parent company
    is put aside with all that is known of him, because a wrong parent is soon entered.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    @api.model
    def _go_to(self, partner, parent):
        """Client ``partner`` belongs to client ``parent`` from now on.

        A parent who is no client himself yet takes the client's place.
        """
        facts = self.with_context(active_test=False).search(
            [("partner_id", "in", (partner | parent).ids)]
        )
        own = facts.filtered(lambda fact: fact.partner_id == partner)
        known = (facts - own).company_id
        for fact in own:
            if fact.company_id in known:
                fact._put_aside()
            else:
                fact._give_to(parent)
        self.env["client.fact.queue"]._add_partners(parent)

    def _put_aside(self):
        """His sales are another's now: closed months show it as a correction."""
        self.ensure_one()
        self.write({"active": False, "month_check": False})
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_fact_month
                   SET current_amount = 0, current_order_count = 0,
                       correction = -amount, corrected_on = %s
                 WHERE fact_id = %s
                """,
                self.company_id._client_today(),
                self.id,
            )
        )
        self.env.invalidate_all()

    @api.model
    def _find_put_aside(self, partner):
        """Return the rows of ``partner`` that were put aside."""
        return self.with_context(active_test=False).search(
            [("partner_id", "=", partner.id), ("active", "=", False)]
        )

    def _come_back(self):
        """Clients again; the refresh puts the closed months right."""
        if self:
            self.write({"active": True})
            self.env["client.fact.queue"]._add_partners(self.partner_id)

    @api.model
    def _join(self, sources, target):
        """Join the rows of ``sources`` (partners) into those of client ``target``.

        What people decided and what history tells goes to the row that stays; figures
        follow with the next refresh.
        """
        facts = self.sudo().with_context(active_test=False)
        facts = facts.search([("partner_id", "in", (sources | target).ids)])
        for same_company in facts.grouped("company_id").values():
            kept = same_company.filtered(lambda fact: fact.partner_id == target)
            kept = (kept or same_company)[:1]
            merged = same_company - kept
            if merged:
                kept.developer_id = kept.developer_id or merged.developer_id[:1]
                kept._take_segments(merged)
                for row in merged:
                    kept._take_history(row)
                merged.unlink()
            if kept.partner_id != target:
                kept._give_to(target)
            kept.active = target.commercial_partner_id == target
        self.env["client.fact.queue"]._add_partners(target)

    def _take_history(self, merged):
        """Class moves and closed months of ``merged`` become those of this row."""
        self.ensure_one()
        self.env.flush_all()
        values = {
            "kept": self.id,
            "partner": self.partner_id.id,
            "merged": merged.id,
        }
        for query in (
            """
            UPDATE client_fact_move SET fact_id = %(kept)s, partner_id = %(partner)s
             WHERE fact_id = %(merged)s
            """,
            # Months of both: what was sold then was sold to the one they are now.
            """
            UPDATE client_fact_month m
               SET amount = m.amount + x.amount,
                   margin = m.margin + x.margin,
                   order_count = m.order_count + x.order_count,
                   current_amount = m.current_amount + x.current_amount,
                   current_order_count = m.current_order_count + x.current_order_count,
                   correction = m.correction + x.correction,
                   corrected_on = GREATEST(m.corrected_on, x.corrected_on)
              FROM client_fact_month x
             WHERE m.fact_id = %(kept)s
               AND x.fact_id = %(merged)s
               AND m.month = x.month
            """,
            """
            DELETE FROM client_fact_month m
             WHERE m.fact_id = %(merged)s
               AND EXISTS (SELECT 1 FROM client_fact_month k
                            WHERE k.month = m.month AND k.fact_id = %(kept)s)
            """,
            """
            UPDATE client_fact_month SET fact_id = %(kept)s, partner_id = %(partner)s
             WHERE fact_id = %(merged)s
            """,
        ):
            self.env.cr.execute(query, values)
        self.env.invalidate_all()

    def _give_to(self, target):
        """This row and its history are those of another client from now on."""
        self.ensure_one()
        self.env.flush_all()
        for table in ("client_fact_month", "client_fact_move", "client_segment_move"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET partner_id = %s WHERE fact_id = %s",
                    SQL.identifier(table),
                    target.id,
                    self.id,
                )
            )
        self.write({"partner_id": target.id})
        self.env.invalidate_all()
