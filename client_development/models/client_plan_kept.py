from odoo import api, models
from odoo.exceptions import UserError

# Marks the context of the addon's own steps. An object: remote callers cannot put it
# into their context.
SYSTEM = object()


class ClientPlanKept(models.AbstractModel):
    """What was frozen, signed or objected to: rows that nobody enters or changes.

    Not even an administrator, nor code that runs past the rules: only the steps of the
    models themselves do, and those check who is allowed to (design decision 11).
    """

    _name = "client.plan.kept"
    _description = "Row that Nobody Changes"

    @api.model
    def _as_system(self):
        """Return the records for a step of the addon itself."""
        return self.sudo().with_context(client_signing=SYSTEM)

    @api.model
    def _check_system(self):
        if self.env.context.get("client_signing") is not SYSTEM:
            raise UserError(
                self.env._(
                    "%(document)s: versions, signatures and objections are kept as they"
                    " are; nobody enters, changes or deletes them. Use the buttons of"
                    " the plan.",
                    document=self.env["ir.model"]._get(self._name).sudo().name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_system()
        return super().create(vals_list)

    def write(self, vals):
        self._check_system()
        return super().write(vals)

    def unlink(self):
        self._check_system()
        return super().unlink()

    @api.model
    def _load_records(self, data_list, update=False):
        """Data files are no way around it, either."""
        self._check_system()
        return super()._load_records(data_list, update)
