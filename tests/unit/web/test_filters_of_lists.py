"""A list is asked for by what there is: of a code that names nothing, an empty list would say no.

Every list of every service is tried, and no list may be asked for by any text at all.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING, Any, get_args
from unittest.mock import MagicMock

import pytest
from fastapi.routing import APIRoute
from starlette.requests import Request

from services.placement.domain.whereabouts import CustodyStatus
from shared.contracts.placement import CustodyEnded
from shared.web.endpoint_call import EndpointCall, inline_of
from shared.web.problems import Refused
from shared.web.responses import Paged
from tests.support.bad_input import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_CODE = ("ZZZ", "In_Custody", "no-such-code", "!", "")
"""What names nothing, whatever a list is asked for by."""
IDS = {"agreement", "facility"}
"""What an agreement or a facility may be called: which there are is no closed list."""
AUDITS_OWN = {
    ("/v1/entries", name) for name in ("person", "case", "custody", "invoice", "type", "origin")
} | {("/v1/findings", "origin")}
"""The audit keeps entries of other versions and other logs: none of these is a closed list."""


def lists() -> Iterator[APIRoute]:
    """The route of every list of every service."""
    for service in ("intake", "placement", "billing", "audit"):
        api = importlib.import_module(f"services.{service}.api")
        for file in pkgutil.iter_modules(api.__path__):
            module = importlib.import_module(f"{api.__name__}.{file.name}")
            make: Any = getattr(module, "router", None)
            needs = inspect.signature(make).parameters if make else ()
            for route in make(*(MagicMock() for _ in needs)).routes if make else ():
                if isinstance(route, APIRoute) and inline_of(route, Paged) is not None:
                    yield route


LISTS = {route.path: route for route in lists()}


def said(path: str, query: str) -> str:
    """What is said of a query's parameters; nothing where they are taken."""
    request = Request({"type": "http", "path_params": {}, "query_string": query.encode()})
    try:
        EndpointCall(LISTS[path]).check_query(request)
    except Refused as refused:
        told = (finding.missing for finding in refused.problem.findings)
        return " ".join((str(refused.problem.status), *told))
    return ""


@pytest.mark.parametrize(("path", "query", "right"), rows("list_filters"))
def test_a_list_is_asked_for_by_what_there_is(path: str, query: str, right: str) -> None:
    told = said(path, query)
    if right == "good":
        assert told == ""
    else:
        assert told.startswith("400 ")
        assert right in told


def filters(route: APIRoute) -> set[str]:
    """What a list is asked for by, but for its parts."""
    parts = (route.dependant, *route.dependant.dependencies)
    return {field.alias for part in parts for field in part.query_params} - {"after", "limit"}


FILTERS = [
    (path, name)
    for path, route in sorted(LISTS.items())
    for name in sorted(filters(route))
    if (path, name) not in AUDITS_OWN
]


@pytest.mark.parametrize(("path", "name"), FILTERS)
def test_no_list_is_asked_for_by_any_text(path: str, name: str) -> None:
    needed = "" if path != "/v1/accruals" or name == "agreement" else "&agreement=usa-slv-2025"
    taken = [code for code in NO_CODE if not said(path, f"{name}={code}{needed}")]
    assert taken == (["no-such-code"] if name in IDS else [])


def test_every_list_is_tried() -> None:
    tried = {(path, query.partition("=")[0]) for path, query, _ in rows("list_filters")}
    assert {(path, name) for path, name in FILTERS if name in ("country", "status", "kind")} < tried
    assert len(LISTS) == 24


def test_a_custody_is_asked_for_by_every_status_that_it_may_have() -> None:
    assert {kind.EXIT for kind in CustodyEnded.__subclasses__()} < {*get_args(CustodyStatus)}
