from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .client_plan_life import EDITABLE_STATES

# Kept by the system; nobody enters them.
OVERRIDE_FIELDS = {
    "gate_override_uid",
    "gate_override_date",
    "gate_override_reason",
    "gate_override_count",
    "gate_override_keys",
}
# A message names so many findings, the dialog all of them.
SHOWN_FINDINGS = 20


class ClientPlan(models.Model):
    """What the quality gate stops, and who lets a plan pass nevertheless.

    An override covers the findings of that moment, for this one start: what comes to
    lack afterwards is refused again, and back in draft the plan passes anew.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    gate_override_uid = fields.Many2one(
        comodel_name="res.users",
        string="Gate Overridden by",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Who let the plan start although something was missing.",
    )
    gate_override_date = fields.Datetime(
        string="Gate Overridden at",
        readonly=True,
        copy=False,
        help="When the plan was let pass.",
    )
    gate_override_reason = fields.Text(
        string="Reason for Overriding",
        readonly=True,
        copy=False,
        help="Why the plan may start as it is.",
    )
    gate_override_count = fields.Integer(
        string="Findings Overridden",
        readonly=True,
        copy=False,
        aggregator=None,
        help="How many things were missing when the plan was let pass.",
    )
    gate_override_keys = fields.Json(
        string="Overridden Findings",
        readonly=True,
        copy=False,
        help="Technical: what was missing when the plan was let pass.",
    )

    # -- what is refused -----------------------------------------------------------

    def _check_signoff(self):
        self._check_gate()
        return super()._check_signoff()

    def _check_start(self):
        """A plan that was frozen for signing has passed the gate then."""
        self.filtered(lambda plan: plan.state in EDITABLE_STATES)._check_gate()
        return super()._check_start()

    def _check_gate(self):
        """Refuse plans that lack something, unless somebody let them pass."""
        if self.env.su:
            return
        for plan, findings in self._get_open_findings().items():
            if findings:
                raise UserError(
                    self.env._(
                        "“%(plan)s” may not start yet, things missing: %(count)s\n"
                        "%(findings)s\n"
                        "Mend them (button “Check Plan”), or have the team leader or an"
                        " administrator let the plan pass.",
                        plan=plan.name,
                        count=len(findings),
                        findings="\n".join(self._list_findings(findings)),
                    )
                )

    def _get_open_findings(self):
        """Return the findings that nobody has overridden, as the gate does."""
        return {
            plan: plan._leave_out_overridden(findings)
            for plan, findings in self._get_gate_findings().items()
        }

    def _leave_out_overridden(self, findings):
        """Return the findings that were not there when the plan was let pass."""
        self.ensure_one()
        plan = self.sudo()
        covered = Counter(plan.gate_override_uid and plan.gate_override_keys or ())
        found = []
        for finding in findings:
            key = self._get_finding_key(finding)
            if covered[key]:
                covered[key] -= 1
            else:
                found.append(finding)
        return found

    @api.model
    def _get_finding_key(self, finding):
        """Return what a finding is about, in no language."""
        return f"{finding.criterion}:{finding.model}:{finding.res_id}"

    @api.model
    def _list_findings(self, findings):
        """Return one line for each finding, not too many of them."""
        lines = [f"• {finding.text}" for finding in findings[:SHOWN_FINDINGS]]
        if len(findings) > SHOWN_FINDINGS:
            lines.append(
                self.env._("… and %(count)s more", count=len(findings) - SHOWN_FINDINGS)
            )
        return lines

    # -- the override --------------------------------------------------------------

    def _may_override_gate(self):
        """Tell whether the current user may let the plan pass.

        The leader or an administrator, not the controller: the owner chooses him. An
        owner who leads the team himself may as long as nobody stands above him.
        """
        self.ensure_one()
        user, owner = self.env.user, self.sudo().user_id
        if self.env.su or user.has_group("client_development.group_client_manager"):
            return True
        leaders = self._get_leaders()
        return user in leaders and (user != owner or leaders == owner)

    def _get_leaders(self):
        """Return who leads the team of the plan or a team in which the owner works."""
        self.ensure_one()
        plan = self.sudo()
        teams = plan.user_id.sale_team_id | plan.user_id.crm_team_ids
        teams = teams.filtered(lambda team: team.company_id <= plan.company_id)
        return (plan.team_id | teams).user_id.filtered("active")

    def _override_gate(self, reason):
        """Let the plan pass with what it lacks now; who, when and why are kept."""
        self.ensure_one()
        self.check_access("read")
        if not self._may_override_gate():
            raise AccessError(
                self.env._(
                    "Only a leader above the owner or an administrator lets “%(plan)s”"
                    " start as it is. Mend what is missing, or ask one of them.",
                    plan=self.name,
                )
            )
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Reason: say why the plan may start as it is."))
        self._lock_records(self, "state")
        if self.state not in EDITABLE_STATES:
            raise UserError(
                self.env._(
                    "“%(plan)s” has left its draft: there is nothing to let pass.",
                    plan=self.name,
                )
            )
        findings = self._get_gate_findings()[self]
        self.sudo().write(
            {
                "gate_override_uid": self.env.uid,
                "gate_override_date": fields.Datetime.now(),
                "gate_override_reason": reason,
                "gate_override_count": len(findings),
                "gate_override_keys": [self._get_finding_key(f) for f in findings],
            }
        )
        self._post_override(reason, findings)

    def _post_override(self, reason, findings):
        """Repeat the override for people in the chatter."""
        items = self._list_findings(findings)
        self.message_post(
            body=Markup("<p>%s</p><p>%s</p>")
            % (
                self.env._(
                    "May start although things are missing (%(count)s). Reason:"
                    " %(reason)s",
                    count=len(findings),
                    reason=reason,
                ),
                Markup("<br/>").join(items),
            )
        )

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_entered(self, vals, OVERRIDE_FIELDS)
        context = self._get_context_without_defaults(OVERRIDE_FIELDS)
        plans = super(ClientPlan, self.with_env(self.env(context=context))).create(
            vals_list
        )
        return plans.with_env(self.env)

    def write(self, vals):
        """Back to draft, or from signing to discussion: the plan passes anew."""
        self._refuse_entered(self, vals, OVERRIDE_FIELDS)
        again = self.browse()
        if vals.get("state") in EDITABLE_STATES:
            again = self.sudo().filtered(
                lambda plan: (
                    plan.gate_override_uid
                    and (vals["state"], plan.state) != ("discussion", "draft")
                )
            )
        res = super().write(vals)
        if again:
            again.write(dict.fromkeys(OVERRIDE_FIELDS, False))
        return res

    # -- buttons -------------------------------------------------------------------

    def action_check_gate(self):
        """Show what the plan lacks, with the way to mend it."""
        self.ensure_one()
        self.check_access("read")
        return self.env["client.plan.gate"]._open(self)

    def _get_gate_dialog(self, state):
        """Return the dialog instead of an error, when the form asks for it.

        The form's buttons do, by their context; remote calls get the error.
        """
        if not self.env.context.get("client_gate_dialog") or len(self) != 1:
            return None
        if state not in ("signoff", "running") or self.state not in EDITABLE_STATES:
            return None
        if not self._get_open_findings()[self]:
            return None
        self.check_access("read")
        return self.env["client.plan.gate"]._open(self, state)
