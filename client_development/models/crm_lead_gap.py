from odoo import api, fields, models


class CrmLead(models.Model):
    """The actions of development plans that work on an opportunity."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "crm.lead"

    client_line_ids = fields.One2many(
        comodel_name="client.plan.line",
        inverse_name="lead_id",
        string="Development Actions",
        groups="base.group_user",
        help="Actions of development plans that work on this opportunity.",
    )
    client_line_count = fields.Integer(
        string="Number of Development Actions",
        compute="_compute_client_line_count",
        groups="base.group_user",
        help="Actions of development plans that work on this opportunity.",
    )

    @api.depends("client_line_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_line_count(self):
        counts = dict(
            self.env["client.plan.line"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.client_line_count = counts.get(lead._origin, 0)

    def action_view_client_lines(self):
        """Open the actions of development plans that work on this opportunity."""
        self.ensure_one()
        domain = [("lead_id", "=", self.id)]
        lines = self.env["client.plan.line"].search(domain)
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Development Actions"),
            "res_model": "client.plan.line",
            "domain": domain,
            "views": [(False, "list"), (False, "form")],
            "context": {"create": False},
        }
        if len(lines) == 1:
            action |= {"res_id": lines.id, "views": [(False, "form")]}
        return action
