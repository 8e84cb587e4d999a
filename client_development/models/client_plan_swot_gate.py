from odoo import models

from .client_plan_gate import Finding
from .client_plan_section_kind import KINDS


class ClientPlan(models.Model):
    """What the quality gate finds missing in the SWOT of a plan (product.md A)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    def _get_gate_findings(self):
        """Add quadrants with too few items, items without an action, the horizon."""
        findings = super()._get_gate_findings()
        plans = self.sudo().filtered("has_swot")
        plans.swot_ids.mapped("line_count")  # of all plans at once
        for plan in plans:
            if plan._needs_full_gate():
                findings[plan] += plan._get_swot_findings()
        return findings

    def _get_swot_findings(self):
        self.ensure_one()
        minimum = self.company_id.client_swot_minimum
        by_kind = self.swot_ids.grouped("kind")
        kinds = self.swot_ids._fields["kind"]
        labels = dict(kinds._description_selection(self.env))
        found = []
        for kind, _label in KINDS:
            items = by_kind.get(kind, self.swot_ids.browse())
            if len(items) < minimum:
                text = self.env._(
                    "SWOT, %(kind)s: %(count)s of at least %(minimum)s items. Add what"
                    " is missing on the page “SWOT”.",
                    kind=labels[kind],
                    count=len(items),
                    minimum=minimum,
                )
                found.append(Finding("exhaustive", text, self._name, self.id))
            for item in items.filtered(lambda item: not item.line_count):
                text = self.env._(
                    "SWOT, %(kind)s: no action serves “%(item)s”. Turn it into one on"
                    " the page “SWOT”.",
                    kind=labels[kind],
                    item=item.name,
                )
                found.append(Finding("exhaustive", text, item._name, item.id))
        if self.is_swot_too_long:
            text = self.env._(
                "End: the strategy of the company is one of three months. Choose an"
                " earlier end, and put what takes longer into the next strategy."
            )
            found.append(Finding("clear", text, self._name, self.id))
        return found
