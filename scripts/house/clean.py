"""./dev stop and ./dev clean."""

import contextlib

from . import databases, postgres
from .console import Problem, Step
from .settings import ENV
from .shell import lock, remove


def stop(arguments):
    """Stop the private PostgreSQL server."""
    if ENV.is_dir():
        postgres.stop()
    return 0


def main(arguments):
    """Remove everything that ./dev made."""
    if not ENV.is_dir():
        return 0
    with lock(), Step(f"Removing {ENV}"):
        if postgres.is_external():
            _drop_databases()
        else:
            postgres.clean()
        for path in sorted(ENV.iterdir()):
            if path.suffix != ".lock" and path.name != "CACHEDIR.TAG":
                remove(path)
    return 0


def _drop_databases():
    """On the user's server only our databases go, and only if it can be reached."""
    with contextlib.suppress(Problem):
        for name in databases.ours():
            databases.drop(name)
