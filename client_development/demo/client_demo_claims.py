from datetime import datetime, time, timedelta

from odoo import api, models
from odoo.tools import SQL

# Claims made earlier than so many days ago are settled in the demo.
SETTLED_BEFORE = 12
OUTCOMES = (
    "Exchanged at once, the carrier brought it the same day.",
    "Spoke with the warehouse: the packing list is checked by a second person now.",
    "Called the buyer and agreed on fixed delivery days.",
)


class ClientDemo(models.AbstractModel):
    """Demo data of claims: the older ones are settled, and the clients asked again."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.demo"

    @api.model
    def _settle_claims(self, company_id, ratings):
        """Settle the older claims of the company.

        :param ratings: one character for each settled claim, repeated as needed: the
            client's answer when asked again, ``-`` settled only today, not asked yet
        """
        company = self.env["res.company"].browse(company_id)
        last = company._client_today() - timedelta(days=SETTLED_BEFORE)
        claims = self.env["client.plan.line"].search(
            [
                ("is_claim", "=", True),
                ("company_id", "=", company_id),
                ("state", "=", "planned"),
                ("date_deadline", "<", last),
            ],
            order="date_deadline, id",
        )
        for number, claim in enumerate(claims):
            rating = ratings[number % len(ratings)]
            today = company._client_today() if rating == "-" else claim.date_deadline
            claim = claim.with_context(tracking_disable=True, client_today=today)
            claim.outcome = OUTCOMES[number % len(OUTCOMES)]
            claim.with_user(claim.user_id).action_done()
            if claim.needs_acceptance:
                claim.action_accept()
            call = claim.followup_ids[:1]
            if call.user_id and rating != "-":
                self._ask_again(call, rating)
        self._thank_for_recommendations(company, last)

    @api.model
    def _thank_for_recommendations(self, company, last):
        """Who recommended us before ``last`` has been thanked."""
        surveys = self.env["client.survey"].search(
            [("recommendation_lead_id", "!=", False), ("company_id", "=", company.id)]
        )
        leads = surveys.recommendation_lead_id
        thanks = self.env["client.plan.line"].search(
            [
                ("lead_id", "in", leads.ids),
                ("company_id", "=", company.id),
                ("state", "=", "planned"),
                ("date_deadline", "<", last),
            ]
        )
        for line in thanks.with_context(tracking_disable=True):
            line = line.with_context(client_today=line.date_deadline)
            line.outcome = "Called and thanked."
            line.with_user(line.user_id).action_done()

    @api.model
    def _ask_again(self, call, rating):
        """Let the client answer on the due date."""
        questions = call._get_questionnaire().question_ids
        by_user = call.with_context(client_today=call.date_due).with_user(call.user_id)
        by_user._answer(
            {q.id: rating if q.client_is_rating else "Nothing." for q in questions}
        )
        moment = datetime.combine(call.date_due, time(9, call.id * 7 % 60))
        call.attempt_ids.date = moment
        call.write({"date_done": moment, "date_attempt": moment})

    @api.model
    def _set_lead_back(self, survey, moment):
        """The lead of a recommendation is as old as the answer."""
        if lead := survey.recommendation_lead_id:
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_lead SET create_date = %s WHERE id = %s",
                    moment,
                    lead.id,
                )
            )
            lead.invalidate_recordset()
