from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from odoo.addons.client_development.models.client_plan_line_serves import SERVE_FIELDS

from .plan_common import TODAY, PlanCase

DIALOG = {"client_gate_dialog": True}


class GateCase(PlanCase):
    """A plan under the full gate, with one bare action and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.client_full_gate = "always"

    def _findings(self, plan=None):
        """Return the findings as (criterion, model without its prefix, record id)."""
        plan = plan or self.plan
        return [
            (f.criterion, f.model.removeprefix("client.plan"), f.res_id)
            for f in plan._get_gate_findings()[plan]
        ]

    def _texts(self, plan=None):
        plan = plan or self.plan
        return [f.text for f in plan._get_gate_findings()[plan]]

    def _complete(self, plan=None, line=None):
        """Give the plan all that the full gate asks for."""
        plan, line = plan or self.plan, line or self.line
        objective = self._new_objective(plan)
        plan.section_ids[1:].empty_reason = "Known well enough"
        line.write(
            {
                "section_id": plan.section_ids[0].id,
                "objective_id": objective.id,
                "result": "A list of the needs per site",
            }
        )
        return objective

    def _gate(self, plan=None, user=None):
        plan = plan or self.plan
        action = plan.with_user(user or plan.env.user).action_check_gate()
        model = self.env["client.plan.gate"].with_user(user or plan.env.user)
        return model.browse(action["res_id"])


class TestPlanGate(GateCase):
    """What a plan lacks before it starts (product.md A, quality gate)."""

    # -- the criteria --------------------------------------------------------------

    def test_basic_asks_for_actions_with_people_who_are_there(self):
        self.company.client_full_gate = "never"
        self.assertEqual(self._findings(), [])
        gone = self._new_user("cd_gone", "base.group_user")
        gone.active = False
        self.line.sudo().user_id = gone  # archiving would have handed it over
        self.assertEqual(self._findings(), [("basic", ".line", self.line.id)])
        self.assertIn("has left", self._texts()[0])
        self.line.write({"state": "cancelled", "cancel_reason": "Nobody there"})
        self.assertEqual(self._findings(), [("basic", ".line", 0)])

    def test_basic_asks_for_an_owner_and_a_subject(self):
        self.company.client_full_gate = "never"
        plan = self.plan.sudo()
        plan.user_id = False
        self.assertEqual(self._findings(), [("basic", "", plan.id)])
        self.assertRegex(self._texts()[0], "^Owner: ")
        plan.user_id = self.salesperson
        self.client.active = False
        self.assertRegex(self._texts()[0], "^Subject: ")

    def test_each_section_has_an_action_or_a_reason_why_not(self):
        self._complete()
        self.assertEqual(self._findings(), [])
        section = self.plan.section_ids[3]
        section.empty_reason = "  "
        found = [("exhaustive", ".section", section.id)]
        self.assertEqual(self._findings(), found)
        extra = self._new_line(
            self.plan,
            section_id=section.id,
            result="Signed offer",
            finds_out=True,
        )
        self.assertEqual(self._findings(), [])
        extra.write({"state": "cancelled", "cancel_reason": "Too early"})
        self.assertEqual(self._findings(), found, "cancelled actions do not count")

    def test_each_objective_is_served_and_one_is_the_main_one(self):
        objective = self._complete()
        second = self._new_objective(self.plan, indicator_id=self.indicator2.id)
        self.assertEqual(
            self._findings(),
            [
                ("exhaustive", ".objective", objective.id),
                ("exhaustive", ".objective", second.id),
            ],
        )
        self.assertRegex(self._texts()[0], "^Main Objective: none of the 2")
        second.is_main = True
        self._new_line(self.plan, objective_id=second.id, result="Order")
        self.assertEqual(self._findings(), [])
        self.plan.objective_ids.unlink()
        self.line.finds_out = True
        self.plan.line_ids.finds_out = True
        self.assertEqual(self._findings(), [("exhaustive", ".objective", 0)])

    def test_each_action_has_a_checkable_result(self):
        self._complete()
        for result in (False, " \n"):
            self.line.result = result
            self.assertEqual(self._findings(), [("clear", ".line", self.line.id)])
            self.assertIn("Checkable Result", self._texts()[0])
        self.line.outcome = "They buy"
        self.assertEqual(len(self._findings()), 1, "the outcome is no agreed result")

    def test_each_action_serves_something(self):
        """Each of the reasons suffices."""
        self._complete()
        line = self._new_line(self.plan, result="Minutes")
        self.assertEqual(self._findings(), [("relevant", ".line", line.id)])
        swot = self.plan.env["client.plan.swot"].create(
            {"plan_id": self.plan.id, "kind": "strength", "name": "Stock"}
        )
        order = self._create_order()
        self.env["client.survey"]._queue_surveys()
        survey = self.env["client.survey"].search([("order_id", "=", order.id)])
        breach = self.env["client.breach"].create(
            {
                "fact_id": self.env["client.fact"]._ensure(self.client).id,
                "partner_id": self.client.id,
                "company_id": self.company.id,
                "standard": "contact",
                "segment_id": self.segment_key.id,
                "date_opened": TODAY,
            }
        )
        review = self.env["client.plan.review"].create(
            {"plan_id": self.plan.id, "date": TODAY}
        )
        reasons = {
            "objective_id": self.plan.objective_ids[0],
            "swot_id": swot,
            "contact_id": self.contact,
            "category_id": self.env["product.category"].create({"name": "Glue"}),
            "lead_id": self.env["crm.lead"].create(
                {"name": "Racks", "partner_id": self.client.id}
            ),
            "breach_id": breach,
            "survey_id": survey,
            "obstacle_id": self.env.ref(
                "client_development.client_plan_slip_reason_competitor"
            ),
            "review_id": review,
        }
        self.assertEqual({*reasons, "finds_out"}, set(SERVE_FIELDS))
        for name, record in reasons.items():
            with self.subTest(name):
                line.sudo()[name] = record
                self.assertEqual(self._relevant(), [])
                line.sudo()[name] = False
                self.assertEqual(self._relevant(), [line.id])
        line.finds_out = True
        self.assertEqual(self._relevant(), [])
        line.finds_out = False
        line.information_ids = [Command.create({"name": "Yearly demand"})]
        self.assertEqual(self._relevant(), [])

    def _relevant(self):
        return [id_ for kind, _model, id_ in self._findings() if kind == "relevant"]

    def test_full_gate_follows_setting_segment_and_scope(self):
        other = self._new_plan(
            self.manager,
            scope="segment",
            partner_id=False,
            segment_id=self.segment_standard.id,
        )
        fact = self.env["client.fact"]._ensure(self.client)
        for setting, key, full in (
            ("never", True, (False, False)),
            ("key", False, (False, True)),
            ("key", True, (True, True)),
            ("always", False, (True, True)),
        ):
            self.company.client_full_gate = setting
            fact.segment_ids = self.segment_key if key else self.segment_standard
            self.env.invalidate_all()
            with self.subTest(setting=setting, key=key):
                found = tuple(
                    any(f[0] != "basic" for f in self._findings(plan))
                    for plan in (self.plan, other)
                )
                self.assertEqual(found, full)

    # -- what is refused -----------------------------------------------------------

    def test_start_and_freezing_are_refused_with_the_findings(self):
        """Buttons without the form, remote calls, imports: one clear error."""
        plan = self.plan
        message = (
            r"(?s)may not start yet.*missing: 8\n• Section “Qualification”"
            r".*“Check Plan”"
        )
        for write in (
            plan.action_start,
            lambda: plan.write({"state": "running"}),
            lambda: plan.write({"state": "signoff"}),
            lambda: self._as(plan, self.manager).write({"state": "running"}),
        ):
            with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
                write()
        self.assertEqual(plan.state, "draft")
        plan.action_discuss()
        self.assertEqual(plan.state, "discussion", "a discussion needs no gate")
        self._complete()
        plan.action_start()
        self.assertEqual(plan.state, "running")

    def test_long_lists_are_cut(self):
        for _index in range(25):
            self._new_line(self.plan)
        with self.assertRaisesRegex(UserError, r"missing: 58\n(?s:.*)… and 38 more"):
            self.plan.action_start()

    def test_one_of_many_plans_stops_them_all(self):
        self._complete()
        other = self._new_plan()
        with self.assertRaisesRegex(UserError, "may not start"), self.cr.savepoint():
            (self.plan | other).action_start()
        self.assertEqual(self.plan.state, "draft")

    def test_signed_plan_starts_without_a_second_check(self):
        self._complete()
        self.plan.state = "signoff"
        self.plan.sudo().section_ids.empty_reason = False
        version = self.plan.sudo().version_ids
        for word in version.signoff_ids:
            word.with_user(word.user_id).sudo(False)._sign(version.snapshot_hash)
        self.assertTrue(self.plan._get_gate_findings()[self.plan])
        self.plan.action_start()
        self.assertEqual(self.plan.state, "running")

    # -- the dialog ----------------------------------------------------------------

    def test_button_of_the_form_opens_the_dialog_instead(self):
        action = self.plan.with_context(**DIALOG).action_start()
        self.assertEqual(action["res_model"], "client.plan.gate")
        self.assertEqual(self.plan.state, "draft")
        arch = etree.fromstring(self.plan.get_view(view_type="form")["arch"])
        for name in ("action_start", "action_request_signatures"):
            buttons = arch.xpath(f"//header/button[@name='{name}']")
            self.assertTrue(buttons)
            for button in buttons:
                self.assertIn("client_gate_dialog", button.get("context"))
        self._complete()
        self.plan.with_context(**DIALOG).action_start()
        self.assertEqual(self.plan.state, "running")

    def test_dialog_shows_the_findings_by_criterion(self):
        self._new_objective(self.plan)
        gate = self._gate()
        self.assertRecordValues(
            gate,
            [
                {
                    "finding_count": 8,
                    "basic_count": 0,
                    "exhaustive_count": 6,
                    "clear_count": 1,
                    "relevant_count": 1,
                    "is_full": True,
                    "can_override": False,
                    "can_start": True,
                }
            ],
        )
        for criterion in ("basic", "exhaustive", "clear", "relevant"):
            self.assertEqual(
                gate[f"{criterion}_ids"].mapped("criterion"),
                [criterion] * gate[f"{criterion}_count"],
            )

    def test_each_finding_opens_where_it_is_mended(self):
        self._new_objective(self.plan)
        for finding in self._gate().finding_ids:
            action = finding.action_mend()
            record = self.env[action["res_model"]].browse(action["res_id"])
            self.assertEqual(record.plan_id, self.plan)
            Form(record.with_user(self.salesperson))
        self.plan.objective_ids.unlink()
        self.line.unlink()
        for finding in self._gate().finding_ids.filtered(lambda f: not f.res_id):
            action = finding.action_mend()
            self.assertFalse(action["res_id"])
            model = self.env[action["res_model"]].with_user(self.salesperson)
            form = Form(model.with_context(**action["context"]))
            self.assertEqual(form.plan_id, self.plan)
        self.plan.sudo().user_id = False
        (finding,) = self._gate(user=self.manager).basic_ids.filtered(
            lambda f: f.res_model == "client.plan"
        )
        self.assertEqual(finding.action_mend()["type"], "ir.actions.act_window_close")

    def test_mended_plan_starts_from_the_dialog(self):
        self._gate().action_check_again()
        self._complete()
        gate = self._gate()
        self.assertFalse(gate.finding_count)
        gate.action_start()
        self.assertEqual(self.plan.state, "running")

    def test_plan_that_is_signed_first_is_frozen_from_the_dialog(self):
        self.company.client_signoff_client = True
        self._complete()
        gate = self._gate()
        self.assertTrue(gate.needs_signoff)
        gate.action_start()
        self.assertEqual(self.plan.state, "signoff")

    def test_dialog_belongs_to_who_opened_it(self):
        gate = self._gate()
        for record in (gate, gate.finding_ids[0]):
            self.assertTrue(record.has_access("read"))
            self.assertFalse(record.with_user(self.manager).has_access("read"))
        with self.assertRaises(AccessError):
            self.plan.with_user(self.salesperson2).action_check_gate()

    def test_dialog_tells_nothing_of_a_plan_that_one_may_not_see(self):
        """Not even its name, in whatever way the dialog is asked for."""
        Gate = self.env["client.plan.gate"].with_user(self.outsider)
        spec = {"plan_id": {"fields": {"display_name": {}}}, "plan_state": {}}
        plan = self.plan
        own = self._new_plan(self.manager, controller_id=self.outsider.id)
        gate = self._gate(own, self.outsider)
        for ask in (
            lambda: Gate.create({"plan_id": plan.id}),
            lambda: Gate.with_context(default_plan_id=plan.id).create({}),
            lambda: Gate.with_context(default_plan_id=plan.id).default_get(["plan_id"]),
            lambda: Gate.with_context(default_plan_id=plan.id).onchange({}, [], spec),
            lambda: Gate.onchange({"plan_id": plan.id}, ["plan_id"], spec),
            lambda: gate.write({"plan_id": plan.id}),
            lambda: gate.web_save({"plan_id": plan.id}, spec),
            lambda: gate.copy({"plan_id": plan.id}),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError), self.cr.savepoint():
                ask()
        self.assertEqual(gate.plan_id.sudo(), own)
        self.assertEqual(Gate.create({"plan_id": own.id}).plan_id.sudo(), own)

    def test_fulfilment_is_explained_before_the_start(self):
        self._new_objective(self.plan)
        arch = etree.fromstring(self.plan.get_view(view_type="form")["arch"])
        (button,) = arch.xpath("//button[@name='action_explain_fulfilment']")
        hidden = [node.get("invisible") for node in (button, *button.iterancestors())]
        self.assertEqual([h for h in hidden if h], ["not id"])
        self.assertEqual(self.plan.action_explain_fulfilment()["target"], "new")
        self.assertIn("Progress = ", self.plan.fulfilment_explanation)

    def test_quick_entry_stays_what_who_when(self):
        """The rest is on pages of the action's own form."""
        arch = etree.fromstring(self.plan.get_view(view_type="form")["arch"])
        shown = [
            node.get("name")
            for node in arch.xpath("//field[@name='line_ids']/list/field")
            if not node.get("column_invisible") and node.get("optional") != "hide"
        ]
        self.assertEqual(shown[:3], ["name", "user_id", "date_deadline"])
        self.assertFalse(set(shown) & (set(SERVE_FIELDS) | {"result", "outcome"}))
        line = self.line.get_view(view_type="form")["arch"]
        page = etree.fromstring(line).xpath("//page[@name='serves']//field/@name")
        # the others stand in the head of the form: they are filled in with the action
        head = {"objective_id", "category_id", "lead_id"}
        claim = {"is_claim", "claim_annulled", "followup_ids"}
        self.assertEqual(({*page} | head) - claim, set(SERVE_FIELDS))

    # -- cost ----------------------------------------------------------------------

    def test_queries_do_not_grow_with_the_plans(self):
        plans = self.plan
        for _index in range(20):
            plan = self._new_plan()
            for _number in range(4):
                self._new_line(plan)
            self._new_objective(plan)
            plans |= plan

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records._get_gate_findings()
            return self.cr.sql_log_count - before

        count(plans)
        self.assertEqual(count(plans[:2]), count(plans))


