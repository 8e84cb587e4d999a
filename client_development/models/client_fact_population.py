from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ClientFact(models.Model):
    """The frozen client lists on which a client stands."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    population_ids = fields.Many2many(
        comodel_name="client.population",
        string="Frozen Lists",
        compute="_compute_population_ids",
        search="_search_population_ids",
        groups="client_development.group_client_user",
        help="The client lists, frozen at the start of plans, on which the client"
        " stands.",
    )

    def _compute_population_ids(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.partner_id, p.company_id, array_agg(p.id)
                  FROM client_population_client_rel r
                  JOIN client_population p ON p.id = r.population_id
                 WHERE r.partner_id = ANY(%s)
                 GROUP BY 1, 2
                """,
                self.partner_id.ids,
            )
        )
        found = {(partner, company): ids for partner, company, ids in rows}
        for fact in self:
            key = (fact.partner_id.id, fact.company_id.id)
            fact.population_ids = found.get(key, [])

    def _search_population_ids(self, operator, value):
        """By a sub-select: a list may hold all clients."""
        if operator != "in":
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """
                EXISTS (SELECT 1
                          FROM client_population_client_rel r
                          JOIN client_population p ON p.id = r.population_id
                         WHERE r.partner_id = %s
                           AND p.company_id = %s
                           AND p.id = ANY(%s))
                """,
                model._field_to_sql(alias, "partner_id", query),
                model._field_to_sql(alias, "company_id", query),
                [id_ for id_ in value if id_],
            )
        )
