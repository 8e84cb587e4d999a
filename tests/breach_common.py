"""What the tests of standards and breaches have in common."""

from datetime import date, datetime, time

from odoo import Command

from .common import ClientCase

TODAY = date(2026, 3, 31)
ENTERED = date(2026, 1, 1)


class BreachCase(ClientCase):
    """Two clients, since 1 January in a segment without any standard; 31 March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "client_today": TODAY})
        cls.company = cls.company.with_env(cls.env)
        cls.Breach = cls.env["client.breach"].with_company(cls.company)
        cls.Digest = cls.env["client.breach.digest"]
        cls.segment = cls.env["client.segment"].create({"name": "Watched", "rank": 1})
        cls.fact, cls.fact2 = (
            cls.env["client.fact"]._ensure(client).sudo()
            for client in (cls.client, cls.client2)
        )
        cls._enter(cls.fact | cls.fact2)

    @classmethod
    def _enter(cls, facts, segment=None, day=ENTERED):
        facts.with_context(client_today=day).write(
            {"segment_ids": [Command.set((segment or cls.segment).ids)]}
        )

    def _check(self, day=TODAY, facts=None):
        return self.Breach.with_context(client_today=day)._check(facts)

    def _breaches(self, *standards, closed=False, fact=None):
        """Return the breaches of the client (open ones, or closed ones)."""
        domain = [
            ("fact_id", "=", (fact or self.fact).id),
            ("date_closed", "!=" if closed else "=", False),
        ]
        if standards:
            domain.append(("standard", "in", standards))
        return self.Breach.search(domain)

    def _standards(self, fact=None):
        return set(self._breaches(fact=fact).mapped("standard"))

    def _message(self, record, day, author=None, **values):
        return self.env["mail.message"].create(
            {
                "model": record._name,
                "res_id": record.id,
                "date": datetime.combine(day, time(12)),
                "author_id": (author or self.salesperson.partner_id).id,
                "message_type": "comment",
                "subtype_id": self.env.ref("mail.mt_comment").id,
                "body": "Hello",
                **values,
            }
        )

    def _start_plan(self, user=None, **values):
        plan = (
            self.env["client.plan"]
            .with_user(user or self.salesperson)
            .create({"partner_id": self.client.id, **values})
        )
        plan.sudo().action_start()  # without actions the gate stops its owner
        return plan.sudo()

    def _activities(self, user=None):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "client.breach.digest"),
                ("user_id", "=", (user or self.salesperson).id),
            ]
        )

    def _digest(self, user=None):
        return self.Digest.search(
            [
                ("user_id", "=", (user or self.salesperson).id),
                ("company_id", "=", self.company.id),
            ]
        )
