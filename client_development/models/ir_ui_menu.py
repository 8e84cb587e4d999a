from odoo import api, models


class IrUiMenu(models.Model):
    """Employees of other departments see the app once an action or plan names them."""

    _inherit = "ir.ui.menu"

    @api.model
    def _load_menus_blacklist(self):
        """Hide it from employees who neither sell nor take part nor sign."""
        hidden = super()._load_menus_blacklist()
        user = self.env.user
        root = self.env.ref(
            "client_development.client_development_menu_root", raise_if_not_found=False
        )
        if not root or user.has_group("client_development.group_client_user"):
            return hidden
        lines = self.env["client.plan.line"].sudo()
        domain = ["|", ("user_id", "=", user.id), ("participant_ids", "=", user.id)]
        words = self.env["client.plan.signoff"].sudo()
        calls = self.env["client.plan.help"].sudo()
        asked = [("user_id", "=", user.id)]
        concerned = (
            lines.search_count(domain, limit=1)
            or words.search_count(asked, limit=1)
            or calls.search_count(asked, limit=1)
        )
        return hidden if concerned else [*hidden, root.id]
