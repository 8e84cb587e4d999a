from odoo import Command, api, models
from odoo.exceptions import AccessError, UserError

# Follow from starting, closing and asking: never entered.
PROCESS_FIELDS = frozenset(("state", "call_ids", "left_out"))
# What the calls already made go by.
FIXED_FIELDS = frozenset(("company_id", "questionnaire_id"))


class ClientCampaign(models.Model):
    """What may be entered in a campaign, by whom, and until when."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.campaign"

    def _check_entered(self, vals):
        """Raise when ``vals`` enter what only the process writes."""
        entered = PROCESS_FIELDS & vals.keys()
        if entered - {"state"} or vals.get("state", "draft") != "draft":
            raise UserError(
                self.env._(
                    "%(fields)s: follows from the calls and cannot be entered. Use the"
                    " buttons of the campaign.",
                    fields=self._get_labels(entered),
                )
            )

    def _get_labels(self, names):
        labels = self.fields_get(sorted(names), ["string"]).values()
        return ", ".join(label["string"] for label in labels)

    def _check_fixed(self, vals):
        """Raise when a started campaign is changed in what its calls go by."""
        for campaign in self:
            if campaign.state == "closed":
                raise UserError(
                    self.env._(
                        "“%(campaign)s” is closed and cannot be changed any more."
                        " Duplicate it to ask again.",
                        campaign=campaign.name,
                    )
                )
            changed = FIXED_FIELDS & {
                name
                for name in vals
                if name in FIXED_FIELDS and vals[name] != campaign[name].id
            }
            if campaign.state == "running" and changed:
                raise UserError(
                    self.env._(
                        "%(fields)s: fixed since “%(campaign)s” has started. Close it"
                        " and start another campaign.",
                        fields=self._get_labels(changed),
                        campaign=campaign.name,
                    )
                )

    def _check_people(self):
        """Raise unless the campaign is in the hands of those who may lead it."""
        self.ensure_one()
        if self.env.su:
            return
        if not self.user_id.has_group("client_development.group_client_leader"):
            raise UserError(
                self.env._(
                    "Responsible: %(user)s leads no team. Choose a team leader or an"
                    " administrator.",
                    user=self.user_id.name,
                )
            )
        if self.env.user.has_group("client_development.group_client_manager"):
            return
        if self.sudo().team_id.user_id != self.env.user:
            raise AccessError(
                self.env._(
                    "Sales Team: a team leader makes campaigns for the teams that he"
                    " leads. Choose one of yours; an administrator may choose any."
                )
            )

    @api.model
    def _check_chosen(self, vals):
        """Raise unless the clients that ``vals`` add are the user's."""
        ids = set()
        for command in vals.get("fact_ids") or ():
            if isinstance(command, int):
                ids.add(command)
            elif command[0] == Command.LINK:
                ids.add(command[1])
            elif command[0] == Command.SET:
                ids |= set(command[2])
        facts = self.env["client.fact"].browse(ids).exists()
        if others := facts - facts._filtered_access("read"):
            raise self._foreign_error(others)

    def _foreign_error(self, facts):
        return UserError(
            self.env._(
                "Clients: %(count)s of those chosen are not clients of yours, of your"
                " teams or of this company. Leave them out, or ask an administrator.",
                count=len(facts),
            )
        )

    def _check_clients(self, facts):
        """Raise unless ``facts`` are clients of the company that the user may see."""
        self.ensure_one()
        foreign = facts.filtered(lambda fact: fact.company_id != self.company_id)
        if foreign:
            raise UserError(
                self.env._(
                    "Clients: %(count)s of those chosen are clients of another company"
                    " than %(company)s. Choose clients of this company.",
                    count=len(foreign),
                    company=self.company_id.name,
                )
            )
        mine = facts.sudo(self.env.su)
        if others := mine - mine._filtered_access("read"):
            raise self._foreign_error(others)
