from odoo import SUPERUSER_ID, api, fields, models

from .client_plan_line import OPEN_STATES


class ClientSurvey(models.Model):
    """A low rating becomes a claim: an action with a deadline (product.md F).

    It stands in the client's running plan, else in a standing one for his team
    (``client_plan_claim.py``). The survey is locked while it is finished, and the
    database allows one claim per answer.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    followup_rating = fields.Integer(tracking=True)
    claim_ids = fields.One2many(
        comodel_name="client.plan.line",
        inverse_name="survey_id",
        string="Claims",
        domain=[("is_claim", "=", True)],
        readonly=True,
        help="What is done because the client was not satisfied.",
    )
    claim_count = fields.Integer(
        string="Number of Claims",
        compute="_compute_claim_count",
        help="Claims made by this survey and by asking again, as far as you may see"
        " them.",
    )

    @api.depends("claim_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_claim_count(self):
        counts = dict(
            self.env["client.plan.line"]._read_group(
                [("survey_id", "in", self._origin.ids), ("is_claim", "=", True)],
                ["survey_id"],
                ["__count"],
            )
        )
        for survey in self:
            survey.claim_count = counts.get(survey._origin, 0)

    # -- making claims -------------------------------------------------------------

    def _finish(self, user_input):
        """A low rating makes a claim."""
        result = super()._finish(user_input)
        self._get_low_rated()._create_claims()
        return result

    def _get_low_rated(self):
        """Return the answered surveys whose rating is low by the setting."""
        return self.filtered(
            lambda survey: (
                survey.state == "done"
                and 0 < survey.rating <= survey.company_id.client_low_rating
            )
        )

    def _create_claims(self, call=None):
        """Make one claim for each of these surveys that has none yet.

        :param call: the follow-up call in which the client was still not satisfied
        :return: the new actions, as superuser
        """
        call = call or self.env["client.call"]
        surveys = self._as_system()
        made = surveys.env["client.plan.line"].search(
            [
                ("survey_id", "in", surveys.ids),
                ("is_claim", "=", True),
                ("claim_annulled", "!=", True),
                ("claim_call_id", "=", call.id),
            ]
        )
        surveys -= made.survey_id
        plans = surveys._find_plans_for_claims()
        return surveys.env["client.plan.line"].create(
            [
                survey._prepare_claim_vals(plans[survey], call.sudo())
                for survey in surveys
            ]
        )

    def _as_system(self):
        """Return the records for what follows from an answer.

        The client himself, who answers through his link, is nobody of ours: then the
        system is the author.
        """
        if self.env.user._is_internal():
            return self.sudo()
        return self.with_user(SUPERUSER_ID)

    def _find_plans_for_claims(self):
        """Return ``{survey: plan}`` that takes its claim; as superuser.

        A constant number of queries per company, however many surveys.
        """
        found = {}
        Plan = self.env["client.plan"].sudo()
        for company, surveys in self.grouped("company_id").items():
            running = Plan._find_running_client_plans(company, surveys.partner_id)
            rest = surveys.filtered(lambda s, plans=running: s.partner_id not in plans)
            teams = {survey: survey._get_claims_team() for survey in rest}
            standing = rest and Plan._find_claims_plans(company, {*teams.values()})
            for survey in surveys:
                plan = running.get(survey.partner_id)
                found[survey] = plan or standing[teams[survey]]
        Plan._lock_running(Plan.union(*found.values()))
        return found

    def _get_claims_team(self):
        """Return the team that settles the claim; none: the whole company."""
        self.ensure_one()
        team = self.team_id.sudo()
        return team if team.active else team.browse()

    def _prepare_claim_vals(self, plan, call):
        """Return the values of the claim, in the language of who settles it."""
        self.ensure_one()
        user = self._get_claim_user(plan)
        company = self.company_id
        survey = self.with_context(lang=user.lang or self.env.lang)
        rating = call.rating if call else self.rating
        name = (
            survey.env._(
                "Claim again: %(order)s, rating %(rating)s of 5",
                order=self.order_id.name,
                rating=rating,
            )
            if call
            else survey.env._(
                "Claim: %(order)s, rating %(rating)s of 5",
                order=self.order_id.name,
                rating=rating,
            )
        )
        deadline = company._client_add_working_days(
            company._client_today(), company.client_claim_days
        )
        return {
            "plan_id": plan.id,
            "survey_id": self.id,
            "claim_call_id": call.id,
            "is_claim": True,
            "name": name,
            "note": survey._get_claim_words(call),
            "result": survey.env._("The client, asked again, says that it is settled."),
            "user_id": user.id,
            "date_deadline": deadline,
            "priority": "1",
        }

    def _get_claim_user(self, plan):
        """Return who settles the claim: who surveys, else the leader."""
        self.ensure_one()
        users = (self.user_id, self.team_id.sudo().user_id, plan.user_id)
        return next(
            (
                user
                for user in users
                if user.active and self.company_id in user.sudo().company_ids
            ),
            plan.user_id or self.user_id or self.env.ref("base.user_root"),
        )

    def _get_claim_words(self, call=None):
        """Return what the client said: one line for each question, as plain text."""
        self.ensure_one()
        answers = (
            (call or self)
            .sudo()
            .answer_ids.filtered(
                lambda row: (
                    (row.answer or "").strip()
                    and not row.rating
                    and not row.question_id.client_is_recommendation
                )
            )
        )
        return "\n".join(f"{row.question}\n– {row.answer}" for row in answers)

    # -- annulled ------------------------------------------------------------------

    def write(self, vals):
        """The claim of an answer that is annulled goes with it."""
        if "rating" in vals and not vals["rating"]:
            answered = self.filtered("rating")
            by_reason = answered.grouped(lambda survey: survey._get_annulment_reason())
            for reason, surveys in by_reason.items():
                surveys._cancel_claims(reason)
        return super().write(vals)

    def _get_annulment_reason(self):
        """Return why the answer of this survey does not count any more."""
        self.ensure_one()
        last = self.sudo().annulment_ids.sorted("id")[-1:]
        return last.reason or self.env._("The client's answer was annulled.")

    def _cancel_claims(self, reason):
        """Cancel what the answers of these surveys have led to and is still open.

        A new answer may make a claim again.
        """
        surveys = self.sudo()
        claims = surveys.claim_ids.filtered(lambda line: not line.claim_annulled)
        claims.filtered(lambda line: line.state in OPEN_STATES).write(
            {"state": "cancelled", "cancel_reason": reason}
        )
        claims.write({"claim_annulled": True})
        claims._cancel_followups()
        surveys.filtered("followup_rating").write({"followup_rating": 0})

    # -- actions -------------------------------------------------------------------

    def action_view_claims(self):
        """Open the claims that the stat button counts."""
        self.ensure_one()
        domain = [("survey_id", "=", self.id), ("is_claim", "=", True)]
        claims = self.env["client.plan.line"].search(domain)
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Claims"),
            "res_model": "client.plan.line",
            "domain": domain,
            "views": [(False, "list"), (False, "form")],
            "context": {"create": False},
        }
        if len(claims) == 1:
            action |= {"res_id": claims.id, "views": [(False, "form")]}
        return action
