from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ClientFact(models.Model):
    """The frozen client lists on which a client stands."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    population_number = fields.Integer(
        string="Frozen List",
        compute="_compute_population_number",
        search="_search_population_number",
        aggregator=None,
        help="Technical: windows find the clients of a list that was frozen at the"
        " start of a plan by its number. A client may stand on many lists.",
    )

    def _compute_population_number(self):
        """Only searched for: what lists a client stands on is nobody's question."""
        self.population_number = 0

    def _search_population_number(self, operator, value):
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
