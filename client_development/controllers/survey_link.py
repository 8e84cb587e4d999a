import re
from functools import wraps
from http import HTTPStatus

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

# Nobody types more than this into a few questions.
LARGEST_REQUEST = 1024 * 1024
HEADERS = {
    # the address itself is the key: it goes nowhere and is kept by nobody
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data: https:; style-src 'self'"
        " 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}
# What is answered by which page; an unknown link says no more than a foreign one.
STATUS = {
    "answered": HTTPStatus.OK,
    "expired": HTTPStatus.GONE,
    "closed": HTTPStatus.GONE,
    "unknown": HTTPStatus.NOT_FOUND,
}


def _only_token(method):
    """Pass nothing of the request but the token, whatever its parameters are called.

    The server would hand them over as arguments, also one called ``self``.
    """

    @wraps(method)
    def call(self, /, **arguments):
        return method(self, token=arguments.get("token"))

    return call


class ClientSurveyLink(Controller):
    """The page on which a client answers the survey of his order without logging in.

    Scanners of e-mails open each link and try each star: reading never stores
    anything, only the form that a person sends does.
    """

    @_only_token
    @route(
        "/client-survey/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def survey_page(self, token):
        """Show the questions, or say what holds. Stores nothing."""
        link = self._find(token)
        state = link._get_page_state() if link else "unknown"
        questionnaire = self._get_questionnaire(link) if state == "open" else None
        if not questionnaire:
            return self._say("closed" if state == "open" else state, link)
        given = link._read_rating(questionnaire, request.params.get("rating"))
        return self._ask(link, questionnaire, given)

    @_only_token
    @route(
        "/client-survey/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        csrf=False,  # checked below, so that nobody loses what he has written
        max_content_length=LARGEST_REQUEST,
    )
    def survey_submit(self, token):
        """Store the client's answers, once."""
        link = self._find(token)
        state = link._get_page_state() if link else "unknown"
        questionnaire = self._get_questionnaire(link) if state == "open" else None
        if not questionnaire:
            refused = "too_late" if state == "answered" else state
            return self._say("closed" if state == "open" else refused, link)
        given = link._read_answers(questionnaire, request.params)
        if request.env.user._is_internal():
            return self._ask(link, questionnaire, given, status=HTTPStatus.FORBIDDEN)
        if not self._is_own_form(link):
            error = request.env._(
                "Your answers have not arrived yet. Please press the button once more;"
                " your browser must allow cookies of this page."
            )
            return self._ask(
                link, questionnaire, given, error, status=HTTPStatus.BAD_REQUEST
            )
        lang = self._set_language(link, questionnaire)
        try:
            # what is stored by half goes back; conflicts are tried again by Odoo
            with request.env.cr.savepoint():
                link._check_answered_once(
                    questionnaire, request.httprequest.values, lang
                )
                link._take_answers(given, lang, request.params.get("opened"))
                request.env.flush_all()
        except UserError as refused:
            request.env.invalidate_all()
            if link._get_page_state() != "open":
                return self._say("too_late", link)
            return self._ask(
                link,
                questionnaire,
                given,
                str(refused),
                getattr(refused, "errors", None),
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
            )
        return request.redirect(self._get_path(link, lang=lang), code=303)

    @_only_token
    @route(
        "/client-survey/<string:token>/unsubscribe",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def unsubscribe_page(self, token):
        """Show the button. Stores nothing: scanners open this link as well."""
        link = self._find(token)
        if not link:
            return self._say("unknown", link)
        return self._show_unsubscribe(link)

    @_only_token
    @route(
        "/client-survey/<string:token>/unsubscribe",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        csrf=False,  # e-mail programs send it by themselves (RFC 8058)
        max_content_length=LARGEST_REQUEST,
    )
    def unsubscribe(self, token):
        """Take the contact off the surveys; also when his link has expired."""
        link = self._find(token)
        if not link:
            return self._say("unknown", link)
        if request.env.user._is_internal():
            return self._show_unsubscribe(link, status=HTTPStatus.FORBIDDEN)
        link._unsubscribe()
        return self._show_unsubscribe(link)

    @_only_token
    @route(
        ["/client-survey", "/client-survey/<path:token>"],
        type="http",
        auth="public",
        methods=["GET", "POST"],
        sitemap=False,
        csrf=False,
        readonly=True,
        max_content_length=LARGEST_REQUEST,
    )
    def no_page(self, token=None):
        """Say so for everything else below this address; stores nothing."""
        return self._say("unknown", self._find(None))

    # -- what was asked for ----------------------------------------------------------

    def _find(self, token):
        return request.env["client.survey.link"]._find(token)

    def _get_questionnaire(self, link):
        """Return what is asked, or ``None``: an administrator has to mend it."""
        try:
            return link.survey_id._get_questionnaire()
        except UserError:
            return None

    def _is_own_form(self, link):
        """Whether the form was sent from the page that this browser was shown.

        Also when it was shown is proven: nobody makes up how long he took.
        """
        token = request.params.get("csrf_token")
        return (
            isinstance(token, str)
            and bool(re.fullmatch(r"[0-9a-fo]{1,128}", token))
            and request.validate_csrf(token)
            and link._read_moment(request.params.get("opened")) is not None
        )

    def _set_language(self, link, questionnaire=None):
        """Answer in the language that was chosen on the page, else in the client's."""
        wanted = request.params.get("lang")
        lang = link._choose_language(
            link._get_languages(questionnaire),
            wanted if isinstance(wanted, str) else None,
        )
        request.update_context(lang=lang)
        return lang

    def _get_path(self, link, page="", lang=None):
        query = f"?lang={lang}" if lang else ""
        return f"/client-survey/{link._get_token()}{page}{query}"

    # -- pages -----------------------------------------------------------------------

    def _ask(
        self,
        link,
        questionnaire,
        given,
        error=None,
        errors=None,
        *,
        status=HTTPStatus.OK,
    ):
        """Show the questions; ``errors`` stand at theirs, ``error`` names them all."""
        lang = self._set_language(link, questionnaire)
        languages = link._get_languages(questionnaire)
        rating = given.get(questionnaire.question_ids.filtered("client_is_rating").id)
        stars = f"&rating={rating}" if rating else ""
        opened = request.params.get("opened")
        known = link._read_moment(opened)
        values = {
            **link._get_page_values(questionnaire, lang, given, errors),
            "languages": [
                {
                    "name": name,
                    "chosen": code == lang,
                    "url": self._get_path(link, lang=code) + stars,
                }
                for code, name in languages.items()
            ],
            "lang_code": lang,
            "error": error,
            "is_employee": request.env.user._is_internal(),
            "opened": link._sign_moment() if known is None else opened,
            "action": self._get_path(link),
            "unsubscribe_url": self._get_path(link, "/unsubscribe", lang),
        }
        return self._render("client_survey_link_page", values, lang, status)

    def _say(self, state, link):
        """Say in plain words what holds, and nothing else about anybody."""
        lang = request.env.lang or "en_US"
        if link:
            lang = self._set_language(link)
        thanks = None
        if state in ("answered", "too_late"):
            survey = link.survey_id.with_context(lang=lang)
            thanks = survey.questionnaire_id.description_done
        values = {"state": state, "thanks": thanks}
        status = HTTPStatus.CONFLICT if state == "too_late" else STATUS[state]
        return self._render("client_survey_link_closed", values, lang, status)

    def _show_unsubscribe(self, link, status=HTTPStatus.OK):
        lang = self._set_language(link)
        values = {
            "done": link.contact_id.client_survey_opt_out,
            "is_employee": request.env.user._is_internal(),
            "action": self._get_path(link, "/unsubscribe", lang),
            "company": link.survey_id.company_id,
        }
        return self._render("client_survey_link_unsubscribe", values, lang, status)

    def _render(self, template, values, lang, status):
        language = request.env["res.lang"].sudo()._get_data(code=lang)
        values["html_lang"] = lang.replace("_", "-")
        values["html_dir"] = language.direction or "ltr"
        response = request.render(f"client_development.{template}", values)
        response.status_code = status
        response.headers.update(HEADERS)
        return response
