"""One measurement in a process of its own, so that its memory is its own."""

import json
import subprocess

from . import databases, odoo
from .console import Step
from .settings import LOGS, ROOT
from .shell import die_with_parent, fail, last_lines

SCRIPT = """
import json, sys
sys.path.insert(0, {root!r})
from benchmarks import {module}
print(json.dumps({module}.{function}(env, **json.loads({arguments!r})), default=str))
"""


def measure(title, database, task, **arguments):
    """Run ``benchmarks/<module>.py``'s function in ``odoo shell``; return its answer.

    :param task: "module.function"
    """
    module, function = task.split(".")
    script = SCRIPT.format(
        root=str(ROOT),
        module=module,
        function=function,
        arguments=json.dumps(arguments),
    )
    with Step(title) as step:
        return _run(title, database, script, step)


def _run(title, database, script, step):
    """The last line of the output is the answer, those before it tell how far it is."""
    command = [odoo.VENV.bin / "odoo", "shell", "-d", database, "--no-http"]
    command += ["--log-level=warn"]
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "bench.log"
    last = ""
    with log.open("w+") as errors:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=databases.environment(),
            text=True,
            preexec_fn=die_with_parent,
        )
        try:
            process.stdin.write(script)
            process.stdin.close()
            for line in process.stdout:
                last = line.strip() or last
                if last.startswith("… "):
                    step.detail(last[2:])
            status = process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
        if status or not last.startswith("{"):
            errors.seek(0)
            fail(title, errors.read() or last, log, last_lines)
    return json.loads(last)
