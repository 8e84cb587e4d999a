from odoo import api, fields, models
from odoo.tools.misc import format_date

# Marks the context of an objective that checks its points itself, once all of them
# are written. An object: remote callers cannot put it into their context.
CHECKED_LATER = object()


class ClientPlanObjectivePoint(models.Model):
    """A dated control point of an objective: what must be reached by that day.

    The progress expected of the objective is linear between its points (product.md
    A). Whether a point makes sense depends on the others, the baseline, the target
    and the dates: the objective checks them together.
    """

    _name = "client.plan.objective.point"
    _description = "Control Point of an Objective"
    _inherit = ["client.plan.child"]
    _order = "objective_id, date, id"
    _plan_parent = "objective_id"

    objective_id = fields.Many2one(
        comodel_name="client.plan.objective",
        required=True,
        ondelete="cascade",
        index=True,
        help="The objective on whose way the point lies.",
    )
    plan_id = fields.Many2one(
        related="objective_id.plan_id",
        store=True,
        precompute=True,
        index=True,
        help="The plan of the objective.",
    )
    company_id = fields.Many2one(
        related="objective_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    date = fields.Date(
        required=True,
        help="The day by which the value must be reached, between the baseline date"
        " and the deadline of the objective.",
    )
    value = fields.Float(
        string="Expected Value",
        required=True,
        aggregator=None,
        help="What the indicator must have reached on that day, counted in the same"
        " unit as baseline and target.",
    )
    share = fields.Float(
        string="Share of the Way, %",
        compute="_compute_share",
        store=True,
        precompute=True,
        aggregator=None,
        help="How much of the way from the baseline to the target that is, in percent.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("value", "objective_id.baseline", "objective_id.target")
    def _compute_share(self):
        for point in self:
            point.share = point.objective_id._get_progress(point.value)

    @api.depends("date", "value")
    def _compute_display_name(self):
        for point in self:
            value = point.objective_id and point.objective_id._format_value(point.value)
            date = point.date and format_date(self.env, point.date)
            point.display_name = ": ".join(filter(None, (date, value)))

    # -- rules ---------------------------------------------------------------------

    @api.constrains("date", "value", "objective_id")
    def _check_path(self):
        if self.env.context.get("client_points") is not CHECKED_LATER:
            self.objective_id._check_points()

    # -- create, write and delete --------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Rights first: what is wrong with a point tells of its objective."""
        ids = {vals["objective_id"] for vals in vals_list if vals.get("objective_id")}
        objectives = self.env["client.plan.objective"].browse(ids)
        objectives.check_access("write")
        with objectives._changing_agreed():
            return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        with self.objective_id._changing_agreed():
            return super().write(vals)

    def unlink(self):
        self.check_access("unlink")
        with self.objective_id._changing_agreed():
            return super().unlink()
