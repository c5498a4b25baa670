"""Facts are read from bytes alone; what cannot be read is said, and is never a crash."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.domain.entry import Entry, Position, Unread, read_entry
from services.audit.domain.finding import Finding
from services.audit.domain.horizon import Horizon
from services.audit.domain.replay import Replay
from shared.contracts.upcasting import newest
from shared.ledger.entry import decode
from tests.support.entries import FOREIGN, entry
from tests.support.judgments import entry_v1, judgment_v1
from tests.support.newer_entries import NEWER
from tests.support.signing import KEYS
from tests.unit.audit.story import audited
from tests.unit.audit.told import main_job

ENTRY = entry(5)


def changed(**attributes: Any) -> bytes:  # noqa: ANN401 - any attribute of an entry
    return json.dumps({**json.loads(ENTRY), **attributes}, separators=(",", ":")).encode()


def unread(fact: Entry) -> Unread:
    assert isinstance(fact.event, Unread)
    return fact.event


def test_a_fact_says_what_the_services_read_in_the_same_bytes() -> None:
    fact, recorded = read_entry(ENTRY), decode(ENTRY)
    assert fact.event == recorded.event
    assert (fact.origin, fact.sequence, fact.ref) == (FOREIGN, 5, recorded.ref)
    assert (fact.time, fact.recorded_at) == (recorded.time, recorded.recorded_at)
    assert (fact.actor, fact.correlation) == (recorded.actor, recorded.correlation)
    assert fact.causation is None


def test_an_entry_whose_attributes_stand_in_another_order_is_read_by_its_own_type() -> None:
    attributes = json.loads(ENTRY)
    data = {"type": "intake.CaseProposed.v1", **attributes.pop("data")}
    spoof = json.dumps({"data": data, **attributes}, separators=(",", ":")).encode()
    assert unread(read_entry(spoof)).expected == "data as placement.PlaceReserved.v1 has it"
    moved = json.dumps({"data": json.loads(ENTRY)["data"], **attributes}, separators=(",", ":"))
    assert read_entry(moved.encode()).event == read_entry(ENTRY).event


def test_an_unknown_type_is_coverage_incomplete_and_not_a_crash() -> None:
    fact = read_entry(changed(type="placement.PlaceReserved.v9"))
    assert unread(fact).kind == "coverage-incomplete"
    assert "v9" in unread(fact).found
    assert (fact.origin, fact.sequence, fact.subject) == (FOREIGN, 5, read_entry(ENTRY).subject)
    found = audited([msgspec.structs.replace(fact, sequence=0)])[1]
    assert [(finding.kind, finding.index) for finding in found] == [("coverage-incomplete", 0)]


TWICE = [
    (b'"data":{', b'"data":{"person":"01900002-0000-7000-8000-000000000099",'),
    (b'"actor":', b'"actor":"XX:court:another/one","actor":'),
    (b'"data":{', b'"data":{"p\\u0065rson":"01900002-0000-7000-8000-000000000099",'),
    (b'"data":', b'"data":{},"data":'),
]


@pytest.mark.parametrize(("once", "twice"), TWICE)
def test_g21_a_key_that_stands_twice_is_found_whichever_of_its_values_a_reader_takes(
    once: bytes, twice: bytes
) -> None:
    """A log that says two things in one entry: services and auditors may read another one each."""
    said_twice = ENTRY.replace(once, twice, 1)
    fact = read_entry(said_twice, Position(FOREIGN, 5))
    assert "stands twice" in unread(fact).found
    found = audited([msgspec.structs.replace(fact, sequence=0)])[1]
    assert [(finding.kind, finding.index) for finding in found] == [("coverage-incomplete", 0)]


def test_an_entry_that_was_written_with_fewer_fields_has_none_twice() -> None:
    """A recorded type may gain fields: what was written before has not as many bytes."""
    fewer = changed(data={**json.loads(ENTRY)["data"], "facility": "cecot\u0031"})
    spelt = fewer.replace(b'"facility":"cecot1"', b'"facility":"cecot\\u0031"')
    assert not isinstance(read_entry(spelt).event, Unread)


@pytest.mark.parametrize("what", NEWER)
def test_what_a_later_version_added_is_coverage_incomplete_and_nothing_else(what: str) -> None:
    read = read_entry(NEWER[what])
    assert unread(read).kind == "coverage-incomplete"
    assert [(finding.kind, finding.index) for finding in audited([read])[1]] == [
        ("coverage-incomplete", 0)
    ]


def test_an_entry_of_an_earlier_version_is_read_as_the_newest_in_whatever_order_it_stands() -> None:
    former = judgment_v1()
    written = json.loads(entry_v1(5, former))
    data = written.pop("data")
    for content in ({**written, "data": data}, {"data": data, **written}):
        read = read_entry(json.dumps(content, separators=(",", ":")).encode())
        assert read.event == newest(former)
        assert read.type == "intake.LegalBasisRecorded.v1"


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        ENTRY[:-1],
        ENTRY + b"{}",
        changed(specversion="1.1"),
        changed(sequence=-1),
        changed(sequence="5"),
        changed(recordedtime="2025-04-01T12:00:00"),
        changed(surprise=True),
    ],
)
def test_bytes_that_are_no_entry_are_a_finding_at_the_place_where_they_were_found(
    broken: bytes,
) -> None:
    fact = read_entry(broken, Position(FOREIGN, 0))
    assert unread(fact).kind == "coverage-incomplete"
    assert (fact.origin, fact.sequence, fact.subject) == (FOREIGN, 0, f"{FOREIGN}#0")
    (found,) = Replay(KEYS.fault).feed(fact)
    assert (found.kind, found.origin, found.index) == ("coverage-incomplete", FOREIGN, 0)


def test_data_of_another_shape_is_coverage_incomplete() -> None:
    data = {**json.loads(ENTRY)["data"], "sending": "usa"}
    event = unread(read_entry(changed(data=data)))
    assert event.expected == "data as placement.PlaceReserved.v1 has it"
    assert "$.data.sending" in event.found


@pytest.mark.parametrize("place", [Position(FOREIGN, 6), Position("accord.example/other/0", 5)])
def test_an_entry_that_stands_where_another_belongs_is_a_gap_at_that_place(place: Position) -> None:
    fact = read_entry(ENTRY, place)
    event = unread(fact)
    assert (event.kind, event.found) == ("sequence-gap", f"{FOREIGN}#5")
    assert (fact.origin, fact.sequence) == (place.origin, place.index)


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_raise(junk: bytes) -> None:
    assert isinstance(read_entry(junk).event, Unread)


@given(st.integers(0, len(ENTRY) - 1), st.integers(0, 255))
def test_no_changed_byte_makes_reading_or_replaying_raise(place: int, byte: int) -> None:
    altered = ENTRY[:place] + bytes([byte]) + ENTRY[place + 1 :]
    Replay(KEYS.fault).feed(read_entry(altered, Position(FOREIGN, 5)))


def test_a_finding_has_the_same_fingerprint_whoever_finds_it_and_whatever_stands_there() -> None:
    finding = Finding(
        kind="rule-broken",
        origin=FOREIGN,
        index=5,
        rule="G3",
        subject="case/1",
        expected="no order that stands",
        found="hold/1",
    )
    same = msgspec.structs.replace(finding, found="hold/2", evidence=("a#1",))
    assert finding.fingerprint == same.fingerprint
    assert len(finding.fingerprint) == 64
    for other in ({"index": 6}, {"rule": "G2"}, {"kind": "amount-differs"}, {"expected": "x"}):
        assert msgspec.structs.replace(finding, **other).fingerprint != finding.fingerprint
    assert finding.detail == "expected no order that stands; found hold/1"
    assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding


def test_the_same_entries_give_the_same_fingerprints_every_time() -> None:
    facts = main_job()[:40]
    first, second = (audited(facts[1:])[1] for _ in range(2))
    assert first
    assert [entry.fingerprint for entry in first] == [entry.fingerprint for entry in second]


def test_as_of_bounds_what_had_happened_and_known_at_what_was_known() -> None:
    happened = datetime(2025, 3, 28, 20, tzinfo=UTC)
    known = datetime(2025, 4, 3, 12, tzinfo=UTC)
    late = msgspec.structs.replace(read_entry(ENTRY), time=happened, recorded_at=known)
    tick = timedelta(microseconds=1)
    assert Horizon().sees(late)
    assert Horizon(as_of=happened).sees(late)
    assert not Horizon(as_of=happened - tick).sees(late)
    assert Horizon(known_at=known).sees(late)
    assert not Horizon(known_at=known - tick).sees(late)
    assert Horizon(as_of=happened, known_at=known).sees(late)
    assert not Horizon(as_of=happened, known_at=happened).sees(late)
