from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_plan_section_kind import KINDS

# A SWOT strategy is one of three months (product.md A).
HORIZON_MONTHS = 3


class ClientPlan(models.Model):
    """The SWOT of a plan: four quadrants, how much of it is served by actions."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    strength_ids = fields.One2many(
        comodel_name="client.plan.swot",
        inverse_name="plan_id",
        string="Strengths",
        domain=[("kind", "=", "strength")],
        context={"default_kind": "strength"},
        help="What we do better than our competitors: delivery times, quality, service,"
        " value proposition.",
    )
    weakness_ids = fields.One2many(
        comodel_name="client.plan.swot",
        inverse_name="plan_id",
        string="Weaknesses",
        domain=[("kind", "=", "weakness")],
        context={"default_kind": "weakness"},
        help="What matters to clients and our competitors do better.",
    )
    opportunity_ids = fields.One2many(
        comodel_name="client.plan.swot",
        inverse_name="plan_id",
        string="Opportunities",
        domain=[("kind", "=", "opportunity")],
        context={"default_kind": "opportunity"},
        help="What the market offers and we do not use yet: products, sources of"
        " clients, advertising, other kinds of clients.",
    )
    risk_ids = fields.One2many(
        comodel_name="client.plan.swot",
        inverse_name="plan_id",
        string="Risks",
        domain=[("kind", "=", "risk")],
        context={"default_kind": "risk"},
        help="What could harm us: lost data, key employees leaving, claims, lawsuits.",
    )
    swot_served_count = fields.Integer(
        string="SWOT Items with Actions",
        compute="_compute_swot_figures",
        help="Items that at least one action serves which is not cancelled.",
    )
    swot_needed_count = fields.Integer(
        string="SWOT Items Needed",
        compute="_compute_swot_figures",
        help="In each quadrant the minimum from the settings, or as many items as it"
        " has.",
    )
    swot_unserved_count = fields.Integer(
        string="SWOT Items without Actions",
        compute="_compute_swot_figures",
        help="Items that no action serves yet.",
    )
    swot_gauge = fields.Char(
        string="SWOT in Actions",
        compute="_compute_swot_figures",
        help="SWOT items that are served by an action, of those that are needed.",
    )
    swot_progress = fields.Float(
        string="SWOT Turned into Actions",
        compute="_compute_swot_figures",
        help="Share of the needed SWOT items that an action serves, in percent.",
    )
    is_swot_too_long = fields.Boolean(
        string="Strategy too Long",
        compute="_compute_is_swot_too_long",
        help="The strategy ends later than three months after its start.",
    )

    # -- figures -------------------------------------------------------------------

    @api.depends(
        "has_swot",
        "swot_ids.kind",
        "swot_ids.line_ids.state",
        "swot_ids.line_ids.swot_id",
    )
    def _compute_swot_figures(self):
        plans = self.filtered("has_swot")
        counts = plans._count_swot()
        for plan in self - plans:
            plan.swot_served_count = plan.swot_needed_count = 0
            plan.swot_unserved_count = plan.swot_progress = 0
            plan.swot_gauge = False
        for plan in plans:
            minimum = plan.company_id.sudo().client_swot_minimum
            numbers = counts.get(plan._origin.id, {})
            items = sum(total for total, _served in numbers.values())
            served = sum(served for _total, served in numbers.values())
            needed = sum(
                max(minimum, numbers.get(kind, (0, 0))[0]) for kind, _label in KINDS
            )
            plan.swot_served_count = served
            plan.swot_needed_count = needed
            plan.swot_unserved_count = items - served
            plan.swot_gauge = f"{served}/{needed}"
            plan.swot_progress = 100.0 * served / needed if needed else 100.0

    def _count_swot(self):
        """Return ``{plan id: {kind: (items, of them served)}}`` by one query."""
        counts = {}
        groups = (
            self.env["client.plan.swot"]
            .sudo()
            ._read_group(
                [("plan_id", "in", self.ids)],
                ["plan_id", "kind"],
                ["__count", "id:array_agg"],
            )
        )
        served = set()
        if groups:
            lines = self.env["client.plan.line"].sudo()
            served = {
                item.id
                for (item,) in lines._read_group(
                    [
                        ("swot_id.plan_id", "in", self.ids),
                        ("state", "!=", "cancelled"),
                    ],
                    ["swot_id"],
                )
            }
        for plan, kind, total, ids in groups:
            counts.setdefault(plan.id, {})[kind] = (total, len(served & {*ids}))
        return counts

    @api.depends("scope", "date_start", "date_end")
    def _compute_is_swot_too_long(self):
        for plan in self:
            plan.is_swot_too_long = bool(
                plan.scope == "company"
                and plan.date_start
                and plan.date_end
                and plan.date_end
                > plan.date_start + relativedelta(months=HORIZON_MONTHS)
            )

    # -- turning items into actions ------------------------------------------------

    def _get_swot_directions(self):
        """Return what is done about an item of each kind, in a word."""
        return {
            "strength": self.env._("Show the strength"),
            "weakness": self.env._("Fix the weakness"),
            "opportunity": self.env._("Use the opportunity"),
            "risk": self.env._("Reduce the risk"),
        }

    def _get_swot_line_name(self, item):
        """Return the proposed title of an action that serves the item."""
        return {
            "strength": self.env._("Show: %(item)s", item=item.name),
            "weakness": self.env._("Fix: %(item)s", item=item.name),
            "opportunity": self.env._("Use: %(item)s", item=item.name),
            "risk": self.env._("Reduce: %(item)s", item=item.name),
        }[item.kind]

    def _prepare_swot_lines(self, items):
        """Return the proposed values of one action for each of the items.

        The owner does it. Deadlines are spread evenly over the working days that are
        left of the plan, the first item of each quadrant first.
        """
        self.ensure_one()
        first = max(self.date_start, self.company_id._client_today())
        last = max(self.date_end, first)
        days = self.company_id._client_working_days(first, last) or [last]
        ranks = {}
        for kind_items in self.swot_ids.grouped("kind").values():
            ranks.update({item: rank for rank, item in enumerate(kind_items)})
        kinds = [kind for kind, _label in KINDS]
        order = sorted(ranks, key=lambda item: (ranks[item], kinds.index(item.kind)))
        places = {item: place for place, item in enumerate(order, start=1)}
        sections = {
            section.kind_id.swot_kind: section.id
            for section in self.section_ids
            if section.kind_id.swot_kind
        }
        return [
            {
                "plan_id": self.id,
                "swot_id": item.id,
                "section_id": sections.get(item.kind, False),
                "name": self._get_swot_line_name(item),
                "user_id": (self.user_id or self.env.user).id,
                "date_deadline": days[-(-places[item] * len(days) // len(order)) - 1],
            }
            for item in items
        ]

    def action_make_swot_lines(self):
        """Turn every item that no action serves yet into one."""
        self.ensure_one()
        self.check_access("write")
        self._check_not_ended()
        self._lock_records(self, "state")
        missing = self.swot_ids.filtered(lambda item: not item.line_count)
        if not missing:
            raise UserError(
                self.env._(
                    "SWOT: every item of “%(plan)s” is served by an action already."
                    " Add an item first, or open an action to change it.",
                    plan=self.name,
                )
            )
        lines = self.env["client.plan.line"].create(self._prepare_swot_lines(missing))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s actions added. Now say for each what exactly is to be"
                    " done, by whom and until when.",
                    count=len(lines),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
