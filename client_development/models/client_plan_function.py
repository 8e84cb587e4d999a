from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ClientPlanFunction(models.Model):
    """A function in the company, such as “Head of logistics”, and who holds it.

    Playbooks name functions; the action goes to whoever holds it in the company of the
    plan.
    """

    _name = "client.plan.function"
    _description = "Function in the Company"
    _order = "name, id"

    name = fields.Char(
        string="Function",
        required=True,
        translate=True,
        help="What the function is called.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Holder",
        company_dependent=True,
        domain=[("share", "=", False)],
        help="Who holds the function in the current company.",
    )
    holder_missing = fields.Boolean(
        string="Held by Nobody",
        compute="_compute_holder_missing",
        help="Nobody holds the function in the current company; playbooks that name it"
        " cannot be applied.",
    )

    @api.depends("user_id")
    @api.depends_context("company")
    def _compute_holder_missing(self):
        for function in self:
            function.holder_missing = not function._get_holder(self.env.company)

    def _get_holder(self, company):
        """Return who holds the function in the company, if he still works there."""
        self.ensure_one()
        user = self.sudo().with_company(company).user_id
        works = user.active and company in user.company_ids
        return user if works else user.browse()

    def _check_held(self, companies):
        """Refuse functions that nobody holds in one of the companies."""
        for company in companies:
            for function in self:
                if not function._get_holder(company):
                    raise UserError(
                        self.env._(
                            "Function: nobody holds “%(function)s” in %(company)s, so"
                            " its actions would have no responsible. An administrator"
                            " enters who it is under Configuration, Functions.",
                            function=function.name,
                            company=company.name,
                        )
                    )

    @api.constrains("name")
    def _check_name(self):
        for function in self:
            if not function.name.strip():
                raise ValidationError(
                    self.env._("Function: it needs a name. Enter at least a word.")
                )

    @api.constrains("user_id")
    def _check_holder(self):
        for function in self.sudo():
            user = function.user_id
            if user and (user.share or self.env.company not in user.company_ids):
                raise ValidationError(
                    self.env._(
                        "Held by: %(user)s is no employee of %(company)s. Choose"
                        " somebody who works there.",
                        user=user.name,
                        company=self.env.company.name,
                    )
                )
