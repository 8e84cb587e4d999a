from odoo import api, models

QUADRANTS = {"strength_ids", "weakness_ids", "opportunity_ids", "risk_ids"}
TERRITORY = {"country_ids", "state_ids"}
TEAM = {"diagnosis_ids"}


class ClientPlan(models.Model):
    """Reading a plan for its form: lists that it does not have cost no query."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    @api.readonly
    def web_read(self, specification):
        """Read quadrants of plans with a SWOT only, countries of territories only.

        One form serves all scopes; each list in it would be one query more for every
        plan of a client, always with nothing in it.
        """
        lists = specification.keys() & (QUADRANTS | TERRITORY | TEAM)
        if not lists:
            return super().web_read(specification)
        first = {k: v for k, v in specification.items() if k not in lists}
        rows = super().web_read({"scope": {}, "has_swot": {}, **first})
        plans = self.browse([row["id"] for row in rows])
        needed = {name: specification[name] for name in lists & plans._get_lists()}
        more = super(ClientPlan, plans).web_read(needed) if needed else rows
        for row, lists_of_row in zip(rows, more, strict=True):
            for name in {"scope", "has_swot"} - specification.keys():
                row.pop(name)
            row.update({name: lists_of_row.get(name, []) for name in lists})
        return rows

    def _get_lists(self):
        """Return the names of the lists that some of these plans may have."""
        lists = set()
        for plan in self:
            if plan.has_swot:
                lists |= QUADRANTS
            if plan.scope in ("territory", "team"):
                lists |= TERRITORY if plan.scope == "territory" else TEAM
        return lists
