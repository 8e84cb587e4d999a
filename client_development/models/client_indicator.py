from odoo import fields, models


class ClientIndicator(models.Model):
    """The definition of one indicator that objectives of plans refer to.

    What an indicator means is defined once (product.md E) and is the same in every
    plan. The value itself is entered by hand where nothing computes it.
    """

    _name = "client.indicator"
    _description = "Client Development Indicator"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(
        required=True,
        translate=True,
        help="What is measured, as it appears in the objectives of a plan.",
    )
    code = fields.Char(
        required=True,
        copy=False,
        help="Technical name by which computations and imports find the indicator.",
    )
    active = fields.Boolean(
        default=True,
        help="Archived indicators stay in existing plans but are no longer offered.",
    )
    sequence = fields.Integer(
        default=10,
        help="Order in which the indicators are offered.",
    )
    unit = fields.Selection(
        selection=[
            ("money", "Money"),
            ("percent", "Percent"),
            ("count", "Number"),
            ("rating", "Rating from 1 to 5"),
            ("hours", "Hours"),
            ("days", "Days"),
        ],
        required=True,
        default="count",
        help="What baseline, target and current value are counted in. Money is in the"
        " currency of the company, percent from 0 to 100.",
    )
    direction = fields.Selection(
        selection=[
            ("up", "More is better"),
            ("down", "Less is better"),
        ],
        required=True,
        default="up",
        help="Whether a higher or a lower value is the success.",
    )
    hand_counted = fields.Boolean(
        help="This indicator is always counted by a person, for example documents"
        " written. Value, date and author are kept on the objective.",
    )
    description = fields.Text(
        translate=True,
        help="The exact definition: what counts, over which period, and what does not.",
    )

    _code_unique = models.UniqueIndex(
        "(code)", "Code: another indicator already has this code. Choose a new one."
    )
