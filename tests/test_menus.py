from odoo.tests import HttpCase, new_test_user, tagged

MENU_ROOT = "client_development.client_development_menu_root"
CLICK_EVERYWHERE = (
    "odoo.loader.modules.get('@web/webclient/clickbot/clickbot_loader')"
    ".startClickEverywhere('%s');"
)
ROLES = {
    "salesperson": "client_development.group_client_user",
    "leader": "client_development.group_client_leader",
    "administrator": "client_development.group_client_manager,base.group_system",
}


class MenusCase(HttpCase):
    """Every menu, view switch and filter opens for every role without an error.

    Odoo's own click robot does the clicking: any error in the browser's console or on
    the server fails the test.
    """

    allow_end_on_form = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo's demo database gives the clients: quotations and orders make them.
        cls.env["client.fact"]._refresh()

    def _click_everywhere(self, role):
        user = new_test_user(
            self.env,
            login=f"menus_{role}",
            groups=ROLES[role],
            tour_enabled=False,
        )
        client = self.env["client.fact"].search([], limit=1).partner_id
        plan = self.env["client.plan"].create(
            {"partner_id": client.id, "user_id": user.id}
        )
        self.env["client.plan.line"].create(
            {
                "plan_id": plan.id,
                "name": "Call the buyer",
                "user_id": user.id,
                "date_deadline": "2026-01-15",
            }
        )
        self.browser_js(
            "/odoo",
            CLICK_EVERYWHERE % MENU_ROOT,
            "odoo.isReady === true",
            login=user.login,
            timeout=600,
            success_signal="clickbot test succeeded",
        )


@tagged("post_install", "-at_install")
class TestMenus(MenusCase):
    def test_salesperson_opens_every_menu(self):
        self._click_everywhere("salesperson")

    def test_administrator_opens_every_menu(self):
        self._click_everywhere("administrator")

    def test_employee_sees_the_app_once_an_action_bears_his_name(self):
        employee = new_test_user(self.env, login="menus_employee")
        root = self.env.ref(MENU_ROOT).id
        menus = self.env["ir.ui.menu"].with_user(employee)
        self.assertNotIn(root, menus.load_menus(False))
        client = self.env["client.fact"].search([], limit=1).partner_id
        plan = self.env["client.plan"].create({"partner_id": client.id})
        line = self.env["client.plan.line"].create(
            {"plan_id": plan.id, "name": "Count", "date_deadline": "2026-01-15"}
        )
        line.participant_ids = employee
        shown = menus.load_menus(False)
        self.assertIn(root, shown)
        entries = self.env["ir.ui.menu"].search(
            [("id", "child_of", root), ("action", "!=", False)]
        )
        self.assertEqual(
            entries.filtered(lambda menu: menu.id in shown),
            self.env.ref("client_development.client_plan_line_menu_my")
            | self.env.ref("client_development.client_plan_help_menu")
            | self.env.ref("client_development.client_plan_effort_menu_my")
            | self.env.ref("client_development.client_plan_signoff_menu_my"),
        )


@tagged("post_install", "-at_install", "long")
class TestMenusOfLeader(MenusCase):
    """The leader's menus: the salesperson's, and of the administrator's the reports."""

    def test_leader_opens_every_menu(self):
        self._click_everywhere("leader")
