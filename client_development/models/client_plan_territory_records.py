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
        if self.scope != "territory" or gate not in dict(GATES):
            raise UserError(
                self.env._(
                    "Gate: “%(plan)s” has no such gate. Open the plan of a territory"
                    " and choose a gate on its page “Gates”.",
                    plan=self.name,
                )
            )
        if gate != GATES[0][0]:
            self._check_figures_visible()
        if gate not in self._get_gates(self._get_gate_facts()[self]):
            raise UserError(
                self.env._(
                    "%(gate)s: the facts of “%(plan)s” have not reached this gate yet."
                    " See on the page “Gates” what is missing.",
                    gate=labels[gate],
                    plan=self.name,
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
