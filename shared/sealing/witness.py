"""One witness as the sealer sees it: asked over HTTP, and believed only as far as it signs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

import httpx
import msgspec

from shared.sealing.errors import SealingStopped, WitnessFailed
from shared.transparency.errors import TransparencyError
from shared.transparency.witness import (
    CONFLICT,
    TLOG_SIZE,
    UNPROCESSABLE,
    AddCheckpoint,
    parse_size,
    read_cosignatures,
)

if TYPE_CHECKING:
    from shared.telemetry.status import Patience
    from shared.transparency.keys import VerifierKey
    from shared.transparency.note import NoteSignature
    from shared.transparency.signed_checkpoint import SignedCheckpoint

Prove = Callable[[int, int], Awaitable[tuple[bytes, ...]]]
"""The consistency proof between two sizes of our tree."""
ANSWER_SECONDS = 5.0
"""Longer than a witness waits for the entries before it says that it has not got them."""
LARGEST_ANSWER = 64 * 1024
_ATTEMPTS = 3
_MANY = 32
_HEADERS = {"content-type": "text/plain; charset=utf-8"}
_HINTS = {
    400: "it could not read the request",
    403: "its policy has other keys for this log",
    404: "its policy does not name this log",
    503: "it has not got all entries yet, or does not know what it has cosigned",
}


class WitnessAhead(Exception):
    """A witness has cosigned a larger tree than the one that it was sent."""

    def __init__(self, name: str, theirs: int, ours: int) -> None:
        """Keep what the witness says."""
        super().__init__(f"{name} has cosigned size {theirs}, and our log has sealed {ours}")
        self.theirs = theirs


class _Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    kind: str
    retry_after: str
    body: bytes


class Witness:
    """Asks one witness for cosignatures, and remembers how far it is and when to ask again."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        name: str,
        url: str,
        keys: Sequence[VerifierKey],
        patience: Patience,
        *,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        """Ask at `url`, the prefix of `/add-checkpoint`; the client is closed by who made it."""
        self.name = name
        self._client = client
        self._url = f"{url.rstrip('/')}/add-checkpoint"
        self._keys = keys
        self._patience = patience
        self._answer_seconds = answer_seconds
        self._known: int | None = None
        self._failures = 0
        self._ask_at = 0.0
        self.trouble = ""
        """Why it did not cosign the last time that it was asked, if it did not."""

    def waits(self) -> float:
        """In how many seconds it may be asked again after a failure, else 0."""
        return max(0.0, self._ask_at - time.monotonic())

    async def cosign(self, signed: SignedCheckpoint, prove: Prove) -> tuple[NoteSignature, ...]:
        """Its cosignatures of a checkpoint, verified, one by each of its keys.

        Raises `WitnessFailed`, after which it is left alone for a while; `WitnessAhead`; and
        `SealingStopped` when it has cosigned another history than ours.
        """
        try:
            cosignatures = await self._cosign(signed, prove)
        except WitnessFailed as error:
            self._failures += 1
            pause = self._patience.after(min(self._failures, _MANY))
            requested = min(error.retry_after, self._patience.longest)
            self._ask_at = time.monotonic() + max(pause, requested)
            self.trouble = str(error)
            raise
        self._failures, self._ask_at, self.trouble = 0, 0.0, ""
        return cosignatures

    async def _cosign(self, signed: SignedCheckpoint, prove: Prove) -> tuple[NoteSignature, ...]:
        size = signed.checkpoint.size
        old = size if self._known is None else min(self._known, size)
        for _ in range(_ATTEMPTS):
            request = AddCheckpoint(old, await prove(old, size), signed.encoded)
            answer = await self._post(request.encode())
            if answer.status != CONFLICT:
                cosignatures = self._cosignatures(answer, signed, old)
                self._known = size
                return cosignatures
            old = self._known = self._size_of(answer, old, size)
        raise WitnessFailed(f"{self.name} names another size each time that it is asked")

    def _cosignatures(
        self, answer: _Answer, signed: SignedCheckpoint, old: int
    ) -> tuple[NoteSignature, ...]:
        if answer.status != httpx.codes.OK:
            self._refuse(answer, signed.checkpoint.size, old)
        try:
            cosignatures = read_cosignatures(answer.body, signed.checkpoint, self._keys)
        except TransparencyError as error:
            raise WitnessFailed(f"{self.name} answered with no cosignature: {error}") from None
        if {cosignature.key_id for cosignature in cosignatures} != {key.id for key in self._keys}:
            raise WitnessFailed(f"{self.name} has not cosigned with each of its keys")
        return cosignatures

    def _refuse(self, answer: _Answer, size: int, old: int) -> NoReturn:
        if answer.status == UNPROCESSABLE:
            raise SealingStopped(
                f"{self.name} refuses the proof that size {size} continues size {old}, which it has"
                " cosigned: it has another history, or our tree is damaged"
            )
        why = _HINTS.get(answer.status, "it does not work as a witness")
        seconds = answer.retry_after
        wait = float(seconds) if seconds.isascii() and seconds.isdigit() else 0.0
        raise WitnessFailed(f"{self.name} answered {answer.status}: {why}", wait)

    def _size_of(self, answer: _Answer, old: int, size: int) -> int:
        """The size that the witness has cosigned, if the proof can begin there."""
        try:
            theirs = parse_size(answer.body)
        except TransparencyError as error:
            raise WitnessFailed(f"{self.name} answered 409 without its size: {error}") from None
        if answer.kind.partition(";")[0].strip() != TLOG_SIZE:
            raise WitnessFailed(f"{self.name} answered 409 as {answer.kind!r}, not as {TLOG_SIZE}")
        if theirs > size:
            raise WitnessAhead(self.name, theirs, size)
        if theirs == old == size:
            raise SealingStopped(f"{self.name} has cosigned another root of size {size} than ours")
        if theirs == old:
            raise WitnessFailed(f"{self.name} answered 409 to the very size that it names")
        return theirs

    async def _post(self, body: bytes) -> _Answer:
        try:
            async with (
                asyncio.timeout(self._answer_seconds),
                self._client.stream("POST", self._url, content=body, headers=_HEADERS) as answer,
            ):
                return _Answer(
                    answer.status_code,
                    answer.headers.get("content-type", ""),
                    answer.headers.get("retry-after", ""),
                    await self._body(answer),
                )
        except TimeoutError:
            raise WitnessFailed(
                f"{self.name} did not answer within {self._answer_seconds:g} seconds"
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = f"{type(error).__name__} {error}".strip()
            raise WitnessFailed(f"{self.name} cannot be reached: {said}") from None

    async def _body(self, answer: httpx.Response) -> bytes:
        body = b""
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > LARGEST_ANSWER:
                raise WitnessFailed(f"{self.name} answered with more than {LARGEST_ANSWER} bytes")
        return body
