from odoo import api, models
from odoo.exceptions import MissingError

QUADRANTS = ("strength_ids", "weakness_ids", "opportunity_ids", "risk_ids")


class ClientPlan(models.Model):
    """Reading a plan for its form: lists that it does not have cost no query."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    @api.readonly
    def web_read(self, specification):
        """Leave out the quadrants of plans without SWOT, and the like.

        One form serves all scopes; each list in it would be one query more for every
        plan of a client, always with nothing in it.
        """
        if not specification.keys() & {*QUADRANTS, "diagnosis_ids"}:
            return super().web_read(specification)
        try:
            needless = self._get_needless_lists() & specification.keys()
        except MissingError:  # deleted meanwhile: the ORM says so
            needless = set()
        rows = super().web_read(
            {k: v for k, v in specification.items() if k not in needless}
        )
        for row in rows:
            row.update({name: [] for name in needless})
        return rows

    def _get_needless_lists(self):
        """Return the names of the lists that are empty for all of these plans."""
        needless = set()
        if not any(plan.has_swot for plan in self):
            needless.update(QUADRANTS)
        if all(plan.scope != "team" for plan in self):
            needless.add("diagnosis_ids")
        return needless
