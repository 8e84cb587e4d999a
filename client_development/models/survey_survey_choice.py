from odoo import fields, models


class SurveySurvey(models.Model):
    """For whom a questionnaire about orders is meant."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "survey.survey"

    client_segment_ids = fields.Many2many(
        comodel_name="client.segment",
        relation="survey_survey_client_segment_rel",
        column1="survey_id",
        column2="segment_id",
        string="Clients of Segments",
        help="Clients of these segments are asked this questionnaire about their"
        " orders. With teams too: only the clients of these segments whom these teams"
        " ask.",
    )
    client_team_ids = fields.Many2many(
        comodel_name="crm.team",
        relation="survey_survey_client_team_rel",
        column1="survey_id",
        column2="team_id",
        string="Asked by Teams",
        help="These sales teams ask this questionnaire, unless there is one for a"
        " segment of the client.",
    )
