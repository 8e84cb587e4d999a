"""Every name, path and version in one place."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Everything the set-up makes lies here, and ``./dev clean`` removes it.
ENV = Path(os.environ.get("ODOO_ENV") or ROOT / ".odoo").expanduser().absolute()
LOGS = ENV / "logs"

ADDON = "client_development"
ADDON_PATH = ROOT / ADDON
TESTS = ROOT / "tests"
REQUIREMENTS = ROOT / "requirements"

ODOO_SERIES = "19.0"
ODOO_PACKAGE = "odoo-19"
PYTHONS = ((3, 10), (3, 13))  # what the locked lists are made for
POSTGRES_MINIMUM = 13

#: The first is the default, users may switch to the others.
LANGUAGES = "en_US,ru_RU"
#: Wanted next to the addon's own dependencies: JSON-2 calls, quotations, CSV import.
EXTRA_MODULES = ("rpc", "sale_management", "base_import")
#: Dependencies while the addon has no manifest yet.
DEFAULT_DEPENDS = (
    "sale_crm",
    "contacts",
    "calendar",
    "survey",
    "digest",
    "portal",
    "web_hierarchy",
    "privacy_lookup",
)

DB_DEPS = f"{ADDON}_deps"  # template: dependencies with Odoo's demo data
DB_ADDON = f"{ADDON}_addon"  # template: the same with the addon installed
DB_TEST = f"{ADDON}_test"
DB_DEMO = f"{ADDON}_demo"
DB_LINT = f"{ADDON}_lint"

DEMO_PORT = 8069
#: Who may log into the demo: role, login, password (users: demo data of the addon).
DEMO_LOGINS = (
    ("administrator", "admin", "admin"),
    ("team leader", "anna", "anna"),
    ("salesperson", "ivan", "ivan"),
)

#: Room that a first set-up needs, in bytes (measured: 1.8 GB; a set-up only refreshed
#: needs far less).
ROOM_FIRST = 3 * 1024**3
ROOM_NEXT = 300 * 1024**2

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