class TestPlanGateOverride(GateCase):
    """Who lets a plan pass that lacks something, and for how long."""

    def test_leader_lets_it_pass_with_a_reason(self):
        gate = self._gate(user=self.leader)
        self.assertTrue(gate.can_override)
        with self.assertRaisesRegex(UserError, "^Reason: "):
            gate.action_override()
        gate.reason = " The client decides next week "
        gate.action_override()
        self.assertRecordValues(
            self.plan,
            [
                {
                    "state": "running",
                    "gate_override_uid": self.leader.id,
                    "gate_override_reason": "The client decides next week",
                    "gate_override_count": 8,
                }
            ],
        )
        self.assertTrue(self.plan.gate_override_date)
        body = self.plan.message_ids[0].body
        self.assertIn("The client decides next week", body)
        self.assertIn("Section “Warm-up”", body)

    def _refuse_override(self, plan, user):
        gate = self._gate(plan, user)
        self.assertFalse(gate.can_override)
        gate.reason = "I am in a hurry"
        for override in (
            gate.action_override,
            lambda: self._as(plan, user)._override_gate("I am in a hurry"),
        ):
            with self.assertRaisesRegex(AccessError, "Only a leader above"):
                override()
        self.assertFalse(plan.gate_override_uid)

    def test_who_may(self):
        """Leader and administrator; neither the owner nor whom he chose as controller.

        The controller holds reviews and accepts (product.md H).
        """
        for controller in (self.outsider, self.salesperson2):
            self.plan.controller_id = controller
            self._refuse_override(self.plan, controller)
        self._refuse_override(self.plan, self.salesperson)
        for user in (self.leader, self.manager):
            with self.subTest(user.login):
                plan = self._as(self.plan, user)
                self.assertTrue(self._gate(user=user).can_override)
                with self.cr.savepoint() as savepoint:
                    plan._override_gate("Reason")
                    self.assertEqual(plan.gate_override_uid, user)
                    savepoint.rollback()
                self.env.invalidate_all()
        self.plan.controller_id = False
        for user in (self.salesperson2, self.leader2):
            with self.assertRaises(AccessError):
                self._as(self.plan, user)._override_gate("Reason")

    def test_controller_who_leads_the_team_may(self):
        self.plan.controller_id = self.leader
        self._as(self.plan, self.leader)._override_gate("Reason")
        self.assertEqual(self.plan.gate_override_uid, self.leader)

    def test_leader_of_the_owner_may_where_the_plan_has_no_team(self):
        plan = self.plan
        plan.sudo().team_id = False
        plan.sudo().controller_id = self.leader2
        self._refuse_override(plan, self.leader2)
        plan.sudo().controller_id = self.leader
        self._as(plan, self.leader)._override_gate("Reason")
        self.assertEqual(plan.gate_override_uid, self.leader)

    def test_leader_who_owns_the_plan_may_with_nobody_above_him(self):
        plan = self._new_plan(self.leader, user_id=self.leader.id, team_id=self.team.id)
        gate = self._gate(plan)
        gate.reason = "Nobody above me"
        gate.action_override()
        self.assertEqual(plan.state, "running")

    def test_leader_who_owns_the_plan_asks_who_is_above_him(self):
        """He leads one team and works in another."""
        top = self._new_user("cd_top", "client_development.group_client_leader")
        self._new_team("Team of leaders", top, self.leader)
        plan = self._new_plan(self.leader, user_id=self.leader.id, team_id=self.team.id)
        self._refuse_override(plan, self.leader)
        self.assertTrue(self._gate(plan, self.manager).can_override)
        top.active = False
        self.assertTrue(self._gate(plan, self.leader).can_override)

    def test_administrator_who_owns_the_plan_may(self):
        plan = self._new_plan(self.manager, user_id=self.manager.id)
        self.assertTrue(self._gate(plan, self.manager).can_override)

    def test_leader_lets_it_pass_and_the_owner_starts(self):
        self._as(self.plan, self.leader)._override_gate("Agreed by telephone")
        self.assertEqual(self.plan.state, "draft")
        self.assertTrue(self._gate().is_passed)
        self.plan.with_context(**DIALOG).action_start()
        self.assertEqual(self.plan.state, "running")

    def test_it_covers_what_was_missing_then(self):
        self._as(self.plan, self.leader)._override_gate("Next week")
        line = self._new_line(self.plan)
        with self.assertRaisesRegex(UserError, "missing: 2\n"):
            self.plan.action_start()
        line.unlink()
        self.plan.action_start()

    def test_it_lasts_for_one_start(self):
        for way_back in (
            lambda: self.plan.action_draft(),
            lambda: self._cancel_and_back(),
        ):
            self._as(self.plan, self.leader)._override_gate("Next week")
            self.plan.action_discuss()
            self.assertTrue(self.plan.gate_override_uid)
            way_back()
            self.assertRecordValues(
                self.plan,
                [
                    {
                        "state": "draft",
                        "gate_override_uid": False,
                        "gate_override_reason": False,
                        "gate_override_count": 0,
                    }
                ],
            )
            with self.assertRaisesRegex(UserError, "may not start"):
                self.plan.action_start()

    def _cancel_and_back(self):
        self.plan.action_start()
        self._close(self.plan, mode="cancel", reason="Client insolvent")
        self._as(self.plan, self.leader).action_draft()
        self.line.action_plan()

    def test_objection_to_the_frozen_plan_ends_it(self):
        self._as(self.plan, self.leader)._override_gate("Next week")
        self.plan.state = "signoff"
        self.assertTrue(self.plan.gate_override_uid)
        self.plan.state = "discussion"
        self.assertFalse(self.plan.gate_override_uid)

    def test_nobody_enters_it(self):
        values = {
            "gate_override_uid": self.leader.id,
            "gate_override_date": "2026-03-02 10:00:00",
            "gate_override_reason": "I said so",
            "gate_override_count": 1,
            "gate_override_keys": ["basic:client.plan.line:0"],
        }
        for name, value in values.items():
            for user in (self.salesperson, self.manager):
                with self.assertRaisesRegex(UserError, "kept by the system"):
                    self._as(self.plan, user).write({name: value})
            with self.assertRaisesRegex(UserError, "kept by the system"):
                self._new_plan(**{name: value})
        defaults = {f"default_{name}": value for name, value in values.items()}
        Plan = self.env["client.plan"].with_user(self.salesperson)
        plan = Plan.with_context(**defaults).create({"partner_id": self.client.id})
        self.assertFalse(plan.gate_override_uid)
        self.assertFalse(plan.gate_override_keys)

    def test_running_plan_has_nothing_to_pass(self):
        self._complete()
        self.plan.action_start()
        with self.assertRaisesRegex(UserError, "has left its draft"):
            self._as(self.plan, self.leader)._override_gate("Later")
        self.assertFalse(self._gate(user=self.leader).can_override)
