from odoo import fields, models


class ResCompany(models.Model):
    """The setting of development time (product.md B)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    client_call_minutes = fields.Integer(
        string="Minutes per Survey Call",
        default=5,
        required=True,
        help="So much working time counts for a call to survey a client, as calls are"
        " not measured. 0: calls count no time.",
    )

    _client_call_minutes_range = models.Constraint(
        "CHECK(client_call_minutes BETWEEN 0 AND 120)",
        "Minutes per Survey Call: enter 0 to 120 minutes.",
    )
