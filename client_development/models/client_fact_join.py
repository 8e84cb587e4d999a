from odoo import api, models
from odoo.tools import SQL


class ClientFact(models.Model):
    """Two clients become one: contacts are merged, or a client gets a parent."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    @api.model
    def _join(self, sources, target):
        """Join the rows of ``sources`` (partners) into those of client ``target``.

        What people decided and what history tells goes to the row that stays; figures
        follow with the next refresh.
        """
        facts = self.sudo().search([("partner_id", "in", (sources | target).ids)])
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
