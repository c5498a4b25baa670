"""Both governments are told of a wrongful transfer: each says by name that it knows it (D7)."""

from __future__ import annotations

from services.intake.domain.exception.acknowledge_exception import (
    ACKNOWLEDGE_EXCEPTION,
    AcknowledgedAlready,
    AcknowledgeException,
    NothingToAcknowledge,
    OnlyItsTwoStatesAcknowledge,
    evolve,
    fold,
)
from shared.contracts.acknowledgement import ExceptionAcknowledged
from shared.contracts.wrongful_transfer import WrongfulTransferFound
from shared.kernel.actor import Actor
from shared.kernel.ids import FacilityId, ManifestId, custody_of
from shared.kernel.rejected import Finding
from tests.support.decider_specification import folded, given
from tests.unit.intake import made_events
from tests.unit.intake.made_events import (
    CASE,
    NOW,
    PERSON,
    RECEIVING_AUTHORITY,
    SENDER,
    SENDING_AUTHORITY,
)

FOUND = WrongfulTransferFound(
    manifest=ManifestId("m"),
    agreement=made_events.document().ref,
    case=CASE,
    person=PERSON,
    facility=FacilityId("cecot"),
    custody=custody_of(CASE),
    sending="USA",
    receiving="SLV",
    closes=Finding(rule="G3", missing="an order", evidence="hold/h"),
    since=NOW,
    departed_at=NOW,
    found_at=NOW,
)


def knows(actor: Actor) -> AcknowledgeException:
    """The word of an office that it has seen it."""
    return AcknowledgeException(kind="wrongful-transfer", case=CASE, actor=actor)


def test_d7_each_government_says_by_name_that_it_knows_a_wrongful_transfer_once() -> None:
    """D7: a late fact that would have closed the gate orders the return by rule: both are told."""
    (said,) = given(FOUND).when(ACKNOWLEDGE_EXCEPTION, knows(SENDING_AUTHORITY)).events
    assert said == ExceptionAcknowledged(
        case=CASE,
        person=PERSON,
        kind="wrongful-transfer",
        party="USA",
        acknowledged_by=str(SENDING_AUTHORITY),
    )
    again = given(FOUND, said).when(ACKNOWLEDGE_EXCEPTION, knows(SENDING_AUTHORITY))
    again.refused(AcknowledgedAlready)
    assert given(FOUND, said).when(ACKNOWLEDGE_EXCEPTION, knows(RECEIVING_AUTHORITY)).events
    assert given(FOUND, said, FOUND).when(ACKNOWLEDGE_EXCEPTION, knows(SENDING_AUTHORITY)).events


def test_d7_nobody_else_says_that_a_government_knows_it() -> None:
    for actor in (SENDER, Actor("VEN", "central-authority", "a"), Actor("XX", "court", "c/1")):
        outcome = given(FOUND).when(ACKNOWLEDGE_EXCEPTION, knows(actor))
        assert outcome.refused(OnlyItsTwoStatesAcknowledge).rule == "D7"


def test_what_was_not_found_is_not_acknowledged() -> None:
    given().when(ACKNOWLEDGE_EXCEPTION, knows(SENDING_AUTHORITY)).refused(NothingToAcknowledge)


def test_what_else_is_said_of_a_case_changes_nothing_of_it() -> None:
    seen = folded(fold(CASE), (FOUND,))
    assert evolve(seen, made_events.withdrawn()) == seen
