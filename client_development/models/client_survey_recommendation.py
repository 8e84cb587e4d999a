import re

from odoo import fields, models
from odoo.tools import email_normalize, format_date, plaintext2html

SOURCE = "client_development.utm_source_recommendation"
# Working days in which we thank for a recommendation.
THANKS_DAYS = 3
# An answer of these words alone recommends nobody.
NOBODY_WORDS = frozenset(
    "a all an any anybody anyone at can can't cannot come comes currently do don't for"
    " i idea know me mind moment my n na no nobody none not nothing now off of one"
    " recommend right sorry thank thanks the there think time to unfortunately who yet"
    " you"
    " в все время всё голову данный знаю и к кого кому конечно момент могу нас не"
    " некого нет нету ни никого никому никто ничего пока порекомендовать приходит"
    " рекомендовать сейчас сожалению спасибо так таких у что я"
    " niemand niemanden nein keine keinen leider danke".split()
)
EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w@.])\+?\(?\d[\d\s().\-\u2010-\u2013/]{4,}\d(?![\w@])")
DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}")


class ClientSurvey(models.Model):
    """Whom the client recommends becomes a lead, once for each survey (product.md F).

    The lead knows who recommended it and in which survey; who recommended is thanked.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    recommendation_lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Recommended Lead",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The lead that came of the client's recommendation.",
    )

    def _finish(self, user_input):
        """Words in answer to the recommendation question make a lead."""
        result = super()._finish(user_input)
        if words := self._get_recommendation():
            self._follow_recommendation(words)
        return result

    # -- what was said -------------------------------------------------------------

    def _get_recommendation(self):
        """Return whom the client recommends, in his words; empty: nobody."""
        self.ensure_one()
        rows = self.sudo().answer_ids.filtered("question_id.client_is_recommendation")
        words = "\n".join(row.answer for row in rows if row.answer).strip()
        return words if self._recommends_somebody(words) else ""

    def _recommends_somebody(self, words):
        """Tell whether ``words`` name somebody, or say how he is reached.

        More than a no, and a digit, an @ or two words with a capital letter; all words
        count in scripts that have no capital letters.
        """
        tokens = re.findall(r"[\w'’]+", words)
        if all(token.casefold().replace("’", "'") in NOBODY_WORDS for token in tokens):
            return False
        if "@" in words or any(char.isdigit() for char in words):
            return True
        names = [token for token in tokens if token[0].isupper()]
        return len(names) > 1 or any(
            char.isalpha() and char.lower() == char.upper() for char in words
        )

    def _parse_reach(self, words):
        """Return the e-mail address and telephone that stand plainly in ``words``."""
        found = EMAIL.search(words)
        email = found and email_normalize(found.group()) or False
        for match in PHONE.finditer(EMAIL.sub(" ", words)):
            number = match.group().strip()
            digits = re.sub(r"\D", "", number)
            if 6 <= len(digits) <= 15 and not DATE.fullmatch(number):
                return email, number
        return email, False

    # -- what follows --------------------------------------------------------------

    def _follow_recommendation(self, words):
        """Make the lead and thank; asked again, tell the lead that there is."""
        self.ensure_one()
        survey = self._as_system().with_company(self.company_id)
        if lead := survey.recommendation_lead_id:
            lead._message_log(
                body=survey.env._(
                    "Asked again, the client recommends: %(words)s", words=words
                )
            )
            return
        user = survey._get_recommendation_user()
        survey = survey.with_context(
            lang=user.lang or self.env.lang,
            mail_auto_subscribe_no_notify=True,
        )
        lead = survey.env["crm.lead"].create(survey._prepare_lead_vals(words, user))
        survey.write({"recommendation_lead_id": lead.id})
        survey._thank(lead, user)

    def _get_recommendation_user(self):
        """Return who follows the recommendation up: who surveys, while he is there."""
        self.ensure_one()
        users = (self.user_id, self.team_id.user_id)
        return next((u for u in users if u.active), self.env["res.users"])

    def _prepare_lead_vals(self, words, user):
        """Return the values of the lead: nothing is guessed but what stands there."""
        self.ensure_one()
        email, phone = self._parse_reach(words)
        team = self.team_id
        source = self.env.ref(SOURCE, raise_if_not_found=False)
        with_leads = (
            self.env.ref("crm.group_use_lead")
            in self.env.ref("base.group_user").all_implied_ids
        )
        return {
            "name": self.env._("Recommended by %(name)s", name=self.contact_id.name),
            "type": "lead" if with_leads else "opportunity",
            "description": plaintext2html(words),
            "email_from": email,
            "phone": phone,
            "partner_id": False,
            "client_referrer_id": self.contact_id.id,
            "source_id": source.id if source else False,
            "company_id": self.company_id.id,
            "user_id": user.id,
            "team_id": team.id if team.active else False,
        }

    def _thank(self, lead, user):
        """Whoever recommends us is thanked: by an action of the client's running plan;
        without one by a task of the salesperson at the lead."""
        self.ensure_one()
        company = self.company_id
        summary = self.env._(
            "Thank %(name)s for the recommendation", name=self.contact_id.name
        )
        deadline = company._client_add_working_days(
            company._client_today(), THANKS_DAYS
        )
        Plan = self.env["client.plan"]
        plans = Plan._find_running_client_plans(company, self.partner_id)
        if plan := plans.get(self.partner_id):
            Plan._lock_running(plan)
            is_person = self.contact_id != self.partner_id
            self.env["client.plan.line"].create(
                {
                    "plan_id": plan.id,
                    "name": summary,
                    "user_id": (user or plan.user_id).id,
                    "date_deadline": deadline,
                    "lead_id": lead.id,
                    "contact_id": is_person and self.contact_id.id,
                    "action_type": "call",
                }
            )
        elif user:
            lead.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=deadline,
                summary=summary,
                note=self.env._(
                    "Recommended on %(date)s.",
                    date=format_date(self.env, company._client_today()),
                ),
                user_id=user.id,
            )

    # -- annulled ------------------------------------------------------------------

    def write(self, vals):
        """Who works on the lead learns that the answer does not count any more."""
        if "rating" in vals and not vals["rating"]:
            leads = self.filtered("rating").sudo().recommendation_lead_id
            leads._message_log_batch(
                dict.fromkeys(
                    leads.ids,
                    self.env._(
                        "The answer in which the client recommended somebody was"
                        " annulled. Ask before you call."
                    ),
                )
            )
        return super().write(vals)

    def action_view_recommendation(self):
        """Open the lead that came of this survey."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.recommendation_lead_id.id,
            "views": [(False, "form")],
        }
