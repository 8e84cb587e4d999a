from typing import NamedTuple

from odoo import models


class Change(NamedTuple):
    """One difference between two versions: of what, and how it reads before and after.

    ``old`` is empty for what was added, ``new`` for what was taken away.
    """

    subject: str
    field: str
    old: str
    new: str


class ClientPlanVersion(models.Model):
    """What changed between two versions, read from their snapshots."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.version"

    def _get_previous(self):
        """Return the version before this one."""
        self.ensure_one()
        return self.sudo().search(
            [("plan_id", "=", self.plan_id.id), ("number", "<", self.number)],
            order="number desc",
            limit=1,
        )

    def _get_changes(self):
        """Return the list of :class:`Change` against the version before."""
        self.ensure_one()
        previous = self._get_previous()
        if not previous:
            return []
        old, new = previous.snapshot, self.snapshot
        return [
            *self._get_plan_changes(old["plan"], new["plan"]),
            *self._get_signer_changes(old["signers"], new["signers"]),
            *self._get_objective_changes(old["objectives"], new["objectives"]),
        ]

    def _get_plan_changes(self, old, new):
        plan = self.env._("Plan")
        changes = [
            Change(plan, label, self._format_day(old[name]), self._format_day(new[name]))
            for name, label in (
                ("start", self.env._("Start")),
                ("end", self.env._("End")),
            )
            if old[name] != new[name]
        ]
        changes += [
            Change(plan, label, old[name]["name"], new[name]["name"])
            for name, label in (
                ("owner", self.env._("Owner")),
                ("controller", self.env._("Controller")),
                ("leader", self.env._("Team leader")),
            )
            if old[name]["ref"] != new[name]["ref"]
        ]
        return changes

    def _get_signer_changes(self, old, new):
        """Who signs now and did not before, and the other way round."""
        label = self.env._("Signer")
        old_names = {signer["ref"]: signer["name"] for signer in old}
        new_names = {signer["ref"]: signer["name"] for signer in new}
        return [
            Change(label, "", name, "")
            for ref, name in old_names.items()
            if ref not in new_names
        ] + [
            Change(label, "", "", name)
            for ref, name in new_names.items()
            if ref not in old_names
        ]

    def _get_objective_changes(self, old, new):
        label = self.env._("Objective")
        old_ones = {objective["ref"]: objective for objective in old}
        new_ones = {objective["ref"]: objective for objective in new}
        changes = [
            Change(label, "", self._describe_objective(objective), "")
            for ref, objective in old_ones.items()
            if ref not in new_ones
        ]
        for ref, objective in new_ones.items():
            if ref not in old_ones:
                text = self._describe_objective(objective)
                changes.append(Change(label, "", "", text))
                continue
            before = self._get_objective_texts(old_ones[ref])
            changes += [
                Change(objective["name"], field, before[field], text)
                for field, text in self._get_objective_texts(objective).items()
                if text != before[field]
            ]
        return changes

    def _describe_objective(self, objective):
        """Return an objective in one line."""
        return self.env._(
            "%(name)s: %(target)s by %(day)s",
            name=objective["name"],
            target=self._format_value(objective["target"], objective["unit"]),
            day=self._format_day(objective["deadline"]),
        )

    def _get_objective_texts(self, objective):
        """Return ``{label: text}`` of what people agree on in an objective."""
        unit = objective["unit"]
        texts = {
            self.env._("Objective"): objective["name"],
            self.env._("Indicator"): objective["indicator"]["name"],
            self.env._("Only"): objective["choice"]["name"],
            self.env._("Responsible"): objective["responsible"]["name"],
            self.env._("Weight"): self._format_number(objective["weight"]),
            self.env._("Target"): self._format_value(objective["target"], unit),
            self.env._("Deadline"): self._format_day(objective["deadline"]),
            self.env._("Control points"): "; ".join(
                f"{self._format_day(day)}: {self._format_value(value, unit)}"
                for day, value in objective["points"]
            ),
        }
        if objective["by_hand"]:
            baseline = self._format_value(objective["baseline"], unit)
        else:
            baseline = self.env._("counted at the start")
        texts[self.env._("Baseline")] = baseline
        return texts
