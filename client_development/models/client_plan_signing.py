from odoo import api, models
from odoo.exceptions import UserError

from .client_plan_version_snapshot import TEXTS

# What people read when they sign, beside what opens the next version by itself.
SIGNED_FIELDS = {"name", "has_swot", "variant", *TEXTS}


class ClientPlan(models.Model):
    """What is being signed stays as it was frozen: no version would tell of a change.

    Objectives, plan dates and signers may change, as that opens the next version; new
    actions may be added (product.md A, plan life).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    def _check_write(self, vals):
        """Refuse other words under the pens of those who sign."""
        super()._check_write(vals)
        if self.env.su:
            return
        for plan in self.filtered(lambda plan: plan.state == "signoff"):
            if vals.get("state", "signoff") != "signoff":
                continue
            for name in sorted(self._get_changed_fields(plan, vals, SIGNED_FIELDS)):
                plan._refuse_while_signing(self._fields[name])

    def _refuse_while_signing(self, field):
        """Say that ``field``, or what it lists, is being signed."""
        raise UserError(
            self.env._(
                "%(field)s: “%(plan)s” is being signed and stays as it was frozen. Take"
                " it back to discussion to change it.",
                field=field._description_string(self.env),
                plan=self.name,
            )
        )


class ClientPlanChild(models.AbstractModel):
    """Parts of a plan that people read when they sign."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.child"

    # The list of the plan, or of the action, in which the signed part is found.
    _signed_list = None

    def _check_not_being_signed(self):
        """Refuse changes of what is being signed."""
        if self.env.su or not self._signed_list:
            return
        for record in self.sudo():
            if record.plan_id.state == "signoff":
                parent = record[self._plan_parent]
                plan = record.plan_id.sudo(False)
                plan._refuse_while_signing(parent._fields[self._signed_list])

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_not_being_signed()
        return records

    def write(self, vals):
        self._check_not_being_signed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_being_signed(self):
        self._check_not_being_signed()
