from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientSegmentChange(models.TransientModel):
    """Give clients another priority, and say why.

    The new segment takes the place of the ranked segments that people gave before;
    tags without a rank stay. The reason lands on the moves (``client.segment.move``).
    """

    _name = "client.segment.change"
    _description = "Change Priority of Clients"

    fact_ids = fields.Many2many(
        comodel_name="client.fact",
        string="Clients",
        required=True,
        readonly=True,
        help="The clients that get another priority.",
    )
    client_count = fields.Integer(
        string="Number of Clients",
        compute="_compute_present",
        help="How many clients were chosen.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_present",
        help="The company of the clients. Empty: they are of several companies.",
    )
    present = fields.Char(
        string="Priority Now",
        compute="_compute_present",
        help="The present primary segments, with the number of clients if there are"
        " several.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="New Priority",
        domain="[('rank', '>', 0), ('company_id', 'in', [False, company_id])]",
        help="The new primary segment.",
    )
    no_priority = fields.Boolean(
        string="Without Priority",
        help="The clients lose all segments that have a rank.",
    )
    reason = fields.Text(
        help="Why the priority changes. It is kept in the client's history.",
    )
    raise_count = fields.Integer(
        string="Raised",
        compute="_compute_verdict",
        help="Clients for whom the new priority is better.",
    )
    lower_count = fields.Integer(
        string="Lowered",
        compute="_compute_verdict",
        help="Clients for whom the new priority is worse.",
    )
    equal_count = fields.Integer(
        string="Same Rank",
        compute="_compute_verdict",
        help="Clients for whom the new priority has the same rank.",
    )
    same_count = fields.Integer(
        string="Unchanged",
        compute="_compute_verdict",
        help="Clients who have this priority already; for them nothing changes.",
    )
    returning = fields.Char(
        string="Given Back by Rule",
        compute="_compute_verdict",
        help="Segments that their rule will give back to the clients at its next run.",
    )

    @api.depends("fact_ids")
    def _compute_present(self):
        for wizard in self:
            facts = wizard.fact_ids
            wizard.client_count = len(facts)
            wizard.company_id = facts.company_id if len(facts.company_id) == 1 else None
            groups = facts.grouped("segment_id")
            names = {
                segment: segment.name or self.env._("none")
                for segment in sorted(groups, key=lambda s: (not s, s.rank, s.id))
            }
            wizard.present = ", ".join(
                name if len(facts) == 1 else f"{name}: {len(groups[segment])}"
                for segment, name in names.items()
            )

    @api.depends("fact_ids", "segment_id", "no_priority")
    def _compute_verdict(self):
        for wizard in self:
            target = wizard._get_target()
            counts = dict.fromkeys(("raise", "lower", "equal", "same"), 0)
            returning = target.browse()
            if target or wizard.no_priority:
                for fact in wizard.fact_ids:
                    counts[wizard._compare(fact, target)] += 1
                    leaving = wizard._get_leaving(fact, target)
                    returning |= leaving & fact.segment_rule_ids
            wizard.raise_count = counts["raise"]
            wizard.lower_count = counts["lower"]
            wizard.equal_count = counts["equal"]
            wizard.same_count = counts["same"]
            wizard.returning = ", ".join(returning.mapped("name"))

    def _get_target(self):
        """Return the new primary segment; empty for none."""
        empty = self.env["client.segment"]
        return empty if self.no_priority else self.segment_id._origin

    @api.model
    def _compare(self, fact, target):
        """Return what the new primary segment means for a client."""
        if fact.segment_id == target:
            return "same"
        old, new = fact.segment_id.rank or float("inf"), target.rank or float("inf")
        return "raise" if new < old else "lower" if new > old else "equal"

    @api.model
    def _get_leaving(self, fact, target):
        """Return the segments that the client must lose for the new primary one.

        All ranked ones given by hand; by rule only those that would come first.
        """
        if fact.segment_id == target:
            return target.browse()
        ranked = fact.segment_ids.filtered(lambda s: s.rank and s.active) - target
        return ranked.filtered(
            lambda s: (
                not target
                or s not in fact.segment_rule_ids
                or (s.rank, s.id) < (target.rank, target.id)
            )
        )

    def action_confirm(self):
        """Give the clients the new priority; the reason stands on their moves."""
        self.ensure_one()
        facts = self.fact_ids
        facts.check_access("write")
        target = self._get_target()
        reason = (self.reason or "").strip()
        if not target and not self.no_priority:
            raise UserError(
                self.env._(
                    "New Priority: choose a segment with a rank, or tick “Without"
                    " Priority”."
                )
            )
        if target and not (target.rank and target.active):
            raise UserError(
                self.env._(
                    "New Priority: “%(segment)s” has no rank or is archived and cannot"
                    " be a priority. Choose another segment; tags are entered directly"
                    " on the client.",
                    segment=target.name,
                )
            )
        if not reason:
            raise UserError(
                self.env._(
                    "Reason: say why the priority changes, for example: “new plant,"
                    " buys in three categories”."
                )
            )
        if not facts:
            raise UserError(self.env._("Clients: choose at least one of your clients."))
        changing = facts.filtered(lambda fact: fact.segment_id != target)
        if not changing:
            raise UserError(
                self.env._(
                    "New Priority: the chosen clients have it already, nothing would"
                    " change. Choose another priority."
                )
            )
        groups = changing.grouped(lambda fact: self._get_leaving(fact, target))
        for leaving, members in groups.items():
            commands = [fields.Command.unlink(id_) for id_ in leaving.ids]
            if target:
                commands.append(fields.Command.link(target.id))
            members.with_context(client_segment_reason=reason).write(
                {"segment_ids": commands}
            )
        if target:
            changing._keep_segment_by_hand(target)
        return {"type": "ir.actions.act_window_close"}
