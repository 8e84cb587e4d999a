from odoo import api, models
from odoo.exceptions import ValidationError


class ClientPlanLine(models.Model):
    """An action serves a SWOT item of its own plan only."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    @api.constrains("plan_id", "swot_id")
    def _check_swot_plan(self):
        for line in self.sudo():
            if line.swot_id and line.swot_id.plan_id != line.plan_id:
                raise ValidationError(
                    self.env._(
                        "SWOT Item: “%(item)s” belongs to another plan. Choose an item"
                        " of the plan of “%(line)s”.",
                        item=line.swot_id.name,
                        line=line.name,
                    )
                )
