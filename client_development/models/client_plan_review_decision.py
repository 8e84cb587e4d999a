from odoo import Command, api, fields, models
from odoo.exceptions import UserError

# What a decision says; everything else is entered on the action itself.
DECISION_FIELDS = {"name", "user_id", "date_deadline", "action_type"}


class ClientPlanReview(models.Model):
    """The decisions of a review are actions of its plan: what, who, when.

    Whoever holds the review enters them, also a controller without the right to make
    actions: they are made past the access rights, but only in the plan of the review,
    only while it is due, and only with what a decision says.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.review"

    decision_ids = fields.One2many(
        comodel_name="client.plan.line",
        inverse_name="review_id",
        string="Decisions",
        copy=False,
        help="What was decided: what is to be done, by whom and until when. Each"
        " decision is an action of the plan.",
    )
    decision_count = fields.Integer(
        string="Number of Decisions",
        compute="_compute_decision_count",
        help="How many actions were decided in this review.",
    )

    @api.depends("decision_ids")
    def _compute_decision_count(self):
        for review in self:
            review.decision_count = len(review.decision_ids)

    def write(self, vals):
        """Take the decisions out: they are checked and made apart."""
        vals = dict(vals)
        commands = vals.pop("decision_ids", None)
        result = super().write(vals) if vals else True
        if commands:
            for review in self:
                review._write_decisions(commands)
        return result

    def _write_decisions(self, commands):
        """Make, change or drop decisions of one due review."""
        self.ensure_one()
        self.check_access("write")
        self._check_holder(self.plan_id)
        if self.state != "due":
            raise UserError(
                self.env._(
                    "Decisions: this review is closed. Enter further actions in the"
                    " plan, or decide them in the next review."
                )
            )
        decided = {line.id: line for line in self.sudo().decision_ids}
        fresh = []
        for command in commands:
            number, line_id, values = (*command, None, None)[:3]
            if number == Command.CREATE:
                fresh.append(self._prepare_decision(values or {}))
            elif number in (Command.UPDATE, Command.DELETE, Command.UNLINK):
                self._change_decision(decided.get(line_id), number, values or {})
            elif number != Command.LINK or line_id not in decided:
                raise UserError(
                    self.env._(
                        "Decisions: actions of the plan cannot be attached to a review."
                        " Enter what was decided as a new row."
                    )
                )
        if fresh:
            lines = self.env["client.plan.line"].sudo()
            guarded = self.env["client.plan"]._get_context_without_defaults(
                lines._fields
            )
            lines.with_env(lines.env(context=guarded)).create(fresh)

    def _prepare_decision(self, values):
        """Return the values of a new action; refuse what a decision does not say."""
        values = self._check_decision(values)
        for name in ("name", "date_deadline"):
            if not str(values.get(name) or "").strip():
                raise UserError(
                    self.env._(
                        "Decisions: say what is to be done, by whom and until when."
                        " “%(field)s” is missing.",
                        field=self._get_decision_label(name),
                    )
                )
        vals = {name: value for name, value in values.items() if value}
        return {**vals, "plan_id": self.plan_id.id, "review_id": self.id}

    def _change_decision(self, line, number, values):
        """Change or drop a decision that nobody has begun to carry out."""
        if line is None:
            raise UserError(
                self.env._(
                    "Decisions: this action was not decided in this review. Change it"
                    " in the plan."
                )
            )
        if line.state != "planned":
            raise UserError(
                self.env._(
                    "Decisions: “%(action)s” has been taken up already. Change it in"
                    " the plan.",
                    action=line.name,
                )
            )
        if number == Command.UPDATE:
            line.write(self._check_decision(values))
        else:
            line.unlink()

    def _check_decision(self, values):
        """Return what the decision says; refuse anything else, and deadlines that
        have passed."""
        own = {"plan_id": self.plan_id.id, "review_id": self.id, "state": "planned"}
        other = {name for name in values if values[name]} - DECISION_FIELDS - set(own)
        if other or values.get("state", "planned") != "planned":
            other = other or {"state"}
            raise UserError(
                self.env._(
                    "Decisions: a decision says what, who and when. Enter “%(field)s”"
                    " on the action itself.",
                    field=self._get_decision_label(min(other)),
                )
            )
        if any(values.get(name, own[name]) != own[name] for name in own):
            raise UserError(
                self.env._(
                    "Decisions: they belong to the plan of this review. Enter actions"
                    " of another plan there."
                )
            )
        deadline = fields.Date.to_date(values.get("date_deadline"))
        if deadline and deadline < self.company_id._client_today():
            raise UserError(
                self.env._(
                    "Decisions: the deadline of “%(action)s” has passed already. Choose"
                    " today or a later day.",
                    action=values.get("name") or "",
                )
            )
        return {name: values[name] for name in DECISION_FIELDS & set(values)}

    @api.model
    def _get_decision_label(self, name):
        field = self.env["client.plan.line"]._fields.get(name)
        return field._description_string(self.env) if field else name


class ClientPlanLine(models.Model):
    """An action that was decided in a review says so, and nothing else does."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    def onchange(self, values, field_names, fields_spec):
        """Let a controller without the right to make actions enter decisions.

        His form asks for the defaults of a row: nothing is looked up for him, and the
        review makes the action when it is saved.
        """
        review_id = self.env.context.get("client_review_id")
        if self or not isinstance(review_id, int) or self.has_access("create"):
            return super().onchange(values, field_names, fields_spec)
        review = self.env["client.plan.review"].browse(review_id)
        review.check_access("write")
        review._check_holder(review.plan_id)
        if field_names:
            return {"value": {}}
        owner = review.sudo().plan_id.user_id
        value = dict.fromkeys(fields_spec, False)
        value.update(
            state="planned",
            user_id={"id": owner.id, "display_name": owner.display_name},
        )
        return {"value": {name: value[name] for name in fields_spec}}

    @api.model_create_multi
    def create(self, vals_list):
        """Only the review itself brings its decisions."""
        if not self.env.su:
            self._refuse_decided([vals.get("review_id") for vals in vals_list])
            context = self.env["client.plan"]._get_context_without_defaults(
                {"review_id"}
            )
            guarded = self.with_env(self.env(context=context))
            lines = super(ClientPlanLine, guarded).create(vals_list)
            return lines.with_env(self.env)
        return super().create(vals_list)

    def _check_write(self, vals):
        result = super()._check_write(vals)
        if "review_id" in vals and not self.env.su:
            self._refuse_decided(
                line.review_id.id != (vals["review_id"] or False) for line in self
            )
        return result

    def _refuse_decided(self, values):
        if any(values):
            raise UserError(
                self.env._(
                    "Decided in: kept by the system. Enter the decision in the review"
                    " itself."
                )
            )
