from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class ClientCampaignProposal(models.Model):
    """Deciding: confirmed proposals are written by the rules of wallet and segment."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.campaign.proposal"

    def action_confirm(self):
        """Write what is proposed, in the name of who confirms."""
        self._lock_proposed()
        proposals = self.sorted("id")
        wallets = proposals.filtered(lambda proposal: proposal.kind == "wallet")
        totals = wallets.filtered("is_total")
        (wallets - totals)._write_wallets()
        totals._write_totals()
        (proposals - wallets)._write_segments()
        self._decide("confirmed")

    def action_reject(self):
        """Nothing is written."""
        self._lock_proposed()
        self._decide("rejected")

    def _decide(self, state):
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "date_decided": fields.Datetime.now(),
            }
        )

    def _lock_proposed(self):
        """Lock these proposals and raise if somebody has decided on one of them.

        Of two people at the same moment the second is told so.
        """
        self.check_access("write")
        if not self:
            raise UserError(self.env._("Proposals: choose one at least."))
        self.env["client.plan"]._lock_records(self, "state")
        for proposal in self:
            if proposal.state != "proposed":
                raise UserError(
                    self.env._(
                        "%(client)s, %(value)s: decided already by %(user)s. Take it"
                        " out of your choice; nothing was changed.",
                        client=proposal.partner_id.name,
                        value=proposal.new_value,
                        user=proposal.sudo().decided_by_id.name,
                    )
                )

    # -- wallets -------------------------------------------------------------------

    @api.model
    def _get_known_wallets(self, company, partners):
        """Return ``{client: {category: wallet per year as known today}}``."""
        known = {}
        wallets = (
            self.env["client.wallet"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", partners.ids),
                    ("date", "<=", company._client_today()),
                ],
                order="date, id",
            )
        )
        for wallet in wallets:
            known.setdefault(wallet.partner_id, {})[wallet.category_id] = wallet.amount
        return known

    def _write_wallets(self, amounts=None):
        """Enter the wallets; ``amounts`` instead of those named, if given."""
        for company, proposals in self.grouped("company_id").items():
            self.env["client.wallet"].with_company(company).create(
                [
                    {
                        "company_id": company.id,
                        "partner_id": proposal.partner_id.id,
                        "category_id": proposal.category_id.id,
                        "amount": amounts[proposal] if amounts else proposal.new_amount,
                        "date": company._client_today(),
                        "source": "survey",
                    }
                    for proposal in proposals
                ]
            )

    def _write_totals(self):
        """Enter what the whole wallet is more than the wallets known by category."""
        amounts = {}
        for company, proposals in self.grouped("company_id").items():
            known = self._get_known_wallets(company, proposals.partner_id)
            for proposal in proposals:
                rows = known.setdefault(proposal.partner_id, {})
                rest = proposal._get_rest(rows)
                rows[proposal.category_id] = amounts[proposal] = rest
        if amounts:
            self._write_wallets(amounts)

    def _get_rest(self, known):
        """Return what is left of the whole wallet for the chosen category."""
        self.ensure_one()
        if not self.category_id:
            raise UserError(
                self.env._(
                    "Product Category: %(client)s named his whole wallet. Choose the"
                    " category in which the part that is not known by category is"
                    " entered, then confirm.",
                    client=self.partner_id.name,
                )
            )
        others = sum(
            amount for category, amount in known.items() if category != self.category_id
        )
        currency = self.company_id.currency_id
        if currency.compare_amounts(others, self.new_amount) > 0:
            raise UserError(
                self.env._(
                    "%(client)s: his wallets in other categories make %(known)s"
                    " already, more than the %(total)s that he named in all. Correct"
                    " these wallets first, or reject the proposal.",
                    client=self.partner_id.name,
                    known=formatLang(self.env, others, currency_obj=currency),
                    total=self.new_value,
                )
            )
        return self.new_amount - others

    # -- segments ------------------------------------------------------------------

    def _write_segments(self):
        """Change the segments as by hand: with the reason, in the client's history."""
        groups = self.grouped(
            lambda proposal: (
                proposal.company_id,
                proposal.new_segment_id,
                proposal._get_segment_reason(),
            )
        )
        for (company, segment, reason), proposals in groups.items():
            if not segment.active:
                raise UserError(
                    self.env._(
                        "“%(segment)s” is archived and cannot be given any more. Reject"
                        " the proposal, or restore the segment.",
                        segment=segment.name,
                    )
                )
            facts = self.env["client.fact"].with_company(company)
            facts = facts._ensure(proposals.partner_id)
            facts.check_access("write")
            if segment.rank:
                facts._change_priority(segment, reason)
            else:
                facts.with_context(client_segment_reason=reason).write(
                    {"segment_ids": [fields.Command.link(segment.id)]}
                )

    def _get_segment_reason(self):
        return self.env._(
            "Campaign “%(campaign)s”: %(answer)s",
            campaign=self.sudo().campaign_id.name,
            answer=self.answer,
        )
