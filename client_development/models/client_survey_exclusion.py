from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ClientSurvey(models.Model):
    """Orders that nobody is asked about: each has its row, cancelled with the reason.

    The rules are settings of the company (``res_company_survey_duty.py``). They are
    looked at when an order is completed, revived or given to another contact; an
    opt-out also leaves out what is still to be asked (``client_survey_opt_out.py``).
    A row left out is in no coverage. What is late already is never left out.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    exclusion = fields.Selection(
        selection=[
            ("order_cancelled", "Order cancelled"),
            ("too_small", "Too small"),
            ("product", "Product never asked about"),
            ("opted_out", "Client opted out"),
        ],
        string="Left out because",
        readonly=True,
        tracking=True,
        help="Why the client is not asked about this order. Such an order does not"
        " count in the coverage; it is counted beside it.",
    )

    @api.model
    def _get_exclusions(self, company, order_ids):
        """Return {order id: why nobody asks about it}, of those orders only.

        One query however many there are.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT so.id, %s FROM %s WHERE so.id = ANY(%s)",
                self._sql_exclusion(company),
                self._sql_ordered(),
                list(order_ids),
            )
        )
        return {order_id: exclusion for order_id, exclusion in rows if exclusion}

    @api.model
    def _sql_exclusion(self, company):
        """Return SQL of why nobody asks about the order ``so`` of ``client``, or NULL.

        The client's own word comes first, so that withdrawing it shows what else there
        is.
        """
        return SQL(
            """
            CASE WHEN so.state = 'cancel' THEN 'order_cancelled'
                 WHEN contact.client_survey_opt_out OR client.client_survey_opt_out
                 THEN 'opted_out'
                 WHEN %(product)s THEN 'product'
                 WHEN %(small)s THEN 'too_small'
            END
            """,
            product=self._sql_only_products_left_out(company),
            small=self._sql_too_small(company),
        )

    @api.model
    def _sql_too_small(self, company):
        """Return the SQL condition that the order ``so`` is below the least amount."""
        minimum = company.client_survey_minimum_amount
        if minimum <= 0:
            return SQL("FALSE")
        return SQL(
            "ROUND((so.amount_total / COALESCE(NULLIF(so.currency_rate, 0), 1))"
            "::numeric, %s) < %s",
            company.currency_id.decimal_places,
            minimum,
        )

    @api.model
    def _sql_only_products_left_out(self, company):
        """Return the SQL condition that all of the order ``so`` is left out."""
        products = company.client_survey_excluded_product_ids.ids
        categories = company.client_survey_excluded_categ_ids.ids
        if not products and not categories:
            return SQL("FALSE")
        if categories:
            domain = [("id", "child_of", categories)]
            categories = self.env["product.category"].sudo().search(domain).ids
        return SQL(
            """
            (SELECT BOOL_AND(pt.id = ANY(%(products)s)
                             OR COALESCE(pt.categ_id = ANY(%(categories)s), FALSE))
               FROM sale_order_line sol
               JOIN product_product pp ON pp.id = sol.product_id
               JOIN product_template pt ON pt.id = pp.product_tmpl_id
              WHERE sol.order_id = so.id AND %(counted)s) IS TRUE
            """,
            products=products,
            categories=categories,
            counted=self._sql_counted_lines(company),
        )

    @api.model
    def _prepare_exclusion_vals(self, exclusion):
        """Return what is written to leave an order out, or (False) to ask about it."""
        if not exclusion:
            return {"state": "due", "exclusion": False}
        return {"state": "cancelled", "exclusion": exclusion, "date_callback": False}

    def _apply_exclusions(self):
        """Leave these orders out, or ask about them, as the rules say now.

        A late duty stays one: no rule takes it out of the week in which it counts.
        """
        for company, surveys in self.grouped("company_id").items():
            today = company._client_today()
            found = self._get_exclusions(company, surveys.order_id.ids)
            for exclusion, group in surveys.grouped(
                lambda survey, found=found: found.get(survey.order_id.id)
            ).items():
                late = group.filtered(
                    lambda survey, today=today, exclusion=exclusion: (
                        survey.date_due < today
                        and (
                            survey.state == "due"
                            or (survey.exclusion, exclusion)
                            == ("order_cancelled", "opted_out")
                        )
                    )
                )
                if exclusion == "opted_out":
                    late._refuse_opted_out()
                (group - late).write(self._prepare_exclusion_vals(exclusion))

    def _closed_error(self):
        """Say why nobody asks about an order that is left out."""
        self.ensure_one()
        texts = {
            "too_small": self.env._(
                "%(survey)s: the order is below the amount from which clients are"
                " asked, so the client is not asked about it.",
                survey=self.display_name,
            ),
            "product": self.env._(
                "%(survey)s: clients are never asked about these products, so the"
                " client is not asked about this order.",
                survey=self.display_name,
            ),
            "opted_out": self.env._(
                "%(survey)s: the client does not want to be asked about his orders. If"
                " he has changed his mind, untick “No Surveys” on his contact card.",
                survey=self.display_name,
            ),
        }
        text = self.state == "cancelled" and texts.get(self.exclusion)
        return UserError(text) if text else super()._closed_error()
