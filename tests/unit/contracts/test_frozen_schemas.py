"""What is recorded stays readable: every type is compatible with its frozen copy."""

import pytest

from shared.contracts.catalog import EVENT_TYPES, NEWEST_TYPES
from shared.contracts.upcasting import UPCASTERS
from shared.kernel.event import names_of, tag_fields
from tests.support.frozen_schemas import changes, frozen, schema_of
from tests.support.schema_compatibility import open_structs

ADD = "freeze what is new: python -m tests.support.frozen_schemas"


@pytest.mark.parametrize("name", sorted(frozen()))
def test_a_recorded_type_gains_only_what_its_version_may(name: str) -> None:
    assert changes(name, frozen()[name]) == [], "make a new version of it, with an upcaster"


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_what_is_published_is_frozen(name: str) -> None:
    assert frozen().get(name) == schema_of(EVENT_TYPES[name]), ADD


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_nothing_within_a_type_passes_over_what_it_does_not_know(name: str) -> None:
    assert open_structs(name, schema_of(EVENT_TYPES[name])) == []


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_a_type_names_its_service_fact_and_version_and_has_its_subject(name: str) -> None:
    service, fact, version = name.split(".")
    event = EVENT_TYPES[name]
    assert service in {"intake", "placement", "billing"}
    assert version == f"v{1 + len(vars(event).get('FORMERLY', ()))}" or event in UPCASTERS
    assert event.__name__ == (f"{fact}{version.upper()}" if event in UPCASTERS else fact)
    assert event.SUBJECT in {mark.prefix for _, mark in tag_fields(event)}


def test_every_earlier_version_is_read_as_the_type_that_names_it() -> None:
    for event in NEWEST_TYPES:
        name, _, number = event.TYPE.rpartition(".v")
        formerly = tuple(f"{name}.v{earlier}" for earlier in range(1, int(number)))
        assert formerly == vars(event).get("FORMERLY", ())
    named = {name for event in NEWEST_TYPES for name in names_of(event)}
    assert named == set(EVENT_TYPES)
