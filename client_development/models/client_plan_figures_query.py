from odoo import models
from odoo.tools import SQL

from .client_plan_life import ENDED_STATES
from .client_plan_line import DONE_STATES, OPEN_STATES


class ClientPlan(models.Model):
    """The figures of plans, read by one query however many plans there are."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    def _read_figures(self):
        """Return ``{plan id: {field: value}}`` of the figures, also for the id False.

        Only what the current user may read is counted.
        """
        columns = self._get_figure_columns()
        empty = {
            name: 0
            if self._fields[name].type in ("integer", "float", "monetary")
            else ""
            for name in columns
        }
        ids = tuple(self._origin.ids)
        if not ids:
            return {False: empty}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT p.id, %s FROM client_plan p %s WHERE p.id IN %s",
                SQL(", ").join(columns.values()),
                SQL(" ").join(
                    SQL(
                        "LEFT JOIN (%(rows)s) %(part)s ON %(part)s.plan_id = p.id",
                        rows=rows,
                        part=SQL.identifier(part),
                    )
                    for part, rows in self._get_figure_parts().items()
                ),
                ids,
            )
        )
        figures = {
            plan_id: {
                name: value or empty[name]
                for name, value in zip(columns, values, strict=True)
            }
            for plan_id, *values in rows
        }
        return {False: empty, **dict.fromkeys(ids, empty), **figures}

    def _get_figure_parts(self):
        """Return ``{name of a part: SQL}``, each with one row per plan."""
        return {
            "line": self._sql_line_figures(),
            "objective": self._sql_objective_figures(),
            "resource": self._sql_resource_figures(),
            "review": self._sql_review_figures(),
            "section": self._sql_section_figures(),
        }

    def _get_figure_columns(self):
        """Return ``{field: SQL}`` in terms of the parts and of the plan ``p``."""
        return {
            "line_count": SQL("line.open + line.done"),
            "line_open_count": SQL("line.open"),
            "line_done_count": SQL("line.done"),
            "line_progress": SQL(
                "100.0 * line.done / NULLIF(line.open + line.done, 0)"
            ),
            "line_overdue_count": SQL("line.overdue"),
            "planned_hours": SQL("line.planned_hours"),
            "spent_hours": SQL("line.spent_hours"),
            "slip_count": SQL("line.slips"),
            "fulfilment": SQL("objective.fulfilment"),
            "objective_count": SQL("objective.count"),
            "resource_cost": SQL("resource.cost"),
            "review_count": SQL("review.count"),
            "section_count": SQL("section.count"),
            "section_ready_count": SQL("section.ready"),
            "has_other_plan": self._sql_other_plan(),
            "client_segment_name": self._sql_segment_name(),
            "template_names": self._sql_template_names(),
        }

    def _sql_figures(self, model_name, columns, domain=()):
        """Return the figures per plan over the rows that the user may read.

        :param columns: ``{name: SQL of an aggregate}``, rows are named by the table
        """
        model = self.env[model_name]
        query = model._search([("plan_id", "in", self._origin.ids), *domain])
        query.order = None
        query.groupby = SQL.identifier(model._table, "plan_id")
        return query.select(
            SQL("%s AS plan_id", SQL.identifier(model._table, "plan_id")),
            *(SQL("%s AS %s", sql, SQL.identifier(n)) for n, sql in columns.items()),
        )

    def _sql_line_figures(self):
        table = SQL.identifier("client_plan_line")
        is_open = SQL("%s.state IN %s", table, OPEN_STATES)
        is_done = SQL("%s.state IN %s", table, DONE_STATES)
        return self._sql_figures(
            "client.plan.line",
            {
                "open": SQL("COUNT(*) FILTER (WHERE %s)", is_open),
                "done": SQL("COUNT(*) FILTER (WHERE %s)", is_done),
                "overdue": SQL(
                    "COUNT(*) FILTER (WHERE %s AND (%s))", is_open, self._sql_overdue()
                ),
                "planned_hours": SQL(
                    "SUM(%(table)s.planned_hours)"
                    " FILTER (WHERE %(table)s.state <> 'cancelled')",
                    table=table,
                ),
                "spent_hours": SQL("SUM(%s.spent_hours)", table),
                "slips": SQL("SUM(%s.slip_count)", table),
            },
        )

    def _sql_overdue(self):
        """Return the condition that a line of a running plan is past its deadline."""
        running = self.filtered(lambda plan: plan.state == "running")
        conditions = [
            SQL(
                "client_plan_line.plan_id IN %s"
                " AND client_plan_line.date_deadline < %s",
                tuple(plans._origin.ids),
                company._client_today(),
            )
            for company, plans in running.grouped("company_id").items()
        ]
        return SQL(" OR ").join(conditions) if conditions else SQL("FALSE")

    def _sql_objective_figures(self):
        return self._sql_figures(
            "client.plan.objective",
            {
                "count": SQL("COUNT(*)"),
                "fulfilment": SQL(
                    "SUM(client_plan_objective.weight"
                    " * LEAST(GREATEST(client_plan_objective.progress, 0), 100))"
                    " / NULLIF(SUM(client_plan_objective.weight), 0)"
                ),
            },
        )

    def _sql_resource_figures(self):
        return self._sql_figures(
            "client.plan.resource",
            {"cost": SQL("SUM(client_plan_resource.cost)")},
            [("line_id.state", "!=", "cancelled")],
        )

    def _sql_review_figures(self):
        return self._sql_figures("client.plan.review", {"count": SQL("COUNT(*)")})

    def _sql_section_figures(self):
        return self._sql_figures(
            "client.plan.section",
            {
                "count": SQL("COUNT(*)"),
                "ready": SQL(
                    """
                    COUNT(*) FILTER (
                        WHERE client_plan_section.empty_reason <> ''
                           OR EXISTS (SELECT FROM client_plan_line served
                                       WHERE served.section_id = client_plan_section.id
                                         AND served.state <> 'cancelled'))
                    """
                ),
            },
        )

    def _sql_other_plan(self):
        """Look past the rules: the other plan may be somebody else's."""
        return SQL(
            """
            p.state NOT IN %(ended)s
            AND EXISTS (SELECT FROM client_plan other
                         WHERE other.partner_id = p.partner_id
                           AND other.company_id = p.company_id
                           AND other.id <> p.id AND other.state NOT IN %(ended)s)
            """,
            ended=ENDED_STATES,
        )

    def _sql_segment_name(self):
        return SQL(
            """
            (SELECT COALESCE(segment.name->>%s, segment.name->>'en_US')
               FROM client_fact fact
               JOIN client_segment segment ON segment.id = fact.segment_id
              WHERE fact.partner_id = p.partner_id
                AND fact.company_id = p.company_id)
            """,
            self.env.lang or "en_US",
        )

    def _sql_template_names(self):
        return SQL(
            """
            (SELECT STRING_AGG(COALESCE(playbook.name->>%s, playbook.name->>'en_US'),
                               ', ' ORDER BY playbook.sequence, playbook.id)
               FROM client_plan_client_plan_template_rel applied
               JOIN client_plan_template playbook
                 ON playbook.id = applied.client_plan_template_id
              WHERE applied.client_plan_id = p.id)
            """,
            self.env.lang or "en_US",
        )
