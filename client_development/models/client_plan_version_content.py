from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from .client_plan_section_kind import SCOPES
from .client_plan_swot import KINDS
from .client_plan_version_snapshot import TEXTS

TEMPLATE = "client_development.client_plan_version_content"


class ClientPlanVersion(models.Model):
    """A version as people read it: from the snapshot alone, whatever the plan says now.

    Labels, days and numbers in the reader's language; texts and names as they were.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.version"

    content = fields.Html(
        string="Frozen Plan",
        compute="_compute_content",
        sanitize=False,
        help="The plan as it was frozen, with everything that somebody who signs has to"
        " know.",
    )
    changes = fields.Html(
        string="What Changed",
        compute="_compute_content",
        sanitize=False,
        help="What differs from the version before.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("snapshot", "number")
    @api.depends_context("lang")
    def _compute_content(self):
        qweb = self.env["ir.qweb"]
        for version in self:
            values = version._get_content_values()
            version.content = qweb._render(TEMPLATE, values)
            version.changes = qweb._render(
                "client_development.client_plan_version_changes", values
            )

    # -- values for the templates --------------------------------------------------

    def _get_content_values(self):
        """Return what the templates of the readable version need."""
        self.ensure_one()
        plan_fields = self.env["client.plan"]._fields
        line_fields = self.env["client.plan.line"]._fields
        snapshot = self.snapshot
        sections = [section["name"] for section in snapshot["sections"]]
        return {
            "version": self,
            "snapshot": snapshot,
            "plan": snapshot["plan"],
            "changed": self._get_changes(),
            "previous": self._get_previous(),
            "texts": [
                (plan_fields[name]._description_string(self.env), snapshot["plan"][name])
                for name in TEXTS
                if snapshot["plan"].get(name)
            ],
            "line_groups": [
                (name, [n for n in snapshot["lines"] if n["section"] == name])
                for name in dict.fromkeys(
                    [*sections, *(n["section"] for n in snapshot["lines"])]
                )
            ],
            "scopes": self._get_labels("client.plan", "scope", SCOPES),
            "roles": self.env["client.plan"]._get_role_labels(),
            "kinds": self._get_labels("client.plan.swot", "kind", KINDS),
            "types": dict(line_fields["action_type"]._description_selection(self.env)),
            "format_day": self._format_day,
            "format_number": self._format_number,
            "format_value": self._format_value,
        }

    @api.model
    def _get_labels(self, model, name, codes):
        """Return the labels of a selection, in the order of its codes."""
        labels = dict(self.env[model]._fields[name]._description_selection(self.env))
        return {code: labels.get(code, label) for code, label in codes}

    @api.model
    def _format_day(self, text):
        """Return a day of the snapshot for people."""
        return format_date(self.env, fields.Date.to_date(text)) if text else ""

    @api.model
    def _format_number(self, text):
        """Return a number of the snapshot for people, with as many digits as it has."""
        whole, _point, digits = (text or "0").partition(".")
        return formatLang(self.env, float(text or 0), digits=min(len(digits), 2))

    def _format_value(self, text, unit):
        """Return a value of an objective with its unit."""
        number = self._format_number(text)
        if unit == "percent":
            return self.env._("%s %%", number)
        if unit == "money":
            return f"{number} {self.snapshot['plan']['currency']}"
        return number
