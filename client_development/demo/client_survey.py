from datetime import datetime, time, timedelta

from odoo import api, fields, models


class ClientSurvey(models.Model):
    """Serves the demo data only, like ``account/demo``: called by
    client_survey_demo.xml."""

    _inherit = "client.survey"

    @api.model
    def _load_client_demo(self, company_id, outcomes, answers):
        """Queue the surveys of ``company_id`` and let the salespeople make their calls.

        Everything goes the way of the product: scheduled action, call, coverage. Only
        the days are set back afterwards.

        :param outcomes: ``{user id: what becomes of his surveys, one character each}``,
            for those due before today, the oldest first, repeated as needed: ``1``–``5``
            answered with that rating, ``L`` answered only after the week was recorded,
            ``R`` refused, ``U`` unreachable, ``N`` no answer yet, ``B`` to be called
            back, ``-`` forgotten
        :param answers: ``{rating: [texts of the other questions, in their order]}``
        """
        if self.search_count([("company_id", "=", company_id)], limit=1):
            return
        company = self.env["res.company"].browse(company_id)
        today = company._client_today()
        surveys = self.with_company(company).with_context(tracking_disable=True)
        surveys._queue_surveys(company)
        past = surveys.search([("date_due", "<", today)], order="date_due, id")
        late = []
        for user, duties in past.grouped("user_id").items():
            pattern = outcomes.get(user.id, "4")
            for number, survey in enumerate(duties):
                outcome = pattern[number % len(pattern)]
                if outcome == "L":
                    late.append(survey)
                else:
                    survey._demo_call(outcome, answers, survey._demo_moment())
        self.env["client.coverage"]._record_coverage(company)
        for survey in late:
            survey._demo_call("4", answers, fields.Datetime.now())

    def _demo_moment(self):
        """Return the hour of the call: working hours of the due date."""
        self.ensure_one()
        return datetime.combine(
            self.date_due, time(6 + self.id % 7, self.id * 13 % 60)
        )

    def _demo_call(self, outcome, answers, moment):
        """Make the call, or the calls, that lead to ``outcome`` at ``moment``."""
        self.ensure_one()
        user = self.user_id
        if user.has_group("client_development.group_client_user"):
            survey = self.with_user(user)
        else:
            survey = self
        if outcome in answers:
            survey._answer(self._demo_answers(int(outcome), answers[outcome]))
        elif outcome == "R":
            survey._register_attempt("refused", "No time for questions.")
        elif outcome == "U":
            for _call in range(3):
                survey._register_attempt("no_answer")
            survey._register_attempt("unreachable", "Four calls on three days.")
        elif outcome == "N":
            survey._register_attempt("no_answer")
        elif outcome == "B":
            later = fields.Datetime.now() + timedelta(days=1, minutes=15)
            survey._register_attempt("callback", "In a meeting.", later)
        self._demo_set_back(moment)

    def _demo_answers(self, rating, texts):
        """Return ``{question id: answer}``; the texts take turns."""
        words = iter(texts[self.id % len(texts)])
        return {
            question.id: str(rating) if question.client_is_rating else next(words, "")
            for question in self._get_questionnaire().question_ids
        }

    def _demo_set_back(self, moment):
        """Date the calls, the last one to ``moment``, the others a day before each."""
        for number, attempt in enumerate(self.attempt_ids.sorted("id", reverse=True)):
            attempt.date = moment - timedelta(days=number)
        if self.attempt_ids:
            self.date_attempt = moment
        if self.state == "done":
            self.date_done = moment
