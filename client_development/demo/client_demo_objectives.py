from odoo import Command, api, models

# The figure of a client's row that a demo objective is measured by.
FIGURES = {
    "sales_amount": "amount",
    "categories": "category_count",
    "positions": "product_count",
    "average_order": "average_order",
    "wallet_share": "wallet_share",
    "satisfaction_rating": "rating_average",
    "satisfaction_share": "rating_good_share",
    "survey_coverage": "survey_coverage",
}
# Targets are round numbers.
STEPS = {"money": 1000, "percent": 1, "count": 1, "rating": 0.1}


class ClientDemo(models.AbstractModel):
    """Demo data of objectives: they begin with the figures of their first day."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.demo"

    @api.model
    def _begin_objectives(self, ended):
        """Count the baselines of open client plans on the day of their start.

        Targets keep their distance, control points their share of the way.

        :param ended: last values of plans that have ended, by the end of the XML ids of
            their objectives
        """
        plans = self.env["client.plan"].search(
            [("scope", "=", "client"), ("state", "not in", ("closed", "cancelled"))]
        )
        objectives = plans.objective_ids.filtered(lambda o: not o.hand_counted)
        for day, begun in objectives.grouped("date_start").items():
            known = self.env["client.fact"]._facts_as_of(day, begun.partner_id)
            for objective in begun:
                self._begin(objective, known.get(objective.partner_id.id, {}))
        for name, value in ended.items():
            objective = self._get_id(f"client_plan_objective_{name}")
            objective = self.env["client.plan.objective"].browse(objective)
            day = objective.plan_id.date_closed
            vals = {"current": value, "date_current": day, "current_user_id": False}
            models.BaseModel.write(objective, vals)
        self.env["client.plan.objective"]._measure_running()

    @api.model
    def _begin(self, objective, figures):
        """Give one objective the baseline of its first day and a fitting target.

        Nobody was surveyed then, for example: the baseline stays what was entered.
        """
        baseline = figures.get(FIGURES[objective.indicator_id.code])
        if baseline is None:
            return
        baseline = float(baseline)
        step = STEPS[objective.unit]
        way = objective.target / (objective.baseline or objective.target)
        target = round(max(baseline * way, baseline + 2 * step) / step) * step
        if objective.unit in ("percent", "rating"):
            target = min(target, 95 if objective.unit == "percent" else 4.9)
        if target <= baseline:
            return
        models.BaseModel.write(
            objective._checking_points_later(),
            {
                "baseline": baseline,
                "target": target,
                "point_ids": [
                    Command.update(
                        point.id,
                        {"value": baseline + point.share / 100 * (target - baseline)},
                    )
                    for point in objective.point_ids
                ],
            },
        )

    @api.model
    def _fill_plans(self, playbooks):
        """Give drafts the actions of playbooks; objectives they have of their own.

        :param playbooks: ``{end of the plan's XML id: end of the playbook's}``
        """
        for name, playbook in playbooks.items():
            plan = self.env["client.plan"].browse(self._get_id(f"client_plan_{name}"))
            if plan.state != "draft":
                continue
            template = self.env["client.plan.template"].browse(
                self._get_id(f"client_plan_template_{playbook}")
            )
            own = plan.objective_ids
            lines = template._apply(plan)
            (plan.objective_ids - own).unlink()
            main = own.filtered("is_main")
            lines.filtered(lambda line: not line.objective_id).objective_id = main

    @api.model
    def _start_plans(self, names):
        """Start plans of many clients, by the end of their XML ids."""
        for name in names:
            plan = self.env["client.plan"].browse(self._get_id(f"client_plan_{name}"))
            if plan.state == "draft":
                if plan._needs_signoff():
                    self._sign_plan(plan)
                plan.action_start()
