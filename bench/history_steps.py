"""What services are asked for in a long log: one chain of commands each, again and again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bench.long_logs import TERMS, case_events, month_of_log, new_case
from bench.made_entries import AGENCY, CECOT, CUSTODIAN, REGISTRY, STATES, TREASURY
from services.billing.domain.accrual import ACCRUE_NIGHT, AccrueNight
from services.billing.domain.period_close import CLOSE_PERIOD, ClosePeriod
from services.billing.domain.stay import OPEN_STAY, OpenStay
from services.billing.domain.stay_close import CLOSE_STAY, CloseStay
from services.intake.domain.case.propose_case import PROPOSE_CASE, ProposeCase
from services.intake.domain.clearance.clear_case import CLEAR_CASE, ClearCase
from services.intake.domain.hold.assert_hold import ASSERT_HOLD, AssertHold
from services.intake.domain.person import REGISTER_PERSON, RegisterPerson
from services.placement.domain import roster
from services.placement.domain.custody.accept_custody import ACCEPT_CUSTODY, AcceptCustody
from services.placement.domain.custody.end_custody import END_CUSTODY, EndCustody
from services.placement.domain.custody.record_handover_offer import (
    RECORD_HANDOVER_OFFER,
    RecordHandoverOffer,
)
from services.placement.domain.custody.reserve_place import RESERVE_PLACE, ReservePlace
from services.placement.domain.headcount import ATTEST_HEADCOUNT, AttestHeadcount
from shared.contracts.hold import PersonScope
from shared.kernel.actor import Actor
from shared.kernel.dates import month_of
from shared.kernel.decider import Boundary, Decider
from shared.kernel.ids import (
    AgreementId,
    CustodyId,
    EntryRef,
    HoldId,
    InvoiceId,
    ManifestId,
    PersonId,
)
from shared.ledger.machine import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from shared.kernel.event import Event
    from shared.ledger.runner import CommandRunner

    Asked = tuple[str, Decider[Any, Any], Any]
    """A command's name and how it is decided; without a name it is not timed."""

ENTRY = EntryRef("accord.example/placement/0#1")
NOW = datetime(2025, 4, 1, 12, tzinfo=UTC)
COURT = Actor("USA", "court", "bench/one")
SAY: Decider[tuple[Event, ...], None] = Decider(
    lambda _events: Boundary((), lambda: None), lambda events, _state: events
)


async def intake(_runner: CommandRunner, _round: int) -> AsyncIterator[Asked]:
    """A person is registered, proposed and cleared, and a court forbids the departure."""
    case, person = new_case()
    register = RegisterPerson(person=person, commitment="ab" * 32, actor=AGENCY)
    yield "register a person", REGISTER_PERSON, register
    agreement = AgreementId(TERMS.agreement)
    propose = ProposeCase(
        case=case,
        person=person,
        agreement=agreement,
        kind="third-country",
        actor=AGENCY,
        proposed_at=NOW,
        now=NOW,
    )
    yield "propose a case", PROPOSE_CASE, propose
    yield "", SAY, tuple(case_events((case, person))[2:-1])
    yield "clear a case", CLEAR_CASE, ClearCase(case=case, now=NOW, actor=AGENCY, on=NOW.date())
    order = AssertHold(
        hold=HoldId(new_id()),
        scope=PersonScope(person=person),
        form="oral",
        received_at=NOW,
        reference="25-1",
        now=NOW,
        actor=COURT,
    )
    yield "assert a hold", ASSERT_HOLD, order


async def placement(runner: CommandRunner, number: int) -> AsyncIterator[Asked]:
    """A place is reserved, a person taken over and counted, and leaves."""
    custody, person = CustodyId(new_id()), PersonId(new_id())
    stay: dict[str, Any] = {"custody": custody, "person": person, "agreement": TERMS.ref}
    stay["facility"] = CECOT
    reserve = ReservePlace(**stay, **STATES, manifest=ManifestId(new_id()), day=NOW.date())
    yield "reserve a place", RESERVE_PLACE, reserve
    offer = RecordHandoverOffer(
        **stay,
        **STATES,
        offer=ENTRY,
        custodian=CUSTODIAN,
        offered_by="USA:escort:one",
        offered_at=NOW,
    )
    yield "record an offer", RECORD_HANDOVER_OFFER, offer
    by: dict[str, Any] = {"actor": REGISTRY, "now": NOW + timedelta(hours=1)}
    accept = AcceptCustody(
        **by, custody=custody, facility=CECOT, accepted_at=NOW, custodian=CUSTODIAN
    )
    yield "accept a custody", ACCEPT_CUSTODY, accept
    stays = (await runner.state(roster.fold(CECOT))).stays.values()
    here = frozenset(listed.custody for listed in stays if listed.departed_on is None)
    night = NOW.date() - timedelta(days=60 - number)
    present = frozenset(held for held in here if held != custody)
    attest = AttestHeadcount(**by, facility=CECOT, night=night, present=present)
    yield "attest a headcount", ATTEST_HEADCOUNT, attest
    end = EndCustody(**by, custody=custody, kind="released", ended_at=NOW)
    yield "end a custody", END_CUSTODY, end


async def billing(_runner: CommandRunner, number: int) -> AsyncIterator[Asked]:
    """A stay is opened, charged a night and closed; then a month is closed."""
    custody, person = CustodyId(new_id()), PersonId(new_id())
    stay: dict[str, Any] = {"custody": custody, "person": person, "agreement": TERMS.ref}
    arrived = date(2025, 3, 1)
    yield (
        "open a stay",
        OPEN_STAY,
        OpenStay(**stay, facility=CECOT, arrived_on=arrived, accepted=ENTRY),
    )
    yield (
        "charge a night",
        ACCRUE_NIGHT,
        AccrueNight(**stay, night=arrived, attested=ENTRY, attested_by=str(REGISTRY)),
    )
    departed = arrived + timedelta(days=1)
    yield "close a stay", CLOSE_STAY, CloseStay(**stay, departed_on=departed, ended=ENTRY)
    close = ClosePeriod(
        agreement=TERMS.ref,
        period=month_of(month_of_log(number)),
        invoice=InvoiceId(new_id()),
        now=NOW,
        actor=TREASURY,
    )
    yield "close a month", CLOSE_PERIOD, close


STEPS = {"intake": intake, "placement": placement, "billing": billing}
