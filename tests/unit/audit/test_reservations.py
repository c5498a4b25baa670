"""Reservations: a place is held for who travels, and not for who is there already (G19)."""

from __future__ import annotations

from shared.contracts.placement import PlaceAssigned, PlaceReserved
from tests.unit.audit.rules import broken
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import main_job


def test_a_place_that_is_held_for_who_is_in_custody_moves_nobody() -> None:
    facts = main_job()
    reserved, later = Tampering(facts, PlaceReserved), Tampering(facts, PlaceAssigned)
    again = later.instead(reserved.words).envelope(
        actor=reserved.fact.actor, causation=reserved.fact.causation
    )
    assert broken("G19") in again.here()
