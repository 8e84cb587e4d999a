from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.client_plan_line import OPEN_STATES


class ClientPlanClose(models.TransientModel):
    """Close a plan with its result and lessons, or cancel it with the reason.

    Both end the open actions: they get the reason given here.
    """

    _name = "client.plan.close"
    _description = "Close or Cancel a Plan"

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
            wizard.line_open_count = plan.line_open_count

    def action_confirm(self):
        """End the plan."""
        self.ensure_one()
        plan = self.plan_id
        plan.check_access("write")
        reason = (self.reason or "").strip()
        cancel = self.mode == "cancel"
        # before the open actions are cancelled: those that are left count as not done
        _percent, result = plan._get_close_result()
        if not reason and (cancel or result != "reached"):
            raise UserError(
                self.env._(
                    "Reason: say why the plan was reached only partly, missed or"
                    " cancelled."
                )
            )
        lines = plan.sudo().line_ids.filtered(lambda line: line.state in OPEN_STATES)
        lines.write(
            {
                "state": "cancelled",
                "cancel_reason": reason or self.env._("The plan was closed."),
            }
        )
        vals = {"close_reason": reason, "lessons": self.lessons}
        if cancel:
            plan._set_state("cancelled", **vals)
        else:
            plan._set_state("closed", **vals, close_result=result)
        return {"type": "ir.actions.act_window_close"}
