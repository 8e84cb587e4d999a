"""./dev pictures: the README's pictures, taken from a running demo."""

import subprocess

from . import browser, databases, demo, setup, tools
from .console import Problem, say
from .settings import ROOT
from .shell import lock

SCRIPT = ROOT / "scripts" / "pictures.py"


def main(arguments):
    if not SCRIPT.is_file():
        raise Problem("There is no scripts/pictures.py yet, so no picture is made.")
    with lock():
        setup.ensure()
        tools.VENV.ensure()
        missing = browser.ensure_chromium()
        if missing:
            raise Problem(f"Pictures need a browser: {missing}.")
        missing = browser.ensure_wkhtmltopdf()
        if missing:
            say(f"  ! No PDF can be printed: {missing}.")
        databases.ensure_demo()
    port = demo.free_port()
    with demo.serving(port):
        env = tools.environment(databases.environment())
        env["DEMO_URL"] = demo.url(port)
        env["CHROMIUM"] = browser.chromium()
        command = [tools.VENV.python, SCRIPT, *arguments]
        return subprocess.run(command, env=env, cwd=ROOT, check=False).returncode
