from odoo import api, models


class IrUiMenu(models.Model):
    """Employees of other departments see the app while they control a plan."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "ir.ui.menu"

    @api.model
    def _load_menus_blacklist(self):
        """Show the app, and in it their reviews, to those who control a plan."""
        hidden = super()._load_menus_blacklist()
        root = self.env.ref(
            "client_development.client_development_menu_root", raise_if_not_found=False
        )
        if not root or root.id not in hidden:
            return hidden
        controlled = [("controller_id", "=", self.env.uid)]
        if self.env["client.plan"].sudo().search_count(controlled, limit=1):
            return [menu_id for menu_id in hidden if menu_id != root.id]
        return hidden
