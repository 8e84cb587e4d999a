from odoo import api, models

FACT_FIELDS = {"state", "rating", "date_done", "date_due", "partner_id"}


class ClientSurvey(models.Model):
    """Satisfaction and coverage of the client follow his surveys."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    @api.model_create_multi
    def create(self, vals_list):
        """The client's facts follow."""
        surveys = super().create(vals_list)
        self.env["client.fact.queue"]._add_partners(surveys.partner_id)
        return surveys

    def write(self, vals):
        """The client's facts follow."""
        changes = vals.keys() & FACT_FIELDS
        if changes:
            self.env["client.fact.queue"]._add_partners(self.partner_id)
        result = super().write(vals)
        if "partner_id" in changes:
            self.env["client.fact.queue"]._add_partners(self.partner_id)
        return result

    def unlink(self):
        """The client's facts follow."""
        self.env["client.fact.queue"]._add_partners(self.partner_id)
        return super().unlink()
