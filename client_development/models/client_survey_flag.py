from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_time

LEADER = "client_development.group_client_leader"
# A text in the list is shown up to so many characters.
SHOWN_TEXT = 80


class ClientSurveyFlag(models.Model):
    """Something about an answer that a leader should check: never more than that.

    Found by comparing answers (``client_survey_flag_find.py``), by a check call, or
    done by somebody about a survey (``client_survey_flag_act.py``).
    For leaders only: whoever makes the calls sees nothing of it (product.md F). What
    is said about an answer is worded from what is kept here, in the reader's language.
    """

    _name = "client.survey.flag"
    _description = "Answer to Check"
    _rec_name = "survey_id"
    _order = "date_checked desc, date desc, id desc"

    survey_id = fields.Many2one(
        comodel_name="client.survey",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The survey whose answer is to be checked.",
    )
    partner_id = fields.Many2one(
        related="survey_id.partner_id",
        string="Client",
        help="The client of the order.",
    )
    kind = fields.Selection(
        selection=[
            ("fast", "Quick answer"),
            ("copied", "Same text for two clients"),
            ("equal", "Equal answers in a row"),
            ("night", "Unusual hour"),
            ("differs", "Check call differs"),
            ("fetched", "Soon after copying the link"),
            ("opted_out", "No Surveys ticked"),
            ("unsubscribed", "Unsubscribed by a copied link"),
            ("readdressed", "Given to one who opted out"),
            ("handed", "Handed over when due"),
        ],
        string="What to Check",
        required=True,
        readonly=True,
        help="What was noticed. There may be a good reason for it.",
    )
    why = fields.Char(
        compute="_compute_why",
        compute_sudo=True,
        help="What was noticed, in words.",
    )
    value = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The measured figure: seconds, equal answers, minutes since midnight, or"
        " the rating of the check call.",
    )
    text = fields.Text(
        readonly=True,
        help="The text that was entered for two clients.",
    )
    compared_id = fields.Many2one(
        comodel_name="client.survey",
        string="Compared Survey",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="client_development.group_client_manager",
        help="The survey that the answer was compared with.",
    )
    other_survey_id = fields.Many2one(
        comodel_name="client.survey",
        compute="_compute_other_survey_id",
        help="The survey that the answer was compared with, if you lead its team, too.",
    )
    call_id = fields.Many2one(
        comodel_name="client.call",
        string="Check Call",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The check call that gave another rating.",
    )
    operator_id = fields.Many2one(
        comodel_name="res.users",
        string="Done by",
        readonly=True,
        index="btree_not_null",
        help="Who recorded the answer, or did what is to be checked.",
    )
    to_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Handed over to",
        readonly=True,
        index="btree_not_null",
        help="Who got the survey that was handed over.",
    )
    survey_state = fields.Selection(
        related="survey_id.state",
        string="Survey Status",
        help="What has become of the survey.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        index=True,
        help="The team of the survey; its leader checks.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        help="The company that sold.",
    )
    date_done = fields.Datetime(
        string="Done on",
        readonly=True,
        help="When the answer was recorded, or what is to be checked was done.",
    )
    date = fields.Datetime(
        string="Noticed on",
        required=True,
        readonly=True,
        help="When this was noticed.",
    )
    state = fields.Selection(
        selection=[
            ("check", "To check"),
            ("fine", "All right"),
            ("annulled", "Annulled"),
        ],
        string="Status",
        default="check",
        required=True,
        readonly=True,
        index=True,
        help="What the leader found.",
    )
    note = fields.Text(
        readonly=True,
        help="What the leader found out.",
    )
    checked_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Checked by",
        readonly=True,
        index="btree_not_null",
        help="Who checked the answer.",
    )
    date_checked = fields.Datetime(
        string="Checked on",
        readonly=True,
        help="When the answer was checked.",
    )
    annulment_id = fields.Many2one(
        comodel_name="client.survey.annulment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The annulment of the answer, if it was annulled later.",
    )

    _one_of_a_kind = models.UniqueIndex(
        "(survey_id, kind) WHERE annulment_id IS NULL",
        "The same is noticed once about an answer.",
    )

    # -- words ---------------------------------------------------------------------

    @api.depends(
        "kind",
        "value",
        "text",
        "compared_id.date_done",
        "call_id",
        "date_done",
        "operator_id",
        "to_user_id",
    )
    @api.depends_context("lang", "tz")
    def _compute_why(self):
        for flag in self:
            flag.why = getattr(flag, f"_get_why_{flag.kind}")() if flag.kind else False

    def _get_why_fast(self):
        return self.env._(
            "Recorded %(seconds)s s after the questions were opened.",
            seconds=self.value,
        )

    def _get_why_copied(self):
        text = self.text or ""
        if len(text) > SHOWN_TEXT:
            text = f"{text[:SHOWN_TEXT]}…"
        if not self.compared_id.date_done:
            return self.env._(
                "The same words were entered for another client: “%(text)s”", text=text
            )
        return self.env._(
            "The same words were entered for another client on %(day)s: “%(text)s”",
            day=format_date(self.env, self.compared_id.date_done),
            text=text,
        )

    def _get_why_equal(self):
        return self.env._(
            "%(count)s answers in a row on one day have the same rating and the same or"
            " no texts.",
            count=self.value,
        )

    def _get_why_night(self):
        return self.env._(
            "Recorded at %(time)s, outside the hours of calls in the time zone of the"
            " company.",
            time=format_time(
                self.env,
                self.date_done,
                tz=self.env.tz.zone,
                time_format="short",
            ),
        )

    def _get_why_differs(self):
        return self.env._(
            "In the check call the client gave %(check)s, recorded was %(first)s.",
            check=self.value,
            first=self.call_id.checked_rating,
        )

    @api.depends("compared_id")
    @api.depends_context("uid")
    def _compute_other_survey_id(self):
        compared = {flag: flag.sudo().compared_id for flag in self}
        surveys = self.env["client.survey"].union(*compared.values())
        readable = surveys.sudo(False)._filtered_access("read")
        for flag, survey in compared.items():
            flag.other_survey_id = survey.sudo(False) & readable

    # -- checking ------------------------------------------------------------------

    def action_view_survey(self):
        """Open the survey whose answer is to be checked."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.survey",
            "res_id": self.survey_id.id,
            "views": [(False, "form")],
        }

    def action_annul(self):
        """Open the form that annuls the answer."""
        self.ensure_one()
        return self.survey_id.action_annul()

    def _mark_fine(self, note):
        """Mark these as checked and found all right, with what was found out."""
        note = (note or "").strip()
        if not note:
            raise UserError(
                self.env._("Note: say what you found out. It is kept with the answer.")
            )
        self.check_access("read")
        if self.env.user in self.sudo().operator_id:
            raise AccessError(
                self.env._("Nobody checks the answers that he recorded himself.")
            )
        flags = self.sudo()
        flags.lock_for_update(allow_referencing=True)
        if done := flags.filtered(lambda flag: flag.state != "check"):
            raise UserError(
                self.env._(
                    "%(survey)s: %(user)s has already checked this.",
                    survey=done[:1].survey_id.display_name,
                    user=done[:1].checked_by_id.name,
                )
            )
        flags.write(
            {
                "state": "fine",
                "note": note,
                "checked_by_id": self.env.uid,
                "date_checked": fields.Datetime.now(),
            }
        )

    def _follow_annulments(self, annulments):
        """What was to be checked about annulled answers is settled by the annulment."""
        flags = self.sudo().search(
            Domain("survey_id", "in", annulments.survey_id.ids)
            & Domain("annulment_id", "=", False)
        )
        by_survey = flags.grouped("survey_id")
        for annulment in annulments:
            mine = by_survey.get(annulment.survey_id, flags.browse())
            mine.annulment_id = annulment
            mine.filtered(lambda flag: flag.state == "check").write(
                {
                    "state": "annulled",
                    "note": annulment.reason,
                    "checked_by_id": annulment.user_id.id,
                    "date_checked": annulment.date,
                }
            )
