from .plan_common import PlanCase


class TestPlanNotice(PlanCase):
    """How those learn of an action who have no list and no digest of their own."""

    def _notices(self, line, user):
        return self.env["mail.message"].search(
            [
                ("model", "=", line._name),
                ("res_id", "=", line.id),
                ("message_type", "=", "user_notification"),
                ("partner_ids", "=", user.partner_id.id),
            ]
        )

    def test_outsiders_are_told_when_the_plan_starts(self):
        line = self._new_line(self.plan, user_id=self.outsider.id)
        line.participant_ids = self.salesperson2
        self.assertFalse(self._notices(line, self.outsider))
        self.plan.action_start()
        notice = self._notices(line, self.outsider)
        self.assertEqual(len(notice), 1)
        self.assertIn(f'data-oe-id="{line.id}"', notice.body)
        self.assertIn(self.outsider.partner_id, line.sudo().message_partner_ids)

    def test_outsiders_are_told_once(self):
        self.plan.action_start()
        line = self.line
        for users in (self.outsider, self.env["res.users"], self.outsider):
            line.participant_ids = users
        self.assertEqual(len(self._notices(line, self.outsider)), 1)
        line.user_id = self.outsider
        self.assertEqual(len(self._notices(line, self.outsider)), 1)

    def test_salespeople_are_not_told(self):
        self.plan.action_start()
        line = self._new_line(self.plan, user_id=self.salesperson2.id)
        line.participant_ids = self.leader
        for user in (self.salesperson2, self.leader, self.salesperson):
            self.assertFalse(self._notices(line, user))

    def test_taking_part_is_enough_for_my_actions(self):
        self.line.participant_ids = self.outsider
        action = self.env.ref("client_development.client_plan_line_action_my")
        self.assertIn("'search_default_my': 1", action.context)
        search = self.env.ref("client_development.client_plan_line_view_search")
        node = search._get_combined_arch().find(".//filter[@name='my']")
        self.assertIn("participant_ids", node.get("domain"))
