from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .client_callable import OPEN_STATES

# Calls that make no sense any more when the answer they are about does not count.
CALLS_OF_AN_ANSWER = ("followup", "check")


class ClientSurvey(models.Model):
    """A leader may annul a finished answer, which reopens the duty (product.md F).

    The annulled result stays as it was in ``client.survey.annulment``. The duty counts
    as unanswered again in the live figure; what was recorded stays recorded.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    answer_ids = fields.One2many(
        domain=[("annulment_id", "=", False)],
        help="Questions and answers as they were, without annulled ones.",
    )
    annulment_ids = fields.One2many(
        comodel_name="client.survey.annulment",
        inverse_name="survey_id",
        string="Annulled Answers",
        readonly=True,
        help="Answers to this survey that a leader has annulled, with the reasons.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_annulled(self):
        """An annulled answer is kept, and with it its survey and its order."""
        annulments = self.env["client.survey.annulment"].sudo()
        rows = annulments.search([("survey_id", "in", self.ids)], limit=1)
        if rows:
            raise UserError(
                self.env._(
                    "%(survey)s: an answer to this survey was annulled and is kept."
                    " Keep the order cancelled instead of deleting it.",
                    survey=rows.survey_id.display_name,
                )
            )

    # -- annulling -----------------------------------------------------------------

    def action_annul(self):
        """Open the form that asks for the reason."""
        self.ensure_one()
        self._check_may_annul()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Annul the Answer"),
            "res_model": "client.survey.annul",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_survey_id": self.id},
        }

    def _annul(self, reason):
        """Annul the finished answers of these surveys; their duties are open again.

        Answers that were recorded by the same call go with them. Code of the system
        that acts as superuser is not asked for its rights.

        :return: the annulments made; override and go on with their ``survey_id``
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Reason: say why the answer does not count. It is kept.")
            )
        if not self.env.su:
            self._check_may_annul()
        surveys = self.sudo()._get_same_call()
        surveys._lock_answered()
        annulments = surveys.env["client.survey.annulment"].create(
            [survey._prepare_annulment_vals(reason) for survey in surveys]
        )
        for annulment in annulments:
            annulment.survey_id.answer_ids.annulment_id = annulment
        told = {
            survey: (survey.user_id | survey.operator_id) - self.env.user
            for survey in surveys
        }
        surveys._cancel_calls_of_answer(annulments)
        surveys.write(self._prepare_reopen_vals())
        surveys.invalidate_recordset(["answer_ids", "annulment_ids"])
        for annulment in annulments:
            annulment.survey_id._tell_annulled(annulment, told[annulment.survey_id])
        return annulments

    def _check_may_annul(self):
        """Raise unless the current user may annul these answers.

        The leader of the team, or an administrator; never whoever recorded the answer,
        or has to bring it in: he could annul what he does not like.
        """
        user = self.env.user
        if not user.has_group("client_development.group_client_leader"):
            raise AccessError(
                self.env._("Annul: only a team leader or an administrator may annul.")
            )
        self.check_access("write")
        manager = user.has_group("client_development.group_client_manager")
        for survey in self.sudo():
            if not manager and survey.team_id.user_id != user:
                raise AccessError(
                    self.env._(
                        "%(survey)s: only the leader of its team, or an administrator,"
                        " may annul the answer.",
                        survey=survey.display_name,
                    )
                )
        for survey in self.sudo()._get_same_call():
            if user in survey.operator_id | survey.user_id | survey.coverage_user_id:
                raise AccessError(
                    self.env._(
                        "%(survey)s: nobody annuls an answer that he recorded, or that"
                        " counts for him. Ask an administrator.",
                        survey=survey.display_name,
                    )
                )

    def _get_same_call(self):
        """Return these surveys with those answered by the same calls."""
        asked = self | self.answered_with_id
        others = self.search(
            [("answered_with_id", "in", asked.ids), ("state", "=", "done")]
        )
        return self | others | asked.filtered(lambda survey: survey.state == "done")

    def _lock_answered(self):
        """Lock these surveys and raise unless all are answered.

        Two leaders may annul at the same moment. The second waits here; the
        transaction is then repeated and finds the survey open.
        """
        self.invalidate_recordset()
        self.env.execute_query(
            SQL(
                "SELECT id FROM client_survey WHERE id IN %s FOR NO KEY UPDATE",
                tuple(self.ids) or (0,),
            )
        )
        for survey in self:
            if survey.state == "done":
                continue
            if survey.annulment_ids and survey.state in OPEN_STATES:
                last = survey.annulment_ids[:1]
                raise UserError(
                    self.env._(
                        "%(survey)s: %(user)s has already annulled the answer.",
                        survey=survey.display_name,
                        user=last.user_id.name,
                    )
                )
            raise UserError(
                self.env._(
                    "%(survey)s: there is no finished answer to annul.",
                    survey=survey.display_name,
                )
            )

    def _prepare_annulment_vals(self, reason):
        """Return the result as it was."""
        self.ensure_one()
        return {
            "survey_id": self.id,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
            "reason": reason,
            "rating": self.rating,
            "followup_rating": self.followup_rating,
            "channel": self.channel,
            "operator_id": self.operator_id.id,
            "duration": self.duration,
            "date_done": self.date_done,
            "user_input_id": self.user_input_id.id,
        }

    def _prepare_reopen_vals(self):
        """Return what is written to open the duty again: no trace of the answer."""
        return {
            "state": "due",
            "rating": 0,
            "followup_rating": 0,
            "channel": False,
            "operator_id": False,
            "duration": 0,
            "date_done": False,
            "date_callback": False,
            "user_input_id": False,
            "questionnaire_id": False,
            "answered_with_id": False,
        }

    def _cancel_calls_of_answer(self, annulments):
        """Cancel the open calls that follow up or check the annulled answers."""
        calls = self.env["client.call"].search(
            [
                ("survey_id", "in", self.ids),
                ("kind", "in", CALLS_OF_AN_ANSWER),
                ("state", "in", OPEN_STATES),
            ]
        )
        calls.write({"state": "cancelled", "date_callback": False})

    def _tell_annulled(self, annulment, users):
        """Write it into the chatter, and tell ``users``, each in his language."""
        self.ensure_one()
        self.message_post(
            body=self.env._(
                "Answer annulled (rating %(rating)s): %(reason)s. The client is to be"
                " asked again.",
                rating=annulment.rating,
                reason=annulment.reason.rstrip("."),
            )
        )
        for user in users.filtered("active"):
            survey = self.with_context(lang=user.lang)
            survey.message_notify(
                partner_ids=user.partner_id.ids,
                subject=survey.env._(
                    "Answer annulled: %(survey)s", survey=survey.display_name
                ),
                body=survey.env._(
                    "%(leader)s has annulled the answer to %(link)s: %(reason)s. Please"
                    " ask the client again.",
                    leader=self.env.user.name,
                    link=survey._get_html_link(),
                    reason=annulment.reason.rstrip("."),
                ),
            )
