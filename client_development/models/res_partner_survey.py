from odoo import fields, models


class ResPartner(models.Model):
    """Contacts who do not want to be asked about their orders."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    client_survey_opt_out = fields.Boolean(
        string="No Surveys",
        groups="base.group_user",
        help="Does not want to be asked about orders: neither by telephone nor by"
        " e-mail.",
    )
