"""What is wrong with a request's form, said as findings that name the place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from shared.web.problems import FindingDocument, Refused, finding, problem

_LONGEST_NAME = 80


def malformed(detail: str, findings: Iterable[FindingDocument] = ()) -> Refused:
    """The refusal (400) of a request whose form is wrong."""
    return Refused(problem(400, "RequestMalformed", detail, findings=tuple(findings)))


def from_validation(errors: Sequence[Mapping[str, Any]]) -> Refused:
    """The refusal that names every place where validation failed."""
    return malformed(
        "The request is not of the form that this operation takes; findings name the places.",
        (finding(str(one["type"]), str(one["msg"]), path=place(one["loc"])) for one in errors),
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


def refuse_nul(body: bytes) -> None:
    """Refuse a JSON body with a NUL character in any string or name: no database text can hold it.

    A lone surrogate is no Unicode text either; the JSON parser itself refuses it.
    """
    if b"\\u0000" not in body:
        return
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return  # malformed in another way, which the model's own parser says better
    places = [finding("nul_character", "no NUL character", path=place(at)) for at in _nuls(parsed)]
    if places:
        raise malformed("Text may not contain the NUL character (U+0000).", places)


def _nuls(value: object) -> Iterator[tuple[int | str, ...]]:
    waiting: list[tuple[tuple[int | str, ...], object]] = [(("body",), value)]
    while waiting:
        at, one = waiting.pop()
        if isinstance(one, str) and "\0" in one:
            yield at
        elif isinstance(one, dict):
            yield from ((*at, name) for name in one if "\0" in name)
            waiting.extend(((*at, name), item) for name, item in one.items())
        elif isinstance(one, list):
            waiting.extend(((*at, index), item) for index, item in enumerate(one))
