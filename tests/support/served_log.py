"""A log's origin in memory: its entries, as far as they are sealed, over its own HTTP paths."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from cli.servers.process import free_port
from shared.messaging.origin import OriginLog
from tests.support.entries import FOREIGN
from tests.support.sealed_logs import log_signers, sealed
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request


class ServedLog:
    """Serves `held`, of which `sealed` entries are under its newest checkpoint, or all of them."""

    def __init__(self, held: list[bytes], sealed: int | None = None, origin: str = FOREIGN) -> None:
        self.held = held
        self.sealed = sealed
        self.origin = origin
        self.failures = 0
        self.asked: list[str] = []
        self.instead: dict[str, httpx.Response] = {}
        self._made: tuple[int, dict[str, bytes]] = (-1, {})

    def source(self) -> OriginLog:
        """The log as a follower asks it."""
        client = httpx.AsyncClient(transport=httpx.MockTransport(self))
        return source_at("http://origin.example/", self.origin, client)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """The same on a real HTTP server, for another process."""

        async def answered(request: Request) -> Response:
            answer = self(httpx.Request("GET", str(request.url)))
            return Response(answer.content, answer.status_code)

        port, app = free_port(), Starlette(routes=[Route("/{path:path}", answered)])
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off"))
        task = asyncio.create_task(server.serve())

        async def started() -> bool:
            return server.started

        await until(started)
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.should_exit = True
            await task

    def bundles_asked(self) -> list[str]:
        """The entry bundles that were asked for, in order."""
        return [path for path in self.asked if path.startswith("tile/entries/")]

    def files(self) -> dict[str, bytes]:
        """Every file that an honest origin has."""
        size = len(self.held) if self.sealed is None else self.sealed
        if self._made[0] != size:
            self._made = (size, sealed(self.origin, self.held[:size], ()) if size else {})
        extent = msgspec.json.encode({"origin": self.origin, "size": len(self.held)})
        return {**self._made[1], "v1/log": extent}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/")
        self.asked.append(path)
        if self.failures:
            self.failures -= 1
            return httpx.Response(503)
        if path in self.instead:
            return self.instead[path]
        content = self.files().get(path)
        return httpx.Response(404) if content is None else httpx.Response(200, content=content)


def source_at(
    url: str, origin: str = FOREIGN, client: httpx.AsyncClient | None = None
) -> OriginLog:
    """A log that is served at `url`, signed by the keys that these tests give it."""
    return OriginLog(client or httpx.AsyncClient(), url, origin, log_signers(origin).verifiers)
