"""How a good answer looks: commands with receipts, reads with an ETag, lists with a cursor."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from fastapi import Query
from starlette.responses import Response

from shared.database.pages import Page
from shared.ledger.errors import OnTrial
from shared.ledger.recorded import Receipt
from shared.ledger.work import Outcome
from shared.web.content.malformed import malformed
from shared.web.content.models import InDigits
from shared.web.endpoint_call import Inline
from shared.web.identity.caller import Reader
from shared.web.problems import FindingDocument, ReceiptDocument, Refused, finding, problem

__all__ = ["Page", "Paged", "answer", "found", "listing", "paged", "receipt_document"]
Row = TypeVar("Row")
ASKED_AGAIN = timedelta(minutes=5)
"""How long a recorded read is answered again under the same key."""
_NOT_ON_RECORD = (
    "The log cannot be written now, so this question has no entry yet; the operators were told who"
    " asked. Send it again with the same Idempotency-Key to have it on record."
)
_LONGEST_CURSOR = 1024
_MOST_SHOWN = 50
_INTEGERS = range(-(2**63), 2**63)
_ENCODE = msgspec.json.Encoder(enc_hook=dict).encode  # row mappings are not dicts


class CommandAnswer(Response):
    """201: what a command led to, and the receipts of its entries."""

    def __init__(
        self,
        said: Mapping[str, object],
        receipts: Sequence[Receipt],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say this with the receipts: the first as `receipt`, where they are more all of them."""
        self.said = said
        self.receipts = receipts
        self._given = headers
        documents = [receipt_document(receipt) for receipt in receipts]
        body = {**said, "receipt": documents[0]}
        if len(documents) > 1:
            body["receipts"] = documents
        super().__init__(_ENCODE(body), 201, headers, "application/json")

    def with_receipts(self, receipts: Sequence[Receipt]) -> CommandAnswer:
        """The same answer after waiting (`Prefer: wait=final`), with receipts as they are now."""
        final = all(receipt.status == "final" for receipt in receipts)
        applied = {"preference-applied": "wait=final"} if final else {}
        return CommandAnswer(self.said, receipts, {**(self._given or {}), **applied})


def answer(
    outcome: Outcome,
    body: Callable[..., Mapping[str, object]] | None = None,
    *,
    location: str | Callable[..., str] | None = None,
) -> Response:
    """201 with the receipt, and what `body` makes of the events (one argument an event).

    The answer follows from events and receipts alone, so a repeated command gets the same bytes;
    a `location` that holds a new id is made of the events too.
    """
    said = body(*outcome.events) if body is not None else {}
    place = location(*outcome.events) if callable(location) else location
    headers = None if place is None else {"location": place}
    return CommandAnswer(said, outcome.receipts, headers)


def still_fresh(outcome: Outcome, now: datetime) -> None:
    """Refuse (409) to show again, under an old key, what may have changed since it was on record.

    A repetition within minutes is the same question, whose answer got lost; later it is another
    one, and gets an entry of its own.
    """
    asked_at = outcome.receipts[0].recorded_at
    if outcome.repeated and now - asked_at > ASKED_AGAIN:
        detail = (
            f"This was answered under this Idempotency-Key at {asked_at:%Y-%m-%dT%H:%M:%SZ}. Ask"
            " anew, with a new key: what is shown now is on record by an entry of its own."
        )
        raise Refused(problem(409, "AnsweredBefore", detail))


def unrecorded(body: Mapping[str, object]) -> Response:
    """200 without a receipt: an answer that somebody needs, whose entry the log cannot take now."""
    content = _ENCODE({**body, "receipt": None, "on_record": _NOT_ON_RECORD})
    return Response(content, 200, {"cache-control": "no-store"}, "application/json")


class WouldRecord(msgspec.Struct, frozen=True):
    """An entry that a command would lead to, as far as it is known before it is recorded."""

    type: str
    data: Any


class Trial(msgspec.Struct, frozen=True):
    """What a command would lead to now; `recorded` where its key was used for it before."""

    would_record: list[WouldRecord]
    """The first of them, at most 50."""
    entries: int
    """How many there would be."""
    recorded: list[ReceiptDocument]
    dry_run: Literal[True] = True


def tried(on_trial: OnTrial) -> Response:
    """200: what would be recorded, or where it stands already."""
    written = [receipt_document(receipt) for receipt in on_trial.receipts]
    events = () if written else on_trial.events
    would = [WouldRecord(event.TYPE, event) for event in events[:_MOST_SHOWN]]
    trial = Trial(would, len(events), written)
    return Response(_ENCODE(trial), 200, None, "application/json")


def receipt_document(receipt: Receipt) -> ReceiptDocument:
    """A receipt as it is written in answers."""
    return ReceiptDocument(
        origin=receipt.origin,
        sequence=receipt.sequence,
        entry_id=receipt.entry_id,
        leaf_hash=receipt.leaf_hash,
        recorded_at=receipt.recorded_at,
        status=receipt.status,
    )


def found(reader: Reader, body: object, *, what: str = "resource") -> Response:
    """200 with a body and its ETag; 304 when the reader has it already; 404 when there is none."""
    if body is None:
        raise Refused(problem(404, f"Unknown{what.capitalize()}", f"There is no such {what}."))
    content = _ENCODE(body)
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    if reader.if_none_match is not None and _names(reader.if_none_match, etag):
        return Response(None, 304, headers)
    return Response(content, 200, headers, "application/json")


def _names(if_none_match: str, etag: str) -> bool:
    listed = (tag.strip() for tag in if_none_match.split(","))
    return any(tag == "*" or tag.removeprefix("W/") == etag[2:] for tag in listed)


class Paged(Inline):
    """Dependency of a list's endpoint: reads `?after=&limit=`; the key has the list's own types."""

    def __init__(self, kinds: tuple[type, ...]) -> None:
        """Take cursors whose key has these types."""
        self._kinds = kinds

    def __call__(
        self,
        after: Annotated[str | None, Query(max_length=_LONGEST_CURSOR)] = None,
        limit: Annotated[int, Query(ge=1, le=500), InDigits] = 100,
    ) -> Page:
        """The page that is asked for."""
        if after is None:
            return Page(limit)
        return Page(limit, self._key(after))

    def _key(self, cursor: str) -> tuple[str | int, ...]:
        try:
            key = msgspec.json.decode(
                base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True),
                type=list[str | int],
            )
        except (binascii.Error, ValueError, msgspec.DecodeError):
            raise _cursor_wrong() from None
        fits = len(key) == len(self._kinds) and all(map(_is_of, key, self._kinds))
        if not fits:
            raise _cursor_wrong()
        return tuple(key)


def paged(*kinds: type) -> Paged:
    """`Annotated[Page, Depends(paged(str))]`: a list whose key is one text, in the list's order."""
    return Paged(kinds)


def listing(
    reader: Reader, page: Page, rows: Sequence[Row], key: Callable[[Row], tuple[Any, ...]]
) -> Response:
    """200 with `items` and the cursor `next`, of what `page.of` gave: one row more if there is."""
    items = rows[: page.limit]
    cursor = _cursor(key(items[-1])) if len(rows) > page.limit else None
    return found(reader, {"items": items, "next": cursor})


def _cursor(key: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def _cursor_wrong() -> Refused:
    wrong: FindingDocument = finding(
        "cursor", "a cursor that a list gave as `next`", path="query.after"
    )
    return malformed("The cursor is not one that this list gave.", (wrong,))


def _is_of(part: str | int, kind: type) -> bool:
    if isinstance(part, int):
        return kind is int and part in _INTEGERS
    return kind is str and "\0" not in part
