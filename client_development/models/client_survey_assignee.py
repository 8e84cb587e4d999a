from odoo import api, models
from odoo.tools import SQL


class ClientSurvey(models.Model):
    """Who asks about an order, from its completion until the due date.

    One rule for thousands of new duties and for an order that changes hands, hence
    in SQL.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    @api.model
    def _sql_ordered(self):
        """Return the FROM clause of an order ``so``, who ordered it (``contact``) and
        his company (``client``)."""
        return SQL(
            """
            sale_order so
              LEFT JOIN res_partner contact ON contact.id = so.partner_id
              LEFT JOIN res_partner client ON client.id = contact.commercial_partner_id
            """
        )

    @api.model
    def _sql_assignee(self, company):
        """Return SQL of the user who asks about the order ``so`` of ``client``.

        The client developer (if so set), the salesperson of the order, of the client;
        in the last resort the team leader. Nobody who has left, and nobody without
        access to surveys: he could neither see nor make the call.
        """
        users = self.env.ref("client_development.group_client_user").sudo()
        users = users.all_user_ids.filtered("active").ids
        developer = SQL("NULL")
        if company.client_survey_by == "developer":
            developer = SQL(
                "(SELECT f.developer_id FROM client_fact f"
                "  WHERE f.partner_id = client.id AND f.company_id = %s"
                "    AND f.developer_id = ANY(%s))",
                company.id,
                users,
            )
        return SQL(
            """
            COALESCE(
                %(developer)s,
                CASE WHEN so.user_id = ANY(%(users)s) THEN so.user_id END,
                CASE WHEN client.user_id = ANY(%(users)s) THEN client.user_id END,
                (SELECT t.user_id FROM crm_team t
                  WHERE t.id = so.team_id AND t.user_id = ANY(%(users)s)))
            """,
            developer=developer,
            users=users,
        )

    @api.model
    def _sql_assigned(self, company):
        """Return a query for JOIN LATERAL: ``user_id, team_id`` of who asks about
        ``so``; his own team unless it belongs to another company.

        ``OFFSET 0`` lets the database look for him once per order, not wherever he is
        named.
        """
        return SQL(
            """
            SELECT asking.user_id, COALESCE(t.id, so.team_id) AS team_id
              FROM (SELECT %s AS user_id OFFSET 0) asking
              LEFT JOIN res_users u ON u.id = asking.user_id
              LEFT JOIN crm_team t ON t.id = u.sale_team_id
               AND COALESCE(t.company_id, so.company_id) = so.company_id
            """,
            self._sql_assignee(company),
        )

    @api.model
    def _get_assigned(self, company, order_ids):
        """Return {order id: values of ``user_id, team_id``}: who asks about them."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT so.id, assigned.user_id, assigned.team_id"
                "  FROM %s CROSS JOIN LATERAL (%s) assigned WHERE so.id = ANY(%s)",
                self._sql_ordered(),
                self._sql_assigned(company),
                list(order_ids),
            )
        )
        return {
            order_id: {"user_id": user_id, "team_id": team_id}
            for order_id, user_id, team_id in rows
        }

    # -- following the order -------------------------------------------------------

    def _follow_order_partner(self):
        """The survey of an order given to another contact asks that contact."""
        asked = self.filtered(
            lambda survey: (
                survey.state == "due"
                or (survey.state == "cancelled" and not survey.rating)
            )
        )
        for survey in asked:
            contact = survey.order_id.partner_id
            survey.write(
                {
                    "contact_id": contact.id,
                    "partner_id": contact.commercial_partner_id.id,
                }
            )
        asked._apply_exclusions()

    def _follow_order_salesperson(self):
        """Until its due date a survey goes with the order to the new salesperson."""
        silent = self.with_context(mail_auto_subscribe_no_notify=True)
        for company, surveys in silent.grouped("company_id").items():
            today = company._client_today()
            followers = surveys.filtered(
                lambda survey, today=today: (
                    survey.state == "due" and survey.date_due >= today
                )
            )
            assigned = self._get_assigned(company, followers.order_id.ids)
            for survey in followers:
                survey.write(assigned[survey.order_id.id])
