from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientSegmentMove(models.Model):
    """A client's change of primary segment: from, to, who or which rule, why, when.

    Rows are written by ``client.fact._update_primary_segment`` only and stay as they
    are; people may add the reason. A raise counts when a person made it (``is_raise``),
    giving more than the client had in the 30 days before, and it was not undone within
    30 days (``undone_on``).
    """

    _name = "client.segment.move"
    _description = "Client Segment Move"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The company in which the client moved.",
    )
    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client Row",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The client in this company.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The client who moved.",
    )
    from_segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Old Segment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The primary segment before. Empty: none.",
    )
    to_segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="New Segment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The primary segment after. Empty: none.",
    )
    from_rank = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Rank of the primary segment before, 1 is the best. Empty: none.",
    )
    to_rank = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Rank of the primary segment after, 1 is the best. Empty: none.",
    )
    date = fields.Datetime(
        string="Moved on",
        required=True,
        readonly=True,
        help="When the client moved.",
    )
    day = fields.Date(
        required=True,
        readonly=True,
        help="Day of the move in the company's time zone.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        readonly=True,
        index="btree_not_null",
        help="Who moved the client. Empty: a rule did.",
    )
    rule_segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="By Rule of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The segment whose rule began or ceased to match the client.",
    )
    cause = fields.Selection(
        selection=[
            ("person", "Person"),
            ("rule", "Rule or system"),
            ("segment", "Change of segment"),
            ("merge", "Merged contacts"),
        ],
        required=True,
        readonly=True,
        help="Person: somebody gave the client another segment. Rule: a segment's rule"
        " began or ceased to match him. Change of segment: ranks were changed or a"
        " segment was archived. Merged contacts: he got the segments of another"
        " contact.",
    )
    reason = fields.Text(
        help="Why the client was moved. Can be entered later by who moved him, by the"
        " team leader and by the administrator; changed only by who moved him. A rule"
        " is its own reason.",
    )
    is_raise = fields.Boolean(
        string="Raised",
        readonly=True,
        help="A person gave the client a better rank than any he had in the 30 days"
        " before. Having a rank is better than having none.",
    )
    undone_on = fields.Date(
        readonly=True,
        help="Day, within 30 days, on which the client was back at the rank that he had"
        " before, or below it: this raise does not count.",
    )
    is_counted = fields.Boolean(
        string="Counted Raise",
        compute="_compute_is_counted",
        search="_search_is_counted",
        help="A raise by a person that was not undone within 30 days.",
    )
    may_explain = fields.Boolean(
        string="You May Enter the Reason",
        compute="_compute_may_explain",
        help="You moved the client; or you lead his team or are administrator, and no"
        " reason is given yet.",
    )

    _raise_idx = models.Index(
        "(company_id, partner_id, day) WHERE is_raise AND undone_on IS NULL"
    )

    @api.depends("is_raise", "undone_on")
    def _compute_is_counted(self):
        for move in self:
            move.is_counted = move.is_raise and not move.undone_on

    def _search_is_counted(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("is_raise", "=", True), ("undone_on", "=", False)]

    @api.depends("cause", "reason", "user_id")
    @api.depends_context("uid")
    def _compute_may_explain(self):
        allowed = self._origin._filtered_access("write")
        for move in self:
            # As stored: a reason that is being typed does not lock itself.
            stored = move._origin.sudo()
            move.may_explain = (
                move._origin in allowed
                and stored.cause != "rule"
                and (not stored.reason or stored.user_id == self.env.user)
            )

    def write(self, vals):
        """The ledger stays as it is; only the reason may be entered later."""
        others = vals.keys() - {"reason"}
        if others and not self.env.su:
            labels = self.fields_get(sorted(others), ["string"])
            raise UserError(
                self.env._(
                    "%(fields)s: the history of segments stays as it is and cannot be"
                    " changed. Only the reason may be entered. To move the client"
                    " again, use “Change Priority” on the client.",
                    fields=", ".join(label["string"] for label in labels.values()),
                )
            )
        if "reason" in vals and not self.env.su:
            self.check_access("write")
            vals = {**vals, "reason": self._check_reason(vals["reason"])}
        return super().write(vals)

    def _check_reason(self, reason):
        """Return ``reason`` as it may be kept on these moves."""
        reason = reason.strip() if isinstance(reason, str) else ""
        for move in self:
            given = (move.reason or "").strip()
            if reason == given:
                continue
            if move.cause == "rule":
                raise UserError(
                    self.env._(
                        "Reason: a rule moved the client, and its conditions are the"
                        " reason. To move him by hand, use “Change Priority” on the"
                        " client; to change the rule, open the segment."
                    )
                )
            if not reason:
                raise UserError(
                    self.env._(
                        "Reason: once given, it stays in the client's history and"
                        " cannot be emptied. Enter why the client was moved."
                    )
                )
            if given and move.user_id != self.env.user:
                raise UserError(
                    self.env._(
                        "Reason: it has been given already, and only %(user)s, who"
                        " moved the client, may change it. Ask %(user)s to do so.",
                        user=move.user_id.sudo().name or self.env._("the system"),
                    )
                )
        return reason
