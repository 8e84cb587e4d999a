from odoo import fields, models


class ClientSegment(models.Model):
    """Key segments: their plans pass the full gate, their actions are accepted."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.segment"

    is_key = fields.Boolean(
        string="Key Segment",
        help="Plans for clients of this segment pass the full quality gate before they"
        " start, and their actions are accepted by the controller or team leader,"
        " unless the settings say otherwise.",
    )
    template_id = fields.Many2one(
        comodel_name="client.plan.template",
        string="Default Playbook",
        domain="[('scope', '=', 'client')]",
        index="btree_not_null",
        ondelete="set null",
        help="The playbook that is offered first for a client of this segment.",
    )
