"""./dev lock: the exact versions and hashes of all Python packages."""

import argparse
import os

from . import tools
from .console import Step
from .settings import PYTHONS, REQUIREMENTS
from .shell import lock, run

HEADER = "# Made by ./dev lock from {name}.in: exact versions, no addresses.\n"


def main(arguments):
    parser = argparse.ArgumentParser(prog="./dev lock", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take newest versions")
    options = parser.parse_args(arguments)
    with lock():
        tools.VENV.ensure()
        for name, special in (
            ("odoo", ()),
            ("tools", ()),
            ("pdf", ("--no-deps", "--no-binary", ":all:")),
        ):
            with Step(f"requirements/{name}.lock"):
                _compile(name, special, options.upgrade)
    return 0


def _compile(name, special, upgrade):
    lowest = ".".join(map(str, PYTHONS[0]))
    target = REQUIREMENTS / f"{name}.lock"
    run(
        [
            *(tools.VENV.bin / "uv", "pip", "compile", "--quiet", "--universal"),
            *("--generate-hashes", "--no-header", "--python-version", lowest),
            *(("--upgrade",) if upgrade else ()),
            *special,
            *("--output-file", target.name, f"{name}.in"),
        ],
        "Resolving the packages",
        log="uv",
        # uv trusts the system's certificates only when told to.
        env=dict(os.environ, UV_SYSTEM_CERTS="1", UV_NATIVE_TLS="1"),
        cwd=REQUIREMENTS,
    )
    text = target.read_text().removeprefix(HEADER.format(name=name))
    target.write_text(HEADER.format(name=name) + text)
