from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL


class ClientSurvey(models.Model):
    """What an employee does so that a survey is not asked, or not by him, is noted.

    Opting a client out, giving his order to a contact who opted out, and handing a
    survey over when it is due: for the leader to check, never more than that.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    @api.model
    def _follow_opt_out(self, partners):
        """An opt-out entered by an employee is to be checked."""
        taken = super()._follow_opt_out(partners)
        taken._note_opt_outs()
        return taken

    def _note_opt_outs(self):
        if self:
            flags = self.env["client.survey.flag"].sudo()
            flags._note_opt_outs(SQL("s.id = ANY(%s)", self.ids))

    def _follow_order_partner(self):
        """An order given to a contact who opted out is to be checked."""
        asked = self.filtered(lambda survey: not survey._is_taken_by_opt_out())
        result = super()._follow_order_partner()
        given = asked.filtered(lambda survey: survey._is_taken_by_opt_out())
        if given:
            given._note_opt_outs()
            given._note_act("readdressed")
        return result

    def _follow_order_salesperson(self):
        """Who hands his own survey over when it is due is to be checked."""
        user = self.env.user
        mine = self.filtered(lambda survey: survey.coverage_user_id == user)
        teams = {survey: survey.coverage_team_id for survey in mine}
        result = super()._follow_order_salesperson()
        handed = mine.filtered(lambda survey: survey.coverage_user_id != user)
        handed._filter_nearly_due()._note_act("handed", teams)
        return result

    def _filter_nearly_due(self):
        """Return those of these surveys that are due by the next working day."""
        last = {
            company: company._client_add_working_days(company._client_today(), 1)
            for company in self.company_id
        }
        return self.filtered(lambda survey: survey.date_due <= last[survey.company_id])

    def _note_act(self, kind, teams=None):
        """Note that the user did this about these surveys, unless it is his task.

        :param teams: {survey: team whose leader checks}, by default that of the survey
        """
        user = self.env.user
        manager = "client_development.group_client_manager"
        if (
            user.id == SUPERUSER_ID
            or not user._is_internal()
            or user.has_group(manager)
        ):
            return
        teams = teams or {survey: survey.team_id for survey in self}
        self.env["client.survey.flag"].sudo()._note_acts(
            kind,
            [
                {
                    "survey_id": survey.id,
                    "user_id": user.id,
                    "moment": fields.Datetime.now(),
                    "to_user_id": kind == "handed" and survey.coverage_user_id.id,
                    "team_id": teams[survey].id,
                }
                for survey in self
                if teams[survey].user_id != user
            ],
        )
