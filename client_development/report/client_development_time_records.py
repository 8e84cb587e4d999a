from odoo import api, models
from odoo.tools.misc import format_date


class ClientDevelopmentTime(models.Model):
    """Each row opens the meeting, the survey or the action that it was taken from."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.development.time"

    @api.depends("kind", "partner_id", "day")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            parts = (
                kinds.get(row.kind),
                row.partner_id.display_name,
                format_date(self.env, row.day),
            )
            row.display_name = " · ".join(part for part in parts if part)

    def action_open_record(self):
        """Open what this time was taken from, with the user's own rights."""
        self.ensure_one()
        self.check_access("read")
        record = self.event_id or self.survey_id or self.line_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
