from odoo import fields, models
from odoo.tools import SQL

# The shares: both start from the number of slips in a group.
SHARES = {"share:sum": False, "cumulated_share:sum": True}


class ClientPlanSlip(models.Model):
    """The Pareto of reasons: which few account for most slips (product.md B).

    Shares are of what the filters leave, so that the same table serves one person, a
    team, a client or a period.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.slip"

    number = fields.Integer(
        string="Number of Slips",
        compute="_compute_shares",
        aggregator="sum",
        help="How many deadlines were moved to a later day or missed.",
    )
    share = fields.Float(
        string="Share (%)",
        compute="_compute_shares",
        aggregator="sum",
        help="Slips of the group, in percent of all that the filters leave.",
    )
    cumulated_share = fields.Float(
        string="Cumulated (%)",
        compute="_compute_shares",
        aggregator="sum",
        help="The share together with those of all more frequent reasons.",
    )

    def _compute_shares(self):
        """Only groups have shares; a slip counts once."""
        self.number = 1
        self.share = self.cumulated_share = 0.0

    # -- groups --------------------------------------------------------------------

    def _read_group_select(self, aggregate_spec, query):
        """Count first; :meth:`_fill_shares` divides."""
        if aggregate_spec in SHARES or aggregate_spec == "number:sum":
            return SQL("COUNT(*)")
        return super()._read_group_select(aggregate_spec, query)

    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        if not SHARES.keys() & set(aggregates):
            return super()._read_group(
                domain, groupby, aggregates, having, offset, limit, order
            )
        # a share is of everything, whichever part of the groups is asked for
        rows = super()._read_group(domain, groupby, aggregates, having, order=order)
        rows = self._fill_shares(rows, groupby, aggregates)
        return rows[offset : offset + limit if limit else None]

    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        groups = super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        if not SHARES.keys() & set(aggregates):
            return groups
        return [
            self._fill_shares(rows, groupby, aggregates)
            for rows, groupby in zip(groups, grouping_sets, strict=True)
        ]

    def _fill_shares(self, rows, groupby, aggregates):
        """Replace the counts by shares, cumulated from the most frequent reason on.

        With several groupings the reasons add up within each group of the others.
        """
        groupby = list(groupby)
        ranked = groupby.index("reason_id") if "reason_id" in groupby else -1
        if ranked < 0 and groupby:
            ranked = len(groupby) - 1
        places = {
            len(groupby) + place: SHARES[name]
            for place, name in enumerate(aggregates)
            if name in SHARES
        }
        size = min(places)
        filled = [list(row) for row in rows]
        within = {}
        for row in filled:
            key = tuple(v for i, v in enumerate(row[: len(groupby)]) if i != ranked)
            within.setdefault(key, []).append(row)
        for group in within.values():
            total = sum(row[size] for row in group)
            reached = 0
            # the sort is stable: equal counts keep the order that was asked for
            for row in sorted(group, key=lambda row: -row[size]):
                count = row[size]
                reached += count
                for place, cumulated in places.items():
                    part = reached if cumulated else count
                    row[place] = 100.0 * part / total if total else 0.0
        return [tuple(row) for row in filled]
