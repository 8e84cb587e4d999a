from odoo import models


class ClientCall(models.Model):
    """What the call desk shows of another call: the reason, and the order if any."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.call"

    def _get_desk_label(self):
        """Why the client is called."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return kinds.get(self.kind, "")

    def _prepare_desk_card(self):
        """The order that the call goes back to."""
        card = super()._prepare_desk_card()
        if self.survey_id:
            card["orders"] = [self.survey_id._prepare_desk_order()]
        return card

    def _get_desk_suggestions(self):
        """Who complained, or is checked, is not sold to in the same call."""
        if self.kind in ("followup", "check"):
            return False
        return super()._get_desk_suggestions()
