from datetime import datetime, time

from odoo import Command
from odoo.exceptions import UserError

from .plan_common import TODAY, PlanCase
from .view_reading import get_specification

COUNTS = (
    "client_count",
    "salesperson_count",
    "gate_talk_days",
    "gate_event_count",
    "gate_effort_count",
    "gate_medium_count",
    "gate_large_count",
    "gate_unassigned_count",
    "gate_shared_count",
)
# What the manager sees of the territory of ``client2``, in the order of COUNTS.
TERRITORY = (1, 1, 1, 1, 1, 0, 1, 0, 0)
ACTIONS = (
    "action_view_salespeople",
    "action_view_gate_medium",
    "action_view_gate_large",
    "action_view_gate_unassigned",
    "action_view_gate_shared",
    "action_view_gate_events",
    "action_view_gate_efforts",
)


class TestPlanForeignFigures(PlanCase):
    """A plan of many clients is no way to figures of clients whom one may not see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.land = cls.env["res.country"].create({"name": "Norland", "code": "QQ"})
        cls.company.write(
            {
                "client_gate_talk_days": 0,
                "client_gate_medium_count": 0,
                "client_gate_large_count": 1,
            }
        )
        cls.client2.country_id = cls.land
        cls.segment = cls.env["client.segment"].create({"name": "Yards"})
        cls.client2.client_fact_ids.segment_ids = cls.segment
        cls._set_amount(cls.client2, 9e6)
        cls._talk_with(cls.client2)
        subjects = {
            "segment": {"segment_id": cls.segment.id},
            "team": {"team_id": cls.team2.id},
            "territory": {"country_ids": [Command.link(cls.land.id)]},
            "company": {},
        }
        cls.plans = {
            scope: cls._give(scope, **vals) for scope, vals in subjects.items()
        }

    @classmethod
    def _give(cls, scope, user=None, **values):
        """A plan that an administrator gave to the salesperson, or to ``user``."""
        return cls._new_plan(
            cls.manager,
            scope=scope,
            partner_id=False,
            user_id=(user or cls.salesperson).id,
            **values,
        )

    @classmethod
    def _set_amount(cls, clients, amount):
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE client_fact SET amount = %s WHERE partner_id = ANY(%s)",
            (amount, clients.ids),
        )
        cls.env.invalidate_all()

    @classmethod
    def _talk_with(cls, client):
        start = datetime.combine(TODAY, time(9))
        cls.env["calendar.event"].create(
            {
                "name": "Talks",
                "start": start,
                "stop": start.replace(hour=10),
                "user_id": cls.salesperson2.id,
                "partner_ids": [
                    Command.set((client | cls.salesperson2.partner_id).ids)
                ],
            }
        )
        plan = cls._new_plan(cls.salesperson2, partner_id=client.id)
        line = cls._new_line(plan, action_type="call")
        cls.env["client.plan.effort"].create(
            {
                "line_id": line.id,
                "user_id": cls.salesperson2.id,
                "date": TODAY,
                "hours": 1.0,
            }
        )

    def _see(self, plan, user):
        plan = plan.with_user(user)
        return tuple(plan[name] for name in COUNTS)

    # -- salesperson ---------------------------------------------------------------

    def test_plan_that_was_given_shows_how_far_it_is(self):
        """Who it is for was decided by those who may see all of it."""
        for scope, plan in self.plans.items():
            with self.subTest(scope):
                mine = plan.with_user(self.salesperson)
                self.assertTrue(mine.are_figures_visible)
                self.assertEqual(
                    mine.client_count, plan.with_user(self.manager).client_count
                )
        plan = self.plans["territory"]
        self.assertEqual(plan.with_user(self.salesperson).gate, "office")
        self.assertEqual(self._see(plan, self.manager), TERRITORY)
        plan.user_id = self.salesperson2
        plan.controller_id = self.outsider
        self.assertEqual(plan.with_user(self.outsider).gate, "office")

    def test_given_plan_names_no_foreign_client(self):
        plan = self.plans["territory"].with_user(self.salesperson)
        self.assertFalse(plan.gate_talk_partner_id)
        self.assertEqual((plan.gate_talk_days, plan.gate_event_count), (1, 0))
        for action in (plan.action_view_gate_events(), plan.action_view_gate_efforts()):
            self.assertEqual(action["domain"], [("id", "in", [])])
        facts = plan.env["client.fact"].search(plan.action_view_gate_large()["domain"])
        self.assertFalse(facts)

    def test_nobody_counts_foreign_clients_by_entering_a_plan(self):
        entered = self.env["client.plan"].with_user(self.salesperson)
        for values in (
            {"scope": "territory", "country_ids": [Command.link(self.land.id)]},
            {"scope": "segment", "segment_id": self.segment.id},
            {"scope": "company"},
        ):
            plan = entered.new({**values, "user_id": self.salesperson.id})
            with self.subTest(values["scope"]):
                self.assertEqual(tuple(plan[name] for name in COUNTS[:2]), (0, 0))
        given = self.plans["segment"].with_user(self.salesperson)
        plan = entered.new({"scope": "company"}, origin=given)
        self.assertEqual(plan.client_count, 0)

    def test_who_only_reads_a_plan_reads_no_counts(self):
        plan = self._give("team", self.manager, team_id=self.team.id)
        member = plan.with_user(self.salesperson)
        self.assertEqual(member.name, plan.name)
        self.assertFalse(member.are_figures_visible)
        self.assertEqual(self._see(plan, self.salesperson), (0,) * len(COUNTS))
        (row,) = member.web_read(get_specification(member))
        self.assertFalse(any(row.get(name) for name in COUNTS))
        with self.assertRaisesRegex(UserError, "^Clients of .* may not see"):
            member.action_view_salespeople()

    def test_windows_of_foreign_figures_are_refused(self):
        plan = self._give(
            "territory", self.leader, country_ids=[Command.link(self.land.id)]
        )
        for name in ACTIONS:
            with self.subTest(name):
                self.assertTrue(getattr(plan.with_user(self.manager), name)())
                with self.assertRaisesRegex(UserError, "^Clients of .* may not see"):
                    getattr(plan.with_user(self.leader), name)()
        gate = plan.with_user(self.leader).with_context(client_gate="office")
        with self.assertRaisesRegex(UserError, "^Clients of .* may not see"):
            gate.action_propose_gate()
        for user, found in ((self.manager, plan), (self.leader, plan.browse())):
            Plan = self.env["client.plan"].with_user(user)
            reached = Plan.search([("gate", "=", "office"), ("id", "=", plan.id)])
            self.assertEqual(reached, found, user.login)

    def test_first_gate_is_open_to_everybody_who_owns_the_plan(self):
        plan = self.plans["territory"].with_user(self.salesperson)
        plan.with_context(client_gate="talks").action_propose_gate()
        self.assertTrue(plan.line_ids)

    def test_own_clients_of_a_foreign_plan_are_still_listed(self):
        self.client.country_id = self.land
        plan = self.plans["territory"].with_user(self.salesperson)
        facts = plan.env["client.fact"].search(plan.action_view_clients()["domain"])
        self.assertEqual(facts.partner_id, self.client)

    # -- leader --------------------------------------------------------------------

    def test_leader_sees_what_is_made_of_his_own_clients(self):
        for user, seen in (
            (self.leader2, TERRITORY),
            (self.leader, (0,) * len(COUNTS)),
        ):
            plan = self._give(
                "territory", user, country_ids=[Command.link(self.land.id)]
            )
            with self.subTest(user.login):
                self.assertEqual(self._see(plan, user), seen)
        self.assertEqual(self.plans["team"].with_user(self.leader2).client_count, 1)
        foreign = self._give("team", self.leader, team_id=self.team2.id)
        self.assertEqual(self._see(foreign, self.leader), (0,) * len(COUNTS))

    def test_one_foreign_client_among_few_hides_all_of_them(self):
        self.client.country_id = self.land
        plan = self._give(
            "territory", self.leader2, country_ids=[Command.link(self.land.id)]
        )
        self.assertFalse(plan.with_user(self.leader2).are_figures_visible)
        self.assertEqual(self._see(plan, self.leader2), (0,) * len(COUNTS))

    def test_sum_over_many_tells_a_leader_nothing_of_one(self):
        for number in range(5):
            new = self._new_client(f"Yard {number}", self.salesperson2)
            new.country_id = self.land
        plan = self._give(
            "territory", self.leader, country_ids=[Command.link(self.land.id)]
        ).with_user(self.leader)
        self.assertRecordValues(
            plan,
            [
                {
                    "client_count": 6,
                    "gate": "office",
                    "gate_talk_days": 1,
                    "gate_talk_partner_id": False,
                    "gate_event_count": 0,
                    "gate_effort_count": 0,
                }
            ],
        )
        for action in (plan.action_view_gate_events(), plan.action_view_gate_efforts()):
            self.assertEqual(action["domain"], [("id", "in", [])])

    def test_figures_of_many_plans_take_as_many_queries_as_those_of_one(self):
        plans = self.env["client.plan"]
        for _number in range(8):
            plans |= self._give(
                "territory", self.leader2, country_ids=[Command.link(self.land.id)]
            )

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            some = some.with_user(self.leader2)
            some.fetch(["scope"])
            before = self.cr.sql_log_count
            some.mapped("client_count")
            some.mapped("gate")
            return self.cr.sql_log_count - before

        count(plans)  # the rules are cached from here on
        self.assertEqual(count(plans[:1]), count(plans))
