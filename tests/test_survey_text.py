import csv
import io
import json
from unittest.mock import Mock, patch
from zipfile import ZipFile

from lxml import etree

from odoo import http
from odoo.tests import HttpCase, tagged

from odoo.addons.web.controllers import pivot as core_pivot

from .link_common import LinkPageCase
from .test_survey import SurveyCase

MARKUP = "<img src=x onerror='window.clientWordsRun=1'> <b>bold</b> <script>x</script>"
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1:A2)",
    "{=1+1}",
    '=HYPERLINK("http://example.com")',
    "http://example.com/=1",
    "mailto:x@example.com",
)
SPACE = "{*}"


@tagged("post_install", "-at_install")
class TestSurveyExcel(SurveyCase, HttpCase):
    """Answers that look like formulas stay text, through the real controllers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.questions = [cls.like_most, cls.like_least, cls.improve, cls.recommend]
        second = cls._create_order(day=cls.order.date_order.date())
        cls.env["client.survey"]._queue_surveys(cls.company)
        cls.surveys = cls.survey | cls._survey_of(second)
        for number, survey in enumerate(cls.surveys):
            words = FORMULAS[4 * number : 4 * number + 4]
            texts = {
                question.id: text
                for question, text in zip(cls.questions, words, strict=True)
            }
            survey._answer({**texts, cls.rating.id: "5"})
        cls.manager.group_ids |= cls.env.ref("base.group_allow_export")

    def setUp(self):
        super().setUp()
        self.authenticate(self.manager.login, self.manager.login)

    def _export(self, path, data):
        response = self.url_open(
            path,
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(response.status_code, 200)
        return self._read(response.content)

    @staticmethod
    def _read(content):
        """Return the texts and numbers, the formulas, and the links of a sheet."""
        with ZipFile(io.BytesIO(content)) as book:
            sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
            names = book.namelist()
            texts = []
            if "xl/sharedStrings.xml" in names:
                shared = etree.fromstring(book.read("xl/sharedStrings.xml"))
                texts = ["".join(row.itertext()) for row in shared]
        cells = {}
        for cell in sheet.iter(f"{SPACE}c"):
            value = cell.findtext(f"{SPACE}v")
            if cell.get("t") == "s":
                value = texts[int(value)]
            cells[cell.get("r")] = value
        formulas = [row.text for row in sheet.iter(f"{SPACE}f")]
        links = list(sheet.iter(f"{SPACE}hyperlink"))
        return cells, formulas, links

    def _export_list(self, **params):
        return self._export(
            "/web/export/xlsx",
            {
                "model": "client.survey.answer",
                "fields": [
                    {"name": "question", "label": "=Question", "type": "char"},
                    {"name": "answer", "label": "Answer", "type": "text"},
                    {"name": "rating", "label": "Rating", "type": "integer"},
                ],
                "ids": self.surveys.answer_ids.ids,
                "domain": [],
                "groupby": [],
                "import_compat": False,
                **params,
            },
        )

    def test_excel_export_of_a_list(self):
        cells, formulas, links = self._export_list()
        self.assertEqual((formulas, links), ([], []))
        self.assertLessEqual({*FORMULAS, "=Question"}, set(cells.values()))
        self.assertIn("5", cells.values(), "numbers stay numbers")

    def test_csv_export_of_a_list(self):
        response = self.url_open(
            "/web/export/csv",
            data={
                "data": json.dumps(
                    {
                        "model": "client.survey.answer",
                        "fields": [
                            {"name": "answer", "label": "@Answer", "type": "text"},
                            {"name": "rating", "label": "Rating", "type": "integer"},
                        ],
                        "ids": self.surveys.answer_ids.ids,
                        "domain": [],
                        "groupby": [],
                        "import_compat": False,
                    }
                ),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(response.status_code, 200)
        rows = list(csv.reader(io.StringIO(response.text)))
        cells = [cell for row in rows for cell in row]
        self.assertLessEqual(
            {"'=1+1", "'+1+1", "'-1+1", "'@SUM(A1:A2)", "'@Answer", "{=1+1}", "5"},
            set(cells),
        )
        self.assertFalse([cell for cell in cells if cell[:1] in "=+-@" and cell])

    def test_excel_export_of_a_grouped_list(self):
        cells, formulas, links = self._export_list(
            ids=False,
            domain=[("id", "in", self.surveys.answer_ids.ids)],
            groupby=["survey_id", "question"],
        )
        self.assertEqual((formulas, links), ([], []))
        self.assertLessEqual(set(FORMULAS), set(cells.values()))

    def test_excel_export_of_a_pivot(self):
        cells, formulas, links = self._export("/web/pivot/export_xlsx", self._pivot())
        self.assertEqual((formulas, links), ([], []))
        for text in FORMULAS:
            self.assertIn(text, cells.values())
            self.assertIn(f"     {text}", cells.values())

    def test_excel_export_of_a_pivot_has_its_cells_at_the_same_places(self):
        plain = json.dumps(self._pivot()).replace("=", "").replace(":", " :")
        pivot = json.loads(plain)
        ours = self._export("/web/pivot/export_xlsx", pivot)[0]
        export = core_pivot.TableExporter.export_xlsx.original_endpoint
        request = Mock(make_response=lambda content, headers: content)
        with (
            patch.object(core_pivot, "request", request),
            patch.object(core_pivot, "_", lambda text, **values: text % values),
        ):
            content = export(core_pivot.TableExporter(), json.dumps(pivot))
        theirs = self._read(content)[0]
        self.assertGreater(len(theirs), 100)
        self.assertEqual(ours, theirs)

    def test_empty_pivot_is_still_refused(self):
        response = self.url_open(
            "/web/pivot/export_xlsx",
            data={"data": "{}", "csrf_token": http.Request.csrf_token(self)},
        )
        self.assertEqual(response.status_code, 422)

    @staticmethod
    def _pivot():
        """Two levels of columns of different height, three rows, two measures."""
        count = len(FORMULAS)
        return {
            "title": "=Answers",
            "model": "client.survey.answer",
            "measure_count": 2,
            "origin_count": 1,
            "col_group_headers": [
                [{"title": "Total", "width": count * 2 + 4, "height": 1}],
                [
                    {"title": "tall", "width": 2, "height": 2},
                    {"title": "=wide", "width": count * 2, "height": 1},
                    {"title": "tall too", "width": 2, "height": 2},
                ],
                [{"title": text, "width": 2, "height": 1} for text in FORMULAS],
            ],
            "measure_headers": [
                {"title": "=Count", "is_bold": number == 0}
                for number in range(count * 2 + 4)
            ],
            "origin_headers": [],
            "rows": [
                {
                    "title": text,
                    "indent": 1,
                    "values": [
                        {"value": number, "is_bold": number == 1}
                        for number in range(count * 2 + 4)
                    ],
                }
                for text in FORMULAS
            ],
        }


@tagged("post_install", "-at_install")
class TestSurveyMarkup(LinkPageCase):
    """What a client writes into his page is text wherever it is read."""

    def test_answers_with_markup_are_stored_and_shown_as_text(self):
        self._submit(rating="2", like_most=MARKUP, like_least="&lt;i&gt;")
        said, escaped, _rating = self.survey.answer_ids.mapped("answer")
        self.assertEqual(said, MARKUP, "never stored in another form")
        self.assertEqual(escaped, "&lt;i&gt;")
        self.salesperson.tour_enabled = False
        self.start_tour(
            f"/odoo/client-surveys/{self.survey.id}",
            "client_development_survey_text",
            login=self.salesperson.login,
        )

    def test_answers_with_markup_are_text_in_the_chatter_and_its_mails(self):
        self._submit(rating="2", like_most=MARKUP)
        bodies = "".join(str(body) for body in self.survey.message_ids.mapped("body"))
        self.assertNotIn("<img src=x", bodies)
        mails = self.env["mail.mail"].search([("body_html", "like", "onerror")])
        self.assertNotIn("<img src=x", "".join(map(str, mails.mapped("body_html"))))

    def test_words_of_a_client_are_text_in_the_printed_plan(self):
        """A claim is an action that is named after what the client has said."""
        plan = self.env["client.plan"].create(
            {
                "partner_id": self.client.id,
                "user_id": self.salesperson.id,
                "company_id": self.company.id,
                "line_ids": [
                    (0, 0, {"name": MARKUP, "date_deadline": "2030-01-01"}),
                ],
            }
        )
        html = self.env["ir.actions.report"]._render_qweb_html(
            "client_development.client_plan_report", plan.ids
        )[0]
        self.assertNotIn(b"<img src=x", html)
        self.assertIn(b"&lt;img src=x", html)


@tagged("post_install", "-at_install")
class TestSurveyMarkupOnATelephone(LinkPageCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_answers_with_markup_are_text_in_the_cards(self):
        self._submit(rating="2", like_most=MARKUP)
        self.salesperson.tour_enabled = False
        self.start_tour(
            f"/odoo/client-surveys/{self.survey.id}",
            "client_development_survey_text",
            login=self.salesperson.login,
        )
