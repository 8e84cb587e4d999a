from odoo import api, fields, models
from odoo.exceptions import ValidationError

PROFILE = "client_profile"
# What is answered in figures: how much the client spends in a year.
AMOUNTS = ("wallet", "wallet_total")


class SurveySurvey(models.Model):
    """A kind of its own for the questionnaires by which campaigns assess clients."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[(PROFILE, "Assessment of a client")],
        ondelete={PROFILE: "set default"},
    )

    @api.model
    def _get_client_survey_types(self):
        return [*super()._get_client_survey_types(), PROFILE]

    @api.constrains("survey_type")
    def _check_client_proposals(self):
        self.question_ids._check_client_proposes()


class SurveyQuestion(models.Model):
    """A question may say what its answer proposes about the client."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "survey.question"

    client_survey_type = fields.Selection(
        related="survey_id.survey_type",
        string="Kind of Questionnaire",
        help="The kind of the questionnaire to which the question belongs.",
    )
    client_proposes = fields.Selection(
        selection=[
            ("wallet", "Wallet in a product category, per year"),
            ("wallet_total", "Whole wallet, per year"),
            ("segment", "Segment"),
        ],
        string="Answer Proposes",
        help="What a campaign proposes from the answer; a team leader confirms it"
        " before it is written. A wallet is answered by a number in the company's"
        " currency, a segment by one of the choices. Empty: the answer is only kept.",
    )
    client_category_id = fields.Many2one(
        comodel_name="product.category",
        string="Category of the Wallet",
        ondelete="set null",
        help="The product category of which the client says how much he spends a year,"
        " with everybody. For the whole wallet: the category in which the part that is"
        " not known by category is entered; empty: chosen when it is confirmed.",
    )

    @api.constrains(
        "client_proposes",
        "client_category_id",
        "question_type",
        "survey_id",
        "suggested_answer_ids",
    )
    def _check_client_proposes(self):
        for question in self.filtered("client_proposes"):
            if question.survey_id.survey_type != PROFILE:
                raise ValidationError(
                    self.env._(
                        "Answer Proposes: only questions of an assessment propose"
                        " something. Empty it in the question “%(question)s”.",
                        question=question.title,
                    )
                )
            if question.client_proposes in AMOUNTS:
                question._check_client_wallet()
            else:
                question._check_client_choices()

    def _check_client_wallet(self):
        if self.question_type != "numerical_box":
            raise ValidationError(
                self.env._(
                    "The question “%(question)s” proposes a wallet: it must be answered"
                    " by a number, the amount per year in the company's currency.",
                    question=self.title,
                )
            )
        if self.client_proposes == "wallet" and not self.client_category_id:
            raise ValidationError(
                self.env._(
                    "Category of the Wallet: choose the product category of which the"
                    " question “%(question)s” asks.",
                    question=self.title,
                )
            )

    def _check_client_choices(self):
        if self.question_type != "simple_choice":
            raise ValidationError(
                self.env._(
                    "The question “%(question)s” proposes a segment: it must be a"
                    " choice of one answer.",
                    question=self.title,
                )
            )
        if not self.suggested_answer_ids.client_segment_id:
            raise ValidationError(
                self.env._(
                    "The question “%(question)s” proposes a segment: choose a segment"
                    " at one of its answers at least.",
                    question=self.title,
                )
            )

    def _validate_numerical_box(self, answer):
        """A wallet is an amount that can be one."""
        errors = super()._validate_numerical_box(answer)
        if errors or self.survey_id.survey_type != PROFILE:
            return errors
        if self.client_proposes in AMOUNTS and float(answer) < 0:
            return {
                self.id: self.env._(
                    "“%(question)s”: enter what the client spends per year, 0 or more.",
                    question=self.title,
                )
            }
        return errors


class SurveyQuestionAnswer(models.Model):
    """An answer that may be chosen, and the segment that it speaks for."""

    _inherit = "survey.question.answer"

    client_segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Client's Segment",
        ondelete="set null",
        help="The segment that a campaign proposes for a client who gives this answer."
        " Empty: none.",
    )

    @api.constrains("client_segment_id", "question_id")
    def _check_client_segment(self):
        self.question_id._check_client_proposes()
