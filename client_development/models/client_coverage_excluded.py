from datetime import timedelta

from odoo import fields, models


class ClientCoverage(models.Model):
    """Orders about which nobody is asked stand beside the coverage of their week."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.coverage"

    excluded_count = fields.Integer(
        string="Left Out",
        readonly=True,
        help="Orders of this week about which nobody is asked: cancelled, too small,"
        " only products never asked about, or the client opted out. Not among the"
        " completed orders.",
    )

    def action_view_excluded(self):
        """Open the orders of this week about which nobody is asked."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self._get_survey_action(),
            "name": self.env._("Left out: %(row)s", row=self.display_name),
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("coverage_user_id", "=", self.user_id.id),
                ("date_due", ">=", self.week_start),
                ("date_due", "<", self.week_start + timedelta(days=7)),
                ("state", "=", "cancelled"),
            ],
        }
