from odoo import fields, models


class ResCompany(models.Model):
    """How soon a complaint is settled, and the client asked again (product.md F)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    client_claim_days = fields.Integer(
        string="Days to Settle a Claim",
        default=2,
        required=True,
        help="A claim, made by a low rating, is to be settled within so many working"
        " days of the company's calendar.",
    )
    client_followup_days = fields.Integer(
        string="Days to Ask Again",
        default=3,
        required=True,
        help="When a claim is settled, the client is to be asked again within so many"
        " working days.",
    )

    _client_claim_days_range = models.Constraint(
        "CHECK(client_claim_days BETWEEN 0 AND 365"
        " AND client_followup_days BETWEEN 0 AND 365)",
        "Claims: the days to settle a claim and to ask again go from 0 to 365. Usual"
        " are 2 and 3.",
    )
