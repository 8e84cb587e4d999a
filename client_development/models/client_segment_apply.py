import logging

import psycopg2

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class ClientSegment(models.Model):
    """Applying the rules: one set-based difference per segment (design decision 4)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.segment"

    def _apply_rules_everywhere(self):
        """Apply the rules of these segments in every company that has clients."""
        if not self:
            return
        groups = self.env["client.fact"].sudo()._read_group([], ["company_id"])
        for (company,) in groups:
            self.sudo().with_company(company)._apply_rules()

    def _apply_rules(self, facts=None):
        """Bring the memberships by rule in ``env.company`` in line with the rules.

        One difference per segment between the clients that its rule matches and those
        that have it; memberships by hand are never removed. Nothing is written when
        nothing has changed.

        :param self: the segments; an empty recordset means all
        :param facts: rows of ``client.fact`` to look at; ``None`` means all
        :return: number of memberships added or removed
        """
        company = self.env.company
        fact_ids = None if facts is None else facts.ids
        if facts is not None and not fact_ids:
            return 0
        self.env.flush_all()
        only = SQL() if facts is None else SQL("AND f.id = ANY(%s)", fact_ids)
        rules = self._get_rules(company)
        lost = self._find_outdated(company, rules, only)
        gained = []
        searched = self._get_rule_facts(company)
        for segment in rules:
            rows, error = segment._find_difference(company, searched, only)
            segment._store_rule_error(error)
            gained += [(id_, segment.id) for id_, is_new in rows if is_new]
            lost += [(id_, segment.id) for id_, is_new in rows if not is_new]
        if gained or lost:
            self._store_difference(gained, lost)
            self.env.invalidate_all()
            self.env["client.fact"]._update_primary_segment(
                {id_ for id_, _segment in gained + lost}, cause="rule", by_rule=True
            )
        return len(gained) + len(lost)

    def _get_rules(self, company):
        """Return the segments whose rule has effect in ``company``."""
        domain = [
            ("domain", "!=", False),
            ("active", "=", True),
            ("company_id", "in", [False, company.id]),
        ]
        if self:
            domain.append(("id", "in", self.ids))
        return self.env["client.segment"].sudo().search(domain)

    @api.model
    def _get_rule_facts(self, company):
        """Return ``client.fact`` in the environment in which rules are applied.

        It never depends on who happens to start them: superuser, the one company, its
        time zone and its language.
        """
        lang = company.sudo().partner_id.lang
        context = {
            "allowed_company_ids": company.ids,
            "lang": (lang and self.env["res.lang"]._get_code(lang)) or "en_US",
            "tz": company.sudo()._client_timezone().zone,
        }
        facts = self.env["client.fact"].with_user(SUPERUSER_ID)
        # A clean context on purpose.
        # pylint: disable-next=context-overridden
        return facts.with_context(context)

    def _find_outdated(self, company, rules, only):
        """Return (row, segment) by rules that have no effect here any more."""
        mine = SQL("AND r.segment_id = ANY(%s)", self.ids) if self else SQL()
        return self.env.execute_query(
            SQL(
                """
                SELECT r.fact_id, r.segment_id
                  FROM client_fact_segment_rule_rel r
                  JOIN client_fact f ON f.id = r.fact_id
                 WHERE f.company_id = %(company)s
                   AND r.segment_id <> ALL(%(rules)s::int[]) %(mine)s %(only)s
                """,
                company=company.id,
                rules=rules.ids,
                mine=mine,
                only=only,
            )
        )

    def _find_difference(self, company, facts, only):
        """Return the members to add (row, True) or remove (row, False), and the error.

        A rule that can no longer be searched is skipped: its members stay.
        """
        self.ensure_one()
        try:
            domain = (
                self._parse_rule()
                & Domain("company_id", "=", company.id)
                & Domain("active", "=", True)
            )
            with self.env.cr.savepoint(flush=False):
                wanted = facts._search(domain).subselect()
                query = self._get_difference_query(company, wanted, only)
                self.env.cr.execute(query, log_exceptions=False)
                return self.env.cr.fetchall(), ""
        except psycopg2.OperationalError:  # another transaction's, not the rule's
            raise
        except Exception as error:  # one bad rule must not stop the others
            return [], self._get_rule_error(error)

    def _get_difference_query(self, company, wanted, only):
        """Return the SQL of (row, is new) for the sub-select of wanted rows."""
        return SQL(
            """
            WITH wanted AS MATERIALIZED (
                SELECT f.id FROM client_fact f WHERE f.id IN %(wanted)s %(only)s)
            SELECT w.id, TRUE
              FROM wanted w
             WHERE NOT EXISTS (
                   SELECT 1 FROM client_fact_client_segment_rel m
                    WHERE m.fact_id = w.id AND m.segment_id = %(segment)s)
             UNION ALL
            SELECT r.fact_id, FALSE
              FROM client_fact_segment_rule_rel r
              JOIN client_fact f ON f.id = r.fact_id
             WHERE r.segment_id = %(segment)s
               AND f.company_id = %(company)s %(only)s
               AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.id = r.fact_id)
            """,
            wanted=wanted,
            only=only,
            segment=self.id,
            company=company.id,
        )

    def _store_rule_error(self, error):
        """Show on the segment why its rule was skipped; forget it when it works."""
        self.ensure_one()
        if (self.rule_error or "") == error:
            return
        if error:
            _logger.warning("Rule of segment %s (id %s): %s", self.name, self.id, error)
        self.sudo().rule_error = error

    @api.model
    def _store_difference(self, gained, lost):
        """Write memberships: ``gained`` and ``lost`` are lists of (row, segment)."""
        both = SQL("client_fact_client_segment_rel")
        by_rule = SQL("client_fact_segment_rule_rel")
        for table in (both, by_rule):
            if lost:
                self.env.cr.execute(
                    SQL(
                        """
                        DELETE FROM %(table)s r
                         USING unnest(%(facts)s, %(segments)s) AS d(fact_id, segment_id)
                         WHERE r.fact_id = d.fact_id AND r.segment_id = d.segment_id
                        """,
                        table=table,
                        facts=[id_ for id_, _segment in lost],
                        segments=[segment for _id, segment in lost],
                    )
                )
            if gained:
                self.env.cr.execute(
                    SQL(
                        """
                        INSERT INTO %(table)s (fact_id, segment_id)
                        SELECT * FROM unnest(%(facts)s, %(segments)s)
                            ON CONFLICT DO NOTHING
                        """,
                        table=table,
                        facts=[id_ for id_, _segment in gained],
                        segments=[segment for _id, segment in gained],
                    )
                )
