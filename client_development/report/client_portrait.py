from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.client_fact_trait import (
    CATEGORY,
    COUNTRY,
    DIMENSIONS,
    INDUSTRY,
    KIND_MODELS,
    KINDS,
    SIZE,
    SOURCE,
    STAGE,
    STATE,
)
from ..models.res_partner_portrait import CLIENT_SIZES

# Columns of the portrait, and which clients each of them counts.
CLASSES = {"a": "A", "b": "B", "c": "C", "none": None}
# The field of a client's row by which one finds the clients with a kind's value.
KIND_FIELDS = {
    INDUSTRY: "partner_id.industry_id",
    STATE: "partner_id.state_id",
    COUNTRY: "partner_id.country_id",
    SIZE: "partner_id.client_size",
    SOURCE: "source_id",
    CATEGORY: "bought_category_ids",
    STAGE: "stage_id",
}
# Places of company and kind in the id of a row; a value is a database id below 2³¹.
COMPANY_BITS, KIND_BITS = 35, 32


class PortraitRows:
    """The rows of the portrait as JSON: a kind of value that no caller can send."""

    def __init__(self, text):
        self.text = text


class ClientPortrait(models.Model):
    """What clients of class A are like, beside those of B, of C and without a class.

    One row per value of a dimension. Only clients whom the user may see are counted:
    the record rules of clients are part of the query, so that every number opens
    exactly the clients that it counts.
    """

    _name = "client.portrait"
    _description = "Portrait of Class A"
    _auto = False
    _order = "dimension_sequence, share_a desc, share_others desc, id"
    _rec_name = "value"
    _depends = {
        "client.fact": [
            "abc_class",
            "active",
            "category_count",
            "category_figures",
            "company_id",
            "partner_id",
            "stage_id",
        ],
        "crm.lead": ["company_id", "partner_id", "source_id"],
        "sale.order": ["company_id", "date_order", "partner_id", "source_id"],
        "res.partner": [
            "active",
            "client_size",
            "commercial_partner_id",
            "country_id",
            "industry_id",
            "state_id",
        ],
    }

    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company whose clients these are.",
    )
    dimension = fields.Selection(
        selection=DIMENSIONS,
        readonly=True,
        help="By what the clients are compared.",
    )
    dimension_sequence = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Order in which the dimensions are shown.",
    )
    kind = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Technical: what kind of value it is.",
    )
    value_id = fields.Integer(
        string="Number of the Value",
        readonly=True,
        aggregator=None,
        help="Technical: number of the value within its kind; 0: not known.",
    )
    value = fields.Char(
        readonly=True,
        help="What these clients have in common. A client has several product"
        " categories, and one value of everything else.",
    )
    count_a = fields.Integer(
        string="Clients A",
        readonly=True,
        aggregator=None,
        help="Clients of class A with this value.",
    )
    count_b = fields.Integer(
        string="Clients B",
        readonly=True,
        aggregator=None,
        help="Clients of class B with this value.",
    )
    count_c = fields.Integer(
        string="Clients C",
        readonly=True,
        aggregator=None,
        help="Clients of class C with this value.",
    )
    count_none = fields.Integer(
        string="Clients without Class",
        readonly=True,
        aggregator=None,
        help="Clients with this value who bought nothing in the period.",
    )
    share_a = fields.Float(
        string="Share of A, %",
        digits=(16, 1),
        readonly=True,
        aggregator="max",
        help="Of all clients of class A, so many percent have this value.",
    )
    share_b = fields.Float(
        string="Share of B, %",
        digits=(16, 1),
        readonly=True,
        aggregator="max",
        help="Of all clients of class B, so many percent have this value.",
    )
    share_c = fields.Float(
        string="Share of C, %",
        digits=(16, 1),
        readonly=True,
        aggregator="max",
        help="Of all clients of class C, so many percent have this value.",
    )
    share_none = fields.Float(
        string="Share without Class, %",
        digits=(16, 1),
        readonly=True,
        aggregator=None,
        help="Of all clients without a class, so many percent have this value.",
    )
    share_others = fields.Float(
        string="Share of Others, %",
        digits=(16, 1),
        readonly=True,
        aggregator="max",
        help="Of all clients who are not in class A, so many percent have this value.",
    )
    lift = fields.Float(
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="Share of class A divided by the share of the others: above 1 the value is"
        " typical of class A, below 1 of the others. Empty: none of the others has it.",
    )

    @property
    def _table_query(self):
        """The portrait, or what was read of it before in the same call."""
        rows = self.env.context.get("client_portrait_rows")
        if not isinstance(rows, PortraitRows):
            return self._sql_portrait()
        return SQL(
            """
            SELECT *
              FROM jsonb_to_recordset(%s::jsonb) AS x (
                   id int8, company_id int4, kind int4, value_id int4,
                   count_a int4, count_b int4, count_c int4, count_none int4,
                   share_a float8, share_b float8, share_c float8, share_none float8,
                   share_others float8, lift float8,
                   dimension text, dimension_sequence int4, value text)
            """,
            rows.text,
        )

    @api.model
    @api.readonly
    def web_read_group(self, *args, **kwargs):
        """Count the clients once, not once per group."""
        self.check_access("read")
        rows = self.env.execute_query(
            SQL("SELECT COALESCE(jsonb_agg(x), '[]')::text FROM %s x", self._table_sql)
        )
        portrait = self.with_context(client_portrait_rows=PortraitRows(rows[0][0]))
        return super(ClientPortrait, portrait).web_read_group(*args, **kwargs)

    def _sql_portrait(self):
        """Count clients per value and class; the user's clients only."""
        facts = self.env["client.fact"]
        clients = facts._search(Domain("partner_id.active", "=", True))
        counts = {
            name: SQL(
                "COUNT(*) FILTER (WHERE %s)",
                SQL("abc_class = %s", abc) if abc else SQL("abc_class IS NULL"),
            )
            for name, abc in CLASSES.items()
        }
        columns = SQL(", ").join(
            SQL("%s AS %s", count, SQL.identifier(f"count_{name}"))
            for name, count in counts.items()
        )
        shares = SQL(", ").join(
            SQL(
                "100.0 * g.%(count)s / NULLIF(n.%(count)s, 0) AS %(share)s",
                count=SQL.identifier(f"count_{name}"),
                share=SQL.identifier(f"share_{name}"),
            )
            for name in counts
        )
        value, joins = self._sql_value()
        return SQL(
            """
            WITH clients AS MATERIALIZED (
                SELECT f.* FROM client_fact f WHERE f.id IN %(clients)s),
            source AS MATERIALIZED (%(sources)s),
            trait AS (
                SELECT f.company_id, t.kind, t.value_id, %(columns)s
                  FROM clients f
                  JOIN res_partner p ON p.id = f.partner_id
                  LEFT JOIN source s ON s.fact_id = f.id
                 CROSS JOIN LATERAL (%(traits)s) t
                 GROUP BY f.company_id, t.kind, t.value_id),
            class_size AS (
                SELECT f.company_id, %(columns)s FROM clients f GROUP BY f.company_id),
            portrait AS (
                SELECT (g.company_id::bigint << %(company_bits)s)
                           | (g.kind::bigint << %(kind_bits)s) | g.value_id AS id,
                       g.*, %(shares)s,
                       100.0 * (g.count_b + g.count_c + g.count_none)
                           / NULLIF(n.count_b + n.count_c + n.count_none, 0)
                           AS share_others
                  FROM trait g
                  JOIN class_size n ON n.company_id = g.company_id)
            SELECT t.*, t.share_a / NULLIF(t.share_others, 0) AS lift,
                   %(dimension)s AS dimension,
                   array_position(%(dimensions)s, %(dimension)s) AS dimension_sequence,
                   %(value)s AS value
              FROM portrait t
              %(joins)s
            """,
            clients=clients.subselect(),
            sources=facts._sql_sources(SQL("TRUE")),
            traits=facts._sql_traits(),
            columns=columns,
            shares=shares,
            company_bits=COMPANY_BITS,
            kind_bits=KIND_BITS,
            dimension=facts._sql_dimension(SQL("t.kind")),
            dimensions=[code for code, _label in DIMENSIONS],
            value=value,
            joins=joins,
        )

    def _sql_value(self):
        """The value of a row in the user's language, and the joins that it needs."""
        joins, names = [], []
        for kind, model in KIND_MODELS.items():
            alias = f"value_{kind}"
            records = self.env[model]
            joins.append(
                SQL(
                    "LEFT JOIN %(table)s AS %(alias)s"
                    " ON t.kind = %(kind)s AND %(alias)s.id = t.value_id",
                    table=SQL.identifier(records._table),
                    alias=SQL.identifier(alias),
                    kind=kind,
                )
            )
            names.append(records._field_to_sql(alias, records._rec_name))
        size = self.env["res.partner"]._fields["client_size"]
        labels = dict(size._description_selection(self.env))
        sizes = [labels[size] for size, _label in CLIENT_SIZES]
        value = SQL(
            """
            CASE WHEN t.value_id = 0 AND t.kind = %(category)s THEN %(nothing)s
                 WHEN t.value_id = 0 THEN %(unknown)s
                 WHEN t.kind = %(size)s THEN (%(sizes)s)[t.value_id]
                 ELSE COALESCE(%(names)s) END
            """,
            category=CATEGORY,
            nothing=self._say_unknown(CATEGORY),
            unknown=self._say_unknown(SIZE),
            size=SIZE,
            sizes=sizes,
            names=SQL(", ").join(names),
        )
        return value, SQL(" ").join(joins)

    # -- actions ----------------------------------------------------------------------

    def _get_kind(self):
        """Return kind and value that the id of the row stands for."""
        kind = self.id >> KIND_BITS & (1 << COMPANY_BITS - KIND_BITS) - 1
        return kind, self.id & (1 << KIND_BITS) - 1

    def _say_value(self):
        """Return the row's dimension and value in words."""
        kind, value = self._get_kind()
        if kind not in KIND_FIELDS:
            return self.env._("Clients")
        names = self.env["client.fact"]._read_trait_names({(kind, value)})
        dimensions = dict(self._fields["dimension"]._description_selection(self.env))
        return self.env._(
            "%(dimension)s: %(value)s",
            dimension=dimensions[KINDS[kind]],
            value=names.get((kind, value)) or self._say_unknown(kind),
        )

    def _say_unknown(self, kind):
        """Say what value 0 of a kind means."""
        if kind == CATEGORY:
            return self.env._("Nothing bought")
        return self.env._("Not known")

    def _get_client_domain(self):
        """Return the clients of the row's company with its value, of any class.

        The row's id says which: nothing has to be counted again.
        """
        self.ensure_one()
        kind, value = self._get_kind()
        domain = Domain("company_id", "=", self.id >> COMPANY_BITS)
        domain &= Domain("partner_id.active", "=", True)
        if kind not in KIND_FIELDS:
            return Domain.FALSE
        if kind == COUNTRY or kind == STATE and not value:
            domain &= Domain("partner_id.state_id", "=", False)
        if kind == STATE and not value:
            domain &= Domain("partner_id.country_id", "=", False)
        if kind == SIZE and value:
            value = CLIENT_SIZES[value - 1][0]
        return domain & Domain(KIND_FIELDS[kind], "=", value or False)

    def action_view_clients(self):
        """Open the clients with this value; ``client_class`` names one class of them.

        A, B, C, or ``none`` for those without a class.
        """
        self.ensure_one()
        self.check_access("read")
        abc = self.env.context.get("client_class")
        domain = self._get_client_domain()
        if abc:
            domain &= Domain("abc_class", "=", CLASSES.get(abc.lower()) or False)
        name = self._say_value()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_fact_action"
            ),
            "name": name,
            "display_name": name,
            "domain": list(domain),
            "context": {"create": False},
            "path": False,
        }
