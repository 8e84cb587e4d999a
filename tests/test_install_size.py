from odoo.tests import BaseCase, tagged

from .scratch import DEPS_TEMPLATE, ScratchDatabase, needs_scratch

ORDERS = 100_000
ALLOWED_SECONDS = 20

# Copies an order and its lines of Odoo's demo data, whatever columns there are.
MULTIPLY = f"""
DO $$
DECLARE
    order_columns text;
    line_columns text;
    model_id int := (SELECT l.order_id FROM sale_order_line l
                       JOIN sale_order o ON o.id = l.order_id
                      WHERE o.state = 'sale' ORDER BY l.order_id LIMIT 1);
BEGIN
    SELECT string_agg(quote_ident(column_name), ', ') INTO order_columns
      FROM information_schema.columns
     WHERE table_name = 'sale_order' AND column_name NOT IN ('id', 'access_token');
    SELECT string_agg(quote_ident(column_name), ', ') INTO line_columns
      FROM information_schema.columns
     WHERE table_name = 'sale_order_line' AND column_name NOT IN ('id', 'order_id');
    EXECUTE format(
        'INSERT INTO sale_order (%s) SELECT %s FROM sale_order,'
        ' generate_series(1, {ORDERS}) WHERE id = %s',
        order_columns, order_columns, model_id);
    EXECUTE format(
        'INSERT INTO sale_order_line (order_id, %s)'
        ' SELECT o.id, l.* FROM (SELECT id FROM sale_order WHERE id > %s) o,'
        ' (SELECT %s FROM sale_order_line WHERE order_id = %s LIMIT 1) l',
        line_columns, (SELECT max(order_id) FROM sale_order_line),
        line_columns, model_id);
END $$;
UPDATE sale_order SET date_order = now() - (1 + id % 700) * interval '1 day';
ANALYZE sale_order;
ANALYZE sale_order_line;
"""


@needs_scratch
@tagged("post_install", "-at_install")
class TestInstallSize(BaseCase):
    """Installing on a busy company's database neither locks it nor wakes it up."""

    def test_installing_on_100000_orders_takes_no_longer_and_wakes_no_duty(self):
        with ScratchDatabase(DEPS_TEMPLATE) as small:
            on_few = self._install(small)
        with ScratchDatabase(DEPS_TEMPLATE) as large:
            large.sql(MULTIPLY)
            [[count]] = large.sql("SELECT count(*) FROM sale_order")
            self.assertGreater(int(count), ORDERS)
            on_many = self._install(large)
            large.shell("env['client.survey']._cron_queue_surveys()\nenv.cr.commit()\n")
            duties = large.sql("SELECT count(*) FROM client_survey")

        self.assertLess(on_many - on_few, ALLOWED_SECONDS)
        self.assertEqual(duties, [["0"]])

    def _install(self, base):
        """Install without our demo data and return the seconds of work it took."""
        base.sql("UPDATE ir_module_module SET demo = false")
        _output, seconds = base.timed_odoo(
            "-i", "client_development", "--log-level=warn"
        )
        self.assertEqual(
            base.sql(
                "SELECT state FROM ir_module_module WHERE name = 'client_development'"
            ),
            [["installed"]],
        )
        return seconds
