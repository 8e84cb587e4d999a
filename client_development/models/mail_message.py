from odoo import models
from odoo.exceptions import AccessError

# What the author of a comment may change in it: never from whom it is, or of when.
COMMENT_FIELDS = frozenset(("body", "subject", "attachment_ids", "partner_ids"))


class MailMessage(models.Model):
    """Messages of discussions that are evidence (``client.thread``) stay."""

    _inherit = "mail.message"

    def _get_forbidden_access(self, operation):
        """Only comments are changed, by their authors, and nobody speaks for another.

        Odoo lets everybody who may write the document delete every message, and every
        author or recipient change it; the author of a tracked change is who made it.
        """
        forbidden = super()._get_forbidden_access(operation)
        if operation == "read":
            return forbidden
        me = self.env.user.partner_id
        kept = (self - forbidden)._filter_client_kept()
        if operation == "create":
            return forbidden + kept.filtered(
                lambda message: message.author_id and message.author_id != me
            ).sudo(False)
        return forbidden + kept.filtered(
            lambda message: (
                message.author_id != me
                or message.message_type != "comment"
                or message.tracking_value_ids
            )
        ).sudo(False)

    def _filter_client_kept(self):
        """Return those messages (as superuser) that this user may not change freely."""
        if self.env.su or self.env.user.has_group(
            "client_development.group_client_manager"
        ):
            return self.browse()
        registry = self.env.registry
        return self.sudo().filtered(
            lambda message: (
                message.model
                and getattr(
                    registry.get(message.model), "_client_keeps_messages", False
                )
            )
        )

    def write(self, vals):
        """The author of a kept comment changes what it says, nothing else."""
        others = set(vals) - COMMENT_FIELDS
        if others and (kept := self._filter_client_kept()):
            raise AccessError(
                self.env._(
                    "The message in “%(record)s” is kept as it is: its text may be"
                    " changed by its author, its date, author and kind by nobody. An"
                    " administrator of client development can correct it.",
                    record=kept[:1].record_name or kept[:1].model,
                )
            )
        return super().write(vals)
