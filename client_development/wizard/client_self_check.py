from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_amount, formatLang

STATUSES = [("green", "Answered"), ("amber", "Partly"), ("red", "Missing")]
STATUS_HELP = "Whether the question can be answered from what is recorded."
# What the answers depend on.
CHOICES = ("company_id", "scope", "user_id", "team_id", "months")
# From this part of the clients on their potential counts as known, or known in part.
KNOWN_WELL = 0.8
KNOWN_PARTLY = 0.5


class ClientSelfCheck(models.TransientModel):
    """The self-check: five questions on client development, answered from facts.

    - Which indicators are used to judge the development of clients?
    - What part of working time goes to the development of clients?
    - Who are the clients behind most sales, and is their potential known?
    - Is the potential of the others known, and how much of it is untapped?
    - Which goals are set for the next month and the year ahead?

    For oneself, one person, one team or the company. Everything is read with the rights
    of whoever looks. The answers are in ``client_self_check_plans.py``, ``…_time.py``
    and ``…_clients.py``, the windows behind them in ``…_records.py``.
    """

    _name = "client.self.check"
    _description = "Self-Check"
    # A page left open overnight, or bookmarked for a few days, can still be used.
    _transient_max_hours = 7 * 24.0

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        help="The company that is checked.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
    )
    scope = fields.Selection(
        selection="_get_scopes",
        string="Whose Answers",
        required=True,
        default="me",
        help="Whose clients, plans and working time are looked at. Team leaders may"
        " choose their teams and people, administrators the company too.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        domain="[('id', 'in', allowed_user_ids)]",
        help="Whose clients, plans and working time are looked at.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        domain="[('id', 'in', allowed_team_ids)]",
        help="The team whose clients, plans and working time are looked at.",
    )
    months = fields.Selection(
        selection=[
            ("period", "Period of the Facts"),
            ("3", "Last 3 Months"),
            ("1", "Last Month"),
        ],
        string="Working Time",
        required=True,
        default="period",
        help="Over which days working time is added up.",
    )
    is_leader = fields.Boolean(
        compute="_compute_allowed",
        help="You may look at other people and teams.",
    )
    is_manager = fields.Boolean(
        compute="_compute_allowed",
        help="You may look at the whole company.",
    )
    allowed_team_ids = fields.Many2many(
        comodel_name="crm.team",
        compute="_compute_allowed",
        help="The teams that you may look at.",
    )
    allowed_user_ids = fields.Many2many(
        comodel_name="res.users",
        compute="_compute_allowed",
        help="The people whom you may look at.",
    )

    # -- whose answers -----------------------------------------------------------------

    @api.model
    def _get_scopes(self):
        """Return the scopes that the current user may choose."""
        scopes = [("me", self.env._("Me"))]
        if self.env.user.has_group("client_development.group_client_leader"):
            scopes += [
                ("user", self.env._("One Person")),
                ("team", self.env._("One Team")),
            ]
        if self.env.user.has_group("client_development.group_client_manager"):
            scopes.append(("company", self.env._("Company")))
        return scopes

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        self.display_name = self.env._("Self-Check")

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_allowed(self):
        user = self.env.user
        manager = user.has_group("client_development.group_client_manager")
        leader = user.has_group("client_development.group_client_leader")
        for check in self:
            check.is_manager, check.is_leader = manager, leader
            teams = check.env["crm.team"]
            if leader:
                domain = Domain("company_id", "in", [check.company_id.id, False])
                if not manager:
                    domain &= Domain("user_id", "=", user.id)
                teams = teams.search(domain)
            check.allowed_team_ids = teams
            check.allowed_user_ids = user | check._get_members(teams)

    def _get_members(self, teams):
        """Return the people of these teams who work in the company."""
        if not teams:
            return self.env["res.users"]
        return self.env["res.users"].search(
            [
                ("share", "=", False),
                ("company_ids", "in", self.company_id.id),
                ("crm_team_member_ids.crm_team_id", "in", teams.ids),
            ]
        )

    @api.onchange("scope")
    def _onchange_scope(self):
        """Offer the leader's team, and nothing that the scope does not need."""
        if self.scope == "team":
            self.team_id = self.team_id or self.allowed_team_ids[:1]._origin
        if self.scope != "team":
            self.team_id = False
        if self.scope != "user":
            self.user_id = False

    @api.constrains("scope", "user_id", "team_id")
    def _check_scope(self):
        # constraints run as superuser
        for check in self.with_user(self.env.uid):
            if check.scope == "team" and not check.team_id:
                raise ValidationError(
                    self.env._("Sales Team: choose the team to look at.")
                )
            if check.scope == "user" and not check.user_id:
                raise ValidationError(self.env._("Person: choose whom to look at."))
            if not check._is_allowed():
                raise AccessError(
                    self.env._(
                        "Whose Answers: you may look at yourself, a team leader at his"
                        " teams and their people, an administrator at the company."
                        " Choose one of these."
                    )
                )

    def _is_allowed(self):
        """Whether the current user may look at what is chosen."""
        self.ensure_one()
        if self.scope == "company":
            return self.is_manager
        if self.scope == "team":
            return self.team_id._origin <= self.allowed_team_ids._origin
        if self.scope == "user":
            return self.user_id._origin <= self.allowed_user_ids._origin
        return True

    def _get_users(self):
        """Return whose working time is looked at."""
        self.ensure_one()
        if not self._is_allowed():
            return self.env["res.users"]
        if self.scope == "company":
            return self._get_members(self.allowed_team_ids._origin)
        if self.scope == "team":
            return self._get_members(self.team_id._origin)
        return self.user_id._origin if self.scope == "user" else self.env.user

    # -- domains and days --------------------------------------------------------------

    def _get_fact_domain(self):
        """Return the domain of the clients who are looked at."""
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id)
        if not self._is_allowed():
            return Domain.FALSE
        if self.scope == "company":
            return domain
        if self.scope == "team":
            return domain & Domain("team_id", "=", self.team_id._origin.id or 0)
        user = self._get_users()
        return domain & (
            Domain("user_id", "in", user.ids) | Domain("developer_id", "in", user.ids)
        )

    def _get_plan_domain(self):
        """Return the domain of the running plans that are looked at."""
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("state", "=", "running")
        if not self._is_allowed():
            return Domain.FALSE
        if self.scope == "company":
            return domain
        if self.scope == "team":
            return domain & Domain("team_id", "=", self.team_id._origin.id or 0)
        return domain & Domain("user_id", "in", self._get_users().ids)

    def _get_objective_domain(self):
        """Return the domain of the objectives of these plans."""
        return Domain("plan_id", "any", self._get_plan_domain())

    def _get_days(self):
        """Return the first and the last day of the working time."""
        self.ensure_one()
        today = self.company_id._client_today()
        months = self.company_id.sudo().client_period_months
        if self.months != "period":
            months = int(self.months)
        return fields.Date.add(today - relativedelta(months=months), days=1), today

    def _get_goal_days(self):
        """Return today, the end of the next month and that of the twelfth month.

        The article asks for the goals of the next month or year. The year ahead is
        counted from now on, not from January: a plan is made for twelve months.
        """
        self.ensure_one()
        today = self.company_id._client_today()
        begin = today.replace(day=1)
        day = relativedelta(days=1)
        return (
            today,
            begin + relativedelta(months=2) - day,
            begin + relativedelta(months=13) - day,
        )

    # -- words -------------------------------------------------------------------------

    @api.model
    def _say(self, *sentences):
        """Return the answer: the first sentence large, the others below it."""
        lines = [sentence for sentence in sentences if sentence]
        return Markup("<div class='o_self_check_main'>%s</div>%s") % (
            lines[0],
            Markup().join(
                Markup("<div class='o_self_check_more'>%s</div>") % line
                for line in lines[1:]
            ),
        )

    @api.model
    def _strong(self, value):
        return Markup("<b>%s</b>") % value

    @api.model
    def _number(self, value, digits=0):
        return self._strong(formatLang(self.env, value, digits=digits))

    @api.model
    def _percent(self, part, whole):
        """Return the share as text; nothing is divided by zero."""
        share = 100.0 * part / whole if whole else 0.0
        return self._strong(f"{formatLang(self.env, share, digits=1)} %")

    def _money(self, amount):
        return self._strong(format_amount(self.env, amount, self.currency_id))

    @api.model
    def _get_known_status(self, known, total):
        """Return the status of a potential known of so many clients; none of none."""
        if not total:
            return False
        if known >= KNOWN_WELL * total:
            return "green"
        return "amber" if known >= KNOWN_PARTLY * total else "red"

    # -- windows -----------------------------------------------------------------------

    @api.model
    def action_open(self):
        """Open the page, for oneself.

        Who leads others and has no client himself begins with them.
        """
        check = self.create({})
        if check.is_leader and not self.env["client.fact"].search_count(
            check._get_fact_domain(), limit=1
        ):
            if check.is_manager:
                check.scope = "company"
            elif check.allowed_team_ids:
                check.write({"scope": "team", "team_id": check.allowed_team_ids[:1].id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Self-Check"),
            "res_model": self._name,
            "res_id": check.id,
            "views": [(False, "form")],
        }
