from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import formatLang


class ClientPlan(models.Model):
    """The fulfilment explains itself: which numbers it was computed from."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    fulfilment_explanation = fields.Html(
        string="How the Fulfilment Is Computed",
        compute="_compute_fulfilment_explanation",
        sanitize=False,  # names are escaped below
        help="How the fulfilment comes about: weight and progress of each objective,"
        " and their weighted mean.",
    )

    @api.depends(
        "fulfilment",
        "objective_ids.name",
        "objective_ids.weight",
        "objective_ids.progress",
        "line_ids.state",
    )
    @api.depends_context("lang")
    def _compute_fulfilment_explanation(self):
        for plan in self:
            if plan.objective_ids:
                plan.fulfilment_explanation = plan._explain_objectives(
                    plan.objective_ids
                )
            else:
                plan.fulfilment_explanation = plan._explain_actions()

    def action_explain_fulfilment(self):
        """Show in a dialog how the fulfilment comes about.

        Not in the form itself: whoever opens a plan would wait for it each time.
        """
        self.ensure_one()
        view = self.env.ref("client_development.client_plan_view_form_explain")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("How the Fulfilment Is Computed"),
            "res_model": "client.plan",
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    def _explain_objectives(self, objectives):
        """Return a table of the objectives and the sum below it."""
        self.ensure_one()
        weights = sum(objectives.mapped("weight"))
        rows = Markup().join(
            Markup(
                "<tr><td>%s<br/><small class='text-muted'>%s</small></td>"
                "<td class='text-end'>%s</td><td class='text-end'>%s</td>"
                "<td class='text-end'>%s</td></tr>"
            )
            % (
                objective.name or "",
                objective._explain_progress(),
                f"{objective.weight:g}",
                self._format_percent(objective.progress),
                self._format_percent(objective._get_counted_progress()),
            )
            for objective in objectives
        )
        terms = " + ".join(
            f"{o.weight:g} × {self._format_percent(o._get_counted_progress())}"
            for o in objectives
        )
        return Markup(
            "<p>%s</p><div class='table-responsive'>"
            "<table class='table table-sm w-auto'><thead><tr><th>%s</th>"
            "<th class='text-end'>%s</th><th class='text-end'>%s</th>"
            "<th class='text-end'>%s</th></tr></thead>"
            "<tbody>%s</tbody></table></div>"
            "<p>%s<br/>(%s) / %s = <strong>%s</strong></p>"
            "<p class='text-muted mb-0'>%s</p>"
        ) % (
            self.env._(
                "Progress = (current − baseline) / (target − baseline). Each objective"
                " counts from 0 to 100 %, however far behind or ahead it is."
            ),
            self.env._("Objective"),
            self.env._("Weight"),
            self.env._("Progress"),
            self.env._("Counts as"),
            rows,
            self.env._("Fulfilment = the sum of weight × what counts, by all weights:"),
            terms,
            f"{weights:g}",
            self._format_percent(self.fulfilment),
            self.env._(
                "The plan is reached at 100 % and partly reached from 50 %. An"
                " objective is on track from 90 % of the progress expected today,"
                " behind from 70 %, else far behind."
            ),
        )

    def _explain_actions(self):
        """Return what counts for a plan without objectives."""
        self.ensure_one()
        if not self.line_count:
            return Markup("<p class='mb-0'>%s</p>") % self.env._(
                "No objectives and no actions yet: there is nothing to compute."
            )
        return Markup("<p class='mb-0'>%s</p>") % self.env._(
            "The plan has no objectives. When it is closed, the share of done actions"
            " counts instead: %(done)s of %(count)s = %(share)s.",
            done=self.line_done_count,
            count=self.line_count,
            share=self._format_percent(self.line_progress),
        )

    @api.model
    def _format_percent(self, value):
        return self.env._("%s %%", formatLang(self.env, value, digits=1))
