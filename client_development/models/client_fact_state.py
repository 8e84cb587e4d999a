from odoo import api, fields, models


class ClientFact(models.Model):
    """Whether the stored figures can be relied on."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    is_recounted = fields.Boolean(
        related="company_id.client_fact_recount",
        string="Being Recounted",
        help="Settings were changed; the figures are still those from before.",
    )
    refresh_error = fields.Char(
        compute="_compute_refresh_error",
        help="Why the last refresh had to leave this client out. Empty: it did not.",
    )

    @api.depends("company_id", "partner_id", "write_date")
    def _compute_refresh_error(self):
        rows = (
            self.env["client.fact.queue"]
            .sudo()
            .search_fetch(
                [
                    ("partner_id", "in", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                    ("error", "!=", False),
                ],
                ["partner_id", "company_id", "error"],
            )
        )
        errors = {(row.company_id.id, row.partner_id): row.error for row in rows}
        for fact in self:
            fact.refresh_error = errors.get((fact.company_id.id, fact.partner_id.id))
