from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SurveySurvey(models.Model):
    """A kind of its own for the questionnaires by which a team diagnoses itself."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[("client_team", "Self-diagnosis of a team")],
        ondelete={"client_team": "set default"},
    )

    @api.model
    def _get_client_survey_types(self):
        return [*super()._get_client_survey_types(), "client_team"]

    @api.model
    def _prepare_client_team_vals(self):
        """What every self-diagnosis has in common: asked in the app, of employees."""
        return {
            "access_mode": "token",
            "users_login_required": True,
            "scoring_type": "no_scoring",
            "certification": False,
            "is_attempts_limited": False,
            "is_time_limited": False,
        }

    @api.model_create_multi
    def create(self, vals_list):
        """A questionnaire made outside the form gets the same settings."""
        default_type = self.env.context.get("default_survey_type")
        return super().create(
            [
                {**self._prepare_client_team_vals(), **vals}
                if vals.get("survey_type", default_type) == "client_team"
                else vals
                for vals in vals_list
            ]
        )

    @api.constrains("survey_type", "access_mode", "users_login_required")
    def _check_client_team_settings(self):
        for survey in self:
            if survey.survey_type == "client_team" and (
                survey.access_mode != "token" or not survey.users_login_required
            ):
                raise ValidationError(
                    self.env._(
                        "The questionnaire “%(name)s” is a team's self-diagnosis: it is"
                        " for invited employees only, who have logged in.",
                        name=survey.title,
                    )
                )


class SurveyQuestion(models.Model):
    """Questions whose mean is shown beside a section of a team's plan."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "survey.question"

    client_section_kind_id = fields.Many2one(
        comodel_name="client.plan.section.kind",
        string="Section of the Team's Plan",
        domain=[("scope", "=", "team")],
        ondelete="set null",
        help="The mean of the answers is shown beside this section. The question is a"
        " scale from 1 to 5.",
    )

    @api.constrains("client_section_kind_id", "question_type", "scale_min", "scale_max")
    def _check_client_section(self):
        for question in self:
            if question.client_section_kind_id and (
                question.question_type != "scale"
                or (question.scale_min, question.scale_max) != (1, 5)
            ):
                raise ValidationError(
                    self.env._(
                        "The question “%(question)s” counts for a section of the plan:"
                        " it must be a scale from 1 to 5. Or leave the section empty.",
                        question=question.title,
                    )
                )

    def _validate_scale(self, answer):
        """Refuse answers outside the scale, which the survey app accepts."""
        errors = super()._validate_scale(answer)
        if errors or not answer or self.survey_id.survey_type != "client_team":
            return errors
        if answer not in [str(n) for n in range(self.scale_min, self.scale_max + 1)]:
            return {
                self.id: self.env._(
                    "“%(question)s”: choose a whole number from %(min)s to %(max)s.",
                    question=self.title,
                    min=self.scale_min,
                    max=self.scale_max,
                )
            }
        return errors


class SurveyUserInput(models.Model):
    """A finished self-diagnosis goes into the plan of the team."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "survey.user_input"

    def _mark_done(self):
        result = super()._mark_done()
        diagnoses = self.env["client.plan.diagnosis"].sudo()
        diagnoses.search([("user_input_id", "in", self.ids)])._finish()
        return result
