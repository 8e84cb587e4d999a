from datetime import date, datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .campaign_common import LAST_DAY, CampaignCase

OPT_OUT = "client_survey_opt_out"


class TestCampaignStart(CampaignCase):
    def test_start_makes_one_call_per_client(self):
        facts = self._new_clients(3)
        self.campaign.with_user(self.leader).fact_ids |= facts
        calls = self._start()
        self.assertEqual(calls.partner_id, self.client | facts.partner_id)
        self.assertEqual(len(calls), 4)
        self.assertEqual(set(calls.mapped("kind")), {"campaign"})
        self.assertEqual(set(calls.mapped("state")), {"due"})
        self.assertEqual(calls.user_id, self.salesperson)
        self.assertEqual(calls.team_id, self.team)
        self.assertEqual(calls.company_id, self.company)
        self.assertEqual(self.campaign.state, "running")

    def test_client_is_called_once_in_a_campaign(self):
        call = self._start()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            call.copy({"campaign_id": self.campaign.id})

    def test_calls_stand_on_the_call_desk(self):
        call = self._start()
        mine = self.Call.with_user(self.salesperson)
        self.assertEqual(mine._get_next_to_call(), call)
        self.assertEqual(call._get_questionnaire(), self.questionnaire)

    def test_due_dates_are_spread_over_the_working_days_in_order(self):
        facts = self._new_clients(22)
        for place, fact in enumerate(facts):
            fact.sudo().amount = 1000 - place
        campaign = self._new_campaign(fact_ids=[Command.set(facts.ids)])
        calls = self._start(campaign).sorted(lambda call: call.id)
        self.assertEqual(calls.partner_id, facts.partner_id)
        days = calls.mapped("date_due")
        # 31 March to 14 April: eleven working days, two calls each
        self.assertEqual(len(set(days)), 11)
        self.assertEqual(days, sorted(days))
        self.assertEqual((days[0], days[-1]), (date(2026, 3, 31), LAST_DAY))
        self.assertFalse([day for day in days if day.weekday() > 4])

    def test_each_asker_has_his_own_spread(self):
        facts = self._new_clients(2) | self._new_clients(2, user=self.salesperson2)
        campaign = self._new_campaign(
            self.manager, team_id=False, fact_ids=[Command.set(facts.ids)]
        )
        calls = self._start(campaign, self.manager)
        for user in (self.salesperson, self.salesperson2):
            own = calls.filtered(lambda call, user=user: call.user_id == user)
            self.assertEqual(
                own.sorted("date_due").mapped("date_due"),
                [date(2026, 4, 7), LAST_DAY],
            )

    def _order_by(self, priority, facts):
        campaign = self._new_campaign(
            priority=priority, fact_ids=[Command.set(facts.ids)]
        )
        calls = self._start(campaign).sorted("id")
        return [call.partner_id for call in calls]

    def test_whom_first(self):
        facts = self._new_clients(3)
        one, two, three = facts.partner_id
        values = [
            {"amount": 10, "abc_class": "B", "wallet_period_amount": 500},
            {"amount": 30, "abc_class": "C", "wallet_amount": 900},
            {"amount": 20, "abc_class": "A"},
        ]
        for fact, vals in zip(facts, values, strict=True):
            fact.sudo().write(vals)
        self.assertEqual(self._order_by("sales", facts), [two, three, one])
        self.assertEqual(self._order_by("gap", facts), [one, two, three])
        self.assertEqual(self._order_by("unknown", facts), [three, one, two])
        self.assertEqual(self._order_by("abc", facts), [three, one, two])

    def test_longest_without_contact_first(self):
        facts = self._new_clients(3)
        never, long_ago, lately = facts.partner_id
        for partner, day in ((long_ago, 5), (lately, 25)):
            self.env["calendar.event"].create(
                {
                    "name": "Visit",
                    "start": datetime(2026, 3, day, 9),
                    "stop": datetime(2026, 3, day, 10),
                    "partner_ids": [Command.set(partner.ids)],
                    "user_id": self.salesperson.id,
                }
            )
        with freeze_time("2026-03-31 12:00:00"):
            self.assertEqual(
                self._order_by("contact", facts), [never, long_ago, lately]
            )

    def test_who_asks(self):
        self.fact.developer_id = self.salesperson2
        salesperson = self._start()
        self.assertEqual(salesperson.user_id, self.salesperson)
        developer = self._start(self._new_campaign(asker="developer"))
        self.assertEqual(developer.user_id, self.salesperson2)
        person = self._start(
            self._new_campaign(asker="person", asker_id=self.manager.id)
        )
        self.assertEqual(person.user_id, self.manager)
        self.assertEqual(person.team_id, self.team)

    def test_who_has_left_does_not_ask(self):
        self.salesperson.active = False
        self.assertEqual(self._start().user_id, self.leader)

    def test_contact_with_a_telephone_is_called(self):
        self.client.phone = "+49 30 1"
        other = self.contact.copy({"name": "Max", "phone": "+49 30 2"})
        self.assertIn(self._start().contact_id, self.contact | other)
        self._create_order(partner=other, day=date(2026, 3, 20))
        self.assertEqual(self._start(self._new_campaign()).contact_id, other)
        (self.contact | other).phone = False
        self.assertEqual(self._start(self._new_campaign()).contact_id, self.client)

    def test_clients_without_telephone_are_named_and_left_out(self):
        silent = self._new_clients(1, phone=False)
        self.campaign.with_user(self.leader).fact_ids |= silent
        calls = self._start()
        self.assertEqual(calls.partner_id, self.client)
        self.assertRegex(self.campaign.left_out, "^Client 0000: no telephone")
        silent.partner_id.phone = "+49 30 9"
        self.campaign.with_user(self.leader).action_ask_left_out()
        self.assertEqual(
            self.campaign.sudo().call_ids.partner_id, self.client | silent.partner_id
        )
        self.assertFalse(self.campaign.left_out)

    def test_clients_who_do_not_want_are_named_and_left_out(self):
        facts = self._new_clients(2)
        refusing = facts[0].partner_id
        self.campaign.with_user(self.leader).fact_ids |= facts
        if OPT_OUT in refusing._fields:
            refusing[OPT_OUT] = True
        else:
            model = type(self.Campaign)
            self.patch(
                model, "_get_opted_out", lambda _self, partners: partners & refusing
            )
        calls = self._start()
        self.assertEqual(calls.partner_id, self.client | facts[1].partner_id)
        self.assertEqual(
            self.campaign.left_out, "Client 0000: does not want to be asked"
        )

    def test_thousand_clients_in_a_constant_number_of_queries(self):
        counts = []
        for number in (20, 200):
            facts = self._new_clients(number)
            campaign = self._new_campaign(
                fact_ids=[Command.set(facts.ids)], priority="contact"
            )
            campaign.invalidate_recordset()
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._start(campaign)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 20, counts)

    def test_batches(self):
        self.patch(
            __import__(
                "odoo.addons.client_development.models.client_campaign_calls",
                fromlist=["CALL_BATCH"],
            ),
            "CALL_BATCH",
            2,
        )
        facts = self._new_clients(5)
        campaign = self._new_campaign(fact_ids=[Command.set(facts.ids)])
        self.assertEqual(len(self._start(campaign)), 5)

    def test_clients_added_later_are_called(self):
        self._start()
        later = self._new_clients(2)
        self.campaign.with_user(self.leader).fact_ids |= later
        calls = self.campaign.sudo().call_ids
        self.assertEqual(calls.partner_id, self.client | later.partner_id)
        self.campaign.with_user(self.leader)._add_clients(later | self.fact)
        self.campaign.with_user(self.leader).action_ask_left_out()
        self.assertEqual(self.campaign.sudo().call_ids, calls)

    def test_add_many_clients_from_the_list(self):
        facts = self._new_clients(3).with_user(self.leader)
        action = facts.action_add_to_campaign()
        wizard = (
            self.env["client.campaign.add"]
            .with_user(self.leader)
            .with_context(**action["context"])
            .create({"campaign_id": self.campaign.id})
        )
        action = wizard.action_add()
        self.assertEqual(action["res_id"], self.campaign.id)
        self.assertEqual(self.campaign.fact_ids, self.fact | facts.with_user(1))

    def test_add_clients_of_the_filter(self):
        facts = self._new_clients(2)
        facts[0].segment_ids = self.segment_key
        self._new_clients(1, user=self.salesperson2).segment_ids = self.segment_key
        campaign = self._new_campaign(
            fact_ids=False, domain=f"[('segment_id', '=', {self.segment_key.id})]"
        )
        campaign.action_add_filtered()
        self.assertEqual(campaign.fact_ids.partner_id, facts[0].partner_id)

    def test_new_campaign_by_its_name(self):
        campaign = self.Campaign.with_user(self.leader).browse(
            self.Campaign.with_user(self.leader).name_create("Spring")[0]
        )
        self.assertEqual(campaign.team_id, self.team)
        self.assertEqual(campaign.user_id, self.leader)
        self.assertEqual(campaign.questionnaire_id.survey_type, "client_profile")
        self.assertEqual(campaign.date_start, date(2026, 3, 31))

    def test_close_cancels_open_calls(self):
        facts = self._new_clients(2)
        self.campaign.with_user(self.leader).fact_ids |= facts
        calls = self._start()
        done, refused, due = calls
        for call in (done, refused):
            call.user_id = self.salesperson
        self._answer(done, words="Rival")
        refused.with_user(self.salesperson)._register_attempt("refused")
        self.campaign.with_user(self.leader).action_close()
        self.assertEqual(calls.mapped("state"), ["done", "refused", "cancelled"])
        self.assertEqual(self.campaign.state, "closed")
        for call in (refused, due):
            with self.assertRaisesRegex(UserError, "campaign was closed"):
                self._answer(call, words="Late")
        with self.assertRaisesRegex(UserError, "already answered"):
            self._answer(done, words="Again")

    def test_progress(self):
        self.campaign.with_user(self.leader).fact_ids |= self._new_clients(3)
        calls = self._start()
        self._answer(calls[0], amount=500)
        campaign = self.campaign.with_user(self.leader)
        campaign.invalidate_recordset()
        self.assertEqual(
            (
                campaign.client_count,
                campaign.call_count,
                campaign.answered_count,
                campaign.open_count,
                campaign.progress,
                campaign.proposal_count,
            ),
            (4, 4, 1, 3, 25.0, 1),
        )
        for name in ("calls", "answered", "proposals", "answers", "clients"):
            action = getattr(campaign, f"action_view_{name}")()
            found = self.env[action["res_model"]].with_user(self.leader)
            count = found.search_count(action["domain"])
            expected = {"calls": 4, "clients": 4}.get(name, 1)
            self.assertEqual(count, expected, name)

    def test_form(self):
        with Form(self.Campaign.with_user(self.leader)) as form:
            form.name = "Spring"
            form.goal = "Everything"
        self.assertEqual(form.record.state, "draft")

    def test_merged_clients_have_one_call(self):
        twin = self._new_clients(1)
        other = self._new_clients(1)
        self.campaign.with_user(self.leader).fact_ids |= twin
        campaign2 = self._new_campaign(fact_ids=[Command.set(other.ids)])
        calls = self._start()
        done = calls.filtered(lambda call: call.partner_id == twin.partner_id)
        self._answer(done, words="Rival")
        merged = twin.partner_id | other.partner_id
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (merged | self.client).ids, self.client
        )
        self.env.invalidate_all()
        calls = self.campaign.sudo().call_ids
        self.assertEqual(calls.partner_id, self.client)
        self.assertEqual(calls.filtered(lambda call: not call.is_merged), done)
        self.assertEqual((calls - done).state, "cancelled")
        self.assertEqual(campaign2.fact_ids.partner_id, self.client)


