from odoo import api, models
from odoo.fields import Domain


class ClientPlanTemplate(models.Model):
    """Which playbooks are offered, and which of them first."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.template"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Offer first what is made for the segments and stages of the context.

        Set by the wizards as ``client_offer``: ``[segment ids, stage ids]``.
        """
        offer = self.env.context.get("client_offer")
        if not offer:
            return super().name_search(name, domain, operator, limit)
        found = super().name_search(name, domain, operator, None)
        segment_ids, stage_ids = (set(ids) for ids in offer)
        fit = {
            template.id: template._get_fit(segment_ids, stage_ids)
            for template in self.browse(id_ for id_, _label in found)
        }
        found.sort(key=lambda row: fit[row[0]], reverse=True)
        return found[:limit] if limit else found

    def _get_fit(self, segment_ids, stage_ids):
        """Return how well the playbook fits: made for them, for all, for others."""
        self.ensure_one()
        fit = 0
        for made_for, given in (
            (self.segment_ids, segment_ids),
            (self.stage_ids, stage_ids),
        ):
            if made_for:
                fit += 1 if given & set(made_for.ids) else -1
        return fit

    @api.model
    def _get_default(self, company, scope, facts):
        """Return the playbook that is proposed for plans of a scope.

        For clients the one of their primary segment, if all of them have the same; else
        the first that is made for all of their segments and stages.
        """
        of_segments = facts.mapped("segment_id").sudo().template_id
        same = len(of_segments) == 1 and all(
            fact.segment_id.sudo().template_id for fact in facts
        )
        if same and of_segments.active and of_segments.scope == scope:
            if of_segments.company_id in (company, company.browse()):
                return of_segments.with_env(self.env)
        templates = self.search(
            Domain("scope", "=", scope)
            & Domain("company_id", "in", [False, company.id])
            & (Domain("line_ids", "!=", False) | Domain("objective_ids", "!=", False))
        )
        best = self.browse()
        most = 0
        for template in templates:
            fits = [
                template._get_fit(set(fact.segment_ids.ids), set(fact.stage_id.ids))
                for fact in facts
            ]
            if min(fits, default=0) > most:
                best, most = template, min(fits)
        return best
