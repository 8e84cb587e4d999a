"""./dev itself: what goes wrong is one clear sentence and a status, no traceback."""

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import merge_po  # noqa: E402
from house import addon, odoo, python, shell  # noqa: E402
from house.console import Problem  # noqa: E402

OURS = ("CI", "PGHOST", "PGPORT", "PGUSER", "PGSERVICE", "ODOO_PATH", "ODOO_RC")


def dev(tmp_path, *arguments, timeout=120, **variables):
    """Run ./dev with an empty cache folder; return its status and all its output."""
    env = {name: value for name, value in os.environ.items() if name not in OURS}
    env |= {"ODOO_ENV": str(tmp_path / "env"), **variables}
    answer = subprocess.run(
        [sys.executable, ROOT / "dev", *arguments],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert "Traceback" not in answer.stdout
    return answer.returncode, answer.stdout


def refuses(answer, *words):
    status, output = answer
    assert status == 3, output
    last = output.strip().splitlines()[-1]
    assert last.startswith("error: ")
    for word in words:
        assert word in last


def checkout(folder, version_info):
    """The least that looks like a checkout of Odoo."""
    (folder / "odoo").mkdir(parents=True)
    release = f"FINAL = 'final'\nversion_info = ({version_info}, 0, FINAL, 0, '')\n"
    (folder / "odoo" / "release.py").write_text(release)
    return str(folder)


def test_help_names_every_command(tmp_path):
    status, output = dev(tmp_path, "help")
    assert status == 0
    for command in ("demo", "test", "lint", "odoo", "psql", "i18n", "clean"):
        assert f"./dev {command}" in output


def test_unknown_command(tmp_path):
    refuses(dev(tmp_path, "dmeo"), "dmeo", "./dev help")


def test_taken_port(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        answer = dev(tmp_path, "demo", "--port", str(port))
    refuses(answer, str(port), "taken", "--port")


def test_impossible_port(tmp_path):
    refuses(dev(tmp_path, "demo", "--port", "70000"), "70000", "--port")


@pytest.mark.parametrize("command", ["demo", "test", "lint"])
def test_wrong_odoo_version(tmp_path, command):
    path = checkout(tmp_path / "checkout", "18, 0")
    refuses(dev(tmp_path, command, ODOO_PATH=path), "18.0", "19.0", "ODOO_PATH")


def test_odoo_path_without_odoo(tmp_path):
    refuses(dev(tmp_path, "test", ODOO_PATH=str(tmp_path)), "ODOO_PATH", "19.0")


def test_odoo_path_without_addons(tmp_path):
    path = checkout(tmp_path / "checkout", "19, 0")
    refuses(dev(tmp_path, "test", ODOO_PATH=path), "whole checkout")


def test_no_apt(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    refuses(dev(tmp_path, "test", PATH=str(programs)), "no apt", "ODOO_PATH")


@pytest.mark.skipif(not Path("/usr/bin/apt-get").exists(), reason="needs apt")
def test_no_network(tmp_path):
    answer = dev(tmp_path, "test", http_proxy="http://127.0.0.1:9")
    refuses(answer, "cannot be reached", "network")


def test_cache_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "env").write_text("a file, not a folder")
    refuses(dev(tmp_path, "test"), "ODOO_ENV")


def test_cache_folder_with_other_files_is_left_alone(tmp_path):
    keep = tmp_path / "env" / "data" / "thesis.odt"
    keep.parent.mkdir(parents=True)
    keep.write_text("years of work")
    for command in ("clean", "test"):
        refuses(dev(tmp_path, command), "ODOO_ENV", "empty")
    assert keep.exists()


def test_server_of_the_user_that_is_away(tmp_path):
    """PGHOST names a server: we never fall back to another one."""
    folder = tmp_path / "empty"
    folder.mkdir()
    code = (
        "import sys; sys.path.insert(0, 'scripts')\n"
        "from house import console, postgres\n"
        "try: postgres.ensure()\n"
        "except console.Problem as problem: print(problem)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PGHOST": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "does not answer" in answer.stdout
    assert "unset them" in answer.stdout


def test_no_room(monkeypatch, tmp_path):
    monkeypatch.setattr(shell, "ENV", tmp_path)
    monkeypatch.setattr(
        shell.shutil, "disk_usage", lambda path: shell.shutil._ntuple_diskusage(9, 8, 1)
    )
    with pytest.raises(Problem, match="ODOO_ENV"):
        shell.check_room(first=True)


def test_known_cause_in_a_program_s_output():
    with pytest.raises(Problem, match="disk is full"):
        shell.fail("Unpacking", "tar: write error: No space left on device")


def test_half_made_environment_is_not_ready(monkeypatch, tmp_path):
    venv = python.Venv("odoo")
    venv.path, venv._stamp = tmp_path, tmp_path / ".complete"
    assert not venv.is_ready()
    venv._stamp.write_text("made from an older list")
    assert not venv.is_ready()


def test_lock_excludes_and_ends_with_its_holder(monkeypatch, tmp_path):
    monkeypatch.setattr(shell, "ENV", tmp_path)
    with shell.lock("x"), shell.lock("x", wait=False) as second:
        assert second is False
    with shell.lock("x", wait=False) as free:
        assert free is True


def test_write_replaces_at_once(tmp_path):
    target = tmp_path / "folder" / "file"
    shell.write(target, "one")
    shell.write(target, "two", mode=0o755)
    assert target.read_text() == "two"
    assert os.access(target, os.X_OK)
    assert [path.name for path in target.parent.iterdir()] == ["file"]


def test_version_is_read_from_the_release(monkeypatch, tmp_path):
    monkeypatch.setenv("ODOO_PATH", checkout(tmp_path, "19, 0"))
    assert odoo.version().startswith("19.0")


def test_fingerprint_sees_what_a_database_remembers(monkeypatch, tmp_path):
    monkeypatch.setattr(addon, "ADDON_PATH", tmp_path)
    before = addon.fingerprint()
    for name in ("tests/test_x.py", "static/src/x.js", "models/__pycache__/x.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert addon.fingerprint() == before
    (tmp_path / "views.xml").write_text("x")
    assert addon.fingerprint() != before


class TestMergePo:
    @pytest.fixture
    def fresh(self):
        catalogue = polib.POFile()
        for text in ("Client", "Plan"):
            entry = polib.POEntry(msgid=text, occurrences=[("code:x.py", "0")])
            catalogue.append(entry)
        return catalogue

    def test_merge_keeps_adds_and_drops(self, fresh, tmp_path):
        path = tmp_path / "ru.po"
        old = polib.POFile()
        old.append(polib.POEntry(msgid="Client", msgstr="Клиент"))
        old.append(polib.POEntry(msgid="Gone", msgstr="Ушло"))
        old.save(str(path))
        assert merge_po.merge(fresh, path) == (2, 1)
        merged = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
        assert merged == {"Client": "Клиент", "Plan": ""}

    def test_merge_twice_changes_nothing(self, fresh, tmp_path):
        path = tmp_path / "ru.po"
        merge_po.merge(fresh, path)
        text = path.read_text()
        merge_po.merge(fresh, path)
        assert path.read_text() == text

    def test_terms_without_words_stay_empty(self):
        same = ("<span>%</span>", "ID", "object.name", "%(done)s/%(all)s")
        assert not any(map(merge_po.has_words, same))
        words = ("a", "Plan of %(name)s", "<b>PDF file</b>")
        assert all(map(merge_po.has_words, words))

    def test_check_names_what_is_missing(self, fresh, tmp_path):
        template, path = tmp_path / "x.pot", tmp_path / "ru.po"
        findings = list(merge_po.check(fresh, template, []))
        assert "missing" in findings[0]
        with contextlib.redirect_stdout(None):
            merge_po.write_template(fresh, template)
        merge_po.merge(fresh, path)
        findings = list(merge_po.check(fresh, template, [path]))
        assert [finding.split(": ")[1] for finding in findings] == ["untranslated"] * 2
