from odoo import api, fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """Deleting a contact takes nothing away from development plans."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_plans(self):
        """A client with plans stays; actions keep the name of a deleted contact."""
        plan = (
            self.env["client.plan"]
            .sudo()
            .search([("partner_id", "in", self.ids)], limit=1)
        )
        if plan:
            raise UserError(
                self.env._(
                    "“%(client)s” has development plans, for example “%(plan)s”, and"
                    " their history stays. Archive the client instead.",
                    client=plan.partner_id.name,
                    plan=plan.name,
                )
            )
        lines = self.env["client.plan.line"].sudo()
        lines = lines.search([("contact_id", "in", self.ids)])
        for contact, its_lines in lines.grouped("contact_id").items():
            its_lines.write({"contact_name": contact.name})
        links = self.env["client.plan.information"].sudo()
        links = links.search([("to_partner_id", "in", self.ids)])
        for contact, its_links in links.grouped("to_partner_id").items():
            its_links.write({"to_name": contact.name})


class ClientPlanLine(models.Model):
    """The name of a contact who has been deleted."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    contact_name = fields.Char(
        string="Former Decision Maker",
        readonly=True,
        help="The person whom the action was to win, as the contact was called before"
        " it was deleted.",
    )


class ClientPlanInformation(models.Model):
    """The name of a contact who has been deleted."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.information"

    to_name = fields.Char(
        string="To (former contact)",
        readonly=True,
        help="Who needed the information, as the contact was called before it was"
        " deleted.",
    )
