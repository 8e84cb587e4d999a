from odoo import models


class ClientThread(models.AbstractModel):
    """A discussion that is evidence: what stands in it stays.

    The messages of the product, changes of fields among them, and the comments of
    others are changed and deleted by administrators of the app only
    (``mail_message.py``); everybody may mend his own comments. And nobody gets a
    message per assignment: lists and the morning's digest say it (product.md G).
    """

    _name = "client.thread"
    _description = "Discussion That Is Kept"
    _inherit = ["mail.thread"]
    _client_keeps_messages = True

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """The responsible follows, but no message per assignment (product.md G)."""
        return [
            (partner_id, subtype_ids, False)
            for partner_id, subtype_ids, _template in (
                super()._message_auto_subscribe_followers(
                    updated_values, default_subtype_ids
                )
            )
        ]
