from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..models.client_fact_classes import ABC
from ..models.client_fact_figures import ACTIVITIES
from ..models.client_fact_trait import (
    CATEGORY,
    COUNTRY,
    KINDS,
    STAGE,
    STATE,
)


class ClientLookalike(models.Model):
    """Clients who are not in class A, and how much they are like those who are.

    The score is the mean over the dimensions known of the client: the share of class A
    with the client's value by the share of its most frequent value (docs/portrait.md).
    Shares are those of the whole company: numbers without names or amounts.
    """

    _name = "client.lookalike"
    _description = "Look-Alike of Class A"
    _auto = False
    _order = "score desc, known_count desc, id"
    _rec_name = "partner_id"
    _depends = {
        "client.fact": [
            "abc_class",
            "active",
            "activity",
            "amount",
            "category_count",
            "category_figures",
            "company_id",
            "developer_id",
            "partner_id",
            "segment_id",
            "stage_id",
            "team_id",
            "user_id",
            "wallet_period_amount",
            "wallet_sales",
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

    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client Row",
        readonly=True,
        help="The client in this company.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company whose class A he is compared with.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        readonly=True,
        help="A client who is not in class A.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="The client's salesperson.",
    )
    developer_id = fields.Many2one(
        comodel_name="res.users",
        string="Client Developer",
        readonly=True,
        help="Who keeps and develops the client, if that is not the salesperson.",
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
        help="Attraction, sale, service, retention or development.",
    )
    abc_class = fields.Selection(
        selection=ABC,
        string="ABC Class",
        readonly=True,
        help="The client's ABC class; empty: he bought nothing in the period.",
    )
    activity = fields.Selection(
        selection=ACTIVITIES,
        string="Client Activity",
        readonly=True,
        help="New, steady, returned, lost, dormant or never bought.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
    )
    amount = fields.Monetary(
        string="Sales",
        readonly=True,
        help="Sales of the period, less credit notes.",
    )
    potential = fields.Monetary(
        readonly=True,
        help="What the client buys from others in the period, in the categories for"
        " which his wallet is known. Empty: the wallet is not known.",
    )
    score = fields.Float(
        string="Likeness, %",
        digits=(16, 0),
        readonly=True,
        aggregator="avg",
        help="How much the client is like those of class A: 100 means that he has the"
        " most frequent value of class A in everything we know of him.",
    )
    known_count = fields.Integer(
        string="Traits Known",
        readonly=True,
        aggregator="avg",
        help="Of industry, region, size, source and assortment, how many are known of"
        " this client and of class A.",
    )
    trait_shares = fields.Text(
        readonly=True,
        help="Technical: kind, value and share in class A of what he has in common with"
        " clients of class A; parted by semicolons.",
    )
    traits = fields.Char(
        string="In Common with Class A",
        compute="_compute_traits",
        help="What the client has in common with clients of class A, and how many of"
        " them have it.",
    )

    @property
    def _table_query(self):
        """Compare each client with what class A is like in his company."""
        facts = self.env["client.fact"]
        region = SQL("CASE t.kind WHEN %s THEN %s ELSE t.kind END", COUNTRY, STATE)
        ratio = SQL("COALESCE(r.ratio, 0)")
        category = SQL("t.kind = %s", CATEGORY)
        known = SQL(
            "COUNT(k.kind) FILTER (WHERE NOT %(category)s)"
            " + LEAST(COUNT(k.kind) FILTER (WHERE %(category)s), 1)",
            category=category,
        )
        return SQL(
            """
            WITH source AS MATERIALIZED (%(sources)s),
            class_a AS MATERIALIZED (
                SELECT f.*
                  FROM client_fact f
                  JOIN res_partner p ON p.id = f.partner_id AND p.active
                 WHERE f.active AND f.abc_class = 'A'),
            value AS (
                SELECT f.company_id, t.kind, t.value_id, COUNT(*) AS number
                  FROM class_a f
                  JOIN res_partner p ON p.id = f.partner_id
                  LEFT JOIN source s ON s.fact_id = f.id
                 CROSS JOIN LATERAL (%(traits)s) t
                 WHERE t.value_id != 0 AND t.kind != %(stage)s
                 GROUP BY f.company_id, t.kind, t.value_id),
            typical AS MATERIALIZED (
                SELECT t.company_id, t.kind, t.value_id,
                       100.0 * t.number / n.number AS share,
                       t.number::float8 / MAX(t.number) OVER (
                           PARTITION BY t.company_id, %(region)s) AS ratio
                  FROM value t
                  JOIN (SELECT company_id, COUNT(*) AS number FROM class_a
                         GROUP BY company_id) n ON n.company_id = t.company_id),
            known AS MATERIALIZED (
                SELECT DISTINCT t.company_id, %(region)s AS kind FROM typical t)
            SELECT f.id, f.id AS fact_id, f.company_id, f.partner_id, f.user_id,
                   f.developer_id, f.team_id, f.segment_id, f.stage_id, f.abc_class,
                   f.activity, f.amount,
                   CASE WHEN f.wallet_period_amount > 0
                        THEN GREATEST(f.wallet_period_amount - f.wallet_sales, 0)
                        END AS potential,
                   (%(known)s)::int AS known_count,
                   100 * (COALESCE(SUM(%(ratio)s) FILTER (
                              WHERE NOT %(category)s AND k.kind IS NOT NULL), 0)
                          + COALESCE(AVG(%(ratio)s) FILTER (
                              WHERE %(category)s AND k.kind IS NOT NULL), 0))
                       / NULLIF(%(known)s, 0) AS score,
                   string_agg(t.kind || ' ' || t.value_id || ' ' || round(r.share, 1),
                              ';' ORDER BY r.share DESC, t.kind, t.value_id)
                       FILTER (WHERE r.share IS NOT NULL) AS trait_shares
              FROM client_fact f
              JOIN res_partner p ON p.id = f.partner_id AND p.active
              LEFT JOIN source s ON s.fact_id = f.id
             CROSS JOIN LATERAL (%(traits)s) t
              LEFT JOIN known k ON k.company_id = f.company_id AND k.kind = %(region)s
                               AND t.value_id != 0
              LEFT JOIN typical r ON r.company_id = f.company_id AND r.kind = t.kind
                                 AND r.value_id = t.value_id
             WHERE f.active AND f.abc_class IS DISTINCT FROM 'A'
             GROUP BY f.id
            """,
            sources=facts._sql_sources(SQL("TRUE")),
            traits=facts._sql_traits(),
            stage=STAGE,
            region=region,
            known=known,
            ratio=ratio,
            category=category,
        )

    @api.depends("trait_shares")
    @api.depends_context("lang")
    def _compute_traits(self):
        parts = {
            row: [part.split() for part in (row.trait_shares or "").split(";") if part]
            for row in self
        }
        names = self.env["client.fact"]._read_trait_names(
            {(int(row[0]), int(row[1])) for rows in parts.values() for row in rows}
        )
        dimensions = dict(
            self.env["client.portrait"]
            ._fields["dimension"]
            ._description_selection(self.env)
        )
        for row in self:
            shared = {}
            for kind, value, share in parts[row]:
                shared.setdefault(dimensions[KINDS[int(kind)]], []).append(
                    self.env._(
                        "%(value)s (%(share)s %% of A)",
                        value=names[int(kind), int(value)],
                        share=formatLang(self.env, float(share), digits=0),
                    )
                )
            row.traits = "; ".join(
                f"{dimension}: {', '.join(values)}"
                for dimension, values in shared.items()
            )

    def action_open_client(self):
        """Open the client's contact card."""
        self.ensure_one()
        return self.fact_id.action_open_client()

    def action_open_facts(self):
        """Open the client's facts."""
        self.ensure_one()
        return self.fact_id.action_open_facts()
