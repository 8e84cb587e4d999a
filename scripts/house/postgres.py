"""PostgreSQL: the server that PGHOST or PGPORT names, otherwise a private cluster.

The private cluster listens on a Unix socket only, is never run as root and never
touches a cluster of the system.
"""

import functools
import os
import pwd
import shutil
import subprocess
import zlib
from pathlib import Path

from . import apt
from .console import Problem, Step
from .settings import ENV, POSTGRES_MINIMUM
from .shell import remove, run

#: Development databases can be made anew: speed before safety.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "256MB",
    "jit": "off",
}


def is_external():
    """Whether the user named a server; then we only use it.

    A ./dev that runs inside another one finds the private server named.
    """
    if os.environ.get("PGHOST") == str(_socket_folder()):
        return False
    return any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGSERVICE"))


def ensure():
    """A server that answers, and its client programs."""
    if is_external():
        if not _find("psql"):
            _unpack("postgresql-client")
        _check_external()
        return
    if not _find("initdb"):
        _unpack("postgresql")
    _start()


def environment(env):
    """Add what clients of the server need to ``env`` and return it."""
    folder = _find("psql")
    if folder:
        env["PATH"] = os.pathsep.join([env["PATH"], str(folder)])
        if _unpacked() in folder.parents:
            libraries = [str(p) for p in _unpacked().glob("usr/lib/*-linux-*")]
            libraries += filter(None, [env.get("LD_LIBRARY_PATH")])
            env["LD_LIBRARY_PATH"] = os.pathsep.join(libraries)
    if not is_external():
        env["PGHOST"] = str(_socket_folder())
        env["PGUSER"] = "odoo"
        env.pop("PGPASSWORD", None)
    return env


def stop():
    """Stop the private cluster, if it runs."""
    if (_data() / "PG_VERSION").is_file() and _find("initdb"):
        _pg_ctl(_data(), "-m", "fast", "stop", check=False)


def clean():
    """Stop the private cluster and remove its folders that lie outside the cache."""
    stop()
    remove(_socket_folder())
    remove(_data().parent)
    if _home() != ENV:
        remove(_home())


# -- programs -------------------------------------------------------------------------


def _find(program):
    """The folder with this program: unpacked by us, or of the newest on the machine."""
    folders = sorted(_unpacked().glob("usr/lib/postgresql/*/bin"), key=_number)
    system = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(system, key=_number, reverse=True)
    on_path = shutil.which(program)
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    needed = (program, "pg_ctl", "postgres") if program == "initdb" else (program,)
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in needed):
            return folder
    return None


def _number(folder):
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _unpack(package):
    with Step(f"PostgreSQL programs (Debian's package {package})"):
        if not apt.is_available():
            raise Problem(
                "PostgreSQL is not installed here and there is no apt: install its"
                " server, or set PGHOST to a server that you may use."
            )
        part = _unpacked().with_name("postgresql.part")
        remove(part)
        apt.Archive().unpack_missing([package], part, "Fetching PostgreSQL")
        remove(_unpacked())
        part.rename(_unpacked())


# -- the private cluster --------------------------------------------------------------


def _account():
    """The account that runs the cluster: ours, or as root a plain one."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Problem(
        "PostgreSQL must not run as root and this machine has neither the account"
        " 'postgres' nor 'nobody': run ./dev as an ordinary user."
    )


def _as_account(command):
    account = _account()
    if account is None:
        return command
    drop = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return ["setpriv", *drop, *command]


def _key():
    return f"{zlib.crc32(str(ENV).encode()):08x}"


def _socket_folder():
    """Short, because a socket's path may have no more than 107 bytes."""
    return Path("/tmp") / f"client-development-{_key()}"


@functools.cache
def _home():
    """The folder for the cluster and our copy of its programs: the cache folder.

    Unless we are root and its account cannot get there (a closed home of root): then
    one in /var/tmp, which ``./dev clean`` removes like the rest.
    """
    if _account() is None or _can("-x", ENV):
        return ENV
    outside = Path("/var/tmp") / f"client-development-{_key()}"
    outside.mkdir(exist_ok=True)
    if outside.stat().st_uid != 0:
        raise Problem(f"{outside} belongs to somebody else: remove it and run again.")
    outside.chmod(0o755)
    return outside


