from datetime import datetime, time, timedelta
from itertools import cycle

from odoo import Command, api, fields, models
from odoo.tools import SQL

# Ordered quantities vary by these factors, one after the other.
WOBBLE = (0.8, 1.1, 1.0, 1.3, 0.9, 1.2, 0.7)


class ClientDemo(models.AbstractModel):
    """What the demo data cannot say in XML: called by its files, by nothing else.

    Two years of orders from one row per client, and the calls of nine weeks. Nothing
    is random: the same day gives the same data.
    """

    _name = "client.demo"
    _description = "Client Development Demo Data"

    # -- orders -----------------------------------------------------------------------

    @api.model
    def _create_orders(self, rows):
        """Create the confirmed orders that ``rows`` describe, relative to today.

        :param rows: tuples ``(client, persons, basket, phases)``: the end of the
            client's XML id; how many of his contacts order in turn; what he buys, as
            ``(product, usual quantity)``; and when, as ``(from so many days ago, until
            so many days ago, every so many days, factor on the quantities)``
        """
        data = []
        for client, persons, basket, phases in rows:
            days = [
                (day, factor)
                for first, last, every, factor in phases
                for day in range(first, last - 1, -every)
            ]
            for number, (day, factor) in enumerate(days, start=1):
                values = self._prepare_order_vals(number, day, factor, basket)
                person = number % persons + 1
                values["partner_id"] = self._get_id(f"partner_{client}_{person}")
                xml_id = f"client_development.sale_order_{client}_{number:02}"
                data.append({"xml_id": xml_id, "values": values, "noupdate": True})
        # The numbers of the orders follow their dates.
        data.sort(key=lambda order: (order["values"]["date_order"], order["xml_id"]))
        self.env["sale.order"].with_context(
            tracking_disable=True, sale_no_log_for_new_lines=True
        )._load_records(data)

    @api.model
    def _prepare_order_vals(self, number, day, factor, basket):
        """Return the values of a client's order ``number`` of ``day`` days ago.

        It takes the next two to four products of the basket. A weekend's order is
        dated on the Friday before.
        """
        date = fields.Date.today() - timedelta(days=day)
        date -= timedelta(days=max(0, date.weekday() - 4))
        lines = []
        for place in range(min(len(basket), 2 + number % 3)):
            product, quantity = basket[(number + place) % len(basket)]
            times = factor * WOBBLE[(number * 3 + place) % len(WOBBLE)]
            lines.append(
                {
                    "product_id": self._get_id(f"product_{product}"),
                    "product_uom_qty": max(1, round(quantity * times)),
                    # Given, or it costs two queries per line.
                    "analytic_distribution": False,
                }
            )
        return {
            "company_id": self.env.ref("base.main_company").id,
            "state": "sale",
            "date_order": datetime.combine(date, time(6 + number % 9, number * 7 % 60)),
            "order_line": [Command.create(line) for line in lines],
        }

    @api.model
    def _get_id(self, name):
        return self.env["ir.model.data"]._xmlid_to_res_id(
            f"client_development.{name}", raise_if_not_found=True
        )

    # -- facts ------------------------------------------------------------------------

    @api.model
    def _refresh_over_time(self, days):
        """Refresh the facts of so many days ago, the earliest first, and of today.

        So moves from class to class have happened on different days.
        """
        today = fields.Date.today()
        for number in sorted(days, reverse=True):
            self.env["client.fact"]._refresh(
                reference_date=today - timedelta(days=number)
            )
        self.env["client.fact"]._refresh()

    @api.model
    def _create_wallets(self, rows):
        """Enter what clients may buy per year.

        :param rows: tuples ``(client, days ago, [(category, amount per year, source,
            confidence, present supplier)])``, clients and categories by the end of
            their XML ids
        """
        today = fields.Date.today()
        self.env["client.wallet"].create(
            [
                {
                    "partner_id": self._get_id(f"partner_{client}"),
                    "category_id": self._get_id(f"product_category_{category}"),
                    "amount": amount,
                    "date": today - timedelta(days=days),
                    "source": source,
                    "confidence": confidence,
                    "supplier": supplier,
                }
                for client, days, categories in rows
                for category, amount, source, confidence, supplier in categories
            ]
        )

    @api.model
    def _develop_gaps(self, rows):
        """Let salespeople make opportunities and actions of gaps in wallets.

        :param rows: tuples ``(client, category, user)``, by the end of XML ids
        """
        for client, category, login in rows:
            user = self.env["res.users"].browse(self._get_id(f"user_{login}"))
            row = self.env["client.wallet.grid"].search(
                [
                    ("partner_id", "=", self._get_id(f"partner_{client}")),
                    ("category_id", "=", self._get_id(f"product_category_{category}")),
                ],
                limit=1,
            )
            row.with_user(user).action_develop()

    @api.model
    def _take_back(self, order_names):
        """Take back a quarter of these orders' first lines by a posted credit note."""
        for name in order_names:
            order = self.env.ref(f"client_development.sale_order_{name}")
            line = order.order_line[0]
            self.env["account.move"].with_context(tracking_disable=True).create(
                {
                    "move_type": "out_refund",
                    "partner_id": order.partner_invoice_id.id,
                    "currency_id": order.currency_id.id,
                    "invoice_date": fields.Date.today() - timedelta(days=20),
                    "invoice_origin": order.name,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": line.product_id.id,
                                "quantity": max(1, line.product_uom_qty // 4),
                                "price_unit": line.price_unit,
                                "sale_line_ids": [Command.link(line.id)],
                            }
                        )
                    ],
                }
            ).action_post()

    @api.model
    def _raise_priority(self, rows):
        """Let people raise clients to a better segment.

        :param rows: tuples ``(client, segment, user, reason)``, by the end of XML ids
        """
        for client, segment, login, reason in rows:
            user = self.env["res.users"].browse(self._get_id(f"user_{login}"))
            fact = self.env["client.fact"].search(
                [("partner_id", "=", self._get_id(f"partner_{client}"))], limit=1
            )
            wizard = self.env["client.segment.change"].with_user(user)
            wizard.create(
                {
                    "fact_ids": [Command.set(fact.ids)],
                    "segment_id": self._get_id(f"client_segment_{segment}"),
                    "reason": reason,
                }
            ).action_confirm()

    # -- enquiries --------------------------------------------------------------------

    @api.model
    def _create_enquiries(self, rows):
        """Create leads of the past months.

        :param rows: tuples ``(end of the XML id, title, days ago, salesperson, client,
            company, referrer, order, is lost)``, records by the end of their XML ids:
            either a client, or the name of a company that is none; who recommended us;
            the number of the client's order that came of it
        """
        data = []
        for xml_id, title, _days, user, client, company, referrer, order, lost in rows:
            values = {
                "name": title,
                "type": "opportunity" if client else "lead",
                "user_id": self._get_id(f"user_{user}"),
                "partner_id": client and self._get_id(f"partner_{client}"),
                "partner_name": company,
                "client_referrer_id": referrer and self._get_id(f"partner_{referrer}"),
                "active": not lost,
            }
            if order:
                name = f"sale_order_{client}_{order:02}"
                values["stage_id"] = self.env.ref("crm.stage_lead4").id
                values["order_ids"] = [Command.link(self._get_id(name))]
            if lost:
                values["probability"] = 0
            xml_id = f"client_development.crm_lead_{xml_id}"
            data.append({"xml_id": xml_id, "values": values, "noupdate": True})
        leads = self.env["crm.lead"].with_context(tracking_disable=True)
        leads = leads._load_records(data)
        self.env.flush_all()
        company = self.env.ref("base.main_company")
        for lead, row in zip(leads, rows, strict=True):
            moment = self._get_working_moment(company, row[2], lead.id * 37)
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id = %s", [moment, lead.id]
            )
        self.env.invalidate_all()

    @api.model
    def _enter_acquisition_costs(self, rows):
        """Enter what winning clients has cost in the last months.

        :param rows: tuples ``(team, source, note, [amount of this month, of the last
            one, …])``, by the end of XML ids
        """
        month = fields.Date.today().replace(day=1)
        self.env["client.acquisition.cost"].create(
            [
                {
                    "month": fields.Date.subtract(month, months=number),
                    "amount": amount,
                    "team_id": team and self._get_id(f"crm_team_{team}"),
                    "source_id": self._get_id(f"utm_source_{source}"),
                    "note": note,
                }
                for team, source, note, amounts in rows
                for number, amount in enumerate(amounts)
                if amount
            ]
        )

    # -- portrait and suggestions -----------------------------------------------------

    @api.model
    def _describe_clients(self, rows):
        """Enter industry and size, and how clients came: the source of first orders.

        :param rows: tuples ``(letter of the industry, size, source, clients)``, clients
            by the end of their XML ids; empty: not known
        """
        referral = self.env.ref("utm.utm_source_referral")
        search = self.env.ref("utm.utm_source_search_engine")
        mailing = self.env.ref("utm.utm_source_mailing")
        exhibition = self.env["utm.source"].create({"name": "Exhibition"})
        sources = {
            "referral": referral,
            "search": search,
            "mailing": mailing,
            "exhibition": exhibition,
        }
        by_source = {}
        for letter, size, source, clients in rows:
            partners = self.env["res.partner"].browse(
                self._get_id(f"partner_{client}") for client in clients
            )
            values = {"client_size": size}
            if letter:
                industry = self.env.ref(f"base.res_partner_industry_{letter}")
                values["industry_id"] = industry.id
            partners.write({name: value for name, value in values.items() if value})
            if source:
                by_source.setdefault(source, []).extend(partners.ids)
        for source, partner_ids in by_source.items():
            orders = self.env["sale.order"].search(
                [("partner_id.commercial_partner_id", "in", partner_ids)],
                order="date_order, id",
            )
            by_client = orders.grouped(lambda o: o.partner_id.commercial_partner_id)
            first = orders.browse(found[0].id for found in by_client.values())
            first.source_id = sources[source]

    @api.model
    def _answer_suggestions(self, rows):
        """Let salespeople enter what clients said to what is suggested to them.

        :param rows: tuples ``(client, salesperson, answers, days ago)``
        """
        for client, login, answers, days in rows:
            user = self.env["res.users"].browse(self._get_id(f"user_{login}"))
            fact = self.env["client.fact"].search(
                [
                    ("partner_id", "=", self._get_id(f"partner_{client}")),
                    ("company_id", "=", self.env.ref("base.main_company").id),
                ]
            )
            suggested = fact.suggestions["rows"]
            for row, answer in zip(suggested, answers, strict=False):
                fact.with_user(user).action_answer_suggestion(
                    row["category_id"], answer
                )
            fact.suggestion_ids.date = self._get_working_moment(
                fact.company_id, days, fact.id * 37
            )

    # -- surveys ----------------------------------------------------------------------

    @api.model
    def _make_calls(self, company_id, outcomes, answers):
        """Queue the surveys of ``company_id`` and let the salespeople make their calls.

        Everything goes the way of the product: queue, call, recording of the coverage.
        Only the days are set back afterwards.

        :param outcomes: ``{user id: what becomes of his surveys}``, one character for
            each that was due before today, the oldest first, repeated as needed:
            ``1``–``5`` answered with that rating, ``L`` answered only after the week
            was recorded, ``R`` refused, ``U`` unreachable, ``N`` no answer yet, ``B``
            to be called back, ``-`` forgotten
        :param answers: ``{rating: [texts of the other questions, in their order]}``
        """
        company = self.env["res.company"].browse(company_id)
        surveys = self.env["client.survey"].with_company(company)
        surveys = surveys.with_context(tracking_disable=True)
        if surveys.search_count([("company_id", "=", company_id)], limit=1):
            return  # loaded before
        surveys._queue_surveys(company)
        past = surveys.search(
            [("date_due", "<", company._client_today())], order="date_due, id"
        )
        late = []
        for user, duties in past.grouped("user_id").items():
            pattern = cycle(outcomes.get(user.id, "4"))
            for survey in duties:
                if survey.state != "due" or survey.attempt_ids:
                    continue  # settled by a call about another order of the contact
                outcome = next(pattern)
                if outcome == "L":
                    late.append(survey)
                    continue
                hour = time(6 + survey.id % 7, survey.id * 13 % 60)
                moment = datetime.combine(survey.date_due, hour)
                self._call(survey, outcome, answers, moment)
        self.env["client.coverage"]._record_coverage(company)
        monday = company._client_week_start(company._client_today())
        for survey in late:
            if survey.state == "due":
                moment = self._get_working_moment(company, minutes=survey.id * 13)
                if company._client_date(moment) < monday:
                    moment = fields.Datetime.now()  # after the week was recorded
                self._call(survey, "4", answers, moment)

    @api.model
    def _call(self, survey, outcome, answers, moment):
        """Make the call, or the calls, that lead to ``outcome`` at ``moment``.

        It settles all orders of the contact that are asked about together.
        """
        together = survey._get_called_together()
        # what follows from an answer is dated like it
        survey = survey.with_context(client_today=moment.date())
        user = survey.user_id
        by_user = survey
        if user.has_group("client_development.group_client_user"):
            by_user = survey.with_user(user)
        if outcome in answers:
            by_user._answer(self._get_answers(survey, int(outcome), answers[outcome]))
        elif outcome == "R":
            by_user._register_attempt("refused", "No time for questions.")
        elif outcome == "U":
            for _call in range(3):
                by_user._register_attempt("no_answer")
                # an hour apart, or they count as one
                self._set_back(together, moment)
            by_user._register_attempt("unreachable", "Four calls on four days.")
        elif outcome == "N":
            by_user._register_attempt("no_answer")
        elif outcome == "B":
            callback = self._get_callback(survey)
            by_user._register_attempt("callback", "In a meeting.", callback)
        self._set_back(together, moment)

    @api.model
    def _get_answers(self, survey, rating, texts):
        """Return ``{question id: answer}``; the texts take turns."""
        words = iter(texts[survey.id % len(texts)])
        answers = {
            question.id: str(rating) if question.client_is_rating else next(words, "")
            for question in survey._get_questionnaire().question_ids
        }
        # nobody is recommended by everybody
        told = self.env["client.survey.answer"].search(
            [("question_id.client_is_recommendation", "=", True)]
        )
        for question in survey._get_questionnaire().question_ids:
            if question.client_is_recommendation:
                if answers[question.id] in told.mapped("answer"):
                    answers[question.id] = ""
        return answers

    @api.model
    def _set_back(self, surveys, moment):
        """Date the calls: the last one at ``moment``, the others a day before each."""
        for survey in surveys:
            attempts = survey.attempt_ids.sorted("id", reverse=True)
            for number, attempt in enumerate(attempts):
                attempt.date = moment - timedelta(days=number)
            if attempts:
                survey.date_attempt = moment
            if survey.state == "done":
                survey.date_done = moment
                survey.answer_ids.date = moment
                self._set_lead_back(survey, moment)

    # -- standards --------------------------------------------------------------------

    @api.model
    def _set_segments_back(self, days):
        """Let the clients have been in their segments for so many days, except those
        whom somebody has raised: the days between contacts count from then."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_segment_move
                   SET day = day - %(days)s, date = date - %(days)s * INTERVAL '1 day'
                 WHERE NOT is_raise AND fact_id NOT IN (
                       SELECT fact_id FROM client_segment_move WHERE is_raise)
                """,
                days=days,
            )
        )
        self.env.invalidate_all()
