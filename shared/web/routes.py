"""The routes of a service: none is reached without a token, but those that are open on purpose."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from shared.ledger.errors import OnTrial
from shared.web.admission import ADMISSION_KEY, Admission, UnderWay
from shared.web.batches.batch import EACH_LINE, Batch, LineRequest
from shared.web.batches.ndjson import MOST_BYTES, NDJSON_TYPE, LineReader
from shared.web.content.malformed import malformed
from shared.web.endpoint_call import EndpointCall, inline_of
from shared.web.error_mapping import refused_as
from shared.web.finality import FINALITY_KEY, waits_for_final, when_final
from shared.web.identity.caller import (
    CALLER_KEY,
    MAX_BODY_BYTES,
    TRACE_KEY,
    Caller,
    CallerFrom,
    ReadBy,
    Reader,
)
from shared.web.problems import Refused, finding, problem
from shared.web.request_checks import (
    ACCEPTED,
    HEADERS_KEY,
    JSON_TYPE,
    Headers,
    bounded,
    idempotency,
    idempotency_key,
    identified,
    is_gzip,
    refuse_body,
    refuse_long,
    refuse_other_type,
    refuse_unacceptable,
)
from shared.web.responses import tried
from shared.web.yaml_document import BODY_KEY, YamlDocument

Endpoint = Callable[..., Awaitable[Response]]
_AROUND_A_BODY = 4096
_MOST_BATCHES = 8
"""So many at once of a kind: each may hold 16 MiB."""
_ENOUGH = "As many batches of this kind are under way as are taken: send it again, unchanged."
_OF_THE_BATCH = (b"idempotency-key", b"content-type", b"content-encoding", b"accept", b"prefer")
_Kind = TypeVar("_Kind")


class OpenRoute(APIRoute):
    """A route that needs no token: it shows nothing about anyone."""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:  # noqa: ANN401 - FastAPI's own options
        """Make the route, and its own call instead of FastAPI's own way of calling."""
        super().__init__(path, endpoint, **options)
        self._fixed = path.partition("{")[0]
        self._taken = EndpointCall(self)
        self.longest_body = MAX_BODY_BYTES
        self.app = self._answer

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the route is meant; most are not, which the path's beginning shows."""
        if not scope.get("path", "").startswith(self._fixed):
            return Match.NONE, {}
        return super().matches(scope)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        refuse_long(scope[HEADERS_KEY], self.longest_body)
        response = await self._respond(Request(scope, bounded(receive, self.longest_body)))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        return await self._call(self._taken.arguments(request))

    async def _call(self, arguments: dict[str, Any]) -> Response:
        response: Response = await self.endpoint(**arguments)
        return response


class GuardedRoute(OpenRoute):
    """A route that nobody reaches without a token, its scope and an office that may."""


class ReadRoute(GuardedRoute):
    """A guarded GET."""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:  # noqa: ANN401 - FastAPI's own options
        """Make the route; its endpoint must name who may read."""
        super().__init__(path, endpoint, **options)
        if self._taken.takes_model:
            raise TypeError(f"{path}: a read takes no body")
        self._offices = _declared(self, ReadBy, f"{path}: name who may read: reader()").offices
        shown = self.responses.get(200, {}).get("content", {})
        self._offered = (*ACCEPTED, *(kind.encode() for kind in shown))

    async def _respond(self, request: Request) -> Response:
        scope = request.scope
        headers = scope[HEADERS_KEY]
        identity, now = identified(scope, "accord:read", self._offices)
        refuse_unacceptable(headers, self._offered)
        known = headers.get(b"if-none-match")
        scope[CALLER_KEY] = Reader(
            identity.actor, now, None if known is None else known.decode("latin-1")
        )
        return await self._call(self._taken.arguments(request))


class CommandRoute(GuardedRoute):
    """A guarded POST: a command, with the key under which it is asked for."""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:  # noqa: ANN401 - FastAPI's own options
        """Make the route; its endpoint must name who may ask. It answers 201."""
        options["status_code"] = options.get("status_code") or 201
        super().__init__(path, endpoint, **options)
        declared = _declared(self, CallerFrom, f"{path}: name who may ask: caller_from()")
        self.offices, self.how = declared.offices, declared.how
        self.longest_body = declared.how.longest_body
        self._types: tuple[str, ...] = (JSON_TYPE,) if self._taken.takes_model else ()
        if inline_of(self, YamlDocument) is not None:
            if self.how.batch:
                raise TypeError(f"{path}: a line of a batch is JSON, and this takes a document")
            self._types = (*self._types, *YamlDocument.TYPES)
            self.openapi_extra = {**YamlDocument.OPENAPI, **(self.openapi_extra or {})}
        optional = self._taken.takes_model and not self._taken.needs_body
        self._needs_body = bool(self._types) and not optional

    async def _respond(self, request: Request) -> Response:
        admission: Admission | None = request.scope.get(ADMISSION_KEY)
        if admission is None:
            return await self.command(request)
        with admission.admitted(urgent=self.how.urgent) as under_way:
            return await self.command(request, under_way)

    async def command(self, request: Request, under_way: UnderWay | None = None) -> Response:
        """Check what is asked, from its head to its body, and have it carried out."""
        scope = request.scope
        headers = scope[HEADERS_KEY]
        identity, now = identified(scope, "accord:write", self.offices)
        key = idempotency_key(headers)
        refuse_unacceptable(headers)
        if self._needs_body:
            refuse_other_type(headers, self._types)
        body = scope[BODY_KEY] = await request.body()
        if not self._types:
            refuse_body(body)
        elif body and not self._needs_body:
            refuse_other_type(headers, self._types)
        model = self._taken.read(body)
        caller = Caller(identity.actor, now, idempotency(scope, key, body), scope[TRACE_KEY])
        scope[CALLER_KEY] = caller
        answering = self._call(self._taken.arguments(request, model))
        try:
            if waits_for_final(headers) and FINALITY_KEY in scope:
                return await when_final(scope[FINALITY_KEY], _decided(answering, under_way))
            return await answering
        except OnTrial as on_trial:
            return tried(on_trial)


