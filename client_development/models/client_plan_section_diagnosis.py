from odoo import api, fields, models
from odoo.tools import format_date


class ClientPlanSection(models.Model):
    """What the team itself says about a section of its audit."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.section"

    audit_score = fields.Float(
        string="Self-Diagnosis",
        compute="_compute_audit",
        help="Mean of the latest answers of each employee, from 1 (very bad) to 5 (very"
        " good).",
    )
    audit_people = fields.Char(
        string="Answered by",
        compute="_compute_audit",
        help="Whose answers the mean is made of, and of which day.",
    )

    @api.depends("plan_id.diagnosis_ids.score_ids.score")
    def _compute_audit(self):
        """Read all answers: the mean is for everyone who sees the section.

        Only plans of teams have them; the others ask nothing.
        """
        asked = self.filtered(lambda section: section.plan_id.scope == "team")
        scores = self.env["client.plan.diagnosis.score"].sudo()
        if asked:
            scores = scores.search_fetch(
                [
                    ("section_id", "in", asked.ids),
                    ("diagnosis_id.date_done", "!=", False),
                ],
                ["section_id", "diagnosis_id", "score"],
                order="id",
            )
        by_section = scores.grouped("section_id")
        for section in self:
            # the latest answer of an employee comes last and stays
            latest = {
                score.diagnosis_id.user_id: score
                for score in by_section.get(section._origin.sudo(), ())
            }
            section.audit_score = (
                sum(score.score for score in latest.values()) / len(latest)
                if latest
                else 0.0
            )
            section.audit_people = ", ".join(
                f"{user.name} ({format_date(self.env, score.diagnosis_id.date_done)})"
                for user, score in latest.items()
            )
