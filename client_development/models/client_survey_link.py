import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import consteq, hmac

from .client_survey_flag import LEADER

# What a token looks like: the key that finds the link, and the seal that proves it.
KEY_LENGTH = SEAL_LENGTH = 32
TOKEN = re.compile(rf"[0-9a-f]{{{KEY_LENGTH + SEAL_LENGTH}}}")
SEAL_SCOPE = "client_development.client_survey_link"


class ClientSurveyLink(models.Model):
    """The private link by which a client answers the survey of his order himself.

    Made only when it is first needed. The key is 128 random bits; the seal behind it
    is an HMAC of the database's secret, compared in constant time. So this table alone
    opens nothing, and a copy of the database does not take the answers of the
    original's clients. At most one link of a survey is valid.
    """

    _name = "client.survey.link"
    _description = "Private Link of a Survey"
    _rec_name = "survey_id"
    _order = "id desc"

    survey_id = fields.Many2one(
        comodel_name="client.survey",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The survey that is answered through this link.",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="For whom the link was made. If the survey goes to another contact, it is"
        " withdrawn.",
    )
    company_id = fields.Many2one(
        related="survey_id.company_id",
        help="The company that sold.",
    )
    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        default=lambda self: secrets.token_hex(KEY_LENGTH // 2),
        help="Random part of the link. Never shown.",
    )
    date_expire = fields.Datetime(
        string="Valid until",
        required=True,
        readonly=True,
        help="Later the link only says that it has expired.",
    )
    email = fields.Char(
        string="Sent to",
        readonly=True,
        help="The address to which the invitation was sent. Empty: the link was not"
        " sent by e-mail, but copied.",
    )
    date_sent = fields.Datetime(
        string="Sent on",
        readonly=True,
        help="When the invitation was put into the queue of outgoing e-mails.",
    )
    date_reminded = fields.Datetime(
        string="Reminded on",
        readonly=True,
        help="When the reminder was put into the queue of outgoing e-mails.",
    )
    copied_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Copied by",
        readonly=True,
        index="btree_not_null",
        groups=LEADER,
        help="The employee who was the first to fetch the link.",
    )
    date_copied = fields.Datetime(
        string="Copied on",
        readonly=True,
        groups=LEADER,
        help="When an employee first fetched the link.",
    )
    main_id = fields.Many2one(
        comodel_name="client.survey.link",
        string="Sent Together with",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The link that stood in the e-mail, if the client was asked about several"
        " orders at once.",
    )
    state = fields.Selection(
        selection=[("valid", "Valid"), ("withdrawn", "Withdrawn")],
        string="Status",
        default="valid",
        required=True,
        readonly=True,
        help="Withdrawn: the survey went to another contact, its answer was annulled,"
        " or a new link took the place of the expired one.",
    )

    _key_unique = models.UniqueIndex("(key)", "Each private link has a key of its own.")
    _one_valid = models.UniqueIndex(
        "(survey_id) WHERE state = 'valid'",
        "The survey has a private link already. Try again.",
    )

    # -- tokens ----------------------------------------------------------------------

    def _get_token(self):
        """Return what stands in the address."""
        self.ensure_one()
        link = self.sudo()
        return link.key + link._get_seal()

    def _get_seal(self):
        """Return the proof that this database made the link (as superuser)."""
        message = (self.id, self.key)
        return hmac(self.env, SEAL_SCOPE, message)[:SEAL_LENGTH]

    @api.model
    def _find(self, token):
        """Return the link of ``token`` as superuser; an empty record for a wrong one.

        No query is made for what does not look like a token.
        """
        nothing = self.sudo().browse()
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            return nothing
        link = nothing.search([("key", "=", token[:KEY_LENGTH])], limit=1)
        if not link or not consteq(link._get_seal(), token[KEY_LENGTH:]):
            return nothing
        return link

    def _get_url(self, page=""):
        """Return the address of the client's page, or of ``page`` below it."""
        self.ensure_one()
        base = self.sudo().survey_id.get_base_url()
        return f"{base}/client-survey/{self._get_token()}{page}"

    # -- life ------------------------------------------------------------------------

    @api.model
    def _ensure(self, surveys):
        """Return {survey: valid link} of ``surveys``, as superuser, made where missing.

        An expired link gets a successor: what the client has been sent stays expired.
        """
        links = self.sudo().search(
            [("survey_id", "in", surveys.ids), ("state", "=", "valid")]
        )
        now = fields.Datetime.now()
        if expired := links.filtered(lambda link: link.date_expire <= now):
            expired._withdraw()
            expired.flush_recordset()  # before its successor is inserted
            links -= expired
        missing = surveys.sudo() - links.survey_id
        links |= self.sudo().create(
            [
                {
                    "survey_id": survey.id,
                    "contact_id": survey.contact_id.id,
                    "date_expire": now
                    + timedelta(days=survey.company_id.client_survey_link_expiry_days),
                }
                for survey in missing
            ]
        )
        return {link.survey_id: link for link in links}

    def _withdraw(self):
        """These links open nothing any more."""
        self.write({"state": "withdrawn"})

    def _get_page_state(self):
        """Return what the client's page shows.

        ``open`` (the questions), ``answered``, ``expired``, or ``closed``: nobody asks
        any more, whatever the reason.
        """
        self.ensure_one()
        survey = self.sudo().survey_id
        if self.state != "valid" or survey.state == "cancelled":
            return "closed"
        if survey.state == "done":
            return "answered"
        if self.date_expire <= fields.Datetime.now():
            return "expired"
        return "open"
