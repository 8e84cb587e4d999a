import re
from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.sql_db import Cursor
from odoo.tests import HttpCase

from .test_survey import SurveyCase

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|TRUNCATE)\b", re.I)


class LinkCase(SurveyCase):
    """``survey`` is open, its contact has an e-mail address and speaks English."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact.lang = "en_US"
        cls.env["res.lang"]._activate_lang("ru_RU")

    @classmethod
    def _link(cls, survey=None):
        survey = survey or cls.survey
        return cls.env["client.survey.link"]._ensure(survey)[survey.sudo()]

    @classmethod
    def _new_survey(cls, number=1, day=date(2026, 3, 2), **contact):
        """A survey of a client of his own, so that nobody is asked together."""
        partner = cls.env["res.partner"].create(
            {
                "name": f"Client {number}",
                "email": f"client{number}@example.com",
                "user_id": cls.salesperson.id,
                **contact,
            }
        )
        order = cls._create_order(partner=partner, day=day)
        cls.env["client.survey"]._queue_surveys(cls.company)
        return cls._survey_of(order)


class LinkPageCase(LinkCase, HttpCase):
    """Opens and sends the client's page like a browser without JavaScript."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.link = self._link()
        self.path = f"/client-survey/{self.link._get_token()}"

    def _submit(self, path=None, token=None, **answers):
        """Send the form; ``token``: not the one of the page."""
        path = path or self.path
        form = self._open_form(path)
        if token is not None:
            form["csrf_token"] = token
        data = {f"q{getattr(self, name).id}": text for name, text in answers.items()}
        return self.url_open(path, data={**form, **data})

    def _open_form(self, path=None):
        """Return what the page's form gives back, whatever is answered."""
        page = self.url_open(path or self.path).text
        return {
            name: found[1] if found else ""
            for name in ("csrf_token", "opened")
            for found in (re.search(rf'name="{name}" value="([^"]+)"', page),)
        }

    def _recorded(self):
        """Record the statements that change the database."""
        self.env.flush_all()
        statements = []
        execute = Cursor.execute

        def record(cursor, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if WRITES.match(str(text)):
                statements.append(str(text))
            return execute(cursor, query, *args, **kwargs)

        return patch.object(Cursor, "execute", record), statements

    @staticmethod
    def _later(**delta):
        return freeze_time(datetime.now() + timedelta(**delta), tick=True)
