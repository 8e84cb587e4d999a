"""./dev test: the whole suite, or what pytest's own arguments choose."""

import contextlib
import subprocess

from . import browser, databases, odoo, setup
from .settings import DB_ADDON, DB_DEPS, DB_TEST, ENV, ROOT
from .shell import lock

#: Test runs at the same time get a database of their own each.
SLOTS = 4


def main(arguments):
    with contextlib.ExitStack() as held:
        with lock():
            setup.ensure()
            missing = {
                "CLIENT_DEVELOPMENT_NO_BROWSER": browser.ensure_chromium(),
                "CLIENT_DEVELOPMENT_NO_PDF": browser.ensure_wkhtmltopdf(),
            }
            database = _free_database(held)
            databases.clone_addon(database)
        env = databases.environment()
        env |= {name: reason for name, reason in missing.items() if reason}
        env["CLIENT_DEVELOPMENT_TEMPLATE"] = DB_ADDON
        env["CLIENT_DEVELOPMENT_DEPS_TEMPLATE"] = DB_DEPS
        command = [odoo.VENV.python, "-m", "pytest", *_options(database), *arguments]
        return _run(command, env)


def _free_database(held):
    for slot in range(1, SLOTS):
        name = DB_TEST if slot == 1 else f"{DB_TEST}_{slot}"
        if held.enter_context(lock(name, wait=False)):
            return name
    held.enter_context(lock(DB_TEST))
    return DB_TEST


def _options(database):
    return [
        f"--odoo-database={database}",
        f"--odoo-config={odoo.CONF}",
        "--odoo-http",
        f"--odoo-extra=screenshots={ENV / 'screenshots'}",
        f"--override-ini=cache_dir={ENV / 'pytest'}",
    ]


def _run(command, env):
    """Run to the end; Ctrl-C is pytest's to handle, it still sums up."""
    with subprocess.Popen(command, env=env, cwd=ROOT) as process:
        while True:
            try:
                status = process.wait()
            except KeyboardInterrupt:
                continue
            return status if status >= 0 else 128 - status
