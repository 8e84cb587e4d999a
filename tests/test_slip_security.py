from odoo.exceptions import AccessError

from .common import GROUP
from .slip_common import SlipCase


class TestSlipSecurity(SlipCase):
    """Whoever sees an action sees its slips; each rule is missed when it is gone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line._move_deadline(cls._later(cls, 14), cls.reason)
        cls.slip = cls.line.slip_ids.sudo()
        cls.row = (
            cls.env["client.plan.handover"]
            .sudo()
            .create(
                {
                    "plan_id": cls.plan.id,
                    "line_id": cls.line.id,
                    "role": "responsible",
                    "user_id": cls.salesperson2.id,
                    "new_user_id": cls.salesperson.id,
                    "date": cls.slip.date,
                }
            )
        )
        cls.records = (cls.slip, cls.row)

    def _sees(self, user):
        self.env.invalidate_all()
        seen = [
            record.with_user(user).search_count([("id", "=", record.id)])
            for record in self.records
        ]
        self.assertEqual(len(set(seen)), 1, f"{user.login}: one sees both or none")
        return bool(seen[0])

    def test_by_role(self):
        for user, sees in (
            (self.salesperson, True),
            (self.leader, True),
            (self.manager, True),
            (self.salesperson2, False),
            (self.leader2, False),
            (self.outsider, False),
        ):
            self.assertEqual(self._sees(user), sees, user.login)
        for record in self.records:
            with self.assertRaises(AccessError):
                record.with_user(self.outsider).read(["date"])

    def test_responsible_participant_and_controller_without_sales_rights(self):
        line = self.line.sudo()
        for record, name in (
            (line, "user_id"),
            (line, "participant_ids"),
            (self.plan.sudo(), "controller_id"),
        ):
            before = record[name]
            self.assertFalse(self._sees(self.outsider))
            record[name] = self.outsider
            self.assertTrue(self._sees(self.outsider), name)
            record[name] = before

    def test_owner_client_and_member(self):
        """Owner, the client's salesperson, and who has another action of the plan."""
        plan = self.plan.sudo()
        plan.write({"user_id": self.manager.id, "team_id": self.team.id})
        self.line.sudo().user_id = self.manager
        self.assertTrue(self._sees(self.salesperson), "his client")
        self.client.user_id = False
        self.assertFalse(self._sees(self.salesperson))
        plan.write({"user_id": self.salesperson.id, "team_id": self.team.id})
        self.assertTrue(self._sees(self.salesperson), "his plan")
        self.assertFalse(self._sees(self.salesperson2))
        self._new_line(plan, user_id=self.salesperson2.id)
        self.assertTrue(self._sees(self.salesperson2), "takes part")

    def test_other_company(self):
        user = self._new_user("cd_manager2", GROUP + "manager")
        self.assertTrue(self._sees(user))
        user.write({"company_ids": self.company2.ids, "company_id": self.company2.id})
        env_user = user.with_context(allowed_company_ids=self.company2.ids)
        self.env.invalidate_all()
        for record in self.records:
            found = record.with_user(user).with_context(
                allowed_company_ids=env_user.env.context["allowed_company_ids"]
            )
            self.assertFalse(found.search_count([("id", "=", record.id)]))

    def test_assistants_are_ones_own(self):
        Move = self.env["client.plan.line.move"]
        Explain = self.env["client.plan.slip.explain"]
        for wizard in (
            Move.with_user(self.salesperson).create({"line_ids": self.line.ids}),
            Explain.with_user(self.salesperson).create(
                {"slip_ids": self.slip.ids, "reason_id": self.reason.id}
            ),
        ):
            with self.assertRaises(AccessError):
                wizard.with_user(self.manager).read(["note"])

    def test_reasons_belong_to_the_administrator(self):
        with self.assertRaises(AccessError):
            self.reason.with_user(self.leader).name = "Other"
        self.reason.with_user(self.manager).name = "Client asked for more time"
