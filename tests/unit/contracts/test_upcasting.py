"""Entries of an earlier version are read as the newest type, and found where they were found."""

from datetime import date

import msgspec
import pytest

from shared.contracts.catalog import EVENT_TYPES, NEWEST_TYPES
from shared.contracts.former import LegalBasisRecordedV1
from shared.contracts.judgment import LegalBasisRecorded
from shared.contracts.upcasting import UPCASTERS, newest
from shared.kernel.decider import on
from shared.kernel.event import Event, tag_fields
from tests.support.judgments import judgment_v1


@pytest.mark.parametrize("final", [True, False])
def test_g6_a_judgment_of_the_first_version_is_read_as_it_was_meant(final: bool) -> None:  # noqa: FBT001 - what the case is about
    former = judgment_v1(final=final)
    now = newest(former)
    assert isinstance(now, LegalBasisRecorded)
    assert now.final_on == (former.judged_on if final else None)
    assert (now.days_remaining, now.counted_on) == (former.days_remaining, None)
    for field in set(LegalBasisRecordedV1.__struct_fields__) & set(now.__struct_fields__):
        assert getattr(now, field) == getattr(former, field)


def test_what_is_of_the_newest_version_stays_as_it_is() -> None:
    now = newest(judgment_v1())
    assert newest(now) is now


def test_asking_for_a_type_asks_for_its_earlier_versions_too() -> None:
    asked = on(LegalBasisRecorded, case="c")
    assert asked.types == {"intake.LegalBasisRecorded.v1", "intake.LegalBasisRecorded.v2"}


@pytest.mark.parametrize("former", UPCASTERS, ids=lambda event: event.TYPE)
def test_an_upcast_event_has_the_tags_that_its_entry_was_written_with(former: type[Event]) -> None:
    """Tags are stored with the entry: a newer version can take none away and add none."""
    (then,) = [event for event in NEWEST_TYPES if former.TYPE in vars(event).get("FORMERLY", ())]
    assert tag_fields(then) == tag_fields(former)
    assert then.SUBJECT == former.SUBJECT


def test_earlier_versions_are_types_that_entries_may_be_of_and_none_is_recorded_any_more() -> None:
    assert set(UPCASTERS) <= set(EVENT_TYPES.values())
    assert not set(UPCASTERS) & set(NEWEST_TYPES)


def test_an_upcaster_is_pure() -> None:
    former = judgment_v1()
    before = msgspec.json.encode(former)
    assert newest(former) == newest(former)
    assert msgspec.json.encode(former) == before
    assert former.judged_on == date(2020, 5, 4)
