"""What a request must bring before its endpoint is called, checked from its head to its body."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

from starlette.types import Message, Receive, Scope

from shared.ledger.recorded import Idempotency
from shared.web.content.malformed import malformed
from shared.web.identity.verifier import Identity, Verifier
from shared.web.problems import Refused, problem

VERIFIER_KEY = "accord.verifier"
HEADERS_KEY = "accord.headers"
JSON_TYPE = "application/json"
ONCE = (
    b"authorization",
    b"content-encoding",
    b"content-length",
    b"content-type",
    b"host",
    b"idempotency-key",
    b"prefer",
    b"traceparent",
    b"transfer-encoding",
)
"""Headers whose second value would be read by some and not by others."""
Headers = Mapping[bytes, bytes]
_LONGEST_NUMBER = 20
_KEY = re.compile(rb"[!-~]{1,255}")
_PARAMETERS = re.compile(rb"\s*(charset=(utf-8|\"utf-8\")\s*)?", re.IGNORECASE)
ACCEPTED = (b"*/*", b"application/*", b"application/json", b"application/problem+json")
"""What an `Accept` header may name, one of them at least, where the answer is JSON."""


def identified(scope: Scope, needed: str, offices: frozenset[str]) -> tuple[Identity, datetime]:
    """Who asks, and the present; refused without a token (401), its scope or its office (403)."""
    verifier: Verifier = scope[VERIFIER_KEY]
    identity, now = verifier.identify(scope[HEADERS_KEY].get(b"authorization"))
    if needed not in identity.scopes:
        challenge = f'Bearer realm="accord", error="insufficient_scope", scope="{needed}"'
        raise Refused(
            problem(403, "ScopeMissing", f"The token's scope does not hold {needed}."),
            {"www-authenticate": challenge},
        )
    office = identity.actor.office
    if offices and office not in offices:
        may = ", ".join(sorted(offices))
        detail = f"The office {office} may not do this; these may: {may}."
        raise Refused(problem(403, "OfficeMayNot", detail))
    return identity, now


def idempotency_key(headers: Headers) -> bytes:
    """The client's key; refused (400) without one."""
    key = headers.get(b"idempotency-key")
    if key is None or not _KEY.fullmatch(key):
        reason = "IdempotencyKeyMissing" if key is None else "IdempotencyKeyMalformed"
        detail = (
            "Send one `Idempotency-Key` header (in a line of a batch: `idempotency_key`) of 1 to"
            " 255 visible ASCII characters, such as a new UUID for each command; to try the same"
            " command again, send the same key again."
        )
        raise Refused(problem(400, reason, detail))
    return key


def idempotency(scope: Scope, key: bytes, body: bytes) -> Idempotency:
    """The key together with the request that it is used for: method, path and body as sent.

    Both are kept for ever, and a body may hold a person's name: a plain hash of it could be found
    again by trying names. Keyed with what only the client has, it tells nothing without the key.
    """
    request = f"{scope['method']}\n{scope['path']}\n".encode() + body
    return Idempotency(hashlib.sha256(key).digest(), hmac.digest(key, request, "sha256"))


def refuse_unacceptable(headers: Headers, offered: tuple[bytes, ...] = ACCEPTED) -> None:
    """Refuse (406) who takes neither anything nor one of the types that are offered."""
    accept = headers.get(b"accept")
    if accept is None or any(kind in accept for kind in offered):
        return
    raise Refused(problem(406, "NotAcceptable", f"The answer is {JSON_TYPE}: accept that."))


def refuse_other_type(
    headers: Headers, taken: tuple[str, ...], *, may_be_packed: bool = False
) -> None:
    """Refuse (415) a body that does not say that it is of a type that is taken, in UTF-8, and as it
    is unless it `may_be_packed`: what another reader decodes otherwise is not what was sent.
    """
    given, _, parameters = headers.get(b"content-type", b"").partition(b";")
    coded = headers.get(b"content-encoding", b"identity").strip().lower()
    if given.strip().lower().decode("latin-1") not in taken:
        raise _not_taken(f"Send the body as {' or '.join(taken)}.", taken)
    if not _PARAMETERS.fullmatch(parameters):
        raise _not_taken("The body is UTF-8: say `charset=utf-8` once, or nothing.", taken)
    if coded != b"identity" and not may_be_packed:
        raise _not_taken("Send the body as it is, without Content-Encoding.", taken)


def _not_taken(detail: str, taken: tuple[str, ...]) -> Refused:
    return Refused(problem(415, "MediaTypeNotTaken", detail), {"accept-post": ", ".join(taken)})


def is_gzip(headers: Headers) -> bool:
    """Whether a body is packed; refused (415) in any other way than gzip."""
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding not in (b"gzip", b"x-gzip", b"identity"):
        detail = "Send the body as it is, or with `Content-Encoding: gzip`."
        raise Refused(problem(415, "EncodingNotTaken", detail), {"accept-encoding": "gzip"})
    return encoding != b"identity"


def refuse_body(body: bytes) -> None:
    """Refuse a body where none is taken: what is ignored would seem to be done."""
    if body.strip() not in (b"", b"{}"):
        raise malformed("This operation takes no body: send none, or `{}`.")


def refuse_long(headers: Headers, most: int) -> None:
    """Refuse (413) a body that says that it is longer than `most` bytes, or says no number."""
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or len(length) > _LONGEST_NUMBER or int(length) > most:
        raise _too_large(most)


def bounded(receive: Receive, most: int) -> Receive:
    """What gives a body, whatever it says of its length; refused (413) once it is over `most`."""
    received = 0

    async def within() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise _too_large(most)
        return message

    return within


def _too_large(most: int) -> Refused:
    detail = (
        f"The body is larger than the {most:,} bytes that this operation reads, or its length is no"
        " number: ask for less at a time, or for many at once where there is a `:batch`."
    )
    return Refused(problem(413, "BodyTooLarge", detail))
