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

    def _choose_for(self, segments, team):
        """Return that of these questionnaires which clients of ``segments`` are asked.

        The most specific one: for a segment of the client and the team, then for a
        segment, then for the team. Of several, that of the segment with the best rank,
        then the oldest.
        """
        ranks = {segment: rank for rank, segment in enumerate(segments.sorted())}

        def fits(questionnaire):
            of_segments = questionnaire.client_segment_ids
            of_teams = questionnaire.client_team_ids
            return (not of_segments or of_segments & segments) and (
                not of_teams or team in of_teams
            )

        def specific(questionnaire):
            of_segments = questionnaire.client_segment_ids
            return (
                not of_segments,
                not questionnaire.client_team_ids,
                min((ranks[one] for one in of_segments & segments), default=0),
                questionnaire.id,
            )

        return self.filtered(fits).sorted(specific)[:1]
