from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .res_partner_portrait import CLIENT_SIZES

# What a client is described by, and the numbers by which SQL tells its kinds apart.
# A region is a state, or a country where the state is not known.
DIMENSIONS = [
    ("industry", "Industry"),
    ("region", "Region"),
    ("size", "Size"),
    ("source", "Source"),
    ("assortment", "Assortment"),
    ("stage", "Lifecycle Stage"),
]
INDUSTRY, STATE, COUNTRY, SIZE, SOURCE, CATEGORY, STAGE = range(1, 8)
KINDS = {
    INDUSTRY: "industry",
    STATE: "region",
    COUNTRY: "region",
    SIZE: "size",
    SOURCE: "source",
    CATEGORY: "assortment",
    STAGE: "stage",
}
# The model that a kind's value is a record of; a size is a place in CLIENT_SIZES.
KIND_MODELS = {
    INDUSTRY: "res.partner.industry",
    STATE: "res.country.state",
    COUNTRY: "res.country",
    SOURCE: "utm.source",
    CATEGORY: "product.category",
    STAGE: "client.stage",
}


class ClientFact(models.Model):
    """What a client is like: industry, region, size, source, assortment, stage."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    bought_category_ids = fields.Many2many(
        comodel_name="product.category",
        string="Categories Bought",
        compute="_compute_bought_category_ids",
        search="_search_bought_category_ids",
        help="The product categories that the client bought in the period.",
    )
    source_id = fields.Many2one(
        comodel_name="utm.source",
        compute="_compute_source_id",
        search="_search_source_id",
        help="How the client came: the source of his first opportunity, quotation or"
        " order that names one.",
    )
    industry_id = fields.Many2one(
        related="partner_id.industry_id",
        help="The industry on the client's contact card.",
    )
    client_size = fields.Selection(
        related="partner_id.client_size",
        related_sudo=True,
        string="Size",
        help="How many people work there.",
    )

    @api.depends("category_figures")
    def _compute_bought_category_ids(self):
        for fact in self:
            fact.bought_category_ids = fact._get_bought_ids()

    def _get_bought_ids(self):
        """Return the ids of the categories with positions in the period."""
        self.ensure_one()
        rows = (row.split() for row in (self.category_figures or "").split(";") if row)
        return [int(row[0]) for row in rows if int(row[3]) > 0 and int(row[0])]

    def _search_bought_category_ids(self, operator, value):
        if operator == "any":
            value = self.env["product.category"].search(value).ids
        elif operator != "in":
            return NotImplemented
        ids = "|".join(str(int(id_)) for id_ in value if id_)
        domain = Domain.FALSE
        if ids:
            domain = self._figures_domain(rf"(^|;)({ids}) \S+ \S+ [1-9]")
        if False in value:
            domain |= Domain("category_count", "=", 0)
        return domain

    @api.model
    def _figures_domain(self, pattern):
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s ~ %s",
                model._field_to_sql(alias, "category_figures", query),
                pattern,
            )
        )

    @api.depends("partner_id")
    def _compute_source_id(self):
        self._flush_sources()
        found = dict(
            self.env.execute_query(
                self._sql_sources(SQL("f.id = ANY(%s)", self._origin.ids))
            )
        )
        for fact in self:
            fact.source_id = found.get(fact._origin.id, False)

    def _search_source_id(self, operator, value):
        if operator == "any":
            value = self.env["utm.source"].search(value).ids
        elif operator != "in":
            return NotImplemented
        self._flush_sources()
        sources = self._sql_sources(SQL("TRUE"))
        found = SQL(
            "(SELECT fact_id FROM (%s) s WHERE source_id = ANY(%s))",
            sources,
            [id_ for id_ in value if id_],
        )
        domain = Domain("id", "in", found)
        if False in value:
            known = SQL("(SELECT fact_id FROM (%s) s)", sources)
            domain |= Domain("id", "not in", known)
        return domain

    @api.model
    def _read_trait_names(self, values):
        """Return ``{(kind, value id): its name}`` of those known: a query per kind."""
        sizes = self.env["res.partner"]._fields["client_size"]
        labels = dict(sizes._description_selection(self.env))
        names = {
            (SIZE, number): labels[size]
            for number, (size, _label) in enumerate(CLIENT_SIZES, start=1)
        }
        for kind, model in KIND_MODELS.items():
            ids = [value for key, value in values if key == kind]
            for record in self.env[model].sudo().browse(ids).exists():
                names[kind, record.id] = record[record._rec_name]
        return names

    # -- actions ----------------------------------------------------------------------

    def action_view_stage_moves(self):
        """Open the client's moves from one lifecycle stage to another."""
        self._check_open()
        return self._open(
            self.env._("Stage Moves"),
            "client.fact.move",
            self._get_own_domain() & Domain("kind", "=", "stage"),
            empty=self.env._("No move from one stage to another yet."),
        )

    # -- SQL --------------------------------------------------------------------------

    def _flush_sources(self):
        for model in ("crm.lead", "sale.order"):
            self.env[model].flush_model(["partner_id", "company_id", "source_id"])
        self.env["sale.order"].flush_model(["date_order"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.flush_model(["company_id", "partner_id"])

    @api.model
    def _sql_sources(self, condition):
        """The source of each row ``f`` that fulfils ``condition``: fact_id, source_id.

        An opportunity of no company counts for every company.
        """
        return SQL(
            """
            SELECT DISTINCT ON (f.id) f.id AS fact_id, x.source_id
              FROM client_fact f
              JOIN (SELECT p.commercial_partner_id AS client_id, l.company_id,
                           l.source_id, l.create_date AS moment
                      FROM crm_lead l
                      JOIN res_partner p ON p.id = l.partner_id
                     WHERE l.source_id IS NOT NULL
                     UNION ALL
                    SELECT p.commercial_partner_id, o.company_id,
                           o.source_id, o.date_order
                      FROM sale_order o
                      JOIN res_partner p ON p.id = o.partner_id
                     WHERE o.source_id IS NOT NULL) x
                ON x.client_id = f.partner_id
               AND (x.company_id IS NULL OR x.company_id = f.company_id)
             WHERE %s
             ORDER BY f.id, x.moment, x.source_id
            """,
            condition,
        )

    @api.model
    def _sql_traits(self):
        """Kind and value of what a client is like; value 0: not known.

        For a lateral join to the client's row ``f``, his contact card ``p`` and his
        source ``s``. A client has a row per product category that he buys.
        """
        return SQL(
            """
            SELECT v.kind, v.value_id
              FROM (VALUES
                   (%(industry)s, COALESCE(p.industry_id, 0)),
                   (CASE WHEN p.state_id IS NULL AND p.country_id IS NOT NULL
                         THEN %(country)s ELSE %(state)s END,
                    COALESCE(p.state_id, p.country_id, 0)),
                   (%(size)s, COALESCE(array_position(%(sizes)s, p.client_size), 0)),
                   (%(source)s, COALESCE(s.source_id, 0)),
                   (%(stage)s, COALESCE(f.stage_id, 0))) v (kind, value_id)
             UNION ALL
            SELECT %(category)s, split_part(row, ' ', 1)::int
              FROM string_to_table(f.category_figures, ';') AS row
             WHERE split_part(row, ' ', 4)::int > 0
               AND split_part(row, ' ', 1) != '0'
             UNION ALL
            SELECT %(category)s, 0
             WHERE COALESCE(f.category_count, 0) = 0
            """,
            industry=INDUSTRY,
            state=STATE,
            country=COUNTRY,
            size=SIZE,
            sizes=[size for size, _label in CLIENT_SIZES],
            source=SOURCE,
            stage=STAGE,
            category=CATEGORY,
        )

    @api.model
    def _sql_dimension(self, kind):
        """The dimension that the number ``kind`` belongs to."""
        names = [name for _kind, name in sorted(KINDS.items())]
        return SQL("(%s)[%s]", names, kind)
