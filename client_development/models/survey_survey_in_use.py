from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

SHIPPED = "client_development.client_order_questionnaire"


class SurveySurvey(models.Model):
    """Questionnaires that clients are asked stay, with their ratings.

    Otherwise every call desk and every private link of the company would stop.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "survey.survey"

    def write(self, vals):
        ends = "active" in vals and not vals["active"]
        ends = ends or vals.get("survey_type", "client_order") != "client_order"
        if ends and not self.env.context.get(MODULE_UNINSTALL_FLAG):
            self._check_client_asked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_client_asked(self):
        shipped = self.env.ref(SHIPPED, raise_if_not_found=False)
        if shipped in self:
            raise UserError(
                self.env._(
                    "The questionnaire “%(name)s” cannot be deleted: it is asked"
                    " wherever no other one is chosen. Change its questions, or choose"
                    " another Order Questionnaire in the settings and archive it.",
                    name=shipped.title,
                )
            )
        self._check_client_asked()

    def _get_client_askers(self):
        """Return {questionnaire: companies that ask it after orders}, as superuser."""
        companies = self.env["res.company"]._get_client_companies()
        shipped = self.env.ref(SHIPPED, raise_if_not_found=False)
        shipped = (shipped or self.env["survey.survey"]).sudo()
        return companies.grouped(lambda company: company.client_survey_id or shipped)

    def _check_client_asked(self):
        """Refuse if a company asks one of these questionnaires after its orders."""
        asked = self.filtered(
            lambda survey: survey.survey_type == "client_order" and survey.active
        )
        if not asked:
            return
        askers = self._get_client_askers()
        for survey in asked.sudo():
            if companies := askers.get(survey):
                raise UserError(
                    self.env._(
                        "The questionnaire “%(name)s” must stay: clients of"
                        " %(company)s are asked its questions. Choose another Order"
                        " Questionnaire in the settings of client development first.",
                        name=survey.title,
                        company=companies[:1].name,
                    )
                )


class SurveyQuestion(models.Model):
    """The rating question of a questionnaire about orders stays."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "survey.question"

    def write(self, vals):
        loses = "client_is_rating" in vals and not vals["client_is_rating"]
        moves = self.filtered(
            lambda question: (
                "survey_id" in vals and question.survey_id.id != vals["survey_id"]
            )
        )
        for question in self if loses else moves:
            if question._is_client_rating() and question._is_client_asked():
                raise UserError(
                    self.env._(
                        "Rating of the Work: “%(question)s” must keep it, because"
                        " clients are asked “%(name)s”. To ask for the rating in"
                        " another way, change the text of the question.",
                        question=question.title,
                        name=question.survey_id.title,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_client_rating(self):
        for question in self:
            if question._is_client_rating():
                raise UserError(
                    self.env._(
                        "The question “%(question)s” cannot be deleted: it is the"
                        " rating, without which “%(name)s” cannot be asked. Change its"
                        " text instead. In a questionnaire that nobody asks you may"
                        " also take the mark “Rating of the Work” off first.",
                        question=question.title,
                        name=question.survey_id.title,
                    )
                )

    def _is_client_rating(self):
        return self.client_is_rating and self.survey_id.survey_type == "client_order"

    def _is_client_asked(self):
        """Whether clients are asked these questions."""
        survey = self.survey_id.sudo()
        chosen = survey.client_segment_ids or survey.client_team_ids
        return (
            bool(survey.active and chosen)
            or survey in self.survey_id._get_client_askers()
        )


class ResCompany(models.Model):
    """The order questionnaire of a company can be asked."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    @api.constrains("client_survey_id")
    def _check_client_survey(self):
        for company in self:
            survey = company.client_survey_id.sudo()
            if survey and not (
                survey.active and survey.question_ids.filtered("client_is_rating")
            ):
                raise ValidationError(
                    self.env._(
                        "Order Questionnaire: “%(name)s” is archived or has no rating"
                        " question, so it cannot be asked. Mark one of its questions as"
                        " the rating, or choose another questionnaire.",
                        name=survey.title,
                    )
                )
