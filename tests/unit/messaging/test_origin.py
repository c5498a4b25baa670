"""Entries are fetched from their log in bundles, and nothing but what was asked for is taken."""

from __future__ import annotations

import struct

import httpx
import msgspec
import pytest

from shared.messaging.errors import LogBroken, OriginUnavailable
from shared.messaging.origin import OriginLog

ORIGIN = "accord.example/intake/0"


def bundle(entries: list[bytes]) -> bytes:
    return b"".join(struct.pack(">H", len(one)) + one for one in entries)


class Serves:
    """A log's origin, answering from a list of entries."""

    def __init__(self, count: int, origin: str = ORIGIN) -> None:
        self.entries = [b"entry %d" % n for n in range(count)]
        self.origin = origin
        self.asked: list[str] = []
        self.instead: dict[str, httpx.Response] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path in self.instead:
            return self.instead[path]
        if path == "/v1/log":
            extent = {"origin": self.origin, "size": len(self.entries)}
            return httpx.Response(200, content=msgspec.json.encode(extent))
        number, _, width = path.removeprefix("/tile/entries/").partition(".p/")
        start = int(number) * 256
        return httpx.Response(200, content=bundle(self.entries[start : start + int(width or 256)]))


async def fetched(serves: Serves, first: int, end: int) -> list[bytes]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(serves)) as client:
        log = OriginLog(client, "http://intake.example/", ORIGIN)
        return [entry async for page in log.entries(first, end) for entry in page]


@pytest.mark.parametrize(
    ("first", "end"), [(0, 1), (0, 700), (255, 257), (256, 512), (513, 514), (699, 700), (3, 300)]
)
async def test_exactly_the_entries_asked_for_are_given(first: int, end: int) -> None:
    serves = Serves(700)
    assert await fetched(serves, first, end) == serves.entries[first:end]


async def test_a_partial_bundle_is_asked_for_as_wide_as_the_log_is() -> None:
    serves = Serves(700)
    await fetched(serves, 600, 650)
    assert serves.asked == ["/v1/log", "/tile/entries/002.p/188"]


async def test_an_entry_that_its_own_log_does_not_have_is_no_gap_but_a_forgery() -> None:
    with pytest.raises(LogBroken) as stopped:
        await fetched(Serves(10), 5, 12)
    assert stopped.value.index == 10


async def test_a_bundle_of_another_length_than_the_log_says_is_refused() -> None:
    serves = Serves(300)
    serves.instead["/tile/entries/000"] = httpx.Response(200, content=bundle([b"a"] * 255))
    with pytest.raises(LogBroken, match="255 entries, not 256"):
        await fetched(serves, 0, 300)


async def test_a_malformed_bundle_is_refused() -> None:
    serves = Serves(300)
    serves.instead["/tile/entries/000"] = httpx.Response(200, content=b"\xff\xff")
    with pytest.raises(LogBroken, match="malformed"):
        await fetched(serves, 0, 300)


async def test_another_log_at_the_address_is_not_read() -> None:
    with pytest.raises(OriginUnavailable, match=r"has the log accord\.example/billing/0"):
        await fetched(Serves(10, "accord.example/billing/0"), 0, 10)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"origin": "x", "size": "3"}'])
async def test_an_origin_that_does_not_say_its_size_is_tried_again_later(body: bytes) -> None:
    serves = Serves(10)
    serves.instead["/v1/log"] = httpx.Response(200, content=body)
    with pytest.raises(OriginUnavailable, match="does not say its size"):
        await fetched(serves, 0, 10)


async def test_an_origin_that_fails_is_tried_again_later() -> None:
    serves = Serves(10)
    serves.instead["/tile/entries/000.p/10"] = httpx.Response(503)
    with pytest.raises(OriginUnavailable, match="503"):
        await fetched(serves, 0, 10)
