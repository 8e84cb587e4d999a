from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import format_date

from .client_plan_line import OPEN_STATES


class ClientPlanLine(models.Model):
    """Which actions are accepted, and the remark with which one is returned.

    The setting of the company decides: claims and key segments, all or none. Where
    acceptance is not needed, *done* closes the action (product.md B).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    needs_acceptance = fields.Boolean(
        string="To Be Accepted",
        compute="_compute_needs_acceptance",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        help="Somebody else accepts the action once it is done: the controller of the"
        " plan or the team leader. Otherwise it is closed when it is done. The settings"
        " decide when the action is entered and when the plan starts; controller and"
        " leader may decide otherwise.",
    )
    acceptance_uid = fields.Many2one(
        comodel_name="res.users",
        string="Acceptance Decided by",
        readonly=True,
        copy=False,
        help="Who decided otherwise than the settings; empty when they hold.",
    )
    rework_remark = fields.Text(
        string="To Do Again",
        readonly=True,
        copy=False,
        help="What is still missing, in the words of who returned the action.",
    )
    rework_uid = fields.Many2one(
        comodel_name="res.users",
        string="Returned by",
        readonly=True,
        copy=False,
        help="Who returned the action for rework.",
    )

    # -- which actions -------------------------------------------------------------

    @api.depends("plan_id", "survey_id")
    def _compute_needs_acceptance(self):
        for line in self:
            if not line.acceptance_uid:
                line.needs_acceptance = line._is_acceptance_set()

    def _is_acceptance_set(self):
        """Tell what the settings of the company say."""
        self.ensure_one()
        plan = self.sudo().plan_id
        strictness = plan.company_id.client_acceptance
        if strictness == "key":
            return bool(self.survey_id) or plan._is_key()
        return strictness == "always"

    def _decide_acceptance(self):
        """Decide once more, for actions that are not done: the plan starts."""
        self.env.add_to_compute(
            self._fields["needs_acceptance"],
            self.filtered(lambda line: line.state in OPEN_STATES),
        )

    def _check_acceptance_switch(self):
        """Refuse to whoever works on an action to decide who looks at it."""
        for line in self:
            if not line.can_accept:
                raise UserError(
                    self.env._(
                        "To Be Accepted: for “%(line)s” the settings decide. Only the"
                        " controller of the plan, the team leader or an administrator"
                        " decides otherwise, never for his own action.",
                        line=line.name,
                    )
                )

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            switched = lines.filtered(
                lambda line: line.needs_acceptance != line._is_acceptance_set()
            )
            switched._check_acceptance_switch()
            switched.sudo().acceptance_uid = self.env.user
        return lines

    def write(self, vals):
        if "needs_acceptance" not in vals or self.env.su:
            return super().write(vals)
        needed = bool(vals["needs_acceptance"])
        switched = self.filtered(lambda line: line.needs_acceptance != needed)
        switched._check_acceptance_switch()
        res = super().write(vals)
        switched.sudo().acceptance_uid = self.env.user
        return res

    # -- states --------------------------------------------------------------------

    def _check_rework_remark(self, vals):
        """Refuse to return actions without saying what is missing."""
        if vals.get("state") != "rework" or (vals.get("rework_remark") or "").strip():
            return
        raise RedirectWarning(
            self.env._(
                "To Do Again: say what is still missing in “%(line)s” before you return"
                " it.",
                line=self[0].name,
            ),
            self.env.ref("client_development.client_plan_line_rework_action").id,
            self.env._("Return for Rework"),
            {"default_line_ids": self.ids},
        )

    def _check_not_accepted(self):
        """Tell who accepts at the same moment as somebody else."""
        self.env["client.plan"]._lock_records(self, "state")
        for line in self:
            if line.state == "accepted":
                line.invalidate_recordset(["accepted_uid", "accepted_date"])
                raise UserError(
                    self.env._(
                        "“%(line)s” has already been accepted, by %(user)s on %(date)s."
                        " Nothing was changed.",
                        line=line.name,
                        user=line.accepted_uid.sudo().name,
                        date=format_date(self.env, line.accepted_date),
                    )
                )

    # -- buttons -------------------------------------------------------------------

    def action_accept(self):
        """Accept; works on many at once: all of them or none."""
        self.check_access("write")
        self._check_not_accepted()
        return self._set_state("accepted")

    def action_rework(self):
        """Ask for the remark, then return to the responsible; works on many."""
        self._check_transition("rework")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_line_rework_action"
            ),
            "context": {"default_line_ids": self.ids},
        }
