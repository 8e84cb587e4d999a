from odoo import api, fields, models
from odoo.tools import SQL

# Some of the calls are made when the demo is loaded, at whatever hour that is.
ANY_HOUR = {"client_flag_hour_from": 0.0, "client_flag_hour_to": 24.0}
# The demo's texts are few: compared with each other nearly all would be the same.
COMPARE_NOTHING = {
    "client_flag_fast_seconds": 0,
    "client_flag_copied_days": 0,
    "client_flag_equal_count": 0,
    **ANY_HOUR,
}


class ClientDemo(models.AbstractModel):
    """Demo data of answers to check, and of check calls."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.demo"

    @api.model
    def _check_answers(self, company_id, user_id, leader_id, seconds, note):
        """Let the last answers of a salesperson be looked at, and the leader check.

        The newest was recorded within ``seconds``; to what was found about the oldest
        of them the leader says ``note``. He has called the client of the second one,
        who rated the order lower, and has yet to call the client of the third.
        """
        company = self.env["res.company"].browse(company_id)
        flags = self.env["client.survey.flag"]
        if flags.search_count([("operator_id", "=", user_id)], limit=1):
            return  # loaded before
        if not flags.search_count([], limit=1):
            self._set_durations(company)
        self._screen_without(company, COMPARE_NOTHING)
        surveys = (
            self.env["client.survey"]
            .with_company(company)
            .with_context(tracking_disable=True)
            .search(
                [
                    ("company_id", "=", company_id),
                    ("operator_id", "=", user_id),
                    ("channel", "=", "call"),
                    ("state", "=", "done"),
                    ("answered_with_id", "=", False),
                ],
                order="date_done desc, id desc",
                limit=4,
            )
        )
        surveys[:1].duration = seconds
        surveys.date_screened = False
        self._screen_without(company, ANY_HOUR)
        for call in surveys[1:3]._create_check_calls(company):
            if call.survey_id == surveys[1]:
                rating = max(1, call.survey_id.rating - 2)
                answers = {
                    question.id: str(rating) if question.client_is_rating else ""
                    for question in call._get_questionnaire().question_ids
                }
                call.with_user(leader_id)._answer(answers, duration=140)
        flags = self.env["client.survey.flag"].with_user(leader_id)
        found = flags.search(
            [("survey_id", "in", surveys.ids), ("kind", "!=", "differs")],
            order="date_done, id",
            limit=1,
        )
        found._mark_fine(note)

    @api.model
    def _set_durations(self, company):
        """Let the answers by call have taken one to four minutes; none is drawn."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_survey
                   SET duration = CASE WHEN channel = 'call'
                                       THEN 60 + id * 37 %% 180 ELSE 0 END,
                       check_drawn = %(now)s
                 WHERE company_id = %(company)s AND state = 'done'
                """,
                now=fields.Datetime.now(),
                company=company.id,
            )
        )
        self.env.invalidate_all()

    @api.model
    def _screen_without(self, company, values):
        """Look at all new answers with other settings, which are put back then."""
        kept = {name: company[name] for name in values}
        company.write(values)
        while self.env["client.survey.flag"]._screen_answers(company):
            pass
        company.write(kept)
