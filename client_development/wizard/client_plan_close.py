from odoo import api, fields, models
from odoo.fields import Command


class ClientPlanClose(models.TransientModel):
    """Close a plan with its result and lessons, or cancel it with the reason.

    Both end the open actions: they get the reason given here. The rules are those of
    the plan (``models/client_plan_close.py``); here somebody enters what they ask for.
    """

    _name = "client.plan.close"
    _description = "Close or Cancel a Plan"
    _inherit = ["client.plan.dialog"]

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The plan that ends.",
    )
    mode = fields.Selection(
        selection=[
            ("close", "Close"),
            ("cancel", "Cancel"),
        ],
        required=True,
        default="close",
        readonly=True,
        help="A closed plan has a result, a cancelled one only a reason.",
    )
    fulfilment = fields.Float(
        compute="_compute_result",
        help="What the result follows from, in percent.",
    )
    has_objectives = fields.Boolean(
        compute="_compute_result",
        help="Without objectives the share of done actions counts.",
    )
    result = fields.Selection(
        selection=lambda self: (
            self.env["client.plan"]
            ._fields["close_result"]
            ._description_selection(self.env)
        ),
        compute="_compute_result",
        help="Reached at 100 %, partly reached from 50 %, else missed.",
    )
    line_open_count = fields.Integer(
        string="Open Actions",
        compute="_compute_result",
        help="Actions that are not done; they will be cancelled with this reason.",
    )
    awaits_acceptance = fields.Boolean(
        string="Waits for Acceptance",
        compute="_compute_acceptance",
        help="The plan is accepted before it is closed, and nobody has done so yet.",
    )
    may_accept = fields.Boolean(
        compute="_compute_acceptance",
        help="You may hold the final acceptance.",
    )
    acceptance_names = fields.Char(
        string="Accepted by",
        compute="_compute_acceptance",
        help="Who holds the final acceptance of this plan.",
    )
    objective_ids = fields.One2many(
        comodel_name="client.plan.close.objective",
        inverse_name="wizard_id",
        string="Objectives Far Behind",
        help="The objectives that need a reason, because they are far behind.",
    )
    reason_id = fields.Many2one(
        comodel_name="client.plan.slip.reason",
        string="Main Reason",
        help="What was most in the way.",
    )
    reason_description = fields.Text(
        related="reason_id.description",
        help="What usually helps against it: something for the next plan.",
    )
    reason = fields.Text(
        help="Why the plan was reached only partly, missed or cancelled, and why open"
        " actions are dropped.",
    )
    lessons = fields.Text(
        string="Lessons Learned",
        help="What to do the same way, or differently, next time.",
    )

    @api.depends("plan_id")
    def _compute_result(self):
        for wizard in self:
            plan = wizard.plan_id
            wizard.fulfilment, wizard.result = plan._get_close_result()
            wizard.has_objectives = bool(plan.objective_ids)
            wizard.line_open_count = len(plan._get_dropped_lines())

    @api.depends("plan_id", "mode")
    @api.depends_context("uid")
    def _compute_acceptance(self):
        for wizard in self:
            plan = wizard.plan_id
            wizard.awaits_acceptance = (
                wizard.mode == "close"
                and plan._needs_final_acceptance()
                and not plan._is_finally_accepted()
            )
            wizard.may_accept = plan._may_hold_final()
            wizard.acceptance_names = plan._get_final_names()

    @api.model_create_multi
    def create(self, vals_list):
        """List the objectives that are far behind, wherever the closing comes from."""
        wizards = super().create(vals_list)
        for wizard in wizards.filtered(lambda wizard: wizard.mode == "close"):
            missing = wizard.plan_id._get_red_objectives()
            missing -= wizard.objective_ids.objective_id
            wizard.objective_ids = [
                Command.create({"objective_id": objective.id}) for objective in missing
            ]
        return wizards

    @api.model
    def _make(self, plan, mode):
        """Return the assistant for the plan, with what is known already."""
        return self.create({"plan_id": plan.id, "mode": mode, "lessons": plan.lessons})

    def action_confirm(self):
        """End the plan."""
        self.ensure_one()
        self.plan_id._end(
            self.mode,
            reason=self.reason_id,
            remark=self.reason,
            lessons=self.lessons,
            objectives={
                row.objective_id: (row.reason_id, row.note)
                for row in self.objective_ids
            },
        )
        return {"type": "ir.actions.act_window_close"}

    def action_final_review(self):
        """Open the final acceptance; for who may not hold it: ask for it."""
        self.ensure_one()
        plan = self.plan_id
        review = plan._get_final_review()
        if plan._may_hold_final():
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Final Acceptance"),
                "res_model": review._name,
                "res_id": review.id,
                "views": [(False, "form")],
            }
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("The final acceptance is asked for"),
                "message": self.env._(
                    "It is held by %(users)s. Close the plan afterwards.",
                    users=self.acceptance_names,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
