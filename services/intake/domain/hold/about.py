"""What an order is about is on record: one on a person, flight or agreement that is not protects
nobody, and says so.
"""

from __future__ import annotations

import msgspec

from services.intake.domain import person as persons
from services.intake.domain.agreement import state as agreements
from services.intake.domain.agreement.state import AgreementIsUnknown, AgreementState
from services.intake.domain.manifest import journey as journeys
from services.intake.domain.manifest.journey import Journey
from services.intake.domain.person import PersonState
from shared.contracts.hold import HoldScope
from shared.kernel.decider import Reading
from shared.kernel.rejected import Unknown


class LegUnknown(Unknown):
    """The journey has no such leg."""


class About(msgspec.Struct, frozen=True):
    """Whatever of these the order names; a class and a country need no record."""

    person: PersonState | None = None
    journey: Journey | None = None
    agreement: AgreementState | None = None


def read(scope: HoldScope) -> Reading[About]:
    """What is on record of what an order names."""
    if scope.named_person is not None:
        return About(person=(yield from persons.fold(scope.named_person)))
    if scope.named_flight is not None:
        return About(journey=(yield from journeys.fold(scope.named_flight)))
    if scope.named_agreement is not None:
        return About(agreement=(yield from agreements.fold(scope.named_agreement)))
    return About()


def on_record(scope: HoldScope, about: About) -> None:
    """Refuse an order about what nobody registered, planned or proposed: each an `Unknown`."""
    if scope.named_person is not None and about.person is not None:
        persons.registration(about.person, scope.named_person)
    if scope.named_flight is not None:
        journey = journeys.known(about.journey, scope.named_flight)
        if (scope.named_leg or 1) > len(journey.legs):
            raise LegUnknown(
                f"leg {len(journey.legs)} is the last of the journey: name one up to it, or none"
            )
    if about.agreement is not None and not about.agreement.versions:
        raise AgreementIsUnknown(f"there is no agreement {scope.named_agreement}: check its name")
