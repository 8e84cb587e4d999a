from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from .client_self_check import CHOICES, STATUS_HELP, STATUSES

NAMES_SHOWN = 8


class ClientSelfCheck(models.TransientModel):
    """Questions 3 and 4: the clients behind most sales, and the potential of all.

    The potential of a client is known when his wallet is: a product category at least
    for which somebody entered what he spends per year.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.self.check"

    key_answer = fields.Html(
        compute="_compute_clients",
        sanitize=False,
        help="The clients of class A, their part of sales, and of how many the"
        " potential is known.",
    )
    key_status = fields.Selection(
        selection=STATUSES, compute="_compute_clients", help=STATUS_HELP
    )
    key_count = fields.Integer(
        string="Class A",
        compute="_compute_clients",
        help="Clients of class A.",
    )
    key_unknown_count = fields.Integer(
        string="Class A, Potential Unknown",
        compute="_compute_clients",
        help="Clients of class A whose wallet nobody has entered.",
    )
    potential_answer = fields.Html(
        compute="_compute_clients",
        sanitize=False,
        help="What the other clients, of the classes B and C and without a class, buy"
        " from others, as far as their wallet is known.",
    )
    potential_status = fields.Selection(
        selection=STATUSES, compute="_compute_clients", help=STATUS_HELP
    )
    other_count = fields.Integer(
        string="Other Clients",
        compute="_compute_clients",
        help="Clients of the classes B and C and without a class.",
    )
    other_known_count = fields.Integer(
        string="Others, Potential Known",
        compute="_compute_clients",
        help="Other clients whose wallet is known.",
    )
    other_unknown_count = fields.Integer(
        string="Others, Potential Unknown",
        compute="_compute_clients",
        help="Other clients whose wallet nobody has entered.",
    )

    @api.model
    def _get_class_domain(self, key):
        """Clients of class A, or the others."""
        return Domain("abc_class", "=" if key else "!=", "A")

    def _get_known_domain(self, known):
        """Clients whose potential is known, or unknown: that he buys nothing of it, is
        known, too."""
        wallets = Domain("company_id", "=", self.company_id.id) & Domain(
            "date", "<=", self.company_id._client_today()
        )
        operator = "any" if known else "not any"
        return Domain("partner_id.client_wallet_ids", operator, wallets)

    @api.depends(*CHOICES)
    @api.depends_context("uid", "lang")
    def _compute_clients(self):
        facts = self.env["client.fact"]
        for check in self:
            domain = check._get_fact_domain()
            rows = facts._read_group(
                domain, ["abc_class"], ["__count", "amount:sum", "wallet_gap:sum"]
            )
            known = dict(
                facts._read_group(
                    domain & check._get_known_domain(True), ["abc_class"], ["__count"]
                )
            )
            others = [row for row in rows if row[0] != "A"]
            check.key_count = sum(row[1] for row in rows if row[0] == "A")
            check.key_unknown_count = check.key_count - known.get("A", 0)
            check.other_count = sum(row[1] for row in others)
            check.other_known_count = sum(known.values()) - known.get("A", 0)
            check.other_unknown_count = check.other_count - check.other_known_count
            first = facts.search(
                domain & check._get_class_domain(True),
                order="amount desc, id",
                limit=NAMES_SHOWN,
            )
            check.key_answer = check._say_key(rows, first)
            check.key_status = check._get_known_status(
                check.key_count - check.key_unknown_count, check.key_count
            )
            check.potential_answer = check._say_potential(
                sum(row[3] or 0 for row in others)
            )
            check.potential_status = check._get_known_status(
                check.other_known_count, check.other_count
            )

    # -- 3: the clients behind most sales ----------------------------------------------

    def _say_key(self, rows, first):
        clients = sum(row[1] for row in rows)
        sales = sum(row[2] or 0 for row in rows)
        key_sales = sum(row[2] or 0 for row in rows if row[0] == "A")
        if not clients:
            return self._say(self.env._("There are no clients here yet."))
        if not self.key_count:
            return self._say(
                self.env._(
                    "None of the clients here is in class A: nobody bought enough in"
                    " the period. Clients: %(clients)s.",
                    clients=self._number(clients),
                )
            )
        return self._say(
            self.env._(
                "Clients of class A: %(key)s, %(client_share)s of all %(clients)s. They"
                " make %(sales_share)s of sales: %(sales)s.",
                key=self._number(self.key_count),
                clients=self._number(clients),
                client_share=self._percent(self.key_count, clients),
                sales_share=self._percent(key_sales, sales),
                sales=self._money(key_sales),
            ),
            self.env._(
                "Their potential is known: %(known)s of %(key)s (%(share)s).",
                known=self._number(self.key_count - self.key_unknown_count),
                key=self._number(self.key_count),
                share=self._percent(
                    self.key_count - self.key_unknown_count, self.key_count
                ),
            ),
            self._link_clients(first),
        )

    def _link_clients(self, first):
        """Return the names of the largest clients; each opens its facts."""
        links = [
            Markup("<a href='/odoo/clients/%s'>%s</a>")
            % (fact.id, fact.partner_id.display_name)
            for fact in first
        ]
        if self.key_count > len(first):
            links.append(Markup("…"))
        return Markup(", ").join(links)

    # -- 4: the potential of the others ------------------------------------------------

    def _say_potential(self, gap):
        if not self.other_count:
            return self._say(self.env._("There are no other clients."))
        if not self.other_known_count:
            return self._say(
                self.env._(
                    "The potential of none of the other %(others)s clients is known.",
                    others=self._number(self.other_count),
                )
            )
        return self._say(
            self.env._(
                "Untapped potential of the other clients in the period: %(gap)s.",
                gap=self._money(gap),
            ),
            self.env._(
                "Their potential is known: %(known)s of %(others)s (%(share)s).",
                known=self._number(self.other_known_count),
                others=self._number(self.other_count),
                share=self._percent(self.other_known_count, self.other_count),
            ),
        )
