from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """The settings of suggestions (product.md D, cross-sell at every contact)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    client_suggestion_days = fields.Integer(
        string="Rest of Refused Suggestions",
        default=180,
        required=True,
        help="For so many days a product category that a client has refused is not"
        " suggested to him again. 0: it may be suggested at once.",
    )

    @api.constrains("client_suggestion_days")
    def _check_client_suggestion_days(self):
        for company in self:
            if not 0 <= company.client_suggestion_days <= 3650:
                raise ValidationError(
                    self.env._(
                        "Rest of refused suggestions: %(days)s days are not possible."
                        " Enter 0 to 3650; 180 is half a year.",
                        days=company.client_suggestion_days,
                    )
                )
