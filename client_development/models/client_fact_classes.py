from odoo import fields, models

ABC = [("A", "A"), ("B", "B"), ("C", "C")]
XYZ = [("X", "X"), ("Y", "Y"), ("Z", "Z")]


class ClientFact(models.Model):
    """The classes of a client in one company, as product.md E defines them.

    They follow from the figures; thresholds are settings of the company. Moves from
    one class to another are kept in ``client.fact.move``.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    abc_class = fields.Selection(
        selection=ABC,
        string="ABC Class",
        readonly=True,
        help="A: the few clients who make most of the sales of the period, C: the many"
        " who make little. Empty: nothing bought.",
    )
    abc_date = fields.Date(
        string="ABC Class since",
        readonly=True,
        help="Since when the client is in this ABC class.",
    )
    xyz_class = fields.Selection(
        selection=XYZ,
        string="XYZ Class",
        readonly=True,
        help="X: buys about the same every month, Y: with ups and downs, Z: without a"
        " pattern. Empty: fewer than six full months since the first order.",
    )
    xyz_date = fields.Date(
        string="XYZ Class since",
        readonly=True,
        help="Since when the client is in this XYZ class.",
    )
    xyz_variation = fields.Float(
        string="Variation of Months",
        readonly=True,
        aggregator=None,
        help="Standard deviation of the monthly sales divided by their mean, over the"
        " full months since the first order, months without sales included.",
    )
    xyz_month_count = fields.Integer(
        string="Full Months",
        readonly=True,
        aggregator=None,
        help="Full months since the month of the first order.",
    )
    recency_score = fields.Integer(
        string="Recency",
        readonly=True,
        aggregator="avg",
        help="5: among the fifth of the clients who bought last, 1: longest ago.",
    )
    frequency_score = fields.Integer(
        string="Frequency",
        readonly=True,
        aggregator="avg",
        help="5: among the fifth of the clients with most orders, 1: with fewest.",
    )
    monetary_score = fields.Integer(
        string="Monetary",
        readonly=True,
        aggregator="avg",
        help="5: among the fifth of the clients with most sales, 1: with least.",
    )
    stage_date = fields.Date(
        string="In this Stage since",
        readonly=True,
        help="Since when the client is in his lifecycle stage.",
    )
    stage_manual = fields.Boolean(
        string="Stage Set by Hand",
        readonly=True,
        help="The lifecycle stage was chosen by a person and is not changed by facts."
        " Empty the stage to let it follow from facts again.",
    )
    month_check = fields.Char(
        readonly=True,
        copy=False,
        help="Technical: check sum of the sales in the closed months, by which a change"
        " of any of them is found.",
    )
    month_ids = fields.One2many(
        comodel_name="client.fact.month",
        inverse_name="fact_id",
        string="Closed Months",
        readonly=True,
        help="What the client bought month by month, and how he was classed.",
    )
    move_ids = fields.One2many(
        comodel_name="client.fact.move",
        inverse_name="fact_id",
        string="Class Moves",
        readonly=True,
        help="When the client moved to another class or stage.",
    )
