from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from .client_plan_child import SETTLED_STATES

MAX_YEARS = 10
# What an action keeps: who did it once it is done, all of it once it is settled.
DONE_FIELDS = {"user_id"}
SETTLED_FIELDS = DONE_FIELDS | {
    "name",
    "participant_ids",
    "date_start",
    "date_deadline",
    "planned_hours",
    "spent_hours",
    "result",
    "outcome",
}
# What the frozen version of a plan says of its actions, see `_get_snapshot_line`.
FROZEN_FIELDS = {
    "state",
    "name",
    "section_id",
    "objective_id",
    "swot_id",
    "action_type",
    "user_id",
    "participant_ids",
    "date_start",
    "date_deadline",
    "planned_hours",
    "result",
}


class ClientPlanLine(models.Model):
    """What an action keeps once it is frozen or done; values that make no sense."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    _name_not_blank = models.Constraint(
        r"CHECK(name ~ '\S')",
        "Action: say what is to be done. Enter at least one word.",
    )
    _planned_hours_limit = models.Constraint(
        "CHECK(planned_hours <= 10000)",
        "Planned Hours: no action takes more than 10,000 hours. Enter fewer.",
    )
    _spent_hours_limit = models.Constraint(
        "CHECK(spent_hours <= 10000)",
        "Spent Hours: no action takes more than 10,000 hours. Enter fewer.",
    )

    # -- rules ---------------------------------------------------------------------

    @api.constrains("date_deadline")
    def _check_deadline_limit(self):
        for line in self:
            today = line.company_id._client_today()
            if line.date_deadline > today + relativedelta(years=MAX_YEARS):
                raise ValidationError(
                    self.env._(
                        "Deadline: “%(line)s” would end more than %(years)s years from"
                        " now. Choose an earlier day.",
                        line=line.name,
                        years=MAX_YEARS,
                    )
                )

    @api.constrains("participant_ids", "plan_id")
    def _check_participants_company(self):
        for line in self.sudo():
            for user in line.participant_ids:
                if line.company_id not in user.company_ids:
                    raise ValidationError(
                        self.env._(
                            "Participants: %(user)s does not work in %(company)s."
                            " Choose somebody who does.",
                            user=user.name,
                            company=line.company_id.name,
                        )
                    )

    def _check_not_settled(self):
        """Refuse changes to actions that are accepted or cancelled."""
        for line in self:
            if line.state == "accepted":
                raise UserError(
                    self.env._(
                        "“%(line)s” is accepted and stays as it is. The controller of"
                        " the plan or the team leader may return it for rework.",
                        line=line.name,
                    )
                )
            if line.state == "cancelled":
                raise UserError(
                    self.env._(
                        "“%(line)s” is cancelled and stays as it is. Set it back to"
                        " planned to change it.",
                        line=line.name,
                    )
                )

    def _check_not_signing(self, vals):
        """Refuse to change what is being signed: no new version would tell of it."""
        for line in self.filtered(lambda line: line.plan_state == "signoff"):
            changed = self.env["client.plan"]._get_changed_fields(
                line, vals, FROZEN_FIELDS
            )
            if "state" in changed:
                raise UserError(
                    self.env._(
                        "Status: the plan of “%(line)s” is being signed and has not"
                        " started. Work on the action when everyone has signed and the"
                        " plan runs; to cancel it, take the plan back to discussion.",
                        line=line.name,
                    )
                )
            if changed:
                raise UserError(
                    self.env._(
                        "%(field)s: the plan of “%(line)s” is being signed, and the"
                        " action stays as it was frozen. Take the plan back to"
                        " discussion to change it, or add a new action.",
                        field=self._fields[min(changed)]._description_string(self.env),
                        line=line.name,
                    )
                )

    def _check_write(self, vals):
        super()._check_write(vals)
        if self.env.su:
            return
        self._check_not_signing(vals)
        Plan = self.env["client.plan"]
        for line in self:
            state = vals.get("state", line.state)
            if state in SETTLED_STATES and line.state in SETTLED_STATES:
                if Plan._get_changed_fields(line, vals, SETTLED_FIELDS):
                    line._check_not_settled()
            elif state in ("done", *SETTLED_STATES) and line.state == "done":
                if Plan._get_changed_fields(line, vals, DONE_FIELDS):
                    raise UserError(
                        self.env._(
                            "Responsible: “%(line)s” is done and keeps who did it. Have"
                            " it returned for rework first.",
                            line=line.name,
                        )
                    )
