from datetime import timedelta

from .plan_common import TODAY, PlanCase

REASON = "client_development.client_plan_slip_reason_"


class SlipCase(PlanCase):
    """The plan of :class:`PlanCase`, running, and two reasons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.action_start()
        cls.reason = cls.env.ref(REASON + "client")
        cls.reason2 = cls.env.ref(REASON + "resources")

    def _later(self, days=14):
        return TODAY + timedelta(days=days)

    def _move(self, lines, **values):
        """Move by the assistant, as the salesperson would."""
        context = lines.action_move_deadline()["context"]
        wizard = (
            lines.env["client.plan.line.move"].with_context(**context).create(values)
        )
        wizard.action_move()
        return wizard

    def _miss(self, line, days=1):
        """Return the line on a day after its deadline, with its slip opened."""
        late = self._set_today(line, line.date_deadline + timedelta(days=days))
        late.sudo()._flag_missed()
        return late
