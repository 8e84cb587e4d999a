from datetime import date
from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import format_date, formatLang

# More than anybody spends in a month, and far below what a column can hold.
MAX_AMOUNT = 1e12
FIRST_MONTH = date(1990, 1, 1)
YEARS_AHEAD = 2


class ClientAcquisitionCost(models.Model):
    """Money spent in a month on winning clients, by team or source.

    Divided by the new clients it gives the acquisition cost (product.md E).
    """

    _name = "client.acquisition.cost"
    _description = "Client Acquisition Cost"
    _order = "month desc, id desc"
    _rec_names_search = ["note", "source_id.name"]
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        help="The company that spent the money.",
    )
    month = fields.Date(
        required=True,
        index=True,
        default=lambda self: self.env.company._client_today().replace(day=1),
        help="The month for which the money was spent. Any day of it will do: the first"
        " is kept.",
    )
    amount = fields.Monetary(
        string="Money Spent",
        required=True,
        help="What was spent in the month on winning clients, in the company's"
        " currency.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        index="btree_not_null",
        default=lambda self: self._default_team_id(),
        ondelete="restrict",
        check_company=True,
        help="The team that was to win the clients. Empty: the company as a whole.",
    )
    source_id = fields.Many2one(
        comodel_name="utm.source",
        ondelete="set null",
        help="What the money was spent on, for example a fair or an advertisement.",
    )
    note = fields.Char(
        help="What else is worth knowing, for example the number of the invoice.",
    )

    _amount_not_negative = models.Constraint(
        "CHECK(amount >= 0)",
        "Money spent: it cannot be negative. Enter what was spent, or 0.",
    )

    @api.depends("month", "source_id.name", "note")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cost in self:
            month = cost.month and format_date(
                self.env, cost.month, date_format="LLLL y"
            )
            what = filter(None, [month, cost.source_id.name, cost.note])
            cost.display_name = ", ".join(what)

    @api.model
    def _default_team_id(self):
        """The team that the user leads, if he leads one only."""
        teams = self.env["crm.team"].search(
            [
                ("user_id", "=", self.env.uid),
                ("company_id", "in", [False, self.env.company.id]),
            ],
            limit=2,
        )
        return teams if len(teams) == 1 else teams.browse()

    @api.model_create_multi
    def create(self, vals_list):
        """A cost belongs to the first day of its month."""
        self.check_access("create")
        # Defaults may come from outside, too.
        vals_list = [self._add_missing_default_values(vals) for vals in vals_list]
        return super().create([self._prepare_vals(vals) for vals in vals_list])

    def write(self, vals):
        """A cost belongs to the first day of its month."""
        self.check_access("write")
        result = super().write(self._prepare_vals(vals))
        if "team_id" in vals or "company_id" in vals:
            # The rules have been asked about the values before only.
            self.check_access("write")
        return result

    @api.model
    def _prepare_vals(self, vals):
        """Refuse what no cost can be, before anything is rounded."""
        if vals.get("amount"):
            self._check_amount(vals["amount"])
        if "team_id" in vals and not vals["team_id"]:
            self._check_whole_company()
        if vals.get("month"):
            return {**vals, "month": self._get_month(vals["month"])}
        return vals

    @api.model
    def _check_amount(self, amount):
        try:
            number = float(amount)
        except (TypeError, ValueError):
            number = float("nan")
        if not isfinite(number) or not 0 <= number <= MAX_AMOUNT:
            raise ValidationError(
                self.env._(
                    "Money spent: %(amount)s is not possible. Enter what was spent in"
                    " the month, from 0 to %(limit)s.",
                    amount=amount,
                    limit=formatLang(self.env, MAX_AMOUNT, digits=0),
                )
            )

    @api.model
    def _check_whole_company(self):
        """What was spent for the whole company, administrators enter."""
        if not self.env.su and not self.env.user.has_group(
            "client_development.group_client_manager"
        ):
            raise UserError(
                self.env._(
                    "Sales team: it is missing. Choose a team that you lead; what was"
                    " spent for the company as a whole, an administrator enters."
                )
            )

    @api.model
    def _get_month(self, value):
        """Return the first day of the month of ``value``."""
        last = fields.Date.add(self.env.company._client_today(), years=YEARS_AHEAD)
        try:
            day = fields.Date.to_date(value)
        except (TypeError, ValueError):
            day = None
        if day is None or not FIRST_MONTH <= day <= last:
            raise ValidationError(
                self.env._(
                    "Month: %(date)s is not possible. Enter a day from %(first)s to"
                    " %(last)s.",
                    date=value,
                    first=format_date(self.env, FIRST_MONTH),
                    last=format_date(self.env, last),
                )
            )
        return day.replace(day=1)
