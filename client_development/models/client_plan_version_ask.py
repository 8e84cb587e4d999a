from markupsafe import Markup

from odoo import models

from .client_plan_signoff import WAITING


class ClientPlanVersion(models.Model):
    """Asking for signatures: a row per person named, a notice for who has no list."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.version"

    def _ask_signers(self, roles):
        """Let exactly these users sign; signatures that were given stay.

        :param roles: ``{user: role}``
        """
        self.ensure_one()
        signatures = self.signoff_ids.filtered(lambda word: word.kind == "signature")
        known = signatures.grouped("user_id")
        again = signatures.browse()
        asked = []
        for user, role in roles.items():
            word = known.get(user)
            if not word:
                asked.append((user, role))
            elif word.state == "outdated":
                again |= word
        gone = signatures.filtered(
            lambda word: word.state == WAITING and word.user_id not in roles
        )
        gone._outdate()
        again._as_system().write({"state": WAITING})
        words = (
            self.env["client.plan.signoff"]
            ._as_system()
            .create(
                [
                    {
                        "plan_id": self.plan_id.id,
                        "version_id": self.id,
                        "kind": "signature",
                        "state": WAITING,
                        "user_id": user.id,
                        "signer_name": user.name,
                        "role": role,
                    }
                    for user, role in asked
                ]
            )
        )
        words.sudo()._notify_outsiders()


class ClientPlanSignoff(models.Model):
    """How employees outside sales learn that they are to sign: one notice a version.

    Salespeople have their list “To Sign” instead (product.md G).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.signoff"

    def _notify_outsiders(self):
        """Show the app to employees without sales rights, and tell them once."""
        outside = self.filtered(
            lambda word: (
                word.user_id.active
                and not word.user_id.has_group("client_development.group_client_user")
            )
        )
        if outside:
            # the app appears in their menus (ir_ui_menu.py), which are cached
            self.env.registry.clear_cache()
        for word in outside:
            if word.user_id != self.env.user:
                word._send_notice()

    def _send_notice(self):
        """Send the notice in the language of the one who gets it."""
        self.ensure_one()
        word = self.with_context(lang=self.user_id.lang)
        link = Markup('<a href="%s">%s</a>') % (
            word.version_id._get_page_url(),
            word.plan_name,
        )
        self.env["mail.thread"].message_notify(
            partner_ids=self.user_id.partner_id.ids,
            model=self._name,
            res_id=self.id,
            subject=word.env._("Your signature on “%(plan)s”", plan=word.plan_name),
            body=word.env._(
                "%(user)s asks you to read and sign version %(number)s of %(link)s.",
                user=self.env.user.name,
                number=word.version_number,
                link=link,
            ),
        )
