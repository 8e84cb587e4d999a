from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ClientSurvey(models.Model):
    """Orders that are asked about in one call stand in the queue once, and together.

    Each order of a user that is due is called ``now``, ``later`` or ``waiting``. What
    one call about another order settles follows that one: it waits for the moment that
    was promised about it, or as it was called in vain just now, whoever has it. Else
    the first of the user's own orders is offered; the others are settled with it, or
    come behind it.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    @api.model
    def _get_queue_domain(self):
        """Each contact is offered once, and not while he waits for a later hour."""
        return super()._get_queue_domain() & self._get_offered_once_domain()

    @api.model
    def _get_offered_once_domain(self):
        """Leave out what is asked about with what stands before it in the queue."""
        return self._get_near_domain(
            lambda terms: SQL(
                """
                NOT EXISTS (%(near)s
                    AND other.user_id = %(mine)s.user_id
                    AND (other.date_callback <= %(now)s
                         OR other.date_callback IS NULL
                            AND NOT %(other_in_vain)s
                            AND NOT EXISTS (%(third)s
                                AND (third.date_callback > %(now)s
                                     OR third.date_callback IS NULL
                                        AND %(third_in_vain)s)))
                    AND (COALESCE(other.date_callback, 'infinity'),
                         other.date_due, other.id)
                      < (COALESCE(%(mine)s.date_callback, 'infinity'),
                         %(mine)s.date_due, %(mine)s.id))
                """,
                **terms,
            )
        )

    @api.model
    def _get_free_domain(self):
        """Nor does it wait with another order of the contact."""
        return (
            super()._get_free_domain()
            & ~self._get_promised_near_domain()
            & ~self._get_in_vain_near_domain()
        )

    @api.model
    def _get_later_domain(self):
        """Also what is asked about in a call promised about another order."""
        joined = Domain("date_callback", "=", False) & self._get_promised_near_domain()
        return super()._get_later_domain() | joined

    @api.model
    def _get_waiting_domain(self):
        """Also if the contact was called in vain about another order."""
        return (
            Domain("date_callback", "=", False)
            & (self._get_in_vain_domain() | self._get_in_vain_near_domain())
            & ~self._get_promised_near_domain()
        )

    @api.model
    def _get_promised_near_domain(self):
        """What is asked about with an order for which a later call was promised."""
        return self._get_near_domain(
            lambda terms: SQL(
                "EXISTS (%(near)s AND other.date_callback > %(now)s)", **terms
            )
        )

    @api.model
    def _get_in_vain_near_domain(self):
        """What is asked about with an order for which was just called in vain."""
        return self._get_near_domain(
            lambda terms: SQL(
                "EXISTS (%(near)s AND other.date_callback IS NULL"
                " AND %(other_in_vain)s)",
                **terms,
            )
        )

    @api.model
    def _get_near_domain(self, build):
        """Return the domain of what ``build`` makes of the terms of SQL given to it.

        ``near`` selects the due surveys ``other`` that one call about ``mine`` settles;
        ``third`` those that one call about ``other`` does.
        """
        self.flush_model()
        self.env["client.survey.attempt"].flush_model()

        def to_sql(_model, alias, _query):
            return build(
                {
                    "mine": SQL.identifier(alias),
                    "near": self._sql_near(alias, "other"),
                    "third": self._sql_near("other", "third"),
                    "other_in_vain": self._sql_in_vain("other"),
                    "third_in_vain": self._sql_in_vain("third"),
                    "now": fields.Datetime.now(),
                }
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _sql_near(self, alias, other):
        """Return the SELECT of the due surveys ``other`` that one call settles with
        ``alias``; goes on with ``AND``."""
        return SQL(
            """
            SELECT 1
              FROM client_survey %(other)s
              JOIN res_company %(company)s ON %(company)s.id = %(other)s.company_id
             WHERE %(other)s.contact_id = %(mine)s.contact_id
               AND %(other)s.company_id = %(mine)s.company_id
               AND %(other)s.id != %(mine)s.id
               AND %(other)s.state = 'due'
               AND %(company)s.client_survey_group_days > 0
               AND %(other)s.date_completed
                   BETWEEN %(mine)s.date_completed
                           - %(company)s.client_survey_group_days * INTERVAL '1 day'
                       AND %(mine)s.date_completed
                           + %(company)s.client_survey_group_days * INTERVAL '1 day'
            """,
            other=SQL.identifier(other),
            company=SQL.identifier(f"{other}_company"),
            mine=SQL.identifier(alias),
        )

    def _get_promises(self):
        """What joins a promise about another order is called at that moment."""
        promises = super()._get_promises()
        now = fields.Datetime.now()
        joined = self.filtered(lambda survey: not survey.date_callback)
        for survey, others in joined._get_each_asked_together().items():
            moments = [
                other.date_callback
                for other in others
                if other.state == "due"
                and other.date_callback
                and other.date_callback > now
            ]
            promises[survey] = min(moments, default=False)
        return promises
