from datetime import date

from odoo.exceptions import AccessError, ValidationError

from .test_claim import TODAY, ClaimCase

WORDS = "Andrey Semenov <b>Ltd</b>, +7 812 000-90-11, a.semenov@example.com"


class RecommendationCase(ClaimCase):
    def _recommend(self, words=WORDS, survey=None, user=None):
        survey = survey or self.survey
        self._answer(survey, user=user or survey.user_id, recommend=words)
        return survey.sudo().recommendation_lead_id


class TestRecommendation(RecommendationCase):
    """Whom a client recommends becomes a lead, and he is thanked (product.md F)."""

    def test_shipped_question_asks_for_a_recommendation(self):
        self.assertTrue(self.recommend.client_is_recommendation)

    def test_recommendation_is_asked_in_words_and_once(self):
        with self.assertRaisesRegex(ValidationError, "in words"):
            self.rating.client_is_recommendation = True
        self.env.invalidate_all(flush=False)
        self.recommend.client_is_recommendation = False
        self.improve.client_is_recommendation = True
        with self.assertRaisesRegex(ValidationError, "only one question"):
            self.recommend.client_is_recommendation = True

    def test_recommendation_becomes_a_lead(self):
        lead = self._recommend()
        self.assertRecordValues(
            lead,
            [
                {
                    "name": "Recommended by Vera Holm",
                    "email_from": "a.semenov@example.com",
                    "phone": "+7 812 000-90-11",
                    "client_referrer_id": self.contact.id,
                    "client_survey_id": self.survey.id,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "partner_id": False,
                    "source_id": self.env.ref(
                        "client_development.utm_source_recommendation"
                    ).id,
                }
            ],
        )
        self.assertIn("&lt;b&gt;Ltd&lt;/b&gt;", lead.description)
        lead.with_user(self.salesperson).check_access("write")
        action = self.survey.with_user(self.salesperson).action_view_recommendation()
        self.assertEqual(action["res_id"], lead.id)
        action = lead.with_user(self.salesperson).action_view_client_survey()
        self.assertEqual(action["res_id"], self.survey.id)
        found = self.env["crm.lead"].search([("client_survey_id", "=", self.survey.id)])
        self.assertEqual(found, lead)

    def test_lead_or_opportunity_as_the_company_works(self):
        group = self.env.ref("crm.group_use_lead")
        employees = self.env.ref("base.group_user")
        employees._remove_group(group)
        self.assertEqual(self._recommend().type, "opportunity")
        employees._apply_group(group)
        self.assertEqual(self._recommend(survey=self._second_survey()).type, "lead")

    def test_a_no_is_no_recommendation(self):
        survey = self.env["client.survey"]
        for words in (
            "",
            "-",
            "—",
            "?",
            "No",
            "no.",
            "No, thank you!",
            "Nobody at the moment",
            "I don’t know anybody",
            "n/a",
            "Нет",
            "нет, спасибо",
            "Пока никого",
            "Никому не могу рекомендовать",
            "My boss says no",
            "I would recommend you to nobody",
            "see above",
            "Nobody. Thank You",
            "Norbert",
            "спросите соседа",
            "Да, подумаю",
        ):
            with self.subTest(words=words):
                self.assertFalse(survey._recommends_somebody(words))
        for words in (
            "Otto Oak of Oak Stairs, +49 30 999 11",
            "My colleague in Tver",
            "+7 812 000-90-11",
            "ask lidia@example.com",
            "Иван Петров, завод",
            "No idea about the number, but ask Lidia",
            "王小明",
        ):
            with self.subTest(words=words):
                self.assertTrue(survey._recommends_somebody(words))
        self.assertFalse(self._recommend("No, sorry"))

    def test_words_that_name_nobody_stay_in_the_answers(self):
        self.assertFalse(self._recommend("My boss says no"))
        self.assertIn("My boss says no", self.survey.answer_ids.mapped("answer"))
        self.assertFalse(
            self.env["crm.lead"].search([("client_survey_id", "=", self.survey.id)])
        )

    def test_only_what_is_plainly_there_is_parsed(self):
        survey = self.env["client.survey"]
        for words, email, phone in (
            ("Ask Lidia", False, False),
            ("Lidia, 8 (812) 123-45-67", False, "8 (812) 123-45-67"),
            ("mail LIDIA@Example.com please", "lidia@example.com", False),
            ("met on 12.03.2026, order 1234", False, False),
            ("lidia1234567@example.com", "lidia1234567@example.com", False),
            ("Lidia +49 30 1234567; Ida", False, "+49 30 1234567"),
        ):
            with self.subTest(words=words):
                self.assertEqual(survey._parse_reach(words), (email, phone))

    def test_other_questions_make_no_lead(self):
        self._answer(like_most="Andrey Semenov, +7 812 000-90-11")
        self.assertFalse(self.survey.recommendation_lead_id)

    def test_once_per_survey(self):
        lead = self._recommend()
        self._annul()
        self.assertIn("annulled", lead.message_ids[0].body)
        self.assertEqual(self._recommend("Ida Berg"), lead)
        self.assertIn("Ida Berg", lead.message_ids[0].body)
        found = self.env["crm.lead"].search(
            [("client_referrer_id", "=", self.contact.id)]
        )
        self.assertEqual(found, lead)

    def test_low_rating_with_a_recommendation_makes_both(self):
        self._answer(rating="1", recommend="Ida Berg")
        self.assertTrue(self.survey.claim_ids and self.survey.recommendation_lead_id)

    def test_by_link_the_lead_goes_to_the_salesperson(self):
        public = self.env.ref("base.public_user")
        self.survey.with_user(public).sudo()._answer(
            self._answers("5", recommend=WORDS), channel="link", lang="en_US"
        )
        lead = self.survey.recommendation_lead_id
        self.assertEqual(lead.user_id, self.salesperson)
        self.assertEqual(lead.create_uid, self.env.ref("base.user_root"))

    def test_nobody_gets_mail_about_it(self):
        mails = self.env["mail.mail"].sudo().search_count([])
        public = self.env.ref("base.public_user")
        self.survey.with_user(public).sudo()._answer(
            self._answers("1", recommend=WORDS), channel="link", lang="en_US"
        )
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)

    # -- thanks --------------------------------------------------------------------

    def test_thanks_are_an_action_of_the_clients_running_plan(self):
        plan = self._new_plan()
        lead = self._recommend()
        line = plan.line_ids.filtered("lead_id")
        self.assertRecordValues(
            line,
            [
                {
                    "name": "Thank Vera Holm for the recommendation",
                    "user_id": self.salesperson.id,
                    "lead_id": lead.id,
                    "contact_id": self.contact.id,
                    "date_deadline": date(2026, 3, 10),
                    "is_claim": False,
                    "needs_acceptance": False,
                }
            ],
        )
        self.assertFalse(lead.activity_ids)

    def test_without_a_plan_thanks_are_a_task_at_the_lead(self):
        lead = self._recommend()
        self.assertRecordValues(
            lead.activity_ids,
            [
                {
                    "summary": "Thank Vera Holm for the recommendation",
                    "user_id": self.salesperson.id,
                    "date_deadline": date(2026, 3, 10),
                }
            ],
        )

    # -- nothing is lost -----------------------------------------------------------

    def test_merged_leads_keep_the_survey(self):
        lead = self._recommend()
        other = self.env["crm.lead"].create(
            {
                "name": "Kitchens",
                "type": "opportunity",
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                "team_id": self.team.id,
            }
        )
        merged = (lead | other).merge_opportunity()
        self.assertEqual(self.survey.recommendation_lead_id, merged)
        self.assertEqual(merged.client_referrer_id, self.contact)

    def test_deleted_lead_leaves_the_survey(self):
        self._recommend().unlink()
        self.assertFalse(self.survey.recommendation_lead_id)
        self.assertEqual(self.survey.state, "done")

    def test_merged_client_keeps_his_recommendation(self):
        lead = self._recommend()
        twin = self._new_client("Azure Joinery Ltd.", self.salesperson)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.client | twin).ids, twin, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(lead.client_referrer_id.commercial_partner_id, twin)
        self.assertEqual(lead.client_survey_id.partner_id, twin)


