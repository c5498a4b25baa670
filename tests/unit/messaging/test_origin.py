"""Entries are fetched from their log in bundles, and only what its checkpoint proves is given."""

from __future__ import annotations

from functools import cache

import httpx
import msgspec
import pytest

from shared.messaging.errors import LogBroken, NotSealedYet, OriginUnavailable
from shared.messaging.origin import OriginLog
from shared.transparency.bundle import encode_bundle
from shared.transparency.note import Note
from shared.transparency.tiles import TILE_WIDTH, parse_bundle_path, parse_tile
from tests.support.signers import LOG, ORIGIN, known_checkpoint, log_signers, signed
from tests.support.trees import GrownLog, known_entries, with_one_bit_flipped


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
        return httpx.Response(200, content=self.content(path))

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


async def fetched(serves: Serves, first: int, end: int) -> list[bytes]:
    got: list[bytes] = []
    await fetch(serves, first, end, got)
    return got


async def fetch(serves: Serves, first: int, end: int, got: list[bytes]) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(serves)) as client:
        log = OriginLog(client, "http://intake.example/", ORIGIN, LOG.verifiers)
        async for page in log.entries(first, end):
            got += page


@pytest.mark.parametrize("size", [700, 768, 1, 257, 66_000])
@pytest.mark.parametrize(
    ("first", "end"), [(0, 1), (0, 700), (255, 257), (256, 512), (513, 514), (699, 700), (3, 300)]
)
async def test_exactly_the_entries_asked_for_are_given(size: int, first: int, end: int) -> None:
    serves = Serves(size)
    first, end = min(first, size - 1), min(end, size)
    assert await fetched(serves, first, end) == [*serves.entries[first:end]]


async def test_what_lies_beyond_the_first_tile_of_tiles_is_proved_too() -> None:
    serves = Serves(66_000)
    assert await fetched(serves, 65_500, 65_600) == [*serves.entries[65_500:65_600]]


async def test_a_partial_bundle_is_asked_for_as_wide_as_the_sealed_log_is() -> None:
    serves = Serves(701, sealed=700)
    await fetched(serves, 600, 650)
    assert serves.asked == ["checkpoint", "tile/entries/002.p/188", "tile/1/000.p/2"]


async def test_every_tile_is_asked_for_once() -> None:
    serves = Serves(66_000)
    await fetched(serves, 0, 66_000)
    assert len(serves.asked) == len(set(serves.asked))


async def test_an_entry_that_its_own_log_does_not_have_is_no_gap_but_a_forgery() -> None:
    with pytest.raises(LogBroken) as stopped:
        await fetched(Serves(10), 5, 12)
    assert stopped.value.index == 10


@pytest.mark.parametrize("changed", [0, 255, 256, 511, 650])
async def test_an_entry_that_is_not_the_one_that_was_signed_is_named_and_nothing_of_it_given(
    changed: int,
) -> None:
    serves = Serves(700)
    entries = [*serves.entries]
    entries[changed] = b"another entry"
    number = changed // TILE_WIDTH
    path = "tile/entries/002.p/188" if number == 2 else f"tile/entries/00{number}"
    bundle = encode_bundle(entries[number * TILE_WIDTH :][:TILE_WIDTH])
    serves.instead[path] = httpx.Response(200, content=bundle)
    got: list[bytes] = []
    with pytest.raises(LogBroken, match="another entry than it has signed") as stopped:
        await fetch(serves, 0, 700, got)
    assert stopped.value.index == changed
    assert got == [*serves.entries[: number * TILE_WIDTH]]


async def test_entries_that_agree_with_forged_tiles_alone_are_not_given() -> None:
    forged, serves = GrownLog(), Serves(700)
    entries = [*serves.entries]
    entries[300] = b"another entry"
    forged.grow(entries)
    for tile, hashes in forged.tiles.items():
        serves.instead[tile.path] = httpx.Response(200, content=hashes)
    for (number, width), bundle in forged.bundles().items():
        path = f"tile/entries/00{number}" + (f".p/{width}" if width < TILE_WIDTH else "")
        serves.instead[path] = httpx.Response(200, content=bundle)
    with pytest.raises(OriginUnavailable, match="do not lead to its checkpoint of 700"):
        await fetched(serves, 0, 700)


