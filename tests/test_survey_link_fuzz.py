import random
import string
from collections import Counter

from odoo.tests import tagged
from odoo.tools import mute_logger

from .link_common import LinkPageCase

REQUESTS = 1000
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO")
TABLES = (
    "client_survey",
    "client_survey_link",
    "client_survey_answer",
    "client_survey_attempt",
    "survey_user_input",
    "survey_user_input_line",
    "mail_mail",
    "mail_message",
    "res_partner",
)
STATUSES = {200, 303, 400, 403, 404, 405, 408, 410, 411, 413, 415, 422}


@tagged("post_install", "-at_install")
class TestSurveyLinkFuzz(LinkPageCase):
    """1,000 senseless requests: no write, no data, no error of the server.

    Half of them know the real token, as a client's own broken program would; those
    may show the questions, but store nothing either.
    """

    def setUp(self):
        super().setUp()
        self.random = random.Random(20260302)
        self.form = self._open_form()

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_qweb", "odoo.sql_db")
    def test_fuzzed_requests(self):
        before = self._state()
        secrets = self._secrets()
        statuses = Counter()
        for number in range(REQUESTS):
            known = number % 2
            request = self._request(known)
            recording, statements = self._recorded()
            with self.subTest(number=number, request=repr(request)[:400]):
                with recording:
                    response = self.opener.request(
                        timeout=30, allow_redirects=False, **request
                    )
                statuses[response.status_code] += 1
                self.assertIn(response.status_code, STATUSES)
                if response.status_code != 422:  # a refused answer is rolled back
                    written = [text for text in statements if "client" in text.lower()]
                    self.assertEqual(written, [])
                if response.status_code != 400:  # in debug mode Odoo says why
                    self.assertNotIn("Traceback", response.text)
                if not known:
                    for secret in secrets:
                        self.assertNotIn(secret, response.text)
        self.env.invalidate_all()
        self.assertEqual(self._state(), before)
        self.assertEqual(self.survey.state, "due")
        self.assertGreater(statuses[200], 20, "some requests reach the questions")
        self.assertGreater(statuses[404], 200)
        self.assertGreater(statuses[422], 20, "some reach the check of the answers")

    def _state(self):
        """Count and latest change of every table that an answer would touch."""
        self.env.flush_all()
        state = {}
        for table in TABLES:
            self.env.cr.execute(f"SELECT count(*), max(write_date) FROM {table}")
            state[table] = self.env.cr.fetchall()
        return state

    def _secrets(self):
        return (
            self.company.name,
            self.client.name,
            self.contact.name,
            self.order.name,
            self.contact.email,
            self.rating.title,
        )

    # -- what is sent ----------------------------------------------------------------

    def _request(self, known):
        pick = self.random.choice
        token = self.link._get_token() if known else self._token()
        path = f"/client-survey/{token}{pick(('', '', '', '/unsubscribe', '/', '/x'))}"
        request = {"method": pick(METHODS[:3] if known else METHODS)}
        # with the real token a person's own button must not be pressed by chance
        if known and path.endswith("/unsubscribe"):
            request["method"] = pick(("GET", "HEAD", "PUT", "DELETE"))
        query = "&".join(
            f"{self._name()}={self._text(30)}" for _n in range(pick((0, 0, 1, 3)))
        )
        request["url"] = self.base_url() + path + (f"?{query}" if query else "")
        request["headers"] = {
            name: pick(values)
            for name, values in (
                ("Accept-Language", ("ru", "xx-yy;q=9", "*", "," * 200)),
                ("Cookie", ("session_id=x", "session_id=" + "0" * 84, "a=b;;=")),
                ("X-Forwarded-For", ("127.0.0.1", "'", "x" * 300)),
            )
            if pick((True, False, False))
        }
        if request["method"] not in ("GET", "HEAD", "OPTIONS", "TRACE"):
            self._add_body(request)
        return request

    def _token(self):
        pick = self.random.choice
        real = self.link._get_token()
        kind = self.random.randrange(8)
        if kind == 0:
            return "".join(pick("0123456789abcdef") for _n in range(64))
        if kind == 1:  # the right key, a wrong seal
            return real[:32] + "".join(pick("0123456789abcdef") for _n in range(32))
        if kind == 2:
            place = self.random.randrange(64)
            wrong = pick([char for char in "0123456789abcdef" if char != real[place]])
            return real[:place] + wrong + real[place + 1 :]
        if kind == 3:
            return real[: self.random.randrange(1, 64)]
        if kind == 4:
            return pick(
                ("%00", "%ff%fe", "..%2f..", "%27%20OR%201=1--", "0", "-1", "None", "%")
            )
        if kind == 5:
            return real + pick(("%00", "%0a", "a", "%20", "'"))
        if kind == 6:
            return self._text(40)
        return "a" * self.random.choice((1, 63, 65, 2000))

    def _add_body(self, request):
        pick = self.random.choice
        kind = self.random.randrange(7)
        question = pick(self.questionnaire.question_ids)
        fields = {
            self._name(): pick((self._text(50), "", "\x00\x01", "=Ø>"))
            for _n in range(self.random.randrange(5))
        }
        # an invalid rating, also where the rest would be right
        fields[f"q{question.id}"] = pick(("x" * 20_000, "\x00", "9", "=cmd()", "[]"))
        wrong = ("9", "-1", "5.5", "x", "", "0", "1e9", "\x00", "５0")
        fields[f"q{self.rating.id}"] = pick(wrong)
        if pick((True, False)):  # so that the answers themselves are read
            fields.update(self.form)
            request["headers"].pop("Cookie", None)
        if kind < 2:
            request["data"] = fields
        elif kind == 2:  # files where texts are expected
            request["files"] = {name: ("x.bin", b"\x00\xff" * 10) for name in fields}
        elif kind == 3:
            request["data"] = self.random.randbytes(self.random.randrange(5000))
            request["headers"]["Content-Type"] = pick(
                (
                    "application/x-www-form-urlencoded",
                    "multipart/form-data",
                    "multipart/form-data; boundary=x",
                    "application/octet-stream",
                    "text/plain; charset=utf-99",
                    "x",
                )
            )
        elif kind == 4:
            request["json"] = {"jsonrpc": "2.0", "params": fields, "id": None}
        elif kind == 5 and self.random.random() < 0.2:  # more than the page takes
            request["data"] = {"q1": "x" * (2 * 1024 * 1024)}
        else:
            request["data"] = [(name, text) for name, text in fields.items()] * 3

    def _name(self):
        return self.random.choice(
            (
                "token",
                "self",
                "lang",
                "rating",
                "opened",
                "csrf_token",
                "debug",
                "db",
                "cids",
                "context",
                "args",
                "post",
                "redirect",
                "_method",
                f"q{self.rating.id}",
                "q",
                "q-1",
                f"q{10**30}",
                self._text(8),
            )
        )

    def _text(self, longest):
        alphabet = string.ascii_letters + string.digits + "-_.~%'\"<>(){}[]$ é中🙂\\"
        length = self.random.randrange(1, longest)
        text = "".join(self.random.choice(alphabet) for _n in range(length))
        return text.replace("%", "%25") if self.random.random() < 0.5 else text
