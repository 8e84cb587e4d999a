from odoo import api, fields, models
from odoo.tools import float_compare

from .client_plan_life import ENDED_STATES


class ClientPlan(models.Model):
    """The figures of a plan, none of them stored, and what opens behind each."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    has_other_plan = fields.Boolean(
        string="Another Open Plan",
        compute="_compute_figures",
        help="The client already has an open plan in this company.",
    )
    client_segment_name = fields.Char(
        string="Segment of the Client",
        compute="_compute_figures",
        help="The client's primary segment; it decides how often the plan is reviewed.",
    )
    template_names = fields.Char(
        string="Applied Playbooks",
        compute="_compute_figures",
        help="The playbooks that gave the plan objectives and actions.",
    )
    fulfilment = fields.Float(
        compute="_compute_figures",
        help="Weighted mean of the objectives' progress, each between 0 and 100 %.",
    )
    objective_count = fields.Integer(
        string="Number of Objectives",
        compute="_compute_figures",
        help="How many objectives the plan has.",
    )
    objective_green_count = fields.Integer(
        string="Objectives on Track",
        compute="_compute_objective_status",
        help="Objectives with at least 90 % of the progress expected today.",
    )
    objective_amber_count = fields.Integer(
        string="Objectives Behind",
        compute="_compute_objective_status",
        help="Objectives with 70 to 90 % of the progress expected today.",
    )
    objective_red_count = fields.Integer(
        string="Objectives Far Behind",
        compute="_compute_objective_status",
        help="Objectives below 70 % of the progress expected today.",
    )
    line_count = fields.Integer(
        string="Number of Plan Actions",
        compute="_compute_figures",
        help="Actions that are not cancelled.",
    )
    line_open_count = fields.Integer(
        string="Open Actions",
        compute="_compute_figures",
        help="Actions planned, in progress or in rework.",
    )
    line_done_count = fields.Integer(
        string="Done Actions",
        compute="_compute_figures",
        help="Actions done or accepted.",
    )
    line_progress = fields.Float(
        string="Actions Done",
        compute="_compute_figures",
        help="Share of the actions that are done, in percent; cancelled ones do not"
        " count.",
    )
    planned_hours = fields.Float(
        compute="_compute_figures",
        help="Planned hours of the actions that are not cancelled.",
    )
    spent_hours = fields.Float(
        compute="_compute_figures",
        help="Hours spent on all actions, also on cancelled ones.",
    )
    slip_count = fields.Integer(
        string="Number of Slips",
        compute="_compute_figures",
        help="How often deadlines of the plan were moved to a later day or missed.",
    )
    line_overdue_count = fields.Integer(
        string="Overdue Actions",
        compute="_compute_figures",
        help="Open actions of a running plan whose deadline has passed.",
    )
    section_count = fields.Integer(
        string="Number of Sections",
        compute="_compute_figures",
        help="How many sections the plan has.",
    )
    section_ready_count = fields.Integer(
        string="Sections Filled In",
        compute="_compute_figures",
        help="Sections with an action, or with the reason why they have none.",
    )
    resource_cost = fields.Monetary(
        string="Cost of Resources",
        compute="_compute_figures",
        help="Cost of everything that the actions need, without cancelled ones.",
    )
    review_count = fields.Integer(
        string="Number of Reviews",
        compute="_compute_figures",
        help="Reviews of the plan, held and due.",
    )

    # -- figures -------------------------------------------------------------------

    @api.depends(
        "state",
        "partner_id",
        "company_id",
        "objective_ids.progress",
        "objective_ids.weight",
        "line_ids.state",
        "line_ids.date_deadline",
        "line_ids.planned_hours",
        "line_ids.spent_hours",
        "line_ids.slip_count",
        "line_ids.resource_ids.cost",
        "review_ids",
        "template_ids",
        "section_ids.empty_reason",
        "line_ids.section_id",
    )
    @api.depends_context("uid", "lang", "allowed_company_ids", "client_today")
    def _compute_figures(self):
        figures = self._read_figures()
        for plan in self:
            plan.update(figures[plan._origin.id])
            if not plan.id:  # being edited
                plan._count_edited_objectives()
                plan._look_up_client()

    def _count_edited_objectives(self):
        """Count the objectives of a plan that is not stored yet."""
        self.ensure_one()
        weight = sum(self.objective_ids.mapped("weight"))
        reached = sum(
            objective.weight * min(max(objective.progress, 0.0), 100.0)
            for objective in self.objective_ids
        )
        self.fulfilment = reached / weight if weight else 0.0
        self.objective_count = len(self.objective_ids)

    def _look_up_client(self):
        """Tell of the client that has just been chosen what is known of him."""
        self.ensure_one()
        client = self.partner_id._origin
        self.client_segment_name = self.primary_segment_id.sudo().name
        self.has_other_plan = client and self.sudo().search_count(
            [
                ("partner_id", "=", client.id),
                ("company_id", "=", self.company_id._origin.id),
                ("state", "not in", ENDED_STATES),
                ("id", "!=", self._origin.id),
            ],
            limit=1,
        )

    @api.depends("objective_ids.status")
    def _compute_objective_status(self):
        for plan in self:
            statuses = plan.objective_ids.mapped("status")
            plan.objective_green_count = statuses.count("green")
            plan.objective_amber_count = statuses.count("amber")
            plan.objective_red_count = statuses.count("red")

    def _get_close_result(self):
        """Return fulfilment in percent and the result that follows from it.

        Without objectives the share of done actions stands in for it.
        """
        self.ensure_one()
        percent = self.fulfilment if self.objective_ids else self.line_progress
        if float_compare(percent, 100.0, precision_digits=2) >= 0:
            return percent, "reached"
        if float_compare(percent, 50.0, precision_digits=2) >= 0:
            return percent, "partly"
        return percent, "missed"

    # -- buttons: open what a figure counts ----------------------------------------

    def action_view_lines(self):
        """Open the actions that the stat button counts."""
        return self._open_lines([("state", "!=", "cancelled")])

    def action_view_overdue_lines(self):
        """Open the overdue actions that the stat button counts."""
        return self._open_lines([("is_overdue", "=", True)])

    def _open_lines(self, domain):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_line_action"
            ),
            "domain": [("plan_id", "=", self.id), *domain],
            "context": {"default_plan_id": self.id},
        }

    def action_view_sections(self):
        """Open the sections of the plan, side by side with what is known."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sections"),
            "res_model": "client.plan",
            "res_id": self.id,
            "views": [
                (
                    self.env.ref(
                        "client_development.client_plan_view_form_sections"
                    ).id,
                    "form",
                )
            ],
        }

    def action_view_objectives(self):
        """Open the objectives that the stat button counts."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_objective_action"
            ),
            "domain": [("plan_id", "=", self.id)],
            "context": {"default_plan_id": self.id},
        }

    def action_view_slips(self):
        """Open the slips that the stat button counts."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_slip_action"
            ),
            "domain": [("plan_id", "=", self.id)],
            "context": {},
        }

    def action_view_reviews(self):
        """Open the reviews that the stat button counts."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_review_action"
            ),
            "domain": [("plan_id", "=", self.id)],
            "context": {"default_plan_id": self.id},
        }
