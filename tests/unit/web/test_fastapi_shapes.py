"""What is read of FastAPI that it does not publish (ADR 0035): an upgrade that changes it fails.

Whatever fails is to be changed in `shared/web/endpoint_call.py`, and nowhere else.
"""

from typing import Annotated

from fastapi import Body, Depends, Query
from fastapi.routing import APIRoute
from starlette.requests import Request

from shared.web.content.models import RequestModel
from shared.web.endpoint_call import EndpointCall, Inline, inline_of
from shared.web.moment import MomentAsked


class Told(RequestModel):
    """A body."""

    said: str


class Asks(Inline):
    """A dependency with the request and a query parameter."""

    def __call__(self, request: Request, *, least: Annotated[int, Query(ge=1)] = 7) -> int:
        """The parameter, and that there is a request."""
        return least + len(request.path_params)


async def endpoint(
    number: int,
    body: Told,
    asked: Annotated[int, Depends(Asks())],
    most: Annotated[int, Query(alias="at-most", le=9)] = 3,
) -> None:
    """Takes one of everything."""


ROUTE = APIRoute("/{number}", endpoint, methods=["POST"])


def request(path: dict[str, str], query: bytes = b"") -> Request:
    return Request({"type": "http", "path_params": path, "query_string": query})


def test_a_route_has_what_its_endpoint_takes_under_these_names() -> None:
    own = ROUTE.dependant
    assert [field.alias for field in own.path_params] == ["number"]
    assert [(field.alias, field.name) for field in own.query_params] == [("at-most", "most")]
    assert [field.name for field in own.body_params] == ["body"]
    assert (own.header_params, own.cookie_params) == ([], [])
    assert (own.response_param_name, own.background_tasks_param_name) == (None, None)
    (inner,) = own.dependencies
    assert isinstance(inner.call, Asks)
    assert (inner.name, inner.request_param_name) == ("asked", "request")
    assert [field.alias for field in inner.query_params] == ["least"]
    assert (inner.dependencies, inner.body_params) == ([], [])


def test_a_field_makes_a_value_or_says_where_it_is_wrong() -> None:
    (most,) = ROUTE.dependant.query_params
    assert most.validate("4", {}, loc=("query", "at-most")) == (4, [])
    _, (wrong,) = most.validate("10", {}, loc=("query", "at-most"))
    assert (wrong["loc"], wrong["type"]) == (("query", "at-most"), "less_than_equal")
    assert (most.get_default(), most.field_info.is_required()) == (3, False)
    (number,) = ROUTE.dependant.path_params
    assert number.field_info.is_required()


def test_a_body_has_its_model_and_says_whether_it_stands_under_a_name() -> None:
    (body,) = ROUTE.dependant.body_params
    assert body.field_info.rebuild_annotation() is Told
    assert not getattr(body.field_info, "embed", None)

    async def named(body: Annotated[Told, Body(embed=True)]) -> None:
        """Takes a body under a name."""

    (under,) = APIRoute("/", named).dependant.body_params
    assert getattr(under.field_info, "embed", None) is True


def test_all_of_it_together_gives_an_endpoint_its_arguments() -> None:
    taken = EndpointCall(ROUTE)
    model = taken.read(b'{"said": "so"}')
    arguments = taken.arguments(request({"number": "5"}, b"at-most=2&least=4"), model)
    assert arguments == {"number": 5, "most": 2, "asked": 5, "body": Told(said="so")}
    defaults = taken.arguments(request({"number": "5"}), model)
    assert (defaults["most"], defaults["asked"]) == (3, 8)


def test_a_route_gives_its_dependency_of_a_kind_or_none() -> None:
    assert isinstance(inline_of(ROUTE, Asks), Asks)
    assert inline_of(ROUTE, MomentAsked) is None
