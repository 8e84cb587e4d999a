from odoo import api, models
from odoo.exceptions import UserError

from .client_plan_population import SCOPE_FIELDS


class ClientPlan(models.Model):
    """Whom the current user may make plans for, and move plans to.

    A salesperson plans for his own clients and for those of nobody; what concerns many
    clients is planned by those who lead people. Whoever leads may give such a plan to
    a salesperson: only another subject is asked for again, not each change.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._check_subject_allowed()
        plans._check_team_allowed()
        return plans

    def write(self, vals):
        moved = self.filtered(lambda plan: plan._gets_subject(vals))
        result = super().write(vals)
        moved._check_subject_allowed()
        if vals.keys() & {"team_id", "user_id"}:
            self._check_team_allowed()
        return result

    def _gets_subject(self, vals):
        """Tell whether ``vals`` give the plan another subject. The team is the subject
        of plans of a team only."""
        self.ensure_one()
        is_team = vals.get("scope", self.scope) == "team"
        names = SCOPE_FIELDS if is_team else SCOPE_FIELDS - {"team_id"}
        return bool(self._get_changed_fields(self, vals, names))

    def _check_subject_allowed(self):
        """Refuse plans whose subject is none of the current user's to plan for."""
        user = self.env.user
        if self.env.su or user.has_group("client_development.group_client_manager"):
            return
        hidden = self._find_hidden()
        leads = user.has_group("client_development.group_client_leader")
        for plan in self:
            if plan.scope == "client":
                if plan in hidden:
                    raise UserError(plan._get_client_refusal())
            elif plan.scope == "team":
                if plan.sudo().team_id.user_id != user:
                    raise UserError(plan._get_team_refusal())
            elif not leads:
                raise UserError(plan._get_scope_refusal())

    def _check_team_allowed(self):
        """Refuse a salesperson who chooses a leader for himself, or none."""
        user = self.env.user
        leads = user.has_group("client_development.group_client_leader")
        if self.env.su or leads:
            return
        for plan in self.sudo().filtered(lambda plan: plan.scope != "team"):
            teams = plan.user_id.sale_team_id | plan.user_id.crm_team_ids
            teams = teams.filtered(lambda t, plan=plan: t.company_id <= plan.company_id)
            if teams and plan.team_id not in teams:
                raise UserError(
                    self.env._(
                        "Sales Team: “%(plan)s” belongs to the team of its owner,"
                        " %(teams)s. Leave it there, or ask the team leader to give it"
                        " to another one.",
                        plan=plan.name,
                        teams=", ".join(teams.mapped("name")),
                    )
                )

    def _get_client_refusal(self):
        return self.env._(
            "Client: “%(client)s” is none of your clients, so you do not make plans for"
            " him. Choose one of yours, or ask his salesperson, the team leader or an"
            " administrator to make the plan.",
            client=self.sudo().partner_id.display_name,
        )

    def _get_team_refusal(self):
        team = self.sudo().team_id
        return self.env._(
            "Sales Team: you do not lead “%(team)s”, and only its leader and"
            " administrators plan for a team. Choose a team that you lead, or ask"
            " %(leader)s to make the plan.",
            team=team.display_name,
            leader=team.user_id.name or self.env._("an administrator"),
        )

    def _get_scope_refusal(self):
        labels = dict(self._fields["scope"]._description_selection(self.env))
        return self.env._(
            "Scope: plans of the scope “%(scope)s” are made by team leaders and"
            " administrators. Make a plan for one of your clients, or ask your team"
            " leader to make this one.",
            scope=labels[self.scope],
        )
