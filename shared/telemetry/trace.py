"""W3C trace context: which trace a request belongs to, and the span that this process adds."""

from __future__ import annotations

import os
import re

import msgspec

_TRACEPARENT = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-[!-~]*)?")
_NO_TRACE = b"0" * 32
_NO_SPAN = b"0" * 16
_INVALID_VERSION = b"ff"


class Trace(msgspec.Struct, frozen=True):
    """A span of our own in a trace; the span's id is also the id of the request."""

    trace_id: str
    span_id: str

    @property
    def traceparent(self) -> str:
        """The header and the entry attribute: `00-<trace>-<span>-01`."""
        return f"00-{self.trace_id}-{self.span_id}-01"


def continued(header: bytes | None) -> Trace:
    """A new span in the trace that the header names, or in a new trace when it names none.

    As the standard says, a header of a later version is read as far as it is known, and an invalid
    one is ignored: tracing never refuses a request.
    """
    entropy = os.urandom(24).hex()
    match = _TRACEPARENT.fullmatch(header) if header else None
    if match is None or _is_invalid(match):
        return Trace(entropy[:32], entropy[32:])
    return Trace(match[2].decode(), entropy[32:])


def _is_invalid(match: re.Match[bytes]) -> bool:
    version, trace_id, span_id, rest = match.groups()
    return (
        version == _INVALID_VERSION
        or trace_id == _NO_TRACE
        or span_id == _NO_SPAN
        or (version == b"00" and rest is not None)
    )
