from odoo import fields, models

from .client_survey_flag import LEADER


class ClientSurvey(models.Model):
    """What only leaders see about an answer: what is to be checked."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    flag_ids = fields.One2many(
        comodel_name="client.survey.flag",
        inverse_name="survey_id",
        string="To Check",
        readonly=True,
        groups=LEADER,
        help="What was noticed about the answers, for the leader to check.",
    )
    date_screened = fields.Datetime(
        string="Looked at on",
        readonly=True,
        copy=False,
        groups=LEADER,
        help="When the answer was compared with others.",
    )

    _screen_idx = models.Index(
        "(company_id, date_done) WHERE state = 'done' AND date_screened IS NULL"
    )
    _operator_day_idx = models.Index(
        "(operator_id, date_done) WHERE operator_id IS NOT NULL"
    )

    def _prepare_finish_vals(self, rating):
        """At the call desk time is always measured: at least a second."""
        values = super()._prepare_finish_vals(rating)
        if "client_call_duration" in self.env.context:
            values["duration"] = max(values["duration"], 1)
        return values

    def _annul(self, reason):
        """What was to be checked is settled."""
        annulments = super()._annul(reason)
        self.env["client.survey.flag"]._follow_annulments(annulments)
        return annulments

    def _prepare_reopen_vals(self):
        """The next answer is looked at again."""
        return {**super()._prepare_reopen_vals(), "date_screened": False}
