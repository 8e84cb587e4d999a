from datetime import timedelta

from lxml.html import fromstring

from odoo import Command
from odoo.tests import HttpCase, tagged

from .plan_common import TODAY, PlanCase

REPORT = "client_development.client_plan_report"
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgA"
    "AAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestPlanReport(PlanCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plan = cls.plan
        plan.note = "Стать основным поставщиком"
        for index, current in enumerate((25.0, 38.0, 20.0)):
            cls._new_objective(
                plan,
                name=f"Goal {index}",
                current=current,
                date_start=TODAY - timedelta(days=60),
            )
        for index in range(7):
            cls._new_line(
                plan,
                f"Мероприятие {index}",
                section_id=plan.section_ids[index % 5].id,
                user_id=cls.outsider.id if index % 2 else cls.salesperson.id,
            )
        plan.action_start()

    def _html(self, plan):
        report = self.env["ir.actions.report"].with_user(plan.env.user)
        report = report.with_context(client_today=TODAY)
        return report._render_qweb_html(REPORT, plan.ids)[0].decode()

    def test_content(self):
        html = self._html(self.plan)
        for text in (
            "Azure Joinery",
            "Стать основным поставщиком",
            "Мероприятие 3",
            "Goal 2",
            "Assortment development",
            "Signature",
            "Team leader",
            self.outsider.name,
        ):
            self.assertIn(text, html)

    def test_cancelled_actions_are_left_out(self):
        self.line.write({"state": "cancelled", "cancel_reason": "No"})
        self.assertNotIn("Call the head of purchasing", self._html(self.plan))

    def test_client_plan_shows_what_we_know_of_the_client(self):
        self.plan.write(
            {
                "probability": 80,
                "value_proposition": "One delivery a week",
                "client_strategy": "Doubles exports",
                "client_tasks": "Fewer suppliers",
                "information_gaps": "Who buys the packaging?",
            }
        )
        self.line.write({"contact_id": self.contact.id, "result": "Minutes of a call"})
        html = self._html(self.plan)
        for text in (
            "One delivery a week",
            "Doubles exports",
            "Fewer suppliers",
            "Who buys the packaging?",
            "Decision makers",
            "Vera Holm",
            "Minutes of a call",
        ):
            self.assertIn(text, html)

    def test_segment_and_territory_name_whom_they_develop(self):
        country, other = self.env["res.country"].create(
            [{"name": "Northland", "code": "XN"}, {"name": "Eastland", "code": "XE"}]
        )
        state = self.env["res.country.state"].create(
            {"name": "Lake District", "code": "LD", "country_id": other.id}
        )
        segment = self._new_plan(
            self.manager,
            scope="segment",
            partner_id=False,
            segment_id=self.segment_standard.id,
        )
        self.assertIn("Standard", self._html(segment))
        territory = self._new_plan(
            self.manager,
            scope="territory",
            partner_id=False,
            country_ids=[Command.set([country.id, other.id])],
            state_ids=[Command.set(state.ids)],
        )
        self._with_section(territory, "Remote talks", findings="Twelve firms called")
        html = self._html(territory)
        for text in ("Northland, Lake District", "Remote talks", "Twelve firms called"):
            self.assertIn(text, html)
        self.assertNotIn("Decision makers", html)

    def test_team_plan_prints_its_audit(self):
        plan = self._new_plan(
            self.manager, scope="team", partner_id=False, team_id=self.team.id
        )
        self._with_section(plan, "Job instructions", findings="Three of eight missing")
        html = self._html(plan)
        self.assertIn("Team North", html)
        (audit,) = self._parse(html).xpath("//table[@name='audit']")
        self.assertIn("Three of eight missing", audit.text_content())
        self.assertIn("Job instructions", audit.text_content())

    def test_company_plan_prints_its_swot_with_actions(self):
        plan = self._new_plan(
            self.manager,
            scope="company",
            partner_id=False,
            point_a="Known in one region",
            point_b="Known in three regions",
        )
        items = plan.env["client.plan.swot"].create(
            [
                {"plan_id": plan.id, "kind": kind, "name": f"The {kind}"}
                for kind in ("strength", "weakness", "opportunity", "risk")
            ]
        )
        self._new_line(plan, "Show the stock", swot_id=items[0].id)
        gone = self._new_line(plan, "Never mind", swot_id=items[1].id)
        gone.write({"state": "cancelled", "cancel_reason": "No"})
        html = self._html(plan)
        for text in ("Northern Fasteners", "Known in one region", "Known in three"):
            self.assertIn(text, html)
        cells = self._parse(html).xpath("//table[@name='swot']/tbody/tr/td")
        self.assertEqual(
            [" ".join(cell.text_content().split()) for cell in cells],
            [
                f"Strengths The strength → Show the stock, {self.manager.name},"
                " 03/09/2026",
                "Weaknesses The weakness → no action yet",
                "Opportunities The opportunity → no action yet",
                "Risks The risk → no action yet",
            ],
        )

    def test_closed_plan_says_how_it_ended(self):
        self._close(self.plan, reason="Too dear", lessons="Ask earlier")
        html = self._html(self.plan)
        for text in ("Missed", "Competitor was more active", "Too dear", "Ask earlier"):
            self.assertIn(text, html)

    # -- signatures ----------------------------------------------------------------

    def test_unsigned_plan_has_empty_lines_for_everyone_named(self):
        (table,) = self._parse(self._html(self.plan)).xpath(
            "//div[@name='signatures']//tbody"
        )
        rows = [[" ".join(td.text_content().split()) for td in tr] for tr in table]
        self.assertEqual(
            rows,
            [
                [self.salesperson.name, "Owner", "", ""],
                [self.leader.name, "Team leader", "", ""],
                [self.outsider.name, "Takes part", "", ""],
            ],
        )

    def test_signatures_of_the_latest_version(self):
        versions = self.env["client.plan.version"]._as_system()
        old, latest = versions.create(
            [
                {"plan_id": self.plan.id, "number": number, "date": "2026-03-01"}
                for number in (1, 2)
            ]
        )
        words = [
            (old, "signature", "Old name", "2026-03-01 09:00:00", False),
            (latest, "signature", "Vera Signs", "2026-03-02 10:30:00", PIXEL),
            (latest, "objection", "Otto Objects", False, False),
            (latest, "signature", "Paul Waits", False, False),
            (latest, "removed", "Rita Left", False, False),
        ]
        users = (
            self.salesperson,
            self.leader,
            self.manager,
            self.outsider,
            self.salesperson2,
        )
        states = {"signature": "waiting", "objection": "open", "removed": "removed"}
        self.env["client.plan.signoff"]._as_system().create(
            [
                {
                    "plan_id": self.plan.id,
                    "version_id": version.id,
                    "kind": "objection" if kind == "objection" else "signature",
                    "user_id": user.id,
                    "signer_name": name,
                    "role": "owner",
                    "state": "signed" if signed else states[kind],
                    "date_signed": signed,
                    "signature": image,
                }
                for (version, kind, name, signed, image), user in zip(
                    words, users, strict=True
                )
            ]
        )
        (table,) = self._parse(self._html(self.plan)).xpath(
            "//div[@name='signatures']//tbody"
        )
        self.assertEqual(
            [[" ".join(td.text_content().split()) for td in tr] for tr in table],
            [
                ["Vera Signs", "Owner", "03/02/2026 10:30 AM", ""],
                ["Paul Waits", "Owner", "", ""],
            ],
        )
        self.assertTrue(table.xpath("tr[1]//img[starts-with(@src, 'data:image')]"))

    def test_in_the_language_of_the_reader(self):
        lang = self.env["res.lang"]._activate_lang("ru_RU")
        kind = self.plan.section_ids[0].kind_id.sudo()
        kind.with_context(lang=lang.code).name = "Оценка клиента"
        self.assertIn("Qualification", self._html(self.plan))
        self.salesperson.lang = lang.code
        html = self._html(self.plan)
        self.assertIn("Оценка клиента", html)
        self.assertNotIn("Qualification", html)
        self.assertIn("02.03.2026", html)

    # -- paper ---------------------------------------------------------------------

    def _count_pages(self, plan):
        pdf = (
            self.env["ir.actions.report"]
            .with_user(plan.env.user)
            .with_context(force_report_rendering=True, client_today=TODAY)
            ._render_qweb_pdf(REPORT, plan.ids)[0]
        )
        self.assertTrue(pdf.startswith(b"%PDF"))
        return pdf.count(b"/Type /Page\n")

    def test_one_page_of_pdf(self):
        self.assertEqual(self._count_pages(self.plan), 1)

    def test_small_plan_under_the_full_gate_fits_one_page(self):
        """Five actions with their results, two objectives, all that is known."""
        plan = self._new_plan(
            note="Main supplier of both sites",
            probability=80,
            value_proposition="One delivery a week to both sites, one invoice a month",
            client_strategy="Doubles exports within two years; second site in spring",
            client_tasks="Cut suppliers from 40 to 15 and stock to ten days",
            information_gaps="Who buys the packaging for the second site?",
        )
        for index in range(2):
            self._new_objective(plan, name=f"Goal {index}", is_main=not index)
        for index, section in enumerate(plan.section_ids):
            section.findings = "What we know about this, in one sentence of some length"
            self._new_line(
                plan,
                f"Action number {index} with a name of the usual length",
                section_id=section.id,
                contact_id=self.contact.id,
                result="Minutes of the meeting with a list of the fifteen suppliers",
                participant_ids=self._participants(self.outsider, self.leader),
            )
        self.assertEqual(self._count_pages(plan), 1)

    # -- helpers -------------------------------------------------------------------

    def _parse(self, text):
        return fromstring(text)

    def _with_section(self, plan, name, **values):
        kind = self.env["client.plan.section.kind"].create(
            {"name": name, "code": f"test_{plan.id}", "scope": plan.scope}
        )
        return plan.sudo().section_ids.create(
            {"plan_id": plan.id, "kind_id": kind.id, **values}
        )
