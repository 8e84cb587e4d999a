"""Where clients come from and how they go on: leads, money spent, stage passages."""

from datetime import timedelta

from .fact_histories import Histories


class Enquiries(Histories):
    """Adds leads, recommendations, acquisition costs and passages to histories.

    Whoever extends it says who sells: ``_pick_seller(company, nobody)`` and
    ``_team(user, company)``.
    """

    def make_enquiries(self, leads, costs):
        """Recommend clients, enter leads with some of their orders, and costs."""
        for client in self.rng.sample(self.clients, len(self.clients) // 4):
            client.client_referrer_id = self._pick_referrer(client)
        self.leads = self.env["crm.lead"].create(
            [self._lead_vals() for _number in range(leads)]
        )
        self.env.flush_all()
        for lead in self.leads:
            self._age_lead(lead)
        self.env["client.acquisition.cost"].create(
            [self._cost_vals() for _number in range(costs)]
        )
        self.env.invalidate_all()

    def _pick_referrer(self, client):
        others = [other for other in self.clients if other != client]
        return self.rng.choice(others)

    def _lead_vals(self):
        """Leads and opportunities, of clients, of their contacts and of nobody."""
        rng = self.rng
        company = rng.choice(list(self.companies))
        user = self._pick_seller(company)
        client = rng.choice([*self.clients[:60], None])
        partner = rng.choice(self.addresses[client]) if client else None
        own = rng.random() < 0.7  # else it belongs to the salesperson's company
        vals = {
            "name": "Kitchens",
            "type": rng.choice(["lead", "opportunity"]),
            "company_id": own and company.id,
            "user_id": user.id,
            "team_id": own and self._team(user, company).id,
            "partner_id": partner and partner.id,
            "active": rng.random() < 0.85,
        }
        if rng.random() < 0.2:
            vals["client_referrer_id"] = self._pick_referrer(client).id
        return vals

    def _age_lead(self, lead):
        """A lead was entered on some day; some orders came of it, one dated back."""
        company = lead.company_id or lead.user_id.company_id or self.companies[0]
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s",
            [self.moment(company, self.random_day()), lead.id],
        )
        orders = self.orders.get(lead.partner_id.commercial_partner_id, ())
        orders = [order for order in orders if order.company_id == company]
        picked = self.rng.sample(orders, min(len(orders), self.rng.choice([0, 1, 2])))
        for order in picked:
            self.env.cr.execute(
                "UPDATE sale_order SET opportunity_id = %s WHERE id = %s",
                [lead.id, order.id],
            )

    def _cost_vals(self):
        """Money spent in a month for a team, or for the company as a whole."""
        company = self.rng.choice(list(self.companies))
        teams = self.env["crm.team"].search([("company_id", "=", company.id)])
        return {
            "company_id": company.id,
            "team_id": self.rng.choice([*teams.ids, False]),
            "month": min(self.random_day(), self.day),
            "amount": self.rng.choice([0.0, 99.99, 1000.0, 12345.0]),
        }

    def make_passages(self, number):
        """Clients went from stage to stage; some came long ago into today's stage."""
        facts = self.env["client.fact"].sudo()
        facts = facts.search([("company_id", "in", self.companies.ids)], order="id")
        stages = self.env["client.stage"].search([])
        self.env["client.fact.move"].sudo().create(
            [
                self._passage_vals(self.rng.choice(facts), stages)
                for _number in range(number)
            ]
        )
        for fact in facts[::3]:
            day = min(self.random_day(), self.day)
            self.env.cr.execute(
                "UPDATE client_fact SET stage_date = %s WHERE id = %s", [day, fact.id]
            )
        self.env.invalidate_all()

    def _passage_vals(self, fact, stages):
        old, new = self.rng.sample(list(stages), 2)
        if self.rng.random() < 0.1:
            old = stages.browse()  # nothing was left
        return {
            "fact_id": fact.id,
            "company_id": fact.company_id.id,
            "partner_id": fact.partner_id.id,
            "kind": "stage",
            "old_value": old.code,
            "new_value": new.code,
            "old_stage_id": old.id,
            "new_stage_id": new.id,
            "days": self.rng.choice([0, 1, 30, 200]),
            "date": min(self.random_day(), self.day + timedelta(days=1)),
        }
