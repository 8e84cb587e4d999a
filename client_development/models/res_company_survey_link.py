from odoo import fields, models


class ResCompany(models.Model):
    """When clients get the private link to a survey by e-mail (product.md F)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    client_survey_link_send = fields.Selection(
        selection=[
            ("never", "Never: salespeople send or copy it"),
            ("at_once", "At once, with the duty to call"),
            ("later", "When the client has not been called"),
        ],
        string="Private Link by E-mail",
        default="never",
        required=True,
        help="Whether clients get the link to the questions by e-mail without a"
        " salesperson sending it. Each client gets it at most once per order, and only"
        " for orders completed within the time for which a link is valid.",
    )
    client_survey_link_wait_days = fields.Integer(
        string="Days without a Call",
        default=2,
        required=True,
        help="The link goes out so many days after the order was completed, if nobody"
        " has called until then.",
    )
    client_survey_link_reminder_days = fields.Integer(
        string="Days until the Reminder",
        default=3,
        required=True,
        help="A client who has not answered is reminded once, so many days after the"
        " invitation. 0: never.",
    )
    client_survey_link_expiry_days = fields.Integer(
        string="Days a Link is Valid",
        default=14,
        required=True,
        help="So long a private link can be answered after it was made.",
    )

    _client_survey_link_days = models.Constraint(
        "CHECK(client_survey_link_wait_days BETWEEN 0 AND 365"
        " AND client_survey_link_reminder_days BETWEEN 0 AND 365"
        " AND client_survey_link_expiry_days BETWEEN 1 AND 365)",
        "Private Link: a link is valid for 1 to 365 days; the days without a call and"
        " until the reminder are 0 to 365.",
    )
