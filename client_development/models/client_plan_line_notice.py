from odoo import api, models
from odoo.tools import format_date


class ClientPlanLine(models.Model):
    """How employees outside sales learn of an action: one notice each.

    Salespeople have their lists and digests instead (product.md G).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._show_app_to_outsiders()
        lines._notify_outsiders()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if {"user_id", "participant_ids"} & set(vals):
            self._show_app_to_outsiders()
            self._notify_outsiders()
        return res

    def _show_app_to_outsiders(self):
        """Let the app appear in their menus (``ir_ui_menu.py``), cached per user."""
        lines = self.sudo()
        if any(
            not user.has_group("client_development.group_client_user")
            for user in lines.user_id | lines.participant_ids
        ):
            self.env.registry.clear_cache()

    def _notify_outsiders(self):
        """Tell each employee without sales rights once, as soon as the plan runs."""
        lines = self.sudo().filtered(
            lambda line: line.plan_state == "running" and line.state != "cancelled"
        )
        users = lines.user_id | lines.participant_ids
        outsiders = users.filtered(
            lambda user: (
                user != self.env.user
                and not user.has_group("client_development.group_client_user")
            )
        )
        if not outsiders:
            return
        notices = self.env["mail.message"].sudo()
        notices = notices.search(
            [
                ("model", "=", self._name),
                ("res_id", "in", lines.ids),
                ("message_type", "=", "user_notification"),
            ]
        )
        told = notices.grouped("res_id")
        for line in lines:
            these = (line.user_id | line.participant_ids) & outsiders
            partners = these.partner_id - told.get(line.id, notices[:0]).partner_ids
            line.message_subscribe(partners.ids)
            for lang, group in partners.grouped("lang").items():
                line._send_notice(group, lang)

    def _send_notice(self, partners, lang):
        """Send the notice in the language of those who get it."""
        line = self.with_context(lang=lang)
        line.message_notify(
            partner_ids=partners.ids,
            subject=line.env._("Your part in “%(line)s”", line=line.name),
            body=line.env._(
                "%(user)s counts on you for the action %(link)s, to be done by"
                " %(date)s.",
                user=self.env.user.name,
                link=line._get_html_link(),
                date=format_date(line.env, line.date_deadline),
            ),
        )