def _unpacked():
    return _home() / "postgresql"


def _data():
    return _home() / "postgres" / "data"


def _can(test, folder):
    """Whether the cluster's account may use a folder."""
    probe = _as_account(["test", test, str(folder)])
    return subprocess.run(probe, capture_output=True, cwd="/").returncode == 0


def _own(folder):
    """Make a folder that belongs to the cluster's account alone."""
    account = _account()
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None and folder.stat().st_uid == 0:
        os.chown(folder, account.pw_uid, account.pw_gid)
    owner = os.geteuid() if account is None else account.pw_uid
    if folder.stat().st_uid != owner:
        raise Problem(f"{folder} belongs to somebody else: remove it and run again.")
    folder.chmod(0o700)
    if not _can("-w", folder):
        raise Problem(
            f"The account that runs PostgreSQL cannot write to {folder}: set ODOO_ENV"
            " to a folder that every user can reach."
        )


def _pg_ctl(data, *arguments, check=True):
    command = [str(_find("initdb") / "pg_ctl"), "-D", str(data), "-s", "-w", *arguments]
    env = environment(dict(os.environ))
    if check:
        return run(_as_account(command), "Starting PostgreSQL", env=env, cwd="/")
    return subprocess.run(
        _as_account(command), env=env, cwd="/", capture_output=True, check=False
    )


def _start():
    data = _data()
    _own(_socket_folder())
    _own(data.parent)
    if not (data / "PG_VERSION").is_file():
        with Step("PostgreSQL: a private cluster"):
            _initialise(data)
    if _pg_ctl(data, "status", check=False).returncode == 0 and _answers():
        return
    options = dict(OPTIONS, unix_socket_directories=str(_socket_folder()))
    text = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    # The log keeps pg_ctl from handing our own output to the server.
    log = data.parent / "server.log"
    _pg_ctl(data, "-l", str(log), "-t", "60", "-o", text, "start")


def _initialise(data):
    """Make the cluster under another name first: an interrupted one never counts."""
    part = data.with_name("data.part")
    remove(part)
    command = [str(_find("initdb") / "initdb"), "-D", str(part), "-U", "odoo"]
    command += ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    env = environment(dict(os.environ))
    run(_as_account(command), "Making the PostgreSQL cluster", env=env, cwd="/")
    part.rename(data)


def _answers():
    return _ask("select 1").returncode == 0


# -- a server of the user -------------------------------------------------------------


def _ask(query):
    env = environment(dict(os.environ, PGCONNECT_TIMEOUT="10"))
    command = [str(_find("psql") / "psql"), "-XAtw", "-d", "postgres", "-c", query]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def _check_external():
    answer = _ask(
        "select current_setting('server_version_num')::int / 10000, current_user,"
        " rolcreatedb or rolsuper from pg_roles where rolname = current_user"
    )
    if answer.returncode:
        reason = (answer.stderr.strip().splitlines() or ["no answer"])[0]
        raise Problem(
            f"The PostgreSQL server that PGHOST/PGPORT name does not answer ({reason}):"
            " start it, correct PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset them to"
            " use a private cluster."
        )
    number, user, may_create = answer.stdout.strip().split("|")
    if int(number) < POSTGRES_MINIMUM:
        raise Problem(
            f"The server is PostgreSQL {number}, Odoo {POSTGRES_MINIMUM}+ is needed:"
            " name another server, or unset PGHOST to use a private cluster."
        )
    if user == "postgres":
        raise Problem(
            "Odoo refuses to work as the database user 'postgres': create another role"
            " with CREATEDB and name it in PGUSER."
        )
    if may_create != "t":
        raise Problem(
            f"The database user {user!r} may not create databases: ALTER ROLE {user}"
            " CREATEDB, or name another one in PGUSER."
        )
