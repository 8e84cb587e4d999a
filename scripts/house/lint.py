"""./dev lint: every check of style and structure; nothing found means status 0."""

import argparse
import os
import re
import subprocess
import tempfile
import zipfile
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from . import databases, odoo, setup, tools, translations
from .console import Problem, say
from .settings import ADDON, ADDON_PATH, DB_LINT, ROOT, TESTS
from .shell import lock

#: Hosts that a file may name; package registries and mirrors are never among them.
KNOWN_HOSTS = re.compile(
    r"^$|^(localhost|127\.0\.0\.1)$"
    r"|(^|\.)(example\.(com|net|org)|github\.com|gnu\.org|fsf\.org|odoo\.com|w3\.org)$"
    r"|\.(example|test|invalid)$"
)
ADDRESS = re.compile(rb"\b(?:https?|ftp)://[^\s\"'<>)\]}]+")
#: All of pylint-odoo, except that our README stands at the top of the repository.
PYLINT_ODOO = ("--disable=all", "--enable=odoolint", "--disable=missing-readme")
#: The checks that Odoo runs with pylint over itself (test_lint/tests/test_pylint.py).
ODOO_PYLINT = (
    "used-before-assignment",
    "eval-used",
    "unreachable",
    "function-redefined",
    "sql-injection",
    "missing-gettext",
    "gettext-variable",
    "gettext-placeholders",
    "gettext-repr",
    "raise-unlink-override",
)


def main(arguments):
    parser = argparse.ArgumentParser(prog="./dev lint", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="mend what can be mended")
    options = parser.parse_args(arguments)
    with lock(DB_LINT):
        with lock():
            setup.ensure()
            tools.VENV.ensure()
        if options.fix:
            for title, command in _fixes():
                _passes(title, command)
        checks = _checks()
        failed = [title for title, check in checks if not _passes(title, check)]
    if failed:
        say(f"\n{len(failed)} of {len(checks)} checks found something.")
        return 1
    say(f"\nAll {len(checks)} checks passed.")
    return 0


def _checks():
    """Title and command, or function, of every check."""
    manifest, languages = _addon_files()
    return [
        ("ruff", [_tool("ruff"), "check", "-q", ".", "dev"]),
        ("ruff format", [_tool("ruff"), "format", "--diff", "-q", ".", "dev"]),
        ("pylint-odoo", [_tool("pylint"), *PYLINT_ODOO, ADDON]),
        ("Odoo's pylint checkers", _odoo_pylint()),
        ("OCA: module", [_tool("oca-checks-odoo-module"), manifest]),
        ("OCA: translations", [_tool("oca-checks-po"), *languages]),
        ("XML well-formed", _malformed_xml),
        ("addresses", _foreign_addresses),
        ("broken links", _broken_links),
        ("wheel complete", _incomplete_wheel),
        (f"{ADDON} installs", _not_installable),
        ("translations complete", _translations),
        ("Odoo's test_lint", _odoo_test_lint()),
    ]


def _fixes():
    """What mends findings by itself; what is left, the checks find."""
    manifest, languages = _addon_files()
    return [
        ("ruff --fix", [_tool("ruff"), "check", "-q", "--fix", ".", "dev"]),
        ("ruff format", [_tool("ruff"), "format", "-q", ".", "dev"]),
        ("OCA: module --fix", [_tool("oca-checks-odoo-module"), "--fix", manifest]),
        ("OCA: translations --fix", [_tool("oca-checks-po"), "--fix", *languages]),
    ]


def _addon_files():
    return ADDON_PATH / "__manifest__.py", sorted((ADDON_PATH / "i18n").glob("*.po"))


