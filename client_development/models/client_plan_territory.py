from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

from .client_plan_template_line import GATES


class GateFacts(NamedTuple):
    """What the gates of one territory are decided by (product.md A, new region)."""

    talk_days: int = 0
    talk_client_id: int = 0
    event_ids: tuple = ()
    effort_ids: tuple = ()
    medium: int = 0
    large: int = 0
    unassigned: int = 0
    shared: int = 0


class ClientPlan(models.Model):
    """How far a territory has come: remote talks, headquarters, sales office.

    Each gate is reached by facts of its own; the highest one counts. Talks are always
    reached. A headquarters: the talks with one client have taken more working days than
    the setting says. A sales office: enough medium and enough large clients, by what
    they buy a year; a large client is not a medium one.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    gate = fields.Selection(
        selection=GATES,
        string="Gate Reached",
        compute="_compute_gate",
        search="_search_gate",
        help="How far the facts of the territory have come: remote talks, headquarters"
        " in the region or sales office.",
    )
    gate_talk_days = fields.Integer(
        string="Days of Talks",
        compute="_compute_gate",
        help="Working days since the start of the plan on which we talked with the one"
        " client with whom we talked most: meetings in the calendar and hours on calls,"
        " meetings and visits.",
    )
    gate_talk_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Longest Talks with",
        compute="_compute_gate",
        help="The client of the territory with whom we talked on most days.",
    )
    gate_talk_needed = fields.Integer(
        string="Days for a Headquarters",
        compute="_compute_gate_needed",
        help="From so many days of talks with one client on a headquarters is worth"
        " while. From the settings.",
    )
    gate_event_count = fields.Integer(
        string="Meetings",
        compute="_compute_gate",
        help="Meetings with this client on working days since the start of the plan.",
    )
    gate_effort_count = fields.Integer(
        string="Hours Entered",
        compute="_compute_gate",
        help="Entries of hours on calls, meetings and visits for this client.",
    )
    gate_medium_count = fields.Integer(
        string="Medium Clients",
        compute="_compute_gate",
        help="Clients of the territory who buy for the yearly amount of a medium"
        " client, and less than a large one.",
    )
    gate_medium_needed = fields.Integer(
        string="Medium Clients Needed",
        compute="_compute_gate_needed",
        help="So many a sales office needs. From the settings.",
    )
    gate_medium_label = fields.Char(
        string="Medium from",
        compute="_compute_gate_needed",
        help="What a medium client buys a year. From the settings.",
    )
    gate_large_count = fields.Integer(
        string="Large Clients",
        compute="_compute_gate",
        help="Clients of the territory who buy for the yearly amount of a large"
        " client.",
    )
    gate_large_needed = fields.Integer(
        string="Large Clients Needed",
        compute="_compute_gate_needed",
        help="So many a sales office needs. From the settings.",
    )
    gate_large_label = fields.Char(
        string="Large from",
        compute="_compute_gate_needed",
        help="What a large client buys a year. From the settings.",
    )
    gate_unassigned_count = fields.Integer(
        string="Large Clients without a Salesperson",
        compute="_compute_gate",
        help="Each large client should have a personal manager; these have nobody.",
    )
    gate_shared_count = fields.Integer(
        string="Large Clients Sharing a Salesperson",
        compute="_compute_gate",
        help="Each large client should have a personal manager; these have one who"
        " looks after several large clients of the territory.",
    )

    # -- facts and gates -----------------------------------------------------------

    @api.depends("scope", "company_id", "country_ids", "state_ids", "date_start")
    @api.depends_context("client_today", "uid")
    def _compute_gate(self):
        territories = self.filtered(lambda plan: plan.scope == "territory" and plan.id)
        facts = territories._get_visible_gate_facts()
        for plan in self:
            known = facts.get(plan, GateFacts())
            plan.gate = plan._get_gates(known)[-1] if plan in facts else False
            plan.gate_talk_days = known.talk_days
            plan.gate_talk_partner_id = known.talk_client_id or False
            plan.gate_event_count = len(known.event_ids)
            plan.gate_effort_count = len(known.effort_ids)
            plan.gate_medium_count = known.medium
            plan.gate_large_count = known.large
            plan.gate_unassigned_count = known.unassigned
            plan.gate_shared_count = known.shared

    @api.depends("scope", "company_id")
    @api.depends_context("lang")
    def _compute_gate_needed(self):
        territories = self.filtered(lambda plan: plan.scope == "territory")
        for plan in self - territories:
            plan.gate_talk_needed = plan.gate_medium_needed = 0
            plan.gate_large_needed = 0
            plan.gate_medium_label = plan.gate_large_label = False
        for plan in territories:
            company = plan.company_id.sudo()
            medium, large = (
                formatLang(self.env, amount, currency_obj=company.currency_id)
                for amount in (
                    company.client_gate_medium_amount,
                    company.client_gate_large_amount,
                )
            )
            plan.gate_talk_needed = company.client_gate_talk_days + 1
            plan.gate_medium_needed = company.client_gate_medium_count
            plan.gate_large_needed = company.client_gate_large_count
            plan.gate_medium_label = self.env._("from %(amount)s a year", amount=medium)
            plan.gate_large_label = self.env._("from %(amount)s a year", amount=large)

    def _get_gates(self, facts):
        """Return the gates that are reached by the facts, the highest last."""
        self.ensure_one()
        company = self.company_id.sudo()
        gates = ["talks"]
        if facts.talk_days > company.client_gate_talk_days:
            gates.append("headquarters")
        if (
            facts.medium >= company.client_gate_medium_count
            and facts.large >= company.client_gate_large_count
        ):
            gates.append("office")
        return gates

    @api.model
    def _search_gate(self, operator, value):
        """Find territories by their gate; ``False``: all other plans."""
        if operator != "in":
            return NotImplemented
        territories = self.search([("scope", "=", "territory")])
        found = territories.filtered(lambda plan: plan.gate in value)
        domain = Domain("id", "in", found.ids)
        if False in value:
            domain |= Domain("scope", "!=", "territory")
        return domain

    def _get_visible_gate_facts(self):
        """Return ``{plan: GateFacts}`` of the territories whose figures the user may
        see. With whom the talks are, he learns of clients whom he may see."""
        facts = self._filter_shown()._get_gate_facts()
        if self.env.su or not facts:
            return facts
        hidden = self._get_hidden_clients(
            {known.talk_client_id for known in facts.values()},
            {plan.company_id.id for plan in facts},
        )
        nothing = {"talk_client_id": 0, "event_ids": (), "effort_ids": ()}
        return {
            plan: (
                known._replace(**nothing)
                if (known.talk_client_id, plan.company_id.id) in hidden
                else known
            )
            for plan, known in facts.items()
        }

    def _get_gate_facts(self):
        """Return ``{plan: GateFacts}`` of territories, by two queries for all.

        Read past the rules: whom they may be shown decides
        :meth:`_get_visible_gate_facts`.
        """
        if not self:
            return {}
        self.env.flush_all()
        talks, clients = self._read_gate_talks(), self._read_gate_clients()
        return {
            plan: GateFacts(*talks.get(no, (0, 0, (), ())), *clients.get(no, (0,) * 4))
            for no, plan in enumerate(self)
        }
