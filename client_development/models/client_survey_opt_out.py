from odoo import api, fields, models
from odoo.fields import Domain


class ClientSurvey(models.Model):
    """Whoever opts out is not called any more, but ended weeks keep their orders.

    What is not late yet is left out. What is late was skipped before he opted out: it
    counts as refused, so that nobody clears his skipped orders by ticking a box.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    date_opted_out = fields.Datetime(
        string="Opted Out on",
        readonly=True,
        copy=False,
        help="When the client opted out although this survey was late already. It"
        " counts as refused.",
    )

    @api.model
    def _follow_opt_out(self, partners):
        """The clients or contacts ``partners`` opted out, or changed their mind.

        Who refused or could not be reached before stays so. Changing his mind brings
        back what was left out and is due in this week or later, and what was refused
        by opting out in this week; the rest stays as it is.

        :return: the surveys that nobody asks any more
        """
        taken = self.sudo().browse()
        theirs = Domain("contact_id", "in", partners.ids) | Domain(
            "partner_id", "in", partners.ids
        )
        concerned = (
            Domain("state", "=", "due")
            | Domain("exclusion", "=", "opted_out")
            | Domain("state", "=", "refused") & Domain("date_opted_out", "!=", False)
        )
        surveys = self.sudo().search(theirs & concerned)
        for company, rows in surveys.grouped("company_id").items():
            found = self._get_exclusions(company, rows.order_id.ids)
            opted_out = rows.filtered(
                lambda survey, found=found: found.get(survey.order_id.id) == "opted_out"
            )
            due = opted_out.filtered(lambda survey: survey.state == "due")
            due._opt_out(company)
            (rows - opted_out)._opt_in(company)
            taken |= due
        return taken

    def _opt_out(self, company):
        """Leave these open surveys of ``company`` out; late ones are refused."""
        today = company._client_today()
        late = self.filtered(lambda survey: survey.date_due < today)
        (self - late).write(self._prepare_exclusion_vals("opted_out"))
        late._refuse_opted_out()

    def _refuse_opted_out(self):
        """Nobody calls about these any more, but they stay where they count."""
        self.write(
            {
                "state": "refused",
                "exclusion": False,
                "date_callback": False,
                "date_opted_out": fields.Datetime.now(),
            }
        )

    def _opt_in(self, company):
        """Ask again about those of these that opting out has taken lately."""
        monday = company._client_week_start(company._client_today())
        self.filtered(
            lambda survey: survey.exclusion == "opted_out" and survey.date_due >= monday
        )._apply_exclusions()
        midnight = company._client_midnight(monday)
        self.filtered(
            lambda survey: (
                survey.state == "refused"
                and survey.date_opted_out
                and survey.date_opted_out >= midnight
            )
        ).write({"state": "due", "date_opted_out": False})

    def _is_taken_by_opt_out(self):
        """Whether nobody asks about this order because the client opted out."""
        self.ensure_one()
        return self.exclusion == "opted_out" or (
            self.state == "refused" and bool(self.date_opted_out)
        )
