from odoo import fields, models


class ClientPlanLine(models.Model):
    """What came out of an action, beside the result that was agreed beforehand.

    *Checkable Result* says before the work how anyone will see that it is done, and is
    what the quality gate asks for; the outcome says afterwards what came of it. In one
    field the second would overwrite what the first was agreed to be.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    outcome = fields.Text(
        copy=False,
        help="What came out of it, when it is done: what was learned, agreed or sold.",
    )
