from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class ClientSurvey(models.Model):
    """The private link on the call desk: the moment when nobody answers."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.survey"

    def _prepare_desk_card(self):
        """The caller sees that the client has been written to."""
        card = super()._prepare_desk_card()
        card["link"] = not card["problem"] and self._prepare_desk_link()
        if self.date_link_sent:
            lines = [
                self.env._(
                    "Sent on %(moment)s to %(email)s.",
                    moment=format_datetime(self.env, self.date_link_sent),
                    email=self.link_email,
                )
            ]
            if failure := self.link_failure:
                lines.append(self.env._("Not delivered: %(why)s.", why=failure))
            if self.date_link_reminded:
                moment = format_datetime(self.env, self.date_link_reminded)
                lines.append(self.env._("Reminded on %(moment)s.", moment=moment))
            card["notes"].append(
                {
                    "title": self.env._("Private Link"),
                    "lines": lines,
                    "tone": "warning" if failure else "info",
                }
            )
        return card

    def _prepare_desk_link(self):
        """Return to whom the link can be sent, or why not by e-mail."""
        self.ensure_one()
        return {
            "email": self.sudo().contact_id.email_normalized or "",
            "problem": self.link_problem or "",
        }


class ClientCallDesk(models.AbstractModel):
    """Sends and copies the private link of the open card."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.call.desk"

    @api.model
    def send_link(self, model, record_id, token):
        """Send the private link by e-mail; say to whom, and what is possible now."""
        row = self._get_linked_row(model, record_id, token)
        message = row.action_send_link()["params"]["message"]
        return {"message": message, "link": row._prepare_desk_link()}

    @api.model
    def get_link(self, model, record_id, token):
        """Return the private link, to be pasted into a messenger."""
        row = self._get_linked_row(model, record_id, token)
        return {"url": row.action_get_link()}

    @api.model
    def _get_linked_row(self, model, record_id, token):
        """Return the survey of the open card, or say why it has no link."""
        row = self._get_row(model, record_id)
        if not self._read_token(row, token):
            raise self._invalid_card_error(row)
        if row._name != "client.survey":
            raise UserError(
                self.env._(
                    "Private Link: only surveys of orders can be answered by a link."
                    " Ask %(client)s on the telephone.",
                    client=row.partner_id.name,
                )
            )
        return row
