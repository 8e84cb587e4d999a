from psycopg2 import IntegrityError

from odoo.tools import mute_logger

from .common import ClientCase

LIMITS = {
    "client_survey_due_days": (0, 60, "Days to Survey: enter 0 to 60"),
    "client_review_days": (1, 3650, "Days between Reviews go from 1 to 3650"),
    "client_review_notice_days": (0, 365, "Review Notice"),
    "client_review_grace_days": (0, 365, "Grace from 0 to 365"),
    "client_flag_fast_seconds": (0, 3600, "at most 3600 seconds"),
    "client_flag_copied_days": (0, 3650, "3650 days for the"),
    "client_flag_copied_length": (1, 1000, "1000 letters"),
    "client_flag_equal_count": (2, 1000, "1000 equal answers"),
    "client_check_due_days": (0, 60, "60 days for a check call"),
}


class TestSettingsLimits(ClientCase):
    """Days and counts in the settings have limits, said with the field and remedy."""

    def _write(self, name, value):
        self.company.with_user(self.env.ref("base.user_admin")).write({name: value})
        self.env.flush_all()

    def test_days_and_counts_have_limits(self):
        for name, (low, high, message) in LIMITS.items():
            for value in (low, high):
                with self.subTest(name=name, value=value):
                    self._write(name, value)
            with (
                self.subTest(name=name, message=message),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError) as caught,
                self.cr.savepoint(),
            ):
                self._write(name, high + 1)
            said = self.env["res.company"]._sql_error_to_message(caught.exception)
            self.assertIn(message, said)
            with (
                self.subTest(name=name, value=-1),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._write(name, -1)
