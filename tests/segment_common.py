from freezegun import freeze_time

from odoo import Command

from .common import ClientCase


class SegmentCase(ClientCase):
    """Two clients with their rows, the three ranked segments and a mere tag."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment_growth = cls.env.ref("client_development.client_segment_growth")
        cls.fact, cls.fact2 = cls.env["client.fact"]._ensure(cls.client | cls.client2)
        cls.tag = cls.env["client.segment"].create({"name": "Fair"})

    def _moves(self, fact=None):
        return self.env["client.segment.move"].search(
            [("fact_id", "=", (fact or self.fact).id)], order="id"
        )

    def _set(self, segments, user=None, day=None, fact=None):
        """Give the client exactly these segments and return the move, if any."""
        before = self._moves(fact)
        with freeze_time(day or "2026-03-02 10:00:00"):
            (fact or self.fact).with_user(user or self.salesperson).write(
                {"segment_ids": [Command.set(segments.ids)]}
            )
        return self._moves(fact) - before
