from odoo import fields, models


class ClientPlanVersion(models.Model):
    """A plan as it was frozen for signing: readable, with a fingerprint.

    The snapshot is canonical JSON; the hash (SHA-256) is taken of it, so that anybody
    can check that what was signed is what is shown (product.md A, plan life).
    """

    _name = "client.plan.version"
    _description = "Signed Version of a Plan"
    _order = "plan_id, number desc"
    _rec_name = "number"

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The plan that was frozen.",
    )
    company_id = fields.Many2one(
        related="plan_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    number = fields.Integer(
        required=True,
        readonly=True,
        aggregator=None,
        help="1 is the version that was signed before the start.",
    )
    date = fields.Datetime(
        string="Frozen at",
        required=True,
        readonly=True,
        help="When the version was frozen.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Frozen by",
        readonly=True,
        ondelete="set null",
        help="Who opened the version for signing.",
    )
    snapshot = fields.Json(
        readonly=True,
        help="Technical: the plan as it was, in canonical form.",
    )
    snapshot_hash = fields.Char(
        string="Fingerprint",
        readonly=True,
        help="SHA-256 of the frozen plan: two versions with the same fingerprint are"
        " the same.",
    )
    signoff_ids = fields.One2many(
        comodel_name="client.plan.signoff",
        inverse_name="version_id",
        string="Signatures",
        help="Who has to sign this version, and who has.",
    )
