from odoo import api, fields, models


class ClientPlanSection(models.Model):
    """One section of a plan: what was found out, or why it stays empty."""

    _name = "client.plan.section"
    _description = "Plan Section"
    _inherit = ["client.plan.child"]
    _signed_list = "section_ids"
    _order = "plan_id, sequence, id"
    _rec_name = "kind_id"

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        ondelete="cascade",
        index=True,
        help="The plan to which the section belongs.",
    )
    kind_id = fields.Many2one(
        comodel_name="client.plan.section.kind",
        string="Section",
        required=True,
        ondelete="restrict",
        index=True,
        help="Which section this is.",
    )
    company_id = fields.Many2one(
        related="plan_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    sequence = fields.Integer(
        related="kind_id.sequence",
        store=True,
        precompute=True,
        help="Order of the sections within the plan.",
    )
    questions = fields.Text(
        related="kind_id.description",
        string="Guiding Questions",
        help="Questions that help to fill the section in.",
    )
    findings = fields.Text(
        help="What we know and have decided about this.",
    )
    empty_reason = fields.Char(
        string="Why without Actions",
        help="A section without actions is fine when somebody says why.",
    )
    line_ids = fields.One2many(
        comodel_name="client.plan.line",
        inverse_name="section_id",
        string="Actions",
        help="The actions of this section.",
    )
    line_count = fields.Integer(
        string="Number of Section Actions",
        compute="_compute_line_count",
        help="Actions of this section that are not cancelled.",
    )

    _kind_unique = models.UniqueIndex(
        "(plan_id, kind_id)", "Section: a plan has each section only once."
    )

    @api.depends("line_ids.state")
    def _compute_line_count(self):
        counts = dict(
            self.env["client.plan.line"]._read_group(
                [("section_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["section_id"],
                ["__count"],
            )
        )
        for section in self:
            section.line_count = counts.get(section._origin, 0)
