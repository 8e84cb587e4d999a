from odoo import fields, models

from .client_survey_flag import LEADER


class ClientSurveyAnswer(models.Model):
    """Annulled answers stay as they were, out of the count; texts are comparable."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey.answer"

    annulment_id = fields.Many2one(
        comodel_name="client.survey.annulment",
        string="Annulled",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The annulment by which this answer does not count any more.",
    )
    text_key = fields.Char(
        readonly=True,
        copy=False,
        groups=LEADER,
        help="Stands for who entered the text, and its letters and digits.",
    )
    text_size = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        groups=LEADER,
        help="Letters and digits of a free text; 0: not one, or not compared yet.",
    )

    _text_key_idx = models.Index("(text_key) WHERE text_key IS NOT NULL")
