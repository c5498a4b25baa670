"""The offices as HTTP clients: every request under a key, asked again until it is answered."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

AGAIN_SECONDS = 0.25
PATIENCE_SECONDS = 90.0
AT_ONCE = 8
_TO_BE_ASKED_AGAIN = (502, 503, 504)

Office = tuple[str, str, str]
"""Party, office and subject."""


class Unanswered(Exception):
    """A service did not answer for too long, or not as it should."""


class Answer(msgspec.Struct, frozen=True):
    """What a service answered."""

    status: int
    body: dict[str, Any]

    @property
    def rule(self) -> str:
        """The rule that said no, if one did."""
        return str(self.body.get("rule", ""))


class Agencies:
    """Asks the three services in the name of one office or another."""

    def __init__(
        self, urls: Mapping[str, str], token: Callable[[str, str, str], str], run: str
    ) -> None:
        """Use services at `urls`; `run` makes this run's idempotency keys its own."""
        self._urls = urls
        self._tokens: dict[Office, str] = {}
        self._mint = token
        self._run = run
        self._keys = 0
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._http = httpx.AsyncClient(
            timeout=30, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), trust_env=False
        )
        self.asked_again = 0

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def post(
        self, office: Office, service: str, path: str, body: object | None = None, raw: bytes = b""
    ) -> Answer:
        """Ask for a command once, however often it must be asked."""
        self._keys += 1
        headers = {
            "Authorization": f"Bearer {self._token(office)}",
            "Idempotency-Key": f"{self._run}-{self._keys}",
            "Content-Type": "application/yaml" if raw else "application/json",
        }
        content = raw or (msgspec.json.encode(body) if body is not None else b"")
        request = self._http.build_request(
            "POST", f"{self._urls[service]}{path}", headers=headers, content=content
        )
        return await self._send(request)

    async def get(self, office: Office, service: str, path: str) -> Answer:
        """Read."""
        headers = {"Authorization": f"Bearer {self._token(office)}"}
        return await self._send(
            self._http.build_request("GET", f"{self._urls[service]}{path}", headers=headers)
        )

    async def done(
        self, office: Office, service: str, path: str, body: object | None = None, raw: bytes = b""
    ) -> dict[str, Any]:
        """Ask for a command that must succeed."""
        answer = await self.post(office, service, path, body, raw)
        if answer.status >= httpx.codes.BAD_REQUEST:
            message = f"{service} {path} was answered {answer.status}: {answer.body}"
            raise Unanswered(message)
        return answer.body

    async def read(self, office: Office, service: str, path: str) -> dict[str, Any]:
        """Read what must be there."""
        answer = await self.get(office, service, path)
        if answer.status != httpx.codes.OK:
            message = f"{service} {path} was answered {answer.status}: {answer.body}"
            raise Unanswered(message)
        return answer.body

    def _token(self, office: Office) -> str:
        if office not in self._tokens:
            self._tokens[office] = self._mint(*office)
        return self._tokens[office]

    async def _send(self, request: httpx.Request) -> Answer:
        until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        async with self._at_once:
            while True:
                try:
                    answer = await self._http.send(request)
                    if answer.status_code not in _TO_BE_ASKED_AGAIN:
                        return Answer(answer.status_code, msgspec.json.decode(answer.content))
                    said = f"{answer.status_code} {answer.text[:200]}"
                except httpx.TransportError as error:
                    said = type(error).__name__
                if asyncio.get_running_loop().time() > until:
                    message = f"{request.url} did not answer for {PATIENCE_SECONDS:.0f} s: {said}"
                    raise Unanswered(message)
                self.asked_again += 1
                await asyncio.sleep(AGAIN_SECONDS)


def utc(text: str) -> datetime:
    """An instant of 2025: `04-01 18:10` is 2025-04-01T18:10:00Z."""
    return datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
