from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from .survey_survey_profile import AMOUNTS


class ClientCall(models.Model):
    """The call of a campaign: its questions, and what the answers propose."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.call"

    campaign_id = fields.Many2one(
        comodel_name="client.campaign",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        bypass_search_access=True,
        help="The campaign in which the client is asked.",
    )
    is_merged = fields.Boolean(
        string="Of a Merged Contact",
        readonly=True,
        help="The client was merged with another one of the same campaign.",
    )
    proposal_ids = fields.One2many(
        comodel_name="client.campaign.proposal",
        inverse_name="call_id",
        string="Proposals",
        readonly=True,
        help="What the answers propose: wallet and segment.",
    )

    _campaign_is_kind = models.Constraint(
        "CHECK(campaign_id IS NULL OR kind = 'campaign')",
        "Call: only a call to assess a client belongs to a campaign.",
    )
    _campaign_partner_unique = models.UniqueIndex(
        "(campaign_id, partner_id)"
        " WHERE campaign_id IS NOT NULL AND is_merged IS NOT TRUE",
        "Each client is called once in a campaign.",
    )

    @api.depends("campaign_id.name")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for call in self.sudo().filtered("campaign_id"):
            call.display_name = f"{call.partner_id.name} · {call.campaign_id.name}"
        return result

    def _check_written_fields(self, vals):
        if vals.keys() & {"campaign_id", "is_merged", "proposal_ids"}:
            raise UserError(
                self.env._(
                    "Campaign: a call belongs to the campaign for which it was made."
                )
            )
        return super()._check_written_fields(vals)

    # -- asking --------------------------------------------------------------------

    def _lock_open(self):
        """Nobody is asked any more in a closed campaign."""
        result = super()._lock_open()
        for call in self:
            if call.sudo().campaign_id.state == "closed":
                raise call._closed_error()
        return result

    def _closed_error(self):
        self.ensure_one()
        campaign = self.sudo().campaign_id
        if self.state == "done" or not campaign:
            return super()._closed_error()
        return UserError(
            self.env._(
                "%(call)s: the campaign was closed, so the client is not asked any"
                " more.",
                call=self.display_name,
            )
        )

    def _get_questionnaire(self):
        """Return the questions of the campaign."""
        campaign = self.sudo().campaign_id
        if self.kind != "campaign" or not campaign:
            return super()._get_questionnaire()
        return campaign._get_asked()

    def _prepare_desk_card(self):
        """What the campaign wants to know, and what is known of the client."""
        card = super()._prepare_desk_card()
        if self.kind == "campaign" and self.campaign_id:
            campaign = self.sudo().campaign_id
            goal = (campaign.goal or "").splitlines()
            lines = [line.strip() for line in goal if line.strip()]
            card["notes"].append(
                {
                    "title": campaign.name,
                    "lines": [*lines, *self._get_known_lines()],
                    "tone": "info",
                }
            )
        return card

    def _get_known_lines(self):
        """Return what is known of the client, as far as the user may see it."""
        fact = self.env["client.fact"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            limit=1,
        )
        if not fact:
            return []
        currency = self.company_id.currency_id

        def money(amount):
            return formatLang(self.env, amount, currency_obj=currency)

        known = fact.wallet_amount > 0
        lines = [
            self.env._("Wallet per year: %(amount)s", amount=money(fact.wallet_amount))
            if known
            else self.env._("Wallet per year: not known yet")
        ]
        if known:
            lines.append(
                self.env._("Bought from others: %(gap)s", gap=money(fact.wallet_gap))
            )
        lines.append(
            self.env._(
                "Segment: %(segment)s",
                segment=fact.segment_id.name or self.env._("none"),
            )
        )
        if fact.abc_class:
            lines.append(self.env._("Class %(class)s", **{"class": fact.abc_class}))
        return lines

    # -- what the answers propose --------------------------------------------------

    def _finish(self, user_input):
        """The answers write no figure: they propose it."""
        result = super()._finish(user_input)
        if self.kind == "campaign" and self.campaign_id:
            self._propose(user_input)
        return result

    def _propose(self, user_input):
        """Make the proposals of a finished answer, for ``_finish``."""
        self.ensure_one()
        lines = user_input.user_input_line_ids.filtered(
            lambda line: not line.skipped and line.question_id.client_proposes
        )
        if not lines:
            return
        proposals = self.env["client.campaign.proposal"].sudo()
        wallets = proposals._get_known_wallets(self.company_id, self.partner_id)
        known = wallets.get(self.partner_id, {})
        vals_list = []
        for line in lines:
            if line.question_id.client_proposes in AMOUNTS:
                vals = self._prepare_wallet_vals(line, known)
            else:
                vals = self._prepare_segment_vals(line)
            if vals:
                vals_list.append({**self._prepare_proposal_vals(line), **vals})
        proposals.create(vals_list)

    def _prepare_proposal_vals(self, line):
        return {
            "call_id": self.id,
            "campaign_id": self.campaign_id.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "user_id": self.user_id.id,
            "team_id": self.team_id.id,
            "question": line.question_id.title,
            "answer": line.user_input_id._client_answer_text(line),
        }

    def _prepare_wallet_vals(self, line, known):
        """Return the values of a wallet's proposal; none if it is known already."""
        question = line.question_id
        category = question.client_category_id
        is_total = question.client_proposes == "wallet_total"
        if not category and not is_total:
            return None
        amount = line.value_numerical_box
        old = sum(known.values()) if is_total else known.get(category, 0.0)
        is_known = bool(known) if is_total else category in known
        currency = self.company_id.currency_id
        if is_known and currency.compare_amounts(old, amount) == 0:
            return None
        return {
            "kind": "wallet",
            "is_total": is_total,
            "category_id": category.id,
            "is_known": is_known,
            "old_amount": old,
            "new_amount": amount,
        }

    def _prepare_segment_vals(self, line):
        """Return the values of a segment's proposal; none if the client has it."""
        segment = line.suggested_answer_id.client_segment_id
        if not segment.active:
            return None
        fact = (
            self.env["client.fact"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("partner_id", "=", self.partner_id.id),
                ],
                limit=1,
            )
        )
        has_it = segment in (fact.segment_id if segment.rank else fact.segment_ids)
        if has_it:
            return None
        return {
            "kind": "segment",
            "old_segment_id": segment.rank and fact.segment_id.id,
            "new_segment_id": segment.id,
        }
