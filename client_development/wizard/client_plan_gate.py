from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.client_plan_life import EDITABLE_STATES


class ClientPlanGate(models.TransientModel):
    """What a plan lacks before it may start, each with the way to mend it.

    Who leads the team may let it pass here nevertheless, with a reason.
    """

    _name = "client.plan.gate"
    _description = "Check of a Plan"
    _inherit = ["client.plan.dialog"]

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The plan that was checked.",
    )
    plan_state = fields.Selection(
        related="plan_id.state",
        related_sudo=False,
        string="Plan Status",
        help="Where the plan stands.",
    )
    finding_ids = fields.One2many(
        comodel_name="client.plan.gate.finding",
        inverse_name="gate_id",
        string="Findings",
        help="What is missing, and where.",
    )
    basic_ids = fields.One2many(
        comodel_name="client.plan.gate.finding",
        inverse_name="gate_id",
        string="What, Who, When",
        domain=[("criterion", "=", "basic")],
        help="What every plan needs.",
    )
    exhaustive_ids = fields.One2many(
        comodel_name="client.plan.gate.finding",
        inverse_name="gate_id",
        domain=[("criterion", "=", "exhaustive")],
        help="Sections, objectives and SWOT items for which nothing is done.",
    )
    clear_ids = fields.One2many(
        comodel_name="client.plan.gate.finding",
        inverse_name="gate_id",
        domain=[("criterion", "=", "clear")],
        help="Actions of which nobody can see whether they are done.",
    )
    relevant_ids = fields.One2many(
        comodel_name="client.plan.gate.finding",
        inverse_name="gate_id",
        domain=[("criterion", "=", "relevant")],
        help="Actions that are good for nothing in particular.",
    )
    finding_count = fields.Integer(
        string="Number of Findings",
        compute="_compute_counts",
        help="How many things are missing.",
    )
    basic_count = fields.Integer(
        string="Findings: What, Who, When",
        compute="_compute_counts",
        help="How many things are missing of what every plan needs.",
    )
    exhaustive_count = fields.Integer(
        string="Findings: Exhaustive",
        compute="_compute_counts",
        help="For how many sections, objectives and SWOT items nothing is done.",
    )
    clear_count = fields.Integer(
        string="Findings: Clear",
        compute="_compute_counts",
        help="Of how many actions nobody can see whether they are done.",
    )
    relevant_count = fields.Integer(
        string="Findings: Relevant",
        compute="_compute_counts",
        help="How many actions are good for nothing in particular.",
    )
    is_full = fields.Boolean(
        string="Full Gate",
        readonly=True,
        help="The plan must also be exhaustive, clear and relevant, by the settings of"
        " the company. Elsewhere what, who and when suffice.",
    )
    needs_signoff = fields.Boolean(
        string="Signed First",
        readonly=True,
        help="Everyone named signs the plan before it starts.",
    )
    is_passed = fields.Boolean(
        string="Let Pass",
        readonly=True,
        help="Somebody has let the plan pass with all that is missing.",
    )
    can_override = fields.Boolean(
        string="May Let Pass",
        compute="_compute_can_override",
        help="You may let the plan start as it is.",
    )
    can_start = fields.Boolean(
        string="May Start",
        compute="_compute_can_override",
        help="You may start the plan.",
    )
    reason = fields.Text(
        help="Why the plan may start although something is missing. It stays on the"
        " plan with your name.",
    )

    @api.depends("finding_ids")
    def _compute_counts(self):
        for gate in self:
            criteria = gate.finding_ids.mapped("criterion")
            gate.finding_count = len(criteria)
            gate.basic_count = criteria.count("basic")
            gate.exhaustive_count = criteria.count("exhaustive")
            gate.clear_count = criteria.count("clear")
            gate.relevant_count = criteria.count("relevant")

    @api.depends("plan_id")
    @api.depends_context("uid")
    def _compute_can_override(self):
        for gate in self:
            plan = gate.plan_id
            editable = plan.state in EDITABLE_STATES
            gate.can_override = editable and plan._may_override_gate()
            gate.can_start = editable and plan.has_access("write")

    @api.model
    def _open(self, plan, state=None):
        """Check the plan and return the dialog with what was found.

        :param state: the state that was asked for; signatures may be requested even
            where the settings ask for none
        """
        findings = plan._get_gate_findings()[plan]
        gate = self.create(
            {
                "plan_id": plan.id,
                "is_full": plan.sudo()._needs_full_gate(),
                "needs_signoff": state == "signoff" or plan.sudo()._needs_signoff(),
                "is_passed": bool(findings) and not plan._get_open_findings()[plan],
                "finding_ids": [
                    fields.Command.create(
                        {
                            "criterion": finding.criterion,
                            "name": finding.text,
                            "res_model": finding.model,
                            "res_id": finding.res_id,
                        }
                    )
                    for finding in findings
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check of the Plan"),
            "res_model": self._name,
            "res_id": gate.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_check_again(self):
        """Check the plan anew, after something was mended."""
        self.ensure_one()
        self.plan_id.check_access("read")
        return self._open(self.plan_id, "signoff" if self.needs_signoff else None)

    def action_start(self):
        """Take the next step of a plan that lacks nothing."""
        self.ensure_one()
        return self._finish()

    def action_override(self):
        """Let the plan pass, and take its next step if the user may."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Reason: say why the plan may start as it is."))
        self.plan_id._override_gate(self.reason)
        return self._finish()

    def _finish(self):
        """Start the plan, or freeze it for signing; the owner does it for others."""
        plan = self.plan_id
        if plan.has_access("write"):
            plan._set_state("signoff" if self.needs_signoff else "running")
        return {"type": "ir.actions.act_window_close"}
