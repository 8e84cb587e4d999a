from odoo import models

from .client_plan_signoff import WAITING


class ClientPlan(models.Model):
    """What the printed plan shows beside the plan's own fields."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    def _get_signature_rows(self):
        """Return one row for each signer: name, role, moment and drawn signature.

        Those of the latest version, as they signed it, without who is not asked any
        more; a plan that nobody signs there has empty lines for everyone named, to be
        signed on paper.
        """
        self.ensure_one()
        self.check_access("read")
        version = self.sudo().version_ids.sorted("number", reverse=True)[:1]
        signatures = version.signoff_ids.filtered(
            lambda word: word.kind == "signature" and word.state in (WAITING, "signed")
        )
        if not signatures:
            return [
                {"name": name, "role": role, "date": False, "image": False}
                for name, role in self._get_signers()
            ]
        labels = self._get_role_labels()
        return [
            {
                "name": signature.signer_name,
                "role": labels[signature.role],
                "date": signature.date_signed,
                "image": signature.signature,
            }
            for signature in signatures
        ]

    def _get_swot_rows(self):
        """Return the 2×2 table: two rows of ``(heading, items)``."""
        self.ensure_one()
        by_kind = self.swot_ids.grouped("kind")
        headings = {
            "strength": self.env._("Strengths"),
            "weakness": self.env._("Weaknesses"),
            "opportunity": self.env._("Opportunities"),
            "risk": self.env._("Risks"),
        }
        return [
            [
                (headings[kind], by_kind.get(kind, self.swot_ids.browse()))
                for kind in kinds
            ]
            for kinds in (("strength", "weakness"), ("opportunity", "risk"))
        ]

    def _get_subject_name(self):
        """Return whom the plan develops, in words."""
        self.ensure_one()
        if self.scope == "territory":
            # a country counts by its chosen states only
            places = self.country_ids - self.state_ids.country_id
            return ", ".join([*places.mapped("name"), *self.state_ids.mapped("name")])
        return ", ".join(self.sudo()._get_subject().mapped("display_name"))
