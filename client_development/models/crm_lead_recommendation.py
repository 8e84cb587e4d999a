from odoo import api, fields, models

from .res_partner import CLIENT_USER


class CrmLead(models.Model):
    """The survey in which a client recommended the lead.

    Kept on the survey: nothing is stored on the lead, and merged leads keep it.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "crm.lead"

    client_survey_ids = fields.One2many(
        comodel_name="client.survey",
        inverse_name="recommendation_lead_id",
        string="Client Surveys",
        groups=CLIENT_USER,
        copy=False,
        help="The surveys in which clients recommended this lead.",
    )
    client_survey_id = fields.Many2one(
        comodel_name="client.survey",
        string="Recommended in Survey",
        compute="_compute_client_survey_id",
        search="_search_client_survey_id",
        groups=CLIENT_USER,
        help="The survey in which a client recommended this lead.",
    )

    @api.depends("client_survey_ids")
    def _compute_client_survey_id(self):
        for lead in self:
            lead.client_survey_id = lead.client_survey_ids[:1]

    def _search_client_survey_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("client_survey_ids", "in", value)]

    def _merge_dependences(self, opportunities):
        """The recommendation goes with the lead that stays."""
        surveys = self.env["client.survey"].sudo()
        surveys = surveys.search([("recommendation_lead_id", "in", opportunities.ids)])
        result = super()._merge_dependences(opportunities)
        surveys.write({"recommendation_lead_id": self.id})
        return result

    def action_view_client_survey(self):
        """Open the survey in which the client recommended this lead."""
        self.ensure_one()
        surveys = self.client_survey_ids
        action = {
            "type": "ir.actions.act_window",
            "res_model": "client.survey",
            "domain": [("id", "in", surveys.ids)],
            "name": self.env._("Recommended in Survey"),
            "views": [(False, "list"), (False, "form")],
        }
        if len(surveys) == 1:
            action |= {"res_id": surveys.id, "views": [(False, "form")]}
        return action
