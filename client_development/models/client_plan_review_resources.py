from odoo import fields, models
from odoo.exceptions import UserError


class ClientPlanReview(models.Model):
    """A review confirms the resources of the plan, or says what changes."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.review"

    resources = fields.Selection(
        selection=[
            ("confirmed", "Confirmed"),
            ("updated", "Updated"),
            ("more", "More Needed"),
        ],
        help="Do money and working time suffice? Confirmed: as planned. Updated: the"
        " resources of actions were changed. More needed: somebody must grant more.",
    )
    resources_note = fields.Text(
        string="Remark on the Resources",
        help="What was changed, or what is missing and who decides about it.",
    )

    def _check_resources(self):
        """Refuse to hold a review that says nothing about the resources."""
        self.ensure_one()
        if not self.resources:
            raise UserError(
                self.env._(
                    "Resources: say whether money and working time of the plan are"
                    " confirmed, were updated, or whether more is needed."
                )
            )
        if self.resources != "confirmed" and not (self.resources_note or "").strip():
            raise UserError(
                self.env._(
                    "Remark on the Resources: say what was changed, or what is missing"
                    " and who decides about it."
                )
            )