class TestCampaignCard(CampaignCase):
    def test_desk_shows_goal_and_what_is_known(self):
        self.Wallet.create(
            {
                "partner_id": self.client.id,
                "category_id": self.screws.id,
                "amount": 1200,
                "date": "2026-01-05",
            }
        )
        self.fact.segment_ids = self.segment_key
        self.Fact._refresh(self.client)
        self.fact.sudo().abc_class = "B"
        call = self._start().with_user(self.salesperson)
        [note] = call._prepare_desk_card()["notes"]
        self.assertEqual((note["title"], note["tone"]), ("Who can grow", "info"))
        text = "\n".join(note["lines"]).replace("\xa0", " ")
        self.assertIn("What they buy from others", text)
        self.assertRegex(text, "Wallet per year: .*1,200")
        self.assertRegex(text, "Bought from others: .*1,200")
        self.assertIn(f"Segment: {self.segment_key.name}", text)
        self.assertIn("Class B", text)

    def test_desk_says_that_the_wallet_is_unknown(self):
        [note] = self._start().with_user(self.salesperson)._prepare_desk_card()["notes"]
        self.assertIn("Wallet per year: not known yet", note["lines"])

    def test_desk_shows_no_figures_to_who_may_not_see_the_client(self):
        campaign = self._new_campaign(asker="person", asker_id=self.salesperson2.id)
        call = self._start(campaign).with_user(self.salesperson2)
        [note] = call._prepare_desk_card()["notes"]
        self.assertEqual(note["lines"], ["What they buy from others"])


