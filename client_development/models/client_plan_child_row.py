from odoo import api, models
from odoo.exceptions import UserError


class ClientPlanLineRow(models.AbstractModel):
    """A row that everyone who takes part in an action may enter, and keeps.

    Rows of others are changed and deleted by those who answer for the plan only.
    """

    _name = "client.plan.line.row"
    _description = "Row of an Action"
    _inherit = ["client.plan.line.child"]

    # What everyone who takes part reports on rows of others, too.
    _reported_fields = frozenset()

    def _check_entered_by_user(self):
        """Refuse to change or delete what somebody else has entered."""
        for row in () if self.env.su else self:
            plan = row.sudo().plan_id.with_env(self.env)
            if row.create_uid != self.env.user and not plan._is_answered_by_user():
                raise UserError(
                    self.env._(
                        "“%(row)s” was entered by %(user)s, who may change it. So may"
                        " the owner and the controller of the plan and the team leader:"
                        " ask one of them, or enter a row of your own.",
                        row=row.name,
                        user=row.create_uid.sudo().name,
                    )
                )

    def write(self, vals):
        self.check_access("write")  # before any message that names the row
        names = set(vals) - self._reported_fields
        Plan = self.env["client.plan"]
        self.filtered(
            lambda row: Plan._get_changed_fields(row, vals, names)
        )._check_entered_by_user()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_others(self):
        self._check_entered_by_user()
