"""A pytest plugin that narrows Odoo's own ``test_lint`` to one addon.

Its tests go over every addon of the addons path and every model of the registry; what
they find in Odoo itself is not ours to mend.  ``./dev lint`` runs them with this plugin
and the environment variable LINT_ADDON.
"""

import contextlib
import logging
import os
import re
import sys
import types

import pytest

from odoo.modules import Manifest
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

ADDON = os.environ["LINT_ADDON"]

#: What tests the linters themselves, or is checked by ./dev lint in another way.
OTHER_FILES = {
    "test_checkers",
    "test_eslint",
    "test_l10n",
    "test_markers",
    "test_pylint",
}
OTHER_TESTS = re.compile(
    "test_regular_expression|test_matches_underscore|test_directives_regex"
)
PACKAGE = "odoo.addons.test_lint.tests"
# Imported by the package, but it needs pylint, which is not in Odoo's environment.
sys.modules[f"{PACKAGE}.test_checkers"] = types.ModuleType("test_checkers")


class OneManifest:
    """Stands in for `Manifest` where a test asks for all of them."""

    for_addon = Manifest.for_addon

    @staticmethod
    def all_addon_manifests():
        return [Manifest.for_addon(ADDON)]


def pytest_ignore_collect(collection_path):
    return True if collection_path.stem in OTHER_FILES else None


def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if not OTHER_TESTS.match(item.name)]


@pytest.fixture(autouse=True)
def only_our_files(request, monkeypatch):
    """Replace what the test's module, and its base class, look files up with."""
    for module in (request.module, sys.modules[f"{PACKAGE}.lint_case"]):
        monkeypatch.setattr(module, "Manifest", OneManifest, raising=False)
        monkeypatch.setattr(module, "get_modules", lambda: [ADDON], raising=False)


@pytest.fixture(autouse=True)
def only_our_models(request, monkeypatch):
    """Ignore the outcome of a subtest about another addon's model."""
    original = request.cls.subTest

    @contextlib.contextmanager
    def sub_test(case, **params):
        ours = _is_ours(case, params)
        with original(case, **params) if ours else contextlib.suppress(Exception):
            yield

    monkeypatch.setattr(request.cls, "subTest", sub_test)


@pytest.fixture(autouse=True)
def no_warnings(request, caplog):
    """Some of the tests only log what they find."""
    yield
    records = [r for r in caplog.get_records("call") if ADDON in r.getMessage()]
    found = [r.getMessage() for r in records if r.levelno >= logging.WARNING]
    assert not found, "\n".join(found)


def _is_ours(case, params):
    """Whether a subtest is about our code: it names a module, or else a model."""
    if "module" in params:
        return params["module"] == ADDON
    model = Registry(get_db_name())[params["model"]]
    method = getattr(model, params["method"])
    return method.__module__.startswith(f"odoo.addons.{ADDON}.")
