from datetime import datetime, time

import pytz
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import formatLang

# When a client is offered to be called back unless he names another time.
CALL_BACK_TIME = time(10)


class ClientSurveyCall(models.TransientModel):
    """The call form: whom to call, about what, the questions, and what came of it.

    Each outcome is one button; it records the call and opens the next client. One form
    is one call: pressed twice, or in two windows, it is recorded once.
    """

    _name = "client.survey.call"
    _description = "Survey Call"

    survey_id = fields.Many2one(
        comodel_name="client.survey",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The survey for which the client is called.",
    )
    partner_id = fields.Many2one(
        related="survey_id.partner_id",
        help="The client.",
    )
    contact_id = fields.Many2one(
        related="survey_id.contact_id",
        help="Who ordered, and who is called.",
    )
    phone = fields.Char(
        related="survey_id.phone",
        help="Telephone of the contact; without one, of the client.",
    )
    order_name = fields.Char(
        related="survey_id.order_id.name",
        string="Order",
        help="The completed order that the client is asked about.",
    )
    order_amount = fields.Monetary(
        related="survey_id.order_amount",
        help="Total of the order.",
    )
    currency_id = fields.Many2one(
        related="survey_id.currency_id",
        help="Currency of the order.",
    )
    date_completed = fields.Datetime(
        related="survey_id.date_completed",
        help="When the order first counted as completed.",
    )
    date_due = fields.Date(
        related="survey_id.date_due",
        help="The client should be asked by this day.",
    )
    attempt_count = fields.Integer(
        related="survey_id.attempt_count",
        help="How often the client was called about this order. Calls less than an hour"
        " apart count as one.",
    )
    can_give_up = fields.Boolean(
        compute="_compute_can_give_up",
        help="Enough calls without an answer to give the client up as unreachable.",
    )
    is_used = fields.Boolean(
        string="Recorded",
        readonly=True,
        help="The outcome of this call is recorded: the form cannot be used again.",
    )
    order_lines = fields.Html(
        string="Ordered",
        compute="_compute_order_lines",
        help="What the client ordered.",
    )
    last_answers = fields.Html(
        compute="_compute_last_answers",
        help="What the client answered last time.",
    )
    progress = fields.Char(
        compute="_compute_progress",
        help="How many of your surveys are done today.",
    )
    line_ids = fields.One2many(
        comodel_name="client.survey.call.line",
        inverse_name="call_id",
        string="Questions",
        help="The questions of the questionnaire and the client's answers.",
    )
    date_callback = fields.Datetime(
        string="Call Back on",
        help="When the client wants to be called. Counts only if you press “Call back”;"
        " the next working day at ten is offered.",
    )
    note = fields.Text(
        help="Anything worth remembering about this call.",
    )

    @api.constrains("survey_id")
    def _check_survey_access(self):
        """The form shows the order to whoever has to ask about it, nobody else."""
        # constraints run as superuser
        self.survey_id.with_user(self.env.uid).check_access("write")

    @api.depends("survey_id")
    def _compute_can_give_up(self):
        for call in self:
            call.can_give_up = call.survey_id and call.survey_id._can_give_up()

    @api.depends("survey_id")
    def _compute_order_lines(self):
        for call in self:
            call.survey_id.check_access("read")
            rows = [
                Markup("<tr><td>%s</td><td class='text-end'>%s %s</td></tr>")
                % (
                    line.product_id.display_name or line.name,
                    formatLang(self.env, line.product_uom_qty, digits=2),
                    line.product_uom_id.name or "",
                )
                for line in call.sudo().survey_id.order_id.order_line
                if not line.display_type and not line.is_downpayment
            ]
            call.order_lines = rows and Markup(
                "<table class='table table-sm mb-0'><tbody>%s</tbody></table>"
            ) % Markup().join(rows)

    @api.depends("survey_id")
    def _compute_last_answers(self):
        for call in self:
            call.last_answers = False
            last = self.env["client.survey"].search(
                [
                    ("partner_id", "=", call.partner_id.id),
                    ("state", "=", "done"),
                    ("id", "!=", call.survey_id.id),
                ],
                order="date_done desc, id desc",
                limit=1,
            )
            if last:
                call.last_answers = Markup("<p><b>%s</b></p><dl>%s</dl>") % (
                    last.display_name,
                    Markup().join(
                        Markup("<dt>%s</dt><dd>%s</dd>") % (row.question, row.answer)
                        for row in last.answer_ids
                    ),
                )

    @api.depends_context("uid")
    def _compute_progress(self):
        done, total = self.env["client.survey"]._get_progress()
        self.progress = self.env._("%(done)s of %(total)s done", done=done, total=total)

    @api.model
    def _prepare_call_vals(self, survey):
        """Return the values of a new call form: the questions as asked to the user."""
        questions = survey._get_questionnaire().question_ids
        return {
            "survey_id": survey.id,
            "date_callback": self._get_default_callback(survey.company_id),
            "line_ids": [
                Command.create(self.env["client.survey.call.line"]._prepare_vals(q))
                for q in questions.with_context(lang=self.env.user.lang)
            ],
        }

    @api.model
    def _get_default_callback(self, company):
        """Return ten o'clock of the next working day, in the user's time zone."""
        zone = pytz.timezone(self.env.user.tz or company._client_timezone().zone)
        today = pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()
        day = company._client_add_working_days(today, 1)
        moment = zone.localize(datetime.combine(day, CALL_BACK_TIME))
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    # -- outcomes -------------------------------------------------------------------

    def action_answered(self):
        """Store the answers: the survey is done."""
        self._check_unused()
        self.survey_id._answer(
            {line.question_id.id: line._get_answer() for line in self.line_ids},
            self.note,
        )
        return self._finish()

    def action_no_answer(self):
        """Nobody answered: the client is offered again later."""
        return self._record_outcome("no_answer")

    def action_call_back(self):
        """The client wants to be called at another time."""
        return self._record_outcome("callback")

    def action_refused(self):
        """The client does not want to answer."""
        return self._record_outcome("refused")

    def action_unreachable(self):
        """Give the client up after several calls without an answer."""
        return self._record_outcome("unreachable")

    def _record_outcome(self, outcome):
        self._check_unused()
        self.survey_id._register_attempt(outcome, self.note, self.date_callback)
        return self._finish()

    def _check_unused(self):
        """Raise if this form has recorded its call already.

        Of two requests at the same moment the second waits for the survey's lock; it
        is then repeated and finds the form used.
        """
        self.ensure_one()
        if self.is_used:
            raise UserError(
                self.env._(
                    "%(survey)s: this call is already recorded. Close the form and"
                    " press “Call Now” again to record another call.",
                    survey=self.survey_id.display_name,
                )
            )

    def _finish(self):
        self.is_used = True
        return self._open_next()

    def _open_next(self):
        """Say how far the user has come, and open the next client or close."""
        following = self.env["client.survey"]._get_next_to_call()
        done, total = self.env["client.survey"]._get_progress()
        if following:
            next_action = following.action_call()
        else:
            next_action = {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Saved. %(done)s of %(total)s done.", done=done, total=total
                ),
                "next": next_action,
            },
        }
