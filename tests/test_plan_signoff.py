from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tools.safe_eval import safe_eval

from .sign_common import SignCase


class TestPlanSignoff(SignCase):
    """Discussion, objections, signatures, start (product.md A, plan life)."""

    def _object(self, user, text="Too early", plan=None):
        plan = (plan or self.plan).with_user(user)
        return plan._object(text)

    # -- discussion ----------------------------------------------------------------

    def test_everyone_named_objects_and_the_owner_answers(self):
        self.plan.action_discuss()
        for user in (self.leader, self.outsider, self.salesperson):
            self._object(user)
        self.assertEqual(self.plan.objection_count, 3)
        words = self.plan.signoff_ids.sorted("id")
        self.assertEqual(words.mapped("role"), ["leader", "part", "owner"])
        with self.assertRaisesRegex(UserError, "^Objections: .*cd_outsider"):
            self.plan.action_request_signatures()
        self.assertFalse(self.plan.version_ids)
        words[:2]._answer("We start in May")
        self.assertEqual(self.plan.objection_count, 1)
        self.assertEqual(words[0].answered_uid, self.salesperson)
        # nobody answers himself; the leader does
        with self.assertRaisesRegex(UserError, "^Answer: "):
            words[2]._answer("Fine")
        words[2].with_user(self.leader)._answer("Fine")
        self.plan.action_request_signatures()
        self.assertEqual(self.plan.state, "signoff")

    def test_who_objected_may_withdraw(self):
        self.plan.action_discuss()
        word = self._object(self.outsider)
        with self.assertRaisesRegex(UserError, "only .*outsider.* withdraws"):
            word.with_user(self.salesperson).action_withdraw()
        word.with_user(self.outsider).action_withdraw()
        self.assertEqual(word.state, "withdrawn")
        with self.assertRaisesRegex(UserError, "by now"):
            word.with_user(self.salesperson)._answer("Too late")
        self.assertFalse(self.plan.objection_count)

    def test_objections_of_strangers_and_without_words(self):
        with self.assertRaisesRegex(UserError, "is not being discussed"):
            self._object(self.outsider)
        self.plan.action_discuss()
        with self.assertRaisesRegex(UserError, "does not name you"):
            self._object(self.salesperson2)
        with self.assertRaisesRegex(UserError, "at least one word"):
            self._object(self.outsider, " \n ")
        self.assertFalse(self.plan.signoff_ids)

    def test_outsider_objects_from_his_action(self):
        self.plan.action_discuss()
        action = self.line_out.with_user(self.outsider).action_object()
        wizards = self.env["client.plan.object"].with_user(self.outsider)
        wizard = wizards.with_context(**action["context"]).create(
            {"objection": "No material before June"}
        )
        wizard.action_object()
        word = self.plan.signoff_ids
        self.assertEqual(word.user_id, self.outsider)
        self.assertEqual(word.objection, "No material before June")
        action = word.action_answer()
        answers = self.env["client.plan.answer"].with_user(self.salesperson)
        answer = answers.with_context(**action["context"]).create({"text": "Then June"})
        self.assertIn("No material", answer.objections)
        answer.action_confirm()
        self.assertEqual(word.answer, "Then June")

    def test_discussion_sends_no_mail(self):
        before = self.env["mail.mail"].search_count([])
        self.plan.action_discuss()
        self._object(self.outsider)
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertIn("Too early", self.plan.message_ids[0].body)
        self.assertFalse(self.plan.message_ids[0].notification_ids)

    # -- asking --------------------------------------------------------------------

    def test_everyone_named_is_asked(self):
        self.plan.with_user(self.leader).controller_id = self.leader2
        self.objective.user_id = self.salesperson2
        self.line.participant_ids = self.manager
        extra = self._new_user("cd_extra", "base.group_user")
        self.plan.signer_ids = extra
        version = self._request()
        roles = {word.user_id: word.role for word in version.signoff_ids}
        self.assertEqual(
            roles,
            {
                self.salesperson: "owner",
                self.leader2: "controller",
                self.leader: "leader",
                self.salesperson2: "objective",
                self.manager: "part",
                self.outsider: "part",
                extra: "signer",
            },
        )
        self.assertEqual(set(version.signoff_ids.mapped("state")), {"waiting"})
        self.assertEqual(self.plan.signoff_total, 7)
        self.assertIn("7 of 7", self.plan.signoff_waiting)

    def test_cancelled_actions_ask_nobody(self):
        self.line_out.write({"state": "cancelled", "cancel_reason": "Not needed"})
        version = self._request()
        self.assertNotIn(self.outsider, version.signoff_ids.user_id)

    def test_outsiders_get_one_notice_a_version(self):
        def notices():
            return self.env["mail.message"].search(
                [
                    ("model", "=", "client.plan.signoff"),
                    ("partner_ids", "=", self.outsider.partner_id.id),
                ]
            )

        version = self._request()
        self.assertEqual(len(notices()), 1)
        self.assertIn(version._get_page_url(), notices().body)
        self.objective.target = 50
        self.assertEqual(len(notices()), 1, "the same version, frozen anew")
        sales = self.salesperson.partner_id | self.leader.partner_id
        told = self.env["mail.message"].search([("partner_ids", "in", sales.ids)])
        self.assertNotIn("client.plan.signoff", told.mapped("model"))

    def test_the_app_appears_for_those_who_sign(self):
        extra = self._new_user("cd_extra", "base.group_user")
        menus = self.env["ir.ui.menu"].with_user(extra)
        root = self.env.ref("client_development.client_development_menu_root").id
        self.assertNotIn(root, menus.load_menus(False))
        self.plan.signer_ids = extra
        self._request()
        shown = menus.load_menus(False)
        mine = self.env.ref("client_development.client_plan_signoff_menu_my").id
        self.assertIn(root, shown)
        self.assertIn(mine, shown)

    def test_who_cannot_sign_is_named_before_anything_is_stored(self):
        portal = self._new_user("cd_portal", "base.group_portal")
        # archiving hands over; it is given to him only afterwards
        self.salesperson2.active = False
        self.line.sudo().user_id = self.salesperson2
        with self.assertRaisesRegex(
            UserError, "^Takes part: cd_salesperson2.* archived"
        ):
            self.plan.action_request_signatures()
        self.line.user_id = self.salesperson
        self.line.sudo().participant_ids = portal
        with self.assertRaisesRegex(UserError, "is not an employee"):
            self.plan.action_request_signatures()
        self.line.sudo().participant_ids = False
        refused = self.assertRaisesRegex(UserError, "is not an employee")
        with refused, self.cr.savepoint():
            self.plan.signer_ids = portal
        self.team.user_id = False
        with self.assertRaisesRegex(UserError, "^Sales Team: .* has no leader"):
            self.plan.action_request_signatures()
        self.plan.sudo().controller_id = self.leader
        self.env["client.plan.signoff"].flush_model()
        self.assertFalse(self.plan.version_ids)
        self.assertFalse(self.plan.signoff_ids)
        self.assertEqual(self.plan.state, "draft")
        self.plan.action_request_signatures()

    def test_who_only_took_part_and_left_is_not_named(self):
        self.line.sudo().participant_ids = self.salesperson2
        self.salesperson2.active = False
        self.assertNotIn(self.salesperson2, self._request().signoff_ids.user_id)

    def test_who_works_in_another_company_cannot_sign(self):
        stranger = self._new_user("cd_stranger", "base.group_user")
        self.line.sudo().participant_ids = stranger
        stranger.write(
            {"company_ids": self.company2.ids, "company_id": self.company2.id}
        )
        with self.assertRaisesRegex(UserError, "does not work in Northern"):
            self.plan.action_request_signatures()

    # -- the buttons of the form ---------------------------------------------------

    def _shown(self, user=None):
        """Return the buttons that the form shows for its next step; True: primary."""
        plan = self.plan.with_user(user or self.salesperson)
        arch = etree.fromstring(plan.get_view(view_type="form")["arch"])
        plan.invalidate_recordset()
        names = ("id", "state", "signoff_waiting", "needs_signoff")
        values = {name: plan[name] for name in names}
        return {
            button.get("name"): button.get("class") == "btn-primary"
            for name in ("action_start", "action_request_signatures")
            for button in arch.xpath(f"//header/button[@name='{name}']")
            if not safe_eval(button.get("invisible"), values)
        }

    def test_form_leads_to_signatures_where_they_are_needed(self):
        request, start = "action_request_signatures", "action_start"
        self.assertEqual(self._shown(), {request: True})
        self.plan.action_discuss()
        self.assertEqual(self._shown(), {request: True})
        version = self._request()
        self.assertEqual(self._shown(), {})
        self._sign(version, self.salesperson, self.leader)
        self.assertEqual(self._shown(), {})
        self._sign(version, self.outsider)
        self.assertEqual(self._shown(), {start: True})
        self.plan.action_start()
        self.assertEqual(self._shown(), {})

    def test_form_leads_to_the_start_where_nobody_has_to_sign(self):
        request, start = "action_request_signatures", "action_start"
        self.company.sudo().client_signoff_client = False
        self.assertEqual(self._shown(), {start: True, request: False})
        self.assertFalse(self.env["client.plan"].new({"scope": "team"}).needs_signoff)
        version = self._request()
        self.assertEqual(self._shown(), {})
        self._sign_all(version)
        self.assertEqual(self._shown(), {start: True})

    def test_request_opens_the_dialog_of_the_gate(self):
        """Letting the plan pass there goes on to the signatures, not to the start."""
        arch = etree.fromstring(self.plan.get_view(view_type="form")["arch"])
        buttons = arch.xpath("//header/button[@name='action_request_signatures']")
        self.assertEqual(len(buttons), 2)
        for button in buttons:
            self.assertEqual(button.get("context"), "{'client_gate_dialog': True}")
        self.company.sudo().write(
            {"client_signoff_client": False, "client_full_gate": "always"}
        )
        with self.assertRaisesRegex(UserError, "may not start yet"):
            self.plan.action_request_signatures()
        plan = self.plan.with_user(self.leader).with_context(client_gate_dialog=True)
        action = plan.action_request_signatures()
        self.assertEqual(action["res_model"], "client.plan.gate")
        gate = plan.env["client.plan.gate"].browse(action["res_id"])
        again = gate.browse(gate.action_check_again()["res_id"])
        again.reason = "The buyer waits"
        again.action_override()
        self.assertEqual(self.plan.state, "signoff")

    # -- signing -------------------------------------------------------------------

    def test_everyone_signs_for_himself(self):
        version = self._request()
        word = self._word(version, self.outsider)
        for user in (self.salesperson, self.leader, self.manager):
            with self.assertRaisesRegex(UserError, "signs for himself"):
                word.with_user(user)._sign(version.snapshot_hash)
        word._sign(version.snapshot_hash)
        self.assertEqual(word.state, "signed")
        self.assertTrue(word.date_signed)
        with self.assertRaisesRegex(UserError, "signed this version already"):
            word._sign(version.snapshot_hash)
        self.assertEqual(self.plan.signoff_count, 1)

    def test_only_what_was_read_is_signed(self):
        version = self._request()
        read = version.snapshot_hash
        self.objective.target = 45
        self.assertNotEqual(version.snapshot_hash, read)
        with self.assertRaisesRegex(UserError, "changed while you were reading"):
            self._word(version, self.outsider)._sign(read)
        self.plan.action_discuss()
        with self.assertRaisesRegex(UserError, "not being signed any more"):
            self._word(version, self.outsider)._sign(version.snapshot_hash)

    def test_drawn_signature(self):
        version = self._request()
        word = self._word(version, self.outsider)
        with self.assertRaisesRegex(UserError, "^Drawn signature"):
            word._sign(version.snapshot_hash, "PHN2Zz48L3N2Zz4=")
        self.assertEqual(word.state, "waiting")
        dot = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
            "awAAAABJRU5ErkJggg=="
        )
        word._sign(version.snapshot_hash, dot)
        self.assertTrue(word.signature)

    def test_button_of_the_form_opens_the_page(self):
        self.assertFalse(self.plan.can_sign)
        version = self._request()
        self.assertTrue(self.plan.can_sign)
        self.assertEqual(self.plan.action_sign()["url"], version._get_page_url())
        self._sign(version, self.salesperson)
        with self.assertRaisesRegex(UserError, "no signature of yours"):
            self.plan.action_sign()

    def test_who_left_is_taken_off_the_list_with_the_reason(self):
        version = self._request()
        self._sign(version, self.salesperson, self.leader)
        self.outsider.active = False
        word = self._word(version, self.outsider).with_user(self.salesperson)
        self.assertEqual(word.state, "waiting")
        self.assertFalse(word.user_active)
        self.assertIn("cd_outsider", self.plan.signoff_waiting)
        with self.assertRaisesRegex(UserError, "team leader or an administrator"):
            word._remove("Has left")
        word = word.with_user(self.leader)
        with self.assertRaisesRegex(UserError, "at least one word"):
            word._remove("")
        action = word.action_remove()
        wizards = self.env["client.plan.answer"].with_user(self.leader)
        wizard = wizards.with_context(**action["context"]).create({"text": "Has left"})
        wizard.action_confirm()
        self.assertRecordValues(
            word,
            [
                {
                    "state": "removed",
                    "remove_reason": "Has left",
                    "removed_uid": self.leader.id,
                }
            ],
        )
        self.plan.action_start()

    def test_who_signed_is_archived_not_deleted_and_his_name_stays(self):
        extra = self._new_user("cd_extra", "base.group_user")
        self.plan.signer_ids = extra
        version = self._request()
        self._sign(version, extra)
        word = self._word(version, extra).sudo()
        with self.assertRaisesRegex(UserError, "Archive the user instead"):
            extra.unlink()
        extra.action_archive()
        extra.name = "Renamed"
        word.invalidate_recordset()
        self.assertEqual(word.user_id, extra)
        self.assertIn("cd_extra", word.signer_name)
        self.assertEqual(word.state, "signed")

    # -- start ---------------------------------------------------------------------

    def test_start_waits_for_all_signatures(self):
        with self.assertRaisesRegex(UserError, "Request Signatures"):
            self.plan.action_start()
        version = self._request()
        self._sign(version, self.salesperson, self.leader)
        with self.assertRaisesRegex(UserError, "not signed by cd_outsider"):
            self.plan.action_start()
        with self.assertRaisesRegex(UserError, "not signed by"):
            self.plan.write({"state": "running"})
        self._sign(version, self.outsider)
        self._object(self.outsider)
        with self.assertRaisesRegex(UserError, "^Objections: "):
            self.plan.action_start()
        self.plan.signoff_ids.filtered(lambda w: w.kind == "objection")._answer("No")
        self.plan.action_start()
        self.assertEqual(self.plan.state, "running")

    def test_start_of_a_plan_that_differs_from_what_was_signed(self):
        version = self._request()
        self._sign_all(version)
        # past the models, as a migration may do
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_plan_objective SET target = 99 WHERE id = %s",
            [self.objective.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "changed since it was signed"):
            self.plan.action_start()

    def test_setting_decides_by_scope(self):
        self.company.sudo().client_signoff_client = False
        self.plan.action_start()
        self.assertEqual(self.plan.state, "running")
        plan = self._new_plan(
            self.leader, scope="team", team_id=self.team.id, partner_id=False
        )
        self._new_line(plan)
        plan.action_start()
        self.assertEqual(plan.state, "running")
        self.company.sudo().client_signoff_other = True
        plan = self._new_plan(
            self.leader, scope="team", team_id=self.team.id, partner_id=False
        )
        self._new_line(plan)
        with self.assertRaisesRegex(UserError, "Request Signatures"):
            plan.action_start()

    def test_signatures_on_request_where_the_setting_asks_for_none(self):
        self.company.sudo().client_signoff_client = False
        version = self._request()
        with self.assertRaisesRegex(UserError, "not signed by"):
            self.plan.action_start()
        self.plan.action_discuss()
        self.assertEqual(set(version.signoff_ids.mapped("state")), {"outdated"})
        self.plan.action_start()

    def test_signatures_hold_the_plan(self):
        version = self._request()
        self._sign(version, self.salesperson)
        self.plan.action_discuss()
        with self.assertRaisesRegex(UserError, "was signed by cd_salesperson"):
            self.plan.unlink()
        self.assertTrue(self.line.exists())
        plan = self._new_plan()
        plan.action_discuss()
        word = plan._object("Not now")
        plan.unlink()
        self.assertFalse(word.exists())

    def test_form_asks_as_many_queries_for_many_signers(self):
        spec = {
            name: {}
            for name in (
                "signoff_waiting signoff_count signoff_total objection_count can_sign"
            ).split()
        }
        spec["signer_ids"] = {"fields": {"display_name": {}}}
        spec["signoff_ids"] = {
            "fields": {
                name: {}
                for name in (
                    "kind can_answer can_remove is_mine version_number signer_name role"
                    " state date_signed words"
                ).split()
            }
        }

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.plan.web_read(spec)
            return self.cr.sql_log_count - before

        self._sign_all(self._request())
        self.plan.action_start()
        self.plan.sudo().signer_ids = self.manager
        count()
        few = count()
        for index in range(8):
            user = self._new_user(f"cd_more{index}", "base.group_user")
            self._new_line(self.plan, user_id=user.id)
        self.objective.target = 60
        self._object(self.outsider)
        count()  # rules are cached anew after new users
        self.assertEqual(count(), few)
        # most of them are those of every form: plan, company, team, members, users
        self.assertLessEqual(few, 11)

    # -- rights --------------------------------------------------------------------

    def test_nobody_writes_or_deletes_words_and_versions(self):
        version = self._request()
        word = self._word(version, self.salesperson)
        for user in (self.salesperson, self.leader, self.manager):
            for record in (version, word):
                with self.assertRaises(AccessError):
                    record.with_user(user).check_access("write")
        for record in (version.sudo(), word.sudo()):
            with self.assertRaisesRegex(UserError, "nobody enters, changes"):
                record.write({"user_id": self.leader.id})
            with self.assertRaisesRegex(UserError, "nobody enters, changes"):
                record.unlink()
            with self.assertRaisesRegex(UserError, "nobody enters, changes"):
                record.create({"plan_id": self.plan.id})
            with self.assertRaisesRegex(UserError, "nobody enters, changes"):
                record.with_context(client_signing=True).write({"plan_id": 1})

    def _readers(self, record):
        users = (
            self.salesperson,
            self.salesperson2,
            self.leader,
            self.leader2,
            self.manager,
            self.outsider,
        )
        return {u.login for u in users if record.with_user(u).has_access("read")}

    def test_who_reads_versions_and_words(self):
        self.client.user_id = self.env["res.users"]
        version = self._request()
        word = self._word(version, self.leader).sudo()
        signers = {"cd_salesperson", "cd_leader", "cd_outsider", "cd_manager"}
        self.assertEqual(self._readers(version), signers)
        self.assertEqual(self._readers(word), signers)
        # who signs nothing reads what he sees of the plan
        controlled = self._new_plan(
            self.manager, user_id=self.manager.id, team_id=self.team.id
        )
        controlled.action_discuss()
        word = controlled._object("A first word").sudo()
        self.assertEqual(self._readers(word), {"cd_leader", "cd_manager"})
        controlled.sudo().controller_id = self.outsider
        self.assertIn("cd_outsider", self._readers(word))
        self.client.user_id = self.salesperson2
        self.assertIn("cd_salesperson2", self._readers(word))
        self._new_line(controlled, user_id=self.salesperson.id)
        self.assertIn("cd_salesperson", self._readers(word))
        controlled.sudo().user_id = self.leader2
        self.assertIn("cd_leader2", self._readers(word))

    def test_who_reads_versions_he_does_not_sign(self):
        version = self._request()
        # of the next version these are no signers any more
        self.plan.sudo().write({"user_id": self.leader2.id, "team_id": self.team2.id})
        self.plan.sudo().line_ids.user_id = self.leader2
        self.plan.sudo().objective_ids.user_id = self.leader2
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM client_plan_signoff")
        self.env.invalidate_all()
        self.client.user_id = self.env["res.users"]
        self.assertEqual(self._readers(version), {"cd_leader2", "cd_manager"})
        self.client.user_id = self.salesperson2
        self.assertIn("cd_salesperson2", self._readers(version))
        self.plan.sudo().controller_id = self.outsider
        self.assertIn("cd_outsider", self._readers(version))
        self.line.sudo().participant_ids = self.salesperson
        self.assertIn("cd_salesperson", self._readers(version))
        self.plan.sudo().user_id = self.salesperson2
        self.plan.sudo().team_id = self.team
        self.assertIn("cd_leader", self._readers(version))

    def test_words_of_another_company_are_not_read(self):
        version = self._request()
        word = self._word(version, self.outsider)
        self.assertTrue(word.has_access("read"))
        self.outsider.company_ids |= self.company2
        away = word.with_context(allowed_company_ids=self.company2.ids)
        self.assertFalse(away.has_access("read"))
        away = version.with_user(self.outsider)
        away = away.with_context(allowed_company_ids=self.company2.ids)
        self.assertFalse(away.has_access("read"))

    def test_wizards_are_private(self):
        self.plan.action_discuss()
        word = self._object(self.outsider)
        wizards = [
            self.env["client.plan.object"]
            .with_user(self.outsider)
            .create({"plan_id": self.plan.id, "objection": "Mine"}),
            self.env["client.plan.answer"]
            .with_user(self.salesperson)
            .create({"signoff_ids": word.ids, "text": "Mine"}),
        ]
        for wizard in wizards:
            self.assertTrue(wizard.sudo(False).has_access("write"))
            self.assertFalse(wizard.with_user(self.leader).has_access("write"))
