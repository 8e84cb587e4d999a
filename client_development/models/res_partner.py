from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_plan_line import OPEN_STATES as PLAN_LINE_OPEN_STATES

CLIENT_USER = "client_development.group_client_user"

# Fields of the client's row in the current company that are edited on the partner.
CLIENT_FACT_FIELDS = (
    "client_segment_ids",
    "client_stage_id",
    "client_developer_id",
)


class ResPartner(models.Model):
    """What client development shows on a contact card.

    Everything belongs to the commercial partner in the current company; contacts
    show what their company has.
    """

    _inherit = "res.partner"

    client_fact_ids = fields.One2many(
        comodel_name="client.fact",
        inverse_name="partner_id",
        string="Client Rows",
        groups=CLIENT_USER,
        help="This client in each of your companies.",
    )
    client_fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client in this Company",
        compute="_compute_client_fact_id",
        search="_search_client_fact_id",
        compute_sudo=True,
        groups=CLIENT_USER,
        help="The client's row in the current company: his segments, stage and facts.",
    )
    client_segment_ids = fields.Many2many(
        related="client_fact_id.segment_ids",
        string="Client Segments",
        readonly=False,
        groups=CLIENT_USER,
        help="Coloured tags of this client in the current company.",
    )
    client_segment_id = fields.Many2one(
        related="client_fact_id.segment_id",
        string="Primary Client Segment",
        groups=CLIENT_USER,
        help="The segment with the best rank. It decides how often the client is"
        " contacted and his plan reviewed.",
    )
    client_stage_id = fields.Many2one(
        related="client_fact_id.stage_id",
        string="Client Lifecycle Stage",
        readonly=False,
        groups=CLIENT_USER,
        help="Attraction, sale, service, retention or development.",
    )
    client_developer_id = fields.Many2one(
        related="client_fact_id.developer_id",
        string="Client Developer",
        readonly=False,
        domain="[('share', '=', False)]",
        groups=CLIENT_USER,
        help="Who is responsible for keeping and developing this client, if that is not"
        " the salesperson.",
    )

    client_wallet_ids = fields.One2many(
        comodel_name="client.wallet",
        inverse_name="partner_id",
        groups=CLIENT_USER,
        help="What this client spends per year in each product category, with"
        " everybody. The latest row of a category counts.",
    )
    client_class = fields.Char(
        compute="_compute_client_class",
        groups=CLIENT_USER,
        help="The client's ABC class in the current company, if you may see his facts.",
    )

    client_survey_ids = fields.One2many(
        comodel_name="client.survey",
        inverse_name="partner_id",
        string="Client Surveys",
        groups=CLIENT_USER,
        help="The surveys of this client about completed orders.",
    )
    client_survey_count = fields.Integer(
        string="Number of Client Surveys",
        compute="_compute_client_survey_figures",
        groups=CLIENT_USER,
        help="Surveys of this client about completed orders, as far as you may see"
        " them.",
    )
    client_survey_due_count = fields.Integer(
        string="Number of Client Surveys to Call",
        compute="_compute_client_survey_figures",
        groups=CLIENT_USER,
        help="Surveys for which this client still has to be called.",
    )
    client_survey_last_rating = fields.Integer(
        string="Last Client Rating",
        compute="_compute_client_survey_figures",
        groups=CLIENT_USER,
        help="The client's latest rating of an order, 1 to 5.",
    )

    client_plan_ids = fields.One2many(
        comodel_name="client.plan",
        inverse_name="partner_id",
        string="Client Plans",
        groups=CLIENT_USER,
        help="The development plans made for this client.",
    )
    client_line_ids = fields.One2many(
        comodel_name="client.plan.line",
        inverse_name="partner_id",
        string="Client Actions",
        groups=CLIENT_USER,
        help="The actions in the development plans of this client.",
    )
    client_plan_count = fields.Integer(
        string="Number of Client Plans",
        compute="_compute_client_plan_count",
        groups=CLIENT_USER,
        help="Development plans of this client, in any state.",
    )
    client_line_count = fields.Integer(
        string="Number of Open Client Actions",
        compute="_compute_client_plan_count",
        groups=CLIENT_USER,
        help="Actions of this client's plans that are still to be done.",
    )
    client_claim_count = fields.Integer(
        string="Number of Open Client Claims",
        compute="_compute_client_plan_count",
        groups=CLIENT_USER,
        help="Claims of this client that are still to be settled.",
    )

    # -- the client in this company ---------------------------------------------------

    @api.depends("commercial_partner_id", "client_fact_ids.company_id")
    @api.depends_context("company")
    def _compute_client_fact_id(self):
        facts = self.env["client.fact"].search_fetch(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "in", self.commercial_partner_id.ids),
            ],
            ["partner_id"],
        )
        by_client = {fact.partner_id: fact for fact in facts}
        for partner in self:
            partner.client_fact_id = by_client.get(partner.commercial_partner_id)

    def _search_client_fact_id(self, operator, value):
        if operator not in ("in", "any", "any!"):
            return NotImplemented
        facts = self.env["client.fact"].sudo()
        here = Domain("company_id", "=", self.env.company.id)
        if operator != "in":
            facts = facts.sudo(operator == "any!")
            return self._client_fact_domain(facts, here & Domain("id", operator, value))
        domain = self._client_fact_domain(facts, here & Domain("id", "in", value))
        if False in value:  # partners who are no client of this company
            domain |= ~self._client_fact_domain(facts, here)
        return domain

    @api.model
    def _client_fact_domain(self, facts, domain):
        """Return the partners whose client row matches ``domain``."""
        found = facts._search(domain)
        column = SQL.identifier(found.table, "partner_id")
        return Domain("commercial_partner_id", "in", found.select(column))

    def _field_to_sql(self, alias, field_expr, query=None) -> SQL:
        """Join the client's row, so that lists filter, group and sort by it."""
        if field_expr != "client_fact_id":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields["client_fact_id"], "read")
        fact_alias = query.make_alias(alias, "client_fact")
        query.add_join(
            "LEFT JOIN",
            fact_alias,
            "client_fact",
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(fact_alias, "partner_id"),
                self._field_to_sql(alias, "commercial_partner_id", query),
                SQL.identifier(fact_alias, "company_id"),
                self.env.company.id,
            ),
        )
        return SQL.identifier(fact_alias, "id")

    @api.model_create_multi
    def create(self, vals_list):
        """Keep the client fields until the client's row exists, then write them."""
        later = [
            {name: vals[name] for name in CLIENT_FACT_FIELDS if vals.get(name)}
            for vals in vals_list
        ]
        partners = super().create(
            [
                {k: v for k, v in vals.items() if k not in CLIENT_FACT_FIELDS}
                for vals in vals_list
            ]
        )
        if self.env.context.get("client_new"):
            self.env["client.fact"]._ensure(partners)
        for partner, vals in zip(partners, later, strict=True):
            if vals:
                partner.write(vals)
        return partners

    def write(self, vals):
        """Make missing client rows first: a related field would be lost without one."""
        if any(name in vals for name in CLIENT_FACT_FIELDS):
            self.check_access("write")
            self.env["client.fact"]._ensure(self)
        moved = vals.keys() & {"parent_id", "is_company"}
        before = {partner: partner.commercial_partner_id for partner in self if moved}
        result = super().write(vals)
        if moved:
            self._move_client_facts(before)
        if "user_id" in vals:
            self.env["client.fact"]._update_responsible(self)
        return result

    def _move_client_facts(self, before):
        """The orders of a contact who gets another company count for that one.

        :param before: ``{contact: his commercial partner until now}``
        """
        for partner, old in before.items():
            new = partner.commercial_partner_id
            if new == old:
                continue
            self.env["client.fact.queue"]._add_partners(partner | old)
            facts = self.env["client.fact"].sudo()
            if partner == old:  # he was a client himself
                facts._go_to(partner, new)
            elif partner == new:  # and is one again
                facts._find_put_aside(partner)._come_back()

    # -- facts ------------------------------------------------------------------------

    @api.depends("commercial_partner_id", "client_fact_ids.abc_class")
    @api.depends_context("uid", "company", "allowed_company_ids")
    def _compute_client_class(self):
        self.client_class = False
        if not self.env.user.has_group(CLIENT_USER):
            return
        facts = self.env["client.fact"].search_fetch(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "in", self.commercial_partner_id.ids),
            ],
            ["partner_id", "abc_class"],
        )
        classes = {fact.partner_id: fact.abc_class or "–" for fact in facts}
        for partner in self:
            client = partner.commercial_partner_id._origin
            partner.client_class = classes.get(client, False)

    def action_view_client_facts(self):
        """Open the client's facts in the current company."""
        self.ensure_one()
        fact = self.env["client.fact"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "=", self.commercial_partner_id.id),
            ]
        )
        return fact.action_open_facts()

    # -- surveys ----------------------------------------------------------------------

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_survey_figures(self):
        self.client_survey_count = 0
        self.client_survey_due_count = 0
        self.client_survey_last_rating = 0
        if not self.env.user.has_group(CLIENT_USER):
            return
        groups = self.env["client.survey"]._read_group(
            [("partner_id", "in", self.commercial_partner_id.ids)],
            ["partner_id"],
            ["state:array_agg", "date_done:array_agg", "rating:array_agg"],
        )
        surveys = {
            client: list(zip(*arrays, strict=True)) for client, *arrays in groups
        }
        for partner in self:
            rows = surveys.get(partner.commercial_partner_id, [])
            answered = [(day, rating) for state, day, rating in rows if state == "done"]
            partner.client_survey_count = sum(row[0] != "cancelled" for row in rows)
            partner.client_survey_due_count = sum(row[0] == "due" for row in rows)
            partner.client_survey_last_rating = max(answered, default=(False, 0))[1]

    def action_view_client_surveys(self):
        """Open the surveys of this client."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_development.client_survey_action"
        )
        return {
            **action,
            "domain": [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("state", "!=", "cancelled"),
            ],
            "context": {},
        }

    # -- plans ------------------------------------------------------------------------

    @api.depends("commercial_partner_id.client_plan_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_plan_count(self):
        self.client_plan_count = self.client_line_count = self.client_claim_count = 0
        if not self.env.user.has_group(CLIENT_USER):
            return
        clients = self.commercial_partner_id.ids
        plans = dict(
            self.env["client.plan"]._read_group(
                [("partner_id", "in", clients)], ["partner_id"], ["__count"]
            )
        )
        lines, claims = {}, {}
        for client, is_claim, count in self.env["client.plan.line"]._read_group(
            [("partner_id", "in", clients), ("state", "in", PLAN_LINE_OPEN_STATES)],
            ["partner_id", "is_claim"],
            ["__count"],
        ):
            lines[client] = lines.get(client, 0) + count
            if is_claim:
                claims[client] = count
        for partner in self:
            client = partner.commercial_partner_id._origin
            partner.client_plan_count = plans.get(client, 0)
            partner.client_line_count = lines.get(client, 0)
            partner.client_claim_count = claims.get(client, 0)

    def action_view_client_plans(self):
        """Open the plans that the stat button counts."""
        client = self._client_plan_subject()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_action"
            ),
            "domain": [("partner_id", "=", client.id)],
            "context": {"default_scope": "client", "default_partner_id": client.id},
        }

    def action_view_client_lines(self):
        """Open the actions that the stat button counts."""
        client = self._client_plan_subject()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_line_action"
            ),
            "domain": [
                ("partner_id", "=", client.id),
                ("state", "in", PLAN_LINE_OPEN_STATES),
            ],
            "context": {"create": False},
        }

    def action_view_client_claims(self):
        """Open the claims that the stat button counts."""
        client = self._client_plan_subject()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_claim_action"
            ),
            "domain": [
                ("partner_id", "=", client.id),
                ("is_claim", "=", True),
                ("state", "in", PLAN_LINE_OPEN_STATES),
            ],
            "context": {"create": False},
        }

    def action_client_plan_create(self):
        """Open a new development plan of the client."""
        client = self._client_plan_subject()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Development Plan"),
            "res_model": "client.plan",
            "views": [(False, "form")],
            "context": {"default_scope": "client", "default_partner_id": client.id},
        }

    def _client_plan_subject(self):
        """Return the client whose plans a contact shows: his company."""
        self.ensure_one()
        self.env["client.plan"].check_access("read")
        return self.commercial_partner_id
