import re

from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase

from .sign_common import SignCase


class TestSignPage(SignCase, HttpCase):
    """The page on which everyone reads and signs, with or without sales rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.version = cls._request()
        cls.url = cls.version._get_page_url()

    def _log_in(self, user):
        user.sudo().password = "signs plans"
        self.authenticate(user.login, "signs plans")

    def _get(self, user, url=None):
        self._log_in(user)
        return self.url_open(url or self.url)

    def _form(self, response, name):
        [form] = html.fromstring(response.text).xpath(f"//form[@name='{name}']")
        return {
            field.get("name"): field.get("value") or ""
            for field in form.xpath(".//input | .//textarea")
        }

    def _names(self, response):
        return html.fromstring(response.text).xpath("//*[@name]/@name")

    def test_outsider_reads_and_signs(self):
        response = self._get(self.outsider)
        self.assertEqual(response.status_code, 200)
        for text in ("Azure Joinery", "Build a sample", self.objective.name):
            self.assertIn(text, response.text)
        self.assertIn("width=device-width", response.text)
        answer = self.url_open(self.url, data=self._form(response, "sign"))
        self.assertEqual(answer.status_code, 200)
        self.assertIn("signed", self._names(answer))
        self.assertNotIn("sign", self._names(answer))
        word = self._word(self.version, self.outsider)
        self.assertEqual(word.state, "signed")
        self.assertIn(self.outsider.name, answer.text)

    def test_owner_and_leader_sign_on_the_same_page(self):
        for user in (self.salesperson, self.leader):
            response = self._get(user)
            self.url_open(self.url, data=self._form(response, "sign"))
            self.assertEqual(self._word(self.version, user).state, "signed")

    def test_outsider_objects(self):
        response = self._get(self.outsider)
        form = self._form(response, "object")
        empty = self.url_open(self.url, data={**form, "objection": "  "})
        self.assertIn("error", self._names(empty))
        form["objection"] = "No <b>material</b> before June"
        answer = self.url_open(self.url, data=form)
        self.assertIn("No &lt;b&gt;material", answer.text)
        word = self.plan.signoff_ids.filtered(lambda w: w.kind == "objection")
        self.assertEqual(word.user_id, self.outsider)
        self.assertEqual(word.version_id, self.version)

    def test_what_was_not_read_is_not_signed(self):
        form = self._form(self._get(self.outsider), "sign")
        self.objective.target = 55
        answer = self.url_open(self.url, data=form)
        self.assertIn("error", self._names(answer))
        self.assertIn("Read it again", answer.text)
        self.assertEqual(self._word(self.version, self.outsider).state, "waiting")
        # the page shows the plan as it is now, and that may be signed
        self.assertIn("55 %", answer.text)
        self.url_open(self.url, data=self._form(answer, "sign"))
        self.assertEqual(self._word(self.version, self.outsider).state, "signed")

    def test_next_version_shows_what_changed(self):
        self._sign_all(self.version)
        self.plan.action_start()
        self.objective.target = 55
        version = self.plan.version_ids.sorted("number")[-1]
        response = self._get(self.outsider, version._get_page_url())
        self.assertIn("What changed since version", response.text)
        self.assertTrue(re.search(r"40 %.*55 %", response.text, re.DOTALL))
        old = self.url_open(self.url)
        self.assertIn("signed", self._names(old))

    def test_version_that_is_not_signed_any_more(self):
        form = self._form(self._get(self.outsider), "sign")
        self.plan.action_discuss()
        answer = self.url_open(self.url, data=form)
        self.assertIn("closed", self._names(answer))
        self.assertNotIn("sign", self._names(answer))
        self.assertEqual(self._word(self.version, self.outsider).state, "outdated")

    def test_nobody_else_reads_the_page(self):
        form = self._form(self._get(self.outsider), "sign")
        portal = self._new_user("cd_portal", "base.group_portal")
        for user in (self.salesperson2, self.leader2, self.manager, portal):
            response = self._get(user)
            self.assertEqual(response.status_code, 403)
            self.assertIn("refused", self._names(response))
            self.assertNotIn("Azure Joinery", response.text)
            form["csrf_token"] = Request.csrf_token(self)
            response = self.url_open(self.url, data=form)
            self.assertEqual(response.status_code, 403)
        self.assertEqual(self._word(self.version, self.outsider).state, "waiting")
        missing = self._get(self.outsider, "/client-development/plan/999999999/sign")
        self.assertEqual(missing.status_code, 404)
        self.assertIn("no such version", missing.text)

    def test_without_login_the_login_comes_first(self):
        response = self.url_open(self.url)
        self.assertIn("/web/login", response.url)
        self.assertNotIn("Azure Joinery", response.text)

    def test_forged_form_is_refused(self):
        form = self._form(self._get(self.outsider), "sign")
        form["csrf_token"] = "forged"
        response = self.url_open(self.url, data=form)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self._word(self.version, self.outsider).state, "waiting")

    def test_pdf_is_for_those_who_read_the_version(self):
        url = f"/client-development/plan/{self.version.id}/pdf"
        response = self._get(self.outsider, url)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn("Version%201.pdf", response.headers["Content-Disposition"])
        self.assertIn(b"Build a sample", response.content)  # not paper in tests
        self.assertEqual(self._get(self.salesperson2, url).status_code, 403)
