from odoo import api, fields, models
from odoo.fields import Domain

# The first words of a mail server say enough.
LONGEST_REASON = 200


class ClientSurveyLink(models.Model):
    """What became of the invitation: an e-mail that failed may be sent again."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey.link"

    mail_id = fields.Many2one(
        comodel_name="mail.mail",
        string="Invitation",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        index="btree_not_null",
        ondelete="set null",
        help="The e-mail while it waits in the queue, or if it failed; Odoo deletes"
        " what was delivered.",
    )
    failure = fields.Char(
        string="Not Delivered because",
        readonly=True,
        copy=False,
        help="Why the invitation did not arrive. Empty: nothing is known against it.",
    )

    def _get_failure(self):
        """Return why the invitation of this link failed (as superuser), or False."""
        self.ensure_one()
        link = self.main_id or self
        if link.failure:
            return link.failure
        if link.mail_id.state == "cancel":
            return self.env._("the e-mail was cancelled")
        if link.mail_id.state == "exception":
            return self._say_failure(link.mail_id.failure_reason)
        return False

    def _is_pending(self):
        """Whether the invitation still waits in the queue (as superuser)."""
        self.ensure_one()
        return (self.main_id or self).mail_id.state == "outgoing"

    @api.model
    def _say_failure(self, reason):
        """Return the first words of ``reason``, as the mail server gave it."""
        words = " ".join((reason or "").split())[:LONGEST_REASON]
        return words or self.env._("the e-mail could not be sent")

    @api.model
    def _note_mails(self, mails, failure_reason, failure_type):
        """Remember what became of ``mails`` before Odoo deletes them."""
        links = self.search([("mail_id", "in", mails.ids)])
        if failure_type:
            reason = failure_reason or mails[:1].failure_reason
            links.write({"failure": self._say_failure(reason)})
            return
        told = links | self.search([("main_id", "in", links.ids)])
        for link, group in told.grouped(lambda link: link.main_id or link).items():
            # the address is looked up when the e-mail leaves
            email = link.contact_id.email_normalized or link.email
            group.write({"failure": False, "email": email})

    @api.model
    def _note_bounce(self, contacts, email):
        """The e-mails sent to ``contacts`` at the address ``email`` come back."""
        links = self.search(
            [
                ("contact_id", "in", contacts.ids),
                ("email", "=", email),
                ("date_sent", "!=", False),
                ("state", "=", "valid"),
            ]
        )
        links.write({"failure": self.env._("the e-mail came back")})


class ClientSurvey(models.Model):
    """The invitation may be sent again if it failed, or if the address was mended.

    An address gets one invitation per duty that was not seen to fail.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    link_failure = fields.Char(
        string="Link Not Delivered",
        compute="_compute_link_failure",
        compute_sudo=True,
        help="To which address the private link went in vain, and why. It can be sent"
        " again.",
    )

    @api.depends(
        "contact_id.email_normalized",
        "link_ids.date_sent",
        "link_ids.email",
        "link_ids.failure",
        "link_ids.main_id.failure",
    )
    @api.depends_context("lang")
    def _compute_link_failure(self):
        for survey in self:
            link = survey._get_sent_links()[:1]
            failure = link and link._get_failure()
            email = survey.contact_id.email_normalized
            if failure:
                survey.link_failure = self.env._(
                    "%(email)s: %(reason)s", email=link.email, reason=failure
                )
            elif link and link.email != email and not link._is_pending():
                survey.link_failure = self.env._(
                    "%(email)s: the address has changed since", email=link.email
                )
            else:
                survey.link_failure = False

    def _get_sent_links(self):
        """Return the links sent to the present contact (as superuser), newest first."""
        self.ensure_one()
        return self.link_ids.filtered(
            lambda link: link.date_sent and link.contact_id == self.contact_id
        ).sorted("id", reverse=True)

    def _was_link_sent(self):
        """Whether the contact has the link, or will have it, at his present address."""
        self.ensure_one()
        email = self.contact_id.email_normalized
        return any(
            link._is_pending() or not link._get_failure() and link.email == email
            for link in self._get_sent_links()
        )

    def _withdraw_misdirected_links(self):
        """Whoever has got a link at an address that was mended cannot answer by it."""
        links = self.link_ids.filtered(
            lambda link: (
                link.state == "valid"
                and link.date_sent
                and not link._get_failure()
                and link.email != link.contact_id.email_normalized
            )
        )
        if links:
            links._withdraw()
            links.flush_recordset()  # before their successors are inserted

    @api.model
    def _get_delivered_domain(self):
        """Return which links were delivered, as far as is known."""
        return Domain("failure", "=", False) & (
            Domain("mail_id", "=", False) | Domain("mail_id.state", "=", "sent")
        )


class MailMail(models.Model):
    """An invitation says what became of it."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Tell the private links, before what was delivered is deleted."""
        self.env["client.survey.link"].sudo()._note_mails(
            self, failure_reason, failure_type
        )
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )


class ResPartner(models.Model):
    """An e-mail to a contact that comes back may be an invitation."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    def _message_receive_bounce(self, email, partner):
        """The link was not delivered."""
        self.env["client.survey.link"].sudo()._note_bounce(self, email)
        return super()._message_receive_bounce(email, partner)
