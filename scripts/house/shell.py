"""Running other programs: quiet, logged, killed with us; and the set-up lock."""

import contextlib
import ctypes
import fcntl
import os
import re
import shutil
import signal
import subprocess
import textwrap

from .console import Problem, say
from .settings import ENV, LOGS, ROOM_FIRST, ROOM_NEXT

#: Tells backup programs to leave the folder out, and ourselves that it is ours.
CACHEDIR_TAG = """\
Signature: 8a477f597d28d172789f06886806bc55
# Everything in this folder was made by ./dev and can be made again.
"""
DISK_FULL = (
    f"The disk is full below {ENV}: free at least 3 GB there, or set ODOO_ENV to a"
    " folder with room, and run ./dev again."
)
#: What other programs say when the cause lies outside: pattern → our sentence.
KNOWN_CAUSES = (
    (
        r"No space left on device|Disk quota exceeded|not enough free space",
        DISK_FULL,
    ),
    (
        r"Temporary failure (in name resolution|resolving)|Could not resolve"
        r"|Name or service not known|Network is unreachable|Connection refused"
        r"|Could not connect|Connection timed out|Failed to establish a new connection"
        r"|No route to host|Connection failed|Max retries exceeded|Read timed out",
        "The package archives cannot be reached: check the network (or the proxy"
        " settings of apt and pip) and run ./dev again, it carries on from here.",
    ),
)


def die_with_parent():
    """Ask the kernel to end the child when ./dev itself is killed (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def last_lines(output):
    """The default choice of what a failed program said."""
    return "\n".join(output.strip().splitlines()[-12:])


def run(command, what, *, log=None, on_line=None, env=None, cwd=None, tail=last_lines):
    """Run a program to its end and return what it printed.

    Its output goes to ``logs/<log>.log``; ``on_line`` sees every line as it comes.
    A failure becomes a `Problem`: a known cause with its remedy, otherwise ``what``
    with the lines that ``tail`` chooses and the log's name.
    """
    command = [str(part) for part in command]
    lines = []
    try:
        LOGS.mkdir(parents=True, exist_ok=True)
        logfile = LOGS / f"{log or os.path.basename(command[0])}.log"
        with logfile.open("w", errors="replace") as copy:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                text=True,
                errors="replace",
                preexec_fn=die_with_parent,
            )
            try:
                for line in process.stdout:
                    copy.write(line)
                    lines.append(line)
                    if on_line:
                        on_line(line)
                status = process.wait()
            except BaseException:
                process.kill()
                process.wait()
                raise
    except FileNotFoundError:
        raise Problem(f"{what}: the program {command[0]} is missing.") from None
    output = "".join(lines)
    if status:
        fail(what, output, logfile, tail)
    return output


def fail(what, output, logfile=None, tail=last_lines):
    """Raise the `Problem` that the output of a failed program tells of."""
    for pattern, sentence in KNOWN_CAUSES:
        if re.search(pattern, output):
            raise Problem(f"{what} failed. {sentence}")
    if shutil.disk_usage(ENV).free < 50 * 1024**2:
        raise Problem(f"{what} failed. {DISK_FULL}")
    where = f" (whole log: {logfile})" if logfile else ""
    raise Problem(f"{what} failed{where}:\n{textwrap.indent(tail(output), '    ')}")


def check_room(first):
    """Refuse early when the disk cannot hold the set-up."""
    ENV.mkdir(parents=True, exist_ok=True)
    need = ROOM_FIRST if first else ROOM_NEXT
    free = shutil.disk_usage(ENV).free
    if free < need:
        raise Problem(
            f"Only {free / 1e9:.1f} GB are free for {ENV}, the set-up needs"
            f" {need / 1e9:.1f} GB: free some space, or set ODOO_ENV to a folder on a"
            " larger disk."
        )


def remove(path):
    """Remove a file or a whole folder, if it is there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def write(path, text, mode=None):
    """Write a file at once or not at all; keep it untouched when nothing changes."""
    if path.is_file() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text)
    if mode:
        part.chmod(mode)
    part.replace(path)


def claim():
    """Take the cache folder into use; never one in which somebody keeps other files."""
    ENV.mkdir(parents=True, exist_ok=True)
    names = {path.name for path in ENV.iterdir()}
    if names and not names & {"CACHEDIR.TAG", "setup.lock"}:
        raise Problem(
            f"{ENV} holds other files, which ./dev clean would remove: let ODOO_ENV"
            " name a new or empty folder."
        )
    write(ENV / "CACHEDIR.TAG", CACHEDIR_TAG)


@contextlib.contextmanager
def lock(name="setup", wait=True):
    """Hold a lock of this cache folder; yield False if it is taken and not waited for.

    The kernel drops it when the process ends, however it ends.
    """
    claim()
    with (ENV / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                yield False
                return
            say("  … another ./dev is preparing this folder: waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield True
