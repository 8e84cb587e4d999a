from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Fewer likes than these say nothing: the next broader kind of likes is taken.
MIN_LIKES = 3
MAX_SUGGESTIONS = 3
SEGMENT, INDUSTRY, CLASS = 1, 2, 3


class ClientFact(models.Model):
    """Product categories that a client does not buy and his likes do.

    His likes are the other clients of his company who bought in the period and share
    his primary segment; with fewer than three of them his industry; else his ABC class
    (docs/portrait.md). Worked out when one client is looked at, never in lists.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    suggestion_ids = fields.One2many(
        comodel_name="client.suggestion",
        inverse_name="fact_id",
        readonly=True,
        help="What was suggested to the client, and his answers.",
    )
    suggestion_count = fields.Integer(
        string="Suggestions Made",
        compute="_compute_suggestion_count",
        help="Answers of the client to suggestions, from the first day on.",
    )
    suggestions = fields.Json(
        compute="_compute_suggestions",
        help="Up to three product categories that similar clients buy and this one does"
        " not, those first that most of them buy.",
    )

    @api.depends("suggestion_ids")
    def _compute_suggestion_count(self):
        counts = dict(
            self.env["client.suggestion"]._read_group(
                [("fact_id", "in", self._origin.ids)], ["fact_id"], ["__count"]
            )
        )
        for fact in self:
            fact.suggestion_count = counts.get(fact._origin, 0)

    @api.depends("category_figures", "segment_id", "abc_class", "suggestion_ids.answer")
    @api.depends_context("lang", "uid")
    def _compute_suggestions(self):
        self._compute_empty("suggestions")
        facts = self.filtered("id")
        found = facts._read_likes()
        answers = facts._read_answers()
        ids = {row[0] for _basis, _total, rows in found.values() for row in rows}
        names = {
            category.id: category.display_name
            for category in self.env["product.category"].sudo().browse(ids).exists()
        }
        for fact in facts:
            basis, total, rows = found.get(fact._origin.id, (False, 0, []))
            fact.suggestions = {
                "likes": fact._say_likes(basis, total),
                "has_likes": bool(basis),
                "rows": fact._get_suggestions(total, rows, answers, names),
            }

    def _get_suggestions(self, total, rows, answers, names):
        """Return the rows to show: bought by most of the likes, not refused lately."""
        company = self.company_id.sudo()
        rest = timedelta(days=company.client_suggestion_days)
        now = fields.Datetime.now()
        shown = []
        for category, number, _revenue in rows:
            last = answers.get((self._origin.id, category))
            if last and last.answer == "refused" and now < last.date + rest:
                continue
            if category in names:
                shown.append(
                    {
                        "category_id": category,
                        "name": names[category],
                        "share": round(100 * number / total),
                        "answer": last.answer if last else False,
                        "date": last and fields.Datetime.to_string(last.date),
                        "lead_id": last.lead_id.id if last else False,
                    }
                )
        return shown[:MAX_SUGGESTIONS]

    def _say_likes(self, basis, total):
        """Say in words with whom the client is compared."""
        if basis == SEGMENT:
            return self.env._(
                "Compared with %(number)s clients of the segment %(segment)s.",
                number=total,
                segment=self.segment_id.display_name,
            )
        if basis == INDUSTRY:
            return self.env._(
                "Compared with %(number)s clients of the industry %(industry)s.",
                number=total,
                industry=self.partner_id.industry_id.display_name,
            )
        if basis == CLASS:
            return self.env._(
                "Compared with %(number)s clients of class %(abc)s.",
                number=total,
                abc=self.abc_class,
            )
        return self.env._(
            "Nobody to compare with: give the client a segment or an industry that at"
            " least three buying clients have."
        )

    # -- likes ------------------------------------------------------------------------

    @api.model
    def _sql_alike(self, basis):
        """Whether client ``o`` (contact card ``q``) is like client ``t``."""
        return {
            SEGMENT: SQL("o.segment_id = t.segment_id"),
            INDUSTRY: SQL("q.industry_id = t.industry_id"),
            CLASS: SQL("o.abc_class = t.abc_class"),
        }[basis]

    def _read_likes(self):
        """Return ``{row id: (kind of likes, their number, categories)}``.

        Categories are tuples (category id, likes who buy it, their mean sales of it),
        the most frequent first, without those that the client buys himself. One query
        for all rows.
        """
        if not self:
            return {}
        self.env["client.fact"].flush_model()
        self.env["res.partner"].flush_model(["industry_id"])
        likes = SQL(
            """
              FROM client_fact o
              JOIN res_partner q ON q.id = o.partner_id
             WHERE o.active AND o.company_id = t.company_id AND o.id != t.id
               AND o.category_count > 0
            """
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH target AS MATERIALIZED (
                    SELECT f.id, f.company_id, f.segment_id, p.industry_id, f.abc_class,
                           f.category_figures
                      FROM client_fact f
                      JOIN res_partner p ON p.id = f.partner_id
                     WHERE f.id = ANY(%(ids)s))
                SELECT t.id, l.basis, l.number, c.category_id, c.number, c.amount
                  FROM target t
                 CROSS JOIN LATERAL (%(basis)s) l
                  LEFT JOIN LATERAL (
                       SELECT split_part(row, ' ', 1)::int AS category_id,
                              COUNT(*) AS number,
                              AVG(split_part(row, ' ', 2)::numeric)
                                  / 10 ^ MIN(cur.decimal_places) AS amount
                         FROM (SELECT o.id, o.company_id, o.category_figures
                               %(likes)s AND (%(alike)s)) o
                         JOIN res_company y ON y.id = o.company_id
                         JOIN res_currency cur ON cur.id = y.currency_id
                        CROSS JOIN string_to_table(o.category_figures, ';') AS row
                        WHERE split_part(row, ' ', 4)::int > 0
                          AND split_part(row, ' ', 1) != '0'
                        GROUP BY 1) c
                    ON NOT EXISTS (
                       SELECT 1
                         FROM string_to_table(t.category_figures, ';') AS own
                        WHERE split_part(own, ' ', 1)::int = c.category_id
                          AND split_part(own, ' ', 4)::int > 0)
                 ORDER BY t.id, c.number DESC, c.amount DESC, c.category_id
                """,
                ids=self._origin.ids,
                basis=SQL(
                    "%s ORDER BY basis LIMIT 1",
                    SQL(" UNION ALL ").join(
                        SQL(
                            "SELECT %s AS basis, COUNT(*) AS number %s AND %s"
                            " HAVING COUNT(*) >= %s",
                            basis,
                            likes,
                            self._sql_alike(basis),
                            MIN_LIKES,
                        )
                        for basis in (SEGMENT, INDUSTRY, CLASS)
                    ),
                ),
                likes=likes,
                alike=SQL(" OR ").join(
                    SQL("l.basis = %s AND %s", basis, self._sql_alike(basis))
                    for basis in (SEGMENT, INDUSTRY, CLASS)
                ),
            )
        )
        found = {}
        for fact_id, basis, total, *category in rows:
            found.setdefault(fact_id, (basis, total, []))
            if category[0]:
                found[fact_id][2].append(category)
        return found

    def _read_answers(self):
        """Return ``{(row id, category id): the latest answer}``: one query for all."""
        suggestions = self.env["client.suggestion"].search_fetch(
            [("fact_id", "in", self._origin.ids)],
            ["fact_id", "category_id", "answer", "date", "lead_id"],
            order="date, id",
        )
        return {(row.fact_id.id, row.category_id.id): row for row in suggestions}

    # -- actions ----------------------------------------------------------------------

    def action_answer_suggestion(self, category_id, answer):
        """Keep what the client says to a suggested category; return what is next."""
        self.ensure_one()
        self.check_access("write")
        category = self.env["product.category"]
        if isinstance(category_id, int):
            category = category.browse(category_id).exists()
        self.env["client.suggestion"]._check_answer(category, answer)
        self.env["client.suggestion"].create(
            {"fact_id": self.id, "category_id": category.id, "answer": answer}
        )
        return self.suggestions

    def action_view_likes(self, category_id):
        """Open the similar clients who buy the category, as far as the user may."""
        self._check_open()
        basis, _total, _rows = self._read_likes().get(self.id, (False, 0, []))
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("id", "!=", self.id)
            & Domain("bought_category_ids", "in", [int(category_id)])
        )
        if basis == SEGMENT:
            domain &= Domain("segment_id", "=", self.segment_id.id)
        elif basis == INDUSTRY:
            industry = self.partner_id.industry_id
            domain &= Domain("partner_id.industry_id", "=", industry.id)
        elif basis == CLASS:
            domain &= Domain("abc_class", "=", self.abc_class)
        else:
            domain = Domain.FALSE
        return self._open(
            self._say_visible(self.env._("Similar Clients"), "client.fact", domain),
            "client.fact",
            domain,
            views=("list", "kanban", "graph", "pivot", "form"),
            empty=self.env._("None of these clients is one of yours."),
        )

    def action_view_suggestions(self):
        """Open the history of what was suggested to the client."""
        self._check_open()
        return self._open(
            self.env._("Suggestions"),
            "client.suggestion",
            self._get_own_domain(),
            views=("list", "kanban", "pivot", "graph"),
            empty=self.env._("Nothing was suggested to this client yet."),
        )

    def action_develop_suggestion(self, category_id):
        """Make an opportunity and an action of the client's interest and open it.

        The expected revenue is what his likes buy of the category on average.
        """
        self.ensure_one()
        self.check_access("write")
        last = self._read_answers().get((self.id, category_id))
        if not last or last.answer != "interested":
            raise UserError(
                self.env._(
                    "Make Opportunity: the client has not said that he is interested."
                    " Choose “Interested” first."
                )
            )
        _basis, _total, rows = self._read_likes().get(self.id, (0, 0, []))
        revenue = {category: amount for category, _number, amount in rows}
        lead, line = self._develop_category(
            last.category_id, float(revenue.get(category_id, 0))
        )
        if lead:
            last.sudo().lead_id = lead
        return line._open_development(lead)

    # -- clients who become one -------------------------------------------------------

    def _take_history(self, merged):
        """What was suggested to ``merged`` was suggested to this client."""
        result = super()._take_history(merged)
        merged.sudo().suggestion_ids.fact_id = self
        return result
