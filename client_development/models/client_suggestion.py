from odoo import api, fields, models
from odoo.exceptions import UserError

ANSWERS = [
    ("offered", "Offered"),
    ("interested", "Interested"),
    ("refused", "Refused"),
]


class ClientSuggestion(models.Model):
    """What became of a product category that was suggested for a client.

    Every answer is a row of its own and stays; the latest one of a category counts.
    """

    _name = "client.suggestion"
    _description = "Suggestion to a Client"
    _order = "date desc, id desc"
    _rec_name = "category_id"

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
        related="fact_id.company_id",
        store=True,
        index=True,
        help="The company whose assortment was suggested.",
    )
    partner_id = fields.Many2one(
        related="fact_id.partner_id",
        store=True,
        index=True,
        string="Client",
        help="The client to whom the category was suggested.",
    )
    category_id = fields.Many2one(
        comodel_name="product.category",
        string="Product Category",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="What was suggested: the client's likes buy it, and he does not.",
    )
    answer = fields.Selection(
        selection=ANSWERS,
        required=True,
        readonly=True,
        help="Offered: he has not decided. Interested: he wants to hear more. Refused:"
        " it is not suggested again for some time.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Entered by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        index=True,
        help="Who spoke with the client.",
    )
    team_id = fields.Many2one(
        related="fact_id.team_id",
        string="Sales Team",
        help="The client's sales team.",
    )
    date = fields.Datetime(
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When the answer was entered.",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Opportunity",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The opportunity that was made of the client's interest.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """An answer is entered by him who enters it, now, whatever is passed."""
        if not self.env.su:
            own = {
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
                "lead_id": False,
            }
            vals_list = [{**vals, **own} for vals in vals_list]
        return super().create(vals_list)

    @api.model
    def _check_answer(self, category, answer):
        """Refuse what no button of the client's form sends."""
        if not category:
            raise UserError(
                self.env._(
                    "Product Category: it does not exist any more. Open the client's"
                    " facts anew and choose one of the categories shown there."
                )
            )
        if answer not in dict(ANSWERS):
            raise UserError(
                self.env._(
                    "Answer: “%(answer)s” is not possible. Enter offered, interested or"
                    " refused.",
                    answer=answer,
                )
            )

    def action_open_facts(self):
        """Open the client's facts."""
        self.ensure_one()
        return self.fact_id.action_open_facts()
