from odoo import models
from odoo.tools import float_repr

# Texts of the plan that belong to what is signed.
TEXTS = (
    "note",
    "value_proposition",
    "information_gaps",
    "client_strategy",
    "client_tasks",
    "point_a",
    "point_b",
)
# What opens the next version when it changes on the plan; see ``get_core``.
CORE_FIELDS = {
    "date_start",
    "date_end",
    "user_id",
    "controller_id",
    "team_id",
    "signer_ids",
}
# The same on an objective. Values that are counted do not belong to it.
OBJECTIVE_CORE_FIELDS = {
    "indicator_id",
    "span",
    "category_id",
    "stage_id",
    "user_id",
    "weight",
    "baseline",
    "baseline_manual",
    "target",
    "date_deadline",
    "point_ids",
}
# Of an objective of the snapshot: what people have agreed on.
OBJECTIVE_CORE = (
    "indicator",
    "span",
    "choice",
    "responsible",
    "weight",
    "target",
    "deadline",
    "points",
)


def get_core(snapshot):
    """Return the part of a snapshot whose change opens the next version.

    Objectives, plan dates and signers by name of their post (product.md A, plan life).
    Persons and indicators count by their key: a new name is no change. A baseline
    counts only when somebody entered it.
    """
    plan = snapshot["plan"]
    posts = {name: _get_key(plan[name]) for name in ("owner", "controller", "leader")}
    objectives = {}
    for objective in snapshot["objectives"]:
        core = {name: _get_key(objective[name]) for name in OBJECTIVE_CORE}
        core["baseline"] = objective["baseline"] if objective["by_hand"] else None
        objectives[str(objective["ref"])] = core
    return {
        "dates": [plan["start"], plan["end"]],
        "signers": {**posts, "more": sorted(map(_get_key, plan["more_signers"]))},
        "objectives": objectives,
    }


def _get_key(value):
    return value["ref"] if isinstance(value, dict) else value


class ClientPlan(models.Model):
    """What is frozen of a plan: everything that somebody who signs has to know.

    Names, not links: whatever is renamed, merged or deleted later, the version reads as
    it was. ``ref`` only tells one objective or employee from another. Numbers are
    written as text, days as ISO dates: the same plan has the same fingerprint on every
    machine. Selections keep their codes; readers see them in their own language.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    def _get_snapshot(self):
        """Return the plan as it is now, ready for JSON."""
        self.ensure_one()
        lang = self.sudo().company_id.partner_id.lang or self.env.lang
        # also what an archived employee has to do
        plan = self.sudo().with_context(lang=lang, active_test=False)
        return {
            "format": 1,
            "plan": plan._get_snapshot_head(),
            "signers": [
                {**_person(user), "role": role}
                for user, role in plan._get_signer_roles().items()
            ],
            "objectives": [
                plan._get_snapshot_objective(objective)
                for objective in plan.objective_ids.sorted(lambda o: (o.sequence, o.id))
            ],
            "sections": [
                {
                    "name": section.kind_id.name,
                    "findings": section.findings or "",
                    "empty_reason": section.empty_reason or "",
                }
                for section in plan.section_ids.sorted(lambda s: (s.sequence, s.id))
            ],
            "lines": [
                plan._get_snapshot_line(line)
                for line in plan.line_ids.sorted(lambda n: (n.date_deadline, n.id))
                if line.state != "cancelled"
            ],
            "swot": [
                {
                    "kind": item.kind,
                    "name": item.name,
                    "lines": item.line_ids.filtered(
                        lambda line: line.state != "cancelled"
                    ).mapped("name"),
                }
                for item in plan.swot_ids.sorted(
                    lambda i: (i.kind, i.sequence, i.id)
                )
            ],
        }

    def _get_snapshot_head(self):
        subjects = {
            "client": self.partner_id.name,
            "segment": self.segment_id.name,
            "team": self.team_id.name,
            "territory": ", ".join(
                (self.country_ids | self.state_ids.country_id).mapped("name")
                + self.state_ids.mapped("name")
            ),
        }
        return {
            "name": self.name,
            "scope": self.scope,
            "subject": subjects.get(self.scope, self.company_id.name) or "",
            "company": self.company_id.name,
            "currency": self.currency_id.name,
            "owner": _person(self.user_id),
            "controller": _person(self.controller_id),
            "team": self.team_id.name or "",
            "leader": _person(self.team_id.user_id),
            "more_signers": [
                _person(user)
                for user in self.signer_ids.sorted(lambda user: (user.name, user.id))
            ],
            "start": _day(self.date_start),
            "end": _day(self.date_end),
            "probability": _number(self.probability),
            **{name: self[name] or "" for name in TEXTS},
        }

    def _get_snapshot_objective(self, objective):
        choice = objective.category_id or objective.stage_id
        return {
            "ref": objective.id,
            "name": objective.name,
            "is_main": objective.is_main,
            "indicator": _person(objective.indicator_id),
            "unit": objective.unit,
            "span": objective.span,
            "choice": _person(choice),
            "responsible": _person(objective.user_id),
            "weight": _number(objective.weight),
            "baseline": _number(objective.baseline),
            "by_hand": bool(objective.hand_counted or objective.baseline_manual),
            "target": _number(objective.target),
            "start": _day(objective.date_start),
            "deadline": _day(objective.date_deadline),
            "points": [
                [_day(point.date), _number(point.value)]
                for point in objective.point_ids.sorted(lambda p: (p.date, p.id))
            ],
        }

    def _get_snapshot_line(self, line):
        return {
            "name": line.name,
            "section": line.section_id.kind_id.name or "",
            "serves": line.objective_id.name or line.swot_id.name or "",
            "type": line.action_type or "",
            "who": line.user_id.name,
            "with": sorted(line.participant_ids.mapped("name")),
            "start": _day(line.date_start),
            "deadline": _day(line.date_deadline),
            "result": line.result or "",
            "hours": _number(line.planned_hours),
            "resources": [
                {
                    "kind": resource.kind,
                    "name": resource.name,
                    "quantity": _number(resource.quantity),
                    "cost": _number(resource.cost),
                }
                for resource in line.resource_ids.sorted("id")
            ],
            "information": [
                {
                    "name": link.name,
                    "from": link.from_user_id.name or link.from_name or "",
                    "to": link.to_user_id.name or link.to_partner_id.name or "",
                    "deadline": _day(link.date_deadline),
                }
                for link in line.information_ids.sorted("id")
            ],
        }


def _person(record):
    """Return who or what a record is: its key and the name it has now."""
    return {"ref": record.id or 0, "name": record.name or ""}


def _day(date):
    return date.isoformat() if date else ""


def _number(value):
    """Return a number as text that reads the same everywhere: no exponent, no -0."""
    text = float_repr(value or 0.0, 6).rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
