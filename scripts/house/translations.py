"""./dev i18n: the translation template and the languages, in line with the code."""

from . import databases, odoo, setup, tools
from .settings import ADDON, ADDON_PATH, DB_LINT, ENV, ROOT
from .shell import lock, run

FOLDER = ADDON_PATH / "i18n"
TEMPLATE = FOLDER / f"{ADDON}.pot"
FRESH = ENV / "i18n" / f"{ADDON}.pot"
MERGE = ROOT / "scripts" / "merge_po.py"


def main(arguments):
    with lock(DB_LINT):
        with lock():
            setup.ensure()
            tools.VENV.ensure()
            databases.clone_addon(DB_LINT)
        export(DB_LINT)
    FOLDER.mkdir(exist_ok=True)
    print(run(merge_command(), "Merging the translations"), end="")
    return 0


def export(database):
    """Write every term of the installed addon to `FRESH`."""
    FRESH.parent.mkdir(parents=True, exist_ok=True)
    FRESH.unlink(missing_ok=True)
    run(
        [odoo.VENV.bin / "odoo", "i18n", "export", "-d", database, "-o", FRESH, ADDON],
        "Exporting the terms",
        log="odoo-i18n",
        env=databases.environment(),
    )


def merge_command(*options):
    """The command that merges `FRESH` into our files, or checks them."""
    languages = sorted(FOLDER.glob("*.po")) or [FOLDER / "ru.po"]
    return [tools.VENV.python, MERGE, *options, FRESH, TEMPLATE, *languages]
