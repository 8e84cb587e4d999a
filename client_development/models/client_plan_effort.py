from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare, float_is_zero, float_round, format_date

DAY_HOURS = 24.0
DIGITS = 2  # of an hour; a hundredth is 36 seconds
# Work that prepares a plan counts, so long before the plan.
PREPARATION_DAYS = 31


class ClientPlanEffort(models.Model):
    """Working time that one employee spent on an action on one day.

    The spent hours of an action are the sum of these rows, so that time can be read
    per person and period (product.md A, "planned and spent hours (dated)").
    """

    _name = "client.plan.effort"
    _description = "Working Time of an Action"
    _inherit = ["client.plan.line.child"]
    _order = "date desc, id desc"
    _rec_name = "line_id"

    plan_name = fields.Char(
        related="plan_id.name",
        string="Name of the Plan",
        help="Shown to everyone who takes part in the action, even without access to"
        " the plan.",
    )
    partner_id = fields.Many2one(
        related="line_id.partner_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The client of the plan.",
    )
    team_id = fields.Many2one(
        related="line_id.team_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Sales team of the plan.",
    )
    action_type = fields.Selection(
        related="line_id.action_type",
        store=True,
        help="What kind of work it was.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Employee",
        required=True,
        default=lambda self: self.env.uid,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Who spent the time.",
    )
    date = fields.Date(
        string="Day",
        compute="_compute_date",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
        help="The day on which the time was spent. Default: today, by the clock of the"
        " company.",
    )
    hours = fields.Float(
        required=True,
        help="Working time in hours; below zero to correct an earlier entry.",
    )
    name = fields.Char(
        string="Description",
        help="What was done in this time.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("line_id")
    def _compute_date(self):
        for effort in self:
            if not effort.date:
                company = effort.line_id.company_id or self.env.company
                effort.date = company._client_today()

    # -- rules ---------------------------------------------------------------------

    @api.constrains("date", "line_id")
    def _check_date(self):
        for effort in self.sudo():
            if effort.date > effort.company_id._client_today():
                raise ValidationError(
                    self.env._(
                        "Day: %(date)s has not come yet. Enter the hours of “%(line)s”"
                        " on the day on which they are spent, or as planned hours.",
                        date=format_date(self.env, effort.date),
                        line=effort.line_id.name,
                    )
                )
            first = effort._get_first_day()
            if effort.date < first:
                raise ValidationError(
                    self.env._(
                        "Day: %(date)s is long before the plan of “%(line)s”. Enter the"
                        " hours on the day on which they were spent, from %(first)s"
                        " on.",
                        date=format_date(self.env, effort.date),
                        line=effort.line_id.name,
                        first=format_date(self.env, first),
                    )
                )

    def _get_first_day(self):
        """Return the first day on which the action may have taken time."""
        self.ensure_one()
        plan = self.plan_id
        created = plan.company_id._client_date(plan.create_date)
        return min(created, plan.date_start) - timedelta(days=PREPARATION_DAYS)

    @api.constrains("user_id", "line_id")
    def _check_user(self):
        for effort in self.sudo():
            user = effort.user_id
            if user.share or effort.company_id not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "Employee: %(user)s does not work in %(company)s. Choose"
                        " somebody who does.",
                        user=user.name,
                        company=effort.company_id.name,
                    )
                )

    @api.constrains("hours", "date", "user_id")
    def _check_day(self):
        """Nobody works more than 24 hours a day, over all his actions."""
        for user, date, hours in self.sudo()._read_group(
            [("user_id", "in", self.user_id.ids), ("date", "in", self.mapped("date"))],
            ["user_id", "date:day"],
            ["hours:sum"],
        ):
            if float_compare(hours, DAY_HOURS, precision_digits=DIGITS) > 0:
                raise ValidationError(
                    self.env._(
                        "Hours: %(user)s would have worked %(hours)s hours on %(date)s;"
                        " a day has 24. Enter the time of each day on its own, on the"
                        " page “Working Time” of the action.",
                        user=user.name,
                        hours=float_round(hours, precision_digits=DIGITS),
                        date=format_date(self.env, date),
                    )
                )

    @api.constrains("hours", "user_id", "line_id")
    def _check_corrections(self):
        self._check_sums(self.line_id)

    @api.model
    def _check_sums(self, lines):
        """Corrections take back what the same employee entered, and no more."""
        for line, user, hours in self.sudo()._read_group(
            [("line_id", "in", lines.ids)], ["line_id", "user_id"], ["hours:sum"]
        ):
            if float_compare(hours, 0.0, precision_digits=DIGITS) < 0:
                raise ValidationError(
                    self.env._(
                        "Hours: %(user)s would have less than no time on “%(line)s”."
                        " Correct by no more than was entered before.",
                        user=user.name,
                        line=line.name,
                    )
                )

    def _check_rights(self):
        """Everyone enters his own time; owner, leader, administrator that of others."""
        if self.env.su:
            return
        for effort in self:
            line = effort.line_id
            if effort.user_id != self.env.user and not line._is_time_managed_by_user():
                raise UserError(
                    self.env._(
                        "Employee: you enter your own hours on “%(line)s”. Those of"
                        " others are changed by the owner of the plan, the team leader"
                        " or an administrator.",
                        line=line.sudo().name,
                    )
                )

    # -- create, write and delete --------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        efforts = super().create(vals_list)
        efforts._check_rights()
        return efforts

    def write(self, vals):
        self._check_rights()
        res = super().write(vals)
        if "user_id" in vals:
            self._check_rights()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_others(self):
        self._check_rights()

    def unlink(self):
        lines = self.line_id
        res = super().unlink()
        self._check_sums(lines.exists())
        return res

    # -- figures -------------------------------------------------------------------

    @api.model
    def _get_hours(self, lines):
        """Return ``{line: {user: hours}}``, who entered last coming first."""
        hours = {}
        for line, user, total, _last in self.sudo()._read_group(
            [("line_id", "in", lines.ids)],
            ["line_id", "user_id"],
            ["hours:sum", "id:max"],
            order="id:max desc",
        ):
            if not float_is_zero(total, precision_digits=DIGITS):
                hours.setdefault(line.id, {})[user] = total
        return hours
