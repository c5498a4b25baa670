"""Problem documents (RFC 9457): one translation, stable types, nothing unbounded."""

import pytest
from starlette.exceptions import HTTPException

from shared.database.errors import Unavailable
from shared.kernel.rejected import (
    Conflict,
    Finding,
    NotAllowed,
    Refusal,
    Rejected,
    RuleBroken,
    Unknown,
)
from shared.ledger.errors import EntryTooLarge, IdempotencyClash, OlderThanLog
from shared.web.error_mapping import translated
from shared.web.problems import of_refusal, problem


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (RuleBroken("x"), 422, "rule-broken"),
        (Conflict("x"), 409, "conflict"),
        (NotAllowed("x"), 403, "not-allowed"),
        (Unknown("x"), 404, "unknown"),
        (Rejected("x"), 422, "rejected"),
        (Unavailable("x"), 503, "log-unavailable"),
        (OlderThanLog("x"), 503, "older-than-log"),
        (IdempotencyClash("x"), 409, "idempotency-clash"),
        (EntryTooLarge("x"), 422, "entry-too-large"),
        (HTTPException(404), 404, "route-unknown"),
        (HTTPException(418), 418, "request-refused"),
        (ValueError("x"), 500, "internal-error"),
    ],
)
def test_each_exception_has_its_status_and_type(error: Exception, status: int, reason: str) -> None:
    said = translated(error, {}).problem
    assert (said.status, said.type) == (status, f"https://accord.example/problems/{reason}")


@pytest.mark.parametrize("error", [Unavailable("x"), OlderThanLog("x")])
def test_what_fails_closed_says_when_to_try_again(error: Exception) -> None:
    headers = translated(error, {}).headers
    assert headers is not None
    assert int(headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("reason", "type_", "title"),
    [
        (
            "HoldStandsAgainstDeparture",
            "hold-stands-against-departure",
            "Hold stands against departure",
        ),
        ("G3Broken", "g3-broken", "G3 broken"),
        ("JSONMalformed", "json-malformed", "Json malformed"),
    ],
)
def test_the_type_is_the_reason_in_kebab_case(reason: str, type_: str, title: str) -> None:
    said = problem(422, reason, "x")
    assert (said.type, said.title) == (f"https://accord.example/problems/{type_}", title)


def test_texts_are_bounded_and_without_control_characters() -> None:
    finding = Finding(rule="G1", missing="m" * 9999, evidence="e\x1b\0\ud800" + "e" * 9999)
    refusal = Refusal(rule="G1", reason="R", detail="d\n" * 9999, findings=(finding,) * 99)
    said = of_refusal(422, refusal)
    assert len(said.detail) == 2000
    assert len(said.findings) == 50
    assert len(said.findings[0].missing) == 400
    evidence = said.findings[0].evidence
    assert evidence is not None
    assert evidence.startswith("e\N{REPLACEMENT CHARACTER}" * 1)
    assert evidence.isprintable()
    assert said.detail.isprintable()
