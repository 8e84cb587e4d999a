from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .client_plan_line import OPEN_STATES

# Kept by the system; nobody enters them.
CLAIM_FIELDS = {"is_claim", "claim_call_id", "claim_annulled"}


class ClientPlanLine(models.Model):
    """A claim: what is to be done because a client was not satisfied (product.md F).

    Made by a low rating (``client_survey_claim.py``), once for each answer. When it is
    settled the client is asked again (``client_call_followup.py``).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    is_claim = fields.Boolean(
        string="Claim of a Client",
        readonly=True,
        copy=False,
        help="The client rated our work low: settle what he complained about. He is"
        " asked again afterwards.",
    )
    claim_call_id = fields.Many2one(
        comodel_name="client.call",
        string="Complained Again in",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The call in which the client was asked again and was still not satisfied."
        " Empty: he complained in the survey of the order.",
    )
    claim_annulled = fields.Boolean(
        string="Answer Annulled",
        readonly=True,
        copy=False,
        help="The answer that made this claim was annulled; the client is not asked"
        " again.",
    )
    followup_ids = fields.One2many(
        comodel_name="client.call",
        inverse_name="line_id",
        string="Asked again",
        readonly=True,
        groups="client_development.group_client_user",
        help="The calls in which the client is asked again after the claim was"
        " settled.",
    )

    _claim_once = models.UniqueIndex(
        "(survey_id, COALESCE(claim_call_id, 0))"
        " WHERE is_claim AND claim_annulled IS NOT TRUE",
        "Claim: this answer of the client already has its claim.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("is_claim", "survey_id.partner_id")
    def _compute_partner_id(self):
        """A claim shows its client also in the standing plan of a team."""
        result = super()._compute_partner_id()
        for line in self:
            if line.is_claim and not line.partner_id:
                line.partner_id = line.survey_id.partner_id
        return result

    # -- rules ---------------------------------------------------------------------

    @api.model
    def _check_values(self, vals):
        self.env["client.plan"]._refuse_entered(self, vals, CLAIM_FIELDS)
        return super()._check_values(vals)

    def _check_write(self, vals):
        """A claim keeps the survey in which the client complained."""
        super()._check_write(vals)
        if self.env.su or "survey_id" not in vals:
            return
        for line in self:
            if line.is_claim and line.survey_id.id != vals["survey_id"]:
                raise UserError(
                    self.env._(
                        "Claim: “%(line)s” was made by the client's answer and keeps"
                        " it. Add another action for another survey.",
                        line=line.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claim(self):
        if self.env.su:  # with the plan, which has been checked
            return
        for line in self:
            if line.is_claim:
                raise UserError(
                    self.env._(
                        "“%(line)s” is the claim of a client: cancel it with a reason"
                        " instead of deleting it.",
                        line=line.name,
                    )
                )

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        context = self.env["client.plan"]._get_context_without_defaults(CLAIM_FIELDS)
        lines = super(ClientPlanLine, self.with_env(self.env(context=context))).create(
            vals_list
        )
        return lines.with_env(self.env)

    def write(self, vals):
        """Settled, the client is asked again; taken up again, he is not."""
        if not vals.keys() & {"state", "needs_acceptance"}:
            return super().write(vals)
        claims = self.sudo().filtered("is_claim")
        before = claims.filtered(lambda line: line._is_claim_settled())
        result = super().write(vals)
        after = claims.filtered(lambda line: line._is_claim_settled())
        if reopened := before - after:
            reopened._cancel_followups()
        if settled := after - before:
            self.env["client.call"]._ask_again(settled)
        return result

    # -- actions -------------------------------------------------------------------

    def action_view_claim_survey(self):
        """Open the survey in which the client complained."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.survey",
            "res_id": self.survey_id.id,
            "views": [(False, "form")],
        }

    def action_view_followups(self):
        """Open the calls in which the client is asked again."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_call_action"
            ),
            "domain": [("line_id", "=", self.id)],
            "context": {},
        }

    # -- claims --------------------------------------------------------------------

    def _is_claim_settled(self):
        """Tell whether the claim is closed: done, or accepted where that is asked."""
        self.ensure_one()
        if self.state == "done":
            return not self.needs_acceptance
        return self.state == "accepted"

    def _get_unsettled_claims(self):
        """Return the claims that still wait: open, or done and not accepted."""
        return self.filtered(
            lambda line: (
                line.is_claim
                and (
                    line.state in OPEN_STATES
                    or (line.state == "done" and line.needs_acceptance)
                )
            )
        )

    def _cancel_followups(self):
        """Do not ask the client about what is taken up again."""
        calls = self.sudo().followup_ids
        calls._cancel_open()

    def _hand_on_claims(self):
        """Put the claims of plans that have ended into those that run now."""
        surveys = self.survey_id
        plans = surveys._find_plans_for_claims() if surveys else {}
        for survey, lines in self.grouped("survey_id").items():
            old = {line: line.plan_name for line in lines}
            lines.write(
                {
                    "plan_id": plans[survey].id,
                    "section_id": False,
                    "objective_id": False,
                    "swot_id": False,
                    "review_id": False,
                    "depend_on_ids": [fields.Command.clear()],
                    "dependent_ids": [fields.Command.clear()],
                }
            )
            lines._message_log_batch(
                {
                    line.id: self.env._(
                        "Handed on from “%(plan)s”, which has ended: the client still"
                        " waits.",
                        plan=name,
                    )
                    for line, name in old.items()
                }
            )

    # -- at the call desk ---------------------------------------------------------

    def _get_desk_done(self):
        """Return what was done about the claim, line by line."""
        self.ensure_one()
        done = self.env._(
            "%(user)s, done on %(date)s",
            user=self.done_uid.name or self.user_id.name,
            date=format_date(self.env, self.done_date) or "–",
        )
        return [done, *(self.outcome or "").splitlines()]
