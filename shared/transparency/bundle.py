"""Entry bundles (C2SP tlog-tiles): up to 256 entries, `uint16 big-endian length || entry`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shared.transparency.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Sequence

BUNDLE_WIDTH: Final = 256
MAX_ENTRY: Final = 65_535
_LENGTH: Final = 2


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """The bundle of 1 to 256 entries; raises `Malformed` for more, for none, and for a long one."""
    _refuse_width(len(entries))
    if max(map(len, entries)) > MAX_ENTRY:
        raise Malformed(f"an entry has at most {MAX_ENTRY} bytes")
    return b"".join(
        part for entry in entries for part in (len(entry).to_bytes(_LENGTH, "big"), entry)
    )


def parse_bundle(data: bytes, width: int | None = None) -> list[bytes]:
    """The entries of a bundle, `width` of them if given; raises `Malformed`."""
    entries: list[bytes] = []
    place, end = 0, len(data)
    for number in range(BUNDLE_WIDTH + 1):  # one more than there may be: it is refused below
        if place >= end:
            break
        start = place + _LENGTH
        place = end + 1 if start > end else start + (data[place] << 8 | data[place + 1])
        if place > end:
            raise Malformed(f"the bundle ends within entry {number}")
        entries.append(data[start:place])
    _refuse_width(len(entries))
    if width is not None and len(entries) != width:
        raise Malformed(f"the bundle has {len(entries)} entries, not {width}")
    return entries


def _refuse_width(width: int) -> None:
    if not 0 < width <= BUNDLE_WIDTH:
        raise Malformed(f"a bundle has 1 to {BUNDLE_WIDTH} entries, not {width}")
