"""The call desk as one user sees it."""

from datetime import date

from .test_survey import SurveyCase


class DeskCase(SurveyCase):
    """One survey to call, with the desk of ``salesperson``.

    Each order is asked about in a call of its own, unless a test says otherwise.
    """

    def _desk(self, user=None):
        return self.env["client.call.desk"].with_user(user or self.salesperson)

    def _card(self, row=None, user=None, **kwargs):
        row = row or self.survey
        return self._desk(user).get_card(row._name, row.id, **kwargs)

    def _save(self, card, outcome="answered", user=None, **values):
        """Save ``card``; answers are given by the name of their question."""
        if "rating" in values or "answers" in values:
            answers = values.pop("answers", {})
            if "rating" in values:
                answers = {str(self.rating.id): values.pop("rating"), **answers}
            values["answers"] = answers
        return self._desk(user).save(
            card["model"], card["id"], outcome, {"token": card["token"], **values}
        )

    def _second_survey(self, day=date(2026, 3, 3), **kwargs):
        order = self._create_order(day=day, **kwargs)
        self.env["client.survey"]._queue_surveys(self.company)
        return self._survey_of(order)

    def _new_call(self, kind="followup", user=None, **values):
        return self.env["client.call"].create(
            {
                "kind": kind,
                "partner_id": self.client.id,
                "contact_id": self.contact.id,
                "user_id": (user or self.salesperson).id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "date_due": date(2026, 3, 4),
                "survey_id": self.survey.id,
                **values,
            }
        )

    @staticmethod
    def _keys(items):
        return [(item["model"], item["id"]) for item in items]
