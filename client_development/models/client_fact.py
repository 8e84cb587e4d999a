from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .client_fact_tables import BUCKETS, TODO

# What a person enters on a client; everything else follows from facts.
EDITED_FIELDS = {"segment_ids", "stage_id", "developer_id"}
TECHNICAL_FIELDS = {"category_figures", "previous_category_figures", "month_check"}


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
    active = fields.Boolean(
        default=True,
        readonly=True,
        help="Off while the contact belongs to another client: his orders count there,"
        " and what is known of him is kept for the day he is a client again.",
    )
    stage_id = fields.Many2one(
        comodel_name="client.stage",
        string="Lifecycle Stage",
        group_expand="_read_group_expand_full",
        help="Attraction, sale, service, retention or development.",
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

    def init(self):
        """Leave room beside each row: a refresh changes no indexed column, so that the
        new version of a row fits there and the indexes stay as they are."""
        self.env.cr.execute("ALTER TABLE client_fact SET (fillfactor = 50)")
        return super().init()

    # A unique *index*: contact merge would delete rows under a unique constraint.
    _company_partner_unique = models.UniqueIndex(
        "(company_id, partner_id)",
        "Each client has one row per company.",
    )

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Leave out of filters and rules what nobody can read."""
        result = super().fields_get(allfields, attributes)
        for name in TECHNICAL_FIELDS & result.keys():
            result[name]["searchable"] = False
        return result

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
            names = ", ".join(sorted(labels))
            if computed & {"user_id", "team_id"}:
                raise UserError(
                    self.env._(
                        "%(fields)s: follows from the contact card, orders and"
                        " quotations and cannot be entered here. Change the salesperson"
                        " on the client's contact card.",
                        fields=names,
                    )
                )
            raise UserError(
                self.env._(
                    "%(fields)s: the refresh works it out from orders, credit notes,"
                    " surveys and the like, and it cannot be entered here. Correct the"
                    " record from which it follows.",
                    fields=names,
                )
            )
        if "stage_id" not in vals:
            return super().write(vals)
        self.check_access("write")
        if not vals["stage_id"]:
            rest = {name: value for name, value in vals.items() if name != "stage_id"}
            return self._follow_stage(rest)
        self._hold_stage(self.env["client.stage"].browse(vals["stage_id"]))
        return super().write(vals)

    def _hold_stage(self, stage):
        """A stage chosen by hand stays, whatever the facts say."""
        moving = self.filtered(lambda fact: fact.stage_id != stage)
        self.env["client.fact.move"]._log_stage(moving, stage)
        for company, facts in moving.grouped("company_id").items():
            facts.sudo().write(
                {"stage_manual": True, "stage_date": company._client_today()}
            )

    def _follow_stage(self, vals):
        """Write ``vals`` and let the stage follow from facts again."""
        self.sudo().write({**vals, "stage_manual": False})
        for company, facts in self.grouped("company_id").items():
            self.with_company(company).sudo()._refresh(facts.partner_id)
        return True

    @api.model
    def _ensure(self, partners):
        """Return the rows of ``partners`` in ``env.company``, made where missing.

        For clients who are one by a person's decision (a plan, a segment, a client
        developer) and may have no order yet. Their classes follow with the next
        refresh.
        """
        company = self.env.company
        clients = partners.commercial_partner_id
        domain = [("company_id", "=", company.id), ("partner_id", "in", clients.ids)]
        facts = self.sudo().with_context(active_test=False).search(domain)
        facts.filtered(lambda fact: not fact.active)._come_back()
        missing = clients - facts.partner_id
        if missing:
            self.sudo()._insert_clients(company, missing.ids)
            self.env["client.fact.queue"]._add_partners(missing)
            self.env.invalidate_all()
            facts = self.sudo().search(domain)
        return facts.sudo(False)

    @api.model
    def _insert_clients(self, company, partner_ids):
        """Make rows with salesperson and first stage; figures come with a refresh."""
        self.env.flush_all()
        self._prepare_session()
        self._create_temporary(
            TODO, SQL("SELECT unnest(%s::int[]) AS client_id", partner_ids)
        )
        only = SQL("AND p.commercial_partner_id IN (SELECT client_id FROM %s)", TODO)
        period = self._get_period(company, company._client_today())
        self._create_temporary(BUCKETS, self._sql_buckets(period, only))
        self.env.cr.execute(
            SQL(
                """
                WITH quotations AS (%(quotations)s),
                sums AS (%(sums)s),
                clients AS (SELECT client_id FROM %(todo)s)
                INSERT INTO client_fact
                       (active, company_id, partner_id, user_id, team_id, stage_id,
                        stage_date, reference_date,
                        create_uid, create_date, write_uid, write_date)
                SELECT TRUE, %(company)s, c.client_id, u.user_id, u.team_id,
                       %(stage_id)s, %(date)s, %(date)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM clients c
                  LEFT JOIN (%(responsible)s) u ON u.client_id = c.client_id
                  LEFT JOIN sums s ON s.client_id = c.client_id
                  %(stage_joins)s
                 ORDER BY c.client_id
                    ON CONFLICT (company_id, partner_id) DO NOTHING
                """,
                quotations=self._sql_quotations(period, only),
                sums=self._sql_sums(period, BUCKETS),
                todo=TODO,
                company=company.id,
                responsible=self._sql_responsible(
                    company, SQL("SELECT client_id FROM clients")
                ),
                stage_id=self._sql_stage_id(),
                stage_joins=self._sql_stage_joins(period, only),
                date=period.date,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self._drop_temporary()

    @api.model
    def _update_responsible(self, partners):
        """Show a new salesperson at once, in the rows of ``partners`` everywhere.

        Who may see the client depends on it.
        """
        self.env.flush_all()
        clients = partners.commercial_partner_id
        rows = self.sudo().search([("partner_id", "in", clients.ids)])
        for company in rows.company_id:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE client_fact f
                       SET user_id = u.user_id, team_id = u.team_id,
                           write_uid = %(uid)s, write_date = %(now)s
                      FROM (%(responsible)s) u
                     WHERE f.company_id = %(company)s
                       AND f.partner_id = u.client_id
                       AND (f.user_id, f.team_id)
                           IS DISTINCT FROM (u.user_id, u.team_id)
                    """,
                    responsible=self._sql_responsible(
                        company,
                        SQL("SELECT unnest(%s::int[]) AS client_id", clients.ids),
                    ),
                    company=company.id,
                    uid=self.env.uid,
                    now=self.env.cr.now(),
                )
            )
        if rows:
            self.env.invalidate_all()

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
