"""Journeys as intake's log has them before anybody boards: signed terms, and sealed lists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bench.made_entries import CECOT, STATES
from shared.contracts import intake, manifest
from shared.contracts.agreement import digest
from shared.kernel.ids import EntryRef
from tests.support.signing import signature_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.contracts.agreement import AgreementDocument
    from shared.kernel.event import Event
    from shared.kernel.ids import AgreementRef, CaseId, ManifestId, PersonId

PLACE = EntryRef("accord.example/placement/0#1")
DEPARTURE = datetime(2025, 4, 1, 16, tzinfo=UTC)


def agreed(terms: AgreementDocument) -> Iterator[Event]:
    """Both states sign these terms."""
    said: dict[str, Any] = {"agreement": terms.ref, "digest": digest(terms)}
    yield intake.AgreementProposed(**said, document=terms)
    yield intake.AgreementSigned(**said, party="USA", signature=signature_of(terms, "USA"))
    yield intake.AgreementSigned(**said, party="SLV", signature=signature_of(terms, "SLV"))
    yield intake.AgreementActivated(**said, document=terms)


def sealed(
    journey: ManifestId, agreement: AgreementRef, people: Sequence[tuple[CaseId, PersonId]]
) -> Iterator[Event]:
    """A journey whose list is sealed with all of these on it, each with a place."""
    on: dict[str, Any] = {"manifest": journey, "agreement": agreement}
    legs = (manifest.Leg("USA", "SLV", DEPARTURE),)
    yield manifest.ManifestOpened(**on, facility=CECOT, **STATES, legs=legs)
    for case, person in people:
        who: dict[str, Any] = {**on, "case": case, "person": person}
        yield manifest.PersonManifested(**who, facility=CECOT, **STATES, substitute_for=None)
        yield manifest.PlaceConfirmed(**who, reservation=PLACE)
    yield manifest.ManifestSealed(**on, cases=tuple(sorted(case for case, _ in people)))
