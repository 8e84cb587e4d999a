from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .client_plan_objective_question import MAX_NUMBER


class ClientPlanTemplateObjective(models.Model):
    """An objective of a playbook: what is measured, and how the target follows.

    The baseline of a plan's objective is measured when the playbook is applied; the
    target is an absolute value, or follows from the baseline.
    """

    _name = "client.plan.template.objective"
    _description = "Objective of a Playbook"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        comodel_name="client.plan.template",
        required=True,
        ondelete="cascade",
        index=True,
        help="The playbook to which it belongs.",
    )
    sequence = fields.Integer(
        default=10,
        help="Order of the objectives.",
    )
    indicator_id = fields.Many2one(
        comodel_name="client.indicator",
        required=True,
        ondelete="restrict",
        index=True,
        help="What is measured.",
    )
    name = fields.Char(
        string="Objective",
        translate=True,
        help="The goal in words. Empty: the name of the indicator.",
    )
    is_main = fields.Boolean(
        string="Main Objective",
        help="The one objective that matters most.",
    )
    weight = fields.Float(
        default=1.0,
        required=True,
        help="How much it counts, relative to the others.",
    )
    takes = fields.Selection(
        related="indicator_id.takes",
        help="What the indicator lets you choose: a product category or a stage.",
    )
    category_id = fields.Many2one(
        comodel_name="product.category",
        string="Product Category",
        index="btree_not_null",
        ondelete="restrict",
        help="For indicators that are counted for one product category: which one.",
    )
    stage_id = fields.Many2one(
        comodel_name="client.stage",
        string="Lifecycle Stage",
        index="btree_not_null",
        ondelete="restrict",
        help="For indicators of stage passage: which stage. Empty: all of them.",
    )
    target_mode = fields.Selection(
        selection=[
            ("value", "This value"),
            ("plus", "Baseline plus"),
            ("percent", "Baseline plus percent"),
        ],
        required=True,
        default="value",
        help="How the target follows from the value of the template.",
    )
    target = fields.Float(
        required=True,
        help="The target, or by how much the baseline grows; below zero to shrink.",
    )
    has_limit = fields.Boolean(
        string="Limited",
        help="The target never lies beyond the limit, such as “10 points more, up to"
        " 90 %”.",
    )
    limit = fields.Float(
        help="The best target; whoever has reached it does not get the objective.",
    )

    _one_main = models.UniqueIndex(
        "(template_id) WHERE is_main",
        "Main Objective: a playbook has one main objective. Take the mark off the"
        " other, save, and mark this one.",
    )
    _weight_positive = models.Constraint(
        "CHECK(weight > 0)",
        "Weight: an objective must count something. Enter a weight above zero.",
    )
    _growth_not_zero = models.Constraint(
        "CHECK(target_mode = 'value' OR target <> 0)",
        "Target: the baseline plus nothing is the baseline, so there would be nothing"
        " to achieve. Enter by how much it is to grow or shrink.",
    )

    # -- rules ---------------------------------------------------------------------

    @api.constrains("target", "limit", "weight")
    def _check_numbers(self):
        for objective in self:
            for name in ("target", "limit", "weight"):
                number = objective[name]
                if not isfinite(number) or abs(number) > MAX_NUMBER:
                    raise ValidationError(
                        self.env._(
                            "%(field)s of “%(objective)s”: %(number)s is not possible."
                            " Enter a number of at most fifteen digits.",
                            field=self._fields[name]._description_string(self.env),
                            objective=objective.display_name,
                            number=number,
                        )
                    )

    @api.constrains("indicator_id", "category_id")
    def _check_question(self):
        for objective in self:
            if objective.takes == "category" and not objective.category_id:
                raise ValidationError(
                    self.env._(
                        "Product Category: “%(indicator)s” is counted for one category."
                        " Choose it in the objective of the playbook.",
                        indicator=objective.indicator_id.name,
                    )
                )

    # -- names ---------------------------------------------------------------------

    @api.depends("name", "indicator_id.name")
    def _compute_display_name(self):
        for objective in self:
            objective.display_name = objective.name or objective.indicator_id.name

    # -- target --------------------------------------------------------------------

    def _get_target(self, figure):
        """Return the target for what was measured; ``None``: nothing to achieve.

        :param figure: a measured :class:`Figure`; ``None`` for what is counted by hand,
            which begins at zero
        """
        self.ensure_one()
        value = figure.value if figure else 0.0
        known = value is not None
        if self.target_mode == "value":
            target = self.target
        elif self.target_mode == "plus":
            target = (value or 0.0) + self.target
            if not known and self.has_limit:
                target = self.limit
        else:
            target = (value or 0.0) * (1.0 + self.target / 100.0)
        falls = self.indicator_id.direction == "down"
        if self.has_limit:
            target = max(target, self.limit) if falls else min(target, self.limit)
        baseline = value or 0.0
        if falls and not known:
            return target or None
        reached = target >= baseline if falls else target <= baseline
        return None if reached else target
