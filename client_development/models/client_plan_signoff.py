from odoo import fields, models


class ClientPlanSignoff(models.Model):
    """One employee's word on a plan: an objection with its answer, or a signature.

    Objections are raised while a plan is discussed or signed; signatures belong to a
    frozen version (product.md A, plan life).
    """

    _name = "client.plan.signoff"
    _description = "Word on a Plan"
    _order = "plan_id, version_id desc, id"
    _rec_name = "signer_name"

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The plan that is spoken of.",
    )
    version_id = fields.Many2one(
        comodel_name="client.plan.version",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="The frozen version; empty for an objection to the draft.",
    )
    company_id = fields.Many2one(
        related="plan_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    kind = fields.Selection(
        selection=[
            ("objection", "Objection"),
            ("signature", "Signature"),
        ],
        required=True,
        readonly=True,
        help="What the employee has to say: an objection, or his signature.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Employee",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Whose word it is.",
    )
    signer_name = fields.Char(
        string="Name",
        required=True,
        readonly=True,
        help="The name of the employee at that time.",
    )
    role = fields.Char(
        readonly=True,
        help="Why he is asked: owner, controller, team leader or taking part.",
    )
    date_signed = fields.Datetime(
        string="Signed at",
        readonly=True,
        help="When he signed; empty as long as his signature is awaited.",
    )
    signature = fields.Image(
        max_width=1024,
        max_height=1024,
        readonly=True,
        help="The drawn signature, if he drew one.",
    )
    objection = fields.Text(
        readonly=True,
        help="What he objects to.",
    )
    answer = fields.Text(
        readonly=True,
        help="What was answered.",
    )
    answered_uid = fields.Many2one(
        comodel_name="res.users",
        string="Answered by",
        readonly=True,
        ondelete="set null",
        help="Who answered the objection.",
    )
    date_answered = fields.Datetime(
        string="Answered at",
        readonly=True,
        help="When the objection was answered.",
    )

    _one_signature = models.UniqueIndex(
        "(version_id, user_id) WHERE kind = 'signature'",
        "Employee: everyone signs a version once.",
    )
