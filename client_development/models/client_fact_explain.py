from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang


class ClientFact(models.Model):
    """ABC and RFM explain themselves: where the client stands among the others.

    The others are counted with all rights, whoever looks; only numbers of clients and
    percentages come out, never an amount of theirs.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    ahead_count = fields.Integer(
        string="Clients Ahead",
        compute="_compute_rank_explanation",
        help="How many clients of the company stand before this one in the ABC order.",
    )
    ahead_share = fields.Float(
        string="Share of the Clients Ahead, %",
        compute="_compute_rank_explanation",
        aggregator=None,
        help="What the clients ahead make of all, in percent. It decides on the class.",
    )
    abc_explanation = fields.Char(
        string="Why this ABC Class",
        compute="_compute_rank_explanation",
        help="The numbers that led to the ABC class.",
    )
    rfm_explanation = fields.Char(
        string="Why these RFM Scores",
        compute="_compute_rank_explanation",
        help="The numbers that led to the scores of recency, frequency and money.",
    )

    @api.depends(
        "abc_class",
        "abc_date",
        "amount",
        "margin",
        "order_count",
        "last_order_date",
        "recency_score",
        "frequency_score",
        "monetary_score",
    )
    @api.depends_context("lang")
    def _compute_rank_explanation(self):
        self._compute_empty("abc_explanation", "rfm_explanation")
        self.ahead_count = self.ahead_share = 0
        ranks = self._read_ranks()
        for fact in self.filtered(lambda fact: fact.id and fact.active):
            rank = ranks[fact._origin.id]
            fact.ahead_count = rank["ahead"]
            fact.ahead_share = rank["ahead_share"]
            fact.abc_explanation = fact._explain_abc(rank)
            fact.rfm_explanation = fact._explain_rfm(rank)

    def _read_ranks(self):
        """Return where each row stands among the company's clients: one query for all.

        :return: ``{row id: {"classed", "ahead", "ahead_share", "buyers", "recency",
            "frequency", "monetary"}}``; the last three are percentages of the buyers
        """
        if not self.ids:
            return {}
        self.flush_model()
        company = self.env["res.company"].sudo()
        company.flush_model(["client_abc_by"])
        keyed = SQL(
            """
            SELECT f.id, f.company_id, f.order_count, f.last_order_date, f.amount,
                   GREATEST(CASE c.client_abc_by WHEN 'margin' THEN f.margin
                                                 WHEN 'orders' THEN f.order_count
                                                 ELSE f.amount END, 0) AS key
              FROM client_fact f
              JOIN res_company c ON c.id = f.company_id
             WHERE f.active
            """
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT f.id,
                       COUNT(*) FILTER (WHERE o.key > 0) AS classed,
                       COUNT(*) FILTER (WHERE o.key > f.key) AS ahead,
                       COALESCE(SUM(o.key) FILTER (WHERE o.key > f.key) * 100.0
                                / NULLIF(SUM(o.key), 0), 0)::float8 AS ahead_share,
                       COUNT(*) FILTER (WHERE o.order_count > 0) AS buyers,
                       COALESCE(COUNT(*) FILTER (
                           WHERE o.order_count > 0
                             AND o.last_order_date < f.last_order_date) * 100.0
                           / NULLIF(COUNT(*) FILTER (WHERE o.order_count > 0), 0), 0
                           )::float8 AS recency,
                       COALESCE(COUNT(*) FILTER (
                           WHERE o.order_count > 0
                             AND o.order_count < f.order_count) * 100.0
                           / NULLIF(COUNT(*) FILTER (WHERE o.order_count > 0), 0), 0
                           )::float8 AS frequency,
                       COALESCE(COUNT(*) FILTER (
                           WHERE o.order_count > 0
                             AND o.amount < f.amount) * 100.0
                           / NULLIF(COUNT(*) FILTER (WHERE o.order_count > 0), 0), 0
                           )::float8 AS monetary
                  FROM (%(keyed)s AND f.id = ANY(%(ids)s)) f
                  JOIN (%(keyed)s) o ON o.company_id = f.company_id
                 GROUP BY f.id
                """,
                keyed=keyed,
                ids=self.ids,
            )
        )
        return {row.pop("id"): row for row in self.env.cr.dictfetchall()}

    def _percent(self, value):
        return formatLang(self.env, value, digits=1)

    def _explain_abc(self, rank):
        """Rank, share of those ahead and limit, in a few words."""
        company = self.company_id.sudo()
        by = dict(company._fields["client_abc_by"]._description_selection(self.env))[
            company.client_abc_by
        ]
        if not self.abc_class:
            return self.env._(
                "No class: nothing to count in the period (ABC by: %(by)s).", by=by
            )
        values = {
            "abc": self.abc_class,
            "date": format_date(self.env, self.abc_date),
            "ahead": rank["ahead"],
            "count": rank["classed"],
            "share": self._percent(rank["ahead_share"]),
            "by": by,
            "a": f"{company.client_abc_a:g}",
            "b": f"{company.client_abc_b:g}",
        }
        if not rank["ahead"]:
            return self.env._(
                "%(abc)s since %(date)s: nobody of the %(count)s classed clients is"
                " ahead of this one (by: %(by)s). Class A goes up to %(a)s %%, class B"
                " up to %(b)s %%.",
                **values,
            )
        return self.env._(
            "%(abc)s since %(date)s. Clients ahead of this one: %(ahead)s of %(count)s;"
            " they make %(share)s %% (by: %(by)s). Class A goes up to %(a)s %%, class B"
            " up to %(b)s %%.",
            **values,
        )

    def _explain_rfm(self, rank):
        """What each of the three scores rests on."""
        if not self.recency_score:
            return self.env._("No scores: no order in the period.")
        limits = self.company_id.sudo()._client_rfm_limits()
        return self.env._(
            "Recency %(r)s: last order on %(day)s; %(recency)s %% of the buying clients"
            " ordered longer ago. Frequency %(f)s: %(orders)s orders; %(frequency)s %%"
            " have fewer. Monetary %(m)s: %(monetary)s %% have lower sales. Scores 2 to"
            " 5 begin at %(limits)s %%.",
            r=self.recency_score,
            f=self.frequency_score,
            m=self.monetary_score,
            day=format_date(self.env, self.last_order_date),
            orders=self.order_count,
            recency=self._percent(rank["recency"]),
            frequency=self._percent(rank["frequency"]),
            monetary=self._percent(rank["monetary"]),
            limits=", ".join(f"{limit:g}" for limit in limits),
        )
