from odoo import api, fields, models


class ClientSegment(models.Model):
    """What a client of a ranked segment is owed; empty means no such standard.

    The standards of the client's primary segment count. ``client.breach`` names those
    that are not kept (docs/standards.md).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.segment"

    plan_required = fields.Boolean(
        string="Development Plan",
        help="Each client of this segment has a running development plan of his own.",
    )
    minimum_products = fields.Integer(
        string="Minimum Positions",
        help="A client of this segment who buys at all buys at least so many different"
        " products in the period. Empty: no standard.",
    )
    breach_ids = fields.One2many(
        comodel_name="client.breach",
        inverse_name="segment_id",
        string="Standards Breached",
        help="Where the standards of this segment were not kept.",
    )
    breach_count = fields.Integer(
        string="Open Breaches",
        compute="_compute_breach_count",
        help="Standards of this segment that are not kept now, for clients whom you may"
        " see.",
    )

    _minimum_products_not_negative = models.Constraint(
        "CHECK(minimum_products >= 0)",
        "Minimum Positions: the number cannot be negative. Leave it empty if there is"
        " no standard.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_breach_count(self):
        counts = dict(
            self.env["client.breach"]._read_group(
                [("segment_id", "in", self.ids), ("date_closed", "=", False)],
                ["segment_id"],
                ["__count"],
            )
        )
        for segment in self:
            segment.breach_count = counts.get(segment, 0)

    def action_view_breaches(self):
        """Open the breaches that the stat button counts."""
        return self.env["client.breach"]._get_open_action(
            [("segment_id", "in", self.ids)]
        )
