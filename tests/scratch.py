"""Scratch databases and real Odoo processes, for what one transaction cannot show.

``./dev test`` passes the names of its template databases and has ``odoo`` and the
PostgreSQL programs on the PATH; under another runner these tests skip themselves.
"""

import os
import resource
import shutil
import subprocess
import unittest
import uuid
from pathlib import Path

from odoo.tools import config

TEMPLATE = os.environ.get("CLIENT_DEVELOPMENT_TEMPLATE")
DEPS_TEMPLATE = os.environ.get("CLIENT_DEVELOPMENT_DEPS_TEMPLATE")
TIMEOUT = 300

needs_scratch = unittest.skipUnless(
    TEMPLATE and DEPS_TEMPLATE, "real processes need the databases of ./dev test"
)


class ScratchDatabase:
    """A database cloned from ``template`` that lives as long as the ``with`` block."""

    def __init__(self, template):
        self.template = template
        self.name = f"client_development_scratch_{uuid.uuid4().hex[:12]}"

    def __enter__(self):
        _run(["createdb", "-T", self.template, self.name])
        return self

    def __exit__(self, *_exception):
        _run(["dropdb", "--force", self.name])
        files = Path(config["data_dir"]) / "filestore" / self.name
        shutil.rmtree(files, ignore_errors=True)

    def sql(self, statement):
        """Run SQL and return the rows as lists of strings."""
        output = _run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.name],
            stdin=statement,
        )
        return [line.split("|") for line in output.splitlines()]

    def odoo(self, *arguments):
        """Run the server's command line on this database until it stops."""
        return _run(
            [*_odoo(self.name), *arguments, "--no-http", "--stop-after-init"],
            everything=True,
        )

    def timed_odoo(self, *arguments):
        """Like :meth:`odoo`; return the output and the seconds of work it took.

        The process's time on a processor and the server's in statements: what one
        waits for on a machine that does nothing else, even while other tests run.
        """
        before = self._work_seconds()
        output = self.odoo(*arguments)
        return output, self._work_seconds() - before

    def _work_seconds(self):
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Before PostgreSQL 14 there is no such figure: the processor's time alone.
        [[active]] = self.sql(
            "SELECT coalesce(to_jsonb(s)->>'active_time', '0')"
            f" FROM pg_stat_database s WHERE datname = '{self.name}'"
        )
        return used.ru_utime + used.ru_stime + float(active) / 1000

    def start_shell(self, script):
        """Start a process that runs ``script`` with ``env``; see :func:`finish`."""
        process = subprocess.Popen(
            ["odoo", "shell", *_odoo(self.name)[1:], "--no-http", "--log-level=error"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        process.stdin.write(script)
        process.stdin.close()
        process.stdin = None
        return process

    def shell(self, script):
        """Run ``script`` with ``env`` in a process of its own and return its output."""
        return finish(self.start_shell(script))


def finish(process):
    """Wait for a process of :meth:`ScratchDatabase.start_shell`; return its output."""
    output, errors = process.communicate(timeout=TIMEOUT)
    if process.returncode or "Traceback" in errors:
        raise AssertionError(f"exit status {process.returncode}\n{output}\n{errors}")
    return output


def _odoo(database):
    configuration = ["-c", os.environ["ODOO_CONF"]] if "ODOO_CONF" in os.environ else []
    return ["odoo", *configuration, "-d", database]


def _run(command, stdin=None, everything=False):
    answer = subprocess.run(
        command, input=stdin, capture_output=True, text=True, timeout=TIMEOUT
    )
    if answer.returncode:
        raise AssertionError(f"{command[0]}: {answer.stdout}\n{answer.stderr}")
    return answer.stdout + answer.stderr if everything else answer.stdout
