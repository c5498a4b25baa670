"""What is wrong with a request's form, said as findings that name the place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.web.content.forms import in_words
from shared.web.content.strict_json import MEANINGS, faults
from shared.web.problems import FindingDocument, Refused, finding, problem

_LONGEST_NAME = 80


def malformed(detail: str, findings: Iterable[FindingDocument] = ()) -> Refused:
    """The refusal (400) of a request whose form is wrong."""
    return Refused(problem(400, "RequestMalformed", detail, findings=tuple(findings)))


def from_validation(errors: Sequence[Mapping[str, Any]]) -> Refused:
    """The refusal that names every place where validation failed."""
    return malformed(
        "The request is not of the form that this operation takes; findings name the places.",
        (
            finding(str(error["type"]), in_words(str(error["msg"])), path=place(error["loc"]))
            for error in errors
        ),
    )


def place(location: Sequence[int | str]) -> str:
    """Where in the request, as text: `body.legs[0].planned_departure`."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part[:_LONGEST_NAME]}" if text else part[:_LONGEST_NAME]
    return text


def refuse_ambiguous(body: bytes, what: str = "body") -> None:
    """Refuse a JSON body that two readers could read differently, or that no database can hold."""
    wrong = faults(body)
    if wrong:
        kinds = dict.fromkeys(fault.kind for fault in wrong)
        raise malformed(
            " ".join(MEANINGS[kind] for kind in kinds),
            (
                finding(fault.kind, MEANINGS[fault.kind], path=place((what, *fault.at)))
                for fault in wrong
            ),
        )
