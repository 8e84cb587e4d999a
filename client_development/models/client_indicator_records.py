from odoo import api, models
from odoo.fields import Domain

from .client_indicator_measures import MEASURES

# Which clients a number of clients consists of, in the period.
CLIENT_DOMAINS = {
    "amount": [("order_count", ">", 0)],
    "margin": [("order_count", ">", 0)],
    "orders": [("order_count", ">", 0)],
    "buying": [("order_count", ">", 0)],
    "new": [("activity", "=", "new")],
    "referred": [
        ("activity", "=", "new"),
        ("partner_id.client_referrer_id", "!=", False),
    ],
    "returned": [("activity", "=", "returned")],
    "lost": [("activity", "=", "lost")],
    "growing": [("previous_amount", ">", 0)],
    "raised": [("is_raised", "=", True)],
    "products": [("order_count", ">", 0)],
    "categories": [("order_count", ">", 0)],
    "wallet_sales": [("wallet_period_amount", ">", 0)],
    "rating_sum": [("rating_count", ">", 0)],
    "good_ratings": [("rating_count", ">", 0)],
}
YEAR_DOMAINS = {
    "amount": [("year_order_count", ">", 0)],
    "margin": [("year_order_count", ">", 0)],
    "orders": [("year_order_count", ">", 0)],
    "buying": [("year_order_count", ">", 0)],
    "lost": [("last_year_order_count", ">", 0), ("year_order_count", "=", 0)],
    "growing": [("last_year_amount", ">", 0)],
}
# Model, column of the day, action of each source of dated records.
RECORDS = {
    "survey": ("client.survey", "date_due"),
    "enquiry": ("client.enquiry", "day"),
    "cost": ("client.acquisition.cost", "month"),
    "stage": ("client.stage.passage", None),
    "time": ("client.development.time", "day"),
    "category": ("client.fact.category", None),
}


class ClientIndicator(models.Model):
    """Every number opens the records behind it, by the user's own rights."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.indicator"

    @api.model
    def _get_client_domain(self, population):
        """Return the domain of ``client.fact`` for the clients of a population."""
        company = Domain("company_id", "=", population.company_id)
        ids = list(population.ids)
        if population.list_id:
            return company & Domain("population_number", "in", [population.list_id])
        return (
            company
            & {
                "client": Domain("partner_id", "in", ids),
                "segment": Domain("segment_ids", "in", ids),
                "team": Domain("team_id", "in", ids),
                "user": Domain("user_id", "in", ids),
                "territory": Domain("partner_id.country_id", "in", ids)
                | Domain("partner_id.state_id", "in", list(population.state_ids)),
                "company": Domain.TRUE,
            }[population.scope]
        )

    def _open_records(self, population, span_name="period", chosen_id=0, title=None):
        """Return the window with the records behind this indicator of a population."""
        self.ensure_one()
        measure = MEASURES[self.numerator]
        company = self.env["res.company"].sudo().browse(population.company_id)
        span = self._get_spans(company)[span_name]
        if measure.source == "fact":
            return self._open_clients(population, span, title)
        domain = self._get_record_domain(measure.source, population)
        domain &= self._get_dated_domain(measure.source, span)
        if chosen_id:
            domain &= Domain(self._CHOSEN[measure.source], "=", chosen_id)
        return self._get_window(RECORDS[measure.source][0], domain, title)

    def _get_dated_domain(self, source, span):
        """Return the domain of the records of a source that count in a span."""
        day = RECORDS[source][1]
        domain = Domain.TRUE
        if day:
            domain &= Domain(day, ">=", span.first) & Domain(day, "<=", span.last)
        if source == "survey":
            domain &= Domain("state", "!=", "cancelled")
        if source == "stage":
            domain &= self._get_passage_domain(span)
        if source == "enquiry" and "_" in self.numerator:
            domain &= Domain("source_kind", "=", self.numerator.partition("_")[2])
        return domain

    def _get_passage_domain(self, span):
        """Passages that began, or ended, within the span."""
        column = "entered" if self.numerator == "entered" else "left"
        domain = Domain(column, ">=", span.first) & Domain(column, "<=", span.last)
        if self.numerator == "moved_on":
            domain &= Domain("is_moved", "=", True)
        return domain

    def _open_clients(self, population, span, title):
        domain = self._get_client_domain(population)
        if span.name == "period":
            domain &= Domain(CLIENT_DOMAINS.get(self.numerator, Domain.TRUE))
        elif self.numerator in ("new", "referred"):
            domain &= Domain("first_order_date", ">=", span.first)
            domain &= Domain("first_order_date", "<=", span.last)
            if self.numerator == "referred":
                domain &= Domain("partner_id.client_referrer_id", "!=", False)
        else:
            domain &= Domain(YEAR_DOMAINS.get(self.numerator, Domain.TRUE))
        return self._get_window("client.fact", domain, title)

    @api.model
    def _get_record_domain(self, source, population):
        company = Domain("company_id", "=", population.company_id)
        if source == "time":
            users = self._get_people([population])[population]
            return company & Domain("user_id", "in", users.ids)
        if source == "cost" and population.scope not in ("team", "company"):
            return Domain.FALSE
        if self._goes_by_person(source, population):
            if population.scope == "company":
                return company
            # A duty belongs to whoever was responsible on its due date.
            prefix = "coverage_" if source == "survey" else ""
            return company & Domain(
                f"{prefix}{population.scope}_id", "in", list(population.ids)
            )
        clients = self._get_client_domain(population)
        if source in ("category", "stage"):
            return company & Domain("fact_id", "any", clients)
        return company & Domain(
            "partner_id.commercial_partner_id.client_fact_ids", "any", clients
        )

    def _get_window(self, model, domain, title):
        """Standard views of the model; cards on the phone."""
        views = {
            "client.fact": ("list", "kanban", "graph", "pivot", "form"),
            "client.survey": ("list", "kanban", "graph", "pivot", "form"),
            "sale.order": ("list", "kanban", "graph", "pivot", "form"),
        }.get(model, ("list", "graph", "pivot"))
        title = self.env["client.fact"]._say_visible(title or self.name, model, domain)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [(False, kind) for kind in views],
            "mobile_view_mode": "kanban" if "kanban" in views else views[0],
            "domain": list(domain),
            "context": {"create": False},
        }
