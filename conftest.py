"""Rules for the whole suite that pytest and pytest-odoo do not know by themselves.

* ``--long`` also runs the tests marked ``long``.
* In CI a browser or PDF test that skips itself has failed: nobody would notice.
* A run that would silently leave out the HTTP tests is refused.
* What had to be left out on this machine is said, with its remedy, at the end.
* When several processes share the suite, slow classes start first, and each process
  has its own stored files beside its own database.

A test is ``long``, ``pdf`` or ``browser`` by a pytest marker or, where the file must
also load under Odoo's own runner, by a tag of its class: ``@tagged("long")``.
"""

import os
import re
import shutil
from collections import Counter
from pathlib import Path
from unittest import mock

import pytest

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
#: Set by ./dev test when the machine lacks the program: kind of test → reason.
MISSING = {
    "browser": os.environ.get("CLIENT_DEVELOPMENT_NO_BROWSER"),
    "pdf": os.environ.get("CLIENT_DEVELOPMENT_NO_PDF"),
}
REFUSED = pytest.StashKey[str]()
SKIP_REASONS = re.compile(r"chrom|browser|websocket|wkhtmltopdf|\bpdf\b", re.IGNORECASE)


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="also run the long tests")


def pytest_collection_modifyitems(config, items):
    http_items = [item for item in items if _is_http_case(item)]
    if http_items and not config.getoption("--odoo-http", default=False):
        reason = "HTTP tests would be skipped without --odoo-http: run ./dev test"
        _refuse(config, items, reason)
    for item in items:
        if _is(item, "long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="long: ./dev test --long runs it"))
        elif _is_pdf(item) and MISSING["pdf"]:
            item.add_marker(pytest.mark.skip(reason=f"PDF: {MISSING['pdf']}"))
    if _is_worker(config):
        counts = Counter(map(_scope, items))
        items.sort(key=lambda item: (not _is_slow(item), -counts[_scope(item)]))


@pytest.hookimpl(tryfirst=True)  # before a worker reports what it collected
def pytest_collection_finish(session):
    """The whole suite without a single HTTP test means that something hides them."""
    config = session.config
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    narrowed = config.getoption("keyword") or config.getoption("markexpr")
    if IN_CI and whole and not narrowed and not any(map(_is_http_case, session.items)):
        reason = "no browser test was collected: see conftest.py"
        _refuse(config, session.items, reason)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """Take over why a worker refused to run its tests."""
    refused = getattr(node, "workeroutput", {}).get("refused")
    if refused:
        node.config.stash[REFUSED] = refused


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    if REFUSED in session.config.stash:
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


@pytest.fixture(scope="session", autouse=True)
def own_filestore(load_registry):
    """A worker's own stored files.

    pytest-odoo lets all workers share those of the database they were cloned from; but
    after each class Odoo removes the files that this process's database does not know.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    from odoo.tests.common import get_db_name
    from odoo.tools import config

    shared = Path(config.filestore(""))
    own = shared.with_name(get_db_name())
    shutil.rmtree(own, ignore_errors=True)
    if shared.is_dir():
        # Odoo never changes a stored file, so the copies may share them.
        shutil.copytree(shared, own, copy_function=os.link)
    with mock.patch.object(config, "filestore", return_value=str(own)):
        yield
    shutil.rmtree(own, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if IN_CI and report.skipped and not _is(item, "long"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if _is_http_case(item) or _is_pdf(item) or SKIP_REASONS.search(reason):
            report.outcome = "failed"
            report.longrepr = f"skipped in CI, where it must run: {reason}"
    return report


def pytest_terminal_summary(terminalreporter):
    refused = terminalreporter.config.stash.get(REFUSED, None)
    if refused:
        terminalreporter.section("refused", red=True)
        terminalreporter.write_line(refused)
    for kind, reason in MISSING.items():
        if reason:
            terminalreporter.section(f"{kind} tests were skipped", yellow=True)
            terminalreporter.write_line(reason)


def _is_worker(config):
    """Whether this is one of several processes that share the tests."""
    return hasattr(config, "workerinput")


def _refuse(config, items, reason):
    """Run no test; a worker cannot say why itself, the first process does."""
    if not _is_worker(config):
        raise pytest.UsageError(reason)
    config.workeroutput["refused"] = reason
    items.clear()


def _scope(item):
    """What stays in one process: a class, or the functions of a file."""
    return item.nodeid.rpartition("::")[0]


def _is_slow(item):
    """Whether the test takes a browser, a database or a process of its own."""
    return _is_http_case(item) or hasattr(item.module, "ScratchDatabase")


def _is(item, kind):
    """Whether a marker of the test or a tag of its class says so."""
    tags = getattr(getattr(item, "cls", None), "test_tags", ())
    return item.get_closest_marker(kind) is not None or kind in tags


def _is_pdf(item):
    return _is(item, "pdf") or "pdf" in item.name.lower().split("_")


def _is_http_case(item):
    """Whether the test needs a server; asked without importing Odoo needlessly."""
    classes = getattr(getattr(item, "cls", None), "__mro__", ())
    return _is(item, "browser") or any(c.__name__ == "HttpCase" for c in classes)
