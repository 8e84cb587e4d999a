from odoo import api, fields, models

from .client_callable import LEDGER_FIELDS


class ClientSurvey(models.Model):
    """The duty to survey one completed order, and its result.

    Made by the scheduled action (``client_survey_queue.py``), never by hand. The
    survey app asks the questions, this ledger remembers: questions and answers are
    copied here when the answer is finished and never change afterwards (design
    decision 8). The duty belongs to the week of its original due date and to that
    day's assignee, whoever calls in the end (product.md F).
    """

    _name = "client.survey"
    _description = "Client Survey"
    _inherit = ["client.callable", "client.thread", "mail.activity.mixin"]
    _call_link = "survey_id"
    _ledger_fields = LEDGER_FIELDS | {
        "order_id",
        "coverage_user_id",
        "coverage_team_id",
        "date_completed",
        "followup_rating",
        "channel",
        "annulment_ids",
        "flag_ids",
        "check_ids",
        "date_screened",
        "check_drawn",
        "exclusion",
        "date_opted_out",
        "answered_with_id",
        "answered_with_ids",
    }
    _rec_names_search = ["order_id.name", "partner_id.name"]
    _order = "date_due, date_callback, id"
    _check_company_auto = True

    # -- the duty
    user_id = fields.Many2one(
        help="Who calls the client. Follows the salesperson of the order until the due"
        " date; a team leader may give the survey to a member of his teams, an"
        " administrator to anybody of the company."
    )
    company_id = fields.Many2one(index=False)  # leads the index of the coverage
    date_due = fields.Date(
        help="The client should be asked by this day. Never changes: it decides the"
        " week in which this survey counts."
    )
    state = fields.Selection(
        help="Refused and unreachable clients stay uncovered. Cancelled: nobody asks"
        " about the order, because it was cancelled or is left out, and it does not"
        " count."
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        bypass_search_access=True,
        check_company=True,
        help="The completed order that the client is asked about.",
    )
    coverage_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Counts for",
        readonly=True,
        index="btree_not_null",
        help="In whose coverage this survey counts: whoever was responsible on the due"
        " date.",
    )
    coverage_team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Counts for Team",
        readonly=True,
        index="btree_not_null",
        help="In which team's coverage this survey counts: the team of whoever was"
        " responsible on the due date.",
    )
    order_amount = fields.Monetary(
        related="order_id.amount_total",
        string="Order Amount",
        help="Total of the order.",
    )
    currency_id = fields.Many2one(
        related="order_id.currency_id",
        help="Currency of the order.",
    )
    date_completed = fields.Datetime(
        string="Order Completed",
        required=True,
        readonly=True,
        help="When the order first counted as completed.",
    )
    # -- calls
    attempt_ids = fields.One2many(
        comodel_name="client.survey.attempt",
        inverse_name="survey_id",
        string="Calls",
        readonly=True,
        help="Every call made, with its outcome.",
    )
    # -- the result
    followup_rating = fields.Integer(
        string="Follow-up Rating",
        readonly=True,
        aggregator="avg",
        help="The client's rating, 1 to 5, when asked again after a complaint. Changes"
        " neither the first rating nor the coverage.",
    )
    channel = fields.Selection(
        selection=[("call", "Call"), ("link", "Private link")],
        readonly=True,
        help="How the answer was given.",
    )
    answer_ids = fields.One2many(
        comodel_name="client.survey.answer",
        inverse_name="survey_id",
        string="Answers",
        readonly=True,
        help="Questions and answers as they were.",
    )

    _order_unique = models.UniqueIndex(
        "(order_id)",
        "Each order has one survey.",
    )
    _rating_range = models.Constraint(
        "CHECK(COALESCE(rating, 0) BETWEEN 0 AND 5"
        " AND COALESCE(followup_rating, 0) BETWEEN 0 AND 5)",
        "Survey: a rating is a whole number from 1 to 5.",
    )
    _done_has_rating = models.Constraint(
        "CHECK(state != 'done' OR COALESCE(rating, 0) > 0)",
        "Survey: without a rating from 1 to 5 a survey is not answered.",
    )
    _coverage_idx = models.Index("(company_id, date_due, coverage_user_id)")

    # -- computes ------------------------------------------------------------------

    @api.depends("order_id.name", "partner_id.name")
    def _compute_display_name(self):
        for survey in self.sudo():
            survey.display_name = f"{survey.order_id.name} · {survey.partner_id.name}"

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """The assignee of the due date is the first one until somebody changes it."""
        return super().create(
            [
                {
                    "coverage_user_id": vals.get("user_id"),
                    "coverage_team_id": vals.get("team_id"),
                    **vals,
                }
                for vals in vals_list
            ]
        )

    def write(self, vals):
        """Keep the ledger from being edited; let coverage follow until the due date."""
        if not self.env.su:
            self._check_written_fields(vals)
        if "user_id" in vals and "team_id" not in vals:
            team = self._get_new_team(self.env["res.users"].browse(vals["user_id"]))
            vals = {**vals, "team_id": team.id} if team else vals
        moved = {
            f"coverage_{name}": vals[name]
            for name in ("user_id", "team_id")
            if name in vals
        }
        if not moved:
            return super().write(vals)
        open_week = self.filtered(
            lambda survey: survey.date_due >= survey.company_id._client_today()
        )
        if open_week:
            super(ClientSurvey, open_week).write({**moved, **vals})
        if frozen := self - open_week:
            super(ClientSurvey, frozen).write(vals)
        return True

    # -- actions -------------------------------------------------------------------

    def action_view_order(self):
        """Open the order that this survey asks about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }
