"""Private virtual environments, each holding exactly one locked list of packages."""

import hashlib
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from . import apt
from .console import Problem, Step
from .settings import ENV, PYTHONS, REQUIREMENTS
from .shell import remove, run, write

#: Where a pip comes from when this Python has none (Debian without python3-venv).
PIP_ROOT = ENV / "pip"
#: Debian keeps the wheels of ensurepip here.
WHEELS = Path("/usr/share/python-wheels")

TITLES = {"odoo": "Odoo's Python packages", "tools": "Developer tools"}


class Venv:
    """One virtual environment: ``odoo`` (runs Odoo and the tests) or ``tools``."""

    def __init__(self, name):
        self.path = ENV / f"venv-{name}"
        self.bin = self.path / "bin"
        self.python = self.bin / "python"
        self.lock = REQUIREMENTS / f"{name}.lock"
        self.title = TITLES[name]
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
            exact = ["--require-hashes", "--no-deps", "--requirement", self.lock]
            run(
                [*pip(self.python), "install", "--no-warn-script-location", *exact],
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


def pip(interpreter):
    """The command that runs pip for this interpreter, also where it comes without one.

    A wheel of pip runs as it is, in one process that ends when we do.
    """
    bundled = Path(sysconfig.get_path("stdlib")) / "ensurepip" / "_bundled"
    for folder in (bundled, WHEELS):
        wheels = sorted(folder.glob("pip-*.whl"))
        if wheels:
            break
    else:
        wheels = [_fetch()]
    common = ["--disable-pip-version-check", "--no-input"]
    return [interpreter, wheels[-1] / "pip", *common]


def _fetch():
    """Debian's own wheel of pip, unpacked into the cache."""
    if not PIP_ROOT.exists():
        if not apt.is_available():
            raise Problem(
                "This Python has no pip, and there is no apt to take it from: install"
                " the packages python3-pip and python3-venv and run ./dev again."
            )
        with Step("pip"):
            part = PIP_ROOT.with_name("pip.part")
            remove(part)
            apt.Archive().unpack(["python3-pip-whl"], part, "Fetching pip")
            part.rename(PIP_ROOT)
    return next((PIP_ROOT / WHEELS.relative_to("/")).glob("pip-*.whl"))
