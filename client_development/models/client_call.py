from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_callable import LEDGER_FIELDS


class ClientCall(models.Model):
    """Another call to a client, beside the surveys of his orders.

    Made for a reason, its ``kind``: to ask again after a complaint was settled, to
    check an answer that somebody else recorded, or to assess the client in a campaign.
    It is made from the same desk by the same rules and never counts in the coverage
    (product.md F). What its kind means is decided in ``client_call_<kind>.py``.
    """

    _name = "client.call"
    _description = "Call to a Client"
    _inherit = ["client.callable", "client.thread", "mail.activity.mixin"]
    _call_link = "call_id"
    _ledger_fields = LEDGER_FIELDS | {
        "kind",
        "line_id",
        "survey_id",
        "checked_rating",
        "rating_difference",
        "annulment_id",
    }
    _rec_names_search = ["partner_id.name"]
    _order = "date_due, date_callback, id"
    _check_company_auto = True

    kind = fields.Selection(
        selection=[
            ("followup", "Ask again after a complaint"),
            ("check", "Check an answer"),
            ("campaign", "Assess the client"),
        ],
        required=True,
        readonly=True,
        index=True,
        help="Why the client is called.",
    )
    survey_id = fields.Many2one(
        comodel_name="client.survey",
        string="Order Survey",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="The survey that is followed up or checked.",
    )
    attempt_ids = fields.One2many(
        comodel_name="client.survey.attempt",
        inverse_name="call_id",
        string="Calls",
        readonly=True,
        help="Every call made, with its outcome.",
    )
    answer_ids = fields.One2many(
        comodel_name="client.survey.answer",
        inverse_name="call_id",
        string="Answers",
        readonly=True,
        help="Questions and answers as they were.",
    )

    _rating_range = models.Constraint(
        "CHECK(COALESCE(rating, 0) BETWEEN 0 AND 5)",
        "Call: a rating is a whole number from 1 to 5.",
    )

    @api.depends("kind", "partner_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for call in self.sudo():
            call.display_name = f"{call.partner_id.name} · {kinds.get(call.kind, '')}"

    def write(self, vals):
        """Keep the ledger from being edited; the team follows the responsible."""
        if not self.env.su:
            self._check_written_fields(vals)
        if "user_id" in vals and "team_id" not in vals:
            team = self._get_new_team(self.env["res.users"].browse(vals["user_id"]))
            vals = {**vals, "team_id": team.id} if team else vals
        return super().write(vals)

    def _get_questionnaire(self):
        """Return what this kind of call asks (as superuser)."""
        raise UserError(
            self.env._(
                "%(call)s: there are no questions to ask.", call=self.display_name
            )
        )