class TestRecommendationReport(RecommendationCase):
    """Recommendations, won ones, conversion and revenue are reported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["client.recommendation"]

    def _rows(self, user=None, domain=()):
        self.env.flush_all()
        report = self.Report.with_user(user or self.manager)
        return report.search([("company_id", "=", self.company.id), *domain])

    def _win(self, lead, partner=None, **values):
        lead.partner_id = partner or self.client2
        return self._create_order(
            partner=lead.partner_id, opportunity_id=lead.id, **values
        )

    def test_conversion_and_revenue(self):
        won = self._recommend()
        for _number in range(2):
            self._recommend(survey=self._second_survey())
        self._create_order(partner=self.client2, opportunity_id=won.id, confirm=False)
        order = self._win(won)
        rows = self._rows()
        self.assertEqual(len(rows), 3)
        row = rows.filtered("is_won")
        self.assertRecordValues(
            row,
            [
                {
                    "lead_id": won.id,
                    "referrer_id": self.contact.id,
                    "client_id": self.client.id,
                    "partner_id": self.client2.id,
                    "survey_id": self.survey.id,
                    "from_survey": True,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "amount": order.amount_untaxed,
                    "currency_id": self.company.currency_id.id,
                }
            ],
        )
        [(_client, count, wins, conversion, amount)] = self.Report._read_group(
            [("id", "in", rows.ids)],
            ["client_id"],
            [
                "recommendation_count:sum",
                "won_count:sum",
                "conversion:avg",
                "amount:sum",
            ],
        )
        self.assertEqual((count, wins, amount), (3, 1, order.amount_untaxed))
        self.assertAlmostEqual(conversion, 100 / 3)

    def test_won_in_the_pipeline_and_entered_by_hand(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Kitchens",
                "type": "opportunity",
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                "team_id": self.team.id,
                "client_referrer_id": self.contact.id,
            }
        )
        row = self._rows()
        self.assertRecordValues(row, [{"from_survey": False, "is_won": False}])
        lead.action_set_won()
        self.env.invalidate_all()
        self.assertTrue(self._rows().is_won)
        self.assertEqual(row.action_open()["res_id"], lead.id)

    def test_lost_recommendations_count(self):
        self._recommend().action_set_lost()
        self.assertEqual(len(self._rows()), 1)

    def test_by_salesperson_and_month(self):
        self._recommend()
        groups = self.Report._read_group(
            [("id", "in", self._rows().ids)], ["user_id", "day:month"], ["__count"]
        )
        self.assertEqual(groups[0][0], self.salesperson)

    def test_orders_in_other_currencies_count_in_the_companys_one(self):
        lead = self._recommend()
        order = self._win(lead)
        order.currency_rate = 2.0
        self.assertAlmostEqual(self._rows().amount, order.amount_untaxed / 2)

    def test_everybody_sees_his_own_the_leader_his_teams(self):
        self._recommend()
        self.assertEqual(len(self._rows(self.salesperson)), 1)
        self.assertEqual(len(self._rows(self.leader)), 1)
        self.assertEqual(len(self._rows(self.manager)), 1)
        self.assertFalse(self._rows(self.salesperson2))
        self.assertFalse(self._rows(self.leader2))
        with self.assertRaises(AccessError):
            self._rows(self.outsider)

    def test_recommendations_of_other_companies_are_not_seen(self):
        self.env["crm.lead"].create(
            {
                "name": "Foreign",
                "company_id": self.company2.id,
                "user_id": False,
                "team_id": False,
                "client_referrer_id": self.contact.id,
            }
        )
        self.env.flush_all()
        self.assertFalse(self.Report.with_user(self.manager).search([]))

    def test_views_can_be_opened(self):
        self._recommend()
        action = self.env.ref("client_development.client_recommendation_action")
        for mode in action.view_mode.split(","):
            self.Report.with_user(self.manager).get_view(view_type=mode)
        self.assertEqual(TODAY, self.company._client_today())
