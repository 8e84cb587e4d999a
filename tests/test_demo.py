import re

from odoo.tests import BaseCase, tagged

from .scratch import DEPS_TEMPLATE, ScratchDatabase, needs_scratch

ALLOWED_SECONDS = 60

# The confirmed orders of our demo, beside those of Odoo's own.
ORDERS = """
WITH demo AS (
    SELECT o.*, p.commercial_partner_id AS client_id
      FROM sale_order o
      JOIN res_partner p ON p.id = o.partner_id
      JOIN ir_model_data d ON d.model = 'sale.order' AND d.res_id = o.id
                          AND d.module = 'client_development'
     WHERE o.state = 'sale')
"""


@needs_scratch
@tagged("post_install", "-at_install")
class TestDemo(BaseCase):
    """The demo data as a newcomer gets it: loaded by a real process, once for all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.base = cls.enterClassContext(ScratchDatabase(DEPS_TEMPLATE))
        cls.log, cls.seconds = cls.base.timed_odoo(
            "-i", "client_development", "--with-demo"
        )

    def test_it_loads_within_a_minute_without_a_warning(self):
        # Warnings of Python itself are about Odoo's libraries.
        complaints = re.findall(r"^.* (?:WARNING|ERROR|CRITICAL) .*$", self.log, re.M)
        self.assertEqual([c for c in complaints if "py.warnings" not in c], [])
        self.assertEqual(self._row("SELECT count(*) FROM ir_demo_failure"), ["0"])
        self.assertLess(self.seconds, ALLOWED_SECONDS)

    def test_two_leaders_have_three_salespeople_each(self):
        teams = self.base.sql(
            """
            SELECT leader.login, string_agg(u.login, ' ' ORDER BY u.login)
              FROM crm_team t
              JOIN res_users leader ON leader.id = t.user_id
              JOIN crm_team_member m ON m.crm_team_id = t.id AND m.active
              JOIN res_users u ON u.id = m.user_id
             WHERE u.id != t.user_id AND leader.login IN ('anna', 'dmitry')
             GROUP BY 1 ORDER BY 1
            """
        )
        self.assertEqual(
            teams, [["anna", "ivan olga pavel"], ["dmitry", "elena maria sergey"]]
        )

    def test_everybody_logs_in_with_his_login_as_password(self):
        logins = "anna dmitry elena ivan maria olga pavel sergey".split()
        script = (
            f"for login in {logins}:\n"
            "    credential = {'type': 'password', 'login': login, 'password': login}\n"
            "    env['res.users'].authenticate(credential, {'interactive': False})\n"
            "    print('logged in:', login)\n"
        )
        self.assertEqual(
            re.findall(r"logged in: (\w+)", self.base.shell(script)), logins
        )

    def test_orders_of_two_years_in_eight_categories(self):
        orders, months, clients, categories = self._numbers(
            ORDERS
            + """
            SELECT count(DISTINCT o.id),
                   count(DISTINCT date_trunc('month', date_order)),
                   count(DISTINCT client_id),
                   count(DISTINCT t.categ_id)
              FROM demo o
              JOIN sale_order_line l ON l.order_id = o.id
              JOIN product_product p ON p.id = l.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE l.price_subtotal > 0
            """
        )
        self.assertTrue(500 <= orders <= 750, orders)
        self.assertTrue(24 <= months <= 25, months)
        self.assertTrue(35 <= clients <= 40, clients)
        self.assertEqual(categories, 8)

    def test_a_fifth_of_the_clients_brings_most_of_the_sales(self):
        [share] = self._numbers(
            ORDERS
            + """, client AS (
                SELECT sum(amount_untaxed) AS amount FROM demo
                 WHERE date_order > now() - interval '1 year' GROUP BY client_id)
            SELECT round(100 * sum(amount) FILTER (WHERE place <= 8) / sum(amount))
              FROM (SELECT amount, row_number() OVER (ORDER BY amount DESC) AS place
                      FROM client) ranked
            """
        )
        self.assertTrue(70 <= share <= 90, share)

    def test_clients_grow_shrink_come_go_and_return(self):
        growing, shrinking, new, lost, returned = self._numbers(
            ORDERS
            + """, client AS (
                SELECT client_id,
                       COALESCE(sum(amount_untaxed) FILTER (WHERE recent), 0) AS now,
                       COALESCE(sum(amount_untaxed) FILTER (WHERE NOT recent), 0)
                           AS before,
                       max(pause) AS pause
                  FROM (SELECT *, date_order > now() - interval '1 year' AS recent,
                               date_order - lag(date_order) OVER (
                                   PARTITION BY client_id ORDER BY date_order) AS pause
                          FROM demo) dated
                 GROUP BY 1)
            SELECT count(*) FILTER (WHERE before > 0 AND now > before * 1.2),
                   count(*) FILTER (WHERE now BETWEEN 1 AND before * 0.6),
                   count(*) FILTER (WHERE before = 0),
                   count(*) FILTER (WHERE now = 0),
                   count(*) FILTER (WHERE pause > interval '1 year')
              FROM client
            """
        )
        self.assertGreaterEqual(growing, 8)
        self.assertGreaterEqual(shrinking, 3)
        self.assertGreaterEqual(new, 2)
        self.assertGreaterEqual(lost, 2)
        self.assertGreaterEqual(returned, 2)

    def test_plans_and_actions_are_in_every_state(self):
        plans = dict(
            self.base.sql("SELECT state, count(*) FROM client_plan GROUP BY 1")
        )
        self.assertEqual(
            set(plans),
            {"draft", "discussion", "signoff", "running", "closed", "cancelled"},
        )
        self.assertGreaterEqual(int(plans["running"]), 6)
        lines = self.base.sql("SELECT DISTINCT state FROM client_plan_line ORDER BY 1")
        self.assertEqual(
            [state for [state] in lines],
            ["accepted", "cancelled", "done", "planned", "progress", "rework"],
        )
        output = self.base.shell(
            "objectives = env['client.plan.objective'].search("
            "[('plan_state', '=', 'running')])\n"
            "print('statuses', *sorted(set(objectives.mapped('status'))))\n"
            "print('overdue', env['client.plan.line'].search_count("
            "[('is_overdue', '=', True)]) > 3)\n"
            "print('sections', {len(plan.section_ids) for plan in"
            " env['client.plan'].search([('scope', '=', 'client')])})\n"
            "print('scopes', *sorted(set(env['client.plan'].search([])"
            ".mapped('scope'))))\n"
        )
        self.assertIn("statuses amber green red\n", output)
        self.assertIn("overdue True\n", output)
        self.assertIn("sections {5}\n", output)
        self.assertIn("scopes client company segment team territory\n", output)

    def test_slips_have_their_pareto(self):
        moved, missed, silent, waiting = self._numbers(
            "SELECT count(*) FILTER (WHERE kind = 'moved'),"
            " count(*) FILTER (WHERE kind = 'missed'),"
            " count(*) FILTER (WHERE reason_id IS NULL),"
            " (SELECT count(*) FROM client_plan_line WHERE is_waiting)"
            " FROM client_plan_slip"
        )
        self.assertTrue(moved and missed and silent and waiting)

    def test_reviews_are_held_due_and_escalated(self):
        held, due, escalated = self._numbers(
            "SELECT count(*) FILTER (WHERE state = 'held'),"
            " count(*) FILTER (WHERE state = 'due'), count(date_escalated)"
            " FROM client_plan_review"
        )
        self.assertGreaterEqual(held, 10)
        self.assertGreaterEqual(due, 2)
        self.assertEqual(escalated, 1)

    def test_surveys_have_every_outcome_and_coverage_above_and_below_target(self):
        states = dict(
            self.base.sql("SELECT state, count(*) FROM client_survey GROUP BY 1")
        )
        self.assertEqual(set(states), {"due", "done", "refused", "unreachable"})
        self.assertGreaterEqual(int(states["done"]), 50)
        late, back, low, answers = self._numbers(
            "SELECT count(*) FILTER (WHERE state = 'due' AND date_due < current_date),"
            " count(*) FILTER (WHERE date_callback > now()),"
            " count(*) FILTER (WHERE rating <= 3 AND state = 'done'),"
            " (SELECT count(*) FROM client_survey_answer) FROM client_survey"
        )
        self.assertTrue(late and back and low)
        self.assertGreaterEqual(answers, 4 * int(states["done"]))
        weeks, good, bad = self._numbers(
            """
            SELECT max(weeks), count(*) FILTER (WHERE share >= 90),
                   count(*) FILTER (WHERE share < 90)
              FROM (SELECT count(DISTINCT week_start) AS weeks,
                           100.0 * sum(answered_count) / sum(completed_count) AS share
                      FROM client_coverage GROUP BY user_id) person
            """
        )
        self.assertGreaterEqual(weeks, 7)
        self.assertGreaterEqual(good, 2)
        self.assertGreaterEqual(bad, 2)

    def test_call_backs_are_at_ten_or_half_past_three_of_a_working_day(self):
        """Whenever the demo is loaded; and nobody has worked at night."""
        zone = "AT TIME ZONE 'UTC' AT TIME ZONE (SELECT c.tz FROM res_company"
        zone += " JOIN resource_calendar c ON c.id = resource_calendar_id"
        zone += " ORDER BY res_company.id LIMIT 1)"
        rows = self.base.sql(
            "SELECT DISTINCT to_char(moment, 'HH24:MI:SS'), to_char(moment, 'ID')"
            f"  FROM (SELECT date_callback {zone} AS moment FROM client_survey"
            "         WHERE date_callback IS NOT NULL) callback"
        )
        self.assertTrue(rows)
        self.assertLessEqual({hour for hour, _day in rows}, {"10:00:00", "15:30:00"})
        self.assertLessEqual({day for _hour, day in rows}, set("12345"))
        hours = self.base.sql(
            f"SELECT DISTINCT extract(hour FROM date {zone})::int"
            "   FROM client_suggestion"
            f" UNION SELECT extract(hour FROM date_done {zone})::int FROM client_call"
            "  WHERE campaign_id IS NOT NULL AND date_done IS NOT NULL"
            f" UNION SELECT extract(hour FROM create_date {zone})::int FROM crm_lead"
            "  WHERE id IN (SELECT res_id FROM ir_model_data WHERE model = 'crm.lead'"
            "   AND module = 'client_development' AND name LIKE 'crm_lead_past_%')"
        )
        self.assertTrue(hours)
        self.assertLessEqual({int(hour) for [hour] in hours}, set(range(9, 17)))

    def test_some_clients_of_each_team_are_owed_something(self):
        clients, breached, standards, people = self._numbers(
            "SELECT (SELECT count(*) FROM client_fact WHERE segment_id IS NOT NULL),"
            " count(DISTINCT fact_id), count(DISTINCT standard),"
            " count(DISTINCT responsible_id) FROM client_breach"
        )
        self.assertTrue(clients * 0.2 <= breached <= clients * 0.8, breached)
        self.assertGreaterEqual(standards, 4)
        self.assertGreaterEqual(people, 3)

    def test_nothing_is_mailed_and_few_activities_are_made(self):
        mails, activities = self._numbers(
            "SELECT (SELECT count(*) FROM mail_mail m JOIN mail_message g"
            " ON g.id = m.mail_message_id WHERE g.model LIKE 'client.%'),"
            " (SELECT count(*) FROM mail_activity WHERE res_model LIKE 'client.%')"
        )
        self.assertEqual(mails, 0)
        self.assertLessEqual(activities, 20)

    def test_the_scheduled_actions_find_everything_done(self):
        counts = (
            "SELECT (SELECT count(*) FROM client_survey),"
            " (SELECT count(*) FROM client_coverage),"
            " (SELECT count(*) FROM client_plan_review),"
            " (SELECT count(*) FROM client_breach),"
            " (SELECT count(*) FROM client_fact)"
        )
        before = self._numbers(counts)
        self.base.shell(
            "env['client.survey']._cron_queue_surveys()\n"
            "env['client.coverage']._cron_record_coverage()\n"
            "env['client.plan']._cron_enforce_reviews()\n"
            "env['client.fact']._cron_refresh()\n"
            "env['client.breach']._cron_check_standards()\n"
            "env.cr.commit()\n"
        )
        self.assertEqual(self._numbers(counts), before)

    def _row(self, query):
        [row] = self.base.sql(query)
        return row

    def _numbers(self, query):
        return [int(value) for value in self._row(query)]
