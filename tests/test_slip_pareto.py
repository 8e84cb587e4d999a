from datetime import timedelta

from odoo.tests import Form

from .plan_common import TODAY
from .slip_common import REASON, SlipCase


class TestSlipPareto(SlipCase):
    """Client postponed 3, resources 1, not said 1; in the other team objection 1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        later = TODAY + timedelta(days=17)
        for reason in (cls.reason, cls.reason, cls.reason2, cls.reason):
            cls._new_line(cls.plan)._move_deadline(later, reason)
        cls._set_today(cls.line, later).sudo()._flag_missed()
        plan = cls._new_plan(cls.salesperson2, partner_id=cls.client2.id)
        line = cls._new_line(plan)
        plan.action_start()
        cls.reason3 = cls.env.ref(REASON + "objection")
        line._move_deadline(later, cls.reason3)
        cls.domain = [("plan_id", "in", (cls.plan | plan).ids)]

    def _shares(self, domain, **options):
        rows = self.env["client.plan.slip"]._read_group(
            domain,
            ["reason_id"],
            ["share:sum", "number:sum", "cumulated_share:sum", "days:sum"],
            **options,
        )
        return {
            reason: (number, round(share, 1), round(cumulated, 1), days)
            for reason, share, number, cumulated, days in rows
        }

    def test_shares_of_what_the_filters_leave(self):
        nothing = self.reason.browse()
        self.assertEqual(
            self._shares([("plan_id", "=", self.plan.id)]),
            {
                self.reason: (3, 60.0, 60.0, 30),
                self.reason2: (1, 20.0, 80.0, 10),
                nothing: (1, 20.0, 100.0, 0),
            },
        )
        self.assertEqual(self._shares(self.domain)[self.reason][:2], (3, 50.0))
        self.assertEqual(
            self._shares([("team_id", "=", self.team2.id), *self.domain]),
            {self.reason3: (1, 100.0, 100.0, 10)},
        )

    def test_a_part_of_the_groups_has_the_same_shares(self):
        domain = [("plan_id", "=", self.plan.id)]
        whole = self._shares(domain)
        for offset in range(3):
            part = self._shares(domain, offset=offset, limit=1)
            self.assertEqual(len(part), 1)
            self.assertLessEqual(part.items(), whole.items())

    def test_pivot_with_teams(self):
        """As the pivot view asks: all groupings at once; shares within each team."""
        sets = [[], ["reason_id"], ["team_id"], ["reason_id", "team_id"]]
        Slip = self.env["client.plan.slip"]
        total, _reasons, _teams, both = Slip._read_grouping_sets(
            self.domain, sets, ["number:sum", "cumulated_share:sum"]
        )
        self.assertEqual(total, [(6, 100.0)])
        shares = {(reason, team): share for reason, team, _number, share in both}
        self.assertEqual(shares[self.reason, self.team], 60.0)
        self.assertEqual(shares[self.reason3, self.team2], 100.0)

    def test_offered_as_measures(self):
        described = self.env["client.plan.slip"].fields_get(
            ["number", "share", "cumulated_share"], ["aggregator"]
        )
        self.assertEqual(
            {values["aggregator"] for values in described.values()}, {"sum"}
        )

    def test_stat_buttons_open_what_they_count(self):
        self.assertEqual(self.plan.slip_count, 5)
        for record, count in ((self.plan, 5), (self.line, 1)):
            action = record.action_view_slips()
            Slip = self.env[action["res_model"]]
            self.assertEqual(Slip.search_count(action["domain"]), count)

    def test_rank_of_the_list_of_reasons(self):
        """A reason is added in its list and offered at once."""
        reason = self.env["client.plan.slip.reason"].with_user(self.manager)
        view = "client_development.client_plan_slip_reason_view_list"
        with Form(reason, view) as form:
            form.name = "Waits for certification"
        found = self.env["client.plan.slip.reason"].name_search("certification")
        self.assertEqual(len(found), 1)
