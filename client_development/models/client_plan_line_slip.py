from odoo import api, fields, models


class ClientPlanLine(models.Model):
    """The deadlines that an action did not keep, its hours, its calls for help."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    slip_ids = fields.One2many(
        comodel_name="client.plan.slip",
        inverse_name="line_id",
        string="Slips",
        help="The deadlines of this action that were moved or missed, and why.",
    )
    slip_count = fields.Integer(
        string="Number of Slips",
        compute="_compute_slips",
        store=True,
        precompute=True,
        aggregator="sum",
        help="How often the deadline of this action was moved to a later day or"
        " missed.",
    )
    reason_missing = fields.Boolean(
        compute="_compute_slips",
        store=True,
        precompute=True,
        help="A deadline of this action was missed and nobody has said why yet.",
    )
    effort_ids = fields.One2many(
        comodel_name="client.plan.effort",
        inverse_name="line_id",
        string="Working Time",
        help="Who spent how many hours on the action, and when.",
    )
    help_ids = fields.One2many(
        comodel_name="client.plan.help",
        inverse_name="line_id",
        string="Calls for Help",
        help="Questions to the team leader or others, and their answers.",
    )

    @api.depends("slip_ids.kind", "slip_ids.reason_id", "state")
    def _compute_slips(self):
        for line in self:
            line.slip_count = len(line.slip_ids)
            line.reason_missing = line.state != "cancelled" and any(
                slip.kind == "missed" and not slip.reason_id for slip in line.slip_ids
            )

    # -- the reason of a missed deadline -------------------------------------------

    def write(self, vals):
        """Done after the deadline is a missed deadline, even before the nightly run."""
        if vals.get("state") == "done":
            self.filtered("is_overdue").sudo()._flag_missed()
        return super().write(vals)

    def _get_slips_without_reason(self):
        """Return the missed deadlines of these actions that nobody has explained."""
        return self.slip_ids.filtered(
            lambda slip: slip.kind == "missed" and not slip.reason_id
        )

    def action_done(self):
        """Report done; ask why when that comes after the deadline.

        Done stays done when the question is left unanswered: the action then keeps
        its badge “Reason missing”.
        """
        res = super().action_done()
        late = self.filtered("reason_missing")
        return late.action_explain_slips() if late and res is True else res

    def action_explain_slips(self):
        """Ask why the deadlines were missed; works on many at once."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_slip_explain_action"
            ),
            "context": {"default_slip_ids": self._get_slips_without_reason().ids},
        }

    def action_view_slips(self):
        """Open the slips that the stat button counts."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_slip_action"
            ),
            "domain": [("line_id", "=", self.id)],
            "context": {},
        }
