from odoo import api, fields, models
from odoo.fields import Domain

from .client_plan_life import ENDED_STATES
from .client_plan_line import OPEN_STATES
from .client_plan_review import TASK


class ClientPlanHandover(models.Model):
    """One duty that went to somebody else because its holder left.

    Rows are made by the system only and never change: who answered for what before
    stays known. What is done keeps the name of who did it (design decisions 7 and 11).
    """

    _name = "client.plan.handover"
    _description = "Handover"
    _order = "date desc, id desc"
    _rec_name = "plan_id"

    plan_id = fields.Many2one(
        comodel_name="client.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The plan in which the duty lies.",
    )
    line_id = fields.Many2one(
        comodel_name="client.plan.line",
        string="Action",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="The action that was handed over; empty when it was the plan itself.",
    )
    objective_id = fields.Many2one(
        comodel_name="client.plan.objective",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="The objective that was handed over, if it was one.",
    )
    company_id = fields.Many2one(
        related="plan_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    team_id = fields.Many2one(
        related="plan_id.team_id",
        store=True,
        precompute=True,
        index=True,
        help="Sales team of the plan.",
    )
    role = fields.Selection(
        selection=[
            ("owner", "Owner of the plan"),
            ("controller", "Controller of the plan"),
            ("responsible", "Responsible for the action"),
            ("objective", "Responsible for the objective"),
            ("help", "Asked for help"),
        ],
        required=True,
        readonly=True,
        help="Which duty was handed over.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="From",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Who left.",
    )
    new_user_id = fields.Many2one(
        comodel_name="res.users",
        string="To",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Who took over; empty when nobody was there to.",
    )
    date = fields.Date(
        string="Handed over on",
        required=True,
        readonly=True,
        index=True,
        help="The day of the handover.",
    )


class ClientPlan(models.Model):
    """Nothing stays with somebody who has left."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    handover_ids = fields.One2many(
        comodel_name="client.plan.handover",
        inverse_name="plan_id",
        string="Handovers",
        help="Duties of this plan that went to somebody else because their holder"
        " left.",
    )

    @api.model
    def _hand_over_from(self, users):
        """Give the open duties of users who leave to those who stay. As superuser.

        Open actions and objectives go to the team leader of the plan, else to its
        owner, else to an administrator; plans likewise, without the owner. What they
        were asked goes to the leader, too; signatures that are awaited stay, nobody
        signs for another.
        """
        for user in users:
            plans = self.search(
                [("user_id", "=", user.id), ("state", "not in", ENDED_STATES)]
            )
            plans._hand_over_owner(user)
            controlled = self.search(
                [("controller_id", "=", user.id), ("state", "not in", ENDED_STATES)]
            )
            controlled._hand_over_controller(user)
            mine = Domain("user_id", "=", user.id) & Domain(
                "plan_id.state", "not in", ENDED_STATES
            )
            lines = self.env["client.plan.line"].search(
                mine & Domain("state", "in", OPEN_STATES)
            )
            self._hand_over_parts(lines, user, "responsible", "line_id")
            objectives = self.env["client.plan.objective"].search(mine)
            self._hand_over_parts(objectives, user, "objective", "objective_id")
            self.env["client.plan.help"]._hand_over_from(user)
            led = self.search(
                [("team_id.user_id", "=", user.id), ("state", "=", "running")]
            )
            (plans | controlled | led)._renew_review_tasks(user)

    def _get_heir(self, leaving, candidates=()):
        """Return who takes over in this plan: leader, candidates, administrator."""
        self.ensure_one()
        for user in (self.team_id.user_id, *candidates):
            if user and user.active and user != leaving:
                return user
        return self._get_handover_managers(leaving)[:1]

    def _get_handover_managers(self, leaving):
        """Return the administrators of the plan's company who stay."""
        group = self.env.ref("client_development.group_client_manager")
        managers = group.sudo().all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and user != leaving
                and self.company_id in user.company_ids
            )
        )
        return managers.sorted("id")

    def _hand_over_owner(self, user):
        """The new owner no longer controls the plan: nobody controls his own."""
        for plan in self:
            heir = plan._get_heir(user)
            vals = {"user_id": heir.id, "team_id": plan.team_id.id}
            if heir and heir == plan.controller_id:
                vals["controller_id"] = False
            plan.write(vals)
        self._note_handover(user, "owner", {plan: plan.user_id for plan in self})

    def _hand_over_controller(self, user):
        for plan in self:
            heir = plan._get_heir(user)
            if heir == plan.user_id:
                others = plan._get_handover_managers(user) - plan.user_id
                heir = others[:1]
            plan.controller_id = heir
        heirs = {plan: plan.controller_id for plan in self}
        self._note_handover(user, "controller", heirs)

    def _note_handover(self, user, role, heirs, field_name=None):
        """Write the rows of history and the notes for people.

        :param heirs: ``{record: new user}`` of plans, or of their parts
        :param field_name: the field of the history that names the part
        """
        History = self.env["client.plan.handover"]
        duty = dict(History._fields["role"]._description_selection(self.env))[role]
        History.create(
            [
                {
                    "plan_id": record.plan_id.id if field_name else record.id,
                    "role": role,
                    "user_id": user.id,
                    "new_user_id": heir.id,
                    "date": record.company_id._client_today(),
                    **({field_name: record.id} if field_name else {}),
                }
                for record, heir in heirs.items()
            ]
        )
        by_heir = {}
        for record, heir in heirs.items():
            by_heir[heir] = by_heir.get(heir, record.browse()) | record
        for heir, records in by_heir.items():
            told = records.plan_id if field_name == "objective_id" else records
            note = self._get_handover_note(duty, user, heir)
            told._message_log_batch(dict.fromkeys(told.ids, note))

    @api.model
    def _get_handover_note(self, duty, user, heir):
        if not heir:
            return self.env._(
                "%(duty)s: %(user)s has left; nobody takes over. Choose somebody.",
                duty=duty,
                user=user.name,
            )
        return self.env._(
            "%(duty)s: handed over from %(user)s, who has left, to %(heir)s.",
            duty=duty,
            user=user.name,
            heir=heir.name,
        )

    @api.model
    def _hand_over_parts(self, parts, user, role, field_name):
        """Give actions or objectives to the leader of their plan, else its owner."""
        heirs = {
            part: part.plan_id._get_heir(user, part.plan_id.user_id) for part in parts
        }
        by_heir = {}
        for part, heir in heirs.items():
            by_heir[heir] = by_heir.get(heir, parts.browse()) | part
        for heir, its_parts in by_heir.items():
            if heir:
                its_parts.write({"user_id": heir.id})
        self._note_handover(user, role, heirs, field_name)

    def _renew_review_tasks(self, user):
        """Give the tasks of open reviews to who holds them now."""
        task_type = self.env.ref(TASK, raise_if_not_found=False)
        reviews = self.env["client.plan.review"].search(
            [("plan_id", "in", self.ids), ("state", "=", "due")]
        )
        tasks = self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", reviews.plan_id.ids),
                ("activity_type_id", "in", task_type.ids if task_type else ()),
            ]
        )
        tasks.filtered(lambda task: task.user_id == user).unlink()
        served = set(tasks.exists().mapped("res_id"))
        reviews.filtered(
            lambda review: review.plan_id.id not in served
        )._schedule_tasks()
