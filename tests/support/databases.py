"""Databases of a test's own: each is copied from one like it that a worker makes once.

Making the tables takes a second, copying them some milliseconds; a test gets the same database.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import asyncpg

from shared.database.migrations import upgrade
from tests.support.ledgers import ledger_database

if TYPE_CHECKING:
    from pathlib import Path

    from cli.servers.postgres import PostgresServer

EMPTY: Final = "template1"  # PostgreSQL's own


class Template(NamedTuple):
    """What a database holds before its test begins: made at an address, once, under a name."""

    name: str
    make: Callable[[str], None]


def migrated(migrations: Path, origin: str) -> Template:
    """The tables of a service or of an audit node, as its migrations leave them."""
    return Template(origin, partial(_upgrade, migrations, origin))


def _upgrade(migrations: Path, origin: str, url: str) -> None:
    upgrade(migrations, url, origin)


def _ledger(url: str) -> None:
    asyncio.run(ledger_database(url))


NewDatabase = Callable[[Template | None], str]

LEDGER: Final = Template("a log and its tree", _ledger)


class Databases:
    """The databases of one worker's tests."""

    def __init__(self, server: PostgresServer) -> None:
        """Make them on this server."""
        self._server = server
        self._templates: dict[str, str] = {}

    def copy(self, template: Template | None = None) -> str:
        """The address of a database that nobody else uses: empty, or a copy of the template."""
        return self._server.url(self._copied(self._made(template) if template else EMPTY))

    def drop(self, url: str) -> None:
        """Drop a database and end the sessions that are still in it."""
        name = url.rpartition("/")[2]
        self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def drop_templates(self) -> None:
        """Leave nothing on a server that goes on."""
        for name in self._templates.values():
            self.drop(self._server.url(name))

    def _made(self, template: Template) -> str:
        if template.name not in self._templates:
            name = self._copied(EMPTY)
            _outside_a_loop(partial(template.make, self._server.url(name)))
            self._templates[template.name] = name
        return self._templates[template.name]

    def _copied(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        # Copied as files: less work than writing every page to the log as well.
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def _administer(self, statement: str) -> None:
        url = self._server.url(self._server.maintenance)
        _outside_a_loop(lambda: asyncio.run(_execute(url, statement)))


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _outside_a_loop(work: Callable[[], None]) -> None:
    """Do it in a thread: a fixture of an async test may be asked for while its loop runs."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
