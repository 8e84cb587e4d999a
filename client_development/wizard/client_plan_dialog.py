from odoo import api, models


class ClientPlanDialog(models.AbstractModel):
    """A dialog about one record that its user sees: it shows the record's name.

    Names in a form are read past the rules, so whoever may choose the record of a
    dialog by a remote call would be told the names of all.
    """

    _name = "client.plan.dialog"
    _description = "Dialog about a Plan"

    # The field that names the record.
    _dialog_subject = "plan_id"

    @api.model
    def _check_subjects(self, vals_list):
        name = self._dialog_subject
        ids = {vals[name] for vals in vals_list if vals.get(name)}
        if ids and not self.env.su:
            records = self.env[self._fields[name].comodel_name].browse(ids)
            self._check_subject_access(records)

    @api.model
    def _check_subject_access(self, records):
        """Refuse records of which the user is to learn nothing."""
        records.check_access("read")

    @api.model
    def default_get(self, fields):
        vals = super().default_get(fields)
        self._check_subjects([vals])
        return vals

    @api.model_create_multi
    def create(self, vals_list):
        self._check_subjects(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_subjects([vals])
        return super().write(vals)
