from odoo import models


class ClientCallable(models.AbstractModel):
    """What the call desk shows of one client."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.callable"

    def _prepare_desk_card(self):
        """Return what the desk shows for one row; others add notes."""
        return {"notes": []}
