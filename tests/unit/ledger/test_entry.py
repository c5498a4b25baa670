"""An entry is read as what it is, or not at all: an older process says that it is older."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from shared.contracts.catalog import NEWEST_TYPES
from shared.contracts.facility import FacilityRegistered
from shared.contracts.placement import HeadcountAttested, PlaceReserved
from shared.contracts.upcasting import newest
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, FacilityId
from shared.ledger.entry import decode
from shared.ledger.errors import OlderThanLog, UnreadableEntry
from tests.support.drawn_events import events
from tests.support.entries import entry, reserved
from tests.support.judgments import entry_v1, judgment_v1
from tests.support.newer_entries import NEWER


def test_an_entry_of_an_earlier_version_is_read_as_the_newest() -> None:
    former = judgment_v1()
    assert decode(entry_v1(3, former)).event == newest(former)


@pytest.mark.parametrize("what", NEWER)
def test_what_a_later_version_added_is_not_passed_over_by_an_older_process(what: str) -> None:
    with pytest.raises(OlderThanLog, match="upgrade"):
        decode(NEWER[what])


@pytest.mark.parametrize("data", [[], {}, "text", {"custody": 1}])
def test_data_of_another_shape_is_not_read_either(data: object) -> None:
    attributes: dict[str, Any] = json.loads(entry(0))
    changed = json.dumps({**attributes, "data": data}).encode()
    with pytest.raises(OlderThanLog, match=r"PlaceReserved\.v1 that this process cannot read"):
        decode(changed)


def unlike(**fields: object) -> PlaceReserved:
    """A reservation with what no checked request could bring."""
    return msgspec.structs.replace(reserved(), **fields)


@pytest.mark.parametrize(
    "event",
    [
        unlike(sending="usa"),
        unlike(receiving="SLV\n"),
        unlike(custody=None),
        unlike(facility=12345),
        judgment_v1(),
        msgspec.structs.replace(
            FacilityRegistered(facility=FacilityId("f"), country="SLV", timezone="UTC"),
            timezone="Etc/GMT+5\n",
        ),
        HeadcountAttested(
            facility=FacilityId("cecot"),
            agreement=AgreementRef("usa-slv-2025@1"),
            night=date(2025, 4, 1),
            present=[],  # type: ignore[arg-type]  # a list where the contract has a tuple
            part=1,
            parts=1,
            attested_by="SLV:facility-registry:a",
            timezone="UTC",
        ),
    ],
    ids=["pattern", "newline", "null", "number", "former version", "zone", "list"],
)
def test_no_entry_is_written_that_would_not_be_read_back_as_what_it_is(event: Event) -> None:
    with pytest.raises(UnreadableEntry, match=event.TYPE):
        entry(0, event)


@pytest.mark.parametrize("event_type", NEWEST_TYPES, ids=lambda event_type: event_type.TYPE)
def test_every_event_that_its_contract_reads_is_written_and_read_back(
    event_type: type[Event],
) -> None:
    @settings(max_examples=20, deadline=None)
    @given(events(event_type))
    def written(event: Event) -> None:
        assert decode(entry(0, event)).event == event

    written()
