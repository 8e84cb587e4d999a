from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Kept by the system; nobody enters them.
REQUEST_FIELDS = {"request_id", "date_handed_in", "handed_uid"}
HANDED_STATES = ("discussion", "signoff", "running")


class ClientPlan(models.Model):
    """A plan that was requested: by whom, until when, and when it was handed in."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    request_id = fields.Many2one(
        comodel_name="client.plan.request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The request by which a draft of this plan was asked for.",
    )
    request_state = fields.Selection(
        related="request_id.state",
        string="Status of the Request",
        tracking=False,
        help="Whether the draft is still asked for.",
    )
    request_user_id = fields.Many2one(
        related="request_id.user_id",
        string="Draft Requested by",
        tracking=False,
        help="Who asked for the draft.",
    )
    request_deadline = fields.Date(
        related="request_id.date_deadline",
        string="Hand In until",
        tracking=False,
        help="The day by which the draft must be handed in.",
    )
    request_note = fields.Text(
        related="request_id.note",
        string="What Matters to the Requester",
        tracking=False,
        help="What the requester wants to see in the draft.",
    )
    date_handed_in = fields.Date(
        string="Handed In on",
        readonly=True,
        copy=False,
        help="The day on which the requested draft was handed in.",
    )
    handed_uid = fields.Many2one(
        comodel_name="res.users",
        string="Handed In by",
        readonly=True,
        copy=False,
        help="Who handed in the draft.",
    )
    request_status = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("overdue", "Overdue"),
            ("handed", "Handed In"),
            ("late", "Handed In Late"),
            ("cancelled", "Cancelled"),
        ],
        string="Draft",
        compute="_compute_request_status",
        help="Whether the requested draft is handed in.",
    )
    is_requested = fields.Boolean(
        string="Requested",
        compute="_compute_request_status",
        search="_search_is_requested",
        help="A draft that was requested and is not handed in yet.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("state", "date_handed_in", "request_id.date_deadline")
    @api.depends_context("client_today")
    def _compute_request_status(self):
        for plan in self:
            plan.is_requested = bool(plan.request_id) and plan._is_awaited()
            if not plan.request_id:
                plan.request_status = False
            elif plan.state == "cancelled":
                plan.request_status = "cancelled"
            elif plan.date_handed_in:
                late = plan.date_handed_in > plan.request_deadline
                plan.request_status = "late" if late else "handed"
            else:
                today = plan.company_id._client_today()
                late = plan.request_deadline < today
                plan.request_status = "overdue" if late else "waiting"

    def _search_is_requested(self, operator, value):
        if operator != "in":
            return NotImplemented
        return (
            Domain("request_id.state", "=", "asked")
            & Domain("date_handed_in", "=", False)
            & Domain("state", "=", "draft")
        )

    def _is_awaited(self):
        """Tell whether somebody waits for the draft."""
        self.ensure_one()
        return (
            self.request_state == "asked"
            and self.state == "draft"
            and not self.date_handed_in
        )

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_entered(self, vals, REQUEST_FIELDS)
        context = self._get_context_without_defaults(REQUEST_FIELDS)
        plans = super(ClientPlan, self.with_env(self.env(context=context)))
        return plans.create(vals_list).with_env(self.env)

    def _check_write(self, vals):
        self._refuse_entered(self, vals, REQUEST_FIELDS)
        return super()._check_write(vals)

    def write(self, vals):
        """Whatever takes a draft further hands it in; back to draft, it is awaited."""
        moved = self.filtered("request_id") if "state" in vals else self.browse()
        moved = moved.filtered(lambda plan: plan.state != vals["state"])
        result = super().write(vals)
        if moved:
            moved.sudo()._stamp_handed_in(vals["state"])
        if {"state", "user_id"} & set(vals):
            self.sudo().request_id._settle_reminders()
        return result

    def _stamp_handed_in(self, state):
        """Keep who handed in the drafts, and when."""
        for company, plans in self.grouped("company_id").items():
            if state in HANDED_STATES:
                models.BaseModel.write(
                    plans.filtered(lambda plan: not plan.date_handed_in),
                    {
                        "date_handed_in": company._client_today(),
                        "handed_uid": self.env.uid,
                    },
                )
            elif state == "draft":
                models.BaseModel.write(
                    plans, {"date_handed_in": False, "handed_uid": False}
                )

    # -- buttons -------------------------------------------------------------------

    def action_hand_in(self):
        """Hand in the requested drafts: they are discussed from now on."""
        for plan in self:
            if not plan._is_awaited():
                raise UserError(
                    self.env._(
                        "“%(plan)s” is no requested draft, or it has been handed in"
                        " already.",
                        plan=plan.name,
                    )
                )
        return self._set_state("discussion")
