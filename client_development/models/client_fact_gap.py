from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, clean_context

from .client_fact_plan import OPEN_STATES

# So many working days remain for the action that a gap has become.
DAYS_TO_ACT = 10
SECTION_CODE = "assortment"


class ClientFact(models.Model):
    """White space: the client's wallet grid, and a gap that becomes work."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    def action_view_wallet_grid(self):
        """Open the client's wallet grid: what he could buy, category by category."""
        self._check_open()
        name = self.env._("White Space: %s", self.partner_id.display_name)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_wallet_grid_action"
            ),
            "name": name,
            "display_name": name,
            "path": False,
            "domain": [("fact_id", "=", self.id)],
            "context": {"client_grid_single": True},
        }

    # -- from the gap to the opportunity -------------------------------------------

    def _develop_category(self, category, revenue=0.0):
        """Make an opportunity and an action that develop the client's ``category``.

        What exists is returned instead of doubled: as long as an opportunity is open,
        or an action of a plan that has not ended, the category is being developed. A
        lost, won or archived opportunity is not open.

        :param revenue: the expected revenue, for example the gap in the wallet
        :return: ``(lead, line)``; ``lead`` is empty if only the action is open. The
            user may have no access to what exists already
        """
        self.ensure_one()
        self.check_access("write")
        self.env["client.plan.line"].check_access("create")
        self._serialise_development()
        found = self._find_development(category)
        if found:
            return found
        fact = self.with_company(self.company_id)
        fact = fact.with_context(clean_context(fact.env.context))
        plan = fact._get_plan_to_extend()
        lead = fact.env["crm.lead"].create(fact._prepare_lead_vals(category, revenue))
        line = fact.env["client.plan.line"].create(
            fact._prepare_line_vals(plan, category, lead)
        )
        return lead.with_env(self.env), line.with_env(self.env)

    def _serialise_development(self):
        """Let two clicks at once come one after the other.

        The row gets a new version without any change. Whoever comes second cannot
        write it on the data he has seen, so that his request is made again by the
        server, and finds what the first one has made.
        """
        self.env.cr.execute(
            SQL("UPDATE client_fact SET write_uid = write_uid WHERE id = %s", self.id)
        )

    def _find_development(self, category):
        """Return the open opportunity and its action, if there are any."""
        lines = self.env["client.plan.line"].sudo()
        lines = lines.search(lines._get_development_domain(self, category), order="id")
        if not lines:
            return None
        leads = lines.lead_id.filtered(
            lambda lead: lead.active and lead.won_status not in ("won", "lost")
        )
        line = lines.filtered(lambda line: line.lead_id in leads)[:1] or lines[:1]
        lead = line.lead_id & leads
        return lead.sudo(False), line.sudo(False)

    def _get_plan_to_extend(self):
        """Return the client's open plan, the running one first, or a new draft.

        A plan of somebody else is not extended behind his back, nor is there a second
        one beside it.
        """
        plans = self.env["client.plan"].sudo()
        plans = plans.search(
            Domain("scope", "=", "client")
            & Domain("state", "in", OPEN_STATES)
            & Domain("partner_id", "=", self.partner_id.id)
            & Domain("company_id", "=", self.company_id.id),
            order="id",
        )
        plans = plans.sorted(lambda plan: OPEN_STATES.index(plan.state)).sudo(False)
        own = plans._filtered_access("write")
        if own:
            return own[0]
        if plans:
            plan = plans[0].sudo()
            raise UserError(
                self.env._(
                    "Development Plan: “%(plan)s” belongs to %(owner)s, and only its"
                    " owner, its controller and the team leader add actions. Ask one of"
                    " them to take up this category.",
                    plan=plan.name,
                    owner=plan.user_id.name or self.env._("nobody"),
                )
            )
        return self.env["client.plan"].create(
            {
                "scope": "client",
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
            }
        )

    def _prepare_lead_vals(self, category, revenue):
        user = self._get_lead_user()
        vals = {
            "type": "opportunity",
            "name": self._get_development_name(category),
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": user.id,
            "expected_revenue": max(revenue or 0.0, 0.0),
        }
        if self.team_id and user == self.user_id:
            vals["team_id"] = self.team_id.id
        return vals

    def _get_lead_user(self):
        """Return the client's salesperson; who may not give him work, himself."""
        user = self.user_id.sudo()
        may_assign = user == self.env.user or self.env.user.has_group(
            "sales_team.group_sale_salesman_all_leads"
        )
        if user.active and self.company_id in user.company_ids and may_assign:
            return self.user_id
        return self.env.user

    def _prepare_line_vals(self, plan, category, lead):
        company = self.company_id.sudo()
        section = plan.section_ids.filtered(
            lambda section: section.kind_id.code == SECTION_CODE
        )
        return {
            "plan_id": plan.id,
            "name": self._get_development_name(category),
            "section_id": section[:1].id,
            "category_id": category.id,
            "lead_id": lead.id,
            "date_deadline": company._client_add_working_days(
                company._client_today(), DAYS_TO_ACT
            ),
        }

    def _get_development_name(self, category):
        return self.env._(
            "%(category)s for %(client)s",
            category=category.name,
            client=self.partner_id.display_name,
        )
