from odoo import fields, models

ROLES = [
    ("owner", "Owner"),
    ("controller", "Controller"),
    ("leader", "Team leader"),
    ("objective", "Answers for an objective"),
    ("part", "Takes part"),
    ("signer", "Signs, too"),
]
# A signature that is still to be given, an objection that is still to be answered.
WAITING = "waiting"
OPEN = "open"


class ClientPlanSignoff(models.Model):
    """One employee's word on a plan: an objection with its answer, or a signature.

    Objections are raised while a plan is discussed or signed; signatures belong to a
    frozen version (product.md A, plan life).
    """

    _name = "client.plan.signoff"
    _description = "Word on a Plan"
    _inherit = ["client.plan.kept"]
    _order = "plan_id, version_number desc, kind, id"
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
    version_number = fields.Integer(
        related="version_id.number",
        store=True,
        precompute=True,
        string="Version No.",
        aggregator=None,
        help="Number of the frozen version; 0 for an objection to the draft.",
    )
    plan_name = fields.Char(
        related="plan_id.name",
        string="Name of the Plan",
        help="Shown to everyone who signs, even without access to the plan.",
    )
    plan_end = fields.Date(
        related="plan_id.date_end",
        string="End of the Plan",
        help="Last day of the plan.",
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
        readonly=True,
        index=True,
        ondelete="set null",
        help="Whose word it is; empty when his user was deleted, the name stays.",
    )
    user_active = fields.Boolean(
        related="user_id.active",
        string="Still Here",
        help="Off: the employee has left, his user is archived.",
    )
    state = fields.Selection(
        selection=[
            ("waiting", "Awaited"),
            ("signed", "Signed"),
            ("removed", "Not asked any more"),
            ("outdated", "Outdated"),
            ("open", "Open"),
            ("answered", "Answered"),
            ("withdrawn", "Withdrawn"),
        ],
        string="Status",
        required=True,
        readonly=True,
        index=True,
        help="A signature is awaited, given, or not asked for any more; outdated: a"
        " later version took its place, or the plan is not being signed any more. An"
        " objection is open until it is answered or withdrawn.",
    )
    signer_name = fields.Char(
        string="Name of the Person",
        required=True,
        readonly=True,
        help="The name of the employee at that time.",
    )
    role = fields.Selection(
        selection=ROLES,
        readonly=True,
        help="Why he is asked: owner, controller, team leader, or taking part.",
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

    words = fields.Text(
        compute="_compute_words",
        help="The objection with its answer, or why the signature is not asked for any"
        " more.",
    )
    removed_uid = fields.Many2one(
        comodel_name="res.users",
        string="Taken off by",
        readonly=True,
        ondelete="set null",
        help="Who took the employee off the list of those whose signature is awaited.",
    )
    date_removed = fields.Datetime(
        string="Taken off at",
        readonly=True,
        help="When he was taken off the list.",
    )
    remove_reason = fields.Text(
        string="Why Not Asked",
        readonly=True,
        help="Why his signature is not asked for any more, for example because he has"
        " left.",
    )
    is_mine = fields.Boolean(
        string="My Word",
        compute="_compute_rights",
        help="You signed, are to sign, or raised the objection.",
    )
    can_answer = fields.Boolean(
        string="May Answer",
        compute="_compute_rights",
        help="You may answer this objection.",
    )
    can_remove = fields.Boolean(
        string="May Take off the List",
        compute="_compute_rights",
        help="You may take this employee off the list of those who sign.",
    )

    _signed_has_date = models.Constraint(
        "CHECK((state = 'signed') = (date_signed IS NOT NULL))",
        "Signed at: a signature has its time.",
    )
    _one_signature = models.UniqueIndex(
        "(version_id, user_id) WHERE kind = 'signature'",
        "Employee: everyone signs a version once.",
    )
