from datetime import date, datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from odoo.addons.client_development.models import client_campaign_calls

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
        self.assertEqual(mine._get_desk_places()["now"][:1], call)
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
        for number in (20, 1000):
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
        # the ORM inserts and fetches in portions of 100 to 1000 rows
        self.assertLess(counts[1] - counts[0], 40, counts)

    def test_batches(self):
        self.patch(client_campaign_calls, "CALL_BATCH", 2)
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