async def test_a_tile_of_which_one_bit_is_another_proves_nothing() -> None:
    serves = Serves(700)
    content = with_one_bit_flipped(serves.content("tile/1/000.p/2"), 300)
    serves.instead["tile/1/000.p/2"] = httpx.Response(200, content=content)
    with pytest.raises(OriginUnavailable, match="do not lead to its checkpoint of 700"):
        await fetched(serves, 0, 10)


@pytest.mark.parametrize("first", [0, 300, 599, 600, 650])
async def test_what_is_sealed_is_given_and_the_rest_is_waited_for(first: int) -> None:
    serves = Serves(700, sealed=600)
    got: list[bytes] = []
    with pytest.raises(NotSealedYet, match="sealed 600 entries, 700 are needed"):
        await fetch(serves, first, 700, got)
    assert got == [*serves.entries[first:600]]


async def test_a_log_without_a_checkpoint_is_waited_for() -> None:
    serves = Serves(10)
    serves.instead["checkpoint"] = httpx.Response(404)
    with pytest.raises(NotSealedYet, match="sealed 0 entries, 10 are needed"):
        await fetched(serves, 0, 10)


async def test_what_is_signed_counts_and_not_what_the_log_says_of_its_size() -> None:
    serves = Serves(20)
    said = httpx.Response(200, content=b'{"origin": "accord.example/intake/0", "size": 5}')
    serves.instead["v1/log"] = said
    assert await fetched(serves, 0, 20) == [*serves.entries]


async def test_a_checkpoint_needs_the_signatures_of_both_keys() -> None:
    serves, note = Serves(10), signed(known_checkpoint(10)).note
    for left_out in range(2):
        one = Note(
            note.text, tuple(note.signatures[place] for place in (0, 1) if place != left_out)
        )
        serves.instead["checkpoint"] = httpx.Response(200, content=one.encode())
        with pytest.raises(OriginUnavailable, match="has not signed with its key"):
            await fetched(serves, 0, 10)


async def test_a_checkpoint_that_others_signed_proves_nothing() -> None:
    serves = Serves(10)
    note = signed(known_checkpoint(10), log=log_signers(first_byte=9)).encoded
    serves.instead["checkpoint"] = httpx.Response(200, content=note)
    with pytest.raises(OriginUnavailable, match="its checkpoint proves nothing"):
        await fetched(serves, 0, 10)


@pytest.mark.parametrize("body", [b"\xff\xff", encode_bundle([b"a"] * 255), b""])
async def test_a_bundle_that_is_malformed_or_too_short_is_tried_again_later(body: bytes) -> None:
    serves = Serves(300)
    serves.instead["tile/entries/000"] = httpx.Response(200, content=body)
    with pytest.raises(OriginUnavailable, match="tile/entries/000"):
        await fetched(serves, 0, 300)


async def test_another_log_at_the_address_is_not_read() -> None:
    with pytest.raises(OriginUnavailable, match=r"has the log accord\.example/billing/0"):
        await fetched(Serves(10, "accord.example/billing/0"), 0, 11)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"origin": "x", "size": "3"}', b'{"origin": "x", "size": -5}']
)
async def test_an_origin_that_does_not_say_its_size_is_tried_again_later(body: bytes) -> None:
    serves = Serves(10)
    serves.instead["v1/log"] = httpx.Response(200, content=body)
    with pytest.raises(OriginUnavailable, match="does not say its size"):
        await fetched(serves, 0, 11)


async def test_an_origin_that_fails_is_tried_again_later() -> None:
    serves = Serves(10)
    serves.instead["tile/entries/000.p/10"] = httpx.Response(503)
    with pytest.raises(OriginUnavailable, match="503"):
        await fetched(serves, 0, 10)
