from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_callable import OPEN_STATES

QUESTIONNAIRE = "client_development.client_followup_questionnaire"


class ClientCall(models.Model):
    """Asking the client again once his claim is settled (product.md F).

    The answer fills the follow-up rating of the same survey; it changes neither the
    first rating nor the coverage. Is it low again, one further claim is made.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.call"

    line_id = fields.Many2one(
        comodel_name="client.plan.line",
        string="Claim",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The claim that was settled.",
    )

    _one_followup = models.UniqueIndex(
        "(line_id) WHERE state IN ('due', 'refused', 'unreachable')",
        "Call: the client is already to be asked again about this claim.",
    )

    # -- making and cancelling -----------------------------------------------------

    @api.model
    def _ask_again(self, claims):
        """Make the follow-up calls of settled ``claims``, one for each. As superuser.

        None for what is not asked about any more, and none twice.
        """
        calls = self.sudo().with_context(mail_auto_subscribe_no_notify=True)
        asked = calls.search(
            [("line_id", "in", claims.ids), ("state", "in", OPEN_STATES)]
        )
        claims = (claims - asked.line_id).filtered(
            lambda line: not line.claim_annulled and line.survey_id.rating
        )
        return calls.create(
            [self._prepare_followup_vals(line) for line in claims.sudo()]
        )

    @api.model
    def _prepare_followup_vals(self, line):
        """Return the values of the call in which the client is asked again."""
        survey, company = line.survey_id, line.company_id
        user = self._get_followup_user(line)
        team = user.sale_team_id
        if team.company_id and team.company_id != company:
            team = team.browse()
        return {
            "kind": "followup",
            "survey_id": survey.id,
            "line_id": line.id,
            "partner_id": survey.partner_id.id,
            "contact_id": survey.contact_id.id,
            "user_id": user.id,
            "team_id": (team or survey.team_id or line.team_id).id,
            "company_id": company.id,
            "date_due": company._client_add_working_days(
                company._client_today(), company.client_followup_days
            ),
        }

    @api.model
    def _get_followup_user(self, line):
        """Return who asks again: who settled the claim, else who surveyed, else the
        leader; only who works in sales and is still there."""
        survey = line.survey_id
        users = (
            line.user_id,
            survey.user_id,
            line.team_id.user_id,
            survey.team_id.user_id,
            line.plan_id.user_id,
        )
        return next(
            (
                user
                for user in users
                if user.active
                and line.company_id in user.company_ids
                and user.has_group("client_development.group_client_user")
            ),
            self.env["res.users"],
        )

    def _cancel_open(self):
        """Cancel those of these calls that have no answer yet."""
        self.filtered(lambda call: call.state in OPEN_STATES).write(
            {"state": "cancelled", "date_callback": False}
        )

    @api.model
    def _hand_over_from(self, user):
        """Give the open follow-up calls of a user who leaves to the leader."""
        calls = self.sudo().with_context(mail_auto_subscribe_no_notify=True)
        for call in calls.search(
            [
                ("kind", "=", "followup"),
                ("user_id", "=", user.id),
                ("state", "in", OPEN_STATES),
            ]
        ):
            leaders = call.team_id.user_id | call.line_id.team_id.user_id
            heir = leaders.filtered(lambda leader: leader.active and leader != user)[:1]
            call.write({"user_id": heir.id, "team_id": call.team_id.id})

    def _closed_error(self):
        if self.kind == "followup" and self.state == "cancelled":
            return UserError(
                self.env._(
                    "%(call)s: the claim was taken up again, or its answer annulled, so"
                    " the client is not asked now.",
                    call=self.display_name,
                )
            )
        return super()._closed_error()

    # -- the answer ----------------------------------------------------------------

    def _get_questionnaire(self):
        """Ask the few questions after a complaint; without them those of the order."""
        if self.kind != "followup":
            return super()._get_questionnaire()
        questionnaire = self.env.ref(QUESTIONNAIRE, raise_if_not_found=False)
        questionnaire = questionnaire and questionnaire.sudo()
        if (
            questionnaire
            and questionnaire.active
            and questionnaire.question_ids.filtered("client_is_rating")
        ):
            return questionnaire
        return self.survey_id.sudo()._get_questionnaire()

    def _check_rating(self, rating):
        """Asking again is for the rating."""
        result = super()._check_rating(rating)
        if self.kind == "followup" and not 1 <= rating <= 5:
            raise UserError(
                self.env._(
                    "%(call)s: the rating is missing. Choose 1 to 5.",
                    call=self.display_name,
                )
            )
        return result

    def _finish(self, user_input):
        """The survey gets the follow-up rating; a low one makes one more claim."""
        result = super()._finish(user_input)
        for call in self.filtered(lambda call: call.kind == "followup"):
            survey = call.survey_id
            survey.write({"followup_rating": call.rating})
            if call.rating <= call.company_id.client_low_rating:
                survey._create_claims(call)
        return result

    # -- desk ----------------------------------------------------------------------

    def _prepare_desk_card(self):
        """Who asks again knows what was complained about and what was done."""
        card = super()._prepare_desk_card()
        if self.kind != "followup":
            return card
        survey, line = self.survey_id.sudo(), self.line_id.sudo()
        words = survey._get_claim_words(line.claim_call_id)
        card["notes"] += [
            {
                "title": self.env._(
                    "%(order)s, rated %(rating)s of 5",
                    order=survey.order_id.name,
                    rating=line.claim_call_id.rating or survey.rating,
                ),
                "lines": words.splitlines()
                or [self.env._("The client said nothing beside the rating.")],
                "tone": "warning",
            },
            {
                "title": self.env._("What was done"),
                "lines": line._get_desk_done() if line else [],
                "tone": "info",
            },
        ]
        return card
