from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .client_survey_flag import LEADER


class ClientCall(models.Model):
    """A check call: a leader asks a client again whose answer was drawn (product.md F).

    The same questions, so that both answers can be compared. Only leaders make it and
    see it; whoever recorded the first answer never gets it.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.call"

    checked_rating = fields.Integer(
        string="First Rating",
        readonly=True,
        aggregator="avg",
        groups=LEADER,
        help="The rating that was recorded first, when the check call was finished.",
    )
    rating_difference = fields.Integer(
        string="Difference of Ratings",
        readonly=True,
        aggregator="avg",
        groups=LEADER,
        help="Rating of the check call less the rating recorded first.",
    )
    annulment_id = fields.Many2one(
        comodel_name="client.survey.annulment",
        string="Annulled Later",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=LEADER,
        help="The annulment of the answer that was checked, if it was annulled later.",
    )
    comparison_ids = fields.One2many(
        comodel_name="client.call.comparison",
        inverse_name="call_id",
        readonly=True,
        groups=LEADER,
        help="First answers and those of the check call, question by question.",
    )

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Only leaders learn that there are check calls."""
        fields_info = super().fields_get(allfields, attributes)
        kinds = fields_info.get("kind", {})
        if "selection" in kinds and not self.env.user.has_group(LEADER):
            kinds["selection"] = [
                row for row in kinds["selection"] if row[0] != "check"
            ]
        return fields_info

    # -- whose it is ---------------------------------------------------------------

    def write(self, vals):
        """A check call stays in its team, whoever makes it."""
        checks = self.filtered(lambda call: call.kind == "check")
        if not checks or "user_id" not in vals or "team_id" in vals:
            return super().write(vals)
        if others := self - checks:
            super(ClientCall, others).write(vals)
        staying = checks.with_context(client_call_keep_team=True)
        super(ClientCall, staying).write(vals)
        return True

    @api.model
    def _get_new_team(self, user):
        if self.env.context.get("client_call_keep_team"):
            return self.env["crm.team"]
        return super()._get_new_team(user)

    def _check_new_responsible(self, user):
        """A check call goes to a leader, never to whom it checks."""
        checks = self.filtered(lambda call: call.kind == "check")
        if checks and user:
            checked = checks.sudo().survey_id._get_checked_people()
            if user in checked or not user.has_group(LEADER):
                raise UserError(
                    self.env._(
                        "Responsible: a check call is made by a team leader who did"
                        " not record the answer himself. %(user)s cannot make it.",
                        user=user.name,
                    )
                )
        return super()._check_new_responsible(user)

    # -- asking --------------------------------------------------------------------

    def _get_questionnaire(self):
        """The questions that were asked first; if they are gone, those of today."""
        self.ensure_one()
        if self.kind != "check":
            return super()._get_questionnaire()
        asked = self.sudo().survey_id.questionnaire_id
        if asked.active and asked.question_ids.filtered("client_is_rating"):
            return asked
        return self.sudo().survey_id._get_questionnaire()

    def _prepare_desk_card(self):
        """Nothing of the first answer: who asks must not put words into the mouth."""
        card = super()._prepare_desk_card()
        if self.kind == "check" and self.state != "done":
            card["last_answers"] = False
            card["claims"] = []
        return card

    def _finish(self, user_input):
        """Compare the ratings; leaders are shown when they differ much."""
        result = super()._finish(user_input)
        if self.kind == "check":
            first = self.survey_id.rating
            self.write(
                {
                    "checked_rating": first,
                    "rating_difference": self.rating - first,
                }
            )
            if abs(self.rating - first) >= self.company_id.client_check_difference:
                self._flag_difference()
        return result

    def _flag_difference(self):
        """Show leaders that the check call gave another rating."""
        survey = self.survey_id
        flags = self.env["client.survey.flag"]
        known = flags.search_count(
            Domain("survey_id", "=", survey.id)
            & Domain("kind", "=", "differs")
            & Domain("annulment_id", "=", False),
            limit=1,
        )
        if known:
            return
        flags.create(
            {
                "survey_id": survey.id,
                "kind": "differs",
                "value": self.rating,
                "call_id": self.id,
                "operator_id": survey.operator_id.id,
                "team_id": survey.team_id.id,
                "company_id": survey.company_id.id,
                "date_done": survey.date_done,
                "date": fields.Datetime.now(),
            }
        )
