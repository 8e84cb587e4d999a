from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .client_plan_objective_change import FROM_PLAYBOOK
from .client_plan_template_role import Cast

# The gate that every territory has reached: its actions are proposed at once.
FIRST_GATE = "talks"


class ClientPlanTemplate(models.Model):
    """Giving a playbook to plans: what they do not have from it yet, all at once.

    The number of queries does not depend on the number of plans, but for the inserted
    rows themselves: a playbook is applied to a hundred clients.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.template"

    def _apply(self, plans, gate=None):
        """Add to ``plans`` what they do not have from this playbook yet.

        An action or objective that was cancelled or changed since counts as one that
        the plan has. Days count from the start of the plan, or from today when it has
        begun already: nobody can act in the past. A deadline after the end of the plan
        moves to its end, and the notes of the action say so.

        :param plans: open plans of the playbook's scope that the user may change
        :param gate: ``None``: the objectives, the actions without a gate and those of
            the first gate, the talks, with which every territory begins; otherwise
            only the actions of that gate
        :return: the new actions
        :raise UserError: nothing is stored
        """
        self.ensure_one()
        self.check_access("read")
        plans.check_access("write")
        plans._lock_records(plans, "state")
        template = self.sudo()
        rows = template.line_ids.filtered(
            lambda line: line.gate == gate if gate else line.gate in (False, FIRST_GATE)
        )
        self._check_applicable(plans, rows)
        quiet = plans.with_context(tracking_disable=True)
        quiet.sudo()._create_sections()
        if not gate:
            self._apply_objectives(quiet)
        lines = quiet.env["client.plan.line"].create(
            self._prepare_lines(quiet, rows.with_env(quiet.env))
        )
        lines._subscribe_responsible()
        plans.sudo()._note_template(self, lines)
        return lines.with_env(self.env)

    # -- rules ---------------------------------------------------------------------

    def _check_applicable(self, plans, rows, company=None):
        """Refuse what cannot be applied, before anything is stored.

        :param company: of plans that are still to be made
        """
        labels = dict(self._fields["scope"]._description_selection(self.env))
        if not self.sudo().line_ids and not self.sudo().objective_ids:
            raise UserError(
                self.env._(
                    "Playbook: “%(template)s” has no actions and no objectives yet, so"
                    " there is nothing to apply. Choose another playbook, or have an"
                    " administrator complete it.",
                    template=self.name,
                )
            )
        plans._check_not_ended()
        for plan in plans:
            if plan.scope != self.scope:
                raise UserError(
                    self.env._(
                        "Playbook: “%(template)s” is made for the scope “%(scope)s”,"
                        " but “%(plan)s” is a plan of the scope “%(other)s”. Choose"
                        " another playbook.",
                        template=self.name,
                        scope=labels[self.scope],
                        plan=plan.name,
                        other=labels[plan.scope],
                    )
                )
            if self.scope == "team" and plan.variant != self.variant:
                raise UserError(
                    self.env._(
                        "Playbook: “%(template)s” has the sections of another kind of"
                        " team plan than “%(plan)s”. Choose another playbook, or change"
                        " the “Kind of Team Plan” of the plan first.",
                        template=self.name,
                        plan=plan.name,
                    )
                )
            if self.company_id and self.company_id != plan.company_id:
                raise UserError(
                    self.env._(
                        "Playbook: “%(template)s” belongs to %(company)s, “%(plan)s”"
                        " does not. Choose another playbook.",
                        template=self.name,
                        company=self.company_id.name,
                        plan=plan.name,
                    )
                )
        companies = plans.company_id | (company or plans.company_id)
        rows.function_id.with_env(self.env)._check_held(companies)

    # -- objectives ----------------------------------------------------------------

    def _apply_objectives(self, plans):
        """Add the objectives that the plans lack and that have something to achieve."""
        with_main = set(plans.sudo().objective_ids.filtered("is_main").plan_id.ids)
        vals_list = []
        idle = {}
        for plan, row, target in self._get_missing_objectives(plans):
            if target is None:
                idle.setdefault(plan.id, []).append(row.display_name)
                continue
            vals = self._prepare_objective(plan, row, target)
            vals["is_main"] = row.is_main and plan.id not in with_main
            with_main |= {plan.id} if row.is_main else set()
            vals_list.append(vals)
        if vals_list:
            Objective = plans.env["client.plan.objective"]
            Objective.with_context(client_added=FROM_PLAYBOOK).create(vals_list)
        plans.sudo()._note_reached(idle)

    def _get_missing_objectives(self, plans):
        """Return ``[(plan, row, target)]`` of the objectives that the plans lack.

        The target is ``None`` where there is nothing to achieve any more.
        """
        owned = {
            (objective.plan_id.id, objective.template_objective_id.id)
            for objective in plans.sudo().objective_ids
        }
        missing = [
            (plan, row)
            for plan in plans
            for row in self.sudo().objective_ids
            if (plan.id, row.id) not in owned
        ]
        counted = {row for _plan, row in missing if not row.indicator_id.hand_counted}
        if counted:
            plans._check_may_measure()
        figures = self._measure_baselines(
            [(plan, row) for plan, row in missing if row in counted]
        )
        return [
            (plan, row, row._get_target(figures.get((plan, row))))
            for plan, row in missing
        ]

    @api.model
    def _measure_baselines(self, pairs):
        """Return ``{(plan, row): figure}`` of what facts say today."""
        Objective = self.env["client.plan.objective"]
        populations = {plan: plan._get_population() for plan, _row in pairs}
        requests = [
            Objective._prepare_request(
                row.indicator_id,
                populations[plan],
                "period",
                row.category_id,
                row.stage_id,
            )
            for plan, row in pairs
        ]
        figures = self.env["client.indicator"]._measure(requests)
        return dict(zip(pairs, figures, strict=True))

    @api.model
    def _prepare_objective(self, plan, row, target):
        return {
            "plan_id": plan.id,
            "template_objective_id": row.id,
            "indicator_id": row.indicator_id.id,
            "sequence": row.sequence,
            "weight": row.weight,
            "target": target,
            "category_id": row.category_id.id,
            "stage_id": row.stage_id.id,
            **({"name": row.name} if row.name else {}),
        }

    # -- actions -------------------------------------------------------------------

    def _prepare_lines(self, plans, rows):
        """Return the values of the actions that the plans lack."""
        Line = self.env["client.plan.line"].sudo()
        known = Line.search_fetch(
            [("plan_id", "in", plans.ids), ("template_line_id", "in", rows.ids)],
            ["plan_id", "template_line_id"],
        )
        owned = {(line.plan_id.id, line.template_line_id.id) for line in known}
        objectives = {
            (objective.plan_id.id, objective.template_objective_id.id): objective.id
            for objective in plans.sudo().objective_ids
        }
        sections = {
            (section.plan_id.id, section.kind_id.id): section.id
            for section in plans.sudo().section_ids
        }
        cast = Cast(plans)
        days = {}
        return [
            {
                **self._prepare_line(row),
                **self._prepare_days(plan, row, days),
                "plan_id": plan.id,
                "user_id": cast.get_user(plan, row).id,
                "section_id": sections.get((plan.id, row.section_kind_id.id)),
                "objective_id": objectives.get((plan.id, row.objective_id.id)),
            }
            for plan in plans
            for row in rows
            if (plan.id, row.id) not in owned
        ]

    @api.model
    def _prepare_line(self, row):
        return {
            "template_line_id": row.id,
            "name": row.name,
            "action_type": row.action_type,
            "finds_out": row.finds_out,
            "planned_hours": row.planned_hours,
            "result": row.result,
        }

    @api.model
    def _prepare_days(self, plan, row, known):
        """Return start and deadline, by the working days of the company.

        :param known: days that were counted already, by company, first day and number
        """
        company = plan.company_id.sudo()  # its holidays, whoever plans
        first = max(plan.date_start, company._client_today())

        def count(days):
            key = company.id, first, days
            if key not in known:
                known[key] = company._client_add_working_days(first, days)
            return known[key]

        start, deadline = count(row.start_days), count(row.deadline_days)
        vals = {"date_start": start, "date_deadline": deadline}
        if first <= plan.date_end < deadline:
            vals = {
                "date_start": min(start, plan.date_end),
                "date_deadline": plan.date_end,
                "note": self.env._(
                    "By the playbook due on %(date)s, after the end of the plan.",
                    date=format_date(self.env, deadline),
                ),
            }
        return vals
