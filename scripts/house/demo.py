"""./dev demo: Odoo with the addon and its demo data, served on this machine."""

import argparse
import contextlib
import errno
import signal
import socket
import subprocess
import time
import urllib.request

from . import browser, databases, odoo, setup
from .console import Problem, say
from .settings import DB_DEMO, DEMO_LOGINS, DEMO_PORT
from .shell import die_with_parent, lock


def main(arguments):
    options = _parse(arguments)
    if not options.no_serve:
        _check_port(options.port)
    with lock():
        setup.ensure()
        missing = browser.ensure_wkhtmltopdf()
        if options.fresh:
            databases.drop(DB_DEMO)
        databases.ensure_demo()
    if missing:
        say(f"  ! No PDF can be printed: {missing}.")
    if options.no_serve:
        print(f"The demo is ready: ./dev demo serves it on {url(options.port)}")
        return 0
    return _serve(options.port)


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument(
        "--no-serve", action="store_true", help="prepare everything, serve nothing"
    )
    parser.add_argument(
        "--port", type=int, default=DEMO_PORT, help=f"default {DEMO_PORT}"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="build the demo database anew"
    )
    return parser.parse_args(arguments)


def url(port):
    return f"http://localhost:{port}"


def _check_port(port):
    other = 8070 if port == DEMO_PORT else DEMO_PORT
    remedy = f"choose another one, for example ./dev demo --port {other}"
    if not 1 <= port <= 65535:
        raise Problem(f"There is no port {port}: {remedy}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Problem(f"Port {port} is for root only: {remedy}.") from None
            raise Problem(
                f"Port {port} is taken by another program: stop that one, or {remedy}."
            ) from None


def _serve(port):
    try:
        with serving(port) as server:
            signal.signal(signal.SIGTERM, lambda *_: server.terminate())
            _announce(port)
            status = server.wait()
    except KeyboardInterrupt:
        return 0
    return 0 if status in (0, -signal.SIGTERM) else 1


@contextlib.contextmanager
def serving(port):
    """Odoo serving the demo; stopped at the end, however the block ends."""
    databases.set_address(url(port))
    command = [odoo.VENV.bin / "odoo", "-d", DB_DEMO, "--http-port", str(port)]
    command += ["--log-level", "warn", "--log-handler", "py.warnings:ERROR"]
    server = subprocess.Popen(
        command, env=databases.environment(), preexec_fn=die_with_parent
    )
    try:
        _wait_until_up(server, port)
        yield server
    except KeyboardInterrupt:
        # The terminal told Odoo as well; a second signal would cut its work short.
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=30)
        raise
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            server.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(server, port):
    while True:
        if server.poll() is not None:
            raise Problem("Odoo stopped while starting: its messages are above.")
        try:
            with urllib.request.urlopen(f"{url(port)}/web/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)


def _announce(port):
    width = max(len(role) for role, _login, _password in DEMO_LOGINS)
    print(f"\n  Odoo is up: {url(port)}\n\n  Log in with login / password:")
    for role, login, password in DEMO_LOGINS:
        print(f"    {role:<{width}}   {login} / {password}")
    print("\n  Ctrl-C stops it; your changes are kept for the next time.\n", flush=True)
