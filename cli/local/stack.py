"""The local stack as one thing: started, asked where it is, stopped. For `up`, the demo and tests.

with LocalStack(None, ports="free") as stack:
    print(stack.urls["intake"])
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Final, Self

from cli.keys.tokens import READ_AND_WRITE, mint
from cli.local.addresses import Choice, choose_ports
from cli.local.databases import Databases
from cli.local.folder import DEFAULT, StackFolder
from cli.local.programs import (
    MEMORY,
    ONE_PROCESS,
    environment,
    own_settings,
    separate,
    together,
    urls,
)
from cli.local.servers import (
    named_kafka,
    named_postgres,
    obtain_kafka,
    obtain_postgres,
    why_no_kafka,
)
from cli.output import CouldNot
from cli.servers.process import ServerUnavailableError
from cli.servers.readiness import answers_well
from cli.servers.supervisor import Supervisor, warn

READY_PATIENCE: Final = 120.0
QUICK_DEATHS: Final = 5
TOKEN_LIFE: Final = timedelta(hours=12)


class LocalStack:
    """PostgreSQL, Kafka, the services and both audit nodes; none outlives its process.

    Without a folder it lives in a temporary one, removed when it stops unless it is to be kept.
    """

    def __init__(
        self,
        folder: Path | None = DEFAULT,
        *,
        ports: Choice = "known",
        keep: bool = False,
        say: Callable[[str], None] = warn,
    ) -> None:
        self._temporary = folder is None and not keep
        self._wanted = folder
        self._choice = ports
        self._say = say
        self._running = ExitStack()
        self._ports: Mapping[str, int] = {}
        self._folder: StackFolder | None = None
        self._databases: Databases | None = None
        self._supervisor: Supervisor | None = None
        self.kafka_bootstrap: str | None = None
        """Where Kafka answers; nothing where the services share a broker in memory."""
        self.why_no_kafka: str | None = None
        """What was missing for Kafka, and what to install."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start all of it; returns when every service is ready, raises with nothing left running.

        Raises `CouldNot` or `ServerUnavailableError`.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop what was started: the services first, then their servers."""
        self._running.close()

    def wait(self) -> None:
        """Block until SIGINT, SIGTERM or SIGHUP; raise if a service had to be given up."""
        self._supervised.run_until_signal()

    @property
    def urls(self) -> dict[str, str]:
        """Where each program answers: the three services, and both audit nodes."""
        return urls(self._ports)

    @property
    def folder(self) -> StackFolder:
        """Where its keys, data and logs lie."""
        if self._folder is None:
            raise CouldNot("the stack has not been started")
        return self._folder

    @property
    def topic_prefix(self) -> str:
        """What its topics' names start with; tells them from others on a Kafka that is shared."""
        # A log and its topic belong together: another PostgreSQL has other logs.
        log = "-named" if named_postgres() else ""
        return f"accord-{self.folder.name}{log}" if named_kafka() else f"accord{log}"

    def token(self, party: str, office: str, subject: str, scope: str = READ_AND_WRITE) -> str:
        """A token for one office of a party."""
        return mint(
            self.folder.keys,
            party=party,
            office=office,
            subject=subject,
            scope=scope,
            life=TOKEN_LIFE,
        )

    def database_url(self, service: str) -> str:
        """The address of a service's database, for the service's own login."""
        if self._databases is None:
            raise CouldNot("the stack has not been started")
        return self._databases.url(service)

    def pid(self, service: str) -> int:
        """The process that serves a service now."""
        return self._supervised.pid(self._process(service))

    def restarts(self, service: str) -> int:
        """How often the process that serves a service was started again."""
        return self._supervised.restarts(self._process(service))

    @property
    def log(self) -> Path:
        """The folder of what the services write."""
        return self.folder.logs

    @property
    def _supervised(self) -> Supervisor:
        if self._supervisor is None:
            raise CouldNot("the stack has not been started")
        return self._supervisor

    def _process(self, service: str) -> str:
        return service if self.kafka_bootstrap else ONE_PROCESS

    def _start(self) -> None:
        folder = self._folder = StackFolder(self._wanted or self._temporary_folder())
        folder.prepare()
        self._running.enter_context(folder.alone())
        self._ports = choose_ports(self._choice)
        self.why_no_kafka = why_no_kafka()
        if self.why_no_kafka:
            self._say(f"{self.why_no_kafka}\nUntil then: one process, its broker in memory.")
        with ThreadPoolExecutor(max_workers=1) as beside:
            kafka = None if self.why_no_kafka else beside.submit(self._start_kafka)
            self._databases = self._start_databases()
            if kafka is not None:
                self.kafka_bootstrap = kafka.result()
        self._start_services(self._databases)

    def _temporary_folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="accord-"))
        if self._temporary:
            self._running.callback(shutil.rmtree, folder)
        return folder

    def _start_kafka(self) -> str:
        self._say("Kafka: starting")
        server = obtain_kafka(self.folder.root / "kafka")
        self._running.callback(server.stop)
        return server.bootstrap

    def _start_databases(self) -> Databases:
        self._say("PostgreSQL: starting")
        server = obtain_postgres(self.folder.root / "postgres")
        self._running.callback(server.stop)
        prefix = f"accord_{self.folder.name}_" if named_postgres() else ""
        databases = Databases(server, self._ports, prefix)
        if prefix and self._temporary:
            self._running.callback(databases.drop)
        self._say("databases: migrating")
        databases.prepare()
        return databases

    def _start_services(self, databases: Databases) -> None:
        bootstrap = self.kafka_bootstrap or MEMORY
        env = environment(self.folder, self._ports, bootstrap, self.topic_prefix)
        self.folder.log_keys.write_policy(self.urls)
        owned = {
            program: own_settings(program, self._ports, self.folder, databases)
            for program in self._ports
        }
        programs = (separate if self.kafka_bootstrap else together)(self._ports, env, owned)
        self._supervisor = Supervisor(
            programs, self.folder.logs, quick_deaths=QUICK_DEATHS, say=self._say
        )
        self._running.enter_context(self._supervisor)
        self._supervisor.wait_ready(READY_PATIENCE)
        self._await_the_others(self._supervisor)

    def _await_the_others(self, supervisor: Supervisor) -> None:
        """In one process the supervisor sees one health address; there are five."""
        deadline = time.monotonic() + READY_PATIENCE
        waiting = dict(self.urls)
        while waiting:
            supervisor.check()
            waiting = {
                name: url for name, url in waiting.items() if not answers_well(f"{url}/status")
            }
            if waiting and time.monotonic() > deadline:
                raise ServerUnavailableError(
                    f"{', '.join(waiting)}: not ready within {READY_PATIENCE:g} s; see {self.log}"
                )
            time.sleep(0.1 if waiting else 0)
