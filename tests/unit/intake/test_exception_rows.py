"""Exceptions as rows: each of what waits stands by itself, until all or its own is over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from services.intake.exception_rows.rows import exception_rows
from services.intake.tables import EXCEPTIONS, ORDER_ENDS
from shared.contracts.exclusion import ExclusionMatched, ExclusionWithdrawn
from shared.contracts.wrongful_transfer import WrongfulTransferFound
from shared.database.row_changes import Insert, RowBatch
from shared.kernel.codes import Sha256
from shared.kernel.event import Event
from shared.kernel.ids import (
    AgreementRef,
    CaseId,
    CustodyId,
    ExclusionId,
    FacilityId,
    ManifestId,
    PersonId,
)
from shared.kernel.rejected import Finding
from tests.support.entries import BEGINNING, foreign

COURT = "XX:court:district-court-9/clerk-1"
PAPER = Sha256("ab" * 32)
AGENCY = "USA:intake-agency:desk-1"
EXCLUSION: dict[str, Any] = {"exclusion": ExclusionId("e"), "person": PersonId("p1")}


def changes(*events: Event) -> list[tuple[str, dict[str, Any]]]:
    """The rows of one commit of these."""
    batch = RowBatch()
    for sequence, event in enumerate(events):
        batch.add(exception_rows(foreign(sequence, event)))
    return [(table.name, dict(values)) for table, values, _ in batch.rows()]


def late(number: int) -> WrongfulTransferFound:
    """A person in the air whom the order came too late for."""
    return WrongfulTransferFound(
        manifest=ManifestId("m"),
        case=CaseId(f"c{number}"),
        person=PersonId(f"p{number}"),
        agreement=AgreementRef("usa-slv-2025@1"),
        facility=FacilityId("cecot"),
        custody=CustodyId(f"c{number}"),
        sending="USA",
        receiving="SLV",
        closes=Finding(rule="G1", missing="no order", evidence="hold/h"),
        since=BEGINNING,
        departed_at=BEGINNING,
        found_at=BEGINNING,
        issuer=COURT,
    )


def excluded(last_day: date | None) -> ExclusionMatched:
    """An exclusion, for as long as that."""
    return ExclusionMatched(
        **EXCLUSION,
        document=PAPER,
        matched="minor",
        signed_by="USA",
        office="intake-agency",
        recorded_by=AGENCY,
        matched_at=BEGINNING,
        valid_until=last_day,
    )


def test_t3_the_issuer_of_a_class_order_is_told_of_each_of_sixty_in_the_air() -> None:
    told = [
        values
        for table, values in changes(*(late(number) for number in range(60)))
        if (table, values["kind"]) == (EXCEPTIONS.name, "came-after-departure")
    ]
    assert {(row["subject"], row["person"]) for row in told} == {
        (f"h/c{number}", f"p{number}") for number in range(60)
    }
    assert {(row["party"], row["office"], row["body"]) for row in told} == {
        ("XX", "court", "district-court-9")
    }


def test_g8_an_exclusion_ends_with_its_last_day_or_once_it_is_withdrawn() -> None:
    withdrawn = ExclusionWithdrawn(
        **EXCLUSION, document=PAPER, withdrawn_by=AGENCY, withdrawn_at=BEGINNING
    )
    last = datetime(2025, 6, 30, 23, 59, 59, tzinfo=UTC)
    assert changes(excluded(None)) == []
    assert changes(excluded(date(2025, 6, 30))) == [
        (ORDER_ENDS.name, {"order": "e", "ends_at": last})
    ]
    (end,) = exception_rows(foreign(7, withdrawn))
    assert end == Insert(ORDER_ENDS, {"order": "e", "ends_at": foreign(7, withdrawn).recorded_at})
