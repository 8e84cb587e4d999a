from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_callable import OPEN_STATES

# What an order has in common with the one that was asked about in the same call.
COPIED_FIELDS = (
    "rating",
    "channel",
    "date_done",
    "operator_id",
    "duration",
    "questionnaire_id",
)


class ClientSurvey(models.Model):
    """Several orders of one contact are asked about in one call (product.md F).

    Each order keeps its own record. The call is made for one of them; what comes of
    it is recorded for all that completed at most the company's number of days before
    or after that one. ``answered_with_id`` says with which one an order was answered;
    that one itself has none.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    answered_with_id = fields.Many2one(
        comodel_name="client.survey",
        string="Answered with",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The survey of another order of the same contact, asked about a few days"
        " before or after: its answers count for this order too.",
    )
    answered_with_ids = fields.One2many(
        comodel_name="client.survey",
        inverse_name="answered_with_id",
        string="Answered for",
        readonly=True,
        help="The other orders of the contact for which these answers count too.",
    )

    # -- which orders --------------------------------------------------------------

    def _get_asked_together(self):
        """Return the other open surveys that one call about this order settles.

        As superuser: an order of the same contact may be a colleague's.
        """
        self.ensure_one()
        return self._get_each_asked_together()[self]

    def _get_each_asked_together(self):
        """Return {survey: the other open ones that one call about it settles}.

        One query per company, however many surveys.
        """
        found = dict.fromkeys(self, self.sudo().browse())
        for company, surveys in self.sudo().grouped("company_id").items():
            days = company.client_survey_group_days
            if days <= 0:
                continue
            span = timedelta(days=days)
            moments = surveys.mapped("date_completed")
            candidates = surveys.search(
                Domain("contact_id", "in", surveys.contact_id.ids)
                & Domain("company_id", "=", company.id)
                & Domain("state", "in", OPEN_STATES)
                & Domain("date_completed", ">=", min(moments) - span)
                & Domain("date_completed", "<=", max(moments) + span),
                order="id",
            ).grouped("contact_id")
            for survey in surveys:
                near = candidates.get(survey.contact_id, surveys.browse())
                found[survey] = near.filtered(
                    lambda other, survey=survey, span=span: (
                        other != survey
                        and abs(other.date_completed - survey.date_completed) <= span
                    )
                )
        return found

    @api.model
    def _get_duty_columns(self, company):
        """A new duty may be answered already, unless nobody is asked about it."""
        columns = super()._get_duty_columns(company)
        if company.client_survey_group_days > 0:
            columns["answered_with_id"] = SQL(
                "CASE WHEN left_out.reason IS NULL THEN (%s) END",
                self._sql_asked_before(company),
            )
        return columns

    @api.model
    def _sql_asked_before(self, company):
        """Return SQL of the survey whose answers count for the order ``so`` too.

        The contact was asked about an order completed a few days before or after, or
        answered at most as long before this one was ``completed``.
        """
        return SQL(
            """
            SELECT asked.id
              FROM client_survey asked
             WHERE asked.contact_id = so.partner_id
               AND asked.company_id = so.company_id
               AND asked.state = 'done'
               AND asked.answered_with_id IS NULL
               AND CASE WHEN completed.moment > asked.date_done
                        THEN completed.moment <= asked.date_done + %(span)s
                        ELSE completed.moment BETWEEN
                             asked.date_completed - %(span)s
                             AND asked.date_completed + %(span)s
                   END
             ORDER BY asked.date_done DESC, asked.id DESC
             LIMIT 1
            """,
            span=timedelta(days=company.client_survey_group_days),
        )

    # -- locking and calling -------------------------------------------------------

    def _lock_open(self):
        """Also lock what is asked about together, always in the same order.

        Two people may call about two orders of one contact at the same moment.
        """
        together = [
            survey_id
            for survey in self
            for survey_id in survey._get_asked_together().ids
        ]
        if together:
            self.env.execute_query(
                SQL(
                    "SELECT id FROM client_survey WHERE id IN %s"
                    " ORDER BY id FOR NO KEY UPDATE",
                    (*self.ids, *together),
                )
            )
        return super()._lock_open()

    def _register_attempt(self, outcome, note=False, date_callback=False):
        """Record the call for every order that it was about, once."""
        result = super()._register_attempt(outcome, note, date_callback)
        if together := self._get_asked_together():
            together._record_call(self.sudo(), outcome)
        return result

    def _record_call(self, asked, outcome):
        """Record the last call of ``asked`` for these surveys too."""
        call = asked.attempt_ids.sorted("id")[-1:]
        call.create([call.copy_data({"survey_id": survey.id})[0] for survey in self])
        for survey in self:
            values = {
                "attempt_count": survey._count_attempts(),
                "date_attempt": call.date,
            }
            if outcome in ("refused", "unreachable"):
                values.update(state=outcome, date_callback=False)
            elif outcome == "callback":
                values.update(state="due", date_callback=call.date_callback)
            elif not survey.date_callback or survey.date_callback <= call.date:
                values["date_callback"] = False  # a promise for later is kept
            survey.write(values)

    # -- answers -------------------------------------------------------------------

    def _finish(self, user_input):
        """The answers count for every order that the call was about."""
        together = self._get_asked_together()
        result = super()._finish(user_input)
        together.write({**self.sudo()._prepare_copied_vals(), "date_callback": False})
        together._copy_answers()
        return result

    def _prepare_copied_vals(self):
        """Return the result of this survey for an order answered with it."""
        self.ensure_one()
        copied = self._convert_to_write({name: self[name] for name in COPIED_FIELDS})
        return {**copied, "state": "done", "answered_with_id": self.id}

    def _finish_with_asked(self):
        """Give these new surveys the result of those they were answered with."""
        for asked, surveys in self.grouped("answered_with_id").items():
            surveys.write(asked._prepare_asked_before_vals())
        if self:
            self._copy_answers()
            self._copy_calls()

    def _prepare_asked_before_vals(self):
        """Return the values of the survey of a later order answered with this one."""
        values = self._prepare_copied_vals()
        if call := self._get_answered_call():
            values.update(attempt_count=1, date_attempt=call.date)
        return values

    def _get_answered_call(self):
        """Return the call in which these answers were given; none: by the link."""
        self.ensure_one()
        if self.channel != "call":
            return self.attempt_ids.browse()
        answered = self.attempt_ids.filtered(lambda call: call.outcome == "answered")
        return answered.sorted("id")[-1:]

    def _copy_answers(self):
        """Give these surveys the answers of those they were answered with."""
        answers = {
            asked: asked.answer_ids.copy_data() for asked in self.answered_with_id
        }
        self.env["client.survey.answer"].create(
            [
                {**values, "survey_id": survey.id}
                for survey in self
                for values in answers[survey.answered_with_id]
            ]
        )

    def _copy_calls(self):
        """Give these new surveys the calls in which they were answered."""
        calls = {
            asked: asked._get_answered_call().copy_data()
            for asked in self.answered_with_id
        }
        self.env["client.survey.attempt"].create(
            [
                {**values, "survey_id": survey.id}
                for survey in self
                for values in calls[survey.answered_with_id]
            ]
        )
