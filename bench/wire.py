"""A load generator that costs little: HTTP/1.1 over kept-alive connections, one request at a time
each.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length: "
_RETRY_AFTER = b"retry-after: "
CREATED = 201
OVERLOADED = 503


class Connection(asyncio.Protocol):
    """One connection; `ask` gives the status and body of one answer."""

    def __init__(self) -> None:
        """Not connected yet."""
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self.retry_after = 0
        """After how many seconds the last answer says to ask again; 0 if it says nothing."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is not a subclass

    def data_received(self, data: bytes) -> None:
        """Take in a part of an answer."""
        self._buffer += data
        head, head_end, rest = self._buffer.partition(HEAD_END)
        if not head_end:
            return
        length = _number(head, _LENGTH)
        if len(rest) >= length and self._waiting is not None:
            self._buffer = b""
            self.retry_after = _number(head, _RETRY_AFTER)
            waiting, self._waiting = self._waiting, None
            waiting.set_result((int(head[9:12]), rest))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError("closed by the server"))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send one request and wait for its answer."""
        if self._transport is None:
            raise ConnectionError("not connected")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    async def ask_until_taken(self, request: bytes) -> tuple[int, bytes]:
        """The same, and again after as long as it says if the request was shed under load."""
        status, body = await self.ask(request)
        while status == OVERLOADED and self.retry_after:
            await asyncio.sleep(self.retry_after)
            status, body = await self.ask(request)
        return status, body


def _number(head: bytes, name: bytes) -> int:
    """The number that a header holds, 0 without it."""
    _, _, rest = head.lower().partition(name)
    return int(rest.split(b"\r\n", 1)[0] or 0)


def post(host: str, path: str, token: str, key: str, body: bytes, *, more: str = "") -> bytes:
    """The bytes of a POST; `more` are further header lines, each with its end of line."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{more}\r\n"
    )
    return head.encode() + body


class Load:
    """What came of a load: statuses, bodies, and the seconds until each that recorded something."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.statuses: dict[int, int] = {}
        self.bodies: list[bytes] = []
        self.took: list[float] = []
        self.seconds = 0.0

    def note(self, status: int, body: bytes, took: float) -> None:
        """One more answer."""
        self.bodies.append(body)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == CREATED:
            self.took.append(took)

    @property
    def rate(self) -> float:
        """What was recorded, a second."""
        return len(self.took) / self.seconds

    def percentile(self, share: float) -> float:
        """The time within which this share was recorded, in milliseconds."""
        return sorted(self.took)[int(len(self.took) * share)] * 1_000


async def load(
    port: int, requests: Iterator[bytes], connections: int, *, again: bool = False
) -> Load:
    """Send all requests over so many connections at once.

    With `again` a request that was shed under load is sent again when the answer says so.
    """
    result = Load()

    async def client() -> None:
        _, connection = await asyncio.get_running_loop().create_connection(
            Connection, "127.0.0.1", port
        )
        for request in requests:
            started = time.perf_counter()
            ask = connection.ask_until_taken if again else connection.ask
            status, body = await ask(request)
            result.note(status, body, time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    result.seconds = time.perf_counter() - started
    return result
