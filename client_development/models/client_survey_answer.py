from odoo import api, fields, models


class ClientSurveyAnswer(models.Model):
    """One question and its answer, word for word as they were.

    A copy: the questionnaire may be edited or deleted later, this row stays. No role
    may write it.
    """

    _name = "client.survey.answer"
    _description = "Client Survey Answer"
    _rec_name = "question"
    _order = "survey_id, sequence, id"

    survey_id = fields.Many2one(
        comodel_name="client.survey",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The survey in which the question was asked.",
    )
    call_id = fields.Many2one(
        comodel_name="client.call",
        string="Other Call",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The other call, not of an order's survey, in which the question was"
        " asked.",
    )
    question_id = fields.Many2one(
        comodel_name="survey.question",
        string="Question of the Questionnaire",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The question in the survey app, as long as it exists.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The client who answered.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        index="btree_not_null",
        help="The company that asked.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        index="btree_not_null",
        help="Who was responsible when the client answered.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        index="btree_not_null",
        help="The sales team that was responsible when the client answered.",
    )
    date = fields.Datetime(
        string="Answered on",
        readonly=True,
        help="When the client answered.",
    )
    sequence = fields.Integer(
        readonly=True,
        help="Order in which the questions were asked.",
    )
    question = fields.Char(
        required=True,
        readonly=True,
        help="The question as it was asked.",
    )
    answer = fields.Text(
        readonly=True,
        index="trigram",
        help="The client's words.",
    )
    in_own_words = fields.Boolean(
        readonly=True,
        help="The client spoke freely: he neither chose an answer nor said a number.",
    )
    rating = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="The client's rating, 1 to 5, if this was the rating question.",
    )

    survey_rating = fields.Integer(
        related="survey_id.rating",
        string="Rating of the Order",
        help="The client's rating, 1 to 5, in the same survey.",
    )

    _one_link = models.Constraint(
        "CHECK(num_nonnulls(survey_id, call_id) = 1)",
        "Survey Answer: an answer belongs to one survey, or to one other call.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Keep beside the words who answered, to whom and when, for reports."""
        known = {
            link: [vals[link] for vals in vals_list if vals.get(link)]
            for link in ("survey_id", "call_id")
        }
        now = fields.Datetime.now()
        return super().create(
            [
                {**self._prepare_asked_vals(vals, known), "date": now, **vals}
                for vals in vals_list
            ]
        )

    @api.model
    def _prepare_asked_vals(self, vals, known):
        """Return who answered to whom in the survey, or other call, of ``vals``.

        :param known: {link: ids} of all rows, which are read together
        """
        link = "survey_id" if vals.get("survey_id") else "call_id"
        asked = self.env[self._fields[link].comodel_name].browse(vals.get(link))
        asked = asked.with_prefetch(known[link])
        return {
            name: asked[name].id
            for name in ("partner_id", "company_id", "user_id", "team_id")
        }

    def action_open_asked(self):
        """Open the survey, or the other call, in which this was said."""
        self.ensure_one()
        self.check_access("read")
        asked = self.survey_id or self.call_id
        return {
            "type": "ir.actions.act_window",
            "res_model": asked._name,
            "res_id": asked.id,
            "views": [(False, "form")],
        }
