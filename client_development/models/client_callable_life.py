from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime

from .client_callable import (
    ATTEMPTS_BEFORE_GIVING_UP,
    LONGEST_PROMISE,
    OPEN_STATES,
    TIME_BETWEEN_ATTEMPTS,
)


class ClientCallable(models.AbstractModel):
    """What becomes of a call to make: who has it, the attempts, the answer.

    Every change of state locks the row and checks again that it is still open.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.callable"

    # -- by hand -------------------------------------------------------------------

    def _check_written_fields(self, vals):
        """Raise unless a person may write ``vals`` by hand."""
        if ledger := self._ledger_fields & vals.keys():
            names = [
                self._fields[name]._description_string(self.env) for name in ledger
            ]
            raise UserError(
                self.env._(
                    "%(fields)s: this is recorded by the call itself and cannot be"
                    " edited. A finished answer never changes.",
                    fields=", ".join(sorted(names)),
                )
            )
        if "user_id" not in vals:
            return
        if not self.env.user.has_group("client_development.group_client_leader"):
            raise AccessError(
                self.env._(
                    "Responsible: only a team leader may give a survey to somebody"
                    " else."
                )
            )
        if closed := self.filtered(lambda survey: survey.state not in OPEN_STATES):
            raise closed[:1]._closed_error()
        self._check_new_responsible(self.env["res.users"].browse(vals["user_id"]))

    def _check_new_responsible(self, user):
        """Raise unless the current user may give these surveys to ``user``.

        A leader gives them only to people of his own teams: given elsewhere, they
        would count in another team's coverage and he would not see them any more.
        """
        if self.env.user.has_group("client_development.group_client_manager"):
            for company in user and self.company_id:
                if user.share or company not in user.sudo().company_ids:
                    raise UserError(
                        self.env._(
                            "Responsible: %(user)s does not work in %(company)s. Choose"
                            " a user of that company.",
                            user=user.name,
                            company=company.name,
                        )
                    )
        elif user != self.env.user and not self._get_led_teams(user):
            raise UserError(
                self.env._(
                    "Responsible: a team leader may give surveys only within his own"
                    " teams. Choose yourself or a member of the teams that you lead; an"
                    " administrator may choose anybody."
                )
            )

    @api.model
    def _get_led_teams(self, user):
        """Return the teams of ``user`` that the current user leads."""
        teams = user.sudo().crm_team_ids
        return teams.filtered(lambda team: team.user_id == self.env.user)

    @api.model
    def _get_new_team(self, user):
        """Return the team to which surveys go with ``user``; none: they stay in theirs.

        What a leader gives or takes stays in a team that he leads.
        """
        manager = "client_development.group_client_manager"
        if user == self.env.user and not user.has_group(manager):
            return self.env["crm.team"]
        return self._get_led_teams(user)[:1] or user.sudo().sale_team_id

    # -- life ----------------------------------------------------------------------

    def _lock_open(self):
        """Lock these surveys and raise unless all can still be answered.

        Two people, or a call and the client's own link, may finish at the same
        moment. The second waits here; the transaction is then repeated and finds the
        survey closed.
        """
        if not self:
            return
        self.invalidate_recordset(["state", "attempt_count", "attempt_ids"])
        self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id IN %s FOR NO KEY UPDATE",
                SQL.identifier(self._table),
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
                self._call_link: survey.id,
                "user_id": self.env.uid,
                "date": now,
                "outcome": outcome,
                "note": note,
                "date_callback": outcome == "callback" and date_callback,
                "duration": self.env.context.get("client_call_duration", 0),
            }
        )
        values = {
            "attempt_count": survey._count_attempts(),
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
                self.env._("Call Back on: enter the date and time of the next call.")
            )
        if date_callback <= fields.Datetime.now():
            raise UserError(
                self.env._("Call Back on: the next call must lie in the future.")
            )
        latest = fields.Datetime.now() + LONGEST_PROMISE
        if date_callback > latest:
            raise UserError(
                self.env._(
                    "Call Back on: %(moment)s is too far ahead, as the client's orders"
                    " would wait until then. Choose a time within %(days)s days, until"
                    " %(latest)s.",
                    moment=format_datetime(self.env, date_callback),
                    days=LONGEST_PROMISE.days,
                    latest=format_datetime(self.env, latest),
                )
            )

    def _check_giving_up(self):
        if not self._can_give_up():
            raise UserError(
                self.env._(
                    "Unreachable: only after %(needed)s calls without an answer, at"
                    " least an hour apart; so far there are %(made)s.",
                    needed=ATTEMPTS_BEFORE_GIVING_UP,
                    made=self._count_attempts(("no_answer",)),
                )
            )

    def _can_give_up(self):
        """Whether the client was called in vain often enough to give him up."""
        return self._count_attempts(("no_answer",)) >= ATTEMPTS_BEFORE_GIVING_UP

    def _count_attempts(self, outcomes=None):
        """Return how many calls, of the given ``outcomes`` only, count as attempts.

        Calls less than an hour after the last counted one do not: three calls within
        a minute are one attempt, else "three attempts made" beside the coverage
        would cost three clicks.
        """
        self.ensure_one()
        counted = []
        for call in self.attempt_ids.sorted(lambda call: (call.date, call.id)):
            if outcomes and call.outcome not in outcomes:
                continue
            if not counted or call.date - counted[-1] >= TIME_BETWEEN_ATTEMPTS:
                counted.append(call.date)
        return len(counted)

    def _answer(self, answers, note=False, channel="call", duration=0, lang=None):
        """Store the client's answers and finish.

        :param answers: ``{question id: raw answer}`` as the survey app takes it
        :param channel: ``call`` records an attempt of the current user, ``link`` none
        :param duration: seconds from opening the questions to saving
        :param lang: language in which was asked; default that of the user
        :raise UserError: names each question that is not answered properly
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_open()
        questionnaire = self._get_questionnaire()
        call = self.sudo()
        user_input = call.user_input_id.filtered(lambda i: i.state != "done")
        if not user_input:
            user_input = questionnaire._create_answer(
                partner=call.contact_id, check_attempts=False
            )
            call.write(
                {"user_input_id": user_input.id, "questionnaire_id": questionnaire.id}
            )
        lang = lang or self.env.user.lang
        user_input.lang_id = self.env["res.lang"]._lang_get(lang)
        user_input.with_context(lang=lang)._client_save_answers(answers)
        if channel == "call":
            self._register_attempt("answered", note)
        user_input.with_context(
            client_answer={
                "channel": channel,
                "duration": max(int(duration or 0), 0),
                "operator_id": self.env.uid if channel == "call" else False,
            }
        )._mark_done()

    def _finish(self, user_input):
        """Copy the finished ``user_input`` into the ledger, for ``_mark_done``."""
        self.ensure_one()
        answers = user_input._client_prepare_answers()
        rating = next((a["rating"] for a in answers if a.get("rating")), 0)
        self._check_rating(rating)
        self.env["client.survey.answer"].create(
            [{**answer, self._call_link: self.id} for answer in answers]
        )
        self.write(self._prepare_finish_vals(rating))

    def _check_rating(self, rating):
        """Raise unless ``rating`` may finish this call: here any, also none (0)."""

    def _prepare_finish_vals(self, rating):
        """Return what is written when the answers are in."""
        given = self.env.context.get("client_answer", {})
        return {
            "state": "done",
            "rating": rating,
            "operator_id": given.get("operator_id", False),
            "duration": given.get("duration", 0),
            "date_done": fields.Datetime.now(),
            "date_callback": False,
        }

    def _get_questionnaire(self):
        """Return the questionnaire to ask (as superuser), or say what is wrong."""
        raise NotImplementedError
