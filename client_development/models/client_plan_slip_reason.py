from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientPlanSlipReason(models.Model):
    """Why a deadline was moved or missed, or an objective not reached.

    One list for slips, for obstacles that an action is to remove, and for plans that
    were reached only partly: so that the same reason can be counted everywhere
    (product.md B; the default reasons are those of its list).
    """

    _name = "client.plan.slip.reason"
    _description = "Reason for Slips"
    _order = "sequence, id"

    name = fields.Char(
        string="Reason",
        required=True,
        translate=True,
        help="What was in the way, in a few words.",
    )
    active = fields.Boolean(
        default=True,
        help="Archived reasons stay where they were given and are not offered again.",
    )
    sequence = fields.Integer(
        default=10,
        help="Order in which the reasons are offered.",
    )
    description = fields.Text(
        string="What Helps",
        translate=True,
        help="What usually helps against it; shown to whoever gives the reason.",
    )

    _name_not_blank = models.Constraint(
        r"CHECK(name::text ~ '[^\s{}\":]')",
        "Reason: a reason needs a name. Enter at least one word.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        """A reason that has been given stays countable."""
        slip = (
            self.env["client.plan.slip"]
            .sudo()
            .search([("reason_id", "in", self.ids)], limit=1)
        )
        if slip:
            raise UserError(
                self.env._(
                    "Reason: “%(reason)s” has been given for “%(line)s” and stays"
                    " countable. Archive it: it is then not offered any more.",
                    reason=slip.reason_id.name,
                    line=slip.line_id.name,
                )
            )
