from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """What a plan's review lists by itself (product.md B, reviews)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    client_low_rating = fields.Integer(
        string="Low Rating",
        default=3,
        required=True,
        help="Surveys with this rating or a lower one make a claim, and are listed in"
        " the reviews of the client's plans. Ratings go from 1 to 5; 0: none does.",
    )

    @api.constrains("client_low_rating")
    def _check_client_low_rating(self):
        for company in self:
            if not 0 <= company.client_low_rating <= 5:
                raise ValidationError(
                    self.env._(
                        "Low Rating: ratings go from 1 to 5, %(rating)s is none of"
                        " them. Enter 0 to 5; usual is 3.",
                        rating=company.client_low_rating,
                    )
                )
