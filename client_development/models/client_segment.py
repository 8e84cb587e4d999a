from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientSegment(models.Model):
    """A coloured tag on clients; with a rank it also carries standards.

    Of a client's ranked segments the best (lowest rank, then lowest id) is the
    *primary segment* in that company and decides how often the client is contacted
    and his plan is reviewed (product.md D).
    """

    _name = "client.segment"
    _description = "Client Segment"
    _order = "rank_order, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="Short name, as it appears on the coloured tag.",
    )
    active = fields.Boolean(
        default=True,
        help="Archived segments keep their history but are no longer offered.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self._default_company(),
        index=True,
        help="Empty: the segment is used in every company.",
    )
    rank = fields.Integer(
        help="1 is the highest priority. Empty: a mere tag without standards.",
    )
    rank_order = fields.Integer(
        compute="_compute_rank_order",
        store=True,
        help="Sorts segments without a rank behind all others.",
    )
    color = fields.Integer(help="Colour of the tag.")
    description = fields.Text(
        translate=True,
        help="Which clients belong here, and what they are owed.",
    )
    review_days = fields.Integer(
        string="Days between Reviews",
        help="How often the plan of such a client is reviewed, in calendar days."
        " Empty: as set for the company.",
    )
    contact_days = fields.Integer(
        string="Days between Contacts",
        help="A client of this segment is contacted at least once in so many calendar"
        " days. Empty: no standard.",
    )
    coverage_target = fields.Float(
        help="Share of this segment's completed orders that must be surveyed, in"
        " percent. Empty: as set for the company.",
    )
    fact_ids = fields.Many2many(
        comodel_name="client.fact",
        relation="client_fact_client_segment_rel",
        column1="segment_id",
        column2="fact_id",
        string="Clients",
        copy=False,
        help="The clients that carry this tag.",
    )
    client_count = fields.Integer(
        string="Number of Clients",
        compute="_compute_client_count",
        help="Clients with this tag in the companies you work in, as far as you may see"
        " them.",
    )

    _numbers_not_negative = models.Constraint(
        "CHECK(rank >= 0 AND review_days >= 0 AND contact_days >= 0)",
        "Segment: rank, days between reviews and days between contacts cannot be"
        " negative. Leave them empty if there is no standard.",
    )
    _days_sensible = models.Constraint(
        "CHECK(review_days <= 3650 AND contact_days <= 3650)",
        "Segment: days between reviews and between contacts are ten years at most,"
        " 3650. Leave them empty if there is no standard.",
    )
    _name_not_blank = models.Constraint(
        "CHECK(btrim(name->>'en_US') <> '')",
        "Name: a segment needs a name, as it appears on the coloured tag.",
    )
    _coverage_target_range = models.Constraint(
        "CHECK(coverage_target >= 0 AND coverage_target <= 100)",
        "Segment: the coverage target is a percentage between 0 and 100.",
    )

    @api.model
    def _default_company(self):
        """Who does not work in every company makes segments for his own only."""
        if self.env["res.company"].sudo().search_count([]) == len(
            self.env.user.company_ids
        ):
            return self.browse().company_id
        return self.env.company

    @api.depends("rank")
    def _compute_rank_order(self):
        for segment in self:
            segment.rank_order = segment.rank or 2**31 - 1

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_count(self):
        counts = dict(
            self.env["client.fact"]._read_group(
                [
                    ("segment_ids", "in", self.ids),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["segment_ids"],
                ["__count"],
            )
        )
        for segment in self:
            segment.client_count = counts.get(segment, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """A segment in use is archived, so that clients and history keep it."""
        used = self.sudo().filtered("fact_ids")[:1]
        if used:
            raise UserError(
                self.env._(
                    "Segment: “%(segment)s” is in use (clients: %(count)s) and cannot"
                    " be deleted. Archive it instead.",
                    segment=used.name,
                    count=len(used.fact_ids),
                )
            )

    def action_view_clients(self):
        """Open the clients that the stat button counts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_development.client_fact_action"
        )
        return {
            **action,
            "domain": [
                ("segment_ids", "in", self.ids),
                ("company_id", "in", self.env.companies.ids),
            ],
            "context": {},
        }
