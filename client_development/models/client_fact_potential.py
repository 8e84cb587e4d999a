from odoo import api, fields, models
from odoo.tools import SQL


class ClientFact(models.Model):
    """The untapped potential of a client: what he buys from others."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    wallet_gap = fields.Monetary(
        string="Untapped Potential",
        compute="_compute_wallet_gap",
        aggregator="sum",
        help="What the client bought from others in the period, in the categories for"
        " which his wallet is known: the wallet of the period less our part. Never"
        " below 0; 0 also when the wallet is not known.",
    )

    @api.depends("wallet_period_amount", "wallet_sales")
    def _compute_wallet_gap(self):
        for fact in self:
            gap = fact.wallet_period_amount - fact.wallet_sales
            fact.wallet_gap = max(gap, 0)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Not stored, but summed up and sorted by all the same."""
        if field_expr != "wallet_gap":
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            "GREATEST(COALESCE(%s, 0) - COALESCE(%s, 0), 0)",
            self._field_to_sql(alias, "wallet_period_amount", query),
            self._field_to_sql(alias, "wallet_sales", query),
        )
