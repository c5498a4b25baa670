"""Logs as long as one wants: a facility, an agreement and a state's cases, year after year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec
import yaml

from bench.made_entries import (
    AGENCY,
    AGREEMENT,
    AUTHORITY,
    CECOT,
    CUSTODIAN,
    REGISTRY,
    STATES,
    adequate,
)
from bench.made_transfers import case_facts
from shared.contracts import billing, facility, hold, intake, placement
from shared.contracts.agreement import digest, read_agreement
from shared.contracts.invoice import NightsCounted, PeriodClosed
from shared.kernel.dates import DatePeriod, month_of
from shared.kernel.event import tags_of
from shared.kernel.ids import CaseId, CustodyId, EntryRef, HoldId, InvoiceId, ManifestId, PersonId
from shared.kernel.money import Money
from shared.ledger.entry import encode
from shared.ledger.machine import new_id
from shared.ledger.recorded import Provenance, Recorded
from shared.ledger.store import Stored
from shared.transparency.merkle import leaf_hash
from tests.support.signing import signature_of
from tests.support.tariffs import nightly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.contracts.agreement import AgreementDocument
    from shared.kernel.event import Event

BEGINS = date(1900, 1, 1)
"""The first day that an agreement may have: a million entries end before today."""
FILLED = datetime(2025, 1, 1, tzinfo=UTC)
PERSONS_A_MONTH = 25
ARRIVALS_A_DAY = 6
NIGHTS = 25
STAY_NIGHTS = 9
CASES_A_HOLD = 40
PAGE = 20_000
MONTHS = 12
OPEN_MONTHS = 8
"""So many months can be closed when everything else is timed."""
_ATTESTED = EntryRef("accord.example/placement/0#1")


def terms() -> AgreementDocument:
    """The first agreement's document, at so much a night."""
    raw = yaml.load(AGREEMENT.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - builds text only
    signed = read_agreement(raw)
    tariff = msgspec.structs.replace(signed.tariff, components=(nightly("bed", "65.00"),))
    days = DatePeriod(BEGINS, date(2026, 3, 16))
    return msgspec.structs.replace(signed, tariff=tariff, effective=days)


TERMS = terms()
_SAID: dict[str, Any] = {"agreement": TERMS.ref, "digest": digest(TERMS)}


def placement_log() -> Iterator[Event]:
    """One facility: six persons arrive each day, stay for nine nights and are counted on each."""
    yield facility.FacilityRegistered(facility=CECOT, country="SLV", timezone="UTC")
    yield facility.CapacityApproved(facility=CECOT, places=1_000_000)
    yield adequate(BEGINS)
    here: list[placement.CustodyAccepted] = []
    day = BEGINS
    while True:
        for _ in range(ARRIVALS_A_DAY):
            yield from (stay := arrival(day))
            here.append(stay[-1])  # type: ignore[arg-type]  # the acceptance comes last
        while len(here) > STAY_NIGHTS * ARRIVALS_A_DAY:
            yield departure(here.pop(0), day)
        present = tuple(placement.Presence(stay.custody, stay.person) for stay in here)
        yield placement.HeadcountAttested(
            facility=CECOT,
            agreement=TERMS.ref,
            night=day,
            timezone="UTC",
            present=present,
            part=1,
            parts=1,
            attested_by=str(REGISTRY),
        )
        day += timedelta(days=1)


def arrival(day: date) -> tuple[Event, ...]:
    """A place is reserved for a person, who is offered and taken over."""
    stay: dict[str, Any] = {"custody": CustodyId(new_id()), "person": PersonId(new_id())}
    stay |= {"facility": CECOT, "agreement": TERMS.ref}
    at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    words: dict[str, Any] = {**stay, **STATES, "custodian": CUSTODIAN, "offer": _ATTESTED}
    return (
        placement.PlaceReserved(**stay, **STATES, manifest=ManifestId(new_id())),
        placement.HandoverPending(
            **words, offered_by="USA:escort:one", offered_at=at, place_was_reserved=True
        ),
        placement.CustodyAccepted(
            **words, accepted_at=at, arrived_on=day, timezone="UTC", place_was_reserved=True
        ),
    )


def departure(stay: placement.CustodyAccepted, day: date) -> placement.PersonReleased:
    """The person leaves."""
    return placement.PersonReleased(
        custody=stay.custody,
        person=stay.person,
        agreement=stay.agreement,
        facility=stay.facility,
        ended_at=datetime(day.year, day.month, day.day, 8, tzinfo=UTC),
        departed_on=day,
    )


_COUNTED = NightsCounted(due=PERSONS_A_MONTH * NIGHTS, attested=PERSONS_A_MONTH * NIGHTS)


def billing_log() -> Iterator[Event]:
    """One agreement: every month 25 persons of 25 nights each. The first months are open, all
    others are closed.
    """
    yield billing.TermsActivated(
        **_SAID,
        parties=TERMS.parties,
        effective=TERMS.effective,
        tariff=TERMS.tariff,
        signed=_ATTESTED,
    )
    for number in count():
        day = month_of_log(number)
        for _ in range(PERSONS_A_MONTH):
            yield from _nights(day)
        if number >= OPEN_MONTHS:
            yield PeriodClosed(
                agreement=TERMS.ref,
                period=month_of(day),
                invoice=InvoiceId(new_id()),
                nights=_COUNTED,
                closed_by="SLV:treasury:one",
            )


def month_of_log(number: int) -> date:
    """The first day of a month of billing's log, counted from 0."""
    years, months = divmod(number, MONTHS)
    return date(BEGINS.year + years, 1 + months, 1)


def _nights(day: date) -> Iterator[Event]:
    about: dict[str, Any] = {"custody": CustodyId(new_id()), "person": PersonId(new_id())}
    about["agreement"] = TERMS.ref
    yield billing.StayOpened(**about, facility=CECOT, arrived_on=day, accepted=_ATTESTED)
    price = Money.of(6500, TERMS.tariff.currency)
    (component,) = TERMS.tariff.components
    for night in range(NIGHTS):
        yield billing.FeeAccrued(
            **about,
            component="bed",
            period=month_of(day),
            unit="person-night",
            quantity=1,
            amount=price,
            postings=component.postings(price, "SLV", "USA"),
            evidence=(_ATTESTED,),
            night=day + timedelta(days=night),
            attested_by=str(REGISTRY),
        )
    left = day + timedelta(days=NIGHTS)
    yield billing.StayClosed(**about, departed_on=left, ended=_ATTESTED, owed_until=left)


def intake_log() -> Iterator[Event]:
    """One agreement: case after case is cleared, and now and then an order against the country
    stands for a while.
    """
    yield intake.AgreementProposed(**_SAID, document=TERMS)
    yield intake.AgreementSigned(**_SAID, party="USA", signature=signature_of(TERMS, "USA"))
    yield intake.AgreementSigned(**_SAID, party="SLV", signature=signature_of(TERMS, "SLV"))
    while True:
        for _ in range(CASES_A_HOLD):
            yield from case_events(new_case())
        about: dict[str, Any] = {
            "hold": HoldId(new_id()),
            "scope": hold.CountryScope(country="SLV"),
        }
        yield asserted(about)
        yield hold.HoldLifted(
            **about,
            instrument="25-2",
            lifted_by="USA:court:one",
            lifted_at=datetime(2025, 1, 1, tzinfo=UTC),
        )


def asserted(about: dict[str, Any]) -> hold.HoldAsserted:
    """An order."""
    return hold.HoldAsserted(
        **about,
        form="oral",
        received_at=datetime(2025, 1, 1, tzinfo=UTC),
        issued_by="USA",
        office="court",
        reference="25-1",
        asserted_by="USA:court:one",
    )


def new_case() -> tuple[CaseId, PersonId]:
    """New names."""
    return CaseId(new_id()), PersonId(new_id())


def case_events(names: tuple[CaseId, PersonId]) -> list[Event]:
    """A person and their case up to clearance."""
    case, person = names
    about: dict[str, Any] = {"case": case, "person": person, "agreement": TERMS.ref}
    return [
        intake.PersonRegistered(person=person, registered_by="USA", commitment="ab" * 32),
        intake.CaseProposed(**about, kind="third-country", **STATES, proposed_at=FILLED),
        *(fact for _, fact in case_facts(about)),
        intake.ClearanceGranted(**about),
    ]


async def fill(url: str, origin: str, events: Iterator[Event]) -> None:
    """Write the entries of these events into an empty log, past every decision."""
    actor = {"intake": AGENCY, "placement": REGISTRY}.get(origin.split("/")[1], AUTHORITY)
    source = Provenance(actor=actor, time=FILLED, correlation="story")
    connection = await asyncpg.connect(url)
    numbered = enumerate(events)
    length = 0
    while page := [*islice(numbered, PAGE)]:
        stored = [_stored(event, sequence, origin, source) for sequence, event in page]
        entries = ((entry.recorded.sequence, entry.entry, entry.leaf_hash) for entry in stored)
        await connection.copy_records_to_table("entries", records=entries)
        tags = (
            (tag, entry.recorded.event.TYPE, entry.recorded.sequence)
            for entry in stored
            for tag in entry.recorded.tags
        )
        columns = ["tag", "type", "sequence"]
        await connection.copy_records_to_table("entry_tags", records=tags, columns=columns)
        length += len(page)
    head = "UPDATE log_head SET next_sequence = $1, recorded_at = $2"
    await connection.execute(head, length, FILLED + timedelta(microseconds=length))
    await connection.execute("VACUUM ANALYZE entries, entry_tags")
    await connection.close()


def _stored(event: Event, sequence: int, origin: str, source: Provenance) -> Stored:
    recorded = Recorded(
        event,
        tags_of(event),
        sequence,
        origin,
        new_id(),
        source.time,
        source.time + timedelta(microseconds=sequence),
        str(source.actor),
        source.correlation,
    )
    entry = encode(recorded, source, None)
    return Stored(recorded, entry, leaf_hash(entry))
