from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Who refused to answer is not written to.
WRITABLE_STATES = ("due", "unreachable")


class ClientSurvey(models.Model):
    """The private link of a survey: made when first needed, sent or copied."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    link_ids = fields.One2many(
        comodel_name="client.survey.link",
        inverse_name="survey_id",
        string="Private Links",
        readonly=True,
        help="The links by which the client could answer himself; one at most is"
        " valid.",
    )
    link_date_expire = fields.Datetime(
        string="Link Valid until",
        compute="_compute_link",
        compute_sudo=True,
        help="So long the client can answer through the private link.",
    )
    link_last_day = fields.Date(
        string="Last Day of the Link",
        compute="_compute_link",
        compute_sudo=True,
        help="The day on which the private link expires, in the time zone of the"
        " company; the e-mail names it.",
    )
    link_email = fields.Char(
        string="Link Sent to",
        compute="_compute_link",
        compute_sudo=True,
        help="The address to which the private link was sent.",
    )
    link_lang = fields.Char(
        string="Language of the Client",
        compute="_compute_link_lang",
        compute_sudo=True,
        help="The language in which the client is written to.",
    )
    link_orders = fields.Char(
        string="Orders Asked about",
        compute="_compute_link_orders",
        compute_sudo=True,
        help="The orders that the e-mail names: all of the contact that are asked about"
        " together.",
    )
    link_problem = fields.Char(
        string="Not Sent because",
        compute="_compute_link_problem",
        compute_sudo=True,
        help="Why the private link cannot be sent by e-mail.",
    )
    date_link_sent = fields.Datetime(
        string="Link Sent on",
        compute="_compute_date_link",
        compute_sudo=True,
        store=True,
        help="When the contact was sent the private link. He gets it once, unless"
        " the e-mail fails or his address is mended.",
    )
    date_link_reminded = fields.Datetime(
        string="Reminder Sent on",
        compute="_compute_date_link",
        compute_sudo=True,
        store=True,
        help="When the contact was reminded. He is reminded once.",
    )

    # -- computes ------------------------------------------------------------------

    @api.model
    def _get_duty_columns(self, company):
        """A new duty has no link: nothing to compute for thousands of them."""
        no_link = dict.fromkeys(("date_link_sent", "date_link_reminded"), SQL("NULL"))
        return {**super()._get_duty_columns(company), **no_link}

    @api.depends(
        "contact_id",
        "link_ids.contact_id",
        "link_ids.date_sent",
        "link_ids.date_reminded",
    )
    def _compute_date_link(self):
        """Of the present contact only: another one has not got a mail yet.

        Stored on the survey as well, so that two who send at once change the same row.
        """
        for survey in self:
            links = survey.link_ids.filtered(
                lambda link, contact=survey.contact_id: link.contact_id == contact
            )
            sent = links.filtered("date_sent").mapped("date_sent")
            reminded = links.filtered("date_reminded").mapped("date_reminded")
            survey.date_link_sent = max(sent, default=False)
            survey.date_link_reminded = max(reminded, default=False)

    @api.depends(
        "link_ids.state",
        "link_ids.date_expire",
        "link_ids.date_sent",
        "link_ids.email",
        "state",
    )
    def _compute_link(self):
        for survey in self:
            links = survey.link_ids
            valid = links.filtered(lambda link: link._get_page_state() == "open")[:1]
            survey.link_date_expire = valid.date_expire
            survey.link_last_day = (
                survey.company_id._client_date(valid.date_expire) if valid else False
            )
            survey.link_email = links.filtered("date_sent").sorted("id")[-1:].email

    @api.depends("contact_id.lang", "partner_id.lang", "company_id.partner_id.lang")
    def _compute_link_lang(self):
        for survey in self:
            survey.link_lang = (
                survey.contact_id.lang
                or survey.partner_id.lang
                or survey.company_id.partner_id.lang
            )

    @api.depends("order_id.name")
    def _compute_link_orders(self):
        together = self._get_each_link_together()
        for survey in self:
            survey.link_orders = ", ".join(together[survey].order_id.mapped("name"))

    @api.depends(
        "state",
        "contact_id.email_normalized",
        "contact_id.active",
        "contact_id.client_survey_opt_out",
        "partner_id.client_survey_opt_out",
        "date_link_sent",
        "link_failure",
    )
    @api.depends_context("lang")
    def _compute_link_problem(self):
        contacts = self.contact_id
        contacts.invalidate_recordset(["is_blacklisted"])  # knows no dependency
        for survey in self:
            survey.link_problem = survey._get_link_problem()

    def _get_link_problem(self):
        """Return why the contact is not sent the link by e-mail, or ``False``."""
        self.ensure_one()
        contact = self.contact_id
        opted_out = (
            contact.client_survey_opt_out or self.partner_id.client_survey_opt_out
        )
        if opted_out and self.state != "done":
            return self.env._(
                "%(contact)s does not want to be asked", contact=contact.name
            )
        if self.state not in WRITABLE_STATES:
            states = dict(self._fields["state"]._description_selection(self.env))
            return self.env._(
                "the survey is closed (%(state)s)", state=states[self.state]
            )
        if self._was_link_sent():
            return self.env._("the link was sent already")
        if not contact.active:
            return self.env._("%(contact)s is archived", contact=contact.name)
        if not contact.email_normalized:
            return self.env._(
                "%(contact)s has no valid e-mail address", contact=contact.name
            )
        if contact.is_blacklisted:
            return self.env._(
                "the address of %(contact)s is on the list of blocked addresses",
                contact=contact.name,
            )
        return False

    # -- life ------------------------------------------------------------------------

    def write(self, vals):
        """The link dies with what it was made for: the contact, the open question."""
        reopened = self.browse()
        if vals.get("state", "done") not in ("done", "cancelled"):
            reopened = self.filtered(lambda survey: survey.state == "done")
        result = super().write(vals)
        if reopened or "contact_id" in vals:
            links = self.sudo().link_ids.filtered(
                lambda link: (
                    link.state == "valid"
                    and (
                        link.survey_id in reopened
                        or link.contact_id != link.survey_id.contact_id
                    )
                )
            )
            links._withdraw()
        return result

    def _get_link_together(self):
        """Return the open surveys of the contact that are asked about together."""
        self.ensure_one()
        return self._get_each_link_together()[self]

    def _get_each_link_together(self):
        """Return {survey: it and those asked about with it}, for all at once."""
        others = self._get_each_asked_together()
        together = {survey: survey | others[survey] for survey in self}
        everything = self.union(*together.values())
        return {
            survey: rows.with_prefetch(everything.ids)
            for survey, rows in together.items()
        }

    # -- by hand -------------------------------------------------------------------

    def action_get_link(self):
        """Return the address of the client's page, made now if there is none."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("due", "refused", "unreachable"):
            raise self._closed_error()
        self.sudo()._get_questionnaire()  # or say what is wrong with it
        return self.env["client.survey.link"]._ensure(self)[self.sudo()]._get_url()

    def action_make_link(self):
        """Make the link, so that the form shows it with a button to copy it."""
        self.action_get_link()
        return True

    def action_send_link(self):
        """Send the link by e-mail to the contacts of these surveys; say to whom not."""
        self.check_access("write")
        surveys = self.sudo()
        surveys.invalidate_recordset(["state", "date_link_sent", "contact_id"])
        surveys.link_ids.invalidate_recordset()
        surveys.link_ids.mail_id.invalidate_recordset(["state"])
        surveys._lock_links()
        problems = {survey: survey._get_link_problem() for survey in surveys}
        sendable = surveys.filtered(lambda survey: not problems[survey])
        sent = sendable._send_links() if sendable else sendable
        lines = [
            self.env._(
                "%(survey)s: not sent, %(problem)s.",
                survey=survey.display_name,
                problem=problem,
            )
            for survey, problem in problems.items()
            if problem
        ]
        if not sent:
            raise UserError("\n".join(lines) or self.env._("Nothing was sent."))
        lines.insert(0, self._get_sent_text(sent))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if len(lines) > 1 else "success",
                "message": "\n".join(lines),
                "sticky": len(lines) > 1,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_sent_text(self, sent):
        if len(sent) == 1:
            return self.env._(
                "The private link goes to %(email)s.",
                email=sent.contact_id.email_normalized,
            )
        return self.env._(
            "The private link of %(count)s surveys goes out by e-mail.", count=len(sent)
        )

    @api.model
    def _get_link_domain(self):
        """Return whom the scheduled action may write to: what ``_get_link_problem``
        says of one survey, for many at once."""
        return (
            Domain("contact_id.active", "=", True)
            & Domain("contact_id.email_normalized", "!=", False)
            & Domain("contact_id.client_survey_opt_out", "!=", True)
            & Domain("partner_id.client_survey_opt_out", "!=", True)
            & Domain("contact_id.is_blacklisted", "=", False)
        )
