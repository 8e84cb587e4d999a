from odoo import api, models


class IrUiMenu(models.Model):
    """Employees of other departments see the app while they control a plan."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "ir.ui.menu"

    @api.model
    def _load_menus_blacklist(self):
        """Show the app and its reviews to those who control a plan.

        Other employees outside sales have no reviews to hold.
        """
        hidden = super()._load_menus_blacklist()
        root, reviews = (
            self.env.ref(f"client_development.{name}", raise_if_not_found=False)
            for name in ("client_development_menu_root", "client_plan_review_menu_my")
        )
        user = self.env.user
        seller = user.has_group("client_development.group_client_user")
        if not root or not reviews or seller:
            return hidden
        controlled = [("controller_id", "=", user.id)]
        if self.env["client.plan"].sudo().search_count(controlled, limit=1):
            return [menu_id for menu_id in hidden if menu_id != root.id]
        return [*hidden, reviews.id]
