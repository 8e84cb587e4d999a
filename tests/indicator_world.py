"""Random histories with people, segments and addresses, and populations of them."""

from datetime import timedelta

from odoo import Command

from odoo.addons.client_development.models.client_population import Population

from .fact_changes import Changes
from .indicator_enquiries import Enquiries
from .indicator_time import Work

COUNTRIES = ("us", "de", "at", "be")
STATES = ("us_5", "us_6", "us_7")
SEGMENTS = 12
# How many populations of each scope are read live, and how many of frozen lists.
LIVE = {"client": 46, "segment": 18, "team": 8, "user": 14, "territory": 30}
FROZEN = {"client": 5, "segment": 22, "team": 10, "user": 16, "territory": 30}


class IndicatorWorld(Work, Enquiries):
    """Clients of several salespeople, before and after client lists were frozen.

    :param sellers: ``{company: salespeople}``; each of them is in one sales team
    """

    def __init__(self, env, companies, day, rng, number, sellers):
        self.sellers = sellers
        self.duties = {}  # survey → salesperson and team of the due date
        super().__init__(env, companies, day, rng, number)
        self.countries = [self.env.ref(f"base.{code}") for code in COUNTRIES]
        self.states = [self.env.ref(f"base.state_{code}") for code in STATES]
        self._look_after()
        self._reassign_duties()
        self.make_enquiries(leads=150, costs=60)

    # -- people ----------------------------------------------------------------------

    def _pick_seller(self, company, nobody=0.2):
        """Return a salesperson of the company, or an empty record."""
        if self.rng.random() < nobody:
            return self.env["res.users"]
        return self.rng.choice(list(self.sellers[company]))

    def _team(self, user, company):
        """Return the user's team, if it belongs to the company."""
        return user.sale_team_id.filtered(lambda team: team.company_id == company)

    def _plan_order(self, client, company, day, state):
        vals, extra = super()._plan_order(client, company, day, state)
        user = self._pick_seller(company)
        vals |= {"user_id": user.id, "team_id": self._team(user, company).id}
        return vals, extra

    def _look_after(self):
        """Give clients a salesperson and an address."""
        for client in self.clients:
            user = self._pick_seller(self.rng.choice(list(self.companies)), nobody=0.3)
            client.write({"user_id": user.id, **self._address_vals()})

    def _address_vals(self):
        """Return an address; some states lie in another country, or in none."""
        rng = self.rng
        country = rng.choice([*self.countries, self.env["res.country"]])
        state = rng.choice(self.states) if country.code == "US" else False
        if rng.random() < 0.1:
            state = rng.choice([False, rng.choice(self.states)])
        return {"country_id": country.id, "state_id": state and state.id}

    # -- surveys ---------------------------------------------------------------------

    def _survey_vals(self, order):
        """Surveys have a responsible; some are answered after the reference date."""
        vals = super()._survey_vals(order)
        user = self._pick_seller(order.company_id, nobody=0.1)
        team = self._team(user, order.company_id)
        vals |= {"user_id": user.id, "team_id": team.id}
        if vals["state"] == "done" and self.rng.random() < 0.1:
            vals["date_done"] = self.moment(
                order.company_id, self.day + timedelta(days=1)
            )
        return vals

    def _reassign_duties(self):
        """Give surveys to somebody else: before the due date it changes whose they
        are, afterwards only who calls."""
        for survey in self.surveys:
            self.duties[survey] = (survey.user_id, survey.team_id)
            if self.rng.random() < 0.4:
                user = self._pick_seller(survey.company_id, nobody=0)
                team = self._team(user, survey.company_id)
                survey.write({"user_id": user.id, "team_id": team.id})
                if survey.date_due >= self.day:
                    self.duties[survey] = (user, team)

    # -- segments --------------------------------------------------------------------

    def tag(self):
        """Put clients of both companies into segments that overlap."""
        self.segments = self.env["client.segment"].create(
            [
                {"name": f"Tag {number}", "rank": 90 + number % 3, "company_id": False}
                for number in range(SEGMENTS)
            ]
        )
        facts = list(self.env["client.fact"].sudo().search([], order="id"))
        facts = [fact for fact in facts if fact.company_id in self.companies]
        for number, segment in enumerate(self.segments[:-1]):  # the last stays empty
            size = self.rng.randint(1, 12 * (number + 1))
            self._tag_facts(segment, self.rng.sample(facts, min(size, len(facts))))

    def _tag_facts(self, segment, facts):
        segment.fact_ids = [Command.link(fact.id) for fact in facts]

    # -- what happens after the lists were frozen ------------------------------------

    def pass_time(self):
        """Clients leave and join: by tag, salesperson, team, address, as new clients,
        by merging two cards and by a new parent company."""
        self._retag()
        for client in self.rng.sample(self.clients, 30):
            client.write(self._address_vals())
        for client in self.rng.sample(self.clients, 30):
            company = self.rng.choice(list(self.companies))
            client.user_id = self._pick_seller(company, nobody=0.1)
        self.move_seller()
        self.win_clients(12)
        firms = [client for client in self.clients[60:] if client.is_company]
        self.merged = {firms[0]: firms[1], firms[2]: firms[3]}
        for client, into in self.merged.items():
            Changes(self).merge(client, into)
        firms[4].write({"is_company": False, "parent_id": firms[5].id})
        self.env.flush_all()
        self.env.invalidate_all()

    def _retag(self):
        facts = self.env["client.fact"].sudo()
        facts = facts.search([("company_id", "in", self.companies.ids)], order="id")
        for segment in self.segments[:-1]:
            leavers = segment.fact_ids.sorted("id")
            leavers = self.rng.sample(list(leavers), min(4, len(leavers)))
            segment.fact_ids = [Command.unlink(fact.id) for fact in leavers]
            self._tag_facts(segment, self.rng.sample(list(facts), 10))

    def move_seller(self):
        """A salesperson changes the team, and all clients with him."""
        sellers = self.sellers[self.companies[0]]
        teams = sellers.sale_team_id
        old, new = sellers[0].sale_team_id, (teams - sellers[0].sale_team_id)[0]
        old.member_ids = [Command.unlink(sellers[0].id)]
        new.member_ids = [Command.link(sellers[0].id)]

    def win_clients(self, number):
        """New clients, who bought shortly before the reference date."""
        for index in range(number):
            company = self.companies[index % 2]
            client = self.env["res.partner"].create(
                {
                    "name": f"Joiner {index}",
                    "is_company": True,
                    "user_id": self._pick_seller(company).id,
                    **self._address_vals(),
                }
            )
            self.clients.append(client)
            self.addresses[client] = [client]
            day = self.day - timedelta(days=self.rng.randint(0, 60))
            vals, extra = self._plan_even_order(client, company, 0, index + 1)
            extra["date_order"] = self.moment(company, day)
            order = self.env["sale.order"].create(vals)
            self.env.flush_all()
            self._age_order(order, extra)
            self.env.invalidate_all()
            self.orders[client] = order
            fact = self.env["client.fact"].with_company(company)._ensure(client)
            self._tag_facts(self.rng.choice(self.segments[:-1]), [fact])

    # -- populations -----------------------------------------------------------------

    def populations(self, numbers):
        """Return random distinct populations without lists.

        :param numbers: ``{scope: how many}``; one of each company comes with them
        """
        found = dict.fromkeys(Population(c.id, "company") for c in self.companies)
        for scope, number in numbers.items():
            wanted = len(found) + number
            while len(found) < wanted:
                company = self.rng.choice(list(self.companies))
                ids, states = getattr(self, f"_pick_{scope}")(company)
                found[Population(company.id, scope, ids, states)] = None
        return list(found)

    def _pick_client(self, company):
        """A client, a holding of some, or nobody."""
        clients = self.rng.sample(self.clients, self.rng.choice([0, 1, 1, 1, 2, 5]))
        clients = self.env["res.partner"].concat(*clients).exists()
        return tuple(sorted(clients.commercial_partner_id.ids)), ()

    def _pick_segment(self, company):
        return (self.rng.choice(self.segments).id,), ()

    def _pick_team(self, company):
        teams = self.env["crm.team"].search([("company_id", "in", self.companies.ids)])
        return self._pick_some(teams, 3), ()

    def _pick_user(self, company):
        sellers = self.env["res.users"].union(*self.sellers.values())
        return self._pick_some(sellers, 4), ()

    def _pick_territory(self, company):
        """Countries and states mixed; what belongs to both counts once."""
        countries = self.env["res.country"].concat(*self.countries)
        states = self.env["res.country.state"].concat(*self.states)
        return self._pick_some(countries, 3), self._pick_some(states, 3)

    def _pick_some(self, records, most):
        """Return the ids of up to so many records, sometimes of none."""
        number = self.rng.randint(0, min(most, len(records)))
        return tuple(sorted(self.rng.sample(records.ids, number)))
