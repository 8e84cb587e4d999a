from odoo import api, models
from odoo.tools import SQL

from .client_fact_tables import RANKS, STAGE

ABC_KEYS = {
    "amount": SQL("amount"),
    "margin": SQL("margin"),
    "orders": SQL("order_count"),
}
# The classes that need all clients together.
RANKED = ("abc_class", "recency_score", "frequency_score", "monetary_score")


class ClientFact(models.Model):
    """The classes that compare a client with all others (docs/facts.md)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    @api.model
    def _rank(self, company, partial):
        """Class the clients of ``company`` into the table ``client_fact_ranks``.

        :param partial: only some clients are staged; the others are ranked by what is
            stored of them
        """
        columns = SQL("partner_id, amount, margin, order_count, last_order_date")
        everybody = SQL("SELECT %s FROM %s", columns, STAGE)
        if partial:
            everybody = SQL(
                """
                %(everybody)s
                 UNION ALL
                SELECT %(columns)s
                  FROM client_fact f
                 WHERE f.company_id = %(company)s
                   AND f.active
                   AND NOT EXISTS (SELECT 1 FROM %(stage)s s
                                    WHERE s.partner_id = f.partner_id)
                """,
                everybody=everybody,
                columns=columns,
                company=company.id,
                stage=STAGE,
            )
        self._create_temporary(RANKS, self._sql_ranks(company, everybody), "partner_id")

    @api.model
    def _sql_ranks(self, company, everybody):
        """One row per client who bought or is in a class: ABC class and RFM scores.

        Equal values share the lowest rank, so that they get the same class and score.
        """

        def score(order):
            limits = company._client_rfm_limits()
            return SQL(
                "1 + width_bucket((rank() OVER (ORDER BY %s) - 1) * 100.0"
                " / COUNT(*) OVER (), %s::numeric[])",
                order,
                limits,
            )

        return SQL(
            """
            WITH everybody AS (%(everybody)s),
            abc AS (
                SELECT partner_id,
                       COALESCE(SUM(key) OVER (
                           ORDER BY key DESC
                           GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                       ), 0) * 100 AS ahead,
                       SUM(key) OVER () AS total
                  FROM (SELECT partner_id, %(key)s AS key FROM everybody) k
                 WHERE key > 0),
            rfm AS (
                SELECT partner_id,
                       %(recency)s AS recency_score,
                       %(frequency)s AS frequency_score,
                       %(monetary)s AS monetary_score
                  FROM everybody
                 WHERE order_count > 0)
            SELECT partner_id,
                   CASE WHEN ahead < %(a)s::numeric * total THEN 'A'
                        WHEN ahead < %(b)s::numeric * total THEN 'B'
                        WHEN total IS NOT NULL THEN 'C' END AS abc_class,
                   recency_score, frequency_score, monetary_score
              FROM abc
              FULL JOIN rfm USING (partner_id)
            """,
            everybody=everybody,
            key=ABC_KEYS[company.client_abc_by],
            recency=score(SQL("last_order_date")),
            frequency=score(SQL("order_count")),
            monetary=score(SQL("amount")),
            a=company.client_abc_a,
            b=company.client_abc_b,
        )
