"""What surrounds every request: its trace, its limits, its metrics, its line in the log, its last resort."""

from __future__ import annotations

import time
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry.logs import logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.trace import Trace, continued
from shared.web.asked import TRACE_KEY
from shared.web.gate import VERIFIER_KEY
from shared.web.identity import Verifier
from shared.web.problems import Problem, answer_problem, problem
from shared.web.translation import instance_of, internal_problem

MAX_BODY_BYTES = 1 << 20
_LONGEST_PATH = 2048
_NOWHERE = "(none)"
_log = logger("web")


class Envelope:
    """Pure ASGI middleware around everything that the app does."""

    def __init__(
        self, app: ASGIApp, *, verifier: Verifier, metrics: Metrics, access_log: bool
    ) -> None:
        """Measure with these metrics; write a line a request when `access_log` is on."""
        self._app = app
        self._verifier = verifier
        self._access_log = access_log
        self._count = metrics.counter("requests_total", "Requests", "method", "route", "status")
        self._seconds = metrics.seconds("request_seconds", "Time to answer", "method", "route")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        trace = scope[TRACE_KEY] = continued(headers.get(b"traceparent"))
        scope[VERIFIER_KEY] = self._verifier
        exchange = _Exchange(receive, send, trace)
        refused = _refused_at_once(scope, headers)
        try:
            if refused is None:
                await self._app(scope, exchange.receive, exchange.send)
            else:
                await _say(refused, scope, exchange)
        except Exception:
            _log.exception("request failed", request=trace.span_id, trace=trace.trace_id)
            if exchange.status:
                raise
            await _say(internal_problem(), scope, exchange)
        finally:
            self._note(scope, exchange)

    def _note(self, scope: Scope, exchange: _Exchange) -> None:
        seconds = time.perf_counter() - exchange.started
        route = getattr(scope.get("route"), "path", _NOWHERE)
        method = scope["method"] if route != _NOWHERE else _NOWHERE
        self._count.labels(method, route, exchange.status).inc()
        self._seconds.labels(method, route).observe(seconds)
        if self._access_log:
            _log.info(
                "request",
                method=method,
                route=route,
                status=exchange.status,
                milliseconds=round(seconds * 1000, 3),
                request=exchange.trace.span_id,
                trace=exchange.trace.trace_id,
            )


class _Exchange:
    """One request and its answer: counts the bytes that come in, notes the status that goes out."""

    __slots__ = ("_receive", "_received", "_send", "started", "status", "trace")

    def __init__(self, receive: Receive, send: Send, trace: Trace) -> None:
        self._receive = receive
        self._send = send
        self._received = 0
        self.trace = trace
        self.status = 0
        self.started = time.perf_counter()

    async def receive(self) -> Message:
        """The next part of the body, as long as all of it stays within the limit."""
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > MAX_BODY_BYTES:
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer; the first names the request."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"].append((b"x-request-id", self.trace.span_id.encode()))
        await self._send(message)


async def _say(what: Problem, scope: Scope, exchange: _Exchange) -> None:
    response = answer_problem(what, instance_of(exchange.trace))
    await response(scope, exchange.receive, exchange.send)


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return dict(scope["headers"])


def _refused_at_once(scope: Scope, headers: dict[bytes, bytes]) -> Problem | None:
    path: str = scope["path"]
    if len(path) > _LONGEST_PATH or "\0" in path or b"%00" in scope["query_string"]:
        return problem(400, "AddressMalformed", "The address is too long or has a NUL character.")
    length = headers.get(b"content-length")
    if length is not None and (not length.isdigit() or int(length[:20]) > MAX_BODY_BYTES):
        return problem(
            413,
            "BodyTooLarge",
            f"The body is larger than {MAX_BODY_BYTES} bytes, or its length is no number.",
        )
    return None
