from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .client_plan_section_kind import SCOPES, VARIANTS


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
    variant = fields.Selection(
        selection=VARIANTS,
        string="Kind of Team Plan",
        required=True,
        default="usual",
        help="For sales teams: whether the plan develops the team or founds a new"
        " department.",
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

    line_count = fields.Integer(
        string="Number of Template Actions",
        compute="_compute_counts",
        help="How many actions a plan gets.",
    )
    objective_count = fields.Integer(
        string="Number of Template Objectives",
        compute="_compute_counts",
        help="How many objectives a plan gets.",
    )
    plan_count = fields.Integer(
        string="Plans",
        compute="_compute_plan_count",
        help="To how many of the plans that you may see it was applied.",
    )

    _duration_range = models.Constraint(
        "CHECK(duration_days BETWEEN 0 AND 3650)",
        "Duration: a plan lasts from one day to ten years. Enter 1 to 3,650 days, or 0"
        " for what is usual.",
    )

    # -- figures -------------------------------------------------------------------

    @api.depends("line_ids", "objective_ids")
    def _compute_counts(self):
        Line = self.env["client.plan.template.line"]
        Objective = self.env["client.plan.template.objective"]
        lines, objectives = (
            dict(
                model._read_group(
                    [("template_id", "in", self.ids)], ["template_id"], ["__count"]
                )
            )
            for model in (Line, Objective)
        )
        for template in self:
            template.line_count = lines.get(template._origin, 0)
            template.objective_count = objectives.get(template._origin, 0)

    @api.depends("scope")
    def _compute_plan_count(self):
        counts = dict(
            self.env["client.plan"]._read_group(
                [("template_ids", "in", self.ids)], ["template_ids"], ["__count"]
            )
        )
        for template in self:
            template.plan_count = counts.get(template._origin, 0)

    # -- rules ---------------------------------------------------------------------

    @api.constrains("name")
    def _check_name(self):
        for template in self:
            if not template.name.strip():
                raise ValidationError(
                    self.env._("Playbook: it needs a name. Enter at least a word.")
                )

    @api.constrains("scope", "segment_ids", "stage_ids")
    def _check_scope(self):
        self.line_ids._check_same_template()
        for template in self:
            if template.scope != "client" and (
                template.segment_ids or template.stage_ids
            ):
                raise ValidationError(
                    self.env._(
                        "Segments, Lifecycle Stages: only playbooks for clients are"
                        " offered by them. Take them off “%(template)s”.",
                        template=template.name,
                    )
                )

    # -- duplicate -----------------------------------------------------------------

    def copy_data(self, default=None):
        """Say of the copy that it is one."""
        default = dict(default or {})
        data = super().copy_data(default)
        if "name" not in default:
            for template, vals in zip(self, data, strict=True):
                vals["name"] = self.env._("%s (copy)", template.name)
        return data

    def copy(self, default=None):
        """Let the actions of the copy serve its own objectives."""
        copies = super().copy(default)
        for template, new in zip(self, copies, strict=True):
            served = dict(zip(template.objective_ids, new.objective_ids, strict=True))
            for old, line in zip(template.line_ids, new.line_ids, strict=True):
                if old.objective_id:
                    line.objective_id = served.get(old.objective_id)
        return copies

    # -- period --------------------------------------------------------------------

    def _prepare_period(self, start):
        """Return first and last day of a plan that begins on ``start``, if it is said
        how long it lasts."""
        if not self.duration_days:
            return {"date_start": start}
        end = start + timedelta(days=self.duration_days - 1)
        return {"date_start": start, "date_end": end}

    # -- buttons -------------------------------------------------------------------

    def action_view_plans(self):
        """Open the plans that the stat button counts."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_action"
            ),
            "domain": [("template_ids", "in", self.ids)],
            "context": {},
        }
