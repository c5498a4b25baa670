"""What placement keeps of intake's entries about somebody who is taken off (G12, G13)."""

from __future__ import annotations

from services.placement.domain.custody.release_reservation import ReleaseReservation
from services.placement.followed import followed
from services.placement.reactions import react
from shared.contracts.manifest import Custodian, PersonRemoved
from shared.database.row_changes import Update
from shared.kernel.ids import CustodyId
from tests.unit.placement.story import CECOT, MANIFEST
from tests.unit.placement.test_reactions import CASE, PASSENGER, recorded

THERE = Custodian(party="HND", body="border-police", responsible_state="USA")


def test_g13_who_is_taken_off_at_a_stopover_is_held_by_somebody_and_their_place_is_free() -> None:
    entry = recorded(PersonRemoved(**PASSENGER, facility=CECOT, cause="order", custodian=THERE))
    (row,) = followed(entry)
    assert isinstance(row, Update)
    assert row.key == {"case": CASE}
    assert (row.values["held_by"], row.values["stage"]) == ("HND/border-police", "proposed")
    (step,) = react(entry)
    assert step.command == ReleaseReservation(custody=CustodyId(CASE), manifest=MANIFEST)


def test_g13_before_departure_nobody_but_the_sender_has_whoever_is_taken_off() -> None:
    (row,) = followed(recorded(PersonRemoved(**PASSENGER, facility=CECOT, cause="requested")))
    assert isinstance(row, Update)
    assert "held_by" not in row.values
    assert row.values["stage"] == "cleared"
