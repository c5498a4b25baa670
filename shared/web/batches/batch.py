"""Many commands in one request: NDJSON in, each line carried out by itself, NDJSON out in order.

Reading waits neither for deciding nor for writing: a client that sends everything before it reads
the first answer must not stand still. What is read and not decided is at most 16 MiB.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping

import msgspec
from msgspec import Raw
from starlette.responses import Response
from starlette.types import Receive, Send

from shared.web.batches.ndjson import NDJSON_TYPE, Line, LineReader
from shared.web.content.malformed import from_validation, refuse_ambiguous
from shared.web.problems import Problem, Refused, problem

EACH_LINE = "-"
"""Stands in a batch's address for what each line names itself."""
UNDER_WAY = 64
"""So many lines of a batch are decided side by side."""
_HEADERS = [
    (b"content-type", NDJSON_TYPE.encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a line says: the key, the body as the single request has it, and what its path names."""

    idempotency_key: str | None = None
    path: dict[str, str] = {}
    body: Raw = Raw(b"")


class LineAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one line: the answer of the single request, or the problem it would get."""

    line: int
    """The line's number in the batch, from 1; lines with nothing in them are counted too."""
    status: int
    """As the single request would be answered."""
    idempotency_key: str | None = None
    location: str | None = None
    retry_after: int | None = None
    answer: Raw | None = None
    problem: Problem | None = None


class LineRequest(msgspec.Struct, frozen=True):
    """A line's command, and the path of the single request that it stands for."""

    command: Command
    path: str

    @property
    def digest(self) -> bytes:
        """What is asked, whatever its key is."""
        return hashlib.sha256(self.path.encode() + b"\n" + bytes(self.command.body)).digest()


Outcome = Response | Refused
Address = Callable[[Mapping[str, str]], str]
CarryOut = Callable[[LineRequest], Awaitable[Outcome]]
_LINES: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_ENCODE = msgspec.json.Encoder().encode


class Batch:
    """One request with many commands, on its way."""

    def __init__(self, reader: LineReader, address: Address, carry_out: CarryOut) -> None:
        """Read lines with `reader`; `address` gives the path of the single request (or raises
        `Refused`) from what a line names, and `carry_out` is that request, which never raises.
        """
        self._reader = reader
        self._address = address
        self._carry_out = carry_out
        self._lines: asyncio.Queue[Line | None] = asyncio.Queue()
        self._answers: asyncio.Queue[asyncio.Task[LineAnswer] | None] = asyncio.Queue()
        self._window = asyncio.Semaphore(UNDER_WAY)
        self._last: dict[str, asyncio.Task[LineAnswer]] = {}
        self._keys: dict[str, tuple[int, bytes]] = {}
        self._is_gone = False

    async def answer(self, receive: Receive, send: Send) -> None:
        """Answer line by line. When the client leaves, what has not been begun is left."""
        await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS]})
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(self._read(receive))
            beginning = tasks.create_task(self._begin(tasks))
            await self._write(send)
            reading.cancel()
            beginning.cancel()

    async def _read(self, receive: Receive) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self._leave()  # and with it the line that it was in the middle of
                return
            self._queue(self._reader.feed(message.get("body", b"")))
            more = message.get("more_body", False) and not self._reader.stopped
        self._queue(self._reader.end())
        self._lines.put_nowait(None)
        if not self._reader.stopped:
            await receive()  # what comes now is that the client has left, or that all is said
            self._leave()

    def _queue(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self._lines.put_nowait(line)

    def _leave(self) -> None:
        self._is_gone = True
        self._lines.put_nowait(None)

    async def _begin(self, tasks: asyncio.TaskGroup) -> None:
        """Begin lines in their order; one about the same subject as another waits for that."""
        while (line := await self._lines.get()) is not None:
            await self._window.acquire()
            if self._is_gone:
                break
            self._answers.put_nowait(self._begun(tasks, line))
        self._answers.put_nowait(None)

    def _begun(self, tasks: asyncio.TaskGroup, line: Line) -> asyncio.Task[LineAnswer]:
        try:
            line_request = self._request_of(line)
        except Refused as refused:
            return tasks.create_task(_at_once(_answer_of(line.number, None, refused)))
        key = line_request.command.idempotency_key or ""
        names = [f"key {key}", *([line_request.path] if line_request.command.path else [])]
        before = [self._last[name] for name in names if name in self._last]
        task = tasks.create_task(self._carried_out(line.number, line_request, before))
        self._last.update(dict.fromkeys(names, task))
        return task

    def _request_of(self, line: Line) -> LineRequest:
        if line.problem is not None:
            raise Refused(line.problem)
        command = _command(line.content)
        line_request = LineRequest(command, self._address(command.path))
        if command.idempotency_key is not None:
            first, digest = self._keys.setdefault(
                command.idempotency_key, (line.number, line_request.digest)
            )
            if digest != line_request.digest:
                detail = f"Line {first} of this batch has this key for something else: {_NEW_KEY}."
                raise Refused(problem(409, "IdempotencyClash", detail))
        return line_request

    async def _carried_out(
        self, number: int, line_request: LineRequest, before: Iterable[asyncio.Task[LineAnswer]]
    ) -> LineAnswer:
        for task in before:
            await asyncio.wait([task])
        outcome = await self._carry_out(line_request)
        return _answer_of(number, line_request.command.idempotency_key, outcome)

    async def _write(self, send: Send) -> None:
        while (task := await self._answers.get()) is not None:
            body = _ENCODE(await task) + b"\n"
            await send({"type": "http.response.body", "body": body, "more_body": True})
            self._window.release()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


_NEW_KEY = "take a new one for a new command"


def _command(content: bytes) -> Command:
    refuse_ambiguous(content, "line")
    try:
        return _LINES.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise from_validation(
            [{"type": "line_form", "loc": ("line",), "msg": str(error)}]
        ) from None


def _answer_of(number: int, key: str | None, outcome: Outcome) -> LineAnswer:
    if isinstance(outcome, Refused):
        after = (outcome.headers or {}).get("retry-after")
        return LineAnswer(
            line=number,
            status=outcome.problem.status,
            idempotency_key=key,
            retry_after=None if after is None else int(after),
            problem=outcome.problem,
        )
    return LineAnswer(
        line=number,
        status=outcome.status_code,
        idempotency_key=key,
        location=outcome.headers.get("location"),
        answer=Raw(outcome.body),
    )


async def _at_once(answer: LineAnswer) -> LineAnswer:
    return answer
