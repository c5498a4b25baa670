"""The one place where exceptions become problem documents."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute
from starlette.types import Scope

from shared.database.errors import Unavailable
from shared.kernel.rejected import Conflict, NotAllowed, Rejected, RuleBroken, Unknown
from shared.ledger.errors import (
    MAX_ENTRY_BYTES,
    EntryTooLarge,
    IdempotencyClash,
    OlderThanLog,
    RefusedOnRecord,
)
from shared.telemetry.logs import logger
from shared.telemetry.trace import Trace
from shared.web.identity.caller import TRACE_KEY, TRIAL_KEY
from shared.web.problems import Refused, of_refusal, problem
from shared.web.responses import receipt_document

_log = logger("web")
_STATUSES: tuple[tuple[type[Rejected], int], ...] = (
    (RuleBroken, 422),
    (Conflict, 409),
    (NotAllowed, 403),
    (Unknown, 404),
)
_PLAIN = {
    404: ("RouteUnknown", "There is nothing at this address; /openapi.json lists what there is."),
    405: ("MethodNotTaken", "This address takes other methods: see the Allow header."),
}
_TRY_AGAIN = "try again with the same Idempotency-Key"
_INTERNAL = (
    "Something went wrong here. It is unknown whether the request was carried out: send it again"
    " with the same Idempotency-Key, or tell the operators the `instance`."
)
_CLASH = (
    "This Idempotency-Key was used before, for another request. Use a new key for a new command;"
    " to try the same command again, send exactly the same body."
)


def status_of(kind: type[Rejected]) -> int:
    """The status that a refusal of this class is answered with."""
    return next((status for base, status in _STATUSES if issubclass(kind, base)), 422)


def refused_as(error: Exception, scope: Scope) -> Refused:
    """What is said when this was raised, which names the request and says if it was only tried.

    What nobody expected is logged; the one who asked learns nothing but where to look.
    """
    trace: Trace = scope[TRACE_KEY]
    refused = translated(error, scope)
    if refused.problem.status == 500:  # noqa: PLR2004 - HTTP's own number for what nobody expected
        _log.error("request failed", exc_info=error, request=trace.span_id, trace=trace.trace_id)
    said = msgspec.structs.replace(
        refused.problem,
        instance=f"urn:accord:request:{trace.span_id}",
        dry_run=scope.get(TRIAL_KEY, False),
    )
    return Refused(said, refused.headers)


def translated(error: Exception, scope: Scope) -> Refused:
    """What is said when this was raised; of the unexpected, nothing but where to look."""
    match error:
        case Refused():
            return error
        case Rejected():
            return _rejected(error)
        case RefusedOnRecord():
            return Refused(of_refusal(422, error.refusal, receipt_document(error.receipt)))
        case Unavailable():
            after = str(max(1, round(error.retry_after)))
            said = problem(503, "LogUnavailable", f"The log cannot be reached; {_TRY_AGAIN}.")
            return Refused(said, {"retry-after": after})
        case OlderThanLog():
            detail = f"This replica is older than its log and must be upgraded; {_TRY_AGAIN}."
            return Refused(problem(503, "OlderThanLog", detail), {"retry-after": "5"})
        case IdempotencyClash():
            return Refused(problem(409, "IdempotencyClash", _CLASH))
        case EntryTooLarge():
            limit = f"one entry of {MAX_ENTRY_BYTES} bytes"
            detail = f"What was asked does not fit into {limit}: ask for less at a time."
            return Refused(problem(422, "EntryTooLarge", detail))
        case HTTPException():
            return _http(error, scope)
        case ClientDisconnect():
            return Refused(problem(400, "ClientGone", "The client left before it had sent all."))
        case _:
            return Refused(problem(500, "InternalError", _INTERNAL))


def _rejected(rejected: Rejected) -> Refused:
    status = next((status for kind, status in _STATUSES if isinstance(rejected, kind)), 422)
    return Refused(of_refusal(status, rejected.refusal))


def _http(error: HTTPException, scope: Scope) -> Refused:
    reason, detail = _PLAIN.get(error.status_code, ("RequestRefused", "The request is refused."))
    headers = dict(error.headers or {})
    if error.status_code == 405:  # noqa: PLR2004 - HTTP's own number for a wrong method
        headers = {"allow": ", ".join(sorted(_methods(scope)))}
    return Refused(problem(error.status_code, reason, detail), headers)


def _methods(scope: Scope) -> set[str]:
    """Every method that the address takes; Starlette names those of one route only."""
    routes: list[Any] = scope["app"].routes
    return {
        method
        for route in routes
        if isinstance(route, BaseRoute) and route.matches(scope)[0].value
        for method in getattr(route, "methods", None) or ()
    }
