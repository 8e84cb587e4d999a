from typing import NamedTuple

from odoo import models


class Finding(NamedTuple):
    """One thing that the quality gate finds missing in a plan (product.md A).

    ``criterion`` is *basic* (what, who, when), *exhaustive*, *clear* or *relevant*;
    ``text`` says what is missing and where; ``model`` and ``res_id`` name the record
    that has to be mended.
    """

    criterion: str
    text: str
    model: str
    res_id: int


class ClientPlan(models.Model):
    """The quality gate: what a plan lacks before it may start."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    def _get_gate_findings(self):
        """Return ``{plan: [Finding]}``, empty lists for plans that may start."""
        return {plan: [] for plan in self}
