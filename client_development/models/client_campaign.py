from odoo import api, fields, models
from odoo.exceptions import UserError

# So many working days are offered for asking.
DAYS_TO_ASK = 20


class ClientCampaign(models.Model):
    """A segmentation survey: chosen clients are asked what they could buy.

    What to assess, whom first, which questions, and who asks (product.md D). Each
    client gets one call of the call desk; the answers propose wallet and segment,
    which a leader confirms. It is no survey of an order and never counts in coverage.
    """

    _name = "client.campaign"
    _description = "Client Campaign"
    _inherit = ["client.thread", "mail.activity.mixin"]
    _order = "date_end desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        tracking=True,
        help="Short name, as the callers see it: “Who can grow in fasteners”.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        help="The company whose clients are asked.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who answers for the campaign and decides on its proposals beside the"
        " leaders: a team leader or an administrator.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        default=lambda self: self._default_team(),
        help="The team that is at work; its leader sees all of the campaign. Empty: all"
        " teams, for administrators only.",
    )
    date_start = fields.Date(
        string="First Day",
        required=True,
        default=lambda self: self.env.company._client_today(),
        tracking=True,
        help="From this day on clients are called.",
    )
    date_end = fields.Date(
        string="Last Day to Ask",
        required=True,
        default=lambda self: self._default_date_end(),
        tracking=True,
        help="By this day all clients should be asked. The calls are spread over the"
        " working days until then.",
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("running", "Running"), ("closed", "Closed")],
        string="Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
        help="Draft: nobody is called yet. Running: the clients are on the call desk."
        " Closed: nobody is called any more.",
    )
    goal = fields.Text(
        string="What to Assess",
        help="What shall be known of each client when all are asked. The callers see it"
        " beside the questions.",
    )
    questionnaire_id = fields.Many2one(
        comodel_name="survey.survey",
        string="Potential Questions",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        default=lambda self: self._default_questionnaire(),
        domain=[("survey_type", "=", "client_profile")],
        help="The questions that are asked. Fixed when the campaign starts; the"
        " questions themselves may still be edited.",
    )
    priority = fields.Selection(
        selection=[
            ("sales", "Largest sales"),
            ("gap", "Largest untapped potential"),
            ("unknown", "Least known: wallet unknown"),
            ("abc", "Class A, then B, then C"),
            ("contact", "Longest without contact"),
        ],
        string="Whom First",
        required=True,
        default="sales",
        help="In this order the clients get their due dates. Among equals those with"
        " the larger sales come first. Contact: a call that reached somebody, an"
        " answered survey, a meeting or a done action.",
    )
    asker = fields.Selection(
        selection=[
            ("salesperson", "The client's salesperson"),
            ("developer", "The client's developer"),
            ("person", "One person"),
        ],
        string="Who Asks",
        required=True,
        default="salesperson",
        help="Who calls the client. Without a client developer the salesperson does,"
        " without both the responsible of the campaign.",
    )
    asker_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="The one person who calls all clients of the campaign.",
    )
    domain = fields.Char(
        string="Filter",
        default="[]",
        help="Which clients are added by “Add Clients of the Filter”: by segment, team,"
        " class or anything else that is known of them.",
    )
    fact_ids = fields.Many2many(
        comodel_name="client.fact",
        relation="client_campaign_fact_rel",
        column1="campaign_id",
        column2="fact_id",
        string="Clients",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        help="The clients chosen for the campaign.",
    )
    left_out = fields.Text(
        readonly=True,
        copy=False,
        help="Chosen clients whom nobody can call, and why.",
    )
    # -- what came of it
    call_ids = fields.One2many(
        comodel_name="client.call",
        inverse_name="campaign_id",
        string="Calls",
        readonly=True,
        help="One call to each client.",
    )
    client_count = fields.Integer(
        string="Number of Clients",
        compute="_compute_client_count",
        help="Clients chosen, as far as you may see them.",
    )
    call_count = fields.Integer(
        string="Number of Calls",
        compute="_compute_counts",
        help="Clients to be called, as far as you may see their calls; cancelled calls"
        " are left out.",
    )
    answered_count = fields.Integer(
        string="Answered",
        compute="_compute_counts",
        help="Clients who have answered.",
    )
    open_count = fields.Integer(
        string="Still to Call",
        compute="_compute_counts",
        help="Clients still to be called.",
    )
    progress = fields.Float(
        compute="_compute_counts",
        help="Clients who have answered, in percent of all who are called.",
    )
    proposal_count = fields.Integer(
        string="Proposals to Confirm",
        compute="_compute_proposal_count",
        help="Proposals on which nobody has decided yet.",
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)",
        "Last Day to Ask: it lies before the first day. Choose a later day.",
    )
    _person_chosen = models.Constraint(
        "CHECK(asker != 'person' OR asker_id IS NOT NULL)",
        "Asked by: choose the person who calls the clients.",
    )

    # -- defaults ------------------------------------------------------------------

    @api.model
    def _default_team(self):
        return self.env["crm.team"].search(
            [
                ("user_id", "=", self.env.uid),
                ("company_id", "in", [False, self.env.company.id]),
            ],
            limit=1,
        )

    @api.model
    def _default_date_end(self):
        company = self.env.company
        return company._client_add_working_days(company._client_today(), DAYS_TO_ASK)

    @api.model
    def _default_questionnaire(self):
        return self.env.ref(
            "client_development.client_profile_questionnaire", raise_if_not_found=False
        )

    # -- computes ------------------------------------------------------------------

    @api.depends("fact_ids")
    def _compute_client_count(self):
        for campaign in self:
            campaign.client_count = len(campaign.fact_ids)

    @api.depends("call_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_counts(self):
        groups = self.env["client.call"]._read_group(
            [("campaign_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["campaign_id", "state"],
            ["__count"],
        )
        counts = {(campaign.id, state): count for campaign, state, count in groups}
        totals = {}
        for campaign, _state, count in groups:
            totals[campaign.id] = totals.get(campaign.id, 0) + count
        for campaign in self:
            id_ = campaign._origin.id
            campaign.call_count = totals.get(id_, 0)
            campaign.answered_count = counts.get((id_, "done"), 0)
            campaign.open_count = counts.get((id_, "due"), 0)
            campaign.progress = (
                campaign.call_count
                and 100.0 * campaign.answered_count / campaign.call_count
            )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_proposal_count(self):
        counts = dict(
            self.env["client.campaign.proposal"]._read_group(
                [("campaign_id", "in", self.ids), ("state", "=", "proposed")],
                ["campaign_id"],
                ["__count"],
            )
        )
        for campaign in self:
            campaign.proposal_count = counts.get(campaign._origin, 0)

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A campaign begins as a draft, in a team that its maker leads."""
        self.check_access("create")
        if not self.env.su:
            for vals in vals_list:
                self._check_entered(vals)
                self._check_chosen(vals)
            vals_list = [{**vals, "state": "draft"} for vals in vals_list]
        campaigns = super().create(vals_list)
        for campaign in campaigns:
            campaign._check_people()
            campaign._check_clients(campaign.sudo().fact_ids)
        return campaigns

    def write(self, vals):
        """What is asked stays as it is once clients are called."""
        if self.env.su:
            return super().write(vals)
        self.check_access("write")
        self._check_entered(vals)
        self._check_fixed(vals)
        self._check_chosen(vals)
        before = {campaign: campaign.sudo().fact_ids for campaign in self}
        result = super().write(vals)
        if vals.keys() & {"team_id", "user_id"}:
            for campaign in self:
                campaign._check_people()
        if vals.keys() & {"fact_ids", "company_id"}:
            for campaign, facts in before.items():
                campaign._after_clients_changed(facts)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if started := self.filtered(lambda campaign: campaign.state != "draft"):
            raise UserError(
                self.env._(
                    "“%(campaign)s” has been started and stays with its answers. Close"
                    " it instead.",
                    campaign=started[0].name,
                )
            )
