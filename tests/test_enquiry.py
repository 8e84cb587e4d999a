from datetime import date, datetime, time

from odoo.exceptions import AccessError

from .fact_common import TODAY, FactCase

MARCH = date(2026, 3, 2)
FEBRUARY = date(2026, 2, 2)


def noon(day):
    return datetime.combine(day, time(12))


class TestEnquiry(FactCase):
    """Which enquiries become orders, and which regular clients: by source."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Enquiry = cls.env["client.enquiry"]

    def _lead(self, partner=None, moment=None, **values):
        """Return a lead that was entered at ``moment`` (noon of 2 March)."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Kitchens",
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                "partner_id": (partner or self.env["res.partner"]).id,
                **values,
            }
        )
        self._date("crm_lead", lead, moment or noon(MARCH))
        return lead

    def _quotation(self, day=MARCH, made=None, **values):
        """Return a quotation dated ``day`` that was made at ``made``, the same noon."""
        values = {"confirm": False, "day": day, **values}
        order = self._create_order(**values)
        self._date("sale_order", order, made or noon(day))
        return order

    def _date(self, table, record, moment):
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {table} SET create_date = %s WHERE id = %s", [moment, record.id]
        )
        self.env.invalidate_all()

    def _of(self, record):
        field = "lead_id" if record._name == "crm.lead" else "order_id"
        self.Enquiry.invalidate_model()  # it follows from other models
        return self.Enquiry.search([(field, "=", record.id)])

    # -- what an enquiry is ------------------------------------------------------------

    def test_enquiries_are_leads_and_quotations_without_one(self):
        lost = self._lead()
        lost.action_set_lost()
        opportunity = self._lead(self.contact, type="opportunity")
        within = self._quotation(opportunity_id=opportunity.id)
        alone = self._quotation()
        cancelled = self._quotation()
        cancelled._action_cancel()
        typed_in = self._create_order(day=MARCH)
        for record, count in (
            (lost, 1),
            (opportunity, 1),
            (within, 0),
            (alone, 1),
            (cancelled, 1),
            (typed_in, 1),
        ):
            self.assertEqual(len(self._of(record)), count, record)
        self.assertFalse(self._of(lost).partner_id)
        self.assertEqual(self._of(opportunity).partner_id, self.client)
        self.assertEqual(self._of(alone).name, alone.name)
        rows = self.Enquiry.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(set(rows.ids)), len(rows))

    def test_a_quotation_dated_back_was_made_on_its_day(self):
        imported = self._quotation(day=date(2026, 1, 5), made=noon(MARCH))
        planned = self._quotation(day=date(2026, 3, 20), made=noon(MARCH))
        self.assertEqual(self._of(imported).day, date(2026, 1, 5))
        self.assertEqual(self._of(planned).day, MARCH)

    def test_days_are_the_companys_also_when_clocks_change(self):
        self.company.resource_calendar_id.tz = "Europe/Berlin"
        for moment, day in (
            (datetime(2026, 3, 28, 22, 30), date(2026, 3, 28)),  # winter: + 1 hour
            (datetime(2026, 3, 28, 23, 30), date(2026, 3, 29)),
            (datetime(2026, 3, 29, 22, 30), date(2026, 3, 30)),  # summer: + 2 hours
            (datetime(2026, 3, 29, 21, 30), date(2026, 3, 29)),
        ):
            self.assertEqual(self._of(self._lead(moment=moment)).day, day, moment)

    def test_the_period_is_the_companys(self):
        self.company.client_period_months = 1
        days = [date(2026, 2, 28), date(2026, 3, 1), TODAY]
        leads = [self._lead(moment=noon(day)) for day in days]
        self.assertEqual(
            [self._of(lead).in_period for lead in leads], [False, True, True]
        )

    def test_a_lead_belongs_to_the_company_of_its_salesperson_or_its_author(self):
        lead = self._lead()
        lead.write({"team_id": False, "company_id": False})
        self.assertFalse(lead.company_id)
        self.assertEqual(self._of(lead).company_id, self.company)
        lead.write({"user_id": False, "company_id": False})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_uid = %s WHERE id = %s",
            [self.salesperson.id, lead.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._of(lead).company_id, self.company)

    def test_salesperson_and_team_are_the_clients_or_else_the_leads(self):
        of_client = self._of(self._lead(self.client2))
        self.assertEqual(of_client.user_id, self.salesperson2)
        self.assertEqual(of_client.team_id, self.team2)
        of_nobody = self._of(self._lead())
        self.assertEqual(of_nobody.user_id, self.salesperson)
        self.assertEqual(of_nobody.team_id, self.team)
        self._fact().segment_ids = self.segment_key
        self.assertEqual(
            self._of(self._lead(self.contact)).segment_id, self.segment_key
        )

    # -- source ------------------------------------------------------------------------

    def test_source_is_repeat_else_referral_else_other(self):
        self.assertEqual(self._of(self._lead(self.contact)).source_kind, "other")
        self.assertEqual(self._of(self._lead()).source_kind, "other")
        referred = self._lead(client_referrer_id=self.client2.id)
        self.assertEqual(self._of(referred).source_kind, "referral")
        self.client.client_referrer_id = self.client2
        quotation = self._quotation()
        self.assertEqual(self._of(quotation).source_kind, "referral")
        self.assertEqual(self._of(quotation).referrer_id, self.client2)
        self._create_order(day=FEBRUARY)
        self.assertEqual(self._of(quotation).source_kind, "repeat", "comes first")

    def test_repeat_needs_an_earlier_sale_in_the_company(self):
        quotation = self._quotation()
        self._create_order(day=date(2026, 3, 3))
        self.assertEqual(self._of(quotation).source_kind, "other", "a later sale")
        self._quotation(day=FEBRUARY)
        self.assertEqual(self._of(quotation).source_kind, "other", "no sale")
        self._create_order(
            day=FEBRUARY, company_id=self.company2.id, user=self.env.user
        )
        self.assertEqual(self._of(quotation).source_kind, "other", "another company's")
        self._create_order(day=FEBRUARY)
        self.assertEqual(self._of(quotation).source_kind, "repeat")

    def test_an_enquirys_own_order_makes_it_no_repeat(self):
        self.assertEqual(
            self._of(self._create_order(day=FEBRUARY)).source_kind, "other"
        )
        lead = self._lead(self.client2, type="opportunity")
        self._create_order(partner=self.client2, day=FEBRUARY, opportunity_id=lead.id)
        self.assertEqual(self._of(lead).source_kind, "other", "dated back")
        self._create_order(partner=self.client2, day=date(2026, 2, 20))
        self.assertEqual(self._of(lead).source_kind, "repeat")

    # -- conversion --------------------------------------------------------------------

    def test_a_lead_is_converted_by_its_first_confirmed_order(self):
        lead = self._lead(self.contact, type="opportunity")
        order = self._quotation(opportunity_id=lead.id)
        self._create_order(day=date(2026, 3, 20), opportunity_id=lead.id)
        self.assertEqual(self._of(lead).converted_moment, noon(date(2026, 3, 20)))
        order.action_confirm()
        order.date_order = noon(date(2026, 3, 10))
        self.assertEqual(self._of(lead).converted_moment, noon(date(2026, 3, 10)))
        self.assertTrue(self._of(lead).is_converted)

    def test_a_quotation_is_converted_when_confirmed(self):
        order = self._quotation()
        self.assertFalse(self._of(order).converted_moment)
        order.action_confirm()
        order.date_order = noon(date(2026, 3, 5))
        self.assertEqual(self._of(order).converted_moment, noon(date(2026, 3, 5)))
        order._action_cancel()
        self.assertFalse(self._of(order).is_converted)

    def test_converted_by_any_day(self):
        order = self._create_order(day=date(2026, 3, 10))
        rows = self._of(order)
        for day, is_converted in ((9, False), (10, True)):
            rows.invalidate_model()
            then = rows.with_context(client_today=date(2026, 3, day))
            self.assertEqual(
                then.search([("id", "=", rows.id)]).is_converted, is_converted, day
            )
        by_moment = [("id", "=", rows.id), ("converted_moment", "<", "2026-03-10")]
        self.assertFalse(rows.search(by_moment))

    def test_open_enquiries_stay_in_the_denominator(self):
        self._create_order(day=MARCH)
        self._quotation(partner=self.client2)
        self._lead()
        self._lead().action_set_lost()
        self.assertEqual(
            self._figures(), {(): (4, 1, 25.0, 0, 0.0)}, "one of four is converted"
        )

    def _figures(self, *groupby):
        """Return ``{group: (enquiries, converted, %, regular, %)}``."""
        rows = self.Enquiry._read_group(
            [("company_id", "=", self.company.id)],
            groupby,
            [
                "enquiry_count:sum",
                "converted_count:sum",
                "conversion:avg",
                "regular_count:sum",
                "regular_share:avg",
            ],
        )
        return {row[: len(groupby)]: row[len(groupby) :] for row in rows}

    def test_conversion_by_source_is_a_quotient_of_sums(self):
        self.client.client_referrer_id = self.client2
        first = self._create_order(day=FEBRUARY)
        self._date("sale_order", first, noon(FEBRUARY))
        for day in (4, 6):
            order = self._create_order(day=date(2026, 3, day))
            self._date("sale_order", order, noon(date(2026, 3, day)))
        self._quotation(day=date(2026, 3, 8))
        self._lead()
        self.assertEqual(
            self._figures("source_kind"),
            {
                ("other",): (1, 0, 0.0, 0, 0.0),
                ("referral",): (1, 1, 100.0, 1, 100.0),
                ("repeat",): (3, 2, 200 / 3, 2, 200 / 3),
            },
        )

    # -- regular clients ---------------------------------------------------------------

    def test_a_regular_client_has_two_orders(self):
        lead = self._lead(self.contact, type="opportunity")
        self._create_order(day=date(2026, 3, 10), opportunity_id=lead.id)
        self.assertFalse(self._of(lead).is_regular)
        self.assertFalse(self._of(lead).regular_moment)
        self._create_order(day=date(2026, 3, 20))
        self.assertEqual(self._of(lead).regular_moment, noon(date(2026, 3, 20)))
        self.assertTrue(self._of(lead).is_regular)
        self._create_order(day=date(2026, 3, 25))
        self.assertEqual(self._of(lead).regular_moment, noon(date(2026, 3, 20)))

    def test_a_regular_clients_later_enquiry_counts_from_its_conversion(self):
        for day in (date(2026, 1, 5), date(2026, 1, 6)):
            self._create_order(day=day)
        open_one = self._quotation()
        self.assertFalse(self._of(open_one).regular_moment, "not converted")
        open_one.action_confirm()
        open_one.date_order = noon(date(2026, 3, 12))
        self.assertEqual(self._of(open_one).regular_moment, noon(date(2026, 3, 12)))

    def test_an_order_of_a_later_day_counts_from_then_on(self):
        order = self._create_order(day=MARCH)
        self._create_order(day=date(2026, 4, 9))
        row = self._of(order)
        self.assertTrue(row.is_converted)
        self.assertEqual(row.regular_moment, noon(date(2026, 4, 9)))
        self.assertFalse(row.is_regular, "not yet")

    # -- opening, rights ---------------------------------------------------------------

    def test_a_row_opens_its_lead_or_quotation(self):
        lead, order = self._lead(), self._quotation()
        for record in (lead, order):
            action = self._of(record).with_user(self.salesperson).action_open()
            self.assertEqual(
                (action["res_model"], action["res_id"]), (record._name, record.id)
            )

    def test_each_role_sees_the_enquiries_of_its_clients(self):
        first, second = self._lead(self.client), self._lead(self.client2)
        unassigned = self._lead(user_id=False, team_id=False)
        foreign = self._create_order(
            partner=self.client_foreign, company_id=self.company2.id, user=self.env.user
        )
        for user, seen in (
            (self.salesperson, first | unassigned),
            (self.salesperson2, second | unassigned),
            (self.leader, first | unassigned),
            (self.leader2, second | unassigned),
            (self.manager, first | second | unassigned),
        ):
            with self.subTest(user=user.login):
                found = self.Enquiry.with_user(user).search([])
                self.assertEqual(found.lead_id & (first | second | unassigned), seen)
                self.assertNotIn(foreign, found.order_id)
        self._fact().developer_id = self.salesperson2
        found = self.Enquiry.with_user(self.salesperson2).search([])
        self.assertIn(first, found.lead_id)
        with self.assertRaises(AccessError):
            self.Enquiry.with_user(self.outsider).search([])
