"""Problem documents (RFC 9457): the one shape in which every service says no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import msgspec
from starlette.responses import Response

from shared.kernel.rejected import Finding, Refusal

MEDIA_TYPE = "application/problem+json"
_TYPES = "https://accord.example/problems/"
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_DETAIL = 2000
_LONGEST_FINDING = 400
_MOST_FINDINGS = 50


class FindingDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that stands in the way, and where in the request it stands, if it stands there."""

    rule: str
    missing: str
    evidence: str | None = None
    path: str | None = None
    """Where in the request: `body.legs[0].planned_departure`."""


class ReceiptDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Where an entry stands in its log, as every command answers."""

    origin: str
    sequence: int
    entry_id: str
    leaf_hash: str
    recorded_at: datetime
    status: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was not carried out, and what to do next."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    rule: str | None = None
    findings: tuple[FindingDocument, ...] = ()
    receipt: ReceiptDocument | None = None
    """The entry that records the refusal, where the refusal is on record."""
    dry_run: bool = False
    """Whether this was only tried."""


class Refused(Exception):
    """Stops a request with a problem document."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        """Carry the problem, and the headers that go with it."""
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = headers


def problem(
    status: int,
    reason: str,
    detail: str,
    *,
    rule: str = "",
    findings: tuple[FindingDocument, ...] = (),
    receipt: ReceiptDocument | None = None,
) -> Problem:
    """The problem with this reason, a name in CamelCase that is stable and never used again.

    Whatever a client sent and is quoted in the texts is cut to a bound, without control characters.
    """
    words = _WORD_START.sub("-", reason).lower()
    return Problem(
        type=_TYPES + words,
        title=words.replace("-", " ").capitalize(),
        status=status,
        detail=bounded(detail, _LONGEST_DETAIL),
        rule=rule or None,
        findings=findings[:_MOST_FINDINGS],
        receipt=receipt,
    )


def of_refusal(status: int, refusal: Refusal, receipt: ReceiptDocument | None = None) -> Problem:
    """The problem that says what a refusal of the domain says."""
    return problem(
        status,
        refusal.reason,
        refusal.detail,
        rule=refusal.rule,
        findings=tuple(_document(finding) for finding in refusal.findings),
        receipt=receipt,
    )


def answer_problem(refused: Refused) -> Response:
    """The response with the problem document."""
    return Response(
        msgspec.json.encode(refused.problem),
        status_code=refused.problem.status,
        headers={
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
            **(refused.headers or {}),
        },
        media_type=MEDIA_TYPE,
    )


def bounded(text: str, longest: int) -> str:
    """A text for a document: no control characters or lone surrogates, at most this long."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", cut)


def finding(rule: str, missing: str, *, path: str | None = None) -> FindingDocument:
    """A finding about the request itself."""
    return FindingDocument(
        rule=rule,
        missing=bounded(missing, _LONGEST_FINDING),
        path=None if path is None else bounded(path, _LONGEST_FINDING),
    )


def _document(told: Finding) -> FindingDocument:
    return FindingDocument(
        rule=told.rule,
        missing=bounded(told.missing, _LONGEST_FINDING),
        evidence=None if told.evidence is None else bounded(told.evidence, _LONGEST_FINDING),
    )
