from odoo import api, models

from .client_plan_help import TASK
from .client_plan_life import ENDED_STATES


class ClientPlanHelp(models.Model):
    """A question does not wait for the answer of somebody who has left."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.help"

    @api.model
    def _hand_over_from(self, user):
        """Ask somebody else what a user who leaves was asked. As superuser.

        The team leader of the plan, else its owner, who is responsible for the action,
        or an administrator. Where there is nobody, the call stays as it is.
        """
        calls = self.search(
            [
                ("user_id", "=", user.id),
                ("date_answered", "=", False),
                ("plan_id.state", "not in", ENDED_STATES),
            ]
        )
        heirs = {call: call._get_heir() for call in calls}
        moved = calls.filtered(lambda call: heirs[call])
        moved.line_id.activity_search([TASK], user_id=user.id).unlink()
        for call in moved:
            call.user_id = heirs[call]
        moved._show_app_to_asked()
        self._schedule(TASK, [(call, call.user_id, call.question) for call in moved])
        self.env["client.plan"]._note_handover(
            user, "help", {call.line_id: heirs[call] for call in calls}, "line_id"
        )

    def _get_heir(self):
        """Return who is asked instead: nobody asks himself, or is asked twice."""
        self.ensure_one()
        plan, line = self.plan_id, self.line_id
        asked = line.help_ids.filtered(lambda call: not call.date_answered).user_id
        users = plan.team_id.user_id | plan.user_id | line.user_id
        users |= plan._get_handover_managers(self.user_id)
        return users.filtered(
            lambda user: (
                user.active
                and not user.share
                and self.company_id in user.company_ids
                and user not in asked | self.user_id | self.asker_id
            )
        )[:1]
