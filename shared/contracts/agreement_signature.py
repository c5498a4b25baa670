"""A state's signature on a version of an agreement, and what can be wrong with one (F8).

It is a detached JWS (RFC 7515 appendix F, RFC 7797 `b64` false, EdDSA) over the canonical JSON of
the terms, made with a key that the state uses for nothing else (docs/adr/0047).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shared.kernel.codes import Country

LONGEST_SIGNATURE = 1024

DetachedJws = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]{86}\Z",
        max_length=LONGEST_SIGNATURE,
        description="a detached JWS: header..signature, both in base64url",
    ),
]

Fault = Literal["no key", "form", "another's key", "other terms"]
"""Nobody gave the state's public keys here; no detached JWS as it has to be; made with a key that
is not the state's own; a key of its own has not signed these bytes.
"""


class SignatureFault(msgspec.Struct, frozen=True):
    """What is wrong with a signature; `said` is a clause, for people."""

    kind: Fault
    said: str


SignatureCheck = Callable[[Country, bytes, str], SignatureFault | None]
"""What is wrong with a state's signature over the canonical terms; nothing if it is good.

Whoever does not know a key of the state says so, and never that the signature is good.
"""
