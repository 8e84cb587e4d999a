from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Asked on the telephone and on one page: what both can show.
CLIENT_QUESTION_TYPES = (
    "text_box",
    "char_box",
    "numerical_box",
    "scale",
    "date",
    "simple_choice",
)
# Answered in the client's own words.
TEXT_QUESTION_TYPES = ("text_box", "char_box")
# Kinds of questionnaires that the call desk asks.
CLIENT_CALL_TYPES = ("client_order", "client_profile")


class SurveySurvey(models.Model):
    """A kind of its own for the questionnaires asked after a completed order."""

    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[("client_order", "Client order")],
        ondelete={"client_order": "set default"},
    )

    @api.depends("survey_type")
    @api.depends_context("uid")
    def _compute_allowed_survey_types(self):
        result = super()._compute_allowed_survey_types()
        if self.env.user.has_group(
            "client_development.group_client_manager"
        ) or self.env.user.has_group("survey.group_survey_user"):
            self.allowed_survey_types = [
                *(self.allowed_survey_types or []),
                *self._get_client_survey_types(),
            ]
        return result

    @api.model
    def _get_client_survey_types(self):
        """Return the kinds of questionnaires that client development adds."""
        return ["client_order"]

    @api.onchange("survey_type")
    def _onchange_survey_type(self):
        result = super()._onchange_survey_type()
        if self.survey_type in CLIENT_CALL_TYPES:
            self.update(self._prepare_client_order_vals())
        return result

    @api.model
    def _prepare_client_order_vals(self):
        """What every questionnaire of the call desk has in common."""
        return {
            "access_mode": "token",
            "questions_layout": "one_page",
            "questions_selection": "all",
            "scoring_type": "no_scoring",
            "certification": False,
            "is_attempts_limited": False,
            "is_time_limited": False,
            "users_can_go_back": False,
            "users_login_required": False,
        }

    @api.model_create_multi
    def create(self, vals_list):
        """A questionnaire made outside the form gets the same settings."""
        default_type = self.env.context.get("default_survey_type")
        return super().create(
            [
                {**self._prepare_client_order_vals(), **vals}
                if vals.get("survey_type", default_type) in CLIENT_CALL_TYPES
                else vals
                for vals in vals_list
            ]
        )

    def unlink(self):
        """The answers in the survey app go first, as one step of their own.

        PostgreSQL would delete them and clear both references of a survey in no fixed
        order, and refuse where the survey is of the same transaction.
        """
        answers = self.env["survey.user_input"].sudo()
        answers.search([("survey_id", "in", self.ids)]).unlink()
        return super().unlink()

    @api.constrains(
        "survey_type",
        "access_mode",
        "questions_layout",
        "is_time_limited",
        "is_attempts_limited",
        "users_can_go_back",
    )
    def _check_client_order_settings(self):
        wrong = self.filtered(
            lambda survey: (
                survey.survey_type in CLIENT_CALL_TYPES
                and (
                    survey.access_mode != "token"
                    or survey.questions_layout != "one_page"
                    or survey.is_time_limited
                    or survey.is_attempts_limited
                    or survey.users_can_go_back
                )
            )
        )
        if wrong:
            raise ValidationError(
                self.env._(
                    "The questionnaire “%(name)s” is asked of clients: it is for"
                    " invited people only, on one page, without limit of time or"
                    " attempts and without going back.",
                    name=wrong[:1].title,
                )
            )

    @api.constrains("survey_type", "question_and_page_ids")
    def _check_client_questions(self):
        self.question_ids._check_client_question()
