"""The one place where exceptions become problem documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.kernel.rejected import Conflict, NotAllowed, Rejected, RuleBroken, Unknown
from shared.ledger.errors import (
    MAX_ENTRY_BYTES,
    EntryTooLarge,
    IdempotencyClash,
    RefusedOnRecord,
    Unavailable,
)
from shared.telemetry.trace import Trace
from shared.web.answers import receipt_document
from shared.web.asked import TRACE_KEY
from shared.web.malformed import from_validation
from shared.web.problems import Problem, Refused, answer_problem, of_refusal, problem

_STATUSES: tuple[tuple[type[Rejected], int], ...] = (
    (RuleBroken, 422),
    (Conflict, 409),
    (NotAllowed, 403),
    (Unknown, 404),
)
_PLAIN = {
    400: ("RequestMalformed", "The request cannot be read."),
    404: ("RouteUnknown", "There is nothing at this address; /docs lists what there is."),
    405: ("MethodNotTaken", "This address takes other methods; see the Allow header."),
    413: ("BodyTooLarge", "The body is larger than this service reads."),
}
_Translation = Callable[[Any], Refused]


def translate(app: FastAPI) -> None:
    """Have the app answer with problem documents, whatever is raised."""
    for kind, translation in _TRANSLATIONS.items():
        app.add_exception_handler(kind, _handler(translation))


def instance_of(trace: Trace) -> str:
    """The URN of one request, as problems and logs name it."""
    return f"urn:accord:request:{trace.span_id}"


def internal_problem() -> Problem:
    """What is said when something unexpected happened: nothing but where to look."""
    return problem(
        500,
        "InternalError",
        "Something went wrong here. It is unknown whether the request was carried out: send it again"
        " with the same Idempotency-Key, or tell the operators the `instance`.",
    )


def _handler(translation: _Translation) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, error: Exception) -> Response:
        refused = translation(error)
        return answer_problem(
            refused.problem, instance_of(request.scope[TRACE_KEY]), refused.headers
        )

    return handle


def _same(refused: Refused) -> Refused:
    return refused


def _rejected(rejected: Rejected) -> Refused:
    status = next(status for kind, status in _STATUSES if isinstance(rejected, kind))
    return Refused(of_refusal(status, rejected.refusal))


def _on_record(refused: RefusedOnRecord) -> Refused:
    return Refused(of_refusal(422, refused.refusal, receipt_document(refused.receipt)))


def _unavailable(error: Unavailable) -> Refused:
    detail = "The log cannot be reached; try again with the same Idempotency-Key."
    return Refused(
        problem(503, "LogUnavailable", detail),
        {"retry-after": str(max(1, round(error.retry_after)))},
    )


def _clash(_error: IdempotencyClash) -> Refused:
    detail = (
        "This Idempotency-Key was used before, for another request. Use a new key for a new command;"
        " to try the same command again, send exactly the same body."
    )
    return Refused(problem(409, "IdempotencyClash", detail))


def _entry_too_large(_error: EntryTooLarge) -> Refused:
    detail = f"What was asked does not fit into one entry of {MAX_ENTRY_BYTES} bytes: ask for less at a time."
    return Refused(problem(422, "EntryTooLarge", detail))


def _validation(error: RequestValidationError) -> Refused:
    return from_validation(error.errors())


def _http(error: HTTPException) -> Refused:
    reason, detail = _PLAIN.get(error.status_code, ("RequestRefused", "The request is refused."))
    return Refused(problem(error.status_code, reason, detail), error.headers)


_TRANSLATIONS: dict[type[Exception], _Translation] = {
    Refused: _same,
    Rejected: _rejected,
    RefusedOnRecord: _on_record,
    Unavailable: _unavailable,
    IdempotencyClash: _clash,
    EntryTooLarge: _entry_too_large,
    RequestValidationError: _validation,
    HTTPException: _http,
}
