from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .client_plan_template_line import GATES


class ClientPlan(models.Model):
    """The gates of a territory: what their figures open, and their actions."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    # -- records -------------------------------------------------------------------

    def action_view_gate_medium(self):
        """Open the medium clients of the territory."""
        medium, large = self._get_gate_amounts()
        return self._open_gate_clients(
            self.env._("Medium Clients"),
            Domain("amount", ">=", medium) & Domain("amount", "<", large),
        )

    def action_view_gate_large(self):
        """Open the large clients of the territory."""
        return self._open_gate_clients(
            self.env._("Large Clients"), self._get_large_domain()
        )

    def action_view_gate_unassigned(self):
        """Open the large clients without a salesperson."""
        return self._open_gate_clients(
            self.env._("Large Clients without a Salesperson"),
            self._get_large_domain() & Domain("user_id", "=", False),
        )

    def action_view_gate_shared(self):
        """Open the large clients whose salesperson has several of them."""
        self.ensure_one()
        self.check_access("read")
        self._check_figures_visible()
        large = self._get_gate_domain() & self._get_large_domain()
        groups = (
            self.env["client.fact"]
            .sudo()
            ._read_group(
                large & Domain("user_id", "!=", False),
                ["user_id"],
                having=[("__count", ">", 1)],
            )
        )
        return self._open_gate_clients(
            self.env._("Large Clients Sharing a Salesperson"),
            self._get_large_domain()
            & Domain("user_id", "in", [user.id for (user,) in groups]),
            group_by="user_id",
        )

    def _get_gate_domain(self):
        return self.env["client.indicator"]._get_client_domain(self._get_population())

    def _get_large_domain(self):
        _medium, large = self._get_gate_amounts()
        return Domain("amount", ">=", large)

    def _open_gate_clients(self, name, domain, group_by=None):
        self.ensure_one()
        self.check_access("read")
        self._check_figures_visible()
        context = {"create": False}
        if group_by:
            context["group_by"] = group_by
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_fact_action"
            ),
            "name": name,
            "domain": list(self._get_gate_domain() & domain),
            "context": context,
        }

    def action_view_gate_events(self):
        """Open the meetings of which the days of talks are made."""
        self.ensure_one()
        self.check_access("read")
        self._check_figures_visible()
        facts = self._get_visible_gate_facts()[self]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Meetings"),
            "res_model": "calendar.event",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", list(facts.event_ids))],
            "context": {"create": False},
        }

    def action_view_gate_efforts(self):
        """Open the entries of hours of which the days of talks are made."""
        self.ensure_one()
        self.check_access("read")
        self._check_figures_visible()
        facts = self._get_visible_gate_facts()[self]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hours Entered"),
            "res_model": "client.plan.effort",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", list(facts.effort_ids))],
            "context": {"create": False},
        }

    # -- actions of a gate ---------------------------------------------------------

    def action_propose_gate(self):
        """Add the playbook's actions of one gate; context key ``client_gate``."""
        self.ensure_one()
        self.check_access("write")
        self._check_not_ended()
        gate = self.env.context.get("client_gate")
        labels = dict(self._fields["gate"]._description_selection(self.env))
        if self.scope != "territory":
            raise UserError(
                self.env._(
                    "Gate: “%(plan)s” is no plan of a territory, and only those have"
                    " gates. Apply a playbook instead.",
                    plan=self.name,
                )
            )
        if gate != GATES[0][0]:
            self._check_figures_visible()
        facts = self._get_gate_facts()[self]
        reached = self._get_gates(facts)
        if gate not in list(labels):
            raise UserError(
                self.env._(
                    "Gate: say which gate's actions “%(plan)s” is to get. It has"
                    " reached: %(gates)s. Each has a button on the page “Gates”.",
                    plan=self.name,
                    gates=", ".join(labels[key] for key in reached),
                )
            )
        if gate not in reached:
            raise UserError(
                self.env._(
                    "%(gate)s: the facts have not reached this gate; “%(plan)s” is at"
                    " the gate “%(reached)s”. It takes %(needed)s. See the page"
                    " “Gates”.",
                    gate=labels[gate],
                    plan=self.name,
                    reached=labels[reached[-1]],
                    needed=self._explain_gate(gate, facts),
                )
            )
        template = self._get_gate_template(gate)
        if not template:
            raise UserError(
                self.env._(
                    "%(gate)s: no playbook for territories has actions of this gate."
                    " Ask an administrator to add them to one.",
                    gate=labels[gate],
                )
            )
        lines = template._apply(self, gate=gate)
        message = (
            self.env._(
                "%(count)s actions added from “%(playbook)s”.",
                count=len(lines),
                playbook=template.name,
            )
            if lines
            else self.env._(
                "“%(playbook)s” has no further actions of this gate.",
                playbook=template.name,
            )
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if lines else "info",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _explain_gate(self, gate, facts):
        """Return what a gate takes, and how far the facts have come."""
        self.ensure_one()
        if gate == "headquarters":
            return self.env._(
                "working days of talks with one client: %(days)s of %(needed)s",
                days=facts.talk_days,
                needed=self.gate_talk_needed,
            )
        return self.env._(
            "medium clients: %(medium)s of %(medium_needed)s, large clients: %(large)s"
            " of %(large_needed)s",
            medium=facts.medium,
            medium_needed=self.gate_medium_needed,
            large=facts.large,
            large_needed=self.gate_large_needed,
        )

    def _get_gate_template(self, gate):
        """Return the playbook of the plan that has actions of the gate, or the first
        one for territories."""
        self.ensure_one()
        templates = self.env["client.plan.template"].search(
            [
                ("scope", "=", "territory"),
                ("line_ids.gate", "=", gate),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )
        return (templates & self.template_ids or templates)[:1]
