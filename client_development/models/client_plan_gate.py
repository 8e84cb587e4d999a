from typing import NamedTuple

from odoo import api, models


class Finding(NamedTuple):
    """One thing that the quality gate finds missing in a plan (product.md A).

    ``criterion`` is *basic* (what, who, when), *exhaustive*, *clear* or *relevant*;
    ``text`` says what is missing and where; ``model`` and ``res_id`` name the record
    that has to be mended. Without ``res_id`` such a record has to be made.
    """

    criterion: str
    text: str
    model: str
    res_id: int


class ClientPlan(models.Model):
    """The quality gate: what a plan lacks before it may start.

    What, who, when must be there in every plan; where the full gate holds
    (:meth:`_needs_full_gate`) the plan must also be exhaustive, clear and relevant.
    What the gate stops, and who may override it, is in ``client_plan_gate_check.py``.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    def _get_gate_findings(self):
        """Return ``{plan: [Finding]}``, empty lists for plans that may start.

        Whoever may read a plan may know what it lacks: it is read past the rules.
        """
        findings = {}
        plans = self.sudo()
        plans._fetch_for_gate()
        for plan in plans:
            lines = plan.line_ids.filtered(lambda line: line.state != "cancelled")
            found = plan._find_basic(lines)
            if plan._needs_full_gate():
                found += plan._find_exhaustive(lines)
                found += plan._find_clear(lines)
                found += plan._find_relevant(lines)
            findings[plan.sudo(self.env.su)] = found
        return findings

    def _fetch_for_gate(self):
        """Read what the gate looks at for all plans at once."""
        lines = self.line_ids
        lines.user_id.mapped("active")
        lines.mapped("information_ids")
        self.section_ids.kind_id.mapped("name")
        self.objective_ids.mapped("is_main")
        for name in ("partner_id", "segment_id", "team_id", "user_id"):
            self[name].mapped("active")

    # -- the four criteria ---------------------------------------------------------

    def _find_basic(self, lines):
        """Return what is missing of what, who, when.

        The database sees to a name, a responsible and a deadline of each action; here
        follows whether somebody will really do it.
        """
        self.ensure_one()
        found = []
        if not self.user_id.active:
            text = self.env._(
                "Owner: nobody answers for the plan. Choose somebody who works here."
            )
            found.append(Finding("basic", text, self._name, self.id))
        subject = self._get_subject()
        if not subject or "active" in subject and not all(subject.mapped("active")):
            text = self.env._(
                "Subject: whom the plan develops is missing or archived. Choose it anew"
                " or bring it back from the archive."
            )
            found.append(Finding("basic", text, self._name, self.id))
        if not lines:
            text = self.env._(
                "Actions: the plan has none. Add at least one: what, who, when."
            )
            found.append(Finding("basic", text, lines._name, 0))
        for line in lines:
            if not line.user_id.active:
                text = self.env._(
                    "Action “%(line)s”: %(user)s has left. Choose who does it instead.",
                    line=line.name,
                    user=line.user_id.name,
                )
                found.append(Finding("basic", text, line._name, line.id))
        return found

    def _get_subject(self):
        """Return the records that the plan develops."""
        self.ensure_one()
        return {
            "client": self.partner_id,
            "segment": self.segment_id,
            "team": self.team_id,
            "territory": self.state_ids or self.country_ids,
            "company": self.company_id,
        }[self.scope]

    def _find_exhaustive(self, lines):
        """Return the sections and objectives for which nothing is done."""
        self.ensure_one()
        found = []
        for section in self.section_ids - lines.section_id:
            if not (section.empty_reason or "").strip():
                text = self.env._(
                    "Section “%(section)s”: it has no action. Add one, or say why there"
                    " is none.",
                    section=section.kind_id.name,
                )
                found.append(Finding("exhaustive", text, section._name, section.id))
        objectives = self.objective_ids
        if not objectives:
            text = self.env._(
                "Objectives: the plan has none. Add at least one, in figures."
            )
            found.append(Finding("exhaustive", text, objectives._name, 0))
        # the only objective is the main one without saying so
        if len(objectives) > 1 and not any(objectives.mapped("is_main")):
            first = objectives.sorted("weight", reverse=True)[0]
            text = self.env._(
                "Main Objective: none of the %(count)s objectives is marked. Mark the"
                " one that matters most, for example “%(objective)s”.",
                count=len(objectives),
                objective=first.name,
            )
            found.append(Finding("exhaustive", text, first._name, first.id))
        for objective in objectives - lines.objective_id:
            text = self.env._(
                "Objective “%(objective)s”: no action serves it. Add one, or choose the"
                " objective in the action that does (field “Serves”).",
                objective=objective.name,
            )
            found.append(Finding("exhaustive", text, objective._name, objective.id))
        return found

    def _find_clear(self, lines):
        """Return the actions of which nobody could check whether they are done."""
        self.ensure_one()
        return [
            Finding(
                "clear",
                self.env._(
                    "Action “%(line)s”: say how anyone can see that it is done, in the"
                    " field “Checkable Result”.",
                    line=line.name,
                ),
                line._name,
                line.id,
            )
            for line in lines
            if not (line.result or "").strip()
        ]

    def _find_relevant(self, lines):
        """Return the actions that are good for nothing in particular."""
        self.ensure_one()
        return [
            Finding(
                "relevant",
                self.env._(
                    "Action “%(line)s”: say what it is good for, under “Serves”: an"
                    " objective, a person, an information or wallet gap, a claim …",
                    line=line.name,
                ),
                line._name,
                line.id,
            )
            for line in lines
            if not line._serves_anything()
        ]

    # -- the findings in words -----------------------------------------------------

    @api.model
    def _get_criteria(self):
        """Return ``[(criterion, heading)]`` in the order in which they are shown."""
        return [
            ("basic", self.env._("What, who, when")),
            ("exhaustive", self.env._("Exhaustive")),
            ("clear", self.env._("Clear")),
            ("relevant", self.env._("Relevant")),
        ]
