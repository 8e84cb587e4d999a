from odoo import api, models


class ClientPlan(models.Model):
    """A controller from another department finds the app and his reviews in it."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._show_app_to_controllers()
        return plans

    def write(self, vals):
        result = super().write(vals)
        if "controller_id" in vals:
            self._show_app_to_controllers()
        return result

    def _show_app_to_controllers(self):
        """Let the app appear in their menus (``ir_ui_menu_controller.py``), cached per user."""
        if any(
            not user.has_group("client_development.group_client_user")
            for user in self.sudo().controller_id
        ):
            self.env.registry.clear_cache()
