from odoo import fields, models

SCOPES = [
    ("client", "Client"),
    ("segment", "Segment"),
    ("team", "Sales Team"),
    ("territory", "Territory"),
    ("company", "Company"),
]
# What a plan of a sales team is about; the others know the first only.
VARIANTS = [
    ("usual", "Development of a team"),
    ("department", "New department"),
]
KINDS = [
    ("strength", "Strength"),
    ("weakness", "Weakness"),
    ("opportunity", "Opportunity"),
    ("risk", "Risk"),
]


class ClientPlanSectionKind(models.Model):
    """A section that every plan of one scope has, with its guiding questions.

    A client plan has five: qualification, strategy for the decision-making unit,
    warm-up, assortment and resource development (product.md A). A sales team has two
    sets, and the four directions of a SWOT come with it, whatever the scope. Sections
    are data: a company may rename, add or archive them; existing plans keep theirs.
    """

    _name = "client.plan.section.kind"
    _description = "Plan Section Kind"
    _order = "scope, sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="Heading of the section.",
    )
    code = fields.Char(
        required=True,
        copy=False,
        help="Technical name of the section, used by templates and imports.",
    )
    active = fields.Boolean(
        default=True,
        help="Archived sections stay in existing plans; new plans do not get them.",
    )
    scope = fields.Selection(
        selection=SCOPES,
        required=True,
        default="client",
        help="New plans of this scope get the section.",
    )
    variant = fields.Selection(
        selection=VARIANTS,
        string="For",
        required=True,
        default="usual",
        help="Plans of a sales team either develop it or found a new department; each"
        " has sections of its own.",
    )
    swot_kind = fields.Selection(
        selection=KINDS,
        string="Direction of",
        help="Actions that show a strength, fix a weakness, use an opportunity or"
        " reduce a risk are put into this section. Every plan with a SWOT gets it.",
    )
    sequence = fields.Integer(
        default=10,
        help="Order of the sections within a plan.",
    )
    description = fields.Text(
        string="Guiding Questions",
        translate=True,
        help="Questions that help to fill the section in.",
    )

    _code_unique = models.UniqueIndex(
        "(scope, code)",
        "Code: this scope already has a section with this code. Choose a new one.",
    )
