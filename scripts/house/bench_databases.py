"""The databases of ./dev bench: an empty template and one filled clone per size.

    client_development_bench        the addon, Sales and CRM, no demo data  (template)
    client_development_bench_<N>    the same with N clients and 10 N orders

A filled one is made anew when Odoo, the generator or N change; when only the addon
changes it is updated, which takes half a minute instead of minutes.
"""

import hashlib
import subprocess

from . import addon, databases, odoo
from .console import Step
from .settings import ADDON, ROOT
from .shell import fail, run

YARDSTICK = ROOT / "benchmarks" / "yardstick"
TEMPLATE = f"{ADDON}_bench"
PSQL = ("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1")
MODULES = (ADDON, "sale_management", "crm")


def name(clients):
    """The database that holds this many clients."""
    return f"{TEMPLATE}_{clients}"


def is_filled(clients):
    """Whether the database is there with the data as they would be made now."""
    found = databases._recipe(name(clients)) or ""
    return found.split(" ")[0] == _data_recipe(clients)


def drop(sizes):
    """Remove the databases of these sizes."""
    for clients in sizes:
        databases.drop(name(clients))


def ensure(clients):
    """A database with this many clients and the addon as it is now; its name."""
    database = name(clients)
    data, ours = _data_recipe(clients), addon.fingerprint()
    found = (databases._recipe(database) or "").split(" ")
    if found == [data, ours]:
        return database
    if found[0] == data:
        with Step(f"Benchmark database {database}: update of {ADDON}") as step:
            _forget_lost_months(database)
            databases._odoo(["-d", database, "-u", ADDON], f"Updating {ADDON}", step)
    else:
        _ensure_template()
        with Step(f"Benchmark database {database}: {10 * clients:,} orders"):
            databases._clone(TEMPLATE, database)
            _generate(database, clients)
    databases._finish(database, f"{data} {ours}")
    return database


def _ensure_template():
    recipe = f"{_template_recipe()} {addon.fingerprint()}"
    found = databases._recipe(TEMPLATE)
    if found == recipe:
        return
    with Step(f"Benchmark template: {', '.join(MODULES)}, no demo data") as step:
        databases._create(TEMPLATE)
        databases._odoo(
            ["-d", TEMPLATE, "-i", ",".join(MODULES), "--without-demo"],
            "Installing the modules",
            step,
        )
        databases._finish(TEMPLATE, recipe, template=True)


def _generate(database, clients):
    """Fill the tables with the seeded history and give the planner its statistics."""
    script = YARDSTICK / "generate.sql"
    command = [*PSQL, "-v", f"n={clients}", "-d", database, "-f", script]
    run(
        command,
        "Generating the orders",
        log="bench-generate",
        env=databases.environment(),
    )
    sql(database, "VACUUM ANALYZE")


def _forget_lost_months(database):
    """Months that an interrupted run has left without their clients."""
    if sql(database, "SELECT to_regclass('client_fact_month')"):
        sql(
            database,
            "DELETE FROM client_fact_month m WHERE NOT EXISTS"
            " (SELECT FROM client_fact f WHERE f.id = m.fact_id)",
        )


def sql(database, query):
    """Run one statement and return what it selects, columns parted by '|'."""
    return databases._sql(database, query)


def psql_file(database, script):
    """Run a script of the yardstick and return what it prints."""
    answer = subprocess.run(
        [*PSQL, "-d", database, "-f", str(YARDSTICK / script)],
        env=databases.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        fail(f"The yardstick {script}", answer.stderr)
    return answer.stdout


# -- recipes --------------------------------------------------------------------------


def _template_recipe():
    """What an empty database depends on, the addon's own files aside."""
    return _digest(MODULES, odoo.version(), str(odoo.DATA))


def _data_recipe(clients):
    """What the generated data depend on."""
    generator = (YARDSTICK / "generate.sql").read_bytes()
    return _digest(_template_recipe(), generator, clients)


def _digest(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
