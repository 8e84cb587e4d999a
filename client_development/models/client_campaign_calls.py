from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Calls made at once, in a constant number of queries.
CALL_BATCH = 1000
# So many clients are named who cannot be called.
NAMED = 50
OPT_OUT = "client_survey_opt_out"


class ClientCampaign(models.Model):
    """One call per chosen client: whom, by whom, until when, in which order."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.campaign"

    def _make_calls(self):
        """Make the calls of chosen clients who have none yet; name those left out.

        :return: the calls made
        """
        self.ensure_one()
        campaign = self.sudo().with_company(self.company_id)
        campaign.invalidate_recordset(["call_ids"])
        asked = campaign.call_ids.partner_id
        facts = campaign.fact_ids.filtered(lambda fact: fact.partner_id not in asked)
        contacts, reasons = campaign._choose_contacts(facts.partner_id)
        facts = campaign._sort_clients(
            facts.filtered(lambda fact: fact.partner_id in contacts)
        )
        vals_list = campaign._prepare_calls(facts, contacts)
        calls = self.env["client.call"].sudo().with_context(tracking_disable=True)
        made = calls.browse()
        for start in range(0, len(vals_list), CALL_BATCH):
            made |= calls.create(vals_list[start : start + CALL_BATCH])
        campaign.left_out = campaign._get_left_out_text(reasons)
        return made.with_env(self.env)

    def _get_left_out_text(self, reasons):
        """Return who cannot be called and why, one client a line."""
        lines = [f"{client.name}: {why}" for client, why in reasons.items()]
        if len(lines) > NAMED:
            more = self.env._("and %(count)s more", count=len(lines) - NAMED)
            lines = [*lines[:NAMED], more]
        return "\n".join(lines) or False

    # -- whom ----------------------------------------------------------------------

    def _choose_contacts(self, clients):
        """Return ``({client: whom to call}, {client: why nobody})``.

        His person with a telephone number who ordered last; without one the client
        himself. Who does not want to be asked is left alone.
        """
        contacts = self.env["res.partner"].search_fetch(
            Domain("commercial_partner_id", "in", clients.ids)
            & Domain("phone", "not in", [False, ""])
            & Domain("type", "in", ["contact", False])
            & Domain("company_id", "in", [False, self.company_id.id]),
            ["commercial_partner_id", "phone"],
            order="id",
        )
        refusing = self._get_opted_out(clients | contacts)
        last = self._get_last_orders(contacts)
        by_client = contacts.grouped("commercial_partner_id")
        chosen, reasons = {}, {}
        for client in clients:
            reachable = by_client.get(client, contacts.browse())
            willing = reachable - refusing
            if client in refusing or (reachable and not willing):
                reasons[client] = self.env._("does not want to be asked")
            elif not willing:
                reasons[client] = self.env._(
                    "no telephone number, neither his own nor of one of his people"
                )
            else:
                # his people before the client himself, then who ordered last
                people = (willing - client) or willing
                chosen[client] = max(
                    people, key=lambda contact: (last.get(contact.id, ""), -contact.id)
                )
        return chosen, reasons

    def _get_opted_out(self, partners):
        """Return those of ``partners`` who do not want to be asked."""
        if OPT_OUT not in partners._fields:
            return partners.browse()
        return partners.filtered(OPT_OUT)

    def _get_last_orders(self, contacts):
        """Return ``{contact id: when he last ordered, as text}``."""
        groups = self.env["sale.order"]._read_group(
            [
                ("partner_id", "in", contacts.ids),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
            ],
            ["partner_id"],
            ["date_order:max"],
        )
        return {
            contact.id: fields.Datetime.to_string(moment) for contact, moment in groups
        }

    # -- in which order ------------------------------------------------------------

    def _sort_clients(self, facts):
        """Return ``facts``, those first who are called first."""
        if self.priority == "contact":
            last = self._get_last_contacts(facts)

            def rank(fact):
                day = last.get(fact.partner_id.id)
                return (day is not None, day or fields.Date.today())

        else:
            rank = {
                "sales": lambda fact: 0,
                "gap": lambda fact: -fact.wallet_gap,
                "unknown": lambda fact: fact.wallet_amount > 0,
                "abc": lambda fact: fact.abc_class or "Z",
            }[self.priority]
        return facts.sorted(lambda fact: (rank(fact), -fact.amount, fact.id))

    def _get_last_contacts(self, facts):
        """Return ``{client id: day of the last contact}``, as standards count it,
        without messages."""
        company = self.company_id
        breaches = self.env["client.breach"]
        self.env.flush_all()
        meetings = breaches._sql_meetings(
            {
                "company": company.id,
                "date": company._client_today(),
                "tz": company._client_timezone().zone,
                "end": fields.Datetime.now(),
            }
        )
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT client_id, MAX(day) FROM (%s) contacts"
                    " WHERE client_id = ANY(%s) GROUP BY client_id",
                    meetings,
                    facts.partner_id.ids,
                )
            )
        )

    # -- by whom, until when -------------------------------------------------------

    def _prepare_calls(self, facts, contacts):
        """Return the values of the calls: each asker's own spread evenly over the
        working days that are left."""
        company = self.company_id
        first = max(company._client_today(), self.date_start)
        days = company._client_working_days(first, self.date_end) or [self.date_end]
        askers = self._get_askers(facts)
        vals_list = []
        for asker, own in facts.grouped(lambda fact: askers[fact]).items():
            for place, fact in enumerate(own, start=1):
                team = self._get_call_team(asker, fact)
                vals_list.append(
                    {
                        "kind": "campaign",
                        "campaign_id": self.id,
                        "company_id": company.id,
                        "partner_id": fact.partner_id.id,
                        "contact_id": contacts[fact.partner_id].id,
                        "user_id": asker.id,
                        "team_id": team.id,
                        "date_due": days[(place * len(days) - 1) // len(own)],
                    }
                )
        # The same due date: whoever comes first in the order is called first.
        return sorted(vals_list, key=lambda vals: vals["date_due"])

    def _get_askers(self, facts):
        """Return ``{client row: who calls}``: nobody who has left the company."""
        asked = {
            "salesperson": lambda fact: [fact.user_id],
            "developer": lambda fact: [fact.developer_id, fact.user_id],
            "person": lambda fact: [self.asker_id],
        }[self.asker]
        return {
            fact: next(
                (user for user in asked(fact) if self._can_ask(user)), self.user_id
            )
            for fact in facts
        }

    def _can_ask(self, user):
        return user.active and not user.share and self.company_id in user.company_ids

    def _get_call_team(self, asker, fact):
        """Return the team whose leader sees the call: the asker's, else this one."""
        if asker == fact.user_id and fact.team_id:
            return fact.team_id
        team = asker.sale_team_id
        if team and team.company_id in (team.company_id.browse(), self.company_id):
            return team
        return self.team_id
