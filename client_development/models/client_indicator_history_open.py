from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from .client_fact_tables import STAGE
from .client_indicator_measures import MEASURES
from .client_indicator_records import CLIENT_DOMAINS, RECORDS

# A past month opens its orders, or its ratings; other figures open their clients.
SOLD = ("amount", "margin", "orders")
RATED = ("ratings", "rating_sum", "good_ratings")
OPERATORS = {"=": SQL("="), ">": SQL(">"), "!=": SQL("IS DISTINCT FROM")}


class ClientIndicatorValue(models.Model):
    """A recorded figure opens the records it was counted from, by the user's rights."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.indicator.value"

    def action_view_records(self):
        """Open the records behind this row."""
        self.ensure_one()
        self.check_access("read")
        row = self.sudo()
        group = {name: row[name].id for name in ("user_id", "team_id", "segment_id")}
        if MEASURES[row.indicator_id.numerator].source == "category":
            group["category_id"] = row.category_id.id
        return self.indicator_id._open_group(row.company_id, row.month, group)


class ClientIndicator(models.Model):
    """The records of a group: clients of one salesperson, team, segment, category."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.indicator"

    def _open_group(self, company, month, group):
        """Return the window with the records of a month and group.

        The running month opens what is counted today, a past one the records of its
        period as they are known today.

        :param group: ``{field: id or False}`` of ``user_id``, ``team_id``,
            ``segment_id``, ``category_id``; what is not named is not restricted
        """
        self.ensure_one()
        code = self.numerator
        if MEASURES[code].source == "cost" and (
            group.get("user_id") or group.get("segment_id")
        ):
            code = self.denominator or code  # costs are entered for teams
        source = MEASURES[code].source
        today = company._client_today()
        last_day = fields.Date.end_of(month, "month")
        span = self._get_spans(company, min(last_day, today))["period"]
        title = self.env._(
            "%(indicator)s: %(group)s",
            indicator=self.name,
            group=self._name_group(group, month),
        )
        if last_day < today:
            window = self._open_past(company, code, span, group, title)
            if window:
                return window
        domain = self._get_group_domain(source, company, group)
        if source == "fact":
            domain &= Domain(CLIENT_DOMAINS.get(code, Domain.TRUE))
            return self._get_window("client.fact", domain, title)
        domain &= self._get_dated_domain(source, span)
        return self._get_window(RECORDS[source][0], domain, title)

    @api.model
    def _name_group(self, group, month):
        """Return in words which group it is: names and month."""
        models_ = {
            "user_id": "res.users",
            "team_id": "crm.team",
            "segment_id": "client.segment",
            "category_id": "product.category",
        }
        parts = [
            self.env[models_[name]].sudo().browse(id_).display_name
            for name, id_ in group.items()
            if id_
        ]
        parts.append(format_date(self.env, month, date_format="LLLL yyyy"))
        return ", ".join(parts)

    # -- domains -------------------------------------------------------------------

    @api.model
    def _get_group_domain(self, source, company, group):
        """Return the domain of the records of one source that belong to a group."""
        domain = Domain("company_id", "=", company.id)
        columns = dict(group)
        if source != "category":
            columns.pop("category_id", None)
        if source == "cost":
            columns = {"team_id": columns.get("team_id")} if "team_id" in group else {}
        if source == "survey" and "segment_id" in columns:
            domain &= self._get_segment_domain(company, columns.pop("segment_id"))
        if source == "time":
            columns.pop("segment_id", None)
            if "team_id" in columns:
                team = columns.pop("team_id")
                domain &= Domain("user_id.sale_team_id", "=", team)
        for name, id_ in columns.items():
            domain &= Domain(name, "=", id_ or False)
        return domain

    @api.model
    def _get_segment_domain(self, company, segment_id):
        """Records of clients whose primary segment it is; without: who have none."""
        path = "partner_id.commercial_partner_id.client_fact_ids"
        here = Domain("company_id", "=", company.id)
        if segment_id:
            return Domain(path, "any", here & Domain("segment_id", "=", segment_id))
        return Domain(path, "not any", here & Domain("segment_id", "!=", False))

    @api.model
    def _get_group_events(self, company, span, clients, moment):
        """Return the domain of what happened in a span with the clients of a domain.

        :param moment: the field that says when
        """
        start = company._client_midnight(span.first)
        return Domain(
            [
                ("company_id", "=", company.id),
                (moment, ">=", fields.Datetime.to_string(start)),
                (moment, "<", fields.Datetime.to_string(span.end)),
                ("partner_id.commercial_partner_id.client_fact_ids", "any", clients),
            ]
        )

    @api.model
    def _get_group_orders(self, company, span, clients):
        orders = self._get_group_events(company, span, clients, "date_order")
        return orders & Domain("state", "=", "sale")

    # -- past months ---------------------------------------------------------------

    def _open_past(self, company, code, span, group, title):
        """Open the records of a past period of facts; ``None``: they bear dates."""
        source = MEASURES[code].source
        if source not in ("fact", "category"):
            return None
        chosen = {k: v for k, v in group.items() if k != "category_id"}
        clients = self._get_group_domain("fact", company, chosen)
        if source == "category":
            lines = self.env["client.fact"]._get_counted_lines(
                company, self._get_group_orders(company, span, clients)
            )
            if "category_id" in group:
                lines &= Domain("product_id.categ_id", "=", group["category_id"])
            return self._get_window("sale.order.line", lines, title)
        if code in SOLD:
            orders = self._get_group_orders(company, span, clients)
            return self._get_window("sale.order", orders, title)
        if code in RATED:
            ratings = self._get_group_events(company, span, clients, "date_done")
            ratings &= Domain([("state", "=", "done"), ("rating", ">", 0)])
            return self._get_window("client.survey", ratings, title)
        return self._get_window(
            "client.fact", self._find_past_clients(company, code, span, clients), title
        )

    @api.model
    def _find_past_clients(self, company, code, span, clients):
        """Return the domain of those of ``clients`` who counted at the end of a span.

        Their facts of that day are worked out again, as they are known today.
        """
        Fact = self.env["client.fact"]
        today = Domain.TRUE
        conditions = [SQL("TRUE")]
        for name, operator, value in CLIENT_DOMAINS.get(code, []):
            if name in Fact._fields:
                conditions.append(
                    SQL("%s %s %s", SQL.identifier(name), OPERATORS[operator], value)
                )
            else:
                today &= Domain(name, operator, value)
        partners = Fact.search(clients).partner_id
        if not partners:
            return clients
        Fact = Fact.sudo().with_company(company)
        self.env.flush_all()
        Fact._stage(company.sudo(), span.last, partners.ids)
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id FROM %s WHERE %s",
                STAGE,
                SQL(" AND ").join(conditions),
            )
        )
        Fact._drop_temporary()
        found = [partner_id for (partner_id,) in rows]
        return clients & Domain("partner_id", "in", found) & today
