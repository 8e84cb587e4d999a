"""One world of random clients, its populations, and all their figures."""

import random
from datetime import date

from odoo import Command
from odoo.tests import tagged

from odoo.addons.client_development.models.client_indicator_value import Request

from .common import GROUP, ClientCase
from .indicator_recount import DEFINITIONS, IndicatorRecount, Members
from .indicator_world import FROZEN, LIVE, IndicatorWorld

DAY = date(2024, 8, 31)  # 6 months before is 29 February, clipped
FREEZE_DAY = date(2024, 6, 30)


@tagged("post_install", "-at_install")
class IndicatorCase(ClientCase):
    """``requests`` by indicator, their ``figures``, and ``counted``: who belongs to
    each population by the independent count, those on lists included."""

    seed = 41

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "client_today": DAY,
                "allowed_company_ids": (cls.company | cls.company2).ids,
            }
        )
        cls.companies = (cls.company | cls.company2).with_env(cls.env)
        cls._set_clocks()
        rng = random.Random(cls.seed)
        sellers = cls._make_sellers()
        cls.world = IndicatorWorld(cls.env, cls.companies, DAY, rng, 240, sellers)
        cls._refresh()
        cls.world.tag()
        cls.world.make_passages(200)
        cls.env.flush_all()
        live = cls.world.populations(LIVE)
        listed = cls._freeze(cls.world.populations(FROZEN))
        cls.world.pass_time()
        cls.world.make_work(meetings=60, calls=120, actions=30)
        cls._refresh()
        cls.populations = [*live, *listed]
        cls._count()
        cls._measure()

    @classmethod
    def _set_clocks(cls):
        """Two time zones, two currencies, two lengths of the period."""
        company, company2 = cls.companies
        company.resource_calendar_id.tz = "Europe/Berlin"
        company2.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Five days, far east", "tz": "Asia/Vladivostok"}
        )
        for company in cls.companies:
            company.resource_calendar_id.company_id = company
        yen = cls.env.ref("base.JPY")
        yen.active = True
        company2.write({"currency_id": yen.id, "client_period_months": 6})
        cls.companies.client_survey_start_date = date(2020, 1, 1)

    @classmethod
    def _make_sellers(cls):
        """Return {company: salespeople}, one of whom works in both companies."""
        company, company2 = cls.companies
        sellers = {company: cls.salesperson | cls.salesperson2}
        third = cls._new_user("cd_seller3", GROUP + "user")
        both = cls._new_user("cd_seller4", GROUP + "user")
        sellers[company] |= third | both
        cls.team2.member_ids = [Command.link(third.id), Command.link(both.id)]
        foreign = cls._new_user("cd_seller5", GROUP + "user")
        foreign.write(
            {"company_ids": [Command.set(company2.ids)], "company_id": company2.id}
        )
        both.company_ids = [Command.link(company2.id)]
        cls.env["crm.team"].create(
            {
                "name": "Team South",
                "company_id": company2.id,
                "member_ids": [Command.set(foreign.ids)],
            }
        )
        sellers[company2] = foreign | both
        return {c: users.with_env(cls.env) for c, users in sellers.items()}

    @classmethod
    def _refresh(cls):
        for company in cls.companies:
            cls.env["client.fact"].with_company(company)._refresh()
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _freeze(cls, populations):
        """Return the populations with their lists; keep who is on them."""
        cls.earlier = members = {c.id: Members(c) for c in cls.companies}
        frozen = cls.env["client.population"]._freeze(populations, FREEZE_DAY)
        cls.listed = {frozen[p]: members[p.company_id].clients(p) for p in populations}
        return list(frozen.values())

    @classmethod
    def _count(cls):
        """Count each client once, and say who belongs to each population."""
        members = {c.id: Members(c, cls.earlier[c.id]) for c in cls.companies}
        cls.recounts = {
            c.id: IndicatorRecount(c, DAY, members[c.id], cls.world.duties)
            for c in cls.companies
        }
        merged = {c.id: into.id for c, into in cls.world.merged.items()}
        cls.counted, cls.live = {}, {}
        for population in cls.populations:
            clients = members[population.company_id].clients(population)
            cls.counted[population] = cls.live[population] = clients
            if population.list_id:
                listed = {merged.get(c, c) for c in cls.listed[population]}
                cls.counted[population] = listed
                joiners = population._replace(joiners=True)
                cls.counted[joiners] = clients - listed

    @classmethod
    def _measure(cls):
        """Ask for everything at once."""
        indicators = cls.env["client.indicator"].search(
            [("code", "in", list(DEFINITIONS))]
        )
        choices = {
            False: [0],
            "category": cls.world.categories.ids,
            "stage": [0, *cls.env["client.stage"].search([]).ids],
        }
        cls.requests = {}
        for indicator in indicators:
            for number, population in enumerate(cls.counted):
                chosen = choices[indicator.takes]
                chosen = chosen[number % len(chosen)]
                for span in ("period", "year"):
                    request = Request(indicator.id, population, span, chosen)
                    cls.requests.setdefault(indicator.code, []).append(request)
        asked = [request for found in cls.requests.values() for request in found]
        figures = cls.env["client.indicator"]._measure(asked)
        cls.figures = dict(zip(asked, figures, strict=True))
