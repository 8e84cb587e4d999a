from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientPlan(models.Model):
    """The self-diagnosis of a sales team: asked of its members, shown in the audit."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    diagnosis_ids = fields.One2many(
        comodel_name="client.plan.diagnosis",
        inverse_name="plan_id",
        string="Self-Diagnoses",
        domain=[("date_done", "!=", False)],
        readonly=True,
        help="Who of the team has diagnosed it, and with which result.",
    )
    can_diagnose = fields.Boolean(
        compute="_compute_can_diagnose",
        help="You belong to the team or lead it, and may answer the questions.",
    )

    @api.depends("scope", "variant", "state", "team_id")
    @api.depends_context("uid")
    def _compute_can_diagnose(self):
        for plan in self:
            plan.can_diagnose = (
                plan.scope == "team"
                and plan.variant == "usual"
                and plan.state not in ("closed", "cancelled")
                and plan._may_diagnose()
            )

    def _may_diagnose(self):
        """Tell whether the current user belongs to the team of the plan or leads it."""
        self.ensure_one()
        team = self.sudo().team_id
        return self.env.user in team.user_id | team.crm_team_member_ids.user_id

    def action_diagnose(self):
        """Ask the current user the questions about his team, or those that are left."""
        self.ensure_one()
        self.check_access("read")
        if self.scope != "team" or not self._may_diagnose():
            raise UserError(
                self.env._(
                    "Self-Diagnosis: the questions about “%(plan)s” are answered by the"
                    " members of the team and its leader. Ask one of them.",
                    plan=self.name,
                )
            )
        self._check_not_ended()
        answer = self.sudo()._get_own_diagnosis().user_input_id
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": answer.get_start_url(),
        }

    def _get_own_diagnosis(self):
        """Return the current user's unfinished self-diagnosis, begun where needed."""
        diagnoses = self.env["client.plan.diagnosis"]
        begun = diagnoses.search(
            [
                ("plan_id", "=", self.id),
                ("user_id", "=", self.env.uid),
                ("date_done", "=", False),
            ]
        )
        if begun.user_input_id:
            return begun
        begun.unlink()  # somebody has deleted its answers
        survey = self.env["survey.survey"].search(
            [
                ("survey_type", "=", "client_team"),
                ("question_and_page_ids", "!=", False),
            ],
            order="id",
            limit=1,
        )
        if not survey:
            raise UserError(
                self.env._(
                    "Self-Diagnosis: there is no questionnaire with questions. Ask an"
                    " administrator to restore one under Configuration."
                )
            )
        answer = survey._create_answer(user=self.env.user, check_attempts=False)
        return diagnoses.create(
            {"plan_id": self.id, "user_id": self.env.uid, "user_input_id": answer.id}
        )