def _passes(title, check):
    """Run one check and show what it found; a function returns its findings."""
    if callable(check):
        findings, failed = "\n".join(check()), False
    else:
        command, env = check if isinstance(check, tuple) else (check, None)
        answer = subprocess.run(
            [str(part) for part in command],
            env=env or tools.environment(),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        findings, failed = answer.stdout.strip(), bool(answer.returncode)
        if not failed:
            counted = re.search(r"\d+ passed", findings)
            title += f" ({counted[0]})" if counted else ""
            findings = ""
    failed = failed or bool(findings)
    say(f"  {'✗' if failed else '✓'} {title}")
    if findings:
        say(findings)
    return not failed


def _tool(name):
    return tools.VENV.bin / name


# -- Odoo's own checks ----------------------------------------------------------------


def _test_lint():
    return next(
        path / "test_lint" / "tests"
        for path in odoo.addons_path()
        if (path / "test_lint").is_dir()
    )


def _odoo_pylint():
    plugins = ["sql_injection", "gettext", "unlink_override"]
    env = dict(tools.environment(), PYTHONPATH=str(_test_lint()))
    command = [_tool("pylint"), f"--rcfile={os.devnull}", "--reports=n", "--score=n"]
    command += ["--disable=all,useless-option-value,unknown-option-value"]
    command += ["--enable=" + ",".join(ODOO_PYLINT)]
    command += ["--load-plugins=" + ",".join(f"_odoo_checker_{p}" for p in plugins)]
    return [*command, ADDON], env


def _odoo_test_lint():
    env = databases.environment()
    env["PYTHONPATH"] = str(ROOT / "scripts")
    env["LINT_ADDON"] = ADDON
    command = [odoo.VENV.python, "-m", "pytest", "-q", "-p", "odoo_test_lint"]
    command += ["--rootdir", _test_lint(), "-c", os.devnull, "-p", "no:cacheprovider"]
    command += ["--odoo-log-level=warn", "-W", "ignore", "--show-capture=no"]
    command += ["--tb=short", f"--odoo-database={DB_LINT}"]
    command += [f"--odoo-config={odoo.CONF}", _test_lint()]
    return command, env


def _not_installable():
    """Make the database that the checks below need."""
    try:
        with lock():
            databases.clone_addon(DB_LINT)
    except Problem as problem:
        return [str(problem)]
    return []


def _translations():
    translations.export(DB_LINT)
    command = list(map(str, translations.merge_command("--check")))
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return [line for line in (answer.stdout + answer.stderr).splitlines() if line]


# -- rules of this repository ---------------------------------------------------------


def _files():
    """The files of the repository: what git knows or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        names = set(answer.stdout.decode().split("\0"))
        paths = [ROOT / name for name in sorted(names) if name]
    except (OSError, subprocess.CalledProcessError):  # a copy without its history
        ours = (ADDON_PATH, ROOT / "tests", ROOT / "scripts", ROOT / "requirements")
        paths = [path for folder in ours for path in sorted(folder.rglob("*"))]
    return [path for path in paths if path.is_symlink() or path.is_file()]


def _malformed_xml():
    for path in _files():
        if path.suffix in (".xml", ".svg"):
            try:
                ElementTree.parse(path)
            except ElementTree.ParseError as error:
                yield f"{path.relative_to(ROOT)}: {error}"


def _foreign_addresses():
    for path in _files():
        if path.is_symlink():
            continue
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            for address in ADDRESS.findall(line):
                host = urlsplit(address.decode(errors="replace")).hostname or ""
                if path.suffix == ".lock" or not KNOWN_HOSTS.search(host):
                    place = path.relative_to(ROOT)
                    yield f"{place}:{number}: names the host {host!r}"


def _incomplete_wheel():
    """Every file of the addon must be in the wheel, tests included."""
    with tempfile.TemporaryDirectory() as folder:
        command = [tools.VENV.python, "-m", "build", "--wheel", "--no-isolation"]
        answer = subprocess.run(
            [*command, "--outdir", folder, ROOT],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if answer.returncode:
            yield answer.stdout.strip()
            return
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            packed = set(wheel.namelist())
    for path in _files():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(f"{TESTS.name}/"):
            name = f"{ADDON}/{name}"  # the addon's folder tests is a link to them
        if name.startswith(f"{ADDON}/") and path.is_file():
            if f"odoo/addons/{name}" not in packed:
                yield f"{name} is not in the wheel"


def _broken_links():
    for path in _files():
        if path.is_symlink() and not path.exists():
            yield f"{path.relative_to(ROOT)}: the link leads nowhere"
