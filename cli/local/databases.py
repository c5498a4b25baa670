"""The services' databases: each migrated by its owner, and used by a login that owns nothing."""

import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from cli.local.addresses import ORIGIN_PREFIX, code_of
from cli.migrate import ORIGIN_PREFIX as ORIGIN_PREFIX_SETTING
from cli.migrate import migrate_database
from cli.servers.postgres import PostgresServer
from shared.database.roles import SERVICE_ROLE

PASSWORD_BYTES: Final = 24


class Databases:
    """The databases of one stack on one server."""

    def __init__(self, server: PostgresServer, services: Iterable[str], prefix: str = "") -> None:
        """Name them after the services; `prefix` tells them from others on a shared server."""
        self._server = server
        self._prefix = prefix
        self._passwords = {name: secrets.token_urlsafe(PASSWORD_BYTES) for name in services}

    def prepare(self) -> None:
        """Make what is not there yet, give each login a new password, and migrate."""
        for service, password in self._passwords.items():
            self._server.create_database(self._database(service))
            self._server.create_login(self._role(service), password, member_of=SERVICE_ROLE)
        # A thread of its own, because a migration runs an event loop and the caller may have one.
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(self._migrate).result()

    def url(self, service: str) -> str:
        """The address of a service's database, for the service."""
        return self._server.url(
            self._database(service), self._role(service), self._passwords[service]
        )

    def drop(self) -> None:
        """Remove the databases and their logins."""
        for service in self._passwords:
            self._server.drop_database(self._database(service))
            self._server.drop_login(self._role(service))

    def _migrate(self) -> None:
        for service in self._passwords:
            url = self._server.url(self._database(service))
            migrate_database(code_of(service), url, {ORIGIN_PREFIX_SETTING: ORIGIN_PREFIX})

    def _database(self, service: str) -> str:
        return f"{self._prefix}{service.replace('-', '_')}"

    def _role(self, service: str) -> str:
        return f"{self._prefix or 'accord_'}{service.replace('-', '_')}"
