from odoo import fields, models
from odoo.tools import SQL

from .company_clocks import sql_company_clocks


class ClientPlanStatus(models.Model):
    """Where each plan stands, for graphs, pivots and boards by team.

    The plan stores nothing from its actions and objectives (design decision 6): the
    same figures come from one query here, so that they can be added up and compared.
    """

    _name = "client.plan.status"
    _description = "Plan Status"
    _auto = False
    _order = "line_overdue_count desc, next_review_date, id desc"
    _rec_name = "plan_id"
    _depends = {
        "client.plan": [
            "close_result",
            "company_id",
            "controller_id",
            "date_end",
            "date_start",
            "next_review_date",
            "partner_id",
            "scope",
            "segment_id",
            "state",
            "team_id",
            "user_id",
        ],
        "client.plan.line": ["date_deadline", "plan_id", "state"],
        "client.plan.objective": [
            "date_deadline",
            "date_start",
            "plan_id",
            "progress",
            "weight",
        ],
        "client.plan.objective.point": ["date", "objective_id", "share"],
        "client.plan.review": ["plan_id", "state"],
        "client.plan.review.move": ["plan_id"],
        "client.plan.slip": ["plan_id"],
    }

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        readonly=True,
        help="The development plan.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="Company of the plan.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The responsible team of the plan.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        readonly=True,
        help="Who is responsible for the plan.",
    )
    controller_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        help="The employee who controls the plan.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        readonly=True,
        help="The client of the plan.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        readonly=True,
        help="The client's primary segment, or the segment of the plan.",
    )
    scope = fields.Selection(
        selection=lambda self: self._get_labels("scope"),
        readonly=True,
        help="Whom the plan develops.",
    )
    state = fields.Selection(
        selection=lambda self: self._get_labels("state"),
        string="Status",
        readonly=True,
        help="Where the plan stands.",
    )
    close_result = fields.Selection(
        selection=lambda self: self._get_labels("close_result"),
        string="Result",
        readonly=True,
        help="What a closed plan has reached.",
    )
    date_start = fields.Date(
        string="Start",
        readonly=True,
        help="First day of the plan.",
    )
    date_end = fields.Date(
        string="End",
        readonly=True,
        help="Last day of the plan.",
    )
    plan_count = fields.Integer(
        string="Plans",
        readonly=True,
        help="1 for each plan, to add up.",
    )
    fulfilment = fields.Float(
        string="Fulfilment, %",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Weighted mean of the objectives' progress, each between 0 and 100 %; of"
        " several plans their mean. Plans without objectives are left out.",
    )
    objective_count = fields.Integer(
        string="Objectives",
        readonly=True,
        help="Objectives of the plan.",
    )
    objective_red_count = fields.Integer(
        string="Objectives Far Behind",
        readonly=True,
        help="Objectives below 70 % of the progress expected today; none of a plan that"
        " does not run.",
    )
    line_count = fields.Integer(
        string="Actions",
        readonly=True,
        help="Actions that are not cancelled.",
    )
    line_open_count = fields.Integer(
        string="Open Actions",
        readonly=True,
        help="Actions planned, in progress or in rework.",
    )
    line_done_count = fields.Integer(
        string="Done Actions",
        readonly=True,
        help="Actions done or accepted.",
    )
    line_overdue_count = fields.Integer(
        string="Overdue Actions",
        readonly=True,
        help="Open actions of a running plan whose deadline has passed.",
    )
    slip_count = fields.Integer(
        string="Slips",
        readonly=True,
        help="Deadlines of the plan that were moved or missed.",
    )
    held_count = fields.Integer(
        string="Reviews Held",
        readonly=True,
        help="Reviews of the plan that were held.",
    )
    postpone_count = fields.Integer(
        string="Reviews Postponed",
        readonly=True,
        help="How often reviews of the plan were postponed.",
    )
    next_review_date = fields.Date(
        string="Next Review",
        readonly=True,
        help="When the plan is reviewed next.",
    )
    is_review_overdue = fields.Boolean(
        string="Review Overdue",
        readonly=True,
        help="The plan is running and its review date has passed.",
    )
    review_overdue_count = fields.Integer(
        string="Reviews Overdue",
        readonly=True,
        help="1 for each plan whose review is overdue, to add up.",
    )

    def _get_labels(self, name):
        return self.env["client.plan"]._fields[name]._description_selection(self.env)

    def action_open_plan(self):
        """Open the plan."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.plan",
            "res_id": self.plan_id.id,
            "views": [(False, "form")],
        }

    @property
    def _table_query(self):
        """One row per plan; what its parts add up to is grouped once for all."""
        objectives = self.env["client.plan.objective"]
        return SQL(
            """
            SELECT p.id, p.id AS plan_id, p.company_id, p.team_id, p.user_id,
                   p.controller_id, p.partner_id, p.scope, p.state, p.close_result,
                   p.date_start, p.date_end, 1 AS plan_count,
                   COALESCE(f.segment_id, p.segment_id) AS segment_id,
                   goal.fulfilment,
                   COALESCE(goal.number, 0)::int AS objective_count,
                   CASE WHEN p.state = 'running' THEN COALESCE(goal.red, 0) ELSE 0
                   END::int AS objective_red_count,
                   COALESCE(act.open + act.done, 0)::int AS line_count,
                   COALESCE(act.open, 0)::int AS line_open_count,
                   COALESCE(act.done, 0)::int AS line_done_count,
                   CASE WHEN p.state = 'running' THEN COALESCE(act.overdue, 0) ELSE 0
                   END::int AS line_overdue_count,
                   COALESCE(slip.number, 0)::int AS slip_count,
                   COALESCE(review.held, 0)::int AS held_count,
                   COALESCE(put_off.number, 0)::int AS postpone_count,
                   p.next_review_date,
                   late.late AS is_review_overdue,
                   late.late::int AS review_overdue_count
              FROM client_plan p
              JOIN (%(clocks)s) c ON c.company_id = p.company_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(p.state = 'running'
                                   AND p.next_review_date < c.today, FALSE) AS late
                   ) late
              LEFT JOIN client_fact f
                ON f.partner_id = p.partner_id AND f.company_id = p.company_id
              LEFT JOIN (
                   SELECT o.plan_id, COUNT(*) AS number,
                          SUM(o.weight * LEAST(GREATEST(o.progress, 0), 100))
                              / NULLIF(SUM(o.weight), 0) AS fulfilment,
                          COUNT(*) FILTER (WHERE %(status)s = 'red') AS red
                     FROM client_plan_objective o
                    GROUP BY o.plan_id) goal ON goal.plan_id = p.id
              LEFT JOIN (
                   SELECT l.plan_id,
                          COUNT(*) FILTER (
                              WHERE l.state IN ('planned', 'progress', 'rework'))
                              AS open,
                          COUNT(*) FILTER (
                              WHERE l.state IN ('done', 'accepted')) AS done,
                          COUNT(*) FILTER (
                              WHERE l.state IN ('planned', 'progress', 'rework')
                                AND l.date_deadline < lc.today) AS overdue
                     FROM client_plan_line l
                     JOIN (%(clocks)s) lc ON lc.company_id = l.company_id
                    GROUP BY l.plan_id) act ON act.plan_id = p.id
              LEFT JOIN (
                   SELECT plan_id, COUNT(*) AS number
                     FROM client_plan_slip GROUP BY plan_id) slip
                ON slip.plan_id = p.id
              LEFT JOIN (
                   SELECT plan_id, COUNT(*) AS held
                     FROM client_plan_review
                    WHERE state = 'held'
                    GROUP BY plan_id) review
                ON review.plan_id = p.id
              LEFT JOIN (
                   SELECT plan_id, COUNT(*) AS number
                     FROM client_plan_review_move GROUP BY plan_id) put_off
                ON put_off.plan_id = p.id
            """,
            clocks=sql_company_clocks(self.env),
            status=objectives._get_status_sql("o", None),
        )
