"""What every command needs before it starts: Odoo and PostgreSQL."""

from . import odoo, postgres
from .shell import check_room


def ensure():
    """Make whatever is missing; takes the set-up lock for granted."""
    check_room(first=not odoo.VENV.is_ready())
    odoo.ensure_source()
    postgres.ensure()
    odoo.ensure()
