from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from .client_fact_period import FactPeriod

# The figure of which ABC classes are made, by the setting "ABC by".
ABC_FIELDS = {"amount": "amount", "margin": "margin", "orders": "order_count"}


class ClientFact(models.Model):
    """Every figure opens the records from which it was counted.

    Buttons of the previous period pass the context key ``client_previous``. Records
    are opened with the user's own rights: whoever may not see an order of another
    salesperson finds it counted, but not listed.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    period_label = fields.Char(
        string="Period",
        compute="_compute_period_label",
        help="First and last day of the period to which the figures refer.",
    )
    previous_period_label = fields.Char(
        string="Previous Period",
        compute="_compute_period_label",
        help="First and last day of the previous period.",
    )

    @api.depends("company_id", "reference_date")
    @api.depends_context("lang")
    def _compute_period_label(self):
        day = timedelta(days=1)
        for fact in self:
            days, end = fact._get_period_days()
            fact.period_label, fact.previous_period_label = (
                f"{format_date(self.env, first)} – {format_date(self.env, last)}"
                for first, last in [(days[0], end), (days[1], days[0] - day)]
            )

    # -- days and domains ----------------------------------------------------------

    def _get_period_days(self):
        """Return the first days of the three periods, and the last day of the first."""
        company = self.company_id.sudo()
        date = self.reference_date or company._client_today()
        return FactPeriod(company, date).days, date

    def _get_span(self):
        """Return the first day of the period that is asked for, and the day after."""
        days, date = self._get_period_days()
        if self.env.context.get("client_previous"):
            return days[1], days[0]
        return days[0], date + timedelta(days=1)

    def _get_moments(self, first, end):
        """Return the moments at which days begin, as domains want them."""
        midnight = self.company_id.sudo()._client_midnight
        return [fields.Datetime.to_string(midnight(day)) for day in (first, end)]

    def _get_order_domain(self, first, end):
        """Sales from ``first`` to the day before ``end``, whoever of them ordered."""
        start, stop = self._get_moments(first, end)
        return Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
                ("date_order", ">=", start),
                ("date_order", "<", stop),
                ("partner_id.commercial_partner_id", "in", self.partner_id.ids),
            ]
        )

    def _get_line_domain(self, first, end):
        """Order lines of the client that count for categories."""
        orders = self._get_order_domain(first, end)
        return self._get_counted_lines(self.company_id.sudo(), orders)

    @api.model
    def _get_counted_lines(self, company, orders):
        """Lines of the orders in a domain that count for categories (docs/facts.md)."""
        domain = Domain(
            [
                ("order_id", "any", orders),
                ("display_type", "=", False),
                ("is_downpayment", "!=", True),
                ("product_id", "!=", False),
                ("product_id", "!=", company.sale_discount_product_id.id),
                ("product_id.type", "!=", "combo"),
            ]
        )
        line_fields = self.env["sale.order.line"]._fields
        for name in ("is_delivery", "is_reward_line"):
            if name in line_fields and line_fields[name].store:
                domain &= Domain(name, "!=", True)
        return domain

    def _get_own_domain(self):
        """Rows of months, moves and categories that belong to this client."""
        return Domain("fact_id", "=", self.id)

    def _get_survey_domain(self):
        return Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ]
        )

    def _open(
        self,
        name,
        model,
        domain,
        context=None,
        list_view=None,
        views=("list",),
        empty="",
    ):
        """Return the window with the records of ``domain``; the client in its name."""
        view_id = self.env.ref(list_view).id if list_view else False
        empty = empty or self.env._("There is nothing behind this figure.")
        return {
            "type": "ir.actions.act_window",
            "name": f"{name}: {self.partner_id.display_name}",
            "res_model": model,
            "views": [(view_id if kind == "list" else False, kind) for kind in views],
            "mobile_view_mode": "kanban",
            "domain": list(Domain(domain)),
            "context": {"create": False, **(context or {})},
            "help": Markup("<p class='o_view_nocontent_empty_folder'>%s</p>") % empty,
        }

    def _check_open(self):
        self.ensure_one()
        self.check_access("read")

    # -- positions -----------------------------------------------------------------

    def action_view_products(self):
        """Open the order lines of the period by product: one group per position."""
        self._check_open()
        return self._open(
            self.env._("Positions"),
            "sale.order.line",
            self._get_line_domain(*self._get_span())
            & Domain("product_uom_qty", ">", 0),
            {"group_by": "product_id"},
            list_view="sale.view_order_line_tree",
        )

    def action_view_categories(self):
        """Open the product categories that the client bought in the period."""
        self._check_open()
        previous = self.env.context.get("client_previous")
        count = "previous_product_count" if previous else "product_count"
        return self._open(
            self.env._("Product Categories"),
            "client.fact.category",
            self._get_own_domain()
            & Domain("category_id", "!=", False)
            & Domain(count, ">", 0),
            views=("list", "graph", "pivot"),
        )

    # -- surveys -------------------------------------------------------------------

    def action_view_ratings(self):
        """Open the surveys rated in the period; with ``client_good`` those of 4–5."""
        self._check_open()
        start, stop = self._get_moments(*self._get_span())
        least = 4 if self.env.context.get("client_good") else 1
        return self._open(
            self.env._("Ratings"),
            "client.survey",
            self._get_survey_domain()
            & Domain("state", "=", "done")
            & Domain("rating", ">=", least)
            & Domain("date_done", ">=", start)
            & Domain("date_done", "<", stop),
            views=("list", "kanban", "form"),
        )

    def action_view_surveys(self):
        """Open the surveys due in the period; with ``client_done`` the answered."""
        self._check_open()
        first, end = self._get_span()
        domain = (
            self._get_survey_domain()
            & Domain("state", "!=", "cancelled")
            & Domain("date_due", ">=", first)
            & Domain("date_due", "<", end)
        )
        if self.env.context.get("client_done"):
            domain &= Domain("state", "=", "done")
        return self._open(
            self.env._("Surveys Due"),
            "client.survey",
            domain,
            views=("list", "kanban", "form"),
        )

    # -- wallet --------------------------------------------------------------------

    def _get_wallets(self):
        """Return the wallet rows that count: the latest per category."""
        days, date = self._get_period_days()
        if self.env.context.get("client_previous"):
            date = days[0] - timedelta(days=1)
        self.env["client.wallet"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (w.category_id) w.id
                  FROM client_wallet w
                  JOIN res_partner p ON p.id = w.partner_id
                 WHERE w.company_id = %s
                   AND p.commercial_partner_id = %s
                   AND w.date <= %s
                 ORDER BY w.category_id, w.date DESC, w.id DESC
                """,
                self.company_id.id,
                self.partner_id.id,
                date,
            )
        )
        return self.env["client.wallet"].browse(wallet_id for (wallet_id,) in rows)

    def action_view_wallet(self):
        """Open the wallet rows that count."""
        self._check_open()
        return self._open(
            self.env._("Wallet"),
            "client.wallet",
            Domain("id", "in", self._get_wallets().ids),
            {"create": True, "default_partner_id": self.partner_id.id},
            empty=self.env._(
                "Enter what the client spends per year in a product category, with"
                " everybody: the share of wallet follows."
            ),
        )

    def action_view_wallet_sales(self):
        """Open our sales in the categories for which the wallet is known."""
        self._check_open()
        categories = self._get_wallets()._filtered_access("read").category_id
        return self._open(
            self.env._("Our Part of the Wallet"),
            "client.fact.category",
            self._get_own_domain() & Domain("category_id", "in", categories.ids),
            views=("list", "graph", "pivot"),
        )

    # -- months and classes --------------------------------------------------------

    def action_view_months(self):
        """Open the client's closed months."""
        self._check_open()
        return self._open(
            self.env._("Months"),
            "client.fact.month",
            self._get_own_domain(),
            views=("list", "graph", "pivot"),
        )

    def action_view_corrected_months(self):
        """Open the closed months that were corrected afterwards."""
        self._check_open()
        return self._open(
            self.env._("Corrected Months"),
            "client.fact.month",
            self._get_own_domain() & Domain("correction", "!=", 0),
        )

    def action_view_moves(self):
        """Open the client's moves from one class or stage to another."""
        self._check_open()
        domain = self._get_own_domain()
        if not self.env.user.has_group("client_development.group_client_xyz"):
            domain &= Domain("kind", "!=", "xyz")
        return self._open(
            self.env._("Class Moves"),
            "client.fact.move",
            domain,
            empty=self.env._("No move from one class to another yet."),
        )

    def action_view_clients_ahead(self):
        """Open the clients ahead of this one, as far as the user may see them."""
        self._check_open()
        key = ABC_FIELDS[self.company_id.sudo().client_abc_by]
        domain = Domain("company_id", "=", self.company_id.id) & Domain(
            key, ">", max(self[key], 0)
        )
        return self._open(
            self._say_visible(self.env._("Clients Ahead"), "client.fact", domain),
            "client.fact",
            domain,
            views=("list", "kanban", "graph", "pivot", "form"),
            empty=self.env._("None of the clients ahead is one of yours."),
        )

    # -- windows and refresh -------------------------------------------------------

    def action_open_facts(self):
        """Open the client's facts."""
        self._check_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Facts"),
            "res_model": "client.fact",
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_follow_facts(self):
        """Let the lifecycle stage follow from facts again."""
        self.ensure_one()
        self.write({"stage_id": False})

    def action_refresh(self):
        """Refresh this client now, and say what came of it."""
        self._check_open()
        facts = self.env["client.fact"].sudo().with_company(self.company_id)
        free = facts._lock_refresh()
        changed = facts._refresh(self.partner_id)
        facts._follow_objectives()
        if self.refresh_error:
            kind = "danger"
            message = self.env._(
                "The client could not be refreshed and keeps his old figures: %s",
                self.refresh_error,
            )
        elif not free:
            kind = "warning"
            message = self.env._(
                "Another refresh is running. This client is refreshed after it, within"
                " a few minutes."
            )
        elif changed:
            kind, message = "success", self.env._("The facts are up to date now.")
        else:
            kind = "info"
            message = self.env._("Nothing has changed: the facts were up to date.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