class BatchRoute(GuardedRoute):
    """Many commands of one kind in a request, at the address of the single one with `:batch`.

    Every line is what the single request would be: checked, decided and answered by the same route.
    """

    def __init__(self, single: CommandRoute) -> None:
        """Make the route that takes many of what `single` takes one of."""
        super().__init__(
            f"{single.path}:batch",
            single.endpoint,
            methods=["POST"],
            tags=single.tags,
            summary=f"{single.summary or single.name}, many at once",
            status_code=200,
        )
        self.single = single
        self._names = {*single.param_convertors}
        self._under_way = 0

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope[HEADERS_KEY]
        identified(scope, "accord:write", self.single.offices)
        refuse_unacceptable(headers, (*ACCEPTED[:2], NDJSON_TYPE.encode()))
        refuse_other_type(headers, (NDJSON_TYPE,), may_be_packed=True)
        self._taken.check_query(Request(scope))
        reader = LineReader(self.single.longest_body + _AROUND_A_BODY, gzipped=is_gzip(headers))
        refuse_long(headers, MOST_BYTES)
        if self._under_way == _MOST_BATCHES:
            raise Refused(problem(503, "Overloaded", _ENOUGH), {"retry-after": "5"})
        self._under_way += 1
        try:
            address, carry_out = partial(self._address, scope), partial(self._carry_out, scope)
            await Batch(reader, address, carry_out).answer(receive, send)
        finally:
            self._under_way -= 1

    def _address(self, scope: Scope, named: Mapping[str, str]) -> str:
        """The single request's path: what the batch's own path leaves open, its line names."""
        given: dict[str, str] = scope["path_params"]
        left_open = {name for name in self._names if given[name] == EACH_LINE}
        if left_open != named.keys():
            raise malformed(
                f"A line names in `path` what stands as `{EACH_LINE}` in the batch's address.",
                (
                    finding("path", "named in one of both places", path=f"line.path.{name}")
                    for name in sorted(left_open ^ named.keys())
                ),
            )
        return self.single.path_format.format(**{**given, **named})

    async def _carry_out(self, scope: Scope, line_request: LineRequest) -> Response | Refused:
        of_line = {
            **scope,
            "path": line_request.path,
            HEADERS_KEY: _headers(scope[HEADERS_KEY], line_request),
        }
        try:
            self._find(of_line)
            request = Request(of_line, partial(_whole, bytes(line_request.command.body)))
            admission: Admission | None = scope.get(ADMISSION_KEY)
            if admission is None:
                return await self.single.command(request)
            async with admission.in_time(urgent=self.single.how.urgent):
                return await self.single.command(request)
        except Exception as error:  # noqa: BLE001 - a fault in one line must not touch its neighbours
            return refused_as(error, of_line)

    def _find(self, of_line: Scope) -> None:
        """Put into a line's scope what its path says."""
        match, said = self.single.matches(of_line)
        if match is not Match.FULL:
            raise malformed(f"{of_line['path']} is no address of this operation.")
        of_line.update(said)


async def _whole(body: bytes) -> Message:
    return {"type": "http.request", "body": body, "more_body": False}


def _headers(headers: Headers, line_request: LineRequest) -> Headers:
    """The headers of a single request: the batch's own, but for what says how it is written."""
    others = {name: value for name, value in headers.items() if name not in _OF_THE_BATCH}
    key = line_request.command.idempotency_key
    named = {} if key is None else {b"idempotency-key": key.encode()}
    return {**others, **named, b"content-type": JSON_TYPE.encode()}


async def _decided(answering: Awaitable[Response], under_way: UnderWay | None) -> Response:
    try:
        return await answering
    finally:
        if under_way is not None:
            under_way.decided()


class _GuardedRouter(APIRouter):
    """Makes guarded routes: commands of POST, reads of GET, and nothing else."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's own options
        """Add a guarded route; raises `TypeError` for a method other than GET and POST."""
        kinds = {"GET": ReadRoute, "POST": CommandRoute}
        kind = kinds.get("".join(options.get("methods") or ()))
        if kind is None:
            raise TypeError(f"{path}: a resource is read with GET and commanded with POST")
        super().add_api_route(path, endpoint, **{**options, "route_class_override": kind})
        added = self.routes[-1]
        if isinstance(added, CommandRoute) and added.how.batch:
            self.routes.append(BatchRoute(added))


def resource_router(tag: str, prefix: str = "/v1") -> APIRouter:
    """A router for one resource, all of whose routes are guarded."""
    return _GuardedRouter(prefix=prefix, tags=[tag])


def open_router(tag: str, prefix: str = "") -> APIRouter:
    """A router for what everyone in the two governments' network may see."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=OpenRoute)


def _declared(route: OpenRoute, kind: type[_Kind], otherwise: str) -> _Kind:
    declared = inline_of(route, kind)
    if declared is None:
        raise TypeError(otherwise)
    return declared
