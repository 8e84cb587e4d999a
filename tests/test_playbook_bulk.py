from odoo import Command

from .playbook_common import PlaybookCase

PLANS = 100
LINES = 20


class TestPlaybookBulk(PlaybookCase):
    """A playbook is given to a hundred clients within a few hundred queries."""

    def _new_clients(self, count):
        return self.env["res.partner"].create(
            [
                {"name": f"Client {number}", "is_company": True}
                | {"user_id": self.salesperson.id}
                for number in range(count)
            ]
        )

    def _count(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_a_hundred_plans_of_twenty_lines(self):
        positions = self.env.ref("client_development.client_indicator_positions")
        template = self._new_template(
            name="Large",
            objective_ids=[
                Command.create({"indicator_id": positions.id, "target": 5.0}),
                Command.create({"indicator_id": self.indicator.id, "target": 5.0}),
            ],
            line_ids=[
                Command.create(
                    {
                        "name": f"Action {number}",
                        "section_kind_id": self.kind.id,
                        "role": "salesperson" if number % 2 else "leader",
                        "start_days": number,
                        "deadline_days": number + 5,
                    }
                )
                for number in range(LINES)
            ],
        )
        template.line_ids.objective_id = template.objective_ids[0]
        clients = self._new_clients(PLANS)
        self.env["client.fact"]._ensure(clients)
        # as in the web client: messages and followers are not switched off
        context = {
            key: value
            for key, value in self.env.context.items()
            if key not in ("tracking_disable", "mail_notrack")
        }
        env = self.env(user=self.salesperson, context=context)
        plans = env["client.plan"]

        def apply_playbook():
            nonlocal plans
            plans = env["client.plan"]._create_quietly(
                [{"partner_id": client_id} for client_id in clients.ids]
            )
            template.with_env(env)._apply(plans)

        queries = self._count(apply_playbook)
        lines = plans.line_ids
        self.assertEqual(len(lines), PLANS * LINES)
        self.assertEqual(len(plans.objective_ids), PLANS * 2)
        self.assertEqual(lines.user_id, self.salesperson | self.leader)
        served = plans.objective_ids.filtered(lambda o: o.indicator_id == positions)
        self.assertEqual(lines.objective_id, served)
        self.assertEqual(len(plans.message_ids), PLANS)
        self.assertLess(queries, 400)
