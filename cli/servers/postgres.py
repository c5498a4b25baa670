"""A real PostgreSQL 18 from the wheel's own binaries, in a data folder that we choose."""

import os
import pwd
import secrets
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote, unquote, urlsplit

from cli.servers.postgres_programs import open_to_all, programs_for, wheel_binary
from cli.servers.process import Child, Program, ServerUnavailableError, free_port, spawn, tail

SUPERUSER: Final = "postgres"
# As root, PostgreSQL runs under the account that every Unix has and that owns nothing.
UNPRIVILEGED: Final = "nobody"
START_PATIENCE: Final = 30.0
DURABLE: Final = ("fsync", "synchronous_commit", "full_page_writes")
WITH_THE_MACHINE: Final = ("fsync", "full_page_writes")

# The same in docker-compose.yml (POSTGRES_INITDB_ARGS), so that text sorts alike in both.
INITDB: Final = (
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=scram-sha-256",
)

CREATE_DATABASE: Final = r"""
SELECT format('CREATE DATABASE %I', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
"""
DROP_DATABASE: Final = 'DROP DATABASE IF EXISTS :"name" WITH (FORCE);'
DROP_LOGIN: Final = 'DROP ROLE IF EXISTS :"role";'
# The lock keeps two callers from both finding the group role missing.
CREATE_LOGIN: Final = r"""
\getenv password ACCORD_NEW_PASSWORD
SELECT pg_advisory_lock(hashtext('accord roles'));
SELECT format('CREATE ROLE %I NOLOGIN', name)
FROM unnest(ARRAY[:'group', :'role']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE :"role" LOGIN PASSWORD :'password';
GRANT :"group" TO :"role";
"""


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL that we may administer: one that we run, or one that was named to us."""

    host: str
    port: int
    superuser: str
    password: str = field(repr=False)
    maintenance: str = "postgres"
    child: Child | None = field(default=None, repr=False)

    @classmethod
    def at(cls, url: str) -> Self:
        """The running server behind a URL, whose role must be allowed to create databases."""
        parts = urlsplit(url)
        return cls(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 5432,
            superuser=unquote(parts.username or SUPERUSER),
            password=unquote(parts.password or ""),
            maintenance=unquote(parts.path.lstrip("/")) or "postgres",
        )

    def url(self, database: str, role: str | None = None, password: str | None = None) -> str:
        """The address of a database for a role; without one, for the superuser."""
        user, secret = (role, password or "") if role else (self.superuser, self.password)
        account = f"{quote(user, safe='')}:{quote(secret, safe='')}"
        return f"postgresql://{account}@{self.host}:{self.port}/{quote(database, safe='')}"

    def create_database(self, name: str) -> None:
        """Create an empty database, unless it is there."""
        self._run(CREATE_DATABASE, name=name)

    def drop_database(self, name: str) -> None:
        """Drop a database and end the sessions that are still in it."""
        self._run(DROP_DATABASE, name=name)

    def create_login(self, role: str, password: str, member_of: str) -> None:
        """Create a login role in a group role (made NOLOGIN if missing), or set its password."""
        secret = {"ACCORD_NEW_PASSWORD": password}
        self._run(CREATE_LOGIN, secret, role=role, group=member_of)

    def drop_login(self, role: str) -> None:
        """Drop a login role that owns nothing."""
        self._run(DROP_LOGIN, role=role)

    def setting(self, name: str) -> str:
        """The value in force of a server setting."""
        return self._run("SELECT current_setting(:'name');", name=name)

    def stop(self) -> None:
        """Shut our server down and wait until it is gone; a server named to us goes on."""
        if self.child is not None:
            self.child.stop(signal.SIGINT, patience=20)  # SIGINT: PostgreSQL's "fast" shutdown

    def _run(self, script: str, env: dict[str, str] | None = None, **variables: str) -> str:
        where = ["-h", self.host, "-p", str(self.port)]
        where += ["-U", self.superuser, "-d", self.maintenance]
        named = [f"--set={name}={value}" for name, value in variables.items()]
        done = subprocess.run(
            [wheel_binary("psql"), "-XqtA", "--set=ON_ERROR_STOP=1", *where, *named],
            input=script,
            env=os.environ | {"PGPASSWORD": self.password} | (env or {}),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ServerUnavailableError(f"PostgreSQL at {self.host}:{self.port}: {done.stderr}")
        return done.stdout.strip()


def start_postgres(
    folder: Path, *, port: int | None = None, max_connections: int = 300, durable: bool = True
) -> PostgresServer:
    """Start the server whose data live in `folder`, creating them the first time.

    One that is not durable keeps what it has written though any process is killed, and loses it
    with the machine: for data that nobody needs after the run.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    user = _account()
    passing = user is not None and not open_to_all(folder)
    programs = programs_for(user)
    password = _initialise(folder, programs, user, passing=passing)
    port = port or free_port()
    settings = _settings(port, max_connections, durable=durable)
    program = Program(
        name="postgres",
        argv=[str(programs / "postgres"), "-D", str(folder / "data"), *settings],
        log=folder / "postgres.log",
        death_signal=signal.SIGINT,
        user=user,
        pass_closed_folders=passing,
    )
    child = spawn(program)
    server = PostgresServer("127.0.0.1", port, SUPERUSER, password, child=child)
    try:
        _await_answer(server, child, durable=durable)
    except BaseException:
        server.stop()
        raise
    return server


