from datetime import date, datetime

from freezegun import freeze_time

from odoo.tools import SQL

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

    def _multiply(self, survey, count):
        """Make ``count`` more answered surveys like ``survey``, with their answers."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH sold AS (
                    INSERT INTO sale_order (company_id, partner_id, partner_invoice_id,
                        partner_shipping_id, date_order, name, state, amount_untaxed)
                    SELECT company_id, partner_id, partner_id, partner_id, date_order,
                           'Many ' || n, 'sale', amount_untaxed
                      FROM sale_order, generate_series(1, %(count)s) n
                     WHERE sale_order.id = %(order)s
                    RETURNING id
                ), asked AS (
                    INSERT INTO client_survey (order_id, partner_id, contact_id,
                        user_id, team_id, coverage_user_id, coverage_team_id,
                        company_id, date_completed, date_due, state, rating, channel,
                        operator_id, date_done, duration)
                    SELECT sold.id, s.partner_id, s.contact_id, s.user_id, s.team_id,
                           s.coverage_user_id, s.coverage_team_id, s.company_id,
                           s.date_completed, s.date_due, 'done', 5, 'call',
                           s.operator_id, s.date_done, s.duration
                      FROM sold, client_survey s
                     WHERE s.id = %(survey)s
                    RETURNING id)
                INSERT INTO client_survey_answer (survey_id, question_id, question,
                    answer, rating, sequence)
                SELECT asked.id, a.question_id, a.question, a.answer, a.rating,
                       a.sequence
                  FROM asked, client_survey_answer a
                 WHERE a.survey_id = %(survey)s
                """,
                count=count,
                order=survey.order_id.id,
                survey=survey.id,
            )
        )
        self.env.cr.execute("ANALYZE client_survey, client_survey_answer, sale_order")
        self.env.invalidate_all()

    def _screen(self, today="2026-03-05 03:00:00"):
        with freeze_time(today):
            return self.Flag._screen_answers(self.company)

    def _flags(self, kind=None):
        flags = self.Flag.search([("company_id", "=", self.company.id)], order="id")
        return flags.filtered(lambda flag: not kind or flag.kind == kind)
