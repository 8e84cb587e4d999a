from odoo.exceptions import AccessError

from .breach_common import BreachCase


class TestBreachSecurity(BreachCase):
    """What clients are owed is seen by who answers for them; nobody writes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment.plan_required = True
        cls.unassigned = cls._new_client("Elm Stairs", cls.salesperson)
        cls.fact3 = cls.env["client.fact"]._ensure(cls.unassigned).sudo()
        cls._enter(cls.fact3)
        cls.fact3.write({"user_id": False, "team_id": False})
        cls.foreign = cls.env["client.fact"].with_company(cls.company2)
        cls.foreign = cls.foreign._ensure(cls.client_foreign).sudo()
        cls._enter(cls.foreign)
        cls.Breach._check()
        cls.Breach.with_company(cls.company2)._check()

    def _seen(self, user):
        breaches = self.Breach.with_user(user).search([])
        return breaches.fact_id & (self.fact | self.fact2 | self.fact3 | self.foreign)

    def test_each_role_sees_the_breaches_of_its_clients(self):
        self.assertTrue(self._breaches(fact=self.foreign))
        for user, seen in (
            (self.salesperson, self.fact),
            (self.salesperson2, self.fact2),
            (self.leader, self.fact),
            (self.leader2, self.fact2),
            (self.manager, self.fact | self.fact2 | self.fact3),
        ):
            with self.subTest(user.login):
                self.assertEqual(self._seen(user).sudo(), seen)
        with self.assertRaises(AccessError):
            self.Breach.with_user(self.outsider).search([])

    def test_client_developer_sees_the_breaches(self):
        self.fact.developer_id = self.salesperson2
        self.assertEqual(self._seen(self.salesperson2).sudo(), self.fact | self.fact2)

    def test_salesperson_who_lost_the_client_no_longer_sees_them(self):
        self.client.user_id = self.salesperson2
        self.assertFalse(self._seen(self.salesperson))

    def test_each_role_sees_the_lists_of_its_people(self):
        mine, other = self._digest(), self._digest(self.salesperson2)
        for user, seen in (
            (self.salesperson, mine),
            (self.salesperson2, other),
            (self.leader, mine),
            (self.leader2, other),
            (self.manager, mine | other),
        ):
            with self.subTest(user.login):
                found = self.Digest.with_user(user).search([])
                self.assertEqual(found & (mine | other), seen)
        with self.assertRaises(AccessError):
            self.Digest.with_user(self.outsider).search([])

    def test_list_of_another_company_is_not_seen(self):
        digest = self.Digest.create(
            {"company_id": self.company2.id, "user_id": self.salesperson.id}
        )
        self.assertNotIn(digest, self.Digest.with_user(self.salesperson).search([]))
        self.assertNotIn(digest, self.Digest.with_user(self.manager).search([]))

    def test_nobody_writes_by_hand(self):
        for record in (self._breaches(), self._digest()):
            for user in (self.salesperson, self.leader, self.manager):
                with self.subTest(model=record._name, user=user.login):
                    with self.assertRaises(AccessError):
                        record.with_user(user).write({"company_id": self.company.id})
                    with self.assertRaises(AccessError):
                        record.with_user(user).unlink()
                    with self.assertRaises(AccessError):
                        record.with_user(user).create({})

    def test_nobody_checks_what_he_may_not_see(self):
        with self.assertRaises(AccessError):
            self._digest().with_user(self.salesperson2).action_check()
        with self.assertRaises(AccessError):
            self.fact.with_user(self.salesperson2).action_check_standards()
        with self.assertRaises(AccessError):
            self._breaches().with_user(self.salesperson2).action_check()
