from odoo import models
from odoo.tools import SQL

from .client_plan_line import DONE_STATES

NOBODY = ()


class ClientPlanReview(models.Model):
    """Which records belong to the parts of a review; one query per part.

    However many reviews are asked for: the plan's own records are found by its id, the
    clients' by the population of its scope (``client_population.py``).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.review"

    def _find_contents(self):
        """Return ``{review id: contents}`` of due reviews, as the user may see them.

        Contents are plain data: the first day, ``parts`` with rows ``[id, text]``, and
        ``figures``.
        """
        if not self:
            return {}
        last = self._get_last_held()
        since = {
            review: last.get(review.plan_id.id, (None, NOBODY))[0]
            or review.plan_id.sudo().date_start
            for review in self
        }
        found = {
            "red": self._find_red(),
            "overdue": self._find_overdue(),
            "help": self._find_help(),
            "slip": self._find_since("client.plan.slip", "date", since),
            "done": self._find_since(
                "client.plan.line",
                "done_date",
                since,
                [("state", "in", DONE_STATES)],
            ),
            "effort": self._find_since("client.plan.effort", "date", since),
            "rating": self._find_ratings(since),
            "breach": self._find_breaches(since),
        }
        contents = {}
        planned = self._get_resource_figures()
        for review in self:
            counted = last.get(review.plan_id.id, (None, {}))[1]
            records = {}
            for part, rows in found.items():
                before = counted.get(part, NOBODY)
                records[part] = rows[review].filtered(
                    lambda rec, before=before: rec.id not in before
                )
            records["blank"] = records["slip"].filtered(lambda rec: not rec.reason_id)
            contents[review.id] = {
                "since": since[review].isoformat(),
                "parts": {
                    part: [
                        [rec.id, text]
                        for rec, text in zip(
                            rows, self._describe(part, rows), strict=True
                        )
                    ]
                    for part, rows in records.items()
                },
                "figures": {
                    **planned[review],
                    "hours_since": sum(records["effort"].mapped("hours")),
                    "cost_since": sum(
                        records["done"].sudo().resource_ids.mapped("cost")
                    ),
                },
            }
        return contents

    def _get_last_held(self):
        """Return ``{plan id: (day, {part: ids counted})}`` of the last held reviews.

        What happened on the day of a review may have been before or after it: it counts
        unless that review has counted it.
        """
        self.env["client.plan.review"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (plan_id) plan_id, date_held, contents
                  FROM client_plan_review
                 WHERE state = 'held' AND plan_id = ANY(%s)
                 ORDER BY plan_id, date_held DESC, id DESC
                """,
                self.plan_id.ids,
            )
        )
        return {
            plan_id: (
                date,
                {
                    part: {row[0] for row in (contents or {})["parts"].get(part, ())}
                    for part in ("slip", "done", "effort", "rating")
                }
                if contents
                else {},
            )
            for plan_id, date, contents in rows
        }

    # -- the plan's own records ------------------------------------------------------

    def _find_by_plan(self, model, domain):
        """Return ``{review: records of its plan}``."""
        records = self.env[model]
        by_plan = {}
        if records.has_access("read"):
            domain = [("plan_id", "in", self.plan_id.ids), *domain]
            by_plan = records.search(domain).grouped("plan_id")
        return {review: by_plan.get(review.plan_id, records) for review in self}

    def _find_red(self):
        return self._find_by_plan("client.plan.objective", [("status", "=", "red")])

    def _find_overdue(self):
        return self._find_by_plan("client.plan.line", [("is_overdue", "=", True)])

    def _find_help(self):
        return self._find_by_plan("client.plan.help", [("date_answered", "=", False)])

    def _find_since(self, model, name, since, domain=()):
        """Return ``{review: records of its plan}`` dated on its first day or later."""
        first = min(since.values())
        found = self._find_by_plan(model, [(name, ">=", first), *domain])
        return {
            review: records.filtered(
                lambda rec, review=review: rec[name] >= since[review]
            )
            for review, records in found.items()
        }

    def _get_resource_figures(self):
        """Return ``{review: planned and spent hours and cost of the plan}``."""
        plans = self.plan_id.sudo()
        done = dict(
            self.env["client.plan.resource"]
            .sudo()
            ._read_group(
                [("plan_id", "in", plans.ids), ("line_id.state", "in", DONE_STATES)],
                ["plan_id"],
                ["cost:sum"],
            )
        )
        figures = {
            plan: {
                "planned_hours": plan.planned_hours,
                "spent_hours": plan.spent_hours,
                "planned_cost": plan.resource_cost,
                "spent_cost": done.get(plan, 0.0),
            }
            for plan in plans
        }
        return {review: figures[review.plan_id.sudo()] for review in self}

    # -- the clients' records --------------------------------------------------------

    def _find_ratings(self, since):
        """Return ``{review: low surveys of the population, answered since}``."""
        return self._find_clients(
            "client.survey",
            since,
            SQL(
                "record.state = 'done' AND record.rating BETWEEN 1 AND review.low"
                " AND record.date_done >= review.moment"
            ),
        )

    def _find_breaches(self, since):
        """Return ``{review: breaches of the population, open or opened since}``."""
        return self._find_clients(
            "client.breach",
            since,
            SQL(
                "(record.date_closed IS NULL OR record.date_opened >= review.since)",
            ),
        )

    def _find_clients(self, model, since, condition):
        """Return ``{review: records of the clients of its plan}``.

        :param condition: SQL on ``record`` and ``review`` (first day, its midnight,
            the low rating of the company)
        """
        records = self.env[model]
        found = {review: records for review in self}
        if not records.has_access("read"):
            return found
        populations = {review: review.plan_id._get_population() for review in self}
        numbers = {p: no for no, p in enumerate(dict.fromkeys(populations.values()))}
        rows = [
            (
                review.id,
                numbers[populations[review]],
                review.company_id.id,
                since[review],
                review.company_id._client_midnight(since[review]),
                review.company_id.sudo().client_low_rating,
            )
            for review in self
        ]
        query = records.with_context(active_test=False)._search([])
        self.env.flush_all()
        by_review = {}
        for review_id, record_id in self.env.execute_query(
            SQL(
                """
                SELECT review.id, record.id
                  FROM unnest(%(columns)s::int[], %(numbers)s::int[],
                              %(companies)s::int[], %(since)s::date[],
                              %(moments)s::timestamp[], %(low)s::int[])
                       AS review(id, no, company_id, since, moment, low)
                  JOIN (%(members)s) member ON member.no = review.no
                  JOIN %(table)s record
                    ON record.partner_id = member.client_id
                   AND record.company_id = review.company_id
                 WHERE %(condition)s AND record.id IN %(seen)s
                 ORDER BY review.id, record.id
                """,
                **dict(
                    zip(
                        ("columns", "numbers", "companies", "since", "moments", "low"),
                        map(list, zip(*rows, strict=True)),
                        strict=True,
                    )
                ),
                members=self.env["client.population"]._sql_members(list(numbers)),
                table=SQL.identifier(records._table),
                condition=condition,
                seen=query.subselect(),
            )
        ):
            by_review.setdefault(review_id, []).append(record_id)
        everything = records.browse(
            dict.fromkeys(rec for ids in by_review.values() for rec in ids)
        )
        return {
            review: records.browse(by_review.get(review.id)).with_prefetch(
                everything._prefetch_ids
            )
            for review in self
        }
