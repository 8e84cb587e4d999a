import re
import time

from odoo import api, models
from odoo.tools import consteq, format_date, get_lang, hmac

from .client_answer_text import LONGEST_ANSWER, clean_text
from .client_survey_link import SEAL_LENGTH
from .survey_user_input import ClientAnswersError

# When the form was opened: seconds since 1970, and the seal that proves it.
OPENED = re.compile(rf"([0-9]{{1,12}})-([0-9a-f]{{{SEAL_LENGTH}}})")
OPENED_SCOPE = "client_development.client_survey_link.opened"
# Whoever leaves the page open for a day has not answered all that time.
LONGEST_TIME = 24 * 60 * 60


class ClientSurveyLink(models.Model):
    """What the client sees on his page, and how his answers are taken from it."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey.link"

    # -- language --------------------------------------------------------------------

    def _get_languages(self, questionnaire):
        """Return {code: own name} of the languages in which the page can be read."""
        installed = {
            code: name.rpartition(" / ")[2]
            for code, name in self.env["res.lang"].sudo().get_installed()
        }
        wanted = questionnaire._get_supported_lang_codes() if questionnaire else []
        codes = [code for code in wanted if code in installed] or list(installed)
        return {code: installed[code] for code in codes}

    def _choose_language(self, languages, wanted=None):
        """Return the language of the page: ``wanted``, else that of the contact."""
        survey = self.survey_id
        candidates = (
            wanted,
            self.contact_id.lang,
            survey.partner_id.lang,
            survey.company_id.partner_id.lang,
            self.env.lang,
        )
        chosen = next((code for code in candidates if code in languages), None)
        return chosen or next(iter(languages), None) or get_lang(self.env).code

    # -- the page --------------------------------------------------------------------

    def _get_page_values(self, questionnaire, lang, given=None, errors=None):
        """Return what the open page shows, in ``lang``.

        :param given: the answers so far
        :param errors: {question id: what is wrong with its answer}
        """
        self.ensure_one()
        given, errors = given or {}, errors or {}
        survey = self.survey_id.with_context(lang=lang)
        orders = survey._get_link_together().order_id
        questions = questionnaire.with_context(lang=lang).question_ids
        return {
            "company": survey.company_id,
            "orders": [
                {
                    "name": order.name,
                    "date": format_date(self.env, order.date_order, lang_code=lang),
                }
                for order in orders
            ],
            "intro": questionnaire.with_context(lang=lang).description,
            "questions": [
                {
                    **self._get_question_values(question, given.get(question.id, "")),
                    "error": errors.get(question.id),
                }
                for question in questions
            ],
        }

    @api.model
    def _get_question_values(self, question, value):
        scale = question.question_type == "scale"
        numbers = range(question.scale_min, question.scale_max + 1) if scale else ()
        return {
            "id": question.id,
            "name": f"q{question.id}",
            "title": question.title,
            "description": question.description,
            "type": question.question_type,
            "placeholder": question.question_placeholder,
            "required": question.constr_mandatory,
            "value": value,
            "longest": LONGEST_ANSWER,
            "choices": [
                {"value": str(choice.id), "label": choice.value}
                for choice in question.suggested_answer_ids
            ],
            "numbers": [str(number) for number in numbers],
            "stars": scale and (question.scale_min, question.scale_max) == (1, 5),
            "labels": (question.scale_min_label, question.scale_max_label),
            "triggers": [
                {
                    "question": choice.question_id.title,
                    "answer": choice.value,
                    "selector": f"#q{choice.question_id.id}_{choice.id}",
                }
                for choice in question.triggering_answer_ids
            ],
        }

    @api.model
    def _read_answers(self, questionnaire, post):
        """Return ``{question id: text}`` of what a browser has sent, whatever it is.

        Only what belongs to a question, only text: without the characters that no
        database takes, and no longer than an answer can be.
        """
        answers = {}
        for question in questionnaire.question_ids:
            text = post.get(f"q{question.id}")
            if isinstance(text, str):
                answers[question.id] = clean_text(text)[:LONGEST_ANSWER].strip()
        return answers

    @api.model
    def _check_answered_once(self, questionnaire, post, lang):
        """Raise if a question was answered more than once: neither answer is better.

        :param post: all that was sent, with the values of the same name
        """
        questions = questionnaire.with_context(lang=lang).question_ids
        errors = {
            question.id: self.env._(
                "“%(question)s”: several answers have arrived. Give one and send it"
                " again.",
                question=question.title,
            )
            for question in questions
            if len(post.getlist(f"q{question.id}")) > 1
        }
        if errors:
            raise ClientAnswersError(errors)

    @api.model
    def _read_rating(self, questionnaire, text):
        """Return the preselected answer that a star in the e-mail stands for."""
        rating = questionnaire.question_ids.filtered("client_is_rating")
        if isinstance(text, str) and text in ("1", "2", "3", "4", "5"):
            return {rating.id: text}
        return {}

    def _take_answers(self, answers, lang, opened):
        """Store the client's answers and finish the survey."""
        self.ensure_one()
        survey = self.survey_id.with_user(self.env.ref("base.user_root")).sudo()
        survey = survey.with_company(survey.company_id)
        survey.with_context(lang=lang)._answer(
            answers, channel="link", duration=self._get_seconds(opened), lang=lang
        )

    def _sign_moment(self):
        """Return the present, sealed: the form gives back when it was opened."""
        self.ensure_one()
        moment = str(int(time.time()))
        return f"{moment}-{self._seal_moment(moment)}"

    def _seal_moment(self, moment):
        message = (self.id, self.key, moment)
        return hmac(self.env, OPENED_SCOPE, message)[:SEAL_LENGTH]

    def _read_moment(self, text):
        """Return the moment that this link has sealed; ``None``: it has not."""
        self.ensure_one()
        found = isinstance(text, str) and OPENED.fullmatch(text)
        if not found or not consteq(self._seal_moment(found[1]), found[2]):
            return None
        return int(found[1])

    def _get_seconds(self, opened):
        """Return the seconds since ``opened``, as it was sealed; at least one.

        0, which means unknown: without a sealed moment, or more than a day.
        """
        moment = self._read_moment(opened)
        seconds = 0 if moment is None else max(int(time.time()) - moment, 1)
        return seconds if seconds < LONGEST_TIME else 0

    # -- unsubscribing ---------------------------------------------------------------

    def _unsubscribe(self):
        """The contact is not asked about his orders any more."""
        self.ensure_one()
        contact = self.contact_id.with_user(self.env.ref("base.user_root")).sudo()
        if contact.client_survey_opt_out:
            return
        values = {"client_survey_opt_out": True}
        if copied_by := self.sudo().copied_by_id:
            values["client_survey_opt_out_user_id"] = copied_by.id
            values["client_survey_opt_out_copied"] = True
        contact.write(values)
        lang = self.survey_id.user_id.lang or self.survey_id.company_id.partner_id.lang
        contact._message_log(
            body=contact.with_context(lang=lang).env._(
                "Does not want to be asked about orders any more: unsubscribed through"
                " the private link about %(order)s.",
                order=self.survey_id.order_id.name,
            )
        )
