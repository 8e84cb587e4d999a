from odoo import api, models
from odoo.exceptions import UserError

# An action in one of these states keeps what was agreed and done.
SETTLED_STATES = ("accepted", "cancelled")


class ClientPlanChild(models.AbstractModel):
    """What belongs to a plan or to an action: it stays there, as long as that lives.

    Without this, whoever may write in two plans could push rows into somebody else's,
    and a closed plan would still change behind its result.
    """

    _name = "client.plan.child"
    _description = "Part of a Plan"

    # The field that leads to the plan, or to the action of the plan.
    _plan_parent = "plan_id"

    # -- rules ---------------------------------------------------------------------

    def _check_same_parent(self, vals):
        """Refuse to move a record into another plan or action."""
        name = self._plan_parent
        if self.env.su or name not in vals:
            return
        for record in self:
            if record[name].id != vals[name]:
                raise UserError(
                    self.env._(
                        "%(field)s: “%(record)s” stays where it was entered. Enter it"
                        " anew in the other one.",
                        field=self._fields[name]._description_string(self.env),
                        record=record.display_name,
                    )
                )

    def _check_parent_open(self):
        """Refuse changes below a plan that has ended."""
        if not self.env.su:
            self.sudo().plan_id._check_not_ended()

    # -- create, write and delete --------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_parent_open()
        return records

    def write(self, vals):
        self._check_same_parent(vals)
        self._check_parent_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        self._check_parent_open()
