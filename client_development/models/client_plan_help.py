from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import plaintext2html

from .client_plan_line import OPEN_STATES

TASK = "client_development.mail_activity_type_help"
ANSWER = "client_development.mail_activity_type_help_answer"


class ClientPlanHelp(models.Model):
    """A call for help on an action: who was asked what, and the answer.

    It stands out on the action until it is answered (product.md B). Rows are entered by
    whoever works on the action and answered by button; nobody rewrites them. With an
    open call comes one task for the person asked, with the answer one for the asker.
    """

    _name = "client.plan.help"
    _description = "Call for Help"
    _inherit = ["client.plan.line.child"]
    _order = "date_answered desc nulls first, id desc"
    _rec_name = "question"

    plan_name = fields.Char(
        related="plan_id.name",
        string="Name of the Plan",
        help="Shown to everyone who is asked, even without access to the plan.",
    )
    partner_id = fields.Many2one(
        related="line_id.partner_id",
        store=True,
        precompute=True,
        index=True,
        help="The client of the plan.",
    )
    team_id = fields.Many2one(
        related="line_id.team_id",
        store=True,
        precompute=True,
        index=True,
        help="Sales team of the plan.",
    )
    line_state = fields.Selection(
        related="line_id.state",
        string="Status of the Action",
        help="Where the action stands.",
    )
    date_deadline = fields.Date(
        related="line_id.date_deadline",
        string="Deadline of the Action",
        help="When the action must be done.",
    )
    question = fields.Text(
        required=True,
        help="What is in the way, and what would help.",
    )
    asker_id = fields.Many2one(
        comodel_name="res.users",
        string="Help Asked by",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
        index=True,
        ondelete="restrict",
        help="Who needs help.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Who is to help: the team leader, or any other employee.",
    )
    date = fields.Date(
        string="Asked on",
        compute="_compute_date",
        store=True,
        readonly=False,  # kept by the system, see `create`
        required=True,
        precompute=True,
        help="The day on which help was asked for.",
    )
    answer = fields.Text(
        readonly=True,
        help="What was answered or done.",
    )
    answered_uid = fields.Many2one(
        comodel_name="res.users",
        string="Answered by",
        readonly=True,
        ondelete="set null",
        help="Who answered, or took the call back.",
    )
    date_answered = fields.Date(
        string="Answered on",
        readonly=True,
        index=True,
        help="The day of the answer; empty as long as help is awaited.",
    )
    can_answer = fields.Boolean(
        compute="_compute_rights",
        help="You may answer this call.",
    )
    can_withdraw = fields.Boolean(
        compute="_compute_rights",
        help="You asked, and may take the call back.",
    )

    _one_open_call = models.UniqueIndex(
        "(line_id, user_id) WHERE date_answered IS NULL",
        "Asked: this person has already been asked about the action. Wait for the"
        " answer, or ask somebody else.",
    )
    _question_not_blank = models.Constraint(
        r"CHECK(question ~ '\S')",
        "Question: say what is in the way, and what would help.",
    )
    _asked_somebody_else = models.Constraint(
        "CHECK(user_id <> asker_id)",
        "Asked: nobody asks himself for help. Choose somebody else.",
    )
    _answered_in_words = models.Constraint(
        r"CHECK(date_answered IS NULL OR COALESCE(answer, '') ~ '\S')",
        "Answer: say what helps. Enter at least one word.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("line_id")
    def _compute_date(self):
        for call in self:
            if not call.date:
                company = call.line_id.company_id or self.env.company
                call.date = company._client_today()

    @api.depends("user_id", "asker_id", "date_answered", "team_id.user_id")
    @api.depends_context("uid")
    def _compute_rights(self):
        user = self.env.user
        manager = user.has_group("client_development.group_client_manager")
        for call in self:
            is_open = not call.date_answered
            mine = user == call.asker_id
            asked = user == call.user_id or user == call.sudo().team_id.user_id
            call.can_answer = is_open and not mine and (asked or manager)
            call.can_withdraw = is_open and mine

    @api.depends("question", "line_id.name")
    def _compute_display_name(self):
        for call in self:
            call.display_name = call.sudo().line_id.name

    # -- rules ---------------------------------------------------------------------

    @api.constrains("user_id", "line_id")
    def _check_user(self):
        for call in self.sudo():
            user = call.user_id
            if user.share or not user.active or call.company_id not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "Asked: %(user)s does not work in %(company)s. Choose an"
                        " employee who does.",
                        user=user.name,
                        company=call.company_id.name,
                    )
                )

    def _check_parent_open(self):
        """A plan that has ended asks nobody; a settled action may still be answered."""
        if not self.env.su:
            self.sudo().plan_id._check_not_ended()

    @api.model
    def _check_lines(self, lines):
        """Help is asked for by whoever works on an open action."""
        if self.env.su:
            return
        lines.check_access("read")
        lines.sudo().plan_id._check_not_ended()
        for line in lines:
            if not (line.can_work or self.env.user in line.participant_ids):
                raise UserError(
                    self.env._(
                        "Ask for Help: you do not take part in “%(line)s”. Whoever"
                        " works on it asks.",
                        line=line.name,
                    )
                )
            if line.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "Ask for Help: “%(line)s” is no longer open. Take it up again"
                        " first.",
                        line=line.name,
                    )
                )

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        names = {"asker_id", "date", "answer", "answered_uid", "date_answered"}
        for vals in vals_list:
            self.env["client.plan"]._refuse_entered(self, vals, names)
        default = self.env.context.get("default_line_id")
        ids = {vals.get("line_id", default) for vals in vals_list} - {None, False}
        self._check_lines(self.env["client.plan.line"].browse(ids))
        context = self.env["client.plan"]._get_context_without_defaults(names)
        guarded = self.with_env(self.env(context=context))
        calls = super(ClientPlanHelp, guarded).create(vals_list).with_env(self.env)
        calls._show_app_to_asked()
        calls._schedule(
            TASK, [(call, call.user_id, call.question) for call in calls.sudo()]
        )
        return calls

    def _show_app_to_asked(self):
        """Let the app appear in their menus (``ir_ui_menu.py``), cached per user."""
        group = "client_development.group_client_user"
        if any(not user.has_group(group) for user in self.sudo().user_id):
            self.env.registry.clear_cache()

    # -- answering -----------------------------------------------------------------

    def _check_open(self):
        """Lock the calls; tell whoever answers at the same moment as another."""
        self.env["client.plan"]._lock_records(self.sudo(), "date_answered")
        self.invalidate_recordset(["answered_uid", "answer"])
        for call in self:
            if call.date_answered:
                raise UserError(
                    self.env._(
                        "The call for help on “%(line)s” has already been answered, by"
                        " %(user)s: %(answer)s",
                        line=call.sudo().line_id.name,
                        user=call.sudo().answered_uid.name,
                        answer=call.answer,
                    )
                )

    def _answer(self, answer, join=False):
        """Store the answer, end the task, tell the asker; join in when wished."""
        self.ensure_one()
        self.check_access("read")
        self._check_open()
        self._check_parent_open()
        if not self.can_answer:
            raise UserError(
                self.env._(
                    "Only %(user)s, the team leader or an administrator may answer the"
                    " call for help on “%(line)s”.",
                    user=self.sudo().user_id.name,
                    line=self.sudo().line_id.name,
                )
            )
        answer = (answer or "").strip()
        if not answer:
            raise UserError(
                self.env._("Answer: say what helps. Enter at least one word.")
            )
        self._settle(answer, feedback=answer)
        line = self.sudo().line_id
        if join and self.env.user not in line.participant_ids | line.user_id:
            line._check_not_settled()
            line.participant_ids |= self.env.user
        asker = self.sudo().asker_id
        told = asker if asker.active else line.user_id  # who took over
        self._schedule(ANSWER, [(self.sudo(), told, answer)])

    def _settle(self, answer, feedback=None):
        """Close the calls with these words, and the tasks that came with them.

        :param feedback: what is left of the tasks in the chatter; otherwise they vanish
        """
        calls = self.sudo()
        for company, same in calls.grouped("company_id").items():
            same.write(
                {
                    "answer": answer,
                    "answered_uid": self.env.uid,
                    "date_answered": company._client_today(),
                }
            )
        calls.flush_recordset(["date_answered"])  # one may be asked again at once
        activities = calls.line_id.activity_search([TASK])
        asked = {(call.line_id.id, call.user_id) for call in calls}
        activities = activities.filtered(
            lambda activity: (activity.res_id, activity.user_id) in asked
        )
        if feedback:
            activities.action_feedback(feedback=feedback)
        else:
            activities.unlink()

    @api.model
    def _schedule(self, type_xmlid, tasks):
        """Create one activity per (call, user, text), due today.

        No mail per task: they appear in the users' lists (product.md G).
        """
        activity_type = self.env.ref(type_xmlid, raise_if_not_found=False)
        lines = self.env["client.plan.line"]
        activity_type = activity_type or lines._default_activity_type()
        model_id = self.env["ir.model"]._get_id(lines._name)
        activities = self.env["mail.activity"].sudo()
        activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "date_deadline": call.company_id._client_today(),
                    "note": plaintext2html(text),
                    "res_id": call.line_id.id,
                    "res_model_id": model_id,
                    "summary": activity_type.with_context(lang=user.lang).summary,
                    "user_id": user.id,
                }
                for call, user, text in tasks
            ]
        )

    # -- buttons -------------------------------------------------------------------

    def action_answer(self):
        """Ask for the answer."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_help_answer_action"
            ),
            "context": {"default_help_id": self.id},
        }

    def action_withdraw(self):
        """Take one's own call back: help is no longer needed."""
        self.check_access("read")
        self._check_open()
        for call in self:
            if not call.can_withdraw:
                raise UserError(
                    self.env._(
                        "Only %(user)s may take the call for help on “%(line)s” back.",
                        user=call.sudo().asker_id.name,
                        line=call.sudo().line_id.name,
                    )
                )
        self._settle(self.env._("No longer needed."))
        return True

    def action_open_line(self):
        """Open the action that needs help."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.plan.line",
            "res_id": self.line_id.id,
            "views": [(False, "form")],
        }
