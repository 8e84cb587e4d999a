from datetime import date, datetime

from freezegun import freeze_time

from .test_survey import SurveyCase


class HonestCase(SurveyCase):
    """Surveys of several orders, answered by call at given moments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "client_flag_hour_from": 0.0,
                "client_flag_hour_to": 24.0,
                "client_check_share": 0.0,
            }
        )
        cls.Flag = cls.env["client.survey.flag"]

    @classmethod
    def _new_survey(cls, name="Some Client", user=None, day=date(2026, 3, 2)):
        """Return the survey of a new client's order, due on 2026-03-05."""
        user = user or cls.salesperson
        client = cls._new_client(name, user)
        order = cls._create_order(partner=client, user=user, day=day)
        cls.env["client.survey"]._queue_surveys(cls.company)
        return cls._survey_of(order)

    def _call(self, survey, moment=None, rating="5", duration=120, user=None, **texts):
        """Answer ``survey`` by call; the ledger says that it was at ``moment``."""
        by_user = survey.with_user(user or survey.user_id)
        by_user._answer(self._answers(rating, **texts), duration=duration)
        survey.sudo().date_done = moment or datetime(2026, 3, 4, 10)
        return survey

    def _screen(self, today="2026-03-05 03:00:00"):
        with freeze_time(today):
            return self.Flag._screen_answers(self.company)

    def _flags(self, kind=None):
        flags = self.Flag.search([("company_id", "=", self.company.id)], order="id")
        return flags.filtered(lambda flag: not kind or flag.kind == kind)
