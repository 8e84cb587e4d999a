"""The databases: templates made once, and clones of them made in half a second.

    client_development_deps    all dependencies with Odoo's own demo data   (template)
    client_development_addon   the same, our addon without its demo data    (template)
    client_development_test    clone of the latter, anew for each test run
    client_development_demo    clone of the former, our addon with its demo data

Each carries its recipe as the database's comment, set when it is finished: a database
without that comment is half-built, one with another recipe is out of date.
"""

import hashlib
import os
import re
import shutil
import subprocess

from . import addon, odoo, postgres
from .console import Problem, Step
from .settings import ADDON, DB_ADDON, DB_DEMO, DB_DEPS, DB_TEST, LANGUAGES
from .shell import fail, remove, run

MARK = f"{ADDON}: "
#: What pytest-odoo's workers clone from a test database; they carry no mark.
WORKER = rf"{DB_TEST}(_[0-9]+)?-gw[0-9]+"
FILESTORE = odoo.DATA / "filestore"

LOG_NOISE = r"^\d{4}-\d\d-\d\d \S+ \d+ (INFO|DEBUG) "

ASSETS_SCRIPT = """
for bundle in ("web.assets_web", "web.assets_frontend", "web.assets_frontend_minimal",
               "web.assets_frontend_lazy", "web.assets_tests", "web.report_assets_pdf"):
    env["ir.qweb"]._get_asset_bundle(bundle, css=False, js=True).js()
    env["ir.qweb"]._get_asset_bundle(bundle, css=True, js=False).css()
env.cr.commit()
"""


def environment():
    """What every program needs to reach Odoo and the databases."""
    return postgres.environment(odoo.environment())


def ensure_deps():
    """The template with the dependencies; True if it was made anew."""
    recipe = _deps_recipe()
    if _recipe(DB_DEPS) == recipe:
        return False
    modules = addon.depends()
    with Step(f"Template database: {len(modules)} modules and what they need") as step:
        _create(DB_DEPS)
        _odoo(
            [
                *("-d", DB_DEPS, "-i", ",".join(modules)),
                *("--with-demo", "--skip-auto-install", "--load-language", LANGUAGES),
            ],
            "Installing Odoo's modules",
            step,
        )
        step.detail("web assets")
        _generate_assets(DB_DEPS)
        _finish(DB_DEPS, recipe, template=True)
    return True


def ensure_addon():
    """The template with our addon installed as a customer would: without demo data."""
    ensure_deps()
    recipe = f"{_deps_recipe()} {addon.fingerprint()}"
    if _recipe(DB_ADDON) == recipe:
        return
    _need_addon()
    with Step(f"Template database: {ADDON} installed") as step:
        _clone(DB_DEPS, DB_ADDON)
        # Odoo loads a module's demo data whenever all it depends on has its own.
        _mark_demo(DB_ADDON, False)
        _odoo(["-d", DB_ADDON, "-i", ADDON], f"Installing {ADDON}", step)
        _mark_demo(DB_ADDON, True)
        _finish(DB_ADDON, recipe, template=True)


def clone_addon(name):
    """A fresh database with our addon installed, under this name."""
    ensure_addon()
    _clone(DB_ADDON, name)
    _finish(name, "clone")


def ensure_demo():
    """The demo: built once, updated with its data kept when the addon changes."""
    ensure_deps()
    _need_addon()
    deps, ours = _deps_recipe(), addon.fingerprint()
    found = (_recipe(DB_DEMO) or "").split(" ")
    if found == [deps, ours]:
        return
    if found[0] == deps:
        with Step(f"Demo database: update of {ADDON}, your data is kept") as step:
            command = ["-d", DB_DEMO, "-u", ADDON, "--i18n-overwrite"]
            _odoo(command, f"Updating {ADDON} (./dev demo --fresh starts anew)", step)
            _finish(DB_DEMO, f"{deps} {ours}")
        return
    with Step(f"Demo database: {ADDON} with its demo data") as step:
        _clone(DB_DEPS, DB_DEMO)
        _odoo(["-d", DB_DEMO, "-i", ADDON, "--with-demo"], f"Installing {ADDON}", step)
        failed = _sql(DB_DEMO, "select error from ir_demo_failure")
        if failed:
            fail("Loading the demo data", failed, tail=_traceback_end)
        step.detail("web assets")
        _generate_assets(DB_DEMO)
        _finish(DB_DEMO, f"{deps} {ours}")


def set_address(address):
    """Tell the demo where it is served: printed pages fetch their style from there."""
    _sql(
        DB_DEMO,
        "INSERT INTO ir_config_parameter (key, value) VALUES"
        f" ('web.base.url', '{address}')"
        " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
    )


def ours():
    """The names of all databases that carry our mark, and of their workers' clones."""
    marked = f"shobj_description(oid, 'pg_database') LIKE '{MARK}%'"
    return _names(f"{marked} OR datname ~ '^{WORKER}$'")


