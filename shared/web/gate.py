"""What stands before every endpoint: identity, scope, office, key, parameters, and only then the body."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import Headers

from shared.ledger.provenance import Idempotency
from shared.telemetry.trace import Trace
from shared.web.asked import SCOPE_KEY, TRACE_KEY, Asked, AskedBy, ReadBy, Reader
from shared.web.document import Document
from shared.web.identity import Identity, Verifier
from shared.web.malformed import malformed, refuse_nul
from shared.web.problems import Refused, finding, problem

VERIFIER_KEY = "accord.verifier"
JSON_TYPE = "application/json"
_KEY = re.compile(r"[!-~]{1,255}")
_NOT_YET = frozenset({"as_of", "known_at"})
_ACCEPTED = ("*/*", "application/*", JSON_TYPE, "application/problem+json")
_Found = TypeVar("_Found")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class GuardedRoute(APIRoute):
    """A route that nobody reaches without a token; `resource_router` makes all of its routes so."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's own options
        """Make the route; a command answers 201 unless it says otherwise."""
        if options.get("methods") in ({"POST"}, ["POST"]) and options.get("status_code") is None:
            options["status_code"] = 201
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        """The endpoint's handler, behind its gate."""
        return Gate(self).before(super().get_route_handler())


class OpenRoute(GuardedRoute):
    """A route that needs no token: it shows nothing about anyone."""


class ModelRequest(Request):
    """A request whose body has already become the endpoint's model."""

    model: object = None

    async def json(self) -> object:
        """The model; FastAPI finds that it is one already."""
        return self.model


class Gate:
    """The checks before one endpoint, in the order that gives away least: who, may they, what, how."""

    def __init__(self, route: APIRoute) -> None:
        """Learn from the route what its endpoint takes."""
        self._path = route.path
        self._guarded = not isinstance(route, OpenRoute)
        self._writes = route.methods != {"GET"}
        self._queries = frozenset(one.alias for one in _every(route.dependant, _query_names))
        self._asked = next(_every(route.dependant, _of_type(AskedBy)), None)
        self._reads = next(_every(route.dependant, _of_type(ReadBy)), None)
        self._document = next(_every(route.dependant, _of_type(Document)), None)
        field = route.body_field
        self._body: TypeAdapter[Any] | None = None
        if field is not None:
            self._body = TypeAdapter(field.field_info.rebuild_annotation())
        self._check(route)

    def _check(self, route: APIRoute) -> None:
        where = f"{sorted(route.methods or ())} {route.path}"
        if not self._guarded:
            return
        if self._writes and (self._asked is None or route.methods != {"POST"}):
            raise TypeError(f"{where}: commands are POST and name who may ask, with asked_by(…)")
        if not self._writes and self._reads is None:
            raise TypeError(f"{where}: reads name who may read, with reader(…)")

    def before(self, handle: Handler) -> Handler:
        """The handler with this gate before it."""
        if not self._guarded:
            return self._before_open(handle)
        return self._before_command(handle) if self._writes else self._before_read(handle)

    def _before_open(self, handle: Handler) -> Handler:
        async def opened(request: Request) -> Response:
            self._refuse_queries(request)
            return await handle(request)

        return opened

    def _before_read(self, handle: Handler) -> Handler:
        offices = self._reads.offices if self._reads else frozenset()

        async def read(request: Request) -> Response:
            headers = request.headers
            identity, now = _identified(request, "accord:read", offices)
            self._refuse_queries(request)
            _refuse_unacceptable(headers)
            request.scope[SCOPE_KEY] = Reader(identity.actor, now, headers.get("if-none-match"))
            return await handle(request)

        return read

    def _before_command(self, handle: Handler) -> Handler:
        offices = self._asked.offices if self._asked else frozenset()

        async def command(request: Request) -> Response:
            scope = request.scope
            headers = request.headers
            identity, now = _identified(request, "accord:write", offices)
            self._refuse_queries(request)
            key = _idempotency_key(headers)
            _refuse_unacceptable(headers)
            bodied = ModelRequest(scope, request.receive)
            body = await bodied.body()
            bodied.model = self._read(headers, body)
            trace: Trace = scope[TRACE_KEY]
            idempotency = Idempotency(key, _request_sha256(scope["path"], body))
            scope[SCOPE_KEY] = Asked(identity.actor, now, idempotency, trace)
            return await handle(bodied)

        return command

    def _read(self, headers: Headers, body: bytes) -> object:
        content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if self._body is not None:
            _refuse_other_type(content_type, (JSON_TYPE,))
            refuse_nul(body)
            try:
                return self._body.validate_json(body)
            except ValidationError as error:
                raise RequestValidationError(_in_body(error)) from None
        if self._document is not None:
            _refuse_other_type(content_type, self._document.types)
        elif body.strip() not in (b"", b"{}"):
            raise malformed("This operation takes no body: send none, or `{}`.")
        return None

    def _refuse_queries(self, request: Request) -> None:
        given = request.scope["query_string"]
        if not given:
            return
        names = [name for name, _ in parse_qsl(given.decode("latin-1"), keep_blank_values=True)]
        unknown = sorted({*names} - self._queries)
        if unknown:
            raise malformed(
                "The query has parameters that this operation does not take"
                + ("; it answers as of now." if _NOT_YET & {*unknown} else "."),
                (finding("unknown_parameter", "not taken", path=f"query.{n}") for n in unknown),
            )
        if len({*names}) != len(names):
            raise malformed("The query gives a parameter more than once.")


