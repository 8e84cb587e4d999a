from odoo import fields, models

# For which plans a rule of the planning engine holds.
STRICTNESS = [
    ("never", "Never"),
    ("key", "For key segments and plans of many clients"),
    ("always", "Always"),
]


class ResCompany(models.Model):
    """How strict planning is: quality gate, sign-off, acceptance (product.md A, B)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    client_full_gate = fields.Selection(
        selection=STRICTNESS,
        string="Full Quality Gate",
        default="key",
        required=True,
        help="Which plans must be exhaustive, clear and relevant before they start."
        " Elsewhere what, who and when suffice.",
    )
    client_acceptance = fields.Selection(
        selection=[
            ("never", "Never"),
            ("key", "For claims and key segments"),
            ("always", "Always"),
        ],
        string="Acceptance of Actions",
        default="key",
        required=True,
        help="Which done actions the controller or team leader accepts. Elsewhere done"
        " closes an action.",
    )
    client_signoff_client = fields.Boolean(
        string="Sign-off of Client Plans",
        help="Everyone named signs the plan of a client before it starts.",
    )
    client_signoff_other = fields.Boolean(
        string="Sign-off of Other Plans",
        default=True,
        help="Everyone named signs the plan of a segment, team, territory or of the"
        " company before it starts.",
    )
