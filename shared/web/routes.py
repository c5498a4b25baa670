"""The routes of a service: none is reached without a token, but those that are open on purpose."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from shared.web.admission import ADMISSION_KEY, Admission, UnderWay
from shared.web.caller import CALLER_KEY, TRACE_KEY, Caller, CallerFrom, ReadBy, Reader
from shared.web.finality import FINALITY_KEY, waits_for_final, when_final
from shared.web.plan import Plan
from shared.web.request_checks import (
    ACCEPTED,
    HEADERS_KEY,
    JSON_TYPE,
    idempotency,
    idempotency_key,
    identified,
    refuse_body,
    refuse_other_type,
    refuse_unacceptable,
)
from shared.web.yaml_document import BODY_KEY, YamlDocument

Endpoint = Callable[..., Awaitable[Response]]
_Kind = TypeVar("_Kind")


class OpenRoute(APIRoute):
    """A route that needs no token: it shows nothing about anyone."""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:  # noqa: ANN401 - FastAPI's own options
        """Make the route, and its plan instead of FastAPI's own way of calling."""
        super().__init__(path, endpoint, **options)
        self._fixed = path.partition("{")[0]
        self._plan = Plan(self)
        self.app = self._answer

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the route is meant; most are not, which the path's beginning shows."""
        if not scope.get("path", "").startswith(self._fixed):
            return Match.NONE, {}
        return super().matches(scope)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        return await self._call(self._plan.arguments(request))

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
        if self._plan.takes_model:
            raise TypeError(f"{path}: a read takes no body")
        self._offices = _declared(
            self._plan, ReadBy, f"{path}: name who may read: reader()"
        ).offices
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
        return await self._call(self._plan.arguments(request))


class CommandRoute(GuardedRoute):
    """A guarded POST: a command, with the key under which it is asked for."""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:  # noqa: ANN401 - FastAPI's own options
        """Make the route; its endpoint must name who may ask. It answers 201."""
        options["status_code"] = options.get("status_code") or 201
        super().__init__(path, endpoint, **options)
        declared = _declared(self._plan, CallerFrom, f"{path}: name who may ask: caller_from()")
        self._offices, self._urgent = declared.offices, declared.urgent
        self._types: tuple[str, ...] = (JSON_TYPE,) if self._plan.takes_model else ()
        if any(isinstance(one, YamlDocument) for one in self._plan.inline):
            self._types = (*self._types, *YamlDocument.TYPES)
            self.openapi_extra = {**YamlDocument.OPENAPI, **(self.openapi_extra or {})}

    async def _respond(self, request: Request) -> Response:
        admission: Admission | None = request.scope.get(ADMISSION_KEY)
        if admission is None:
            return await self._command(request)
        with admission.admitted(urgent=self._urgent) as under_way:
            return await self._command(request, under_way)

    async def _command(self, request: Request, under_way: UnderWay | None = None) -> Response:
        scope = request.scope
        headers = scope[HEADERS_KEY]
        identity, now = identified(scope, "accord:write", self._offices)
        key = idempotency_key(headers)
        refuse_unacceptable(headers)
        if self._types:
            refuse_other_type(headers, self._types)
        body = scope[BODY_KEY] = await request.body()
        if not self._types:
            refuse_body(body)
        model = self._plan.read(body)
        caller = Caller(identity.actor, now, idempotency(scope, key, body), scope[TRACE_KEY])
        scope[CALLER_KEY] = caller
        answering = self._call(self._plan.arguments(request, model))
        if waits_for_final(headers) and FINALITY_KEY in scope:
            return await when_final(scope[FINALITY_KEY], _decided(answering, under_way))
        return await answering


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


def resource_router(tag: str, prefix: str = "/v1") -> APIRouter:
    """A router for one resource, all of whose routes are guarded."""
    return _GuardedRouter(prefix=prefix, tags=[tag])


def open_router(tag: str, prefix: str = "") -> APIRouter:
    """A router for what everyone in the two governments' network may see."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=OpenRoute)


def _declared(plan: Plan, kind: type[_Kind], otherwise: str) -> _Kind:
    for one in plan.inline:
        if isinstance(one, kind):
            return one
    raise TypeError(otherwise)
