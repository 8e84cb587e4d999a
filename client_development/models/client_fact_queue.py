import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

PENDING = "client_development.client_fact_queue"


class ClientFactQueue(models.Model):
    """A client whose facts must be refreshed (design decision 1).

    Changed records are collected while a transaction goes on and written by one INSERT
    just before its commit, so that a saved order costs one query at most, and a
    transaction that commits late is found when it has. The refresh deletes the rows
    that it has seen. A row with an error is a client who could not be refreshed: he
    keeps his old facts, and every full refresh tries him again.
    """

    _name = "client.fact.queue"
    _description = "Client Waiting for Refresh"
    _order = "id"
    _rec_name = "partner_id"
    _log_access = False

    # No foreign key: the contact may be merged or deleted before the refresh.
    partner_id = fields.Many2oneReference(
        model_field="model",
        string="Contact",
        readonly=True,
        help="The contact card of the changed record; the client is his company. Empty:"
        " all clients.",
    )
    model = fields.Char(
        compute="_compute_model",
        help="Technical: the contact above is a contact card.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Where the refresh failed. Empty: waiting, for all companies.",
    )
    error = fields.Text(
        readonly=True,
        help="Why the client could not be refreshed. Empty: he is waiting.",
    )
    date = fields.Datetime(
        string="Waiting since",
        readonly=True,
        help="When the client was put here.",
    )

    def _compute_model(self):
        self.model = "res.partner"

    # -- collecting ----------------------------------------------------------------

    @api.model
    def _add_partners(self, partners):
        """Let the clients of these contacts be refreshed."""
        self._collect("partners", partners.ids)

    @api.model
    def _add_orders(self, orders):
        """Let the clients of these sales orders be refreshed."""
        self._collect("orders", orders.ids)

    @api.model
    def _add_invoices(self, moves):
        """Let the clients whose sales orders these invoices bill be refreshed."""
        self._collect("moves", moves.ids)

    @api.model
    def _add_all(self):
        """Let all clients be refreshed."""
        self._collect("all", [0])

    @api.model
    def _collect(self, kind, ids):
        ids = [record_id for record_id in ids if isinstance(record_id, int)]
        if not ids:
            return
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.data[PENDING] = {}
            precommit.add(self._insert_pending)
        precommit.data[PENDING].setdefault(kind, set()).update(ids)

    @api.model
    def _insert_pending(self):
        """Write what this transaction has collected: one query."""
        pending = self.env.cr.precommit.data.pop(PENDING, None)
        if not pending:
            return

        def ids(kind):
            return sorted(pending.get(kind, ()))

        self.env.cr.execute(
            SQL(
                """
                INSERT INTO client_fact_queue (partner_id, date)
                SELECT unnest(%(partners)s::int[]), %(now)s
                 UNION
                SELECT partner_id, %(now)s FROM sale_order WHERE id = ANY(%(orders)s)
                 UNION
                SELECT so.partner_id, %(now)s
                  FROM account_move_line aml
                  JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = aml.id
                  JOIN sale_order_line l ON l.id = r.order_line_id
                  JOIN sale_order so ON so.id = l.order_id
                 WHERE aml.move_id = ANY(%(moves)s)
                 UNION ALL
                SELECT NULL, %(now)s WHERE %(everybody)s
                """,
                partners=ids("partners"),
                orders=ids("orders"),
                moves=ids("moves"),
                everybody="all" in pending,
                now=fields.Datetime.now(),
            )
        )

    # -- refreshing ----------------------------------------------------------------

    @api.model
    def _take(self):
        """Return the ids of the rows that wait now, and the clients they stand for.

        :return: ``(row ids, partner ids)``; ``None`` instead of the latter: everybody
        """
        self.env.flush_all()
        self._insert_pending()
        [(seen, everybody, partner_ids)] = self.env.execute_query(
            SQL(
                """
                SELECT array_agg(DISTINCT q.id), BOOL_OR(q.partner_id IS NULL),
                       array_agg(DISTINCT p.commercial_partner_id)
                           FILTER (WHERE p.id IS NOT NULL)
                  FROM client_fact_queue q
                  LEFT JOIN res_partner p ON p.id = q.partner_id
                 WHERE q.error IS NULL
                """
            )
        )
        return seen or [], None if everybody else partner_ids or []

    @api.model
    def _forget(self, row_ids):
        """The rows have been dealt with."""
        self.env.cr.execute(
            SQL("DELETE FROM client_fact_queue WHERE id = ANY(%s)", row_ids)
        )
        self.invalidate_model()

    @api.model
    def _report(self, company, bad, partner_ids):
        """Keep whom a refresh of ``partner_ids`` (``None``: all) had to leave out.

        :param bad: ``{partner id: why}``
        """
        only = (
            SQL()
            if partner_ids is None
            else SQL("AND partner_id = ANY(%s)", partner_ids)
        )
        self.env.cr.execute(
            SQL(
                "DELETE FROM client_fact_queue"
                " WHERE company_id = %s AND error IS NOT NULL %s",
                company.id,
                only,
            )
        )
        for partner_id, error in bad.items():
            _logger.error("Client %s is not refreshed: %s", partner_id, error)
        self.sudo().create(
            [
                {
                    "partner_id": partner_id,
                    "company_id": company.id,
                    "error": error,
                    "date": fields.Datetime.now(),
                }
                for partner_id, error in bad.items()
            ]
        )
