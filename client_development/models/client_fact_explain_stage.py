from datetime import datetime

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date


class ClientFact(models.Model):
    """The lifecycle stage explains itself: which record decides on it."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    stage_explanation = fields.Char(
        string="Why this Stage",
        compute="_compute_stage_explanation",
        help="What put the client into his lifecycle stage.",
    )
    stage_source = fields.Reference(
        selection=[
            ("client.plan", "Development Plan"),
            ("sale.order", "Sales Order"),
        ],
        string="Record that Decides",
        compute="_compute_stage_explanation",
        help="The plan, order or quotation that put the client into his stage.",
    )

    @api.depends("stage_id", "stage_manual", "stage_date", "company_id", "partner_id")
    @api.depends_context("lang", "uid")
    def _compute_stage_explanation(self):
        self._compute_empty("stage_explanation", "stage_source")
        facts = self.filtered(lambda fact: fact.id and fact.stage_id)
        by_hand = facts.filtered("stage_manual")
        movers = by_hand._get_stage_movers()
        for fact in by_hand:
            user, date = movers.get(fact._origin.id, (False, fact.stage_date))
            fact.stage_explanation = fact._explain_stage_by_hand(user, date)
        by_facts = facts - by_hand
        sources = by_facts._get_stage_sources()
        for fact in by_facts:
            fact.stage_source = sources.get(fact._origin.id, False)
            fact.stage_explanation = fact._explain_stage()

    def _get_stage_movers(self):
        """Return ``{row id: (name of who set the stage last, day)}``."""
        if not self.ids:
            return {}
        moves = (
            self.env["client.fact.move"]
            .sudo()
            .search(
                [
                    ("fact_id", "in", self.ids),
                    ("kind", "=", "stage"),
                    ("user_id", "!=", False),
                ],
                order="date, id",
            )
        )
        return {move.fact_id.id: (move.user_id.name, move.date) for move in moves}

    def _get_stage_sources(self):
        """Return the deciding record of each row, as far as the user may see it."""
        developed = self.filtered(lambda fact: fact.stage_id.code == "development")
        sources = developed._get_started_plans()
        for company, facts in (self - developed).grouped("company_id").items():
            orders = facts._get_deciding_orders(company.sudo())
            by_client = {
                order.partner_id.sudo().commercial_partner_id: order
                for order in orders._filtered_access("read")
            }
            for fact in facts:
                if fact.stage_id.code != "attraction" and fact.partner_id in by_client:
                    sources[fact._origin.id] = by_client[fact.partner_id]
        return {
            fact_id: f"{source._name},{source.id}"
            for fact_id, source in sources.items()
        }

    def _get_started_plans(self):
        """Return the first plan that was started for each client."""
        if not self.ids:
            return {}
        plans = self.env["client.plan"].search(
            [
                ("scope", "=", "client"),
                ("state", "in", ("running", "closed")),
                ("partner_id.commercial_partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            order="date_start desc, id desc",
        )
        first = {
            (plan.company_id, plan.partner_id.commercial_partner_id): plan
            for plan in plans
        }
        return {
            fact._origin.id: first[fact.company_id, fact.partner_id]
            for fact in self
            if (fact.company_id, fact.partner_id) in first
        }

    def _get_deciding_orders(self, company):
        """Return each client's first completed order, else first order, else last
        quotation: one query for the clients of one company."""
        self.env["sale.order"].flush_model()
        self.env["sale.order.line"].flush_model()
        theirs = SQL(
            "AND so.partner_id IN (SELECT p.id FROM res_partner p"
            " WHERE p.commercial_partner_id = ANY(%s))",
            self.partner_id.ids,
        )
        completed = self.env["client.survey"]._get_completed_query(
            company, datetime.min, theirs
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (p.commercial_partner_id) so.id
                  FROM sale_order so
                  JOIN res_partner p ON p.id = so.partner_id
                  LEFT JOIN (%(completed)s) done ON done.order_id = so.id
                 WHERE so.company_id = %(company)s
                   AND so.state IN ('sale', 'sent', 'draft') %(theirs)s
                 ORDER BY p.commercial_partner_id,
                          done.moment, so.state = 'sale' DESC,
                          CASE WHEN so.state = 'sale' THEN so.date_order END,
                          so.date_order DESC, so.id
                """,
                completed=completed,
                company=company.id,
                theirs=theirs,
            )
        )
        return self.env["sale.order"].browse(order_id for (order_id,) in rows)

    # -- words ---------------------------------------------------------------------

    def _explain_stage_by_hand(self, user, date):
        if not user:
            return self.env._("Set by hand.")
        return self.env._(
            "Set by hand on %(date)s by %(user)s.",
            date=format_date(self.env, date),
            user=user,
        )

    def _explain_stage(self):
        words = {
            "attraction": self.env._("There is no quotation or order yet."),
            "sale": self.env._("There is a quotation, but no order yet."),
            "service": self.env._("The first order is not completed yet."),
            "retention": self.env._("An order has been completed."),
            "development": self.env._("A development plan has been started."),
        }
        why = words.get(self.stage_id.code, "")
        if not self.stage_date:
            return why
        return self.env._(
            "In this stage since %(date)s. %(why)s",
            date=format_date(self.env, self.stage_date),
            why=why,
        )
