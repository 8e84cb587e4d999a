from odoo import api, models
from odoo.exceptions import ValidationError


class ClientPlan(models.Model):
    """Whom a plan develops: the client or other scope, its name and its sections."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    # -- name ----------------------------------------------------------------------

    @api.depends("scope", "partner_id", "segment_id", "team_id", "company_id")
    def _compute_name(self):
        """Follow the subject as long as nobody has given another name."""
        bare = self.env._("Development plan")
        for plan in self:
            own = plan.name and plan.name != bare
            if own and plan._origin:
                own = plan.name != plan._origin._get_default_name()
            elif own:
                own = not plan.name.startswith(f"{bare} · ")
            if not own:
                plan.name = plan._get_default_name()

    def _get_default_name(self):
        self.ensure_one()
        subjects = {
            "client": self.partner_id.name,
            "segment": self.segment_id.name,
            "team": self.team_id.name,
            "company": self.company_id.name,
        }
        subject = subjects.get(self.scope)
        if not subject:
            return self.env._("Development plan")
        return self.env._("Development plan · %(subject)s", subject=subject)

    # -- rules ---------------------------------------------------------------------

    @api.constrains("scope", "partner_id", "segment_id", "team_id")
    def _check_subject(self):
        for plan in self:
            if plan.scope == "client" and not plan.partner_id:
                raise ValidationError(
                    self.env._(
                        "Client: the development plan of a client needs a client."
                        " Choose one in the field “Client”."
                    )
                )
            if plan.scope == "segment" and not plan.segment_id:
                raise ValidationError(
                    self.env._(
                        "Segment: the development plan of a segment needs a segment."
                        " Choose one in the field “Segment”."
                    )
                )
            if plan.scope == "team" and not plan.team_id:
                raise ValidationError(
                    self.env._(
                        "Sales Team: the development plan of a sales team needs a team."
                        " Choose one in the field “Sales Team”."
                    )
                )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """A plan develops the company, whichever of its contacts was picked."""
        self.partner_id = self.partner_id.commercial_partner_id

    @api.model
    def _normalise_partner(self, vals, companies):
        """Replace a contact by its company in the values; refuse foreign clients."""
        if not vals.get("partner_id"):
            return
        client = self.env["res.partner"].browse(vals["partner_id"]).sudo()
        client = client.commercial_partner_id
        vals["partner_id"] = client.id
        foreign = companies.filtered(
            lambda company: (
                client.company_id and client.company_id not in company.sudo().parent_ids
            )
        )
        if foreign:
            raise ValidationError(
                self.env._(
                    "Client: the chosen client belongs to another company than the plan"
                    " (%(company)s). Choose one of its own clients, or make the plan in"
                    " the client's company.",
                    company=foreign[0].name,
                )
            )

    def _ensure_clients(self):
        """Whoever has a plan stands in the list of clients."""
        for company, plans in self.grouped("company_id").items():
            self.env["client.fact"].with_company(company)._ensure(plans.partner_id)
