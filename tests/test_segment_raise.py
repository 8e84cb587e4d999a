from datetime import date, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentRaise(SegmentCase):
    """Which raises count: better than before, by a person, and not undone."""

    def test_raise_undone_within_thirty_days_does_not_count(self):
        self._set(self.segment_standard, day="2026-01-01")
        raised = self._set(self.segment_key, day="2026-03-01 10:00:00")
        self.assertTrue(raised.is_counted)
        self._set(self.segment_standard, day="2026-03-31 10:00:00")
        self.assertTrue(raised.is_raise)
        self.assertEqual(raised.undone_on, date(2026, 3, 31))
        self.assertFalse(raised.is_counted)
        self.assertFalse(self._moves()[0].undone_on)

    def test_raise_undone_after_thirty_one_days_counts(self):
        self._set(self.segment_standard, day="2026-01-01")
        raised = self._set(self.segment_key, day="2026-03-01 10:00:00")
        self._set(self.segment_standard, day="2026-04-01 10:00:00")
        self.assertFalse(raised.undone_on)
        found = self.env["client.segment.move"].search(
            [("fact_id", "=", self.fact.id), ("is_counted", "=", True)]
        )
        self.assertIn(raised, found)
        found = self.env["client.segment.move"].search(
            [("fact_id", "=", self.fact.id), ("is_counted", "=", False)]
        )
        self.assertNotIn(raised, found)
        self.assertTrue(found)

    def test_raise_undone_by_half_counts(self):
        self._set(self.segment_standard, day="2026-01-01")
        raised = self._set(self.segment_key, day="2026-03-01")
        self._set(self.segment_growth, day="2026-03-05")
        self.assertFalse(raised.undone_on)
        # and is undone once the client is as low as before, or lower
        self._set(self.tag, day="2026-03-20")
        self.assertEqual(raised.undone_on, date(2026, 3, 20))

    def test_only_the_raise_that_was_undone_is_lost(self):
        self._set(self.segment_standard, day="2026-01-01")
        first = self._set(self.segment_growth, day="2026-03-01")
        second = self._set(self.segment_key, day="2026-03-05")
        self._set(self.segment_growth, day="2026-03-10")
        self.assertFalse(first.undone_on)
        self.assertTrue(second.undone_on)

    def test_raise_from_no_rank_is_undone_by_no_rank(self):
        raised = self._set(self.segment_standard, day="2026-03-01")
        self._set(self.tag, day="2026-03-02")
        self.assertTrue(raised.undone_on)

    def test_raise_is_undone_by_a_change_of_ranks_too(self):
        self._set(self.segment_standard, day="2026-01-01")
        raised = self._set(self.segment_key, day="2026-03-01")
        with freeze_time("2026-03-10"):
            self.segment_key.with_user(self.manager).rank = 3
        self.assertEqual(raised.undone_on, date(2026, 3, 10))

    def test_raise_again_counts_again(self):
        self._set(self.segment_standard, day="2026-01-01")
        first = self._set(self.segment_key, day="2026-03-01")
        self._set(self.segment_standard, day="2026-03-02")
        again = self._set(self.segment_key, day="2026-03-03")
        self.assertEqual((first | again).filtered("is_counted"), again)

    def test_what_the_client_had_within_thirty_days_is_no_raise(self):
        key, growth, standard = 1, 2, 3
        ranked = self.segment_key | self.segment_growth | self.segment_standard
        for steps in (
            # (day, rank or None for none, is a raise, counts in the end)
            [(0, key, 1, 1), (40, None, 0, 0), (40, key, 0, 0)],
            [(0, key, 1, 1), (40, None, 0, 0), (70, key, 0, 0)],
            [(0, key, 1, 1), (40, None, 0, 0), (71, key, 1, 1)],
            [(0, key, 1, 1), (40, standard, 0, 0), (45, key, 0, 0)],
            [(0, key, 1, 1), (40, standard, 0, 0), (45, growth, 0, 0)],
            [(0, key, 1, 1), (40, standard, 0, 0), (71, growth, 1, 1)],
            [(0, growth, 1, 1), (40, standard, 0, 0), (45, key, 1, 1)],
            [(0, standard, 1, 1), (40, None, 0, 0), (41, standard, 0, 0)],
            # step by step down and up, twice
            [(0, key, 1, 1), (40, growth, 0, 0), (60, standard, 0, 0)]
            + [(65, growth, 0, 0), (69, key, 0, 0), (70, None, 0, 0)]
            + [(71, key, 0, 0)],
            # an undone raise was none: the next one may count, but only one does
            [(0, standard, 1, 1), (40, key, 1, 0), (41, standard, 0, 0)]
            + [(42, key, 1, 0), (43, standard, 0, 0), (43, key, 1, 1)],
            [(0, standard, 1, 1), (40, key, 1, 1), (41, growth, 0, 0)]
            + [(41, key, 0, 0), (42, growth, 0, 0), (43, key, 0, 0)],
            [(0, standard, 1, 1), (40, key, 1, 0), (41, growth, 0, 0)]
            + [(42, key, 0, 0), (43, standard, 0, 0), (44, key, 1, 1)]
            + [(44, growth, 0, 0), (44, key, 0, 0)],
        ):
            with self.subTest(steps=steps), self.env.cr.savepoint() as savepoint:
                for day, rank, _is_raise, _is_counted in steps:
                    segments = ranked.filtered(lambda s, r=rank: s.rank == r)
                    moment = date(2026, 1, 1) + timedelta(day)
                    self._set(segments | self.tag, day=str(moment))
                self.assertEqual(
                    [(move.is_raise, move.is_counted) for move in self._moves()],
                    [(bool(step[2]), bool(step[3])) for step in steps],
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_rank_that_a_rule_gave_is_no_raise_when_a_person_gives_it_back(self):
        self.segment_key.domain = f"[('partner_id', '=', {self.client.id})]"
        today = str(self.company._client_today())
        self._set(self.tag, day=today)
        back = self._set(self.segment_key, day=today)
        self.assertEqual(back.to_segment_id, self.segment_key)
        self.assertFalse(back.is_raise)