class TestCampaignBadInput(CampaignCase):
    def _refused(self, message, campaign=None, error=UserError):
        campaign = (campaign or self.campaign).with_user(self.leader)
        with self.assertRaisesRegex(error, message), self.env.cr.savepoint():
            campaign.action_start()
        campaign.invalidate_recordset()
        self.assertEqual(campaign.state, "draft")
        self.assertFalse(campaign.sudo().call_ids)

    def test_without_clients(self):
        self._refused("Clients: .*has none", self._new_campaign(fact_ids=False))

    def test_without_goal(self):
        self._refused("What to Assess", self._new_campaign(goal=" "))

    def test_without_questions(self):
        empty = self.env["survey.survey"].create(
            {"title": "Empty", "survey_type": "client_profile"}
        )
        self._refused("has no questions", self._new_campaign(questionnaire_id=empty.id))
        self._refused(
            "Potential Questions", self._new_campaign(questionnaire_id=False)
        )
        order = self.env.ref("client_development.client_order_questionnaire")
        self._refused(
            "Potential Questions", self._new_campaign(questionnaire_id=order.id)
        )
        self.questionnaire.active = False
        self._refused("Potential Questions")

    def test_nobody_can_be_called(self):
        silent = self._new_clients(1, phone=False)
        self._refused(
            "none of the clients.*\nClient 0000",
            self._new_campaign(fact_ids=[Command.set(silent.ids)]),
        )

    def test_end_before_start(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._new_campaign(date_end="2026-03-30")

    def test_last_day_passed_and_first_day_to_come(self):
        past = self._new_campaign(date_start="2026-03-01", date_end="2026-03-30")
        self._refused("Last Day to Ask: it has passed", past)
        future = self._new_campaign(date_start="2026-04-01")
        self._refused("First Day: .*begins later", future)

    def test_one_person_without_a_person(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._new_campaign(asker="person")

    def test_start_twice(self):
        calls = self._start()
        with self.assertRaisesRegex(UserError, "running already"):
            self._start()
        self.assertEqual(self.campaign.sudo().call_ids, calls)
        self.campaign.with_user(self.leader).action_close()
        for method in ("action_start", "action_close", "action_ask_left_out"):
            with self.assertRaisesRegex(UserError, "closed already"):
                getattr(self.campaign.with_user(self.leader), method)()

    def test_foreign_clients(self):
        with self.assertRaisesRegex(UserError, "not clients of yours"):
            self._new_campaign(fact_ids=[Command.set(self.fact2.ids)])
        with self.assertRaisesRegex(UserError, "not clients of yours"):
            self.campaign.with_user(self.leader).fact_ids |= self.fact2
        with self.assertRaisesRegex(UserError, "not clients of yours"):
            self.campaign.with_user(self.leader)._add_clients(self.fact2)
        self.assertEqual(self.campaign.sudo().fact_ids, self.fact)

    def test_client_who_went_to_another_team(self):
        self.client.user_id = self.salesperson2
        self._refused("not clients of yours")

    def test_clients_of_another_company(self):
        foreign = self.Fact.with_company(self.company2)._ensure(self.client_foreign)
        for user in (self.leader, self.manager):
            with self.assertRaisesRegex(UserError, "of this company|another company"):
                self._new_campaign(user, fact_ids=[Command.set(foreign.ids)])

    def test_wizard_without_clients_or_campaign(self):
        wizards = self.env["client.campaign.add"].with_user(self.leader)
        with self.assertRaisesRegex(UserError, "mark at least one"):
            wizards.create({"campaign_id": self.campaign.id}).action_add()
        with self.assertRaisesRegex(UserError, "Campaign: choose one"):
            wizards.create({"fact_ids": [Command.set(self.fact.ids)]}).action_add()

    def test_filter_that_is_none(self):
        for domain in ("[]", "nonsense(", "[('user_id', '=', uid)]", "[('x', '=', 1)]"):
            self.campaign.domain = domain
            with (
                self.subTest(domain=domain),
                self.assertRaisesRegex(UserError, "Filter: "),
            ):
                self.campaign.with_user(self.leader).action_add_filtered()

    def test_status_and_calls_are_not_entered(self):
        campaign = self.campaign.with_user(self.leader)
        for vals in ({"state": "running"}, {"left_out": "x"}, {"call_ids": []}):
            with self.assertRaisesRegex(UserError, "cannot be entered"):
                campaign.write(vals)
        with self.assertRaisesRegex(UserError, "cannot be entered"):
            self._new_campaign(state="closed")
        sneaked = campaign.with_context(default_state="running").copy()
        self.assertEqual(sneaked.state, "draft")

    def test_questions_are_fixed_once_started(self):
        call = self._start()
        campaign = self.campaign.with_user(self.leader)
        with self.assertRaisesRegex(UserError, "Potential Questions: fixed"):
            campaign.questionnaire_id = self.env.ref(
                "client_development.client_profile_questionnaire"
            )
        with (
            self.assertRaisesRegex(UserError, "stays in the campaign"),
            self.env.cr.savepoint(),
        ):
            campaign.fact_ids = False
        campaign.invalidate_recordset()
        self.assertEqual(campaign.fact_ids.partner_id, self.client)
        self.assertEqual(self.campaign.sudo().call_ids, call)
        with self.assertRaisesRegex(UserError, "has been started"):
            campaign.unlink()
        campaign.action_close()
        with self.assertRaisesRegex(UserError, "is closed"):
            campaign.name = "Other"

    def test_call_does_not_change_its_campaign(self):
        call = self._start()
        other = self._new_campaign()
        for user in (self.salesperson, self.leader, self.manager):
            with self.assertRaisesRegex(UserError, "Campaign: "):
                call.with_user(user).campaign_id = other

    def test_segment_of_another_company(self):
        self.key.client_segment_id = self.env["client.segment"].create(
            {"name": "Southern", "company_id": self.company2.id}
        )
        self._refused("Southern.*of another company")

    def test_category_that_was_deleted(self):
        self.screws.unlink()
        self._refused("category was deleted")


class TestProfileQuestionnaire(CampaignCase):
    def test_shipped_assessment(self):
        survey = self.env.ref("client_development.client_profile_questionnaire")
        self.assertEqual(
            (survey.survey_type, survey.access_mode, survey.questions_layout),
            ("client_profile", "token", "one_page"),
        )
        proposing = survey.question_ids.filtered("client_proposes")
        self.assertEqual(
            proposing.mapped("client_proposes"), ["wallet_total", "segment"]
        )
        self.assertEqual(len(survey.question_ids), 6)
        self.assertFalse(survey.question_ids.filtered("client_is_rating"))
        call = self._start(self._new_campaign(questionnaire_id=survey.id))
        call.with_user(self.salesperson)._answer(
            {
                survey.question_ids[1].id: "40000",
                survey.question_ids[5].id: str(
                    survey.question_ids[5].suggested_answer_ids[0].id
                ),
            }
        )
        self.assertEqual(len(call.proposal_ids), 2)

    def test_for_invited_people_on_one_page(self):
        for values in ({"access_mode": "public"}, {"questions_layout": "page_per_question"}):
            with self.assertRaisesRegex(ValidationError, "invited people only"):
                self.questionnaire.write(values)

    def test_question_that_cannot_be_asked_on_the_telephone(self):
        with self.assertRaisesRegex(ValidationError, "on the telephone"):
            self.words.question_type = "matrix"

    def test_no_rating_is_needed(self):
        call = self._start()
        self._answer(call, words="Rival")
        self.assertEqual((call.state, call.rating), ("done", 0))

    def test_wallet_is_answered_by_a_number(self):
        with self.assertRaisesRegex(ValidationError, "answered by a number"):
            self.words.client_proposes = "wallet_total"
        with self.assertRaisesRegex(ValidationError, "choose the product category"):
            self.amount.client_category_id = False

    def test_segment_is_a_choice_with_segments(self):
        with self.assertRaisesRegex(ValidationError, "choice of one answer"):
            self.amount.client_proposes = "segment"
        with self.assertRaisesRegex(ValidationError, "choose a segment"):
            self.judgement.suggested_answer_ids.client_segment_id = False

    def test_only_assessments_propose(self):
        order = self.env.ref("client_development.client_order_questionnaire")
        with self.assertRaisesRegex(ValidationError, "only questions of an assessment"):
            order.question_ids[0].client_proposes = "wallet_total"
        with self.assertRaisesRegex(ValidationError, "only questions of an assessment"):
            self.questionnaire.survey_type = "custom"

    def test_amount_that_cannot_be_one(self):
        call = self._start()
        for wrong in ("-5", "nan", "1e999", "1e15", "much"):
            with (
                self.subTest(wrong=wrong),
                self.assertRaisesRegex(UserError, "screws"),
                self.env.cr.savepoint(),
            ):
                self._answer(call, amount=wrong)
        call.invalidate_recordset()
        self.assertEqual(call.state, "due")
        self.assertFalse(call.proposal_ids)

    def test_choice_that_is_not_offered(self):
        call = self._start()
        with self.assertRaisesRegex(UserError, "one of the offered"):
            self._answer(call, judgement=999999)


class TestCampaignRights(CampaignCase):
    def _visible(self, user, records):
        here = records.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        return here.search([("id", "in", records.ids)]).with_env(records.env)

    def test_salesperson_reads_campaigns_in_which_he_calls(self):
        self.assertFalse(self._visible(self.salesperson, self.campaign))
        self._start()
        self.assertEqual(self._visible(self.salesperson, self.campaign), self.campaign)
        self.assertFalse(self._visible(self.salesperson2, self.campaign))
        for method in ("action_start", "action_close", "action_ask_left_out"):
            with self.assertRaises(AccessError):
                getattr(self.campaign.with_user(self.salesperson), method)()
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.salesperson).name = "Mine"
        with self.assertRaises(AccessError):
            self._new_campaign(self.salesperson)
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.salesperson)._add_clients(self._new_clients(1))
        self.campaign.with_user(self.salesperson).web_read(
            {"progress": {}, "fact_ids": {}, "proposal_count": {}, "call_count": {}}
        )

    def test_leader_makes_campaigns_of_his_teams(self):
        self.assertEqual(self._visible(self.leader, self.campaign), self.campaign)
        self.assertFalse(self._visible(self.leader2, self.campaign))
        for team in (self.team2, self.env["crm.team"]):
            with (
                self.assertRaisesRegex(AccessError, "teams that he leads"),
                self.env.cr.savepoint(),
            ):
                self._new_campaign(self.leader, team_id=team.id)
        with (
            self.assertRaisesRegex(AccessError, "teams that he leads"),
            self.env.cr.savepoint(),
        ):
            self.campaign.with_user(self.leader).team_id = self.team2
        self.campaign.invalidate_recordset()
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.leader2).action_start()
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.leader2).name = "Mine"
        self._new_campaign(fact_ids=False).with_user(self.leader).unlink()

    def test_leader_reads_campaigns_in_which_his_team_calls(self):
        self.client2.phone = "+49 30 5"
        campaign = self._new_campaign(
            self.manager, team_id=False, fact_ids=[Command.set(self.fact2.ids)]
        )
        self.assertFalse(self._visible(self.leader2, campaign))
        self._start(campaign, self.manager)
        self.assertEqual(self._visible(self.leader2, campaign), campaign)
        self.assertFalse(self._visible(self.leader, campaign))
        with self.assertRaises(AccessError):
            campaign.with_user(self.leader2).action_close()

    def test_responsible_is_a_leader_or_an_administrator(self):
        with self.assertRaisesRegex(UserError, "leads no team"):
            self._new_campaign(user_id=self.salesperson.id)
        self._new_campaign(self.manager, user_id=self.leader.id, team_id=False)

    def test_administrator_makes_campaigns_of_all_teams(self):
        facts = self.fact | self.fact2
        self.client2.phone = "+49 30 5"
        campaign = self._new_campaign(
            self.manager, team_id=False, fact_ids=[Command.set(facts.ids)]
        )
        calls = self._start(campaign, self.manager)
        self.assertEqual(calls.team_id, self.team | self.team2)
        self.assertEqual(
            self._visible(self.manager, campaign | self.campaign),
            campaign | self.campaign,
        )

    def test_leader_of_the_campaign_sees_its_calls(self):
        self.fact.developer_id = self.salesperson2
        call = self._start(self._new_campaign(asker="developer"))
        self.assertEqual(call.team_id, self.team2)
        self._answer(call, self.salesperson2, amount=5)
        for records in (call, call.answer_ids, call.attempt_ids, call.proposal_ids):
            for user in (self.salesperson2, self.leader, self.leader2, self.manager):
                self.assertEqual(self._visible(user, records), records, records)
            self.assertFalse(self._visible(self.salesperson, records))

    @mute_logger("odoo.addons.base.models.ir_access", "odoo.addons.base.models.ir_rule")
    def test_outsider_sees_nothing(self):
        for model in ("client.campaign", "client.campaign.proposal", "client.call"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.outsider).search([])

    def test_other_company(self):
        foreign = new_test_user(
            self.env,
            login="cd_foreign",
            groups="client_development.group_client_manager",
            company_id=self.company2.id,
            company_ids=[Command.set(self.company2.ids)],
        )
        call = self._start()
        proposals = self._answer(call, amount=5)
        inputs = call.user_input_id
        for records in (self.campaign, call, proposals, inputs, inputs.user_input_line_ids):
            self.assertTrue(self._visible(self.manager, records), records)
            self.assertFalse(self._visible(foreign, records), records)

    def test_wizard_is_for_leaders_and_one_own(self):
        wizards = self.env["client.campaign.add"]
        with self.assertRaises(AccessError):
            wizards.with_user(self.salesperson).create({})
        wizard = wizards.with_user(self.leader).create({})
        self.assertFalse(self._visible(self.leader2, wizard))

    def test_assessments_are_made_by_administrators(self):
        for records in (
            self.questionnaire,
            self.questionnaire.question_ids,
            self.judgement.suggested_answer_ids,
        ):
            for user in (self.leader, self.manager):
                self.assertEqual(self._visible(user, records), records)
            with self.assertRaises(AccessError):
                records[0].with_user(self.leader).unlink()
        self.questionnaire.with_user(self.manager).title = "Better"
        self.words.with_user(self.manager).title = "From whom else?"
        self.fair.with_user(self.manager).value = "Good"
