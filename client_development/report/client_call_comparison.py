from odoo import fields, models
from odoo.tools import SQL


class ClientCallComparison(models.Model):
    """First answers beside those of a finished check call, question by question."""

    _name = "client.call.comparison"
    _description = "Comparison of Answers"
    _auto = False
    _order = "call_id, sequence, id"
    _rec_name = "question"
    _depends = {
        "client.call": ["annulment_id", "kind", "state", "survey_id"],
        "client.survey.answer": [
            "annulment_id",
            "answer",
            "call_id",
            "question",
            "question_id",
            "sequence",
            "survey_id",
        ],
        "survey.question": ["sequence"],
    }

    call_id = fields.Many2one(
        comodel_name="client.call",
        string="Check Call",
        readonly=True,
        help="The call by which a leader checked the answer.",
    )
    sequence = fields.Integer(
        readonly=True,
        help="Order in which the questions were asked.",
    )
    question = fields.Char(
        readonly=True,
        help="The question as it was asked first.",
    )
    first_answer = fields.Text(
        readonly=True,
        help="What was recorded first.",
    )
    check_answer = fields.Text(
        readonly=True,
        help="What the client said in the check call.",
    )

    @property
    def _table_query(self):
        """One row per question of either call. The question of the survey app says
        which belong together; when it was deleted, the same words do."""
        return SQL(
            """
            SELECT MIN(x.id) AS id, x.call_id,
                   MIN(COALESCE(q.sequence, x.sequence)) AS sequence,
                   (ARRAY_AGG(x.question ORDER BY x.is_check, x.id))[1] AS question,
                   MAX(x.answer) FILTER (WHERE NOT x.is_check) AS first_answer,
                   MAX(x.answer) FILTER (WHERE x.is_check) AS check_answer
              FROM (SELECT a.id, c.id AS call_id, FALSE AS is_check, a.question_id,
                           a.question, a.answer, a.sequence
                      FROM client_call c
                      JOIN client_survey_answer a
                        ON a.survey_id = c.survey_id
                       AND a.annulment_id IS NOT DISTINCT FROM c.annulment_id
                     WHERE c.kind = 'check' AND c.state = 'done'
                     UNION ALL
                    SELECT a.id, c.id, TRUE, a.question_id, a.question, a.answer,
                           a.sequence
                      FROM client_call c
                      JOIN client_survey_answer a ON a.call_id = c.id
                     WHERE c.kind = 'check' AND c.state = 'done') x
              LEFT JOIN survey_question q ON q.id = x.question_id
             GROUP BY x.call_id, COALESCE(x.question_id::text, x.question)
            """
        )
