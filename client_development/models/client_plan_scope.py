from odoo import api, fields, models

from .client_plan_section_kind import SCOPES, VARIANTS

# Which sections a plan has follows from these.
SECTION_FIELDS = {"scope", "variant", "has_swot"}


class ClientPlan(models.Model):
    """What a plan of each scope consists of: its sections, and whether it has a SWOT.

    The plan for a new department is a plan of a sales team with other sections.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    variant = fields.Selection(
        selection=VARIANTS,
        string="Kind of Team Plan",
        required=True,
        default="usual",
        help="A plan of a sales team either develops it, beginning with an audit, or"
        " founds a new department. Each kind has sections of its own.",
    )
    has_swot = fields.Boolean(
        string="With SWOT",
        compute="_compute_has_swot",
        store=True,
        readonly=False,
        precompute=True,
        help="The plan collects strengths, weaknesses, opportunities and risks and"
        " turns each into actions. The strategy of the company always does.",
    )
    note_placeholder = fields.Char(
        compute="_compute_note_placeholder",
        help="The question that the goal of the plan answers.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("scope")
    def _compute_has_swot(self):
        for plan in self:
            plan.has_swot = plan.scope == "company" or (
                plan.scope != "client" and plan.has_swot
            )

    @api.onchange("scope")
    def _onchange_scope_period(self):
        """Propose the end that is usual for the scope, until somebody chose another."""
        if self.date_start:
            usual = {self._get_usual_end(scope) for scope, _label in SCOPES}
            if not self.date_end or self.date_end in usual:
                self.date_end = self._get_usual_end(self.scope)

    @api.depends("scope", "variant")
    @api.depends_context("lang")
    def _compute_note_placeholder(self):
        questions = {
            "client": self.env._("What shall be different for this client and for us?"),
            "segment": self.env._("What is to be different for the whole segment?"),
            "team": self.env._("Which goal of the company does the team serve, how?"),
            "territory": self.env._("What do we want to be in this region, and when?"),
            "company": self.env._("Where does the company go within three months?"),
        }
        department = self.env._("What is the new department for, and from when on?")
        for plan in self:
            founds = plan.scope == "team" and plan.variant == "department"
            plan.note_placeholder = department if founds else questions.get(plan.scope)

    # -- rules ---------------------------------------------------------------------

    def _get_subject_fields(self):
        """A plan that has started does not become the plan of a new department."""
        names = super()._get_subject_fields()
        return names | {"variant"} if self.scope == "team" else names

    # -- sections ------------------------------------------------------------------

    def write(self, vals):
        """Another kind of plan has other sections; those filled in stay."""
        result = super().write(vals)
        if vals.keys() & SECTION_FIELDS:
            self._drop_foreign_sections()
            self._create_sections()
        return result

    def _get_section_kinds(self):
        """Return ``{plan: kinds of the sections that it should have}``."""
        kinds = self.env["client.plan.section.kind"].sudo()
        kinds = kinds.search(
            ["|", ("scope", "in", self.mapped("scope")), ("swot_kind", "!=", False)]
        )
        directions = kinds.filtered("swot_kind")
        usual = (kinds - directions).grouped(lambda kind: (kind.scope, kind.variant))
        none = kinds.browse()
        found = {}
        for plan in self:
            variant = plan.variant if plan.scope == "team" else "usual"
            found[plan] = usual.get((plan.scope, variant), none)
            if plan.has_swot:
                found[plan] |= directions
        return found

    def _create_sections(self):
        """Give each plan the sections of its kind that it does not have yet."""
        found = self.sudo()._get_section_kinds()
        self.env["client.plan.section"].sudo().create(
            [
                {"plan_id": plan.id, "kind_id": kind.id}
                for plan, kinds in found.items()
                for kind in kinds - plan.section_ids.kind_id
            ]
        )

    def _drop_foreign_sections(self):
        """Remove the sections of another kind of plan in which nothing stands."""
        plans = self.sudo()
        found = plans._get_section_kinds()
        plans.section_ids.filtered(
            lambda section: (
                section.kind_id not in found[section.plan_id]
                and section.kind_id.active
                and not (section.findings or section.empty_reason or section.line_ids)
            )
        ).unlink()
