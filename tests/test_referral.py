from odoo.exceptions import ValidationError
from odoo.tests import Form

from .common import ClientCase


class TestReferral(ClientCase):
    """Who recommended us is kept on the client and on the lead, and stays known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Lead = cls.env["crm.lead"]
        cls.newcomer = cls._new_client("Dune Kitchens", cls.salesperson)

    def _lead(self, **values):
        return self.Lead.create({"name": "Kitchens for a hotel", **values})

    # -- on the client ----------------------------------------------------------------

    def test_nobody_recommends_himself(self):
        for referrer in (self.client, self.contact):
            with self.subTest(referrer=referrer.name):
                with self.assertRaisesRegex(ValidationError, "Recommended by: .*Azure"):
                    self.client.client_referrer_id = referrer
                with self.assertRaisesRegex(ValidationError, "Recommended by: .*Azure"):
                    self._lead(
                        partner_id=self.client.id, client_referrer_id=referrer.id
                    )

    def test_a_contact_gives_his_company_the_referrer(self):
        self.contact.client_referrer_id = self.client2
        self.assertEqual(self.client.client_referrer_id, self.client2)
        self.assertFalse(self.contact.client_referrer_id)
        self.assertEqual(self.contact.client_company_referrer_id, self.client2)
        new = self.env["res.partner"].create(
            {
                "name": "Olaf Holm",
                "parent_id": self.newcomer.id,
                "client_referrer_id": self.contact.id,
            }
        )
        self.assertFalse(new.client_referrer_id)
        self.assertEqual(self.newcomer.client_referrer_id, self.contact)

    def test_a_person_who_gets_a_company_hands_the_referrer_on(self):
        person = self.env["res.partner"].create(
            {"name": "Ida Berg", "client_referrer_id": self.contact.id}
        )
        company = self.env["res.partner"].create(
            {"name": "Berg Stairs", "is_company": True}
        )
        person.parent_id = company
        self.assertEqual(company.client_referrer_id, self.contact)
        other = self.env["res.partner"].create(
            {"name": "Per Lund", "client_referrer_id": self.contact.id}
        )
        other.parent_id = self.client2  # a client who came in his own way
        self.assertFalse(self.client2.client_referrer_id)

    def test_recommended_clients_are_counted_and_opened(self):
        self.client2.client_referrer_id = self.contact
        self.newcomer.client_referrer_id = self.client
        partners = (self.client | self.contact).with_user(self.salesperson)
        self.assertEqual(partners.mapped("client_referred_count"), [2, 1])
        for partner, expected in zip(
            partners, [self.client2 | self.newcomer, self.client2], strict=True
        ):
            domain = partner.action_view_client_referred()["domain"]
            found = self.env["res.partner"].with_user(self.salesperson).search(domain)
            self.assertEqual(found, expected)
        self.assertEqual(self.client2.client_referred_count, 0)

    def test_clients_are_filtered_and_grouped_by_who_recommended_them(self):
        self.client2.client_referrer_id = self.contact
        Fact = self.env["client.fact"].with_user(self.manager)
        here = [("company_id", "=", self.company.id)]
        found = Fact.search([*here, ("referrer_id", "!=", False)])
        self.assertEqual(found.partner_id, self.client2)
        groups = dict(Fact._read_group(here, ["referrer_id"], ["__count"]))
        self.assertEqual(groups[self.contact], 1)

    def test_a_deleted_referrer_leaves_the_client(self):
        self.newcomer.client_referrer_id = self.env["res.partner"].create({"name": "X"})
        lead = self._lead(partner_id=self.newcomer.id)
        self.newcomer.client_referrer_id.unlink()
        self.env.invalidate_all()
        self.assertTrue(self.newcomer.exists() and lead.exists())
        self.assertFalse(self.newcomer.client_referrer_id | lead.client_referrer_id)

    # -- on the lead ------------------------------------------------------------------

    def test_a_new_lead_shows_the_clients_referrer(self):
        self.client.client_referrer_id = self.client2
        lead = self._lead(partner_id=self.contact.id)
        self.assertEqual(lead.client_referrer_id, self.client2)
        by_context = self.Lead.with_context(default_partner_id=self.contact.id)
        self.assertEqual(
            by_context.create({"name": "By a button"}).client_referrer_id, self.client2
        )
        cleared = self._lead(partner_id=self.contact.id, client_referrer_id=False)
        self.assertFalse(cleared.client_referrer_id)
        with Form(self.Lead.with_user(self.salesperson)) as form:
            form.name = "Typed in"
            form.partner_id = self.contact
            self.assertEqual(form.client_referrer_id, self.client2)

    def test_converting_a_lead_hands_the_referrer_to_the_new_customer(self):
        lead = self.Lead.with_user(self.salesperson).create(
            {
                "name": "Stairs",
                "type": "lead",
                "partner_name": "Elm Stairs",
                "contact_name": "Eva Elm",
                "user_id": self.salesperson.id,
                "client_referrer_id": self.contact.id,
            }
        )
        wizard = self.env["crm.lead2opportunity.partner"].with_user(self.salesperson)
        wizard.with_context(
            active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
        ).create(
            {"name": "convert", "action": "create", "user_id": self.salesperson.id}
        ).action_apply()
        customer = lead.partner_id
        self.assertEqual(customer.commercial_partner_id.name, "Elm Stairs")
        self.assertEqual(
            customer.commercial_partner_id.client_referrer_id, self.contact
        )
        self.assertFalse(customer.client_referrer_id)

    def test_a_known_customer_takes_the_referrer_unless_he_bought_before(self):
        self._lead(partner_id=self.newcomer.id, client_referrer_id=self.contact.id)
        self.assertEqual(self.newcomer.client_referrer_id, self.contact)
        lead = self._lead(client_referrer_id=self.client2.id)
        lead.partner_id = self.newcomer
        self.assertEqual(self.newcomer.client_referrer_id, self.contact, "the first")
        self._create_order(partner=self.client2, user=self.salesperson2)
        self._lead(partner_id=self.client2.id, client_referrer_id=self.contact.id)
        self.assertFalse(self.client2.client_referrer_id)

    # -- merging ----------------------------------------------------------------------

    def test_merged_leads_keep_the_referrer(self):
        first = self._lead(partner_id=self.newcomer.id)
        second = self._lead(client_referrer_id=self.contact.id)
        merged = (first | second).merge_opportunity()
        self.assertEqual(merged.client_referrer_id, self.contact)
        first = self._lead(partner_id=self.client.id)
        second = self._lead(client_referrer_id=self.contact.id)
        merged = (first | second).merge_opportunity()
        self.assertEqual(merged.partner_id, self.client)
        self.assertFalse(merged.client_referrer_id, "his own contact")

    def _merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (source | target).ids, target
        )

    def test_merged_partners_keep_the_referrer(self):
        twin = self._new_client("Azure Joinery Ltd", self.salesperson)
        twin.client_referrer_id = self.client2
        self.newcomer.client_referrer_id = twin
        self._merge(twin, self.client)
        self.assertEqual(self.client.client_referrer_id, self.client2)
        self.assertEqual(self.newcomer.client_referrer_id, self.client)

    def test_merging_a_client_with_his_referrer_leaves_nobody_his_own(self):
        twin = self._new_client("Azure Joinery Ltd", self.salesperson)
        twin.client_referrer_id = self.contact
        lead = self._lead(partner_id=twin.id)
        self.assertEqual(lead.client_referrer_id, self.contact)
        self._merge(twin, self.client)
        self.assertFalse(self.client.client_referrer_id)
        self.assertFalse(lead.client_referrer_id)
        self.assertEqual(lead.partner_id, self.client)

    # -- rights -----------------------------------------------------------------------

    def test_a_salesperson_enters_the_referrer(self):
        client = self.newcomer.with_user(self.salesperson)
        client.client_referrer_id = self.contact
        self.assertEqual(self.newcomer.client_referrer_id, self.contact)

    def test_customers_at_the_portal_do_not_see_who_recommended_them(self):
        self.client.client_referrer_id = self.client2
        portal = self._new_user("cd_portal", "base.group_portal")
        portal.partner_id.parent_id = self.client
        client = self.client.with_user(portal)
        self.assertNotIn("client_referrer_id", client.fields_get())
