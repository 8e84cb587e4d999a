import logging
import time

from odoo.tests import tagged

from .breach_common import TODAY, BreachCase

_logger = logging.getLogger(__name__)

CLIENTS = 10_000
MESSAGES = 5  # of each client
# A tenth of it would do; a statement that compares all with all takes minutes.
ALLOWED_SECONDS = 30


@tagged("post_install", "-at_install")
class TestBreachScale(BreachCase):
    """Ten thousand clients with messages, checked by the same few statements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment.write(
            {
                "contact_days": 30,
                "plan_required": True,
                "review_days": 60,
                "minimum_products": 3,
                "coverage_target": 90,
            }
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            """
            WITH ids AS (
                SELECT nextval('res_partner_id_seq') AS id
                  FROM generate_series(1, %(count)s)
            ), partners AS (
                -- Copies of one client: other addons have columns of their own.
                INSERT INTO res_partner
                SELECT (jsonb_populate_record(p, jsonb_build_object(
                            'id', ids.id,
                            'commercial_partner_id', ids.id,
                            'name', 'Scale ' || ids.id))).*
                  FROM ids, res_partner p
                 WHERE p.id = %(client)s
             RETURNING id
            )
            INSERT INTO client_fact
                   (company_id, partner_id, active, user_id, team_id, segment_id,
                    segment_rank, order_count, product_count, survey_count,
                    survey_coverage, create_date)
            SELECT %(company)s, id, TRUE, %(user)s, %(team)s, %(segment)s, 1,
                   1, id %% 6, id %% 2, id %% 101, TIMESTAMP '2025-06-01'
              FROM partners
            """,
            {
                "client": cls.client.id,
                "count": CLIENTS,
                "company": cls.company.id,
                "user": cls.salesperson.id,
                "team": cls.team.id,
                "segment": cls.segment.id,
            },
        )
        cls.env.cr.execute(
            """
            WITH messages AS (
                INSERT INTO mail_message
                       (model, res_id, date, author_id, message_type, subtype_id)
                SELECT 'res.partner', p.id,
                       TIMESTAMP '2026-03-20' - (p.id %% 60 + n) * INTERVAL '1 day',
                       %(author)s, 'comment', %(subtype)s
                  FROM res_partner p, generate_series(1, %(messages)s) n
                 WHERE p.name LIKE 'Scale %%'
             RETURNING id, res_id
            )
            INSERT INTO mail_message_res_partner_rel (mail_message_id, res_partner_id)
            SELECT id, res_id FROM messages
            """,
            {
                "author": cls.salesperson.partner_id.id,
                "subtype": cls.env.ref("mail.mt_comment").id,
                "messages": MESSAGES,
            },
        )
        cls.env.cr.execute(
            "ANALYZE res_partner, client_fact, mail_message,"
            " mail_message_res_partner_rel"
        )
        cls.env.invalidate_all()

    def _versions(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT count(*), max(id), md5(string_agg(xmin::text || ctid::text, ' '"
            " ORDER BY id)) FROM client_breach"
        )
        return self.env.cr.fetchall()

    def _timed_check(self):
        started, before = time.monotonic(), self.env.cr.sql_log_count
        result = self._check()
        seconds = time.monotonic() - started
        _logger.info(
            "%s clients: %s opened, %s closed in %.2f s, %s queries",
            CLIENTS,
            *result,
            seconds,
            self.env.cr.sql_log_count - before,
        )
        self.assertLess(seconds, ALLOWED_SECONDS)
        return result, self.env.cr.sql_log_count - before

    def test_ten_thousand_clients_are_checked_and_named_to_their_salesperson(self):
        (opened, closed), queries = self._timed_check()
        self.assertGreater(opened, CLIENTS)
        self.assertEqual(closed, 0)
        self.assertLess(queries, 100)
        self.env.cr.execute(
            """
            SELECT standard, COUNT(*) FROM client_breach b
              JOIN client_fact f ON f.id = b.fact_id
              JOIN res_partner p ON p.id = f.partner_id
             WHERE b.date_closed IS NULL AND p.name LIKE 'Scale %%'
             GROUP BY 1
            """
        )
        found = dict(self.env.cr.fetchall())
        # The same, counted by the rule by which the rows were made.
        self.env.cr.execute(
            """
            SELECT COUNT(*) FILTER (WHERE DATE '2026-03-20' - (id %% 60 + 1)
                                          < %(today)s::date - 30),
                   COUNT(*) FILTER (WHERE id %% 6 < 3),
                   COUNT(*) FILTER (WHERE id %% 2 > 0 AND id %% 101 < 90)
              FROM res_partner WHERE name LIKE 'Scale %%'
            """,
            {"today": TODAY},
        )
        contact, positions, coverage = self.env.cr.fetchone()
        self.assertEqual(
            found,
            {
                "contact": contact,
                "plan": CLIENTS,
                "positions": positions,
                "coverage": coverage,
            },
        )
        self.assertEqual(len(self._activities()), 1)

        before = self._versions()
        again, queries = self._timed_check()
        self.assertEqual(again, (0, 0))
        self.assertEqual(self._versions(), before)
        self.assertLess(queries, 60)
