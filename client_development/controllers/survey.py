from odoo.http import request, route

from odoo.addons.survey.controllers.main import Survey

from ..models.survey_survey import CLIENT_CALL_TYPES


class ClientSurveyController(Survey):
    """The survey app's public pages know nothing of duties: no second result."""

    def _check_validity(self, survey_sudo, answer_sudo, *args, **kwargs):
        """Clients answer about an order through their private link, not here.

        A finished answer itself may still be shown.
        """
        if (
            answer_sudo
            and answer_sudo.state != "done"
            and answer_sudo._client_is_closed()
        ):
            return "answer_deadline"
        return super()._check_validity(survey_sudo, answer_sudo, *args, **kwargs)

    @route()
    def survey_retry(self, survey_token, answer_token, **post):
        """An order is asked about once; a team's plan asks again by its button."""
        survey_sudo, _answer = self._fetch_from_access_token(survey_token, answer_token)
        if survey_sudo.survey_type in (*CLIENT_CALL_TYPES, "client_team"):
            return request.redirect("/")
        return super().survey_retry(survey_token, answer_token, **post)
