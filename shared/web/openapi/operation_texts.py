"""What an operation's entry says for people and programs: who may ask, what refuses, what follows.

All of it is read from the code: the offices are those that the route checks, the refusals and the
events those that its decision leads to.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi.routing import APIRoute

from shared.kernel.event import Event
from shared.kernel.rejected import Rejected
from shared.web.endpoint_call import inline_of
from shared.web.error_mapping import status_of
from shared.web.identity.caller import CallerFrom, ReadBy
from shared.web.openapi.reachable import reached
from shared.web.problems import problem

EXTENSION = "x-accord"
_SCOPES = {"GET": "accord:read", "POST": "accord:write"}
NAMES = {
    "agreement": "An agreement's name, without its version: `usa-slv-2025`",
    "case": "The case's id; the custody that comes of it has the same one",
    "custody": "The custody's id: that of its case",
    "person": "The person's pseudonym, as the registration answered it",
    "manifest": "The manifest's id, as its opening answered it",
    "hold": "The hold's id, as its assertion answered it",
    "facility": "The facility's name, as the agreement and the registration write it: `cecot`",
    "invoice": "The invoice's id, as the month's close answered it",
    "leg": "Which leg of the journey, from 1",
    "period": "A month: `2025-04`",
}
"""What stands in a path, and where an id is another one's as well."""


def describe(routes: Iterable[object], paths: dict[str, Any]) -> None:
    """Complete the entries of these routes."""
    for route in routes:
        if isinstance(route, APIRoute):
            for method in route.methods or ():
                operation = paths.get(route.path_format, {}).get(method.lower())
                if operation is not None:
                    _name_parameters(operation)
                    _describe(route, method, operation)


def _name_parameters(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and parameter["name"] in NAMES:
            parameter.setdefault("description", NAMES[parameter["name"]])


def _describe(route: APIRoute, method: str, operation: dict[str, Any]) -> None:
    asking = _asking(route)
    if asking is None:
        return
    led = reached(route.endpoint)
    refusals = sorted((status_of(refusal), _type(refusal), refusal) for refusal in led.refusals)
    events = sorted(event.TYPE for event in led.events)
    operation["description"] = "\n\n".join(
        [*_said_before(operation), _offices(asking), *_refused(refusals), *_recorded(led.events)]
    )
    operation[EXTENSION] = {
        "offices": sorted(asking.offices),
        "scope": _SCOPES[method],
        "refusals": [
            {"type": kind, "status": status, "rule": refusal.RULE or None}
            for status, kind, refusal in refusals
        ],
        "events": events,
    }
    for status, kind, _ in refusals:
        answer = operation["responses"].setdefault(str(status), {"description": ""})
        listed = answer.setdefault(EXTENSION, {}).setdefault("types", [])
        listed.append(kind)


def _asking(route: APIRoute) -> CallerFrom | ReadBy | None:
    return inline_of(route, CallerFrom) or inline_of(route, ReadBy)


def _said_before(operation: dict[str, Any]) -> Iterator[str]:
    if operation.get("description"):
        yield operation["description"]


def _offices(asking: CallerFrom | ReadBy) -> str:
    if asking.offices:
        return f"**Offices that may ask:** {', '.join(sorted(asking.offices))}."
    if isinstance(asking, CallerFrom) and asking.decided:
        return f"**Offices that may ask:** {asking.decided}."
    return "**Offices that may ask:** all."


def _refused(refusals: Iterable[tuple[int, str, type[Rejected]]]) -> Iterator[str]:
    lines = [
        f"- {status} `{kind}`{f' ({each.RULE})' if each.RULE else ''}: {_first_sentence(each)}"
        for status, kind, each in refusals
    ]
    if lines:
        yield "**Refused by:**\n\n" + "\n".join(lines)


def _recorded(events: Iterable[type[Event]]) -> Iterator[str]:
    lines = [f"- `{event.TYPE}`: {_first_sentence(event)}" for event in sorted(events, key=_name)]
    if lines:
        yield "**Records,** as the case may be:\n\n" + "\n".join(lines)


def _name(event: type[Event]) -> str:
    return event.TYPE


def _type(refusal: type[Rejected]) -> str:
    return problem(400, refusal.__name__, "").type


def _first_sentence(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())
