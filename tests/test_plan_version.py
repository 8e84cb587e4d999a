import json
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError

from .plan_common import TODAY
from .sign_common import SignCase


class TestPlanVersion(SignCase):
    """What is frozen, what opens the next version, and what it shows."""

    def _start(self):
        version = self._request()
        self._sign_all(version)
        self.plan.action_start()
        return version

    def _latest(self):
        return self.plan.version_ids.sorted("number")[-1]

    # -- the frozen plan -----------------------------------------------------------

    def test_snapshot_holds_what_a_signer_has_to_know(self):
        self.plan.value_proposition = "One delivery a week"
        self.plan.section_ids[0].findings = "Potential 300"
        self.objective.point_ids = [
            Command.create({"date": date(2026, 9, 1), "value": 30.5})
        ]
        swot = self.plan.env["client.plan.swot"].create(
            {"plan_id": self.plan.id, "kind": "risk", "name": "A cheaper supplier"}
        )
        self.line.write(
            {
                "participant_ids": [Command.link(self.outsider.id)],
                "result": "Date of a meeting",
                "swot_id": swot.id,
                "resource_ids": [Command.create({"name": "Travel", "unit_cost": 90})],
            }
        )
        snapshot = self._request().snapshot
        self.assertEqual(snapshot["plan"]["subject"], "Azure Joinery")
        self.assertEqual(snapshot["plan"]["start"], "2026-03-02")
        self.assertEqual(snapshot["plan"]["value_proposition"], "One delivery a week")
        self.assertEqual(snapshot["sections"][0]["findings"], "Potential 300")
        [objective] = snapshot["objectives"]
        self.assertEqual(objective["target"], "40")
        self.assertEqual(objective["points"], [["2026-09-01", "30.5"]])
        self.assertEqual(snapshot["swot"][0]["lines"], [self.line.name])
        line = next(n for n in snapshot["lines"] if n["name"] == self.line.name)
        self.assertEqual(line["who"], self.salesperson.name)
        self.assertEqual(line["with"], [self.outsider.name])
        self.assertEqual(line["deadline"], "2026-03-09")
        self.assertEqual(line["result"], "Date of a meeting")
        self.assertEqual(line["resources"][0]["cost"], "90")

    def test_version_reads_as_it_was_whatever_the_plan_says_now(self):
        version = self._request()
        before = version.content
        self.assertIn("Build a sample", before)
        self.assertIn("40 %", before)
        self.client.name = "Renamed"
        self.line_out.sudo().name = "Something else"
        self.plan.sudo().note = "Other words"
        self.salesperson.name = "Married"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(version.content, before)

    def test_version_is_read_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        version = self._request()
        self.assertIn("03/02/2026", version.content)
        self.assertIn("02.03.2026", version.with_context(lang="ru_RU").content)

    def test_texts_are_shown_as_texts(self):
        self.line.name = "<script>alert(1)</script>"
        self.assertNotIn("<script>", self._request().content)

    def test_fingerprint(self):
        version = self._request()
        self.assertEqual(len(version.snapshot_hash), 64)
        self.assertTrue(version.is_genuine)
        self.assertEqual(version.action_verify()["params"]["type"], "success")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(version.is_genuine, "the database keeps what was hashed")
        forged = {**version.snapshot, "plan": {**version.snapshot["plan"], "note": "x"}}
        self.env.cr.execute(
            "UPDATE client_plan_version SET snapshot = %s WHERE id = %s",
            [json.dumps(forged), version.id],
        )
        self.assertEqual(version.action_verify()["params"]["type"], "danger")

    def test_same_plan_has_the_same_fingerprint(self):
        version = self._request()
        first = version.snapshot_hash
        self._sign(version, self.salesperson)
        self.plan.action_discuss()
        self.plan.with_context(lang="en_US").action_request_signatures()
        self.assertEqual(self.plan.version_ids, version)
        self.assertEqual(version.snapshot_hash, first)
        self.assertEqual(self._word(version, self.salesperson).state, "signed")
        self.assertEqual(self._word(version, self.outsider).state, "waiting")

    # -- the next version ----------------------------------------------------------

    def test_first_version_is_number_one(self):
        version = self._start()
        self.assertEqual(version.number, 1)
        self.assertEqual(version.user_id, self.salesperson)
        self.assertEqual(version.display_name, "Version 1")

    def test_changes_before_anybody_signed_keep_the_number(self):
        version = self._request()
        self.objective.target = 45
        self.plan.date_end = date(2026, 12, 31)
        self.plan.signer_ids = self.manager
        self.assertEqual(self.plan.version_ids, version)
        self.assertEqual(version.snapshot["objectives"][0]["target"], "45")
        self.assertEqual(self._word(version, self.manager).state, "waiting")
        self.plan.signer_ids = False
        self.assertEqual(self._word(version, self.manager).state, "outdated")

    def test_what_opens_the_next_version(self):
        self._start()
        point = {"date": TODAY + timedelta(days=90), "value": 30.0}
        number = 1
        for change in (
            lambda: self.objective.write({"target": 45}),
            lambda: self.objective.write({"weight": 2}),
            lambda: self.objective.write({"baseline": 21}),
            lambda: self.objective.write({"date_deadline": date(2026, 12, 1)}),
            lambda: self.objective.write({"point_ids": [Command.create(point)]}),
            lambda: self.objective.point_ids.write({"value": 31.0}),
            lambda: self.objective.point_ids.unlink(),
            lambda: self._new_objective(self.plan, indicator_id=self.indicator2.id),
            lambda: self.plan.write({"date_end": date(2027, 1, 31)}),
            lambda: self.plan.sudo().write({"date_start": date(2026, 3, 1)}),
            lambda: self.plan.write({"signer_ids": [Command.set(self.manager.ids)]}),
            lambda: self.plan.sudo().write({"controller_id": self.leader2.id}),
            lambda: self.team.write({"user_id": self.leader2.id}),
            lambda: self.plan.sudo().write({"user_id": self.salesperson2.id}),
        ):
            change()
            number += 1
            self.assertEqual(self._latest().number, number)
            self.assertEqual(self.plan.state, "running")
            self.assertIn(f"Version {number} waits", self.plan.signoff_waiting)
            self._sign_all(self._latest())
        self.plan.sudo().objective_ids[1:].unlink()
        self.assertEqual(self._latest().number, number + 1)

    def test_what_opens_no_version(self):
        version = self._start()
        line = self._new_line(self.plan, user_id=self.salesperson2.id)
        reason = self.env.ref("client_development.client_plan_slip_reason_client")
        line._move_deadline(TODAY + timedelta(days=30), reason)
        self.line_out.sudo().user_id = self.manager
        line.participant_ids = self.leader2
        self.objective.current = 30
        self.objective.sequence = 3
        self.plan.note = "Other words"
        self.plan.name = "Other name"
        self.salesperson.name = "Married"
        self.objective.sudo()._measure()
        self.objective.target = 40
        self.plan.date_end = self.plan.date_end
        self.assertEqual(self.plan.version_ids, version)

    def test_actions_stay_as_they_are_being_signed(self):
        """They open no version: who signs would not learn of the change."""
        version = self._request()
        line, reason = self.line_out, {"cancel_reason": "No"}
        leader = self._as(line, self.leader)
        for values in (
            {"name": "Build another sample"},
            {"user_id": self.salesperson2.id},
            {"participant_ids": [Command.link(self.salesperson2.id)]},
            {"date_deadline": TODAY + timedelta(days=60)},
            {"date_start": TODAY},
            {"planned_hours": 80},
            {"result": "Something"},
            {"objective_id": self.objective.id},
        ):
            for record in (self._as(line, self.salesperson), leader):
                with (
                    self.subTest(values),
                    self.assertRaisesRegex(UserError, "being signed.*back to discuss"),
                    self.cr.savepoint(),
                ):
                    record.write(values)
        for values in (
            {"state": "progress"},
            {"state": "done"},
            {"state": "cancelled", **reason},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "^Status: .* being signed and has"),
                self.cr.savepoint(),
            ):
                leader.write(values)
        with self.assertRaisesRegex(UserError, "being signed"):
            leader.action_drop("2026-05-04")
        self._new_line(self.plan, "One more")
        leader.write({"note": "The material is there", "name": line.name})
        self.assertEqual(self.plan.version_ids, version)
        self.plan.action_discuss()
        leader.date_deadline = TODAY + timedelta(days=60)
        self.plan.action_request_signatures()
        self._sign_all(self._latest())
        self.plan.action_start()
        self._as(line, self.outsider).action_done()
        self.assertEqual(line.state, "done")

    def test_measured_values_open_no_version(self):
        """The baseline of a counted indicator is counted anew at the start."""
        indicator = self.env.ref("client_development.client_indicator_sales_amount")
        counted = self._new_objective(
            self.plan, indicator_id=indicator.id, target=5000, baseline=0
        )
        version = self._request()
        self._sign_all(version)
        self._create_order(day=TODAY - timedelta(days=10), quantity=7)
        self.env["client.fact"].sudo()._refresh(self.client)
        self.plan.action_start()
        self.assertEqual(counted.baseline, 70)
        self.assertEqual(self.plan.version_ids, version)
        self.assertIn("is counted at the start", version.content)

    def test_running_plan_goes_on_while_the_next_version_waits(self):
        first = self._start()
        self.objective.target = 60
        second = self._latest()
        self.assertEqual(set(first.signoff_ids.mapped("state")), {"signed"})
        self.assertEqual(set(second.signoff_ids.mapped("state")), {"waiting"})
        self.line.action_done()
        self._sign(second, self.outsider)
        self.assertIn("2 of 3", self.plan.signoff_waiting)
        self.objective.target = 61
        self.assertEqual(self._latest().number, 3)
        self.assertEqual(self._word(second, self.leader).state, "outdated")
        self.assertEqual(self._word(second, self.outsider).state, "signed")
        self.assertEqual(self._word(self._latest(), self.outsider).state, "waiting")

    def test_plans_started_without_signatures_are_left_alone(self):
        self.company.sudo().client_signoff_client = False
        self.plan.action_start()
        self.company.sudo().client_signoff_client = True
        self._as(self.objective, self.leader).target = 60
        self.plan.sudo().date_end = date(2026, 12, 31)
        self.assertFalse(self.plan.version_ids)

    def test_archived_signer_does_not_stop_a_running_plan(self):
        """What is awaited of him stays and is shown; his heir is named from then on."""
        self._start()
        self.objective.target = 60
        second = self._latest()
        self.outsider.active = False
        word = self._word(second, self.outsider)
        self.assertEqual(word.state, "waiting")
        self.assertFalse(word.user_active)
        self.assertIn(self.outsider.name, self.plan.signoff_waiting)
        self._sign(second, self.leader)
        self.objective.target = 61
        self.assertEqual(self._latest().number, 3)
        self.assertEqual(word.state, "outdated")
        self.assertFalse(self._word(self._latest(), self.outsider))
        self.assertEqual(
            self._latest().signoff_ids.user_id, self.salesperson | self.leader
        )

    def test_end_of_the_plan_asks_nobody_any_more(self):
        self._start()
        self.objective.target = 60
        self._close(self.plan, mode="cancel", reason="Client insolvent")
        self.assertFalse(self.plan.signoff_waiting)
        with self.assertRaisesRegex(UserError, "not being signed any more"):
            self._sign(self._latest(), self.outsider)

    # -- what changed --------------------------------------------------------------

    def test_changes_read_from_old_to_new(self):
        self._start()
        self.objective.write({"target": 60, "date_deadline": date(2026, 12, 1)})
        self.plan.date_end = date(2026, 12, 31)
        self.plan.signer_ids = self.manager
        added = self._new_objective(
            self.plan, indicator_id=self.indicator2.id, baseline=2, target=5
        )
        version = self._latest()
        self.assertEqual(version.number, 2)
        changes = [tuple(change) for change in version._get_changes()]
        self.assertCountEqual(
            changes,
            [
                ("Plan", "End", "03/01/2027", "12/31/2026"),
                ("Signer", "", "", self.manager.name),
                (self.objective.name, "Target", "40 %", "60 %"),
                (self.objective.name, "Deadline", "03/01/2027", "12/01/2026"),
                ("Objective", "", "", f"{added.name}: 5 by 12/31/2026"),
            ],
        )
        self.assertIn("60 %", version.changes)
        self._sign_all(version)
        self.objective.sudo().unlink()
        self.assertIn(
            ("Objective", "", f"{self.indicator.name}: 60 % by 12/01/2026", ""),
            [tuple(change) for change in self._latest()._get_changes()],
        )

    def test_first_version_has_no_changes(self):
        version = self._request()
        self.assertEqual(version._get_changes(), [])
        self.assertIn("first version", version.changes)

    def test_pdf_of_a_signed_version_is_kept(self):
        version = self._request().with_context(force_report_rendering=True)
        self._sign(version, self.salesperson)
        self.assertTrue(version._get_pdf().startswith(b"%PDF"))
        self.assertFalse(version._get_kept_pdf())
        self._sign(version, self.leader, self.outsider)
        pdf = version.with_user(self.outsider)._get_pdf()
        kept = version._get_kept_pdf()
        self.assertEqual(kept.raw, pdf)
        self.assertEqual(kept.name, f"{self.plan.name} · Version 1.pdf")
        self.assertTrue(kept.with_user(self.outsider).has_access("read"))
        self.assertFalse(kept.with_user(self.salesperson2).has_access("read"))
        self.assertEqual(version._get_pdf(), pdf)
        self.assertEqual(version._get_kept_pdf(), kept)
