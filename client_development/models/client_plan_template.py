from odoo import fields, models

from .client_plan_section_kind import SCOPES


class ClientPlanTemplate(models.Model):
    """A playbook: objectives and actions with relative dates and roles.

    Applied to one plan or to many at once it adds what they do not have from it yet
    (product.md A, templates).
    """

    _name = "client.plan.template"
    _description = "Playbook"
    _order = "scope, sequence, id"

    name = fields.Char(
        string="Playbook",
        required=True,
        translate=True,
        help="What the playbook is for, in a few words.",
    )
    active = fields.Boolean(
        default=True,
        help="Archived playbooks are not offered any more.",
    )
    sequence = fields.Integer(
        default=10,
        help="Order in which the playbooks are offered.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: the playbook is used in every company.",
    )
    scope = fields.Selection(
        selection=SCOPES,
        required=True,
        default="client",
        index=True,
        help="For which plans it is offered.",
    )
    segment_ids = fields.Many2many(
        comodel_name="client.segment",
        string="Segments",
        help="Offered first for clients of these segments. Empty: for all.",
    )
    stage_ids = fields.Many2many(
        comodel_name="client.stage",
        string="Lifecycle Stages",
        help="Offered first for clients in these stages. Empty: for all.",
    )
    duration_days = fields.Integer(
        string="Duration",
        help="Calendar days from the first to the last day of a plan that is made from"
        " it. Empty: as usual for the scope.",
    )
    description = fields.Text(
        translate=True,
        help="When to use it, and what it leads to.",
    )
    objective_ids = fields.One2many(
        comodel_name="client.plan.template.objective",
        inverse_name="template_id",
        string="Objectives",
        copy=True,
        help="The objectives that a plan gets.",
    )
    line_ids = fields.One2many(
        comodel_name="client.plan.template.line",
        inverse_name="template_id",
        string="Actions",
        copy=True,
        help="The actions that a plan gets.",
    )

    _name_not_blank = models.Constraint(
        r"CHECK(name::text ~ '[^\s{}\":]')",
        "Playbook: a playbook needs a name. Enter at least one word.",
    )
