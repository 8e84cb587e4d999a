import logging

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# One writer at a time: a second refresh skips its turn, the first covers its work.
REFRESH_LOCK = "client_development.client_fact"
# What a person enters on a client; everything else follows from facts.
EDITED_FIELDS = {"segment_ids", "stage_id", "developer_id"}


class ClientFact(models.Model):
    """The client in one company: who looks after him, his segments and his stage.

    A client is a commercial partner that the company sells to (product.md E). A row
    exists as soon as the company has a quotation, an order or an opportunity for him,
    or as soon as somebody gives him a segment, a stage, a client developer or a plan.
    Rows are made and kept up to date by set-based SQL only (design decision 1).
    """

    _name = "client.fact"
    _description = "Client"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "segment_rank, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The company that sells to this client.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The client: a company, or a person without one.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        index="btree_not_null",
        help="The salesperson of the client's contact card; without one, the"
        " salesperson of his last order in this company, else of his last quotation"
        " or opportunity.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        index="btree_not_null",
        help="The salesperson's sales team. Kept when he leaves it without another.",
    )
    developer_id = fields.Many2one(
        comodel_name="res.users",
        string="Client Developer",
        index="btree_not_null",
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who is responsible for keeping and developing this client, if that is not"
        " the salesperson.",
    )
    stage_id = fields.Many2one(
        comodel_name="client.stage",
        string="Lifecycle Stage",
        index="btree_not_null",
        group_expand="_read_group_expand_full",
        help="Attraction, sale, service, retention or development.",
    )
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
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Primary Segment",
        compute="_compute_segment_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        help="The segment with the best rank. It decides how often the client is"
        " contacted and his plan reviewed.",
    )
    segment_rank = fields.Integer(
        related="segment_id.rank_order",
        store=True,
        string="Segment Rank",
        aggregator=None,
        help="Rank of the primary segment: 1 comes first.",
    )
    reference_date = fields.Date(
        readonly=True,
        help="The day to which the facts in this row refer.",
    )
    phone = fields.Char(
        related="partner_id.phone",
        help="The client's telephone number.",
    )
    email = fields.Char(
        related="partner_id.email",
        help="The client's e-mail address.",
    )
    city = fields.Char(
        related="partner_id.city",
        help="The client's city.",
    )
    country_id = fields.Many2one(
        related="partner_id.country_id",
        help="The client's country.",
    )

    # A unique *index*: contact merge would delete rows under a unique constraint.
    _company_partner_unique = models.UniqueIndex(
        "(company_id, partner_id)",
        "Each client has one row per company.",
    )

    @api.depends("segment_ids.rank", "segment_ids.active", "segment_ids", "company_id")
    def _compute_segment_id(self):
        for fact in self:
            ranked = fact.segment_ids.filtered(lambda s: s.rank and s.active)
            fact.segment_id = min(
                ranked, key=lambda s: (s.rank, s.id), default=ranked.browse()
            )

    def write(self, vals):
        """People decide on segments, stage and developer; the rest follows from facts.

        A row that could be given to another client, company or salesperson by hand
        would leave the sight of those who answer for it.
        """
        computed = vals.keys() - EDITED_FIELDS
        if computed and not self.env.su:
            labels = [
                self._fields[name]._description_string(self.env) for name in computed
            ]
            raise UserError(
                self.env._(
                    "%(fields)s: follows from the contact card, orders and quotations"
                    " and cannot be entered here. Change the salesperson on the"
                    " client's contact card.",
                    fields=", ".join(sorted(labels)),
                )
            )
        return super().write(vals)

    # -- refresh ----------------------------------------------------------------------

    @api.model
    def _refresh(self, partners=None, reference_date=None):
        """Make and update the rows of ``env.company``.

        :param partners: clients or their contacts; ``None`` means all clients
        :param reference_date: the day the facts refer to, default today in the company
        :return: number of rows made or changed; unchanged rows are not written
        """
        company = self.env.company
        partner_ids = partners.commercial_partner_id.ids if partners else None
        if partners is not None and not partner_ids:
            return 0
        if partners is None and not self._lock_refresh():
            return 0
        self.env.flush_all()
        today = reference_date or company._client_today()
        made = self._insert_missing(company, partner_ids, today)
        changed = self._update_responsible(company, partner_ids, today)
        if made or changed:
            self.env.invalidate_all()
        return made + changed

    @api.model
    def _ensure(self, partners):
        """Return the rows of ``partners`` in ``env.company``, made where missing.

        For clients who are one by a person's decision (a plan, a segment, a client
        developer) and may have no order yet.
        """
        company = self.env.company
        clients = partners.commercial_partner_id
        domain = [("company_id", "=", company.id), ("partner_id", "in", clients.ids)]
        facts = self.sudo().search(domain)
        missing = clients - facts.partner_id
        if missing:
            self.env.flush_all()
            self._insert_clients(
                company,
                SQL("SELECT unnest(%s::int[]) AS partner_id", missing.ids),
                company._client_today(),
            )
            self._update_responsible(company, missing.ids, company._client_today())
            self.env.invalidate_all()
            facts = self.sudo().search(domain)
        return facts.sudo(False)

    @api.model
    def _lock_refresh(self):
        """Take the refresh lock of ``env.company`` until the transaction ends."""
        [(taken,)] = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
                REFRESH_LOCK,
                self.env.company.id,
            )
        )
        return taken

    @api.model
    def _insert_missing(self, company, partner_ids, today):
        """Insert a row for each client of ``company`` that has none."""
        only = (
            SQL("AND p.commercial_partner_id = ANY(%s)", partner_ids)
            if partner_ids is not None
            else SQL()
        )
        clients = SQL(
            """
            SELECT p.commercial_partner_id AS partner_id
              FROM sale_order so
              JOIN res_partner p ON p.id = so.partner_id
             WHERE so.company_id = %(company)s
               AND so.state != 'cancel' %(only)s
             UNION
            SELECT p.commercial_partner_id
              FROM crm_lead l
              JOIN res_partner p ON p.id = l.partner_id
              LEFT JOIN res_users u ON u.id = l.user_id
             WHERE l.type = 'opportunity'
               AND l.active
               AND COALESCE(l.company_id, u.company_id) = %(company)s %(only)s
            """,
            company=company.id,
            only=only,
        )
        return self._insert_clients(company, clients, today)

    @api.model
    def _insert_clients(self, company, clients, today):
        """Insert the rows that ``clients`` (SQL of column partner_id) still lacks.

        The first stage follows from the orders: none, a quotation, an order that is
        completed by being confirmed, or another order. People move it from there.
        """
        completed = company.client_survey_condition == "confirmed"
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO client_fact
                       (company_id, partner_id, stage_id, segment_rank, reference_date,
                        create_uid, create_date, write_uid, write_date)
                SELECT %(company)s, c.partner_id, st.id, NULL, %(today)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(clients)s) c
                  LEFT JOIN LATERAL (
                       SELECT bool_or(so.state = 'sale') AS ordered
                         FROM res_partner p
                         JOIN sale_order so ON so.partner_id = p.id
                        WHERE p.commercial_partner_id = c.partner_id
                          AND so.company_id = %(company)s
                          AND so.state != 'cancel') o ON TRUE
                  LEFT JOIN client_stage st
                         ON st.code = CASE WHEN o.ordered THEN %(ordered)s
                                           WHEN NOT o.ordered THEN 'sale'
                                           ELSE 'attraction' END
                 WHERE NOT EXISTS (
                       SELECT 1 FROM client_fact f
                        WHERE f.company_id = %(company)s
                          AND f.partner_id = c.partner_id)
                 ORDER BY c.partner_id
                    ON CONFLICT (company_id, partner_id) DO NOTHING
                """,
                company=company.id,
                clients=clients,
                ordered="retention" if completed else "service",
                today=today,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _update_responsible(self, company, partner_ids, today):
        """Set salesperson and team where they differ from what is known today."""
        only = (
            SQL("AND f.partner_id = ANY(%s)", partner_ids)
            if partner_ids is not None
            else SQL()
        )
        self.env.cr.execute(
            SQL(
                """
                WITH dealing AS (
                    SELECT p.commercial_partner_id AS partner_id,
                           CASE so.state WHEN 'sale' THEN 1 ELSE 2 END AS kind,
                           so.date_order AS moment, so.id, so.user_id, so.team_id
                      FROM client_fact f
                      JOIN res_partner p ON p.commercial_partner_id = f.partner_id
                      JOIN sale_order so ON so.partner_id = p.id
                     WHERE f.company_id = %(company)s
                       AND so.company_id = %(company)s
                       AND so.state != 'cancel' %(only)s
                     UNION ALL
                    SELECT p.commercial_partner_id, 3,
                           l.create_date, l.id, l.user_id, l.team_id
                      FROM client_fact f
                      JOIN res_partner p ON p.commercial_partner_id = f.partner_id
                      JOIN crm_lead l ON l.partner_id = p.id
                      LEFT JOIN res_users u ON u.id = l.user_id
                     WHERE f.company_id = %(company)s
                       AND l.type = 'opportunity' AND l.active
                       AND COALESCE(l.company_id, u.company_id) = %(company)s %(only)s
                ), last_dealing AS (
                    SELECT DISTINCT ON (partner_id) partner_id, user_id, team_id
                      FROM dealing
                     ORDER BY partner_id, kind, moment DESC, id DESC
                ), wanted AS (
                    SELECT f.id,
                           COALESCE(own.id, o.user_id) AS user_id,
                           COALESCE(u.sale_team_id, o.team_id, f.team_id) AS team_id
                      FROM client_fact f
                      JOIN res_partner p ON p.id = f.partner_id
                      LEFT JOIN last_dealing o ON o.partner_id = f.partner_id
                      LEFT JOIN res_users own
                             ON own.id = p.user_id
                            AND EXISTS (SELECT 1 FROM res_company_users_rel r
                                         WHERE r.user_id = own.id
                                           AND r.cid = %(company)s)
                      LEFT JOIN res_users u ON u.id = COALESCE(own.id, o.user_id)
                     WHERE f.company_id = %(company)s %(only)s
                )
                UPDATE client_fact f
                   SET user_id = w.user_id,
                       team_id = w.team_id,
                       reference_date = %(today)s,
                       write_uid = %(uid)s,
                       write_date = %(now)s
                  FROM wanted w
                 WHERE w.id = f.id
                   AND (f.user_id, f.team_id)
                       IS DISTINCT FROM (w.user_id, w.team_id)
                """,
                company=company.id,
                only=only,
                today=today,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _cron_refresh(self):
        """Refresh every company's clients; one commit per company.

        What another process has written since this transaction began is its work: the
        company is left to the next run.
        """
        companies = self.env["res.company"]._get_client_companies()
        for left, company in enumerate(companies, start=1):
            try:
                with self.env.cr.savepoint():
                    self.with_company(company)._refresh()
            except SerializationFailure:
                _logger.info("Clients of %s: refreshed meanwhile", company.name)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - left)

    # -- actions ----------------------------------------------------------------------

    def action_open_client(self):
        """Open the client's contact card."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }
