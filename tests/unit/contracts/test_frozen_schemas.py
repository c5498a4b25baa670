"""An event is never edited: every type's schema equals its frozen copy."""

import pytest

from shared.contracts.catalog import EVENT_TYPES
from shared.kernel.event import tag_fields
from tests.support.frozen_schemas import frozen, schema_of


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_a_recorded_type_is_what_it_was(name: str) -> None:
    assert schema_of(EVENT_TYPES[name]) == frozen()[name], (
        f"{name} has changed: make a new version of it, with an upcaster. "
        "A type that is new is frozen with python -m tests.support.frozen_schemas"
    )


def test_no_type_was_taken_away() -> None:
    assert set(frozen()) == set(EVENT_TYPES)


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_a_type_names_its_service_fact_and_version_and_has_its_subject(name: str) -> None:
    service, fact, version = name.split(".")
    event = EVENT_TYPES[name]
    assert service in {"intake", "placement", "billing"}
    assert (fact, version) == (event.__name__, "v1")
    assert event.SUBJECT in {mark.prefix for _, mark in tag_fields(event)}
