"""The commands of ./dev."""

import errno
import os
import sys

from . import (
    bench,
    clean,
    databases,
    demo,
    lint,
    locking,
    odoo,
    pictures,
    setup,
    testing,
    translations,
)
from .console import Problem, say
from .settings import DB_DEMO
from .shell import DISK_FULL, lock

HELP = """\
./dev, the only door of this repository

  ./dev demo [--port N] [--no-serve] [--fresh]
                       set everything up and serve Odoo with the demo data
  ./dev test [--long] [pytest arguments]
                       set everything up and run the tests
  ./dev bench [--clients N ...] [--keep]
                       measure the facts engine against its goals
  ./dev lint [--fix]   check style, structure and translations
  ./dev odoo ARGS      Odoo's own command line, e.g. ./dev odoo shell -d DATABASE
  ./dev psql [DATABASE] [ARGS]
                       PostgreSQL's command line (default: the demo database)
  ./dev i18n           write the translation template, merge it into the languages
  ./dev pictures [NAME ...]
                       make the README's pictures from the demo
  ./dev lock [--upgrade]
                       renew the locked lists of Python packages
  ./dev stop           stop the private PostgreSQL server
  ./dev clean          stop it and remove everything that ./dev made

Odoo comes from ODOO_PATH (a checkout of Odoo 19.0) or Debian's package odoo-19.
PostgreSQL is a private server, or the one that PGHOST, PGPORT, PGUSER name.
Everything made lies in .odoo, or in the folder that ODOO_ENV names.
"""


def main(arguments):
    """Run one command; the exit status tells whether it succeeded."""
    name, rest = (arguments or ["help"])[0], arguments[1:]
    try:
        if name in ("help", "-h", "--help"):
            print(HELP, end="")
            return 0
        command = COMMANDS.get(name)
        if command is None:
            raise Problem(f"./dev has no command {name!r}: see ./dev help.")
        return command(rest)
    except Problem as problem:
        say(f"error: {problem}")
        return 3
    except KeyboardInterrupt:
        say("\nInterrupted; the next ./dev carries on from here.")
        return 130
    except OSError as error:
        say(f"error: {_os_problem(error)}")
        return 3


def _os_problem(error):
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL
    text = f"{error.strerror or error}"
    where = f" ({error.filename})" if error.filename else ""
    return (
        f"{text}{where}: make room or correct the rights there, or set ODOO_ENV to a"
        " folder of your own, and run ./dev again."
    )


def _odoo(arguments):
    with lock():
        setup.ensure()
    return _become([odoo.VENV.bin / "odoo", *arguments])


def _psql(arguments):
    with lock():
        setup.ensure()
    return _become(["psql", *(arguments or [DB_DEMO])])


def _become(command):
    """Replace ./dev by the program: its keys, signals and status are its own."""
    env = databases.environment()
    os.environ["PATH"] = env["PATH"]
    sys.stdout.flush()
    os.execvpe(command[0], [str(part) for part in command], env)


COMMANDS = {
    "demo": demo.main,
    "test": testing.main,
    "bench": bench.main,
    "odoo": _odoo,
    "psql": _psql,
    "lint": lint.main,
    "i18n": translations.main,
    "pictures": pictures.main,
    "lock": locking.main,
    "stop": clean.stop,
    "clean": clean.main,
}
