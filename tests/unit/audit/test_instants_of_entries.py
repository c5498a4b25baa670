"""An instant of an entry has the one spelling that the ledger writes, for every reader alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest

from services.audit.domain.entry import Entry, Position, Unread, read_entry
from shared.contracts.hold import HoldAsserted
from shared.contracts.manifest import Leg, ManifestOpened
from shared.kernel import rfc3339
from shared.kernel.event import Event
from shared.kernel.ids import AgreementRef, FacilityId, ManifestId
from tests.support.bad_input import rows
from tests.support.entries import FOREIGN, entry
from tests.unit.audit.story import audited
from tests.unit.intake import made_events

WRITTEN = [written for written, _ in rows("instants")]
OF_THE_LEDGER = {"2025-03-15T22:45:00Z", "2025-03-15T22:45:00.123456Z"}
"""Those of the table that the ledger would write."""
ATTRIBUTES = {"time": "time", "recordedtime": "recorded_at"}
LEG = Leg("USA", "SLV", datetime(2025, 3, 15, 22, 45, tzinfo=UTC))
OPENED = ManifestOpened(
    manifest=ManifestId("m"),
    agreement=AgreementRef("usa-slv-2025@1"),
    facility=FacilityId("cecot"),
    sending="USA",
    receiving="SLV",
    legs=(LEG, msgspec.structs.replace(LEG, origin="SLV", destination="HND")),
)


def respelt(event: Event, *at: str | int, written: str) -> Entry:
    """The entry of an event, read after an instant of it was written in another way."""
    attributes = within = json.loads(entry(5, event))
    for part in at[:-1]:
        within = within[part]
    within[at[-1]] = written
    read = json.dumps(attributes, separators=(",", ":")).encode()
    return read_entry(read, Position(FOREIGN, 5))


def is_unread(fact: Entry) -> bool:
    """Whether it is a finding, at its place, of whoever audits the log."""
    found = audited([msgspec.structs.replace(fact, sequence=0)])[1]
    assert fact.ref == f"{FOREIGN}#5"
    return isinstance(fact.event, Unread) and found[0].kind == "coverage-incomplete"


def test_some_of_the_table_are_instants_of_the_ledger() -> None:
    assert set(WRITTEN) > OF_THE_LEDGER


@pytest.mark.parametrize("attribute", ATTRIBUTES)
@pytest.mark.parametrize("written", WRITTEN)
def test_the_times_of_an_entry_have_one_spelling(attribute: str, written: str) -> None:
    fact = respelt(made_events.hold(), attribute, written=written)
    if written in OF_THE_LEDGER:
        assert getattr(fact, ATTRIBUTES[attribute]) == rfc3339.instant(written)
    else:
        assert is_unread(fact)


@pytest.mark.parametrize("written", WRITTEN)
def test_g3_the_minute_of_an_orders_receipt_has_one_spelling(written: str) -> None:
    fact = respelt(made_events.hold(), "data", "received_at", written=written)
    if written in OF_THE_LEDGER:
        assert isinstance(fact.event, HoldAsserted)
        assert fact.event.received_at == rfc3339.instant(written)
    else:
        assert is_unread(fact)


@pytest.mark.parametrize("leg", [0, 1])
@pytest.mark.parametrize("written", WRITTEN)
def test_the_planned_departures_of_a_journey_have_one_spelling(leg: int, written: str) -> None:
    fact = respelt(OPENED, "data", "legs", leg, "planned_departure", written=written)
    assert is_unread(fact) == (written not in OF_THE_LEDGER)


def test_the_spelling_is_looked_at_whatever_the_order_of_the_attributes() -> None:
    attributes = json.loads(entry(5, made_events.hold()))
    for written, fits in (("2025-03-15T22:45:00Z", True), ("2025-03-15T22:45:00.5Z", False)):
        data = {**attributes["data"], "received_at": written}
        moved = {"data": data, **{name: attributes[name] for name in attributes if name != "data"}}
        fact = read_entry(json.dumps(moved, separators=(",", ":")).encode())
        assert isinstance(fact.event, HoldAsserted) == fits


def test_an_instant_that_another_field_writes_well_excuses_none() -> None:
    """To go round it: the right spelling of the same instant stands elsewhere in the bytes."""
    order = msgspec.structs.replace(
        made_events.hold(), received_at=datetime(2025, 4, 1, 12, tzinfo=UTC)
    )
    assert not is_unread(respelt(order, "data", "received_at", written="2025-04-01T12:00:00Z"))
    fact = respelt(order, "data", "received_at", written="2025-04-01 12:00:00Z")
    assert isinstance(fact.event, Unread)
    assert fact.event.found.startswith("received_at is not written like 2025-03-15T22:45:00Z")
