"""What our addon is: its manifest and the fingerprint of its files."""

import ast
import hashlib

from .console import Problem
from .settings import ADDON, ADDON_PATH, DEFAULT_DEPENDS, EXTRA_MODULES

#: Parts that a database does not remember: changing them needs no update.
NOT_IN_DATABASE = ("tests", "static/src", "static/tests")


def manifest():
    """The manifest, or None while there is none."""
    path = ADDON_PATH / "__manifest__.py"
    if not path.is_file():
        return None
    try:
        return ast.literal_eval(path.read_text())
    except (SyntaxError, ValueError) as error:
        raise Problem(f"{ADDON}/__manifest__.py cannot be read: {error}") from None


def depends():
    """All modules to install below the addon."""
    found = manifest() or {}
    return sorted({*found.get("depends", DEFAULT_DEPENDS), *EXTRA_MODULES})


def fingerprint():
    """A hash of every file that an installed database remembers something of."""
    digest = hashlib.sha256()
    for path in sorted(ADDON_PATH.rglob("*")):
        name = path.relative_to(ADDON_PATH).as_posix()
        if name.startswith(NOT_IN_DATABASE) or "__pycache__" in name:
            continue
        if path.is_file():
            digest.update(f"{name}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
