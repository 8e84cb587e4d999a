from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

OPT_OUT = "client_survey_opt_out"
CLIENT = "client_development.group_client_"


class ResPartner(models.Model):
    """Contacts who do not want to be asked about their orders.

    Only who is responsible for the client may enter it, and it is kept who did: an
    unpleasant client is not asked any more after one click (docs/honesty.md).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    client_survey_opt_out = fields.Boolean(
        string="No Surveys",
        tracking=True,
        copy=False,
        groups="base.group_user",
        help="Does not want to be asked about orders: neither by telephone nor by"
        " e-mail. On a company it holds for all of its contacts.",
    )
    client_survey_opt_out_user_id = fields.Many2one(
        comodel_name="res.users",
        string="No Surveys: Entered by",
        copy=False,
        groups=fields.NO_ACCESS,
        help="Which employee entered it, or had copied the private link through which"
        " it came. Empty: the client himself.",
    )
    client_survey_opt_out_date = fields.Datetime(
        string="No Surveys: Entered on",
        copy=False,
        groups=fields.NO_ACCESS,
        help="When it was entered.",
    )
    client_survey_opt_out_copied = fields.Boolean(
        string="No Surveys: by a Copied Link",
        copy=False,
        groups=fields.NO_ACCESS,
        help="It came through a private link that an employee had copied.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A contact who is new and does not want to be asked: who says so?"""
        partners = super().create(vals_list)
        if f"default_{OPT_OUT}" in self.env.context or any(
            vals.get(OPT_OUT) for vals in vals_list
        ):
            ticked = partners.filtered(lambda partner: partner.sudo()[OPT_OUT])
            ticked._check_may_opt_out()
            ticked._note_opt_out({OPT_OUT: True})
        return partners

    def write(self, vals):
        """Who opts out is not asked any more; who changes his mind is asked again."""
        if OPT_OUT not in vals:
            return super().write(vals)
        changed = self.filtered(
            lambda partner: partner.sudo()[OPT_OUT] != bool(vals[OPT_OUT])
        )
        changed._check_may_opt_out()
        result = super().write(vals)
        if changed:
            changed._note_opt_out(vals)
            self.env["client.survey"]._follow_opt_out(changed)
        return result

    def _note_opt_out(self, vals):
        """Keep who has entered or withdrawn it for these contacts, and when.

        The system may say by ``vals`` who it was: whoever had copied the link.
        """
        user = self.env.user
        if user.id == SUPERUSER_ID or not user._is_internal():
            user = user.browse()  # the client himself, or the system
        noted = {f"{OPT_OUT}_user_id": user.id, f"{OPT_OUT}_copied": False}
        noted.update({name: vals[name] for name in noted if name in vals})
        if not vals[OPT_OUT]:
            noted = dict.fromkeys(noted, False)
        moment = vals[OPT_OUT] and fields.Datetime.now()
        self.sudo().write({**noted, f"{OPT_OUT}_date": moment})

    def _check_may_opt_out(self):
        """Raise unless the user may say that these do not want to be asked.

        The system may (the client's own link), an administrator, and who is
        responsible for the client by the rules of the working list: its salesperson or
        client developer, and the leader of its team.
        """
        if not self or self.env.su or self.env.user.has_group(f"{CLIENT}manager"):
            return
        foreign = clients = self.sudo().commercial_partner_id
        if self.env.user.has_group(f"{CLIENT}user"):
            foreign = clients - clients._filter_own_clients()
        if foreign:
            raise UserError(
                self.env._(
                    "No Surveys: you are not responsible for %(clients)s. Ask the"
                    " client's salesperson, the leader of his team or an administrator"
                    " of client development to change it; the client himself can do it"
                    " by the link in his e-mail.",
                    clients=", ".join(foreign[:10].mapped("display_name")),
                )
            )

    def _filter_own_clients(self):
        """Return those of these clients that are the user's own in the working list."""
        domain = [("partner_id", "in", self.ids)]
        facts = self.env["client.fact"].with_context(active_test=False)
        own = facts.sudo(False).search(domain).sudo().partner_id
        new = self - facts.sudo().search(domain).partner_id
        return own | new.filtered(
            lambda client: (
                not client.user_id
                or self.env.user in client.user_id | client.user_id.sale_team_id.user_id
            )
        )
