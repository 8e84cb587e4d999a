from odoo import fields, models


class ClientPlanObjective(models.Model):
    """Which objective of a playbook an objective was made from."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.objective"

    template_objective_id = fields.Many2one(
        comodel_name="client.plan.template.objective",
        string="From the Playbook",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The objective of the playbook that it was made from. A playbook gives"
        " each of its objectives to a plan only once.",
    )

    _template_objective_once = models.UniqueIndex(
        "(plan_id, template_objective_id) WHERE template_objective_id IS NOT NULL",
        "From the Playbook: the plan has this objective of the playbook already. Reload"
        " the plan.",
    )
