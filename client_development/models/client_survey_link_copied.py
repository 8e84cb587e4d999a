from odoo import api, fields, models

from .client_survey_flag import LEADER


class ClientSurvey(models.Model):
    """Whoever fetches a client's private link is named: he could answer himself.

    Only the system, which writes the e-mails, knows the address of a link that nobody
    has fetched. Answers through a fetched link are checked as calls are.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    link_url = fields.Char(
        string="Private Link",
        compute="_compute_link_url",
        help="The client's own page with the questions, once somebody has fetched it."
        " Paste it into a messenger.",
    )
    link_copied_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Link Copied by",
        compute="_compute_link_copied",
        compute_sudo=True,
        groups=LEADER,
        help="The employee who was the first to fetch the private link.",
    )
    date_link_copied = fields.Datetime(
        string="Link Copied on",
        compute="_compute_link_copied",
        compute_sudo=True,
        groups=LEADER,
        help="When an employee first fetched the private link.",
    )

    @api.depends(
        "link_ids.state", "link_ids.date_expire", "link_ids.date_copied", "state"
    )
    @api.depends_context("uid")
    def _compute_link_url(self):
        for survey in self:
            link = survey.sudo().link_ids.filtered(
                lambda link: link._get_page_state() == "open"
            )[:1]
            known = self.env.su or link.date_copied
            survey.link_url = link._get_url() if link and known else False

    @api.depends("link_ids.copied_by_id", "link_ids.date_copied")
    def _compute_link_copied(self):
        for survey in self:
            copied = survey.link_ids.filtered("date_copied").sorted("id")[-1:]
            survey.link_copied_by_id = copied.copied_by_id
            survey.date_link_copied = copied.date_copied

    def action_get_link(self):
        """Keep who was the first to fetch the address, and when."""
        url = super().action_get_link()
        survey = self.sudo()
        link = survey.env["client.survey.link"]._ensure(survey)[survey]
        if not link.date_copied:
            link.write(
                {"copied_by_id": self.env.uid, "date_copied": fields.Datetime.now()}
            )
            survey._message_log(
                body=self.env._(
                    "%(user)s has fetched the private link.", user=self.env.user.name
                )
            )
        return url

    def _get_checked_people(self):
        """Who fetched the link does not check the answer that came through it."""
        by_link = self.sudo().filtered(lambda survey: survey.channel == "link")
        return super()._get_checked_people() | by_link.link_copied_by_id
