from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_plan_life import ENDED_STATES
from .client_plan_line import OPEN_STATES


class ClientPlanLine(models.Model):
    """Asking for help on an action; it shows until it is answered."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    help_wanted = fields.Boolean(
        compute="_compute_help_wanted",
        store=True,
        copy=False,
        help="Somebody has been asked for help and has not answered yet.",
    )
    can_ask = fields.Boolean(
        compute="_compute_can_ask",
        help="You work on this open action and may ask for help.",
    )
    can_answer = fields.Boolean(
        compute="_compute_can_answer",
        help="You are asked for help here.",
    )

    help_text = fields.Text(
        string="Question",
        compute="_compute_help_text",
        help="Who asks whom for help, and what for.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("help_wanted", "help_ids.question")
    @api.depends_context("lang")
    def _compute_help_text(self):
        for line in self:
            calls = line.sudo().help_ids if line.help_wanted else ()
            line.help_text = "\n".join(
                self.env._(
                    "%(asker)s asks %(user)s: %(question)s",
                    asker=call.asker_id.name,
                    user=call.user_id.name,
                    question=call.question,
                )
                for call in calls
                if not call.date_answered
            )

    @api.depends("help_ids.date_answered")
    def _compute_help_wanted(self):
        for line in self:
            line.help_wanted = any(not call.date_answered for call in line.help_ids)

    @api.depends("state", "plan_state", "can_work", "participant_ids")
    @api.depends_context("uid")
    def _compute_can_ask(self):
        for line in self:
            line.can_ask = (
                line.state in OPEN_STATES
                and line.plan_state not in ENDED_STATES
                and (line.can_work or self.env.user in line.participant_ids)
            )

    @api.depends("help_wanted", "help_ids.date_answered")
    @api.depends_context("uid")
    def _compute_can_answer(self):
        for line in self:
            line.can_answer = line.help_wanted and any(
                line.help_ids.mapped("can_answer")
            )

    # -- writes --------------------------------------------------------------------

    def write(self, vals):
        res = super().write(vals)
        if vals.get("state") == "cancelled":
            self._drop_help(self.env._("The action was cancelled."))
        return res

    def _drop_help(self, reason):
        """Close the calls that nobody needs to answer any more."""
        calls = self.sudo().help_ids.filtered(lambda call: not call.date_answered)
        calls._settle(reason)

    # -- buttons -------------------------------------------------------------------

    def action_ask_help(self):
        """Ask for the question and for whom to ask."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_help_ask_action"
            ),
            "context": {"default_line_id": self.id},
        }

    def action_answer_help(self):
        """Answer the oldest open call that the user may answer."""
        self.ensure_one()
        calls = self.help_ids.filtered("can_answer").sorted("id")
        if not calls:
            raise UserError(
                self.env._(
                    "Nobody waits for your answer on “%(line)s”. It may have been given"
                    " already; open the page “Help” of the action.",
                    line=self.name,
                )
            )
        return calls[0].action_answer()

    def action_open_help(self):
        """Open the calls for help on this action."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_help_action"
            ),
            "domain": [("line_id", "=", self.id)],
            "context": {},
        }
