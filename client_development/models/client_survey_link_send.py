import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Surveys written about at once, and committed together by the scheduled action.
LINK_BATCH = 200
LINK_LOCK = "client_development.client_survey_link"
INVITATION = "client_development.mail_template_survey_invitation"
REMINDER = "client_development.mail_template_survey_reminder"
# So often a batch is tried again that somebody else has changed meanwhile.
TRIES = 3


class ClientSurvey(models.Model):
    """The private link goes out by e-mail: one invitation and one reminder at most.

    What was sent and the queued e-mail are stored by the same transaction: a worker
    that is killed leaves both or neither. Two who send at once change the same rows,
    so the second is refused by the database and finds nothing left to send.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    # -- sending, without committing -------------------------------------------------

    def _lock_links(self):
        """Lock these surveys until the transaction ends."""
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                "SELECT id FROM client_survey WHERE id IN %s ORDER BY id"
                " FOR NO KEY UPDATE",
                tuple(self.ids),
            )
        )

    def _send_links(self):
        """Invite the contacts of these locked surveys (as superuser).

        Orders that are asked about together have one e-mail.

        :return: the surveys of whose orders an e-mail tells
        """
        template = self._get_link_template(INVITATION)
        now = fields.Datetime.now()
        groups, sent = self._group_links()
        mains = self.browse().concat(*groups)
        mains._get_questionnaires()  # or say what is wrong with them
        sent._withdraw_misdirected_links()
        links = self.env["client.survey.link"]._ensure(sent)
        for main, others in groups.items():
            email = main.contact_id.email_normalized
            values = {"date_sent": now, "email": email, "failure": False}
            links[main].write({**values, "main_id": False})
            for other in others - main:
                links[other].write(
                    {**values, "main_id": links[main].id, "mail_id": False}
                )
        for main, mail in mains._queue_link_mails(template).items():
            links[main].mail_id = mail
        return sent

    def _send_link_reminders(self):
        """Remind the contacts of these locked surveys (as superuser)."""
        template = self._get_link_template(REMINDER)
        links = self.link_ids.filtered(
            lambda link: (
                link.state == "valid"
                and not link.main_id
                and link.email == link.contact_id.email_normalized
            )
        )
        links.write({"date_reminded": fields.Datetime.now()})
        if links:
            links.survey_id._queue_link_mails(template)
        return links.survey_id

    def _group_links(self):
        """Return {survey in whose name is written: surveys told of}, and all of them.

        Surveys asked together whose contact has the link already are left out.
        """
        groups, sent = {}, self.browse()
        together = self._get_each_link_together()
        for survey in self:
            if survey in sent:
                continue
            groups[survey] = together[survey]._lock_together(survey)
            sent |= groups[survey]
        return groups, sent

    def _lock_together(self, main):
        """Of these surveys, the ones that one e-mail with ``main`` may tell of."""
        others = (self - main).filtered(
            lambda other: (
                other.contact_id == main.contact_id
                and other.state == "due"
                and not other._was_link_sent()
            )
        )
        return main | others.try_lock_for_update(allow_referencing=True)

    def _queue_link_mails(self, template):
        """Put one e-mail for each of these surveys into the queue of outgoing ones.

        :return: {survey: its e-mail}
        """
        mails = template.send_mail_batch(self.ids)
        links = self.env["client.survey.link"]._ensure(self)
        surveys = {survey.id: survey for survey in self}
        for mail in mails:
            url = links[surveys[mail.res_id]]._get_url("/unsubscribe")
            mail.headers = repr(
                {
                    "List-Unsubscribe": f"<{url}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                }
            )
        # the private link goes to the client alone, not into the chatter of the survey
        mails.mail_message_id.body = False
        self.flush_recordset()
        queue = self.env.ref(
            "mail.ir_cron_mail_scheduler_action", raise_if_not_found=False
        )
        if queue:
            queue._trigger()
        return {surveys[mail.res_id]: mail for mail in mails}

    @api.model
    def _get_link_template(self, xmlid):
        template = self.env.ref(xmlid, raise_if_not_found=False)
        if not template:
            raise UserError(
                self.env._(
                    "The e-mail template of the private link was deleted. An"
                    " administrator updates the application, which brings it back."
                )
            )
        return template.sudo()

    # -- by itself -------------------------------------------------------------------

    @api.model
    def _get_invitation_domain(self, company):
        """Whom ``company`` wants to be invited now."""
        send = company.client_survey_link_send
        if send == "never":
            return Domain.FALSE
        now = fields.Datetime.now()
        waited = timedelta(days=company.client_survey_link_wait_days)
        youngest = now - waited if send == "later" else now
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "due")
            & Domain("date_link_sent", "=", False)
            & Domain("date_callback", "=", False)
            & ~self._get_promised_near_domain()
            & Domain("date_completed", "<=", youngest)
            & Domain(
                "date_completed",
                ">",
                youngest - timedelta(days=company.client_survey_link_expiry_days),
            )
        )
        if send == "later":
            domain &= Domain("attempt_count", "=", 0)
        return domain & self._get_link_domain()

    @api.model
    def _get_reminder_domain(self, company):
        """Whom ``company`` wants to be reminded now, of what was sent by e-mail."""
        days = company.client_survey_link_reminder_days
        if not days:
            return Domain.FALSE
        now = fields.Datetime.now()
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "due")
            & Domain("date_link_sent", "<=", now - timedelta(days=days))
            & Domain("date_link_reminded", "=", False)
            & Domain("date_callback", "=", False)
            & ~self._get_promised_near_domain()
            & Domain(
                "link_ids",
                "any",
                Domain("state", "=", "valid")
                & Domain("date_expire", ">", now)
                & Domain("date_sent", "!=", False)
                & Domain("main_id", "=", False)
                & self._get_delivered_domain(),
            )
            & self._get_link_domain()
        )

    @api.model
    def _cron_send_survey_links(self):
        """Send what is due of all companies; one commit per batch.

        A survey whose e-mail cannot be made is logged, left out and tried again in the
        next run: it neither stops the others nor keeps the action running.
        """
        companies = self.env["res.company"]._get_client_companies()
        progress = self.env["ir.cron"]
        work = [
            (self.sudo().with_company(company), build(company), send)
            for company in companies
            for build, send in (
                (self._get_invitation_domain, "_send_links"),
                (self._get_reminder_domain, "_send_link_reminders"),
            )
        ]
        waiting = [surveys.search_count(domain) for surveys, domain, _send in work]
        if not progress._commit_progress(remaining=sum(waiting)):
            return
        for surveys, domain, send in work:
            last, tries = 0, TRIES
            while tries:
                try:
                    found, last_found = surveys._send_link_batch(domain, send, last)
                    time_left = progress._commit_progress(found)
                except psycopg2.OperationalError:
                    # Somebody has sent or answered meanwhile: look again.
                    self.env.cr.rollback()
                    tries -= 1
                    continue
                if not found:
                    break
                last, tries = last_found, TRIES
                if not time_left:
                    return

    @api.model
    def _send_link_batch(self, domain, send, after=0):
        """Send for the next surveys of ``domain`` behind survey id ``after``.

        :return: number of surveys found, the last of their ids
        """
        [(taken,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s))", LINK_LOCK)
        )
        if not taken:
            return 0, after  # another process is at it
        domain &= Domain("id", ">", after)
        found = self.search(domain, limit=LINK_BATCH, order="id")
        if not found:
            return 0, after
        locked = found.try_lock_for_update(allow_referencing=True)
        locked._send_links_safely(send)
        return len(found), found[-1].id

    def _send_links_safely(self, send):
        """Send for these surveys; after a failure, for all but the bad ones."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                getattr(self, send)()
                self.env.flush_all()
            return
        except psycopg2.OperationalError:
            raise  # the whole transaction is lost and will be repeated
        except Exception:
            self.env.invalidate_all()
            if len(self) == 1:
                # also if its link was made meanwhile: then the next run sends it
                _logger.exception("No private link could be sent: survey %s", self.id)
                return
        half = len(self) // 2
        self[:half]._send_links_safely(send)
        self[half:]._send_links_safely(send)
