from odoo import fields, models

# Whoever makes the calls need not know from when on an answer is looked at.
HONESTY_GROUPS = "client_development.group_client_leader,base.group_system"


class ResCompany(models.Model):
    """Which answers of clients a leader is asked to check (product.md F)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    client_flag_fast_seconds = fields.Integer(
        string="Quick Answer",
        default=30,
        groups=HONESTY_GROUPS,
        help="An answer recorded by call in less than so many seconds is to be checked."
        " 0: never.",
    )
    client_flag_copied_days = fields.Integer(
        string="Same Text within",
        default=90,
        groups=HONESTY_GROUPS,
        help="The same text entered by the same person for two clients within so many"
        " days is to be checked. 0: never.",
    )
    client_flag_copied_length = fields.Integer(
        string="Length of a Text",
        default=15,
        groups=HONESTY_GROUPS,
        help="Only texts of at least so many letters and digits are compared: everybody"
        " says “all is well”.",
    )
    client_flag_equal_count = fields.Integer(
        string="Equal Answers in a Row",
        default=5,
        groups=HONESTY_GROUPS,
        help="So many answers in a row with the same rating and the same or no texts,"
        " recorded by one person on one day, are to be checked. 0: never.",
    )
    client_flag_hour_from = fields.Float(
        string="Calls from",
        default=7.0,
        groups=HONESTY_GROUPS,
        help="An answer recorded by call earlier in the day, in the time zone of the"
        " company, is to be checked.",
    )
    client_flag_hour_to = fields.Float(
        string="Calls until",
        default=21.0,
        groups=HONESTY_GROUPS,
        help="An answer recorded by call later in the day, in the time zone of the"
        " company, is to be checked.",
    )
    client_flag_link_minutes = fields.Integer(
        string="Answer after Copying",
        default=5,
        groups=HONESTY_GROUPS,
        help="An answer through a private link less than so many minutes after an"
        " employee copied the link is to be checked. 0: never.",
    )
    client_check_share = fields.Float(
        string="Share of Check Calls",
        default=5.0,
        groups=HONESTY_GROUPS,
        help="Share of answered surveys, in percent, that is drawn at random for a"
        " check call by the team leader. 0: none.",
    )
    client_check_due_days = fields.Integer(
        string="Days for a Check Call",
        default=5,
        groups=HONESTY_GROUPS,
        help="A check call is due within so many working days of the company's"
        " calendar.",
    )
    client_check_link = fields.Boolean(
        string="Also Answers through the Link",
        groups=HONESTY_GROUPS,
        help="Also draw answers that the client himself gave through the private link"
        " that was e-mailed to him. Answers through a link that an employee has copied"
        " are always drawn from, as calls are.",
    )
    client_check_difference = fields.Integer(
        string="Difference of Ratings",
        default=2,
        groups=HONESTY_GROUPS,
        help="When the rating given in the check call differs by so much, the first"
        " answer is to be checked.",
    )

    _client_honesty_range = models.Constraint(
        "CHECK(client_flag_fast_seconds >= 0 AND client_flag_copied_days >= 0"
        " AND client_flag_copied_length > 0 AND client_flag_equal_count >= 0"
        " AND client_flag_equal_count != 1 AND client_check_due_days >= 0"
        " AND client_check_difference BETWEEN 1 AND 4)",
        "Answers to check: seconds and days cannot be negative, a text has at least 1"
        " letter, at least 2 answers are equal, and ratings differ by 1 to 4.",
    )
    _client_honesty_limits = models.Constraint(
        "CHECK(client_flag_fast_seconds <= 3600 AND client_flag_copied_days <= 3650"
        " AND client_flag_copied_length <= 1000 AND client_flag_equal_count <= 1000"
        " AND client_check_due_days <= 60)",
        "Answers to check: enter at most 3600 seconds, 1000 letters, 3650 days for the"
        " same text, 1000 equal answers, and 60 days for a check call.",
    )
    _client_honesty_hours = models.Constraint(
        "CHECK(client_flag_hour_from >= 0 AND client_flag_hour_to <= 24"
        " AND client_flag_hour_from < client_flag_hour_to)",
        "Answers to check: the hours of calls lie between 0:00 and 24:00, the first"
        " before the last.",
    )
    _client_check_share_range = models.Constraint(
        "CHECK(client_check_share >= 0 AND client_check_share <= 100)",
        "Check calls: the share is a percentage between 0 and 100.",
    )
    _client_flag_link_range = models.Constraint(
        "CHECK(client_flag_link_minutes BETWEEN 0 AND 1440)",
        "Answer after Copying: enter 0 to 1440 minutes.",
    )
