from odoo import models


class ClientPlan(models.Model):
    """How strictly a plan is handled, by the settings of its company."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    def _is_key(self):
        """Tell whether the plan develops a client of a key segment, or that segment."""
        self.ensure_one()
        segment = self.segment_id or self.primary_segment_id
        return bool(segment.sudo().is_key)

    def _is_strict(self, strictness):
        """Tell whether a rule with the given strictness holds for the plan."""
        self.ensure_one()
        if strictness == "key":
            return self.scope != "client" or self._is_key()
        return strictness == "always"

    def _needs_full_gate(self):
        """Tell whether the whole quality gate holds, not only what, who, when."""
        self.ensure_one()
        return self._is_strict(self.company_id.client_full_gate)

    def _needs_signoff(self):
        """Tell whether everyone named signs the plan before it starts."""
        self.ensure_one()
        company = self.company_id
        if self.scope == "client":
            return company.client_signoff_client
        return company.client_signoff_other
