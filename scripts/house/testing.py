"""./dev test: the whole suite, or what pytest's own arguments choose."""

import contextlib
import os
import subprocess

from . import browser, databases, odoo, setup
from .settings import DB_ADDON, DB_DEPS, DB_TEST, ENV, ROOT
from .shell import lock

#: Test runs at the same time get a database of their own each.
SLOTS = 4
#: How many processes share the whole suite: one per core, within these bounds.
WORKERS = (2, 4)
#: pytest's options that choose tests, or need the one process that has the terminal.
CHOOSING = {
    *("--lf", "--last-failed", "--ff", "--failed-first", "--nf", "--new-first"),
    *("--sw", "--stepwise", "--sw-skip", "--stepwise-skip", "--deselect"),
    *("--ignore", "--ignore-glob", "--pyargs", "--capture"),
    *("--co", "--collect-only", "--pdb", "--trace", "--setup-plan", "--setup-only"),
    *("--numprocesses", "--dist", "--tx", "--help", "--version", "--markers"),
    *("--fixtures", "--fixtures-per-test", "--cache-show"),
}
CHOOSING_SHORT = ("-k", "-m", "-n", "-s", "-d", "-h", "-V", "-p")


def main(arguments):
    with contextlib.ExitStack() as held:
        with lock():
            setup.ensure()
            missing = {
                "CLIENT_DEVELOPMENT_NO_BROWSER": browser.ensure_chromium(),
                "CLIENT_DEVELOPMENT_NO_PDF": browser.ensure_wkhtmltopdf(),
            }
            database = _free_database(held)
            databases.drop_workers(database)  # of a run that was killed
            databases.clone_addon(database)
        env = databases.environment()
        env |= {name: reason for name, reason in missing.items() if reason}
        env["CLIENT_DEVELOPMENT_TEMPLATE"] = DB_ADDON
        env["CLIENT_DEVELOPMENT_DEPS_TEMPLATE"] = DB_DEPS
        options = [*_options(database), *parallel(arguments)]
        try:
            return _run([odoo.VENV.python, "-m", "pytest", *options, *arguments], env)
        finally:
            databases.drop_workers(database)


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


def parallel(arguments):
    """The options for several processes, when the whole suite is to run.

    A class stays in one of them: what it prepares is prepared once. conftest.py puts
    the slow classes first.
    """
    if not is_whole(arguments):
        return []
    lowest, highest = WORKERS
    count = max(lowest, min(highest, len(os.sched_getaffinity(0))))
    return ["-n", str(count), "--dist", "loadscope", "--no-loadscope-reorder"]


def is_whole(arguments):
    """Whether no argument chooses tests, by a file or by an option."""
    return not any(map(_chooses, arguments))


def _chooses(argument):
    if argument.startswith("--"):
        return argument.partition("=")[0] in CHOOSING
    if argument.startswith("-"):
        return argument.startswith(CHOOSING_SHORT)
    # A misspelt name, too: one process says that there is no such file.
    name = argument.partition("::")[0]
    return name.endswith(".py") or (ROOT / name).exists()


def _run(command, env):
    """Run to the end; Ctrl-C is pytest's to handle, it still sums up."""
    with subprocess.Popen(command, env=env, cwd=ROOT) as process:
        while True:
            try:
                status = process.wait()
            except KeyboardInterrupt:
                continue
            return status if status >= 0 else 128 - status
