from odoo import api, fields, models
from odoo.exceptions import UserError

# What a review lists by itself: the part, the model of its records, the figure.
PARTS = {
    "red": ("client.plan.objective", "red_count"),
    "overdue": ("client.plan.line", "overdue_count"),
    "slip": ("client.plan.slip", "slip_count"),
    "blank": ("client.plan.slip", "slip_blank_count"),
    "help": ("client.plan.help", "help_count"),
    "rating": ("client.survey", "rating_count"),
    "breach": ("client.breach", "breach_count"),
    "done": ("client.plan.line", "done_count"),
    "effort": ("client.plan.effort", None),
}
# Parts about clients: every reader sees those records that he may open himself.
CLIENT_PARTS = ("rating", "breach")


class ClientPlanReview(models.Model):
    """What a review finds by itself: since the last one that was held, or the start.

    While the review is due, the figures are those of now, as far as the reader may see
    the records. When it is held, all of it is kept in ``contents`` and read from there:
    later changes do not alter the history. Which records belong to a part is found in
    ``client_plan_review_find.py``, words for them in ``client_plan_review_words.py``.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.review"

    contents = fields.Json(
        readonly=True,
        copy=False,
        prefetch=False,
        groups=fields.NO_ACCESS,  # each reader gets his part of it by the figures
        help="Technical: what was found when the review was held.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="Currency of the company.",
    )
    date_since = fields.Date(
        string="Since",
        compute="_compute_contents",
        help="The figures count from the day on which the last review was held, or"
        " from the plan's start. What that review counted already is left out.",
    )
    red_count = fields.Integer(
        string="Objectives Far Behind",
        compute="_compute_contents",
        help="Objectives below 70 % of the progress expected today.",
    )
    overdue_count = fields.Integer(
        string="Overdue Actions",
        compute="_compute_contents",
        help="Open actions whose deadline has passed.",
    )
    slip_count = fields.Integer(
        string="Slips",
        compute="_compute_contents",
        help="Deadlines moved or missed since the last review.",
    )
    slip_blank_count = fields.Integer(
        string="Slips without Reason",
        compute="_compute_contents",
        help="Of these slips, those for which nobody has given a reason.",
    )
    help_count = fields.Integer(
        string="Calls for Help",
        compute="_compute_contents",
        help="Calls for help on the plan's actions that are not answered.",
    )
    rating_count = fields.Integer(
        string="Low Surveys",
        compute="_compute_contents",
        help="Surveys of the plan's clients answered since the last review with a low"
        " rating. Only those that you may see.",
    )
    breach_count = fields.Integer(
        string="Standards Breached",
        compute="_compute_contents",
        help="Standards not kept for the plan's clients: those still open, and those"
        " that opened since the last review. Only those that you may see.",
    )
    done_count = fields.Integer(
        string="Actions Done",
        compute="_compute_contents",
        help="Actions done since the last review, accepted or not.",
    )
    hours_since = fields.Float(
        string="Hours since",
        compute="_compute_contents",
        help="Working time spent on the plan's actions since the last review.",
    )
    cost_since = fields.Monetary(
        string="Money since",
        compute="_compute_contents",
        help="Cost of the resources of the actions done since the last review.",
    )
    planned_hours = fields.Float(
        compute="_compute_contents",
        help="Planned hours of the plan's actions that are not cancelled.",
    )
    spent_hours = fields.Float(
        compute="_compute_contents",
        help="Hours spent on the plan's actions so far.",
    )
    planned_cost = fields.Monetary(
        compute="_compute_contents",
        help="Cost of everything that the plan's actions need, without cancelled ones.",
    )
    spent_cost = fields.Monetary(
        compute="_compute_contents",
        help="Cost of the resources of the actions that are done.",
    )
    summary = fields.Html(
        string="What the Review Found by Itself",
        compute="_compute_contents",
        sanitize=False,  # names are escaped
        help="Objectives far behind, overdue and moved actions, calls for help, low"
        " surveys, breached standards, what was done. Kept as it was when the review"
        " is held.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("state", "plan_id", "date")
    @api.depends_context("uid", "lang", "client_today", "allowed_company_ids")
    def _compute_contents(self):
        contents = self._origin._get_contents()
        for review in self:
            found = contents.get(review._origin.id) or {}
            parts = found.get("parts", {})
            figures = found.get("figures", {})
            review.date_since = found.get("since")
            for part, (_model, name) in PARTS.items():
                if name:
                    review[name] = len(parts.get(part, ()))
            for name in (
                "hours_since",
                "cost_since",
                "planned_hours",
                "spent_hours",
                "planned_cost",
                "spent_cost",
            ):
                review[name] = figures.get(name, 0.0)
            review.summary = review._render_summary(found) if found else False

    def _get_contents(self):
        """Return ``{review id: contents}`` as the current user may see them.

        Due reviews are looked up now, held ones read as they were kept; cancelled ones
        have none, nor have those that were held before there were contents.
        """
        due = self.filtered(lambda review: review.state == "due")
        kept = {
            review.id: contents
            for review in (self - due).sudo()
            if review.state == "held" and (contents := review.contents)
        }
        return {**due._find_contents(), **self._hide_contents(kept)}

    @api.model
    def _hide_contents(self, kept):
        """Leave of the kept contents what the current user may see of the clients.

        Administrators see all of it, also of records that are gone by now.
        """
        manager = self.env.user.has_group("client_development.group_client_manager")
        if self.env.su or manager:
            return kept
        for part in CLIENT_PARTS:
            model = self.env[PARTS[part][0]]
            rows = [found["parts"].get(part, ()) for found in kept.values()]
            ids = {row[0] for part_rows in rows for row in part_rows}
            seen = set()
            if ids and model.has_access("read"):
                seen = set(model.search([("id", "in", list(ids))]).ids)
            for found in kept.values():
                rows = found["parts"].get(part, ())
                found["parts"][part] = [row for row in rows if row[0] in seen]
        return kept

    def _keep_contents(self):
        """Keep what is found now, all of it: each reader gets what he may see."""
        self.env.flush_all()
        found = self.sudo()._find_contents()
        for review in self.sudo():
            review.contents = found[review.id]

    # -- what a figure counts --------------------------------------------------------

    def action_view_part(self):
        """Open exactly the records that a figure counts; the context names it."""
        self.ensure_one()
        self.check_access("read")
        part = self.env.context.get("part")
        if part not in PARTS:
            raise UserError(
                self.env._("This figure of a review has no records to open.")
            )
        found = self._get_contents().get(self.id) or {}
        rows = found.get("parts", {}).get(part, ())
        return {
            "type": "ir.actions.act_window",
            "name": self._get_part_labels()[part],
            "res_model": PARTS[part][0],
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", [row[0] for row in rows])],
            "context": {"create": False, "active_test": False},
        }

    def action_view_resources(self):
        """Open the resources of the plan's actions, to confirm or to change them."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_resource_action_review"
            ),
            "domain": [
                ("plan_id", "=", self.plan_id.id),
                ("line_id.state", "!=", "cancelled"),
            ],
        }
