"""What an origin gives is believed as far as its signed checkpoint proves it, and no further."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING

import httpx
import msgspec
import pytest

from shared.messaging.errors import AppliedUnsigned, OriginUnavailable
from shared.messaging.origin import OriginLog
from shared.transparency.bundle import encode_bundle
from shared.transparency.merkle import Frontier, leaf_hash
from shared.transparency.note import Note
from shared.transparency.tiles import TILE_WIDTH, parse_bundle_path, parse_tile
from tests.support.signers import LOG, ORIGIN, known_checkpoint, log_signers, signed
from tests.support.trees import GrownLog, known_entries, with_one_bit_flipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from shared.messaging.consistency import Difference


@cache
def grown(size: int) -> GrownLog:
    log = GrownLog()
    log.grow(known_entries(size))
    return log


class Serves:
    """A log's origin, of known entries; `sealed` of them, all if nothing else is said."""

    def __init__(self, count: int, origin: str = ORIGIN, sealed: int | None = None) -> None:
        self.entries = known_entries(count)
        self.origin = origin
        self.sealed = count if sealed is None else sealed
        self.asked: list[str] = []
        self.instead: dict[str, httpx.Response] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/")
        self.asked.append(path)
        if path in self.instead:
            return self.instead[path]
        try:
            return httpx.Response(200, content=self.content(path))
        except KeyError:
            return httpx.Response(404)

    def content(self, path: str) -> bytes:
        """What the honest origin has there."""
        if path == "v1/log":
            return msgspec.json.encode({"origin": self.origin, "size": len(self.entries)})
        if path == "checkpoint":
            return signed(known_checkpoint(self.sealed)).encoded
        if path.startswith("tile/entries/"):
            number, width = parse_bundle_path(path)
            return encode_bundle(self.entries[number * TILE_WIDTH :][:width])
        return grown(self.sealed).tiles[parse_tile(path)]


@asynccontextmanager
async def origin(serves: Serves) -> AsyncIterator[OriginLog]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(serves)) as client:
        yield OriginLog(client, "http://intake.example/", ORIGIN, LOG.verifiers)


async def unsigned(
    serves: Serves, first: int, entries: Sequence[bytes], applied: Sequence[bytes] | None = None
) -> Sequence[Difference]:
    """Which of these entries from `first` on, after what was applied, are not the log's."""
    before = Frontier()
    before.extend(map(leaf_hash, serves.entries[:first] if applied is None else applied))
    async with origin(serves) as log:
        goal = await log.newest()
        assert goal is not None
        return await log.unsigned(before, [*map(leaf_hash, entries)], goal)


@pytest.mark.parametrize("size", [700, 768, 257, 66_000])
@pytest.mark.parametrize("first", [0, 1, 255, 256])
@pytest.mark.parametrize("count", [1, 255, 256, 400])
async def test_the_entries_that_a_log_has_signed_are_proved(
    size: int, first: int, count: int
) -> None:
    serves = Serves(size)
    assert not await unsigned(serves, first, serves.entries[first:size][:count])


@pytest.mark.parametrize("changed", [0, 1, 255, 256, 399])
async def test_an_entry_that_is_not_the_one_that_was_signed_is_named(changed: int) -> None:
    serves = Serves(700)
    arrived = [*serves.entries[:400]]
    arrived[changed] = b"another entry"
    (difference,) = await unsigned(serves, 0, arrived)
    assert difference.index == changed
    assert difference.signed == leaf_hash(serves.entries[changed])
    assert difference.arrived == leaf_hash(b"another entry")


async def test_what_was_applied_before_and_was_never_signed_is_found_out() -> None:
    serves = Serves(700)
    applied = [*serves.entries[:299], b"another entry"]
    with pytest.raises(AppliedUnsigned, match=r"at entry 300: .* signed at size 700"):
        await unsigned(serves, 300, serves.entries[300:400], applied)


async def test_entries_that_agree_with_forged_tiles_alone_are_not_proved() -> None:
    forged, serves = GrownLog(), Serves(700)
    entries = [*serves.entries]
    entries[300] = b"another entry"
    forged.grow(entries)
    for tile, hashes in forged.tiles.items():
        serves.instead[tile.path] = httpx.Response(200, content=hashes)
    with pytest.raises(OriginUnavailable, match="do not lead to its checkpoint of 700"):
        await unsigned(serves, 0, entries[:400])


async def test_a_tile_of_which_one_bit_is_another_proves_nothing() -> None:
    serves = Serves(700)
    content = with_one_bit_flipped(serves.content("tile/1/000.p/2"), 300)
    serves.instead["tile/1/000.p/2"] = httpx.Response(200, content=content)
    with pytest.raises(OriginUnavailable, match="do not lead to its checkpoint of 700"):
        await unsigned(serves, 0, serves.entries[:256])


async def test_a_log_without_a_checkpoint_has_signed_nothing() -> None:
    serves = Serves(10)
    serves.instead["checkpoint"] = httpx.Response(404)
    async with origin(serves) as log:
        assert await log.newest() is None


async def test_a_checkpoint_needs_the_signatures_of_both_keys() -> None:
    serves, note = Serves(10), signed(known_checkpoint(10)).note
    for left_out in range(2):
        kept = tuple(note.signatures[index] for index in (0, 1) if index != left_out)
        encoded = Note(note.text, kept).encode()
        serves.instead["checkpoint"] = httpx.Response(200, content=encoded)
        async with origin(serves) as log:
            with pytest.raises(OriginUnavailable, match="has not signed with its key"):
                await log.newest()


async def test_a_checkpoint_that_others_signed_proves_nothing() -> None:
    serves = Serves(10)
    note = signed(known_checkpoint(10), log=log_signers(first_byte=9)).encoded
    serves.instead["checkpoint"] = httpx.Response(200, content=note)
    async with origin(serves) as log:
        with pytest.raises(OriginUnavailable, match="its checkpoint proves nothing"):
            await log.newest()


@pytest.mark.parametrize("body", [b"\xff\xff", encode_bundle([b"a"] * 255), b""])
async def test_a_bundle_that_is_malformed_or_too_short_is_tried_again_later(body: bytes) -> None:
    serves = Serves(300)
    serves.instead["tile/entries/000"] = httpx.Response(200, content=body)
    async with origin(serves) as log:
        with pytest.raises(OriginUnavailable, match="tile/entries/000"):
            await log.entries(0, 300)


async def test_an_origin_that_fails_is_tried_again_later() -> None:
    serves = Serves(10)
    serves.instead["checkpoint"] = httpx.Response(503)
    async with origin(serves) as log:
        with pytest.raises(OriginUnavailable, match="503"):
            await log.newest()
