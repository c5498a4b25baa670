"""What surrounds every request: its trace, limits, metrics and log line, and its last resort."""

from __future__ import annotations

import time

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.sealing.finality import Finality
from shared.telemetry.logs import logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.trace import Trace, continued
from shared.web.admission import ADMISSION_KEY, Admission
from shared.web.error_mapping import refused_as
from shared.web.finality import FINALITY_KEY
from shared.web.identity.caller import TRACE_KEY
from shared.web.identity.verifier import Verifier
from shared.web.problems import Refused, answer_problem, problem
from shared.web.request_checks import HEADERS_KEY, ONCE, VERIFIER_KEY, Headers

_LONGEST_ADDRESS = 4096
_NOWHERE = "(none)"
_log = logger("web")


class Middleware:
    """Pure ASGI middleware around everything that the app does."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        verifier: Verifier,
        metrics: Metrics,
        access_log: bool,
        finality: Finality | None = None,
        admission: Admission | None = None,
    ) -> None:
        """Measure with these metrics; write a line a request when `access_log` is on."""
        self._app = app
        self._known: dict[str, object] = {VERIFIER_KEY: verifier}
        if finality is not None:
            self._known[FINALITY_KEY] = finality
        if admission is not None:
            self._known[ADMISSION_KEY] = admission
        self._access_log = access_log
        self._count = metrics.counter("requests_total", "Requests", "method", "route", "status")
        self._seconds = metrics.seconds("request_seconds", "Time to answer", "method", "route")
        self._labelled: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = scope[HEADERS_KEY] = dict(scope["headers"])
        trace = scope[TRACE_KEY] = continued(headers.get(b"traceparent"))
        scope.update(self._known)
        exchange = _Exchange(send, trace)
        try:
            _refuse_at_once(scope, headers)
            await self._app(scope, receive, exchange.send)
        except Exception as error:
            refused = refused_as(error, scope)
            if exchange.status:
                raise  # half an answer has left: only breaking off tells the client so
            await answer_problem(refused)(scope, receive, exchange.send)
        finally:
            self._note(scope, exchange)

    def _note(self, scope: Scope, exchange: _Exchange) -> None:
        seconds = time.perf_counter() - exchange.started
        path = getattr(scope.get("route"), "path", _NOWHERE)
        method = scope["method"] if path != _NOWHERE else _NOWHERE
        count, duration = self._metrics_of((method, path, exchange.status))
        count.inc()
        duration.observe(seconds)
        if self._access_log:
            _log.info(
                "request",
                method=method,
                route=path,
                status=exchange.status,
                milliseconds=round(seconds * 1000, 3),
                request=exchange.trace.span_id,
                trace=exchange.trace.trace_id,
            )

    def _metrics_of(self, labels: tuple[str, str, int]) -> tuple[Counter, Histogram]:
        known = self._labelled.get(labels)
        if known is None:
            method, path, status = labels
            counted = self._count.labels(method, path, status)
            known = self._labelled[labels] = counted, self._seconds.labels(method, path)
        return known


class _Exchange:
    """One request's answer on its way out: notes its status."""

    __slots__ = ("_send", "started", "status", "trace")

    def __init__(self, send: Send, trace: Trace) -> None:
        self._send = send
        self.trace = trace
        self.status = 0
        self.started = time.perf_counter()

    async def send(self, message: Message) -> None:
        """Send a part of the answer; the first names the request."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"].append((b"x-request-id", self.trace.span_id.encode()))
        await self._send(message)


def _refuse_at_once(scope: Scope, headers: Headers) -> None:
    path: str = scope["path"]
    query: bytes = scope["query_string"]
    if len(path) + len(query) > _LONGEST_ADDRESS or "\0" in path or b"%00" in query:
        detail = "The address is too long or has a NUL character."
        raise Refused(problem(400, "AddressMalformed", detail))
    given = scope["headers"]
    if len(given) != len(headers):
        names = [name for name, _ in given]
        for name in ONCE:
            if names.count(name) > 1:
                detail = f"Send the header {name.decode()} once."
                raise Refused(problem(400, "HeaderRepeated", detail))
