from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class ClientSurveyFailure(models.Model):
    """A completed order whose survey could not be made, for the administrators.

    The scheduled action goes on with the others and tries this one again in each run.
    The row goes as soon as the order has its survey, or is not confirmed any more.
    """

    _name = "client.survey.failure"
    _description = "Order without its Survey"
    _order = "date desc, id desc"
    _rec_name = "order_id"
    _log_access = False

    order_id = fields.Many2one(
        comodel_name="sale.order",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The completed order that has no survey.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The company that sold.",
    )
    date = fields.Datetime(
        string="Failing since",
        required=True,
        readonly=True,
        help="When it failed for the first time.",
    )
    date_tried = fields.Datetime(
        string="Last Tried",
        required=True,
        readonly=True,
        help="When it failed for the last time. It is tried again every hour.",
    )
    error = fields.Text(
        readonly=True,
        help="Why the survey could not be made. Correct the order or its contact.",
    )

    _order_unique = models.UniqueIndex("(order_id)", "An order fails once.")

    def action_try_again(self):
        """Make the missing surveys of the current companies now."""
        self.browse().check_access("read")  # administrators only
        if not self.env.user.has_group("client_development.group_client_manager"):
            raise AccessError(
                self.env._("Try Again Now: only an administrator may do this.")
            )
        surveys = self.env["client.survey"].sudo()
        made = sum(surveys._queue_surveys(company) for company in self.env.companies)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("Surveys made: %(number)s.", number=made),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class ClientSurvey(models.Model):
    """Telling the administrators which orders have no survey."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    @api.model
    def _report_failure(self, company, order_id, error):
        """List the order with what went wrong; once, however often it fails."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO client_survey_failure
                       (order_id, company_id, date, date_tried, error)
                VALUES (%(order)s, %(company)s, %(now)s, %(now)s, %(error)s)
                    ON CONFLICT (order_id) DO UPDATE
                   SET date_tried = EXCLUDED.date_tried, error = EXCLUDED.error
                RETURNING id
                """,
                order=order_id,
                company=company.id,
                now=fields.Datetime.now(),
                error=str(error) or repr(error),
            )
        )
        self.env["client.survey.failure"].invalidate_model()

    @api.model
    def _forget_failures(self, company):
        """Take from the list what has its survey now, or needs none any more."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                DELETE FROM client_survey_failure f
                 USING sale_order so
                 WHERE so.id = f.order_id
                   AND f.company_id = %s
                   AND (so.state != 'sale'
                        OR EXISTS (SELECT 1 FROM client_survey cs
                                    WHERE cs.order_id = f.order_id))
                RETURNING f.id
                """,
                company.id,
            )
        )
        self.env["client.survey.failure"].invalidate_model()
