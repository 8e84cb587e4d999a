from odoo import api, fields, models


class ClientFactMove(models.Model):
    """A client's move from one class or lifecycle stage to another (design 11).

    The first class of a client who had none is a move too, except at the very first
    refresh of his row.
    """

    _name = "client.fact.move"
    _description = "Client Class Move"
    _order = "date desc, id desc"
    _rec_name = "kind"

    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client Row",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The client in this company.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The company in which the client moved.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The client who moved.",
    )
    kind = fields.Selection(
        selection=[
            ("abc", "ABC class"),
            ("xyz", "XYZ class"),
            ("stage", "Lifecycle stage"),
        ],
        required=True,
        readonly=True,
        help="What has changed.",
    )
    old_value = fields.Char(
        string="Old Class",
        readonly=True,
        help="The class before, or the technical name of the stage. Empty: none.",
    )
    new_value = fields.Char(
        string="New Class",
        readonly=True,
        help="The class after, or the technical name of the stage. Empty: none.",
    )
    old_stage_id = fields.Many2one(
        comodel_name="client.stage",
        string="From Stage",
        readonly=True,
        help="The lifecycle stage before.",
    )
    new_stage_id = fields.Many2one(
        comodel_name="client.stage",
        string="To Stage",
        readonly=True,
        help="The lifecycle stage after.",
    )
    days = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="How many days the client was in the class or stage that he left.",
    )
    date = fields.Date(
        required=True,
        readonly=True,
        index=True,
        help="On which day the move was found.",
    )
    amount = fields.Monetary(
        string="Sales",
        readonly=True,
        help="The client's sales of the period that led to the move.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        readonly=True,
        help="Who moved the client. Empty: it follows from facts.",
    )

    @api.model
    def _log_stage(self, facts, stage):
        """Keep that the user puts ``facts`` into ``stage``; called before that."""
        self.sudo().create(
            [
                {
                    "fact_id": fact.id,
                    "company_id": fact.company_id.id,
                    "partner_id": fact.partner_id.id,
                    "kind": "stage",
                    "old_value": fact.stage_id.code,
                    "new_value": stage.code,
                    "old_stage_id": fact.stage_id.id,
                    "new_stage_id": stage.id,
                    "days": (today - fact.stage_date).days if fact.stage_date else 0,
                    "date": today,
                    "amount": fact.amount,
                    "user_id": self.env.uid,
                }
                for fact in facts
                for today in [fact.company_id._client_today()]
            ]
        )
