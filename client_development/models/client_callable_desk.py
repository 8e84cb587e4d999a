import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from .client_answer_text import LONGEST_ANSWER, clean_text
from .client_callable import LONGEST_PROMISE, OPEN_STATES
from .survey_user_input import ClientAnswersError

QUESTION_ID = re.compile(r"[0-9]{1,10}")
# So many of the latest calls, and of open claims, fit on the screen.
SHOWN_ATTEMPTS = 10


class ClientCallable(models.AbstractModel):
    """What the call desk shows of one client, and how it records an outcome.

    Other parts override ``_prepare_desk_card`` on their model and append to ``notes``:
    ``{"title": str, "lines": [str, …], "tone": "info" | "warning" | "danger"}``.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.callable"

    # -- actions -------------------------------------------------------------------

    def action_call(self):
        """Open the call desk at this client."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in OPEN_STATES:
            raise self._closed_error()
        return {
            **self._get_desk_action(),
            "params": {"model": self._name, "id": self.id},
        }

    @api.model
    def action_call_next(self):
        """Open the call desk at whoever is to be called next."""
        return self._get_desk_action()

    @api.model
    def _get_desk_action(self):
        return self.env["ir.actions.actions"]._for_xml_id(
            "client_development.client_call_desk_action"
        )

    # -- the card ------------------------------------------------------------------

    @api.model
    def _get_open_states(self):
        """Return the states in which the client can still answer."""
        return OPEN_STATES

    def _get_called_together(self):
        """Return all rows that one call settles, this one among them."""
        self.ensure_one()
        return self

    def _get_last_attempt(self):
        """Return the last call recorded, whoever made it."""
        self.ensure_one()
        return self.sudo().attempt_ids.sorted("id")[-1:]

    def _prepare_desk_card(self):
        """Return what the desk shows: plain values, texts in the user's language."""
        self.ensure_one()
        return {
            "phone": self.phone or "",
            "client_id": self.partner_id.id,
            "contact_id": self.contact_id.id,
            "function": self.sudo().contact_id.function or "",
            "email": self.sudo().contact_id.email or "",
            "clock": self._get_desk_clock(),
            "orders": [],
            "last_answers": self._get_desk_last_answers(),
            "claims": self._get_desk_claims(),
            "personal": self._get_desk_personal(),
            "suggestions": self._get_desk_suggestions(),
            "attempts": self._get_desk_attempts(),
            "contacts": self._get_desk_contacts(),
            "callbacks": self._get_desk_callbacks(),
            "longest": LONGEST_ANSWER,
            "callback_days": LONGEST_PROMISE.days,
            "can_give_up": self._can_give_up(),
            "notes": [],
            "link": False,
            **self._prepare_desk_questions(),
        }

    def _prepare_desk_questions(self):
        """Return the questions; without any, the text that says why."""
        try:
            questionnaire = self._get_questionnaire()
        except UserError as error:
            return {"questions": [], "problem": str(error)}
        questions = questionnaire.sudo().question_ids
        questions = questions.with_context(lang=self.env.user.lang)
        return {
            "questions": [
                self._prepare_desk_question(question) for question in questions
            ],
            "problem": "",
        }

    @api.model
    def _prepare_desk_question(self, question):
        """Return one question as the screen asks it."""
        kind = question.question_type
        choices = [[str(row.id), row.value] for row in question.suggested_answer_ids]
        if kind == "scale":
            span = range(question.scale_min, question.scale_max + 1)
            choices = [[str(value), str(value)] for value in span]
        return {
            "id": question.id,
            "title": question.title,
            "type": "stars" if question.client_is_rating else kind,
            "mandatory": question.constr_mandatory,
            "placeholder": question.question_placeholder or "",
            "choices": choices,
            "labels": [
                label
                for label in (question.scale_min_label, question.scale_max_label)
                if label
            ],
            "triggers": [str(row_id) for row_id in question.triggering_answer_ids.ids],
        }

    def _get_desk_last_answers(self):
        """Return what the client last answered about an order, as far as the user may
        read it."""
        last = self.env["client.survey"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("state", "=", "done"),
                *([("id", "!=", self.id)] if self._name == "client.survey" else []),
            ],
            order="date_done desc, id desc",
            limit=1,
        )
        # That about which he was asked, rather than one for which his answer counts.
        last = last.sudo().answered_with_id.sudo(False)._filtered_access("read") or last
        if not last:
            return False
        return {
            "title": last.display_name,
            "date": fields.Datetime.to_string(last.date_done),
            "rating": last.rating,
            "rows": [
                {"question": row.question, "answer": row.answer or ""}
                for row in last.answer_ids
                if not row.rating
            ],
        }

    def _get_desk_claims(self):
        """Return what the client complained about and still waits for.

        Whoever calls knows of it, also if a colleague settles it.
        """
        lines = self.env["client.plan.line"].sudo()
        claims = lines.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("is_claim", "=", True),
            ],
            order="date_deadline, id",
        )._get_unsettled_claims()[:SHOWN_ATTEMPTS]
        return [
            {
                "id": claim.id,
                "name": claim.name,
                "user": claim.user_id.name or "",
                "date": claim.date_deadline
                and fields.Date.to_string(claim.date_deadline),
                "is_overdue": claim.is_overdue,
                "is_done": claim.state == "done",
            }
            for claim in claims
        ]

    def _get_desk_personal(self):
        """Return what is known of the contact as a person, for holders of that right.

        Protected by data protection law: without the right nothing leaves the server.
        """
        if not self.env.user.has_group("client_development.group_client_personal_data"):
            return []
        text = html2plaintext(self.sudo().contact_id.comment or "")
        return [line for line in map(str.strip, text.splitlines()) if line]

    def _get_desk_suggestions(self):
        """Return what may be offered to the client, if his facts are the user's."""
        fact = self.env["client.fact"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            limit=1,
        )
        if not fact or not fact.has_access("write"):
            return False
        return {"id": fact.id, "figures": fact.suggestions}

    def _get_desk_attempts(self):
        """Return the calls made so far, the latest first."""
        attempts = self.sudo().attempt_ids.sorted("id", reverse=True)[:SHOWN_ATTEMPTS]
        outcome = attempts._fields["outcome"]
        outcomes = dict(outcome._description_selection(self.env))
        return [
            {
                "id": attempt.id,
                "date": fields.Datetime.to_string(attempt.date),
                "user": attempt.user_id.name,
                "outcome": outcomes[attempt.outcome],
                "note": attempt.note or "",
            }
            for attempt in attempts
        ]

    # -- outcomes ------------------------------------------------------------------

    def _save_desk_outcome(self, outcome, values):
        """Record what came of the call of this locked row.

        :return: {question id: message} if answers are wrong; then nothing is recorded
        """
        self.ensure_one()
        note = self._read_desk_text(values.get("note"), self.env._("Note"))
        if outcome == "answered":
            return self._save_desk_answers(values.get("answers"), note)
        if outcome == "wrong_contact":
            self._readdress(values, note)
        else:
            date_callback = outcome == "callback" and self._read_desk_callback(values)
            self._register_attempt(outcome, note, date_callback)
        return {}

    def _save_desk_answers(self, answers, note):
        duration = self.env.context.get("client_call_duration", 0)
        try:
            with self.env.cr.savepoint():
                self._answer(self._read_desk_answers(answers), note, duration=duration)
        except ClientAnswersError as error:
            return error.errors
        return {}

    @api.model
    def _read_desk_answers(self, answers):
        """Return the typed answers as the survey app takes them."""
        if not isinstance(answers, dict) or not all(
            QUESTION_ID.fullmatch(str(question))
            and isinstance(answer, (str, int, float, type(None)))
            for question, answer in answers.items()
        ):
            raise UserError(
                self.env._(
                    "Answers: they could not be read, nothing was recorded. Open the"
                    " client anew."
                )
            )
        return {int(question): answer for question, answer in answers.items()}

    @api.model
    def _read_desk_text(self, text, name, longest=LONGEST_ANSWER):
        """Return what was typed, or nothing; ``name``: of the field, for its error."""
        if text in (None, False):
            return False
        if not isinstance(text, str):
            raise UserError(
                self.env._(
                    "%(field)s: this is no text, nothing was recorded. Enter it once"
                    " more.",
                    field=name,
                )
            )
        text = clean_text(text)
        if len(text) > longest:
            raise UserError(
                self.env._(
                    "%(field)s: at most %(limit)s characters, this has %(length)s."
                    " Shorten it.",
                    field=name,
                    limit=longest,
                    length=len(text),
                )
            )
        return text
