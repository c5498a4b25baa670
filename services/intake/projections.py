"""Intake's entries as rows of its lists, in the same transaction, and the vault's rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from services.intake import tables
from services.intake.deadlines import deadlines
from services.intake.exception_rows.rows import exception_rows
from services.intake.tables import (
    AGREEMENT_VERSIONS,
    CASES,
    HOLDS,
    IDENTITY_KEYS,
    MANIFESTS,
    PERSONS,
    SEALED_PERSONS,
)
from services.intake.vault import IndexedPerson, SealedPerson
from shared.contracts.erasure import PersonErased
from shared.contracts.hold import (
    HoldAsserted,
    HoldEvent,
    HoldLifted,
    HoldLiftRequested,
    HoldVerified,
    nature_of,
)
from shared.contracts.intake import (
    AgreementActivated,
    AgreementProposed,
    CaseEvent,
    CaseProposed,
    PersonRegistered,
)
from shared.contracts.manifest import (
    LegArrived,
    LegDeparted,
    LegDepartureAuthorised,
    ManifestEvent,
    ManifestOpened,
    ManifestSealed,
    PassengerEvent,
)
from shared.database.row_changes import Delete, Insert, RowChange, Update
from shared.kernel.event import Event
from shared.kernel.ids import CaseId
from shared.ledger.deadlines import deadline_row
from shared.ledger.recorded import Recorded
from shared.views.definition import Views
from shared.views.history import with_history


def _project(recorded: Recorded) -> Iterator[RowChange]:
    """The rows that an entry changes. What a list says last was recorded, refusals among it."""
    event = recorded.event
    last = {"last_event": event.TYPE, "last_sequence": recorded.sequence}
    yield from map(deadline_row, deadlines(recorded))
    yield from exception_rows(recorded)
    yield from _listed(event, last)
    if isinstance(event, CaseProposed):
        yield Insert(CASES, {**_proposed(event), **last})
    elif isinstance(event, ManifestOpened):
        yield Insert(MANIFESTS, {**_opened(event), **last})
    else:
        yield from _moved_on(event, last)


def _listed(event: Event, last: Mapping[str, object]) -> Iterator[RowChange]:
    """The rows of agreements, persons and holds; of who is erased the vault's own goes (G22)."""
    match event:
        case AgreementProposed():
            yield Insert(AGREEMENT_VERSIONS, _agreed(event, signed_by_both=False))
        case AgreementActivated():
            yield Insert(AGREEMENT_VERSIONS, _agreed(event, signed_by_both=True))
        case PersonRegistered():
            row = {"registered_by": event.registered_by, "meant_by": event.meant_by}
            yield Insert(PERSONS, {"person": event.person, **row, **last})
        case PersonErased():
            yield Delete(SEALED_PERSONS, {"person": event.person})
            yield Update(PERSONS, {"person": event.person}, last)
        case HoldAsserted():
            yield Insert(HOLDS, {**_asserted(event), **last})
        case HoldLifted():
            yield Update(HOLDS, {"hold": event.hold}, {"stands": False, **last})
        case HoldVerified():
            yield Update(HOLDS, {"hold": event.hold}, {"verified": True, **last})
        case HoldLiftRequested():
            yield Update(HOLDS, {"hold": event.hold}, {"lift_requested": True, **last})
        case HoldEvent():
            yield Update(HOLDS, {"hold": event.hold}, last)
        case _:
            pass


def _agreed(
    event: AgreementProposed | AgreementActivated, *, signed_by_both: bool
) -> Mapping[str, object]:
    document = event.document
    return {
        "agreement": document.agreement,
        "version": document.version,
        "sending": document.parties.sending,
        "receiving": document.parties.receiving,
        "signed_by_both": signed_by_both,
        "first_day": document.effective.start,
        "ends_on": document.effective.end,
    }


def _asserted(event: HoldAsserted) -> Mapping[str, object]:
    return {
        "hold": event.hold,
        "kind": nature_of(event.scope),
        "scope": msgspec.to_builtins(event.scope),
        "person": event.scope.named_person,
        "country": event.scope.named_country,
        "flight": event.scope.named_flight,
        "agreement": event.scope.named_agreement,
        "form": event.form,
        "received_at": event.received_at,
        "reference": event.reference,
        "issued_by": event.issued_by,
        "office": event.office,
        "asserted_by": event.asserted_by,
        "stands": True,
        "verified": False,
        "lift_requested": False,
    }


def _proposed(event: CaseProposed) -> Mapping[str, object]:
    return {
        "case": event.case,
        "person": event.person,
        "agreement": event.agreement,
        "kind": event.kind,
        "sending": event.sending,
        "receiving": event.receiving,
    }


def _opened(event: ManifestOpened) -> Mapping[str, object]:
    return {
        "manifest": event.manifest,
        "agreement": event.agreement,
        "facility": event.facility,
        "sending": event.sending,
        "receiving": event.receiving,
        "planned_departure": event.legs[0].planned_departure,
    }


def _moved_on(event: Event, last: Mapping[str, object]) -> Iterator[RowChange]:
    if isinstance(event, ManifestEvent):
        yield Update(MANIFESTS, {"manifest": event.manifest}, last)
    for case in _cases(event):
        yield Update(CASES, {"case": case}, last)


def _cases(event: Event) -> tuple[CaseId, ...]:
    match event:
        case CaseEvent() | PassengerEvent():
            return (event.case,)
        case ManifestSealed() | LegDepartureAuthorised() | LegDeparted() | LegArrived():
            return event.cases
        case _:
            return ()


def vault_rows(sealed: SealedPerson, keys: Iterable[IndexedPerson]) -> tuple[RowChange, ...]:
    """The vault's rows for a person; they go in with the entry that registers them."""
    return (
        Insert(SEALED_PERSONS, msgspec.structs.asdict(sealed)),
        *(Insert(IDENTITY_KEYS, msgspec.structs.asdict(key)) for key in keys),
    )


project = with_history(_project, tables.HISTORY, tables.WITH_HISTORY)
VIEWS = Views(version=5, tables=tables.VIEWS, project=project)