def resource_router(tag: str, prefix: str = "/v1") -> APIRouter:
    """A router for one resource, all of whose routes are guarded."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=GuardedRoute, redirect_slashes=False)


def open_router(tag: str, prefix: str = "") -> APIRouter:
    """A router for what everyone in the two governments' network may see."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=OpenRoute, redirect_slashes=False)


def _identified(request: Request, needed: str, offices: frozenset[str]) -> tuple[Identity, Any]:
    verifier: Verifier = request.scope[VERIFIER_KEY]
    given = request.headers.get("authorization")
    identity, now = verifier.identify(None if given is None else given.encode("latin-1"))
    if needed not in identity.scopes:
        raise Refused(
            problem(403, "ScopeMissing", f"The token's scope does not hold {needed}."),
            {
                "www-authenticate": f'Bearer realm="accord", error="insufficient_scope", scope="{needed}"'
            },
        )
    if offices and identity.actor.office not in offices:
        raise Refused(
            problem(
                403,
                "OfficeMayNot",
                f"The office {identity.actor.office} may not do this; these may: {', '.join(sorted(offices))}.",
            )
        )
    return identity, now


def _idempotency_key(headers: Headers) -> bytes:
    keys = headers.getlist("idempotency-key")
    if len(keys) != 1 or not _KEY.fullmatch(keys[0]):
        raise Refused(
            problem(
                400,
                "IdempotencyKeyMissing" if not keys else "IdempotencyKeyMalformed",
                "Send one `Idempotency-Key` header of 1 to 255 visible ASCII characters, such as a new"
                " UUID for each command; send the same key again when you try the same command again.",
            )
        )
    return hashlib.sha256(keys[0].encode("ascii")).digest()


def _request_sha256(path: str, body: bytes) -> bytes:
    digest = hashlib.sha256(b"POST\n")
    digest.update(path.encode("utf-8", "surrogatepass"))
    digest.update(b"\n")
    digest.update(body)
    return digest.digest()


def _refuse_unacceptable(headers: Headers) -> None:
    accept = headers.get("accept")
    if accept is None or any(kind in accept for kind in _ACCEPTED):
        return
    if "text/x.tlog.proof" in accept:
        raise Refused(
            problem(
                406,
                "ProofNotYetServed",
                "Proofs come with sealed checkpoints, which this log does not make yet.",
            )
        )
    raise Refused(problem(406, "NotAcceptable", f"The answer is {JSON_TYPE}; accept that."))


def _refuse_other_type(given: str, taken: tuple[str, ...]) -> None:
    if given not in taken:
        raise Refused(
            problem(415, "MediaTypeNotTaken", f"Send the body as {' or '.join(taken)}."),
            {"accept-post": ", ".join(taken)},
        )


def _in_body(error: ValidationError) -> list[dict[str, Any]]:
    return [
        {"type": one["type"], "loc": ("body", *one["loc"]), "msg": one["msg"]}
        for one in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def _every(dependant: Dependant, pick: Callable[[Dependant], Iterator[_Found]]) -> Iterator[_Found]:
    yield from pick(dependant)
    for inner in dependant.dependencies:
        yield from _every(inner, pick)


def _query_names(dependant: Dependant) -> Iterator[Any]:
    return iter(dependant.query_params)


def _of_type(kind: type[_Found]) -> Callable[[Dependant], Iterator[_Found]]:
    def pick(dependant: Dependant) -> Iterator[_Found]:
        if isinstance(dependant.call, kind):
            yield dependant.call

    return pick
