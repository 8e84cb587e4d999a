from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .client_plan_line import OPEN_STATES


class ClientPlanLine(models.Model):
    """What waits for what: an action may depend on others of its plan."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    depend_on_ids = fields.Many2many(
        comodel_name="client.plan.line",
        relation="client_plan_line_dependency_rel",
        column1="line_id",
        column2="depend_on_id",
        string="Waits for",
        domain="[('plan_id', '=', plan_id), ('id', '!=', id)]",
        copy=False,
        help="Actions of the same plan that must be done before this one begins.",
    )
    dependent_ids = fields.Many2many(
        comodel_name="client.plan.line",
        relation="client_plan_line_dependency_rel",
        column1="depend_on_id",
        column2="line_id",
        string="Waited for by",
        domain="[('plan_id', '=', plan_id), ('id', '!=', id)]",
        copy=False,
        help="Actions of the same plan that wait for this one.",
    )
    is_waiting = fields.Boolean(
        string="Waiting",
        compute="_compute_is_waiting",
        store=True,
        precompute=True,
        help="The action waits for others that are not done yet.",
    )
    waiting_for = fields.Char(
        string="Waiting for",
        compute="_compute_waiting_for",
        compute_sudo=True,
        help="The actions that must be done before this one begins.",
    )
    depend_warning = fields.Char(
        string="Order of Deadlines",
        compute="_compute_waiting_for",
        compute_sudo=True,
        help="Which of the actions waited for are due later than this one.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("state", "depend_on_ids.state")
    def _compute_is_waiting(self):
        for line in self:
            line.is_waiting = line.state in OPEN_STATES and bool(
                line._get_open_before()
            )

    @api.depends(
        "state",
        "date_deadline",
        "depend_on_ids.state",
        "depend_on_ids.name",
        "depend_on_ids.date_deadline",
    )
    def _compute_waiting_for(self):
        for line in self:
            before = line._get_open_before()
            names = ", ".join(f"“{name}”" for name in before.mapped("name"))
            line.waiting_for = line.state in OPEN_STATES and names
            later = before.filtered(
                lambda other, line=line: (
                    line.date_deadline
                    and other.date_deadline
                    and line.date_deadline < other.date_deadline
                )
            )
            line.depend_warning = ", ".join(
                self.env._(
                    "“%(line)s” is due on %(date)s",
                    line=other.name,
                    date=format_date(self.env, other.date_deadline),
                )
                for other in later
            )

    def _get_open_before(self):
        """Return the actions still open that these ones wait for."""
        return self.depend_on_ids.filtered(lambda line: line.state in OPEN_STATES)

    # -- rules ---------------------------------------------------------------------

    @api.constrains("depend_on_ids", "plan_id")
    def _check_depend_on(self):
        for line in self.sudo():
            for other in line.depend_on_ids:
                if other.plan_id != line.plan_id:
                    raise ValidationError(
                        self.env._(
                            "Waits for: “%(other)s” belongs to another plan. Choose"
                            " actions of the plan of “%(line)s”.",
                            other=other.name,
                            line=line.name,
                        )
                    )
        for line in self.sudo().filtered("depend_on_ids"):
            if line._has_cycle("depend_on_ids"):
                raise ValidationError(
                    self.env._(
                        "Waits for: “%(line)s” would wait for itself, directly or"
                        " through others. Take one of %(others)s out.",
                        line=line.name,
                        others=", ".join(
                            f"“{other.name}”" for other in line.depend_on_ids
                        ),
                    )
                )

    def _check_transition(self, new):
        """Refuse to begin or to finish what still waits; the leader may."""
        super()._check_transition(new)
        if new not in ("progress", "done") or self.env.su:
            return
        for line in self:
            before = line.sudo()._get_open_before()
            if before and not line.plan_id.sudo()._is_steered_by_user():
                raise UserError(
                    self.env._(
                        "Status: “%(line)s” waits for %(others)s. Have that done first,"
                        " or take it out of “Waits for”; the team leader may begin it"
                        " all the same.",
                        line=line.name,
                        others=", ".join(f"“{other.name}”" for other in before),
                    )
                )
