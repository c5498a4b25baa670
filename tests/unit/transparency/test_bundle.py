"""A bundle is its entries, each after its length, and not one byte more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.transparency.bundle import encode_bundle, parse_bundle
from shared.transparency.errors import Malformed

BUNDLES = st.lists(st.binary(max_size=40), min_size=1, max_size=256)


@given(BUNDLES)
def test_entries_survive_being_bundled(entries: list[bytes]) -> None:
    assert parse_bundle(encode_bundle(entries)) == entries
    assert parse_bundle(encode_bundle(entries), len(entries)) == entries


@given(st.binary(max_size=600), st.none() | st.integers(-1, 300))
def test_whatever_is_no_bundle_is_malformed_and_nothing_else(
    data: bytes, width: int | None
) -> None:
    try:
        entries = parse_bundle(data, width)
    except Malformed:
        pass
    else:
        assert encode_bundle(entries) == data
        assert width in {None, len(entries)}


@given(BUNDLES, st.data())
def test_a_bundle_cut_within_an_entry_is_malformed(
    entries: list[bytes], data: st.DataObject
) -> None:
    bundle = encode_bundle(entries)
    kept = data.draw(st.integers(len(bundle) - 1 - len(entries[-1]), len(bundle) - 1))
    with pytest.raises(Malformed, match=f"ends within entry {len(entries) - 1}"):
        parse_bundle(bundle[:kept])


@given(BUNDLES)
def test_a_dangling_byte_is_malformed(entries: list[bytes]) -> None:
    with pytest.raises(Malformed):
        parse_bundle(encode_bundle(entries) + b"\0")


def test_an_entry_stands_after_its_length_in_two_bytes() -> None:
    assert encode_bundle([b"ab", b"", b"c" * 258]) == b"\0\2ab\0\0\1\2" + b"c" * 258


def test_an_entry_is_as_long_as_its_length_can_say_and_no_longer() -> None:
    longest = b"x" * 65_535
    assert parse_bundle(encode_bundle([longest])) == [longest]
    with pytest.raises(Malformed, match="at most 65535 bytes"):
        encode_bundle([longest, longest + b"x"])


@pytest.mark.parametrize("count", [0, 257, 1000])
def test_a_bundle_has_1_to_256_entries(count: int) -> None:
    with pytest.raises(Malformed, match="1 to 256 entries"):
        encode_bundle([b"x"] * count)
    with pytest.raises(Malformed, match="1 to 256 entries"):
        parse_bundle(b"\0\1x" * count)


def test_no_more_is_read_than_a_bundle_can_have() -> None:
    with pytest.raises(Malformed, match="not 257"):
        parse_bundle(b"\0\0" * 1_000_000)


@pytest.mark.parametrize("width", [0, 1, 3, 256])
def test_a_bundle_of_another_width_than_asked_for_is_refused(width: int) -> None:
    with pytest.raises(Malformed, match=f"has 2 entries, not {width}"):
        parse_bundle(b"\0\1x\0\1y", width)