def _settings(port: int, max_connections: int, *, durable: bool) -> list[str]:
    values = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": str(max_connections),
        **dict.fromkeys(DURABLE, "on"),
        **dict.fromkeys(() if durable else WITH_THE_MACHINE, "off"),
    }
    return [f"--{name}={value}" for name, value in values.items()]


def _await_answer(server: PostgresServer, child: Child, *, durable: bool) -> None:
    """Return when the server answers a query and is as durable as it was asked to be."""
    deadline = time.monotonic() + START_PATIENCE
    while True:
        try:
            weak = [name for name in DURABLE if server.setting(name) != "on"]
        except ServerUnavailableError as error:
            if child.returncode is not None or time.monotonic() > deadline:
                log = child.program.log
                raise ServerUnavailableError(f"{error}\n{log}:\n{tail(log)}") from error
            time.sleep(0.05)
            continue
        if weak and durable:
            raise ServerUnavailableError(f"PostgreSQL runs without {', '.join(weak)}")
        return


def _initialise(folder: Path, programs: Path, user: str | None, *, passing: bool) -> str:
    """Create the data folder if there is none; answer the superuser's password."""
    secret = folder / "superuser-password"
    if (folder / "data" / "PG_VERSION").exists():
        return secret.read_text()
    password = secrets.token_urlsafe(24)
    secret.touch(mode=0o600)
    secret.write_text(password)
    # initdb works in a folder beside the final one: an interrupted run leaves no half database.
    fresh = folder / f"data-{secrets.token_hex(4)}"
    fresh.mkdir(mode=0o700)
    _hand_to(user, fresh, secret)
    child = spawn(
        Program(
            name="initdb",
            argv=[str(programs / "initdb"), "-D", str(fresh), f"--pwfile={secret}", *INITDB],
            log=folder / "initdb.log",
            user=user,
            pass_closed_folders=passing,
        )
    )
    try:
        ended = child.wait()
    finally:
        child.stop(signal.SIGKILL)
    if ended != 0:
        raise ServerUnavailableError(f"initdb failed:\n{tail(child.program.log)}")
    fresh.rename(folder / "data")
    return password


def _hand_to(user: str | None, *paths: Path) -> None:
    if user is not None:
        account = pwd.getpwnam(user)
        for path in paths:
            os.chown(path, account.pw_uid, account.pw_gid)


def _account() -> str | None:
    """The account that PostgreSQL runs under when it is not ours: as root it refuses to run."""
    return UNPRIVILEGED if os.geteuid() == 0 else None
