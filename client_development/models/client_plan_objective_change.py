from collections import defaultdict
from contextlib import contextmanager

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date, formatLang

from .client_plan_objective_point import CHECKED_LATER
from .client_plan_version_snapshot import OBJECTIVE_CORE_FIELDS

# A playbook adds its objectives; the context of no call from outside holds this.
FROM_PLAYBOOK = object()
# What decides on progress, status and fulfilment beside the current value. What is
# measured, and over whom, stays once the plan has started.
AGREED_FIELDS = (
    "target",
    "baseline",
    "weight",
    "date_start",
    "date_deadline",
    "point_ids",
)


class ClientPlanObjective(models.Model):
    """What was agreed on stays, or changes in the open, once the plan runs.

    Objectives of a running plan are not deleted. Where somebody is above the owner,
    that one changes target, baseline, weight, days and control points; a plan that was
    frozen for signing opens its next version instead. Each change is logged on the
    plan.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.objective"

    # -- rules ---------------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        for objective in () if self.env.su else self:
            if objective.plan_state == "running":
                raise UserError(
                    self.env._(
                        "“%(objective)s” belongs to a plan that has started and is not"
                        " deleted. Say at the end of the plan why it was not reached.",
                        objective=objective.name,
                    )
                )

    def _check_may_change(self, names):
        """Refuse a change behind the back of who is above the owner."""
        self.ensure_one()
        signed_anew = self.sudo().plan_id.version_ids and names <= OBJECTIVE_CORE_FIELDS
        if self.env.su or signed_anew or self.plan_id._may_hold_final():
            return
        raise UserError(
            self.env._(
                "%(fields)s: the plan of “%(objective)s” has started, and what was"
                " agreed on is changed by %(users)s. Ask there for the change, or hold"
                " a review and say what is in the way.",
                fields=", ".join(map(self._get_agreed_label, sorted(names))),
                objective=self.name,
                users=self.plan_id._get_final_names(),
            )
        )

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A new objective changes the weight of the others: the plan tells of it."""
        objectives = super().create(vals_list)
        running = objectives.filtered(lambda o: o.sudo().plan_state == "running")
        if running and not self.env.su:
            running._check_added()
        return objectives

    def _check_added(self):
        """Refuse new objectives behind the back of who is above the owner.

        Where nothing was agreed on, or a playbook says what is, nobody is outvoted.
        """
        is_planned = self.env.context.get("client_added") is FROM_PLAYBOOK
        for objective in self:
            plan = objective.plan_id
            others = plan.sudo().objective_ids - self.sudo()
            is_open = is_planned or not others or plan.sudo().version_ids
            if not is_open and not plan._may_hold_final():
                raise UserError(
                    self.env._(
                        "Objectives: “%(plan)s” has started, and what was agreed on is"
                        " added to by %(users)s. Ask there for “%(objective)s”.",
                        plan=plan.name,
                        users=plan._get_final_names(),
                        objective=objective.name,
                    )
                )
            if is_planned:
                continue  # the plan tells of its playbook
            plan._log_word(
                self.env._(
                    "Objective added: %(objective)s, weight %(weight)s",
                    objective=objective.display_name,
                    weight=objective._format_agreed("weight", objective.weight),
                )
            )

    def write(self, vals):
        objectives = self if vals.keys() & set(AGREED_FIELDS) else self.browse()
        with objectives._changing_agreed():
            return super().write(vals)

    @contextmanager
    def _changing_agreed(self):
        """Check what the block changes in running plans, and log it there."""
        running = self.filtered(lambda o: o.sudo().plan_state == "running")
        if self.env.context.get("client_points") is CHECKED_LATER:
            running = self.browse()  # the points are written with their objective
        before = {objective: objective._get_agreed() for objective in running}
        yield
        texts = defaultdict(list)
        for objective, old in before.items():
            new = objective._get_agreed()
            names = {name for name in AGREED_FIELDS if new[name] != old[name]}
            if names:
                objective._check_may_change(names)
            for name in filter(names.__contains__, AGREED_FIELDS):
                text = self.env._(
                    "%(objective)s, %(field)s: %(old)s → %(new)s",
                    objective=objective.name,
                    field=self._get_agreed_label(name),
                    old=objective._format_agreed(name, old[name]),
                    new=objective._format_agreed(name, new[name]),
                )
                texts[objective.plan_id].append(text)
        for plan, lines in texts.items():
            plan._log_word(Markup("<br/>").join(lines))

    # -- the log -------------------------------------------------------------------

    def _get_agreed(self):
        """Return what was agreed on, by field."""
        self.ensure_one()
        points = sorted((point.date, point.value) for point in self.point_ids)
        return {**{name: self[name] for name in AGREED_FIELDS}, "point_ids": points}

    @api.model
    def _get_agreed_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _format_agreed(self, name, value):
        """Return a value of :meth:`_get_agreed` as people read it."""
        if name == "point_ids":
            points = [
                f"{format_date(self.env, date)}: {self._format_value(number)}"
                for date, number in value
            ]
            return "; ".join(points) or "–"
        if name in ("date_start", "date_deadline"):
            return format_date(self.env, value)
        if name == "weight":
            return formatLang(self.env, value)
        return self._format_value(value)
