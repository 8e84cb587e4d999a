from bisect import bisect_right

from odoo import models
from odoo.exceptions import UserError

from .client_plan_template_role import Cast

# Who does an action, guessed in this order.
GUESSED_ROLES = ("owner", "controller", "leader", "developer", "salesperson")


class ClientPlan(models.Model):
    """Making a playbook from a plan that works."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    def action_save_as_playbook(self):
        """Make a playbook from the plan and open it, to be completed."""
        self.ensure_one()
        self.check_access("read")
        templates = self.env["client.plan.template"]
        templates.check_access("create")
        lines = self.line_ids.filtered(lambda line: line.state != "cancelled")
        if not lines and not self.objective_ids:
            raise UserError(
                self.env._(
                    "“%(plan)s” has no actions and no objectives to make a playbook of."
                    " Add them first.",
                    plan=self.name,
                )
            )
        template = templates.create(self._prepare_template())
        served = {}
        for objective in self.objective_ids:
            row = self.env["client.plan.template.objective"].create(
                {"template_id": template.id, **self._prepare_row(objective)}
            )
            served[objective] = row.id
        first, days = self._get_worked_days(lines)
        cast = Cast(self)
        self.env["client.plan.template.line"].create(
            [
                {
                    "template_id": template.id,
                    "sequence": number * 10,
                    "objective_id": served.get(line.objective_id),
                    "gate": line.sudo().template_line_id.gate,
                    "start_days": self._count_days(first, days, line.date_start),
                    "deadline_days": self._count_days(first, days, line.date_deadline),
                    **self._guess_role(cast, line.user_id),
                    **self._prepare_template_line(line),
                }
                for number, line in enumerate(
                    lines.sorted(lambda line: (line.date_deadline, line.id)), start=1
                )
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.plan.template",
            "res_id": template.id,
            "views": [(False, "form")],
        }

    def _prepare_template(self):
        return {
            "name": self.env._("Playbook from “%s”", self.name),
            "scope": self.scope,
            "variant": self.variant,
            "company_id": self.company_id.id,
            "duration_days": (self.date_end - self.date_start).days + 1,
            "description": self.note,
        }

    def _prepare_row(self, objective):
        """Return the values of the playbook's objective; the target is guessed.

        Shares and ratings stay what they are, numbers and money grow from where a
        client stands.
        """
        grown = objective.target - objective.baseline
        mode, target = "value", objective.target
        if not objective.hand_counted and objective.baseline:
            if objective.unit == "money":
                mode, target = "percent", 100.0 * grown / objective.baseline
            elif objective.unit not in ("percent", "rating"):
                mode, target = "plus", grown
        own_name = objective.name != objective.indicator_id.name
        return {
            "sequence": objective.sequence,
            "indicator_id": objective.indicator_id.id,
            "name": own_name and objective.name,
            "is_main": objective.is_main,
            "weight": objective.weight,
            "category_id": objective.category_id.id,
            "stage_id": objective.stage_id.id,
            "target_mode": mode,
            "target": target,
        }

    def _prepare_template_line(self, line):
        return {
            "name": line.name,
            "section_kind_id": line.section_kind_id.id,
            "finds_out": line.finds_out,
            "action_type": line.action_type,
            "planned_hours": line.planned_hours,
            "result": line.result,
        }

    def _guess_role(self, cast, user):
        """Return the role that the user plays in the plan: by person, else by the
        function he holds; else the owner's."""
        for role in GUESSED_ROLES:
            players = cast.get_line(self.sudo(), role)
            if user == cast.pick(self.company_id, *players):
                return {"role": role}
        functions = self.env["client.plan.function"].with_company(self.company_id)
        function = functions.search([("user_id", "=", user.id)], limit=1)
        if function and function._get_holder(self.company_id):
            return {"role": "function", "function_id": function.id}
        return {"role": "owner"}

    def _get_worked_days(self, lines):
        """Return the first day of the plan and the working days that follow it."""
        first = self.date_start
        last = max(lines.mapped("date_deadline"), default=first)
        if last <= first:
            return first, []
        days = self.company_id.sudo()._client_working_days(first, last)
        return first, [day for day in days if day > first]

    def _count_days(self, first, days, date):
        """Return after how many working days of the plan a day comes."""
        return bisect_right(days, date) if date and date > first else 0
