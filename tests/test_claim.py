from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tools import mute_logger

from .test_survey import SurveyCase

TODAY = date(2026, 3, 5)  # a Thursday


class ClaimCase(SurveyCase):
    """An order of ``client`` to be asked about, on Thursday 5 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "client_today": TODAY})
        for name in ("company", "client", "contact", "survey", "team"):
            setattr(cls, name, getattr(cls, name).with_env(cls.env))
        cls.company.client_full_gate = "never"
        cls.Line = cls.env["client.plan.line"]

    @classmethod
    def _new_plan(cls, user=None, running=True, **values):
        plan = (
            cls.env["client.plan"]
            .with_user(user or cls.salesperson)
            .create({"partner_id": cls.client.id, **values})
        )
        cls.Line.with_user(user or cls.salesperson).create(
            {"plan_id": plan.id, "name": "Visit", "date_deadline": date(2026, 4, 1)}
        )
        if running:
            plan.action_start()
        return plan.with_env(cls.env)

    def _second_survey(self, **values):
        order = self._create_order(day=date(2026, 3, 3), **values)
        self.env["client.survey"]._queue_surveys(self.company)
        return self._survey_of(order).with_env(self.env)

    def _complain(self, rating="2", survey=None, **texts):
        survey = survey or self.survey
        self._answer(survey, user=survey.user_id, rating=rating, **texts)
        return survey.claim_ids

    def _settle(self, claim, user=None, leader=None):
        claim.with_user(user or claim.user_id).action_done()
        if claim.needs_acceptance:
            claim.with_user(leader or claim.team_id.user_id).action_accept()

    def _annul(self, survey=None):
        """What remains of a survey whose answer does not count any more."""
        (survey or self.survey).sudo().write(
            {"state": "due", "rating": 0, "date_done": False, "user_input_id": False}
        )


class TestClaim(ClaimCase):
    def test_low_rating_becomes_a_claim_in_the_client_plan(self):
        plan = self._new_plan()
        claim = self._complain(like_least="The <b>driver</b>", recommend="Nobody")
        self.assertRecordValues(
            claim,
            [
                {
                    "plan_id": plan.id,
                    "name": f"Claim: {self.order.name}, rating 2 of 5",
                    "partner_id": self.client.id,
                    "user_id": self.salesperson.id,
                    "state": "planned",
                    "is_claim": True,
                    "needs_acceptance": True,
                    "date_deadline": date(2026, 3, 9),
                    "note": f"{self.like_least.title}\n– The <b>driver</b>",
                }
            ],
        )
        self.assertEqual(self.survey.claim_count, 1)

    def test_rating_above_the_setting_makes_no_claim(self):
        self._new_plan()
        self.assertFalse(self._complain(rating="4"))
        self.company.client_low_rating = 0
        self.assertFalse(self._complain("1", self._second_survey()))
        self.company.client_low_rating = 5
        self.assertTrue(self._complain("5", self._second_survey()))

    def test_deadline_is_a_setting_in_working_days(self):
        self._new_plan()
        for days, deadline in ((0, date(2026, 3, 5)), (1, date(2026, 3, 6))):
            self.company.client_claim_days = days
            claim = self._complain(survey=self._second_survey())
            self.assertEqual(claim.date_deadline, deadline)
        self.company.resource_calendar_id.global_leave_ids = [
            (0, 0, {"name": "Holiday", "date_from": d, "date_to": t})
            for d, t in [("2026-03-06 00:00:00", "2026-03-06 23:59:59")]
        ]
        claim = self._complain(survey=self._second_survey())
        self.assertEqual(claim.date_deadline, date(2026, 3, 9))

    def test_days_must_make_sense(self):
        for name in ("client_claim_days", "client_followup_days"):
            with (
                self.subTest(name=name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
            ):
                self.company[name] = -1
                self.env.flush_all()

    def test_plan_whose_owner_is_responsible_for_the_client(self):
        mine = self._new_plan(date_start=date(2026, 1, 1))
        self._new_plan(user=self.manager, user_id=self.manager.id)
        self.assertEqual(self._complain().plan_id, mine)

    def test_of_several_plans_the_latest_started(self):
        self._new_plan(date_start=date(2026, 1, 1))
        latest = self._new_plan(date_start=date(2026, 2, 1))
        self._new_plan(running=False, date_start=date(2026, 3, 1))
        self.assertEqual(self._complain().plan_id, latest)

    def test_plan_of_another_company_is_not_taken(self):
        self.env["client.plan"].create(
            {
                "partner_id": self.client.id,
                "company_id": self.company2.id,
                "user_id": self.env.user.id,
            }
        ).sudo().write({"state": "running"})
        claim = self._complain()
        self.assertEqual(claim.company_id, self.company)
        self.assertTrue(claim.plan_id.is_claims_plan)

    def test_standing_plan_of_the_team_is_made_when_first_needed(self):
        self.company.client_full_gate = "always"
        self.company.client_signoff_other = True
        claim = self._complain()
        self.assertRecordValues(
            claim.plan_id,
            [
                {
                    "scope": "team",
                    "team_id": self.team.id,
                    "state": "running",
                    "is_claims_plan": True,
                    "name": "Claims of Team North",
                    "user_id": self.leader.id,
                    "company_id": self.company.id,
                    "partner_id": False,
                }
            ],
        )
        self.assertTrue(claim.plan_id.next_review_date)
        self.assertEqual(claim.partner_id, self.client)
        again = self._complain(survey=self._second_survey())
        self.assertEqual(again.plan_id, claim.plan_id)
        other = self._second_survey(partner=self.client2, user=self.salesperson2)
        self.assertEqual(self._complain(survey=other).plan_id.team_id, self.team2)

    def test_standing_plan_is_reviewed_and_closed_without_signatures(self):
        self.company.client_full_gate = "always"
        self.company.client_signoff_other = True
        claim = self._complain()
        plan = claim.plan_id.with_user(self.leader)
        self.assertFalse(plan._needs_signoff() or plan._needs_full_gate())
        self.assertTrue(plan.action_hold_review()["res_id"])
        self._settle(claim, leader=self.manager)
        plan._end("close")
        self.assertEqual(plan.state, "closed")

    def test_without_a_team_the_company_settles_claims(self):
        self.survey.sudo().team_id = False
        claim = self._complain()
        plan = claim.plan_id
        self.assertEqual((plan.scope, plan.is_claims_plan), ("company", True))
        self.assertIn(self.company, plan.user_id.company_ids)
        self.assertTrue(
            plan.user_id.has_group("client_development.group_client_manager")
        )
        self.assertEqual(claim.user_id, self.salesperson)

    def test_responsible_who_left_is_replaced_by_the_leader(self):
        self.survey.sudo().user_id = self.salesperson2
        self.survey.sudo().team_id = self.team
        self.salesperson2.active = False
        self._answer(user=self.leader, rating="1")
        self.assertEqual(self.survey.claim_ids.user_id, self.leader)

    def test_claim_is_written_in_the_language_of_who_settles_it(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.salesperson.lang = "de_DE"
        seen = []
        Survey = type(self.env["client.survey"])
        words = Survey._get_claim_words

        def spy(survey, call=None):
            seen.append(survey.env.lang)
            return words(survey, call)

        self.patch(Survey, "_get_claim_words", spy)
        self._answer(user=self.leader, rating="1")
        self.assertEqual(seen, ["de_DE"])

    def test_many_at_once_take_a_constant_number_of_queries(self):
        surveys = self.survey
        for _number in range(9):
            surveys |= self._second_survey()
        surveys.sudo().write({"state": "done", "rating": 1})
        plan = self._new_plan()
        counts = []
        for part in (surveys[:2], surveys[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            part.mapped("order_id.name")
            before = self.cr.sql_log_count
            found = part.sudo()._find_plans_for_claims()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual({*found.values()}, {plan.sudo()})
        self.assertEqual(counts[0], counts[1])
        self.assertEqual(len(surveys._create_claims()), 10)
        self.assertFalse(surveys._create_claims(), "once for each survey")

    # -- exactly once --------------------------------------------------------------

    def test_one_claim_per_answer(self):
        self._complain()
        self.assertFalse(self.survey._create_claims())
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            claim = self.survey.claim_ids
            claim.sudo().create(
                {
                    "plan_id": claim.plan_id.id,
                    "survey_id": self.survey.id,
                    "is_claim": True,
                    "name": "Twice",
                    "user_id": self.salesperson.id,
                    "date_deadline": TODAY,
                }
            )
            self.env.flush_all()

    def test_one_running_standing_plan_per_team(self):
        plan = self._complain().plan_id
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            plan.sudo().create(
                {
                    "name": "Another",
                    "scope": "team",
                    "team_id": self.team.id,
                    "is_claims_plan": True,
                    "user_id": self.leader.id,
                    "state": "running",
                }
            )
            self.env.flush_all()

    def test_second_maker_of_the_standing_plan_starts_over(self):
        """Of two complaints at the same moment one finds the plan of the other."""
        plans = self.env["client.plan"].sudo()
        plan = plans._make_claims_plan(self.company, self.team)
        with mute_logger("odoo.sql_db"), self.assertRaises(ConcurrencyError):
            plans._make_claims_plan(self.company, self.team)
        self.assertEqual(self._complain().plan_id, plan)

    # -- annulled ------------------------------------------------------------------

    def test_claim_of_an_annulled_answer_is_cancelled_with_the_reason(self):
        claim = self._complain()
        self.survey._cancel_claims("Never called")
        self.assertRecordValues(
            claim,
            [
                {
                    "state": "cancelled",
                    "cancel_reason": "Never called",
                    "claim_annulled": True,
                }
            ],
        )
        self._annul()
        self.assertEqual(claim.cancel_reason, "Never called")
        again = self._complain(rating="1") - claim
        self.assertEqual(again.state, "planned")

    def test_an_answer_annulled_in_any_way_takes_its_claim_along(self):
        claim = self._complain()
        self._annul()
        self.assertEqual(claim.state, "cancelled")
        self.assertIn("annulled", claim.cancel_reason)

    def test_settled_claim_of_an_annulled_answer_stays_but_nobody_asks_again(self):
        claim = self._complain()
        claim.with_user(self.salesperson).action_done()
        self.survey._cancel_claims("Never called")
        self.assertEqual(claim.state, "done")
        claim.with_user(self.leader).action_accept()
        self.assertFalse(claim.followup_ids)

    # -- what nobody enters --------------------------------------------------------

    def test_nobody_makes_or_changes_a_claim_by_hand(self):
        plan = self._new_plan()
        claim = self._complain()
        other = self._second_survey()
        lines = self.Line.with_user(self.leader)
        values = {"plan_id": plan.id, "name": "Sly", "date_deadline": TODAY}
        for entered in ({"is_claim": True}, {"claim_annulled": True}):
            with self.assertRaisesRegex(UserError, "kept by the system"):
                lines.create({**values, **entered})
            with self.assertRaisesRegex(UserError, "kept by the system"):
                claim.with_user(self.leader).write(dict.fromkeys(entered, False))
        self.assertFalse(
            lines.with_context(default_is_claim=True).create(values).is_claim
        )
        with self.assertRaisesRegex(UserError, "keeps it"):
            claim.with_user(self.leader).survey_id = other
        with self.assertRaises(UserError):
            claim.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "kept by the system"):
            plan.with_user(self.manager).is_claims_plan = True

    def test_another_action_may_serve_the_same_survey(self):
        plan = self._new_plan()
        claim = self._complain()
        line = self.Line.with_user(self.salesperson).create(
            {
                "plan_id": plan.id,
                "name": "Train the drivers",
                "date_deadline": date(2026, 3, 20),
                "survey_id": self.survey.id,
            }
        )
        self.assertFalse(line.is_claim)
        self.assertEqual(self.survey.claim_ids, claim)

    # -- the end of a plan ---------------------------------------------------------

    def _end(self, plan, mode="cancel", user=None):
        plan.with_user(user or self.leader)._end(mode, remark="New strategy")

    def test_closed_plan_hands_its_open_claims_on(self):
        plan = self._new_plan()
        claim = self._complain()
        claim.with_user(self.salesperson).section_id = plan.section_ids[0]
        visit = plan.line_ids - claim
        wizard = self.env["client.plan.close"].with_user(self.salesperson)
        wizard = wizard.create({"plan_id": plan.id, "mode": "cancel", "reason": "Why"})
        self.assertEqual(wizard.line_open_count, 1)
        wizard.action_confirm()
        self.assertEqual((plan.state, visit.state), ("cancelled", "cancelled"))
        self.assertEqual(claim.state, "planned")
        self.assertTrue(claim.plan_id.is_claims_plan)
        self.assertEqual(claim.partner_id, self.client)
        self.assertEqual(claim.team_id, self.team)
        self.assertFalse(claim.section_id)
        self.assertIn("Handed on", claim.message_ids[0].body)

    def test_claim_goes_on_in_another_running_plan_of_the_client(self):
        plan = self._new_plan()
        claim = self._complain()
        self._end(plan)
        other = self._new_plan()
        claim2 = self._complain(survey=self._second_survey())
        self.assertEqual(claim2.plan_id, other)
        next_plan = self._new_plan()
        self._end(other)
        self.assertEqual(claim2.plan_id, next_plan)
        self.assertTrue(claim.plan_id.is_claims_plan)

    def test_claim_waiting_for_acceptance_is_handed_on_and_still_accepted(self):
        plan = self._new_plan()
        claim = self._complain()
        claim.with_user(self.salesperson).action_done()
        self._end(plan)
        self.assertEqual(claim.state, "done")
        claim.with_user(self.leader).action_accept()
        self.assertTrue(claim.followup_ids)

    def test_closed_standing_plan_is_followed_by_a_new_one(self):
        claim = self._complain()
        old = claim.plan_id
        self._end(old, user=self.manager)
        self.assertNotEqual(claim.plan_id, old)
        self.assertEqual(claim.plan_id.state, "running")
        self.assertTrue(claim.plan_id.is_claims_plan)

    # -- nothing is lost -----------------------------------------------------------

    def test_claims_go_with_merged_clients(self):
        claim = self._complain()
        twin = self._new_client("Azure Joinery Ltd.", self.salesperson)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.client | twin).ids, twin, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(claim.partner_id, twin)
        self.assertEqual(self.survey.partner_id, twin)
        self._settle(claim, leader=self.manager)
        self.assertEqual(claim.sudo().followup_ids.partner_id, twin)

    def test_contact_who_complained_is_not_deleted(self):
        claim = self._complain()
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            with self.cr.savepoint():
                self.contact.unlink()
        self.assertNotIsInstance(caught.exception, AssertionError)
        self.assertTrue(self.contact.exists() and claim.exists())

    def test_who_leaves_hands_his_claims_over(self):
        claim = self._complain()
        self.salesperson.active = False
        self.assertEqual(claim.user_id, self.leader)

    def test_cancelled_order_keeps_the_claim(self):
        claim = self._complain()
        self.order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(self.survey.state, "cancelled")
        self.assertEqual(claim.state, "planned")

    # -- who sees it ---------------------------------------------------------------

    def test_in_the_standing_plan_everybody_sees_only_his_own_claims(self):
        colleague = self._new_user(
            "cd_colleague", "client_development.group_client_user"
        )
        self.team.member_ids |= colleague
        mine = self._complain()
        client = self._new_client("Elm Doors", colleague)
        theirs = self._complain(
            survey=self._second_survey(partner=client, user=colleague)
        )
        self.assertEqual(mine.plan_id, theirs.plan_id)
        lines = self.Line.with_user(self.salesperson)
        self.assertEqual(lines.search([("is_claim", "=", True)]), mine)
        with self.assertRaises(AccessError):
            theirs.with_user(self.salesperson).check_access("read")
        lines = self.Line.with_user(self.leader)
        self.assertEqual(lines.search([("is_claim", "=", True)]), mine | theirs)

    def test_claims_are_found_from_survey_client_and_list(self):
        claim = self._complain()
        action = self.survey.with_user(self.salesperson).action_view_claims()
        self.assertEqual(action["res_id"], claim.id)
        client = self.client.with_user(self.salesperson)
        self.assertEqual(client.client_claim_count, 1)
        self.assertEqual(client.client_line_count, 1)
        action = client.action_view_client_claims()
        self.assertEqual(self.Line.search(action["domain"]), claim)
        view = self.env.ref("client_development.client_plan_line_view_search")
        self.assertIn('name="claims"', view.get_combined_arch())
        self._settle(claim)
        client.invalidate_recordset()
        self.assertEqual(client.client_claim_count, 0)

    def test_desk_shows_open_claims_of_the_client(self):
        claim = self._complain()
        other = self._second_survey()
        card = other.with_user(self.salesperson)._prepare_desk_card()
        self.assertEqual([row["name"] for row in card["claims"]], [claim.name])
        self._settle(claim)
        card = other.with_user(self.salesperson)._prepare_desk_card()
        self.assertFalse(card["claims"])

    # -- the client's own link -----------------------------------------------------

    def test_answer_by_link_makes_the_claim_as_the_system(self):
        public = self.env.ref("base.public_user")
        with freeze_time("2026-03-05 10:00:00"):
            self.survey.with_user(public).sudo()._answer(
                self._answers("1"), channel="link", lang="en_US"
            )
        claim = self.survey.claim_ids
        self.assertEqual(claim.user_id, self.salesperson)
        self.assertEqual(claim.create_uid, self.env.ref("base.user_root"))
        self.assertEqual(claim.plan_id.create_uid, self.env.ref("base.user_root"))