def drop(name):
    """Remove a database of ours with its files, even while somebody uses it."""
    if re.fullmatch(WORKER, name):
        _drop_worker(name)
        return
    _recipe(name)  # refuses what is not ours
    if _sql("postgres", f"select 1 from pg_database where datname = '{name}'"):
        _sql("postgres", f'ALTER DATABASE "{name}" IS_TEMPLATE false')
        _sql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    remove(FILESTORE / name)


def drop_workers(name):
    """Remove what the workers of a parallel test run left of their clones."""
    files = {path.name for path in FILESTORE.glob(f"{name}-gw*")}
    for clone in {*_names(f"datname ~ '^{name}-gw[0-9]+$'"), *files}:
        _drop_worker(clone)


def _drop_worker(name):
    # A worker may be dropping it at this very moment.
    _sql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', check=False)
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def _names(condition):
    query = f"select datname from pg_database where {condition}"
    return _sql("postgres", query).split()


# -- recipes --------------------------------------------------------------------------


def _deps_recipe():
    """What the dependency template depends on."""
    parts = (addon.depends(), odoo.version(), LANGUAGES, str(odoo.DATA))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _recipe(name):
    """The recipe of a finished database, None if there is none.

    On a server of the user, a database that is not ours is left alone.
    """
    row = _sql(
        "postgres",
        "select coalesce(shobj_description(oid, 'pg_database'), '?') from pg_database"
        f" where datname = '{name}'",
    )
    if row.startswith(MARK):
        return row.removeprefix(MARK)
    if row and postgres.is_external():
        raise Problem(
            f"The database {name!r} on your server was not made by ./dev: rename or"
            " drop it, or unset PGHOST to use a private cluster."
        )
    return None


def _finish(name, recipe, template=False):
    _sql("postgres", f"COMMENT ON DATABASE \"{name}\" IS '{MARK}{recipe}'")
    if template:
        # Nobody may connect: a connection would keep others from cloning it.
        for option in ("IS_TEMPLATE true", "ALLOW_CONNECTIONS false"):
            _sql("postgres", f'ALTER DATABASE "{name}" {option}')


def _need_addon():
    if addon.manifest() is None:
        raise Problem(f"There is no addon yet: {ADDON}/__manifest__.py is missing.")


# -- work -----------------------------------------------------------------------------


def _create(name):
    """An empty database as Odoo itself would make it."""
    drop(name)
    _sql(
        "postgres",
        f"CREATE DATABASE \"{name}\" ENCODING 'unicode' LC_COLLATE 'C' TEMPLATE"
        " template0",
    )
    _finish(name, "unfinished")
    for extension in ("pg_trgm", "unaccent"):
        _sql(name, f"CREATE EXTENSION IF NOT EXISTS {extension}", check=False)


def _clone(template, name):
    drop(name)
    _sql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _finish(name, "unfinished")
    if (FILESTORE / template).is_dir():
        # Odoo never changes a stored file, so the copies may share them.
        shutil.copytree(FILESTORE / template, FILESTORE / name, copy_function=os.link)


def _odoo(arguments, what, step=None):
    """Run the server once over a database, showing which module it is at."""

    def follow(line):
        found = re.search(r"Loading module (\S+) \((\d+/\d+)\)", line)
        if found and step:
            step.detail(f"{found[2]} {found[1]}")

    output = run(
        [odoo.VENV.bin / "odoo", *arguments, "--no-http", "--stop-after-init"],
        what,
        log="odoo-" + arguments[1].removeprefix(f"{ADDON}_"),
        on_line=follow,
        env=environment(),
        tail=_traceback_end,
    )
    # A module that cannot be loaded leaves Odoo's exit status at 0.
    if re.search(r" (CRITICAL|ERROR) \S+ odoo\.(modules|service|registry)", output):
        fail(what, output, tail=_traceback_end)


def _traceback_end(output):
    """Of what Odoo logged, the part that says what went wrong."""
    lines = [line for line in output.splitlines() if not re.search(LOG_NOISE, line)]
    starts = [i for i, line in enumerate(lines) if re.match(r"[\w.]+: ", line)]
    return "\n".join(lines[starts[-1] :][:20] if starts else lines[-12:])


def _mark_demo(name, loaded):
    """Say whether the modules below the addon have demo data."""
    modules = ", ".join(f"'{module}'" for module in addon.depends())
    query = f"UPDATE ir_module_module SET demo = {loaded} WHERE name IN ({modules})"
    _sql(name, query)


def _generate_assets(name):
    """Build the most used bundles now, so that no first page has to wait for them."""
    subprocess.run(
        [odoo.VENV.bin / "odoo", "shell", "-d", name, "--no-http", "--log-level=error"],
        input=ASSETS_SCRIPT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,  # a page builds on demand what is missing
    )


def _sql(database, query, check=True):
    """Run one statement and return what it selects."""
    answer = subprocess.run(
        ["psql", "-XAtqw", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", query],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if check and answer.returncode:
        fail("A statement for PostgreSQL", answer.stderr)
    return answer.stdout.strip()
