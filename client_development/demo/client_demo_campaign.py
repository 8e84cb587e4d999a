from odoo import api, models


class ClientDemo(models.AbstractModel):
    """The calls of the demo's campaign."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.demo"

    @api.model
    def _run_campaign(self, campaign, answers):
        """Start ``campaign`` and record ``{client: texts by end of XML id}``.

        A client without texts refuses to answer.
        """
        campaign = self.env["client.campaign"].browse(campaign)
        if campaign.state != "draft":
            return
        campaign = campaign.with_context(tracking_disable=True)
        campaign.with_user(campaign.user_id).action_start()
        for number, (client, texts) in enumerate(answers.items(), start=1):
            partner = self._get_id(f"partner_{client}")
            call = campaign.call_ids.filtered(
                lambda call, partner=partner: call.partner_id.id == partner
            )
            by_user = call.with_user(call.user_id)
            if texts:
                by_user._answer(
                    {
                        self._get_id(f"client_profile_question_{name}"): (
                            str(self._get_choice(text)) if name == "segment" else text
                        )
                        for name, text in texts.items()
                    },
                    lang="en_US",
                )
            else:
                by_user._register_attempt("refused")
            moment = self._get_working_moment(call.company_id, minutes=17 * number)
            call.attempt_ids.date = call.date_attempt = moment
            if call.state == "done":
                call.date_done = call.answer_ids.date = moment

    @api.model
    def _get_choice(self, number):
        """Return the id of the assessment's judgement ``number``, from 0."""
        question = self._get_id("client_profile_question_segment")
        answers = self.env["survey.question"].sudo().browse(question)
        return answers.suggested_answer_ids[number].id
