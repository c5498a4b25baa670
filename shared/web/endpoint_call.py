"""How an endpoint is called: what FastAPI learned from its signature, without detours.

FastAPI's own way of calling costs three times what all the rest of a request does. Here an
endpoint's parameters are few and known: path and query parameters, the body's model, and `Inline`
dependencies. Anything else is refused when the app starts.

What FastAPI learned stands in shapes that it does not publish (`dependant`, `ModelField`): they are
read in this file and nowhere else (docs/adr/0035), and a test says when an upgrade changes them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from shared.web.content.malformed import from_validation, malformed, refuse_ambiguous
from shared.web.problems import finding

_NOT_YET = frozenset({"as_of", "known_at"})
_Errors = list[Mapping[str, Any]]
_Kind = TypeVar("_Kind")


class Inline(ABC):
    """A dependency that a route calls itself, where it stands: an ordinary function without I/O.

    Its parameters are the request and query parameters; they appear in the OpenAPI document.
    """

    @abstractmethod
    def __call__(self, *given: Any, **named: Any) -> object:  # noqa: ANN401 - each has its own
        """What the endpoint is given."""


def inline_of(route: APIRoute, kind: type[_Kind]) -> _Kind | None:
    """The dependency of this kind that a route's endpoint has, if it has one."""
    calls = (inner.call for inner in route.dependant.dependencies)
    return next((call for call in calls if isinstance(call, kind)), None)


class EndpointCall:
    """What one endpoint takes, and how its arguments come about."""

    def __init__(self, route: APIRoute) -> None:
        """Learn it from the route; raises `TypeError` for what is not taken from requests here."""
        own = route.dependant
        self._own = own
        self._inner = tuple(own.dependencies)
        self._queries = frozenset(
            str(parameter.alias) for part in _parts(own) for parameter in part.query_params
        )
        self._body_name = own.body_params[0].name if own.body_params else ""
        self._body: TypeAdapter[Any] | None = None
        self._left_out: object = None
        self.needs_body = True
        if own.body_params:
            self._body = TypeAdapter(own.body_params[0].field_info.rebuild_annotation())
            self.needs_body = bool(own.body_params[0].field_info.is_required())
            self._left_out = own.body_params[0].get_default()
        odd = [*_odd(own)]
        if odd:
            raise TypeError(f"{route.path}: {', '.join(odd)} cannot be taken from a request here")

    @property
    def takes_model(self) -> bool:
        """Whether the endpoint takes a JSON body."""
        return self._body is not None

    def read(self, body: bytes) -> object:
        """The body as the endpoint's model, its default where it is left out and may be; refused
        (400) with the places where it is wrong.
        """
        if self._body is None:
            return None
        if not body and not self.needs_body:
            return self._left_out
        refuse_ambiguous(body)
        try:
            return self._body.validate_json(body)
        except ValidationError as error:
            raise from_validation(
                [{**fault, "loc": ("body", *fault["loc"])} for fault in _told(error)]
            ) from None

    def arguments(self, request: Request, model: object = None) -> dict[str, Any]:
        """The endpoint's arguments; refused (400) with the parameters that are wrong."""
        queries = self._query(request.scope["query_string"])
        errors: _Errors = []
        arguments = _parameters(self._own, request, queries, errors)
        for dependency in self._inner:
            given = _parameters(dependency, request, queries, errors)
            if not errors and dependency.call is not None:
                arguments[dependency.name or ""] = dependency.call(**given)
        if errors:
            raise from_validation(errors)
        if self._body is not None:
            arguments[self._body_name] = model
        return arguments

    def check_query(self, request: Request) -> None:
        """Refuse (400) query parameters that are wrong, whatever the path names."""
        queries = self._query(request.scope["query_string"])
        errors: _Errors = []
        for part in (self._own, *self._inner):
            _values("query", part.query_params, queries, errors)
        if errors:
            raise from_validation(errors)

    def _query(self, given: bytes) -> dict[str, str]:
        if not given:
            return {}
        try:
            pairs = parse_qsl(given.decode("ascii"), keep_blank_values=True, errors="strict")
        except UnicodeDecodeError:
            raise malformed("The query is not UTF-8 in percent-encoding (RFC 3986).") from None
        queries = dict(pairs)
        unknown = sorted(queries.keys() - self._queries)
        if unknown:
            raise malformed(
                "The query has parameters that this operation does not take"
                + ("; it answers as of now." if _NOT_YET & {*unknown} else "."),
                (finding("unknown_parameter", "not taken", path=f"query.{n}") for n in unknown),
            )
        if len(queries) != len(pairs):
            twice = sorted(
                name for name, count in Counter(n for n, _ in pairs).items() if count > 1
            )
            raise malformed(
                "The query gives a parameter more than once: another reader takes the other value.",
                (finding("repeated_parameter", "once", path=f"query.{name}") for name in twice),
            )
        return queries


def _parameters(
    part: Dependant, request: Request, queries: Mapping[str, str], errors: _Errors
) -> dict[str, Any]:
    values = _values("path", part.path_params, request.path_params, errors)
    values |= _values("query", part.query_params, queries, errors)
    if part.request_param_name:
        values[part.request_param_name] = request
    return values


def _values(
    place: str, fields: Iterable[ModelField], source: Mapping[str, str], errors: _Errors
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields:
        if field.alias in source:
            value, wrong = field.validate(source[field.alias], {}, loc=(place, field.alias))
            errors.extend(wrong)
            values[field.name] = value
        elif field.field_info.is_required():
            errors.append({"type": "missing", "loc": (place, field.alias), "msg": "Required"})
        else:
            values[field.name] = field.get_default()
    return values


def _parts(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _parts(inner)


def _odd(own: Dependant) -> Iterator[str]:
    if len(own.body_params) > 1:
        yield "more than one body"
    if any(getattr(parameter.field_info, "embed", None) for parameter in own.body_params):
        yield "a body under a name"
    for part in _parts(own):
        yield from (parameter.name for parameter in (*part.header_params, *part.cookie_params))
        if part.response_param_name or part.background_tasks_param_name:
            yield "a response or background tasks"
    for inner in own.dependencies:
        if not isinstance(inner.call, Inline) or inner.dependencies or inner.body_params:
            yield f"dependency {inner.name}"


def _told(error: ValidationError) -> list[Any]:
    return list(error.errors(include_url=False, include_input=False, include_context=False))
