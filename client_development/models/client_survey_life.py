from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_survey import ATTEMPTS_BEFORE_GIVING_UP, OPEN_STATES


class ClientSurvey(models.Model):
    """What becomes of a duty: calls, the answer, the order's cancellation.

    Every change of state locks the duty and checks again that it is still open.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    # -- life ----------------------------------------------------------------------

    def _lock_open(self):
        """Lock these surveys and raise unless all can still be answered.

        Two people, or a call and the client's own link, may finish at the same
        moment. The second waits here; the transaction is then repeated and finds the
        survey closed.
        """
        if not self:
            return
        self.invalidate_recordset(["state", "attempt_count"])
        self.env.execute_query(
            SQL(
                "SELECT id FROM client_survey WHERE id IN %s FOR NO KEY UPDATE",
                tuple(self.ids),
            )
        )
        for survey in self:
            if survey.state not in OPEN_STATES:
                raise survey._closed_error()

    def _closed_error(self):
        """Return the error that says why this survey cannot be answered any more."""
        self.ensure_one()
        if self.state == "cancelled":
            message = self.env._(
                "%(survey)s: the order was cancelled, so the client is not asked about"
                " it any more.",
                survey=self.display_name,
            )
        else:
            message = self.env._(
                "%(survey)s: this survey is already answered. A finished answer cannot"
                " be changed.",
                survey=self.display_name,
            )
        return UserError(message)

    def _register_attempt(self, outcome, note=False, date_callback=False):
        """Record one call by the current user and what became of the survey."""
        self.ensure_one()
        self.check_access("write")
        self._lock_open()
        if outcome == "callback":
            self._check_callback(date_callback)
        if outcome == "unreachable":
            self._check_giving_up()
        now = fields.Datetime.now()
        survey = self.sudo()
        survey.env["client.survey.attempt"].create(
            {
                "survey_id": survey.id,
                "user_id": self.env.uid,
                "date": now,
                "outcome": outcome,
                "note": note,
                "date_callback": outcome == "callback" and date_callback,
            }
        )
        values = {
            "attempt_count": survey.attempt_count + 1,
            "date_attempt": now,
            "date_callback": outcome == "callback" and date_callback,
        }
        if outcome in ("refused", "unreachable"):
            values["state"] = outcome
        elif outcome == "callback":
            values["state"] = "due"
        survey.write(values)

    def _check_callback(self, date_callback):
        if not date_callback:
            raise UserError(
                self.env._("Call back at: enter the date and time of the next call.")
            )
        if date_callback <= fields.Datetime.now():
            raise UserError(
                self.env._("Call back at: the next call must lie in the future.")
            )

    def _check_giving_up(self):
        calls = self.attempt_ids.filtered(lambda call: call.outcome == "no_answer")
        if len(calls) < ATTEMPTS_BEFORE_GIVING_UP:
            raise UserError(
                self.env._(
                    "Unreachable: only after %(needed)s calls without an answer, so far"
                    " there are %(made)s.",
                    needed=ATTEMPTS_BEFORE_GIVING_UP,
                    made=len(calls),
                )
            )

    def _answer(self, answers, note=False):
        """Store the client's answers given by telephone and finish the survey.

        :param answers: ``{question id: raw answer}`` as the survey app takes it
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_open()
        questionnaire = self._get_questionnaire()
        survey = self.sudo()
        user_input = survey.user_input_id.filtered(lambda i: i.state != "done")
        if not user_input:
            user_input = questionnaire._create_answer(
                partner=survey.contact_id, check_attempts=False
            )
            user_input.lang_id = self.env["res.lang"]._lang_get(self.env.user.lang)
            survey.user_input_id = user_input
        user_input._client_save_answers(answers)
        self._register_attempt("answered", note)
        user_input.with_context(client_survey_channel="call")._mark_done()

    def _finish(self, user_input):
        """Copy the finished ``user_input`` into the ledger, for ``_mark_done``."""
        self.ensure_one()
        answers = user_input._client_prepare_answers()
        rating = next((a["rating"] for a in answers if a.get("rating")), 0)
        if not 1 <= rating <= 5:
            raise UserError(
                self.env._(
                    "%(survey)s: the rating is missing. Without a rating from 1 to 5 a"
                    " survey is not answered.",
                    survey=self.display_name,
                )
            )
        self.env["client.survey.answer"].create(
            [{**answer, "survey_id": self.id} for answer in answers]
        )
        self.write(
            {
                "state": "done",
                "rating": rating,
                "channel": self.env.context.get("client_survey_channel", "link"),
                "date_done": fields.Datetime.now(),
                "date_callback": False,
            }
        )

    def _follow_order_state(self):
        """Cancel the surveys of cancelled orders, reopen those of revived ones."""
        cancelled = self.filtered(
            lambda survey: (
                survey.order_id.state == "cancel" and survey.state != "cancelled"
            )
        )
        cancelled.write({"state": "cancelled"})
        revived = self.filtered(
            lambda survey: (
                survey.order_id.state == "sale" and survey.state == "cancelled"
            )
        )
        answered = revived.filtered("rating")
        answered.write({"state": "done"})
        (revived - answered).write({"state": "due"})

    @api.model
    def _get_questionnaire(self):
        """Return the questionnaire to ask (as superuser), or say what is wrong."""
        company = self.company_id or self.env.company
        questionnaire = company.sudo().client_survey_id or self.env.ref(
            "client_development.client_order_questionnaire", raise_if_not_found=False
        )
        if not questionnaire or not questionnaire.sudo().active:
            raise UserError(
                self.env._(
                    "There is no order questionnaire. An administrator chooses one in"
                    " the settings of client development."
                )
            )
        questionnaire = questionnaire.sudo()
        if not questionnaire.question_ids.filtered("client_is_rating"):
            raise UserError(
                self.env._(
                    "The questionnaire “%(name)s” has no rating question. An"
                    " administrator marks one question as the rating.",
                    name=questionnaire.title,
                )
            )
        return questionnaire

    # -- the queue -----------------------------------------------------------------

    @api.model
    def _get_queue_domain(self):
        """What the current user has to ask now: not what waits for a later hour."""
        now = fields.Datetime.now()
        just_tried = fields.Datetime.subtract(now, hours=1)
        return (
            Domain("user_id", "=", self.env.uid)
            & Domain("state", "=", "due")
            & (Domain("date_callback", "=", False) | Domain("date_callback", "<=", now))
            & (
                Domain("date_callback", "!=", False)
                | Domain("date_attempt", "=", False)
                | Domain("date_attempt", "<=", just_tried)
            )
        )

    @api.model
    def _get_next_to_call(self):
        """Return whom the current user calls next: promised calls come first."""
        return self.search(
            self._get_queue_domain(), order="date_callback, date_due, id", limit=1
        )

    @api.model
    def _get_progress(self):
        """Return how many surveys of today the current user has done, of how many."""
        company = self.env.company
        midnight = company._client_midnight(company._client_today())
        mine = Domain("user_id", "=", self.env.uid)
        done = self.search_count(
            mine
            & Domain("state", "in", ("done", "refused", "unreachable"))
            & Domain("date_attempt", ">=", midnight)
        )
        return done, done + self.search_count(mine & Domain("state", "=", "due"))
