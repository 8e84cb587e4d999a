from odoo import api, fields, models


class ClientFactMove(models.Model):
    """A move in words, and the way to the client's facts."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact.move"

    old_label = fields.Char(
        string="Moved from",
        compute="_compute_labels",
        help="The class or lifecycle stage before. Empty: none.",
    )
    new_label = fields.Char(
        string="Moved to",
        compute="_compute_labels",
        help="The class or lifecycle stage after. Empty: none.",
    )

    @api.depends("old_value", "new_value", "old_stage_id.name", "new_stage_id.name")
    def _compute_labels(self):
        for move in self:
            move.old_label = move.old_stage_id.name or move.old_value
            move.new_label = move.new_stage_id.name or move.new_value

    def action_open_facts(self):
        """Open the client's facts."""
        self.ensure_one()
        return self.fact_id.action_open_facts()
