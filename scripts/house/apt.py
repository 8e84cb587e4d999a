"""Packages unpacked from the machine's own Debian archive; nothing is installed.

A private apt (own lists, own cache) uses the mirror, the proxy and the keys that the
machine is configured with, so it needs no root and changes nothing outside the cache.
"""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from .console import Problem
from .settings import ENV, ODOO_SERIES
from .shell import remove, run, write

APT = ENV / "apt"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
USE_CHECKOUT = f"set ODOO_PATH to a checkout of Odoo {ODOO_SERIES}"


def release():
    """What /etc/os-release says, as a dictionary."""
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def is_available():
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


def _mirror():
    """The archive that this Debian is configured with; never written down by us."""
    system = release()
    command = ["apt-get", "indextargets", "--no-release-info"]
    command += ["--format", "$(REPO_URI)", "Created-By: Packages", "Component: main"]
    command += [f"Release: {system.get('VERSION_CODENAME', '')}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    found = sorted(set(answer.stdout.split()))
    if system.get("ID") != "debian" or not found or not KEYRING.is_file():
        name = system.get("PRETTY_NAME", "this system")
        raise Problem(
            f"No Debian archive is configured here ({name}), so Odoo cannot be"
            f" fetched: {USE_CHECKOUT}."
        )
    return found[0]


class Archive:
    """A private view of the machine's own archives, or of releases of Debian."""

    def __init__(self, *releases):
        if not is_available():
            raise Problem(f"There is no apt on this machine: {USE_CHECKOUT}.")
        self.name = "-".join(releases) or "own"
        self.folder = APT / self.name
        for part in ("lists/partial", "cache/archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        settings = {
            "Dir::State::Lists": self.folder / "lists",
            "Dir::Cache": self.folder / "cache",
            "Dir::Cache::pkgcache": "",
            "Dir::Cache::srcpkgcache": "",
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
            "Acquire::http::Timeout": "30",
            "APT::Update::Error-Mode": "any",
            "Debug::NoLocking": "true",
        }
        if os.geteuid() == 0:
            settings["APT::Sandbox::User"] = "root"
        if releases:
            mirror = _mirror()
            entries = (f"deb [signed-by={KEYRING}] {mirror} {r} main" for r in releases)
            write(self.folder / "sources.list", "\n".join(entries) + "\n")
            settings["Dir::Etc::SourceList"] = self.folder / "sources.list"
            for place in ("SourceParts", "Preferences", "PreferencesParts"):
                settings[f"Dir::Etc::{place}"] = "/dev/null"
        text = "".join(f'{key} "{value}";\n' for key, value in settings.items())
        write(self.folder / "apt.conf", text)
        self._get("update", what="Reading the package lists")

    def _get(self, *command, what, cwd=None):
        conf = self.folder / "apt.conf"
        return run(
            ["apt-get", "-c", conf, "-q", *command],
            what,
            log=f"apt-{self.name}-{command[0]}",
            cwd=cwd,
        )

    def unpack(self, packages, target, what):
        """Download exactly these packages and lay their files below ``target``."""
        debs = self.folder / "debs"
        remove(debs)
        debs.mkdir()
        self._get("download", *packages, what=what, cwd=debs)
        self._extract(debs.glob("*.deb"), target, what)
        remove(debs)

    def unpack_missing(self, packages, target, what):
        """The same, with every dependency that the machine does not have."""
        archives = self.folder / "cache" / "archives"
        for stale in archives.glob("*.deb"):
            stale.unlink()
        options = ("--download-only", "--no-install-recommends", "--reinstall", "-y")
        self._get("install", *options, *packages, what=what)
        self._extract(archives.glob("*.deb"), target, what)
        for done in archives.glob("*.deb"):
            done.unlink()

    def _extract(self, debs, target, what):
        target.mkdir(parents=True, exist_ok=True)
        for deb in debs:
            run(["dpkg-deb", "-x", deb, target], what, log="dpkg-deb")
