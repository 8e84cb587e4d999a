"""Private virtual environments, each holding exactly one locked list of packages."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys

from . import apt
from .console import Problem, Step
from .settings import ENV, PYTHONS, REQUIREMENTS
from .shell import remove, run, write

#: Where a pip comes from when this Python has none (Debian without python3-venv).
PIP_ROOT = ENV / "pip"


class Venv:
    """One virtual environment: ``odoo`` (runs Odoo and the tests) or ``tools``."""

    def __init__(self, name):
        self.path = ENV / f"venv-{name}"
        self.bin = self.path / "bin"
        self.python = self.bin / "python"
        self.lock = REQUIREMENTS / f"{name}.lock"
        self.title = {"odoo": "Python packages for Odoo", "tools": "developer tools"}[
            name
        ]
        self._stamp = self.path / ".complete"

    def is_ready(self):
        """Complete, made from today's lock, and its Python still runs."""
        if not self._stamp.is_file() or self._stamp.read_text() != self._key():
            return False
        probe = [self.python, "-c", "import sys"]
        try:
            return subprocess.run(probe, capture_output=True).returncode == 0
        except OSError:
            return False

    def ensure(self):
        """Make the environment, unless it is ready; a half-made one is made anew."""
        if self.is_ready():
            return
        interpreter = find_python()
        with Step(f"{self.title} ({self.lock.name})") as step:
            remove(self.path)
            run(
                [interpreter, "-m", "venv", "--without-pip", self.path],
                "Making a virtual environment",
            )
            command = pip(interpreter, "--python", self.python)
            run(
                [
                    *command,
                    "install",
                    "--require-hashes",
                    "--no-deps",
                    "--no-warn-script-location",
                    "-r",
                    self.lock,
                ],
                "Installing the Python packages",
                log=f"pip-{self.path.name}",
                on_line=lambda line: step.detail(line.strip()),
            )
            write(self._stamp, self._key())

    @property
    def site_packages(self):
        return next(self.path.glob("lib/python*/site-packages"))

    def _key(self):
        lines = self.lock.read_text().splitlines()
        wanted = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        return hashlib.sha256(wanted.encode()).hexdigest()


def find_python():
    """An interpreter that the locked lists are made for: ours, or one on the PATH."""
    lowest, highest = PYTHONS
    if lowest <= sys.version_info[:2] <= highest:
        return sys.executable
    for minor in range(highest[1], lowest[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    here = ".".join(map(str, sys.version_info[:2]))
    span = " to ".join(".".join(map(str, version)) for version in PYTHONS)
    raise Problem(
        f"This is Python {here}; the locked packages are made for Python {span}:"
        " install one of those and run ./dev again."
    )


def pip(interpreter, *options):
    """The command that runs pip, also where Python comes without one."""
    common = ["--disable-pip-version-check", "--no-input", *options]
    has_pip = [interpreter, "-c", "import pip"]
    if subprocess.run(has_pip, capture_output=True).returncode == 0:
        return [interpreter, "-m", "pip", *common]
    if importlib.util.find_spec("ensurepip") and not PIP_ROOT.exists():
        import ensurepip

        wheels = list(_bundled(ensurepip))
        if wheels:
            return [interpreter, f"{wheels[0]}/pip", *common]
    return [interpreter, f"{_pip_wheel()}/pip", *common]


def _bundled(ensurepip):
    from pathlib import Path

    return Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl")


def _pip_wheel():
    """Debian's own pip, unpacked: a wheel runs without being installed."""
    if not PIP_ROOT.exists():
        if not apt.is_available():
            raise Problem(
                "This Python has no pip, and there is no apt to take it from: install"
                " pip (the package python3-pip) and run ./dev again."
            )
        with Step("pip"):
            part = PIP_ROOT.with_name("pip.part")
            remove(part)
            apt.Archive().unpack(["python3-pip-whl"], part, "Fetching pip")
            part.rename(PIP_ROOT)
    return next(PIP_ROOT.glob("usr/share/python-wheels/pip-*.whl"))
