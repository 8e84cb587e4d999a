import random
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tools import SQL

from .test_coverage import MONDAY, NEXT_MONDAY, CoverageCase

HISTORIES = 500
STATES = ("due", "done", "refused", "unreachable", "cancelled")


class TestCoverageLive(CoverageCase):
    """The coverage as it stands now, beside the weeks as they were recorded."""

    def _live(self, user=None, **domain):
        rows = self.env["client.coverage.week"].with_user(user or self.manager)
        return rows.search([(name, "=", value) for name, value in domain.items()])

    def test_equals_a_plain_count_on_random_histories(self):
        """Recorded and live figures against a count in plain Python (seeded)."""
        surveys = self.env["client.survey"]
        for _number in range(40):
            surveys |= self._order_due(MONDAY)
        users = [self.salesperson.id, self.salesperson2.id, self.leader.id, None]
        today = MONDAY + timedelta(days=21)
        rng = random.Random(20260302)
        for number in range(HISTORIES):
            history = [
                (
                    survey.id,
                    MONDAY + timedelta(days=rng.randrange(28)),
                    rng.choice(users),
                    rng.choice(STATES),
                    rng.randrange(6),
                )
                for survey in surveys[: rng.randint(1, 40)]
            ]
            self._write_history(surveys, history)
            with self.subTest(history=number):
                self.assertEqual(*self._count_recorded(history, today))
                self.assertEqual(*self._count_live(history))

    def _write_history(self, surveys, history):
        """Store ``history``; the surveys that are not in it lie far ahead."""
        rest = [
            (survey_id, date(2036, 1, 1), None, "cancelled", 0)
            for survey_id in surveys[len(history) :].ids
        ]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_survey cs
                   SET date_due = given.date_due, state = given.state,
                       coverage_user_id = given.user_id::int,
                       attempt_count = given.attempts,
                       rating = CASE WHEN given.state = 'done' THEN 4 ELSE 0 END
                  FROM (VALUES %s) given (id, date_due, user_id, state, attempts)
                 WHERE cs.id = given.id
                """,
                SQL(", ").join(
                    SQL("(%s, %s::date, %s, %s, %s)", *row) for row in history + rest
                ),
            )
        )
        self.env.invalidate_all()

    def _count_plainly(self, history, ended_before=None):
        weeks = {}
        for _id, due, user, state, attempts in history:
            monday = due - timedelta(days=due.weekday())
            if ended_before and monday + timedelta(days=7) > ended_before:
                continue
            week = weeks.setdefault((user, monday), [0, 0, 0, 0, 0, 0])
            if state == "cancelled":
                week[5] += 1
                continue
            week[0] += 1
            week[1] += state == "done"
            week[2] += state != "done" and attempts >= 3
            week[3] += state == "refused"
            week[4] += state == "unreachable"
        return weeks

    def _count_recorded(self, history, today):
        with freeze_time(datetime.combine(today, datetime.min.time())):
            recorded = self.env["client.coverage"]._prepare_coverage_vals(self.company)
        counted = {
            key: (*week[:5], 100.0 * week[1] / week[0])
            for key, week in self._count_plainly(history, today).items()
            if week[0]
        }
        return {
            (row["user_id"], row["week_start"]): (
                row["completed_count"],
                row["answered_count"],
                row["attempts3_count"],
                row["refused_count"],
                row["unreachable_count"],
                row["coverage"],
            )
            for row in recorded
        }, counted

    def _count_live(self, history):
        weeks = self.env["client.coverage.week"].search(
            [("week_start", "<", date(2030, 1, 1))]
        )
        live = {
            (row.user_id.id or None, row.week_start): [
                row.completed_count,
                row.answered_count,
                row.attempts3_count,
                row.refused_count,
                row.unreachable_count,
                row.excluded_count,
            ]
            for row in weeks
        }
        return live, self._count_plainly(history)

    def test_this_week_and_late_answers_show_at_once(self):
        surveys = [self._order_due(MONDAY) for _number in range(2)]
        self._answer(surveys[0])
        recorded = self._record()
        live = self._live(week_start=MONDAY)
        self.assertEqual((live.coverage, live.open_count), (50.0, 1))
        self._answer(surveys[1])
        self.env.invalidate_all()
        self.assertEqual(self._live(week_start=MONDAY).coverage, 100.0)
        self.assertEqual(recorded.coverage, 50.0)
        self._order_due(NEXT_MONDAY)
        self.assertEqual(self._live(week_start=NEXT_MONDAY).coverage, 0.0)

    def test_without_orders_there_is_no_value(self):
        self._order_due(MONDAY).state = "cancelled"
        [row] = self.env["client.coverage.week"].search_read(
            [("week_start", "=", MONDAY)], ["completed_count", "excluded_count"]
        )
        self.assertEqual((row["completed_count"], row["excluded_count"]), (0, 1))
        [(coverage,)] = self.env["client.coverage.week"]._read_group(
            [("week_start", "=", MONDAY)], [], ["coverage:avg"]
        )
        self.assertFalse(coverage)

    def test_coverage_of_a_team_is_weighted(self):
        for user, answered in ((self.salesperson, 1), (self.salesperson2, 3)):
            surveys = [self._order_due(MONDAY, user=user) for _number in range(3)]
            for survey in surveys[:answered]:
                self._answer(survey)
        self._answer(self._order_due(MONDAY))
        self.env.flush_all()
        [(coverage,)] = self.env["client.coverage.week"]._read_group(
            [("week_start", "=", MONDAY)], [], ["coverage:avg"]
        )
        self.assertAlmostEqual(coverage, 100.0 * 5 / 7)

    def test_opens_what_it_counts(self):
        surveys = [self._order_due(MONDAY) for _number in range(3)]
        self._answer(surveys[0])
        self._order_due(NEXT_MONDAY)
        row = self._live(week_start=MONDAY)
        found = self.env["client.survey"].search(row.action_view_surveys()["domain"])
        self.assertEqual(len(found), row.completed_count)
        waiting = self.env["client.survey"].search(row.action_view_open()["domain"])
        self.assertEqual(waiting, found - surveys[0])

    def test_who_sees_it(self):
        self._order_due(MONDAY)
        self._order_due(MONDAY, user=self.salesperson2)
        self.assertEqual(self._live(self.salesperson).user_id, self.salesperson)
        self.assertEqual(self._live(self.leader).team_id, self.salesperson.sale_team_id)
        self.assertEqual(len(self._live()), 2)
        with self.assertRaises(AccessError):
            self._live(self.outsider)


class TestDigestFigures(CoverageCase):
    """The digest tells how many clients answered, and how they rate."""

    def _digest(self, user):
        digest = self.env["digest.digest"].create({"name": "Digest"})
        return digest.with_user(user).with_context(
            start_datetime=datetime.combine(MONDAY, datetime.min.time()),
            end_datetime=datetime.combine(NEXT_MONDAY, datetime.min.time()),
        )

    def test_figures_of_the_period(self):
        surveys = [self._order_due(MONDAY) for _number in range(4)]
        for survey, rating in zip(surveys, (5, 4, 3), strict=False):
            survey.write(
                {"state": "done", "rating": rating, "date_done": datetime(2026, 3, 4)}
            )
        self._answer(self._order_due(NEXT_MONDAY))
        self.env.flush_all()
        digest = self._digest(self.manager)
        self.assertEqual(digest.kpi_client_survey_value, 3)
        self.assertEqual(digest.kpi_client_coverage_value, 75.0)
        self.assertEqual(digest.kpi_client_rating_value, 4.0)

    def _shown(self, name):
        digest = self.env["digest.digest"].create(
            {"name": "Digest", f"kpi_client_{name}": True}
        )
        kpis = digest._compute_kpis(self.company, self.manager)
        kpi = next(kpi for kpi in kpis if kpi["kpi_name"] == f"kpi_client_{name}")
        return [kpi[f"kpi_col{number}"]["value"] for number in (1, 2, 3)]

    def test_without_orders_due_no_coverage_is_shown(self):
        with freeze_time("2026-03-31 10:00:00"):
            for name in ("coverage", "rating"):
                self.assertEqual(self._shown(name), ["–"] * 3)
            survey = self._order_due(date(2026, 3, 12))
            self.env.flush_all()
            self.assertEqual(self._shown("coverage"), ["–", "–", "0.00"])
            survey.write(
                {"state": "done", "rating": 4, "date_done": datetime(2026, 3, 28)}
            )
            self.env.flush_all()
            self.assertEqual(self._shown("coverage"), ["–", "–", "100.00"])
            self.assertEqual(self._shown("rating"), ["–", "4.00", "4.00"])
            self.assertEqual(self._shown("survey"), [0, 1, 1])

    def test_left_out_for_those_who_may_not_see_surveys(self):
        digest = self._digest(self.outsider)
        for name in ("survey", "coverage", "rating"):
            with self.assertRaises(AccessError):
                digest.read([f"kpi_client_{name}_value"])

    def test_each_figure_opens_its_screen(self):
        digest = self._digest(self.manager)
        actions = digest._compute_kpis_actions(self.company, self.manager)
        for name in ("kpi_client_survey", "kpi_client_coverage", "kpi_client_rating"):
            self.env.ref(actions[name].split("?")[0])
