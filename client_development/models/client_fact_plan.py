from odoo import api, fields, models
from odoo.tools import SQL

# Which plan the client list shows: the running one before one that is being prepared.
OPEN_STATES = ("running", "signoff", "discussion", "draft")


class ClientFact(models.Model):
    """What the plans show in the list of clients."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        string="Development Plan",
        compute="_compute_plan_id",
        help="The client's running plan; without one, the plan being prepared.",
    )
    plan_state = fields.Selection(
        selection=lambda self: (
            self.env["client.plan"]._fields["state"]._description_selection(self.env)
        ),
        string="Plan Status",
        compute="_compute_plan_id",
        help="Where the client's development plan stands. Empty: there is none.",
    )
    next_review_date = fields.Date(
        string="Next Review",
        compute="_compute_plan_id",
        help="When the client's running plan is reviewed next.",
    )

    @api.depends("partner_id.client_plan_ids.state", "company_id")
    def _compute_plan_id(self):
        plans = self.env["client.plan"].search_fetch(
            [
                ("scope", "=", "client"),
                ("state", "in", OPEN_STATES),
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            ["partner_id", "company_id", "state", "next_review_date"],
            order="id",
        )
        shown = {}
        for plan in plans.sorted(lambda p: OPEN_STATES.index(p.state), reverse=True):
            shown[plan.company_id, plan.partner_id] = plan
        for fact in self:
            plan = shown.get((fact.company_id, fact.partner_id), plans.browse())
            fact.plan_id = plan
            fact.plan_state = plan.state
            fact.next_review_date = plan.next_review_date

    @api.model
    def _sql_developed(self, period, only):
        """Clients with a plan that has started by D (product.md E, stage)."""
        past = period.date < period.company._client_today()
        return SQL(
            """
            SELECT p.commercial_partner_id AS client_id
              FROM client_plan pl
              JOIN res_partner p ON p.id = pl.partner_id
             WHERE pl.company_id = %(company)s
               AND pl.scope = 'client'
               AND pl.state IN ('running', 'closed') %(past)s %(only)s
            """,
            company=period.company.id,
            past=SQL("AND pl.date_start <= %s", period.date) if past else SQL(),
            only=only,
        )

    @api.model
    def _follow_objectives(self, everybody=False):
        """Objectives of plans move with the facts that they are measured by.

        :param everybody: all facts were refreshed; then what is counted anew from all
            enquiries, costs, passages and hours moves, too: once a day
        """
        self.env["client.plan.objective"]._measure_running(everybody)
        self.env.flush_all()

    def action_open_plan(self):
        """Open the client's plan; without one, a new plan for him."""
        self.ensure_one()
        if not self.plan_id:
            return self.partner_id.action_client_plan_create()
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.plan",
            "res_id": self.plan_id.id,
            "views": [(False, "form")],
        }
