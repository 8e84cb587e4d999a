"""Odoo itself: where it is, whether it is the right one, how it is configured."""

import os
import re
from pathlib import Path

from . import apt, python
from .console import Problem, Step
from .settings import ENV, ODOO_PACKAGE, ODOO_SERIES, ROOT
from .shell import remove, write

VENV = python.Venv("odoo")
CONF = ENV / "odoo.conf"
DATA = ENV / "data"
UNPACKED = ENV / "odoo"

#: Odoo's package links its fonts and icons to these; sid has no FontAwesome 4 any more.
ASSETS_SID = (
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
ASSETS_BOOKWORM = ("fonts-font-awesome",)
#: Debian leaves this file out (its licence); without one every page logs an error.
STUB = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def source():
    """The folder that holds the package ``odoo``: ODOO_PATH, or our unpacked copy."""
    given = os.environ.get("ODOO_PATH")
    return Path(given).expanduser().absolute() if given else UNPACKED / "src"


def version():
    """The version text of the Odoo in use; refuses any series but ours."""
    given = os.environ.get("ODOO_PATH")
    place = f"ODOO_PATH={given}" if given else "the unpacked Odoo"
    remedy = f"git checkout {ODOO_SERIES} there, or unset ODOO_PATH"
    try:
        text = (source() / "odoo" / "release.py").read_text()
    except OSError:
        raise Problem(
            f"{place} holds no Odoo (no odoo/release.py): point it to a checkout of"
            f" Odoo {ODOO_SERIES}, or unset ODOO_PATH."
        ) from None
    found = re.search(r"version_info\s*=\s*\(([^)]*)\)", text)
    parts = [part.strip(" '\"") for part in found[1].split(",")] if found else []
    series = ".".join(parts[:2]) or "unknown"
    if series != ODOO_SERIES:
        raise Problem(
            f"{place} is Odoo {series}, this addon needs Odoo {ODOO_SERIES}: {remedy}."
        )
    return ".".join([series, *filter(None, parts[5:6])])


def addons_path():
    """Odoo's own addons folders, then ours (this repository's root)."""
    folders = [source() / "odoo" / "addons", source() / "addons", ROOT]
    return [folder for folder in folders if folder.is_dir()]


def ensure_source():
    """Odoo's source, of the right version and whole."""
    if not os.environ.get("ODOO_PATH"):
        _unpack()
    version()
    missing = [m for m in ("web", "mail") if not _module_exists(m)]
    if missing:
        raise Problem(
            f"{source()} has no addon {missing[0]!r}: ODOO_PATH must be a whole"
            " checkout of Odoo Community."
        )


def ensure():
    """Its Python packages, its launcher and its configuration file."""
    VENV.ensure()
    write(VENV.site_packages / "_odoo_source.pth", f"{source()}\n")
    # A file of its own, not ``python -m odoo``: with workers Odoo starts itself again
    # by the name it was started with.
    launcher = f"#!{VENV.python}\nimport odoo.cli\n\nodoo.cli.main()\n"
    write(VENV.bin / "odoo", launcher, mode=0o755)
    DATA.mkdir(parents=True, exist_ok=True)
    write(
        CONF,
        "[options]\n"
        f"addons_path = {','.join(map(str, addons_path()))}\n"
        f"data_dir = {DATA}\n"
        "http_interface = 127.0.0.1\n",
    )


def environment():
    """The variables with which every program of ours is run."""
    env = {k: v for k, v in os.environ.items() if k not in ("PGDATABASE", "PYTHONPATH")}
    env["PATH"] = os.pathsep.join([str(VENV.bin), env.get("PATH", os.defpath)])
    env["ODOO_RC"] = env["ODOO_CONF"] = str(CONF)
    return env


def _module_exists(name):
    return any((path / name / "__manifest__.py").is_file() for path in addons_path())


def _unpack():
    """Debian's package, unpacked with what its links point to; all or nothing."""
    if UNPACKED.exists():
        return
    with Step(f"Odoo {ODOO_SERIES} (Debian's package {ODOO_PACKAGE})") as step:
        step.detail("package lists")
        archive = apt.Archive("sid", "bookworm")
        step.detail("download, about 130 MB")
        part = UNPACKED.with_name("odoo.part")
        remove(part)
        packages = [f"{name}/sid" for name in (ODOO_PACKAGE, *ASSETS_SID)]
        packages += [f"{name}/bookworm" for name in ASSETS_BOOKWORM]
        try:
            archive.unpack(packages, part, "Fetching Odoo")
        except Problem as problem:
            if "Unable to locate" in str(problem) or "was not found" in str(problem):
                raise Problem(
                    f"Debian's archive has no package {ODOO_PACKAGE} (any more):"
                    f" {apt.USE_CHECKOUT}."
                ) from None
            raise
        (part / "src").mkdir()
        package = part / "src" / "odoo"
        package.symlink_to("../usr/lib/python3/dist-packages/odoo")
        if not (package / STUB).exists():
            write(
                package / STUB,
                "/* left out of Debian's package; it only blurs call backgrounds */\n",
            )
        part.rename(UNPACKED)
