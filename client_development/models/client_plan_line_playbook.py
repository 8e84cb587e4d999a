from odoo import fields, models


class ClientPlanLine(models.Model):
    """Which action of a playbook an action was made from."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    template_line_id = fields.Many2one(
        comodel_name="client.plan.template.line",
        string="From the Playbook",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The action of the playbook that it was made from. A playbook gives each"
        " of its actions to a plan only once.",
    )

    _template_line_once = models.UniqueIndex(
        "(plan_id, template_line_id) WHERE template_line_id IS NOT NULL",
        "From the Playbook: the plan has this action of the playbook already. Reload"
        " the plan.",
    )

    def _subscribe_responsible(self):
        """Let the responsible follow their actions, without a message per action."""
        Followers = self.env["mail.followers"].sudo()
        for user, lines in self.sudo().grouped("user_id").items():
            Followers._insert_followers(
                self._name, lines.ids, user.partner_id.ids, check_existing=True
            )
