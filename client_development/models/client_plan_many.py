from typing import NamedTuple

from psycopg2 import IntegrityError

from odoo import api, models
from odoo.exceptions import UserError

from .client_plan_life import ENDED_STATES

# More would keep the browser waiting for too long; all of them are made at once.
MAX_PLANS = 500


class Case(NamedTuple):
    """What becomes of one client or plan when plans are made for many.

    ``kind`` is *new* (a plan is made for ``client``, owned by ``owner``), *add*
    (``plan`` gets what it lacks), *skip* or *refuse*, both for the ``reason``.
    """

    kind: str
    client: models.BaseModel
    owner: models.BaseModel
    plan: models.BaseModel
    reason: str = ""

    def get_name(self):
        """Return what people call it: the client, or the plan without one."""
        return (self.client or self.plan).sudo().display_name


class ClientPlan(models.Model):
    """Making plans for many clients at once: for whom, by whom, all or none."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    @api.model
    def _get_cases(self, clients, company, get_owner, existing):
        """Return a :class:`Case` for each client; nothing is stored.

        :param get_owner: ``get_owner(client, fact)`` returns who shall own the plan;
            empty: the current user
        :param existing: what to do with clients that have an open plan: *add*, *skip*,
            or *new*
        """
        facts = self.env["client.fact"].sudo()
        facts = facts.search(
            [("partner_id", "in", clients.ids), ("company_id", "=", company.id)]
        )
        visible = set(facts.sudo(self.env.su)._filtered_access("read").ids)
        fact_by_client = facts.grouped("partner_id")
        plans = self._get_open_plans(clients, company)
        writable = set(plans.sudo(self.env.su)._filtered_access("write").ids)
        plan_by_client = {plan.partner_id: plan for plan in plans}
        cases = []
        for client in clients:
            fact = fact_by_client.get(client, facts.browse())
            plan = plan_by_client.get(client, plans.browse())
            owner = self._get_case_owner(get_owner(client.sudo(), fact), company)
            case = Case("new", client, owner, plan.sudo(self.env.su))
            hidden = plan.id not in writable and self._is_hidden(client, fact, visible)
            if hidden:
                reason = self.env._("is not one of your clients")
                case = case._replace(kind="refuse", reason=reason)
            elif plan and existing == "skip":
                reason = self.env._("has an open plan: %(plan)s", plan=plan.name)
                case = case._replace(kind="skip", reason=reason)
            elif plan and existing == "add":
                case = case._replace(kind="add")
                if plan.id not in writable:
                    reason = self.env._(
                        "has an open plan of %(user)s, which you may not change",
                        user=plan.user_id.name,
                    )
                    case = case._replace(kind="skip", reason=reason)
            elif owner != self.env.user and not self._may_assign_to(owner):
                reason = self.env._(
                    "you may not make plans for %(user)s; the team leader may",
                    user=owner.sudo().name,
                )
                case = case._replace(kind="refuse", reason=reason)
            cases.append(case)
        return cases

    @api.model
    def _get_open_plans(self, clients, company):
        """Return the open plan of each client, past the rules: the running one, or the
        newest."""
        plans = self.sudo().search(
            [
                ("scope", "=", "client"),
                ("partner_id", "in", clients.ids),
                ("company_id", "=", company.id),
                ("state", "not in", ENDED_STATES),
            ],
            order="id",
        )
        chosen = {}
        for plan in plans.sorted(lambda p: (p.state == "running", p.id)):
            chosen[plan.partner_id] = plan.id
        return plans.browse(chosen.values())

    @api.model
    def _get_case_owner(self, user, company):
        """Return the user, or oneself instead of one who has left the company."""
        user = user.sudo()
        works = user.active and not user.share and company in user.company_ids
        return (user if works else self.env.user).sudo(self.env.su)

    @api.model
    def _is_hidden(self, client, fact, visible):
        """Tell whether the client is none of the current user's."""
        if self.env.su or fact:
            return not self.env.su and fact.id not in visible
        salesperson = client.sudo().user_id
        own = salesperson in (self.env.user, salesperson.browse())
        return not own and not self._may_assign_to(salesperson)

    @api.model
    def _make_cases(self, cases, template, vals):
        """Make the plans, give them the playbook, return all of them.

        All or nothing: what is refused names the client.

        :param vals: values of every new plan
        """
        self._check_cases(cases)
        self._get_case_clients(cases).sudo().fetch(["commercial_partner_id"])
        try:
            with self.env.cr.savepoint():
                return self._make_case_plans(cases, template, vals)
        except (UserError, IntegrityError) as error:
            self._blame(cases, template, vals, error)
            raise

    @api.model
    def _get_case_clients(self, cases):
        return self.env["res.partner"].browse(case.client.id for case in cases)

    @api.model
    def _check_cases(self, cases):
        """Refuse the whole run when one client may not be planned for."""
        refused = [case for case in cases if case.kind == "refuse"]
        if refused:
            raise UserError(
                self.env._(
                    "Nothing was stored: “%(client)s” %(reason)s. Take it off the"
                    " list.",
                    client=refused[0].get_name(),
                    reason=refused[0].reason,
                )
            )
        if not any(case.kind in ("new", "add") for case in cases):
            raise UserError(
                self.env._(
                    "Nothing is left to do: all of the chosen ones are skipped. Choose"
                    " other clients, or another answer for clients with an open plan."
                )
            )
        if len(cases) > MAX_PLANS:
            raise UserError(
                self.env._(
                    "Clients: %(count)s were chosen, but at most %(limit)s are planned"
                    " for at once. Choose fewer, and repeat.",
                    count=len(cases),
                    limit=MAX_PLANS,
                )
            )

    @api.model
    def _make_case_plans(self, cases, template, vals):
        made = self._create_quietly(
            [
                {**vals, "partner_id": case.client.id, "user_id": case.owner.id}
                for case in cases
                if case.kind == "new"
            ]
        )
        plans = made + self.browse(case.plan.id for case in cases if case.kind == "add")
        if template:
            template._apply(plans)
        self.env.flush_all()
        return plans

    @api.model
    def _blame(self, cases, template, vals, error):
        """Find the client at whom the run failed, and say so. Nothing is stored."""
        for case in cases:
            if case.kind not in ("new", "add"):
                continue
            try:
                with self.env.cr.savepoint() as savepoint:
                    self._make_case_plans([case], template, vals)
                    savepoint.rollback()
                    self.env.invalidate_all(flush=False)
            except (UserError, IntegrityError) as own:
                if not isinstance(own, UserError):
                    raise
                raise UserError(
                    self.env._(
                        "Nothing was stored, because of “%(client)s”. %(error)s",
                        client=case.get_name(),
                        error=str(own),
                    )
                ) from error
