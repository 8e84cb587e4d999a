from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .plan_common import TODAY
from .playbook_common import PlaybookCase


class TestPlaybookApply(PlaybookCase):
    """Plans are made from a playbook for many clients at once, or for nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_b = cls._new_client("Beech Factory", cls.salesperson)
        cls.client_c = cls._new_client("Chestnut Doors", cls.salesperson)
        cls.clients = cls.client | cls.client_b | cls.client_c

    def _new_wizard(self, clients=None, user=None, **values):
        clients = self.clients if clients is None else clients
        facts = self.env["client.fact"].search([("partner_id", "in", clients.ids)])
        return (
            self.env["client.plan.apply"]
            .with_user(user or self.salesperson)
            .with_context(active_model="client.fact", active_ids=facts.ids)
            .create({"template_id": self.template.id, **values})
        )

    def _confirm(self, wizard):
        action = wizard.action_confirm()
        plans = self.env["client.plan"]
        if action.get("res_id"):
            return plans.browse(action["res_id"])
        return plans.search(action["domain"])

    def test_each_client_gets_a_plan_or_what_his_plan_lacks(self):
        wizard = self._new_wizard(date_start=date(2026, 3, 9))
        self.assertRecordValues(
            wizard,
            [
                {
                    "scope": "client",
                    "subject_count": 3,
                    "plan_count": 2,
                    "added_count": 1,
                    "line_count": 9,
                    "skipped_count": 0,
                    "problem": "",
                }
            ],
        )
        plans = self._confirm(wizard)
        self.assertEqual(plans.partner_id, self.clients)
        self.assertIn(self.plan.sudo(), plans)
        made = plans - self.plan
        self.assertEqual(set(made.mapped("date_start")), {date(2026, 3, 9)})
        self.assertEqual(made.user_id, self.salesperson)
        self.assertEqual(set(made.mapped("state")), {"draft"})
        for plan in plans:
            self.assertEqual(
                plan.line_ids.template_line_id, self.template.line_ids, plan.name
            )

    def test_clients_with_an_open_plan_are_skipped_and_named(self):
        wizard = self._new_wizard(existing="skip")
        self.assertEqual((wizard.plan_count, wizard.skipped_count), (2, 1))
        self.assertIn("Azure Joinery: has an open plan", wizard.skipped)
        self.assertEqual(
            self._confirm(wizard).partner_id, self.client_b | self.client_c
        )
        self.assertEqual(self.plan.line_ids, self.line)

    def test_a_second_plan_on_demand(self):
        wizard = self._new_wizard(self.client, existing="new")
        self.assertEqual(wizard.plan_count, 1)
        made = self._confirm(wizard)
        self.assertNotEqual(made, self.plan)
        self.assertEqual(made.partner_id, self.client)

    def test_a_plan_that_has_everything_is_skipped(self):
        self._apply(self.plan)
        wizard = self._new_wizard(self.client)
        self.assertIn("has everything", wizard.skipped)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            wizard.action_confirm()

    def test_a_plan_that_lacks_only_objectives_is_said_to(self):
        """Those that the facts have reached already are not added any more."""
        self._apply(self.plan)
        self.plan.objective_ids.unlink()
        wizard = self._new_wizard(self.client)
        numbers = (wizard.added_count, wizard.line_count, wizard.skipped_count)
        self.assertEqual(numbers, (1, 0, 0))
        self._confirm(wizard)
        self.assertEqual(self.plan.objective_ids.target, 40)
        self.plan.objective_ids.unlink()
        for values in (
            {"target": -1.0},  # counted by hand: begins at zero
            {
                "indicator_id": self.env.ref(
                    "client_development.client_indicator_sales_amount"
                ).id,
                "target_mode": "percent",
            },
        ):
            self.row_objective.write(values)
            wizard = self._new_wizard(self.client)
            numbers = (wizard.added_count, wizard.line_count, wizard.skipped_count)
            self.assertEqual(numbers, (0, 0, 1))
            self.assertIn("are reached already", wizard.skipped)
            with self.assertRaisesRegex(UserError, "Nothing is left"):
                wizard.action_confirm()
        self.assertFalse(self.plan.objective_ids)

    def test_figures_that_one_may_not_see_are_a_problem_of_the_preview(self):
        self._apply(self.plan)
        self.plan.objective_ids.unlink()
        self.row_objective.indicator_id = self.env.ref(
            "client_development.client_indicator_sales_amount"
        )
        self.client.user_id = self.salesperson2
        self.env["client.fact"]._refresh(self.client)
        wizard = self.env["client.plan.apply"].with_user(self.salesperson)
        wizard = wizard.create(
            {
                "template_id": self.template.id,
                "plan_ids": [Command.set(self.plan.ids)],
            }
        )
        self.assertIn("clients whom you may not see", wizard.problem)
        with self.assertRaisesRegex(UserError, "clients whom you may not see"):
            wizard.action_confirm()

    def test_an_ended_plan_does_not_count_as_open(self):
        self._close(self.plan, "cancel", reason="No budget")
        self.assertEqual(self._new_wizard(self.client).plan_count, 1)

    def test_the_plan_of_somebody_else_is_skipped_and_he_is_named(self):
        self.client_b.user_id = False
        self.env["client.fact"]._refresh(self.client_b)
        self._new_plan(
            self.manager,
            partner_id=self.client_b.id,
            user_id=self.salesperson2.id,
        )
        wizard = self._new_wizard(self.client_b | self.client_c)
        self.assertIn(
            "Beech Factory: has an open plan of cd_salesperson2", wizard.skipped
        )
        self.assertEqual(self._confirm(wizard).partner_id, self.client_c)

    def test_the_owner_is_whoever_was_chosen(self):
        facts = self.env["client.fact"].search([("partner_id", "=", self.client_b.id)])
        facts.developer_id = self.salesperson2
        cases = [
            ("salesperson", False, self.salesperson),
            ("developer", False, self.salesperson2),
            ("me", False, self.manager),
            ("user", self.leader2.id, self.leader2),
        ]
        for mode, user_id, owner in cases:
            with self.subTest(mode=mode):
                wizard = self._new_wizard(
                    self.client_b,
                    self.manager,
                    owner_mode=mode,
                    user_id=user_id,
                    existing="new",
                )
                self.assertEqual(self._confirm(wizard).user_id, owner)

    def test_a_salesperson_who_has_left_is_replaced_by_oneself(self):
        self.salesperson.active = False
        made = self._confirm(self._new_wizard(self.client_b, self.leader))
        self.assertEqual(made.user_id, self.leader)

    def test_one_person_must_be_chosen(self):
        wizard = self._new_wizard(owner_mode="user")
        with self.assertRaisesRegex(UserError, "Owner: choose"):
            wizard.action_confirm()

    def test_a_leader_plans_for_his_team_only(self):
        made = self._confirm(self._new_wizard(self.client_b, self.leader))
        self.assertEqual(made.user_id, self.salesperson)
        with self.assertRaises(AccessError):
            self._new_wizard(self.client_b, self.leader2)
        wizard = self._new_wizard(
            self.client2, self.leader2, partner_ids=[Command.set(self.client_b.ids)]
        )
        self.assertIn("not one of your clients", wizard.problem)
        with self.assertRaisesRegex(UserError, "Beech Factory"):
            wizard.action_confirm()

    def test_a_salesperson_plans_for_his_own_clients_only(self):
        wizard = self._new_wizard(
            self.client_b,
            partner_ids=[Command.set((self.client_b | self.client2).ids)],
        )
        before = self.env["client.plan"].search_count([])
        with self.assertRaisesRegex(UserError, "Birch Works.*not one of your clients"):
            wizard.action_confirm()
        self.assertEqual(self.env["client.plan"].search_count([]), before)

    def test_a_salesperson_makes_no_plans_for_others(self):
        wizard = self._new_wizard(
            self.client_b, owner_mode="user", user_id=self.salesperson2.id
        )
        with self.assertRaisesRegex(UserError, "may not make plans for"):
            wizard.action_confirm()

    def test_contacts_stand_for_their_companies(self):
        wizard = (
            self.env["client.plan.apply"]
            .with_user(self.salesperson)
            .with_context(
                active_model="res.partner",
                active_ids=(self.contact | self.client | self.client_b).ids,
            )
            .create({"template_id": self.template.id})
        )
        self.assertEqual(wizard.partner_ids, self.client | self.client_b)
        stranger = self.env["res.partner"].create(
            {"name": "Fresh", "is_company": True, "user_id": self.salesperson2.id}
        )
        wizard.partner_ids = stranger
        with self.assertRaisesRegex(UserError, "Fresh.*not one of your clients"):
            wizard.action_confirm()

    def test_selected_plans_get_what_they_lack(self):
        plan = self._new_plan(partner_id=self.client_b.id)
        wizard = (
            self.env["client.plan.apply"]
            .with_user(self.salesperson)
            .with_context(
                active_model="client.plan", active_ids=[self.plan.id, plan.id]
            )
            .create({"template_id": self.template.id})
        )
        self.assertEqual((wizard.plan_count, wizard.added_count), (0, 2))
        self.assertEqual(self._confirm(wizard), self.plan | plan)
        self.assertEqual(plan.line_ids.template_line_id, self.template.line_ids)

    def test_plans_of_others_are_not_added_to(self):
        self.line.participant_ids = self.salesperson2  # sees the plan
        wizard = (
            self.env["client.plan.apply"]
            .with_user(self.salesperson2)
            .create(
                {
                    "template_id": self.template.id,
                    "plan_ids": [Command.set(self.plan.ids)],
                }
            )
        )
        with self.assertRaisesRegex(UserError, "may not change this plan"):
            wizard.action_confirm()
        self.assertEqual(self.plan.line_ids, self.line)

    def test_all_or_nothing_and_the_message_names_the_client(self):
        create = type(self.env["client.plan.line"]).create

        def refuse(lines, vals_list):
            for vals in vals_list:
                plan = lines.env["client.plan"].browse(vals["plan_id"])
                if plan.partner_id == self.client_c:
                    raise UserError("Out of paper.")  # pylint: disable=missing-gettext
            return create(lines, vals_list)

        wizard = self._new_wizard()
        before = self.env["client.plan"].search([])
        with (
            patch.object(type(self.env["client.plan.line"]), "create", refuse),
            self.assertRaisesRegex(UserError, "Chestnut Doors.*Out of paper"),
        ):
            wizard.action_confirm()
        self.assertEqual(self.env["client.plan"].search([]), before)
        self.assertEqual(self.plan.line_ids, self.line)

    def test_an_end_before_the_start_and_a_missing_playbook_are_refused(self):
        wizard = self._new_wizard(date_end=TODAY - timedelta(days=1))
        with self.assertRaisesRegex(UserError, "End:"):
            wizard.action_confirm()
        wizard.template_id = False
        with self.assertRaisesRegex(UserError, "Playbook:"):
            wizard.action_confirm()

    def test_a_missing_function_is_said_before_anything_is_stored(self):
        self.row_check.write({"role": "function", "function_id": self.function.id})
        self.function.user_id = False
        wizard = self._new_wizard(self.client_b)
        self.assertIn("Head of logistics", wizard.problem)
        with self.assertRaisesRegex(UserError, "Head of logistics"):
            wizard.action_confirm()
        self.assertFalse(self.client_b.client_plan_ids)

    def test_an_empty_playbook_is_a_problem(self):
        template = self._new_template(name="Empty", objective_ids=[], line_ids=[])
        wizard = self._new_wizard(template_id=template.id)
        self.assertIn("no actions", wizard.problem)

    def test_the_duration_of_the_playbook_sets_the_end(self):
        self.template.duration_days = 30
        wizard = self._new_wizard(self.client_b, date_start=date(2026, 3, 9))
        self.assertEqual(wizard.date_end, date(2026, 4, 7))
        self.assertEqual(self._confirm(wizard).date_end, date(2026, 4, 7))

    def test_what_fits_the_clients_is_offered_first(self):
        facts = self.env["client.fact"].search([("partner_id", "=", self.client.id)])
        facts.segment_ids = self.segment_key
        other, fitting = (
            self._new_template(name="Other"),
            self._new_template(name="Fit"),
        )
        other.segment_ids = self.segment_standard
        fitting.segment_ids = self.segment_key
        wizard = self._new_wizard(self.client)
        found = (
            self.env["client.plan.template"]
            .with_context(client_offer=wizard.offer)
            .name_search(domain=[("id", "in", (other | fitting | self.template).ids)])
        )
        self.assertEqual(
            [id_ for id_, _name in found], [fitting.id, self.template.id, other.id]
        )

    def test_the_default_playbook_is_that_of_the_segment(self):
        facts = self.env["client.fact"].search([("partner_id", "=", self.client.id)])
        facts.segment_ids = self.segment_key
        own = self._new_template(name="For key clients")
        self.segment_key.template_id = own
        form = Form(
            self.env["client.plan.apply"]
            .with_user(self.salesperson)
            .with_context(active_model="client.fact", active_ids=facts.ids)
        )
        self.assertEqual(form.template_id, own)
        self.assertEqual(form.line_count, 3)

    def test_nobody_sees_the_wizard_of_another(self):
        wizard = self._new_wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(self.salesperson2).action_confirm()

    def test_the_button_of_the_plan_opens_it_for_the_plan(self):
        action = self.plan.action_apply_playbook()
        wizard = (
            self.env["client.plan.apply"]
            .with_user(self.salesperson)
            .with_context(**action["context"])
            .create({"template_id": self.template.id})
        )
        self.assertEqual(wizard.plan_ids, self.plan)
