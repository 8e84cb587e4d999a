from odoo import fields, models
from odoo.exceptions import UserError

from .client_answer_text import is_record_id

SHOWN_CONTACTS = 50
LONGEST_NAME = 120
# Of a number that can be dialled from anywhere; the rest may say anything.
SHORTEST_PHONE = 5


class ClientCallable(models.AbstractModel):
    """Somebody else at the client is to be asked: the wrong contact was called."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.callable"

    def _get_desk_contacts(self):
        """Return the client's other contacts, who may be asked instead."""
        self.ensure_one()
        contacts = self.env["res.partner"].search(
            [
                ("commercial_partner_id", "=", self.partner_id.id),
                ("id", "!=", self.contact_id.id),
                ("name", "!=", False),
            ],
            order="name, id",
            limit=SHOWN_CONTACTS,
        )
        return [
            {
                "id": contact.id,
                "name": contact.name,
                "function": contact.function or "",
                "phone": contact.phone or "",
            }
            for contact in contacts
        ]

    def _readdress(self, values, note=False):
        """Ask another contact of the client: the call was answered by the wrong one.

        The duty stays what it was, and so do those that are asked in the same call.
        """
        self.ensure_one()
        contact = self._read_desk_contact(values)
        together = self._get_called_together().sudo()
        text = self.env._(
            "%(before)s is not the right person; to be asked instead: %(after)s.",
            before=self.contact_id.name or self.contact_id.display_name,
            after=contact.name,
        )
        self._register_attempt("wrong_contact", f"{text}\n{note}" if note else text)
        together.write(
            {
                "contact_id": contact.id,
                "state": "due",
                # promised for now: he does not wait like somebody just called in vain
                "date_callback": fields.Datetime.now(),
            }
        )

    def _read_desk_contact(self, values):
        """Return the contact that was chosen or typed, of the same client.

        A new one is made by the user himself, with his rights.
        """
        client = self.partner_id
        client.ensure_one()
        if contact_id := values.get("contact_id"):
            found = self.env["res.partner"].search(
                [
                    ("id", "=", contact_id if is_record_id(contact_id) else 0),
                    ("commercial_partner_id", "=", client.id),
                ]
            )
            if not found:
                raise UserError(
                    self.env._(
                        "Wrong Contact: the person chosen does not belong to"
                        " %(client)s. Choose one of his contacts, or enter name and"
                        " telephone.",
                        client=client.name,
                    )
                )
            if found in self.contact_id:
                raise UserError(
                    self.env._(
                        "Wrong Contact: %(contact)s is asked already. Choose another"
                        " contact, or enter name and telephone.",
                        contact=found.name,
                    )
                )
            return found
        name = self._read_desk_text(
            values.get("contact_name"), self.env._("Wrong Contact, name"), LONGEST_NAME
        )
        label = self.env._("Wrong Contact, telephone")
        phone = self._read_desk_text(values.get("contact_phone"), label, LONGEST_NAME)
        if not name or not phone:
            raise UserError(
                self.env._(
                    "Wrong Contact: choose another contact of the client, or enter the"
                    " name and the telephone of the right one."
                )
            )
        if sum(char.isdecimal() for char in phone) < SHORTEST_PHONE:
            raise UserError(
                self.env._(
                    "Wrong Contact, telephone: “%(phone)s” is no telephone number, as"
                    " it has less than %(digits)s digits. Enter the whole number.",
                    phone=phone,
                    digits=SHORTEST_PHONE,
                )
            )
        return self.env["res.partner"].create(
            {
                "name": name,
                "phone": phone,
                "parent_id": client.id,
                "type": "contact",
                "lang": client.lang,
                "company_id": client.company_id.id,
            }
        )
