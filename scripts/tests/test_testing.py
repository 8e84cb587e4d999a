"""./dev test: several processes for the whole suite, one for what is named."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from house import databases, testing  # noqa: E402

WHOLE = [[], ["--long"], ["-x", "-q"], ["--durations", "40"], ["--tb=short", "-v"]]
PART = [
    ["tests/test_plan.py"],
    ["tests/test_plan.py::TestPlan", "-x"],
    ["tests/test_misspelt.py"],
    ["scripts/tests"],
    ["-k", "start"],
    ["-kstart"],
    ["-m", "browser"],
    ["--lf"],
    ["--ignore=tests/test_menus.py"],
    ["--pdb"],
    ["-n0"],
    ["--collect-only", "-q"],
]
PARALLEL = ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]


@pytest.mark.parametrize("arguments", WHOLE, ids=" ".join)
@pytest.mark.parametrize(("cores", "workers"), [(1, "2"), (2, "2"), (3, "3"), (9, "4")])
def test_whole_suite_has_one_worker_per_core(monkeypatch, arguments, cores, workers):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(cores)))
    assert testing.parallel(arguments)[:2] == ["-n", workers]


@pytest.mark.parametrize("arguments", PART, ids=" ".join)
def test_a_choice_of_tests_runs_in_one_process(arguments):
    assert testing.parallel(arguments) == []


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("client_development_test-gw0", True),
        ("client_development_test_2-gw13", True),
        ("client_development_test", False),
        ("client_development_test-gw0-copy", False),
        ("my_client_development_test-gw0", False),
    ],
)
def test_only_a_worker_s_clone_counts_as_one(name, ours):
    assert bool(re.fullmatch(databases.WORKER, name)) is ours


def test_what_a_killed_run_left_is_dropped(monkeypatch, tmp_path):
    """Its databases and its files, and nothing of another run at the same time."""
    monkeypatch.setattr(databases, "FILESTORE", tmp_path)
    there = {"client_development_test-gw0", "client_development_test_2-gw0"}
    for name in ("client_development_test-gw1", "client_development_test_2-gw0"):
        (tmp_path / name).mkdir()
    statements = []

    def sql(_database, query, check=True):
        statements.append(query)
        pattern = re.search(r"datname ~ '(.*)'", query)
        if pattern:
            return "\n".join(name for name in there if re.search(pattern[1], name))
        return ""

    monkeypatch.setattr(databases, "_sql", sql)
    databases.drop_workers("client_development_test")
    dropped = [query for query in statements if query.startswith("DROP")]
    assert sorted(dropped) == [
        f'DROP DATABASE IF EXISTS "client_development_test-gw{number}" WITH (FORCE)'
        for number in (0, 1)
    ]
    assert [path.name for path in tmp_path.iterdir()] == [
        "client_development_test_2-gw0"
    ]


class TestHooks:
    """conftest.py keeps its promises when several processes share the tests."""

    #: What pytest-odoo would bring along; there is no database here.
    PLUGIN = "def pytest_addoption(parser):\n    parser.addoption('--odoo-http')\n"
    HEAD = (
        "import unittest, pytest\n"
        "@pytest.fixture(scope='session', autouse=True)\n"
        "def own_filestore():\n"
        "    yield\n"
        "class HttpCase(unittest.TestCase):\n"
        "    pass\n"
    )

    def run(self, folder, tests, *options, ci="true"):
        """The exit status of a run over ``tests``, and all its output."""
        shutil.copy(ROOT / "conftest.py", folder)
        (folder / "without_odoo.py").write_text(self.PLUGIN)
        (folder / "pytest.ini").write_text(
            "[pytest]\ntestpaths = test_it.py\nmarkers =\n    browser\n    pdf\n"
        )
        (folder / "test_it.py").write_text(self.HEAD + tests)
        env = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        command = [sys.executable, "-m", "pytest", "-p", "no:odoo", "-p"]
        answer = subprocess.run(
            [*command, "without_odoo", "--odoo-http=1", *PARALLEL, *options],
            cwd=folder,
            env={**env, "CI": ci, "PYTHONPATH": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return answer.returncode, answer.stdout

    SKIPPED = (
        "class TestBrowser(HttpCase):\n"
        "    def test_page(self):\n"
        "        self.skipTest('Chrome executable not found')\n"
        "def test_plain():\n"
        "    pass\n"
    )

    @pytest.mark.parametrize(
        ("ci", "expected", "counts"),
        [("true", 1, "1 failed, 1 passed"), ("", 0, "1 passed, 1 skipped")],
    )
    def test_skipped_in_ci_is_failed(self, tmp_path, ci, expected, counts):
        status, output = self.run(tmp_path, self.SKIPPED, "-ra", ci=ci)
        assert status == expected, output
        last = output.rstrip().splitlines()[-1]
        assert re.fullmatch(rf"=+ {counts} in [\d.]+s =+", last), output
        assert ("skipped in CI, where it must run" in output) is bool(expected)

    def test_whole_suite_without_a_browser_test_is_refused_in_ci(self, tmp_path):
        tests = "def test_plain():\n    pass\n"
        status, output = self.run(tmp_path, tests)
        assert status == pytest.ExitCode.USAGE_ERROR, output
        assert "no browser test was collected" in output
        assert self.run(tmp_path, tests, ci="")[0] == 0

    def test_slow_classes_start_first_then_long_ones(self, tmp_path):
        """With one worker the order of the report is the order of the run."""
        tests = (
            "class TestShort(unittest.TestCase):\n"
            "    def test_short(self): pass\n"
            "class TestLong(unittest.TestCase):\n"
            "    def test_long_1(self): pass\n"
            "    def test_long_2(self): pass\n"
            "class TestBrowser(HttpCase):\n"
            "    def test_browser(self): pass\n"
        )
        status, output = self.run(tmp_path, tests, "-v", "-n1")
        assert status == 0, output
        order = re.findall(r"PASSED test_it.py::\w+::test_(\w+)", output)
        assert order == ["browser", "long_1", "long_2", "short"]
