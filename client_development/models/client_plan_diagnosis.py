from odoo import Command, api, fields, models


class ClientPlanDiagnosis(models.Model):
    """One employee's self-diagnosis of his sales team, for the team's plan.

    The survey app asks; this row remembers who answered when, and what the answers
    mean for each section of the audit. Written by the system only.
    """

    _name = "client.plan.diagnosis"
    _description = "Self-Diagnosis"
    _inherit = ["client.plan.child"]
    _order = "date_done desc, id desc"
    _rec_name = "user_id"

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The plan of the team that is diagnosed.",
    )
    company_id = fields.Many2one(
        related="plan_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Employee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Who answered.",
    )
    user_input_id = fields.Many2one(
        comodel_name="survey.user_input",
        string="Answers",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="client_development.group_client_manager",
        help="The answers in the survey app.",
    )
    date_done = fields.Date(
        string="Answered on",
        readonly=True,
        help="The day on which all questions were answered. Empty: begun only.",
    )
    score_ids = fields.One2many(
        comodel_name="client.plan.diagnosis.score",
        inverse_name="diagnosis_id",
        string="Topics",
        readonly=True,
        help="The mean of the answers for each section of the audit.",
    )
    score = fields.Float(
        string="Mean",
        compute="_compute_score",
        help="Mean of the topics, from 1 to 5.",
    )

    note = fields.Text(
        string="In Own Words",
        readonly=True,
        help="What the employee has written beside the marks.",
    )

    _one_begun = models.UniqueIndex(
        "(plan_id, user_id) WHERE date_done IS NULL",
        "Self-Diagnosis: you have begun one already. Finish it first.",
    )

    @api.depends("score_ids.score")
    def _compute_score(self):
        for diagnosis in self:
            scores = diagnosis.score_ids.mapped("score")
            diagnosis.score = sum(scores) / len(scores) if scores else 0.0

    def _finish(self):
        """Copy what the answers mean for each section, once."""
        for diagnosis in self.filtered(lambda diagnosis: not diagnosis.date_done):
            plan = diagnosis.plan_id
            sections = {section.kind_id: section for section in plan.section_ids}
            values, words = {}, []
            for line in diagnosis.user_input_id.user_input_line_ids:
                section = sections.get(line.question_id.client_section_kind_id)
                if section and line.answer_type == "scale" and not line.skipped:
                    values.setdefault(section, []).append(line.value_scale)
                elif line.answer_type in ("text_box", "char_box"):
                    words.append(line[f"value_{line.answer_type}"])
            diagnosis.write(
                {
                    "date_done": plan.company_id._client_today(),
                    "note": "\n".join(words),
                    "score_ids": [
                        Command.create(
                            {
                                "section_id": section.id,
                                "score": sum(answers) / len(answers),
                            }
                        )
                        for section, answers in values.items()
                    ],
                }
            )


class ClientPlanDiagnosisScore(models.Model):
    """The mean of one employee's answers about one section of a team's audit."""

    _name = "client.plan.diagnosis.score"
    _description = "Topic of a Self-Diagnosis"
    _order = "diagnosis_id, sequence, id"
    _rec_name = "section_id"

    diagnosis_id = fields.Many2one(
        comodel_name="client.plan.diagnosis",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The self-diagnosis to which the topic belongs.",
    )
    section_id = fields.Many2one(
        comodel_name="client.plan.section",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The section of the plan beside which the mean is shown.",
    )
    sequence = fields.Integer(
        related="section_id.sequence",
        store=True,
        help="Order of the sections.",
    )
    plan_id = fields.Many2one(
        related="diagnosis_id.plan_id",
        store=True,
        precompute=True,
        index=True,
        help="The plan of the team.",
    )
    company_id = fields.Many2one(
        related="diagnosis_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    score = fields.Float(
        string="Mean",
        readonly=True,
        aggregator="avg",
        help="Mean of the answers, from 1 to 5.",
    )
