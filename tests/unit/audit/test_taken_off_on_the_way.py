"""Who is taken off at a stopover is in named custody, and no further leg has them (G4, G13; T3)."""

from __future__ import annotations

import pytest

from shared.contracts.intake import CaseProposed, CaseWithdrawn, PersonRegistered
from shared.contracts.manifest import Custodian, LegArrived, LegDeparted, PersonRemoved
from shared.contracts.wrongful_transfer import RecallCompleted
from tests.unit.audit.names import case
from tests.unit.audit.rules import broken
from tests.unit.audit.stopovers_told import (
    THERE,
    at_the_stopover,
    at_their_wish,
    over_the_receiving_state,
    under_an_order,
)
from tests.unit.audit.story import audited
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import FIRST_NIGHT


def test_g4_at_a_stopover_a_person_is_taken_off_and_the_others_go_on() -> None:
    for facts in (under_an_order(), at_their_wish()):
        assert audited(facts)[1] == []
    last = [fact.event for fact in under_an_order() if isinstance(fact.event, LegDeparted)][-1]
    assert last.cases == (case(2),)
    (off,) = (fact.event for fact in under_an_order() if isinstance(fact.event, PersonRemoved))
    assert (off.cause, off.custodian) == ("order", THERE)


@pytest.mark.parametrize(
    "custodian",
    [
        None,
        Custodian(party="SLV", body="police", responsible_state="USA"),
        Custodian(party="HND", body="border-police", responsible_state="HND"),
    ],
)
def test_g13_who_is_taken_off_on_the_way_is_in_nobodys_custody_never(
    custodian: Custodian | None,
) -> None:
    off = Tampering(under_an_order(), PersonRemoved).event(custodian=custodian)
    assert broken("G13") in off.here()


def test_g13_a_custodian_of_the_receiving_state_has_nobody_without_a_handover() -> None:
    """'A handover needs both signatures', where the journey stops over with the receiver too."""
    assert audited(over_the_receiving_state())[1] == []
    police = Custodian(party="SLV", body="police", responsible_state="USA")
    off = Tampering(over_the_receiving_state(), PersonRemoved).event(custodian=police)
    assert broken("G13") in off.here()


def test_g13_no_case_is_withdrawn_while_somebody_holds_its_person_on_the_way() -> None:
    """'Nobody is lost': who is held abroad has a case until they are back."""
    proposed = Tampering(at_their_wish(), CaseProposed, 1).words
    withdrawn = CaseWithdrawn(
        case=proposed.case,
        person=proposed.person,
        agreement=proposed.agreement,
        withdrawn_on=FIRST_NIGHT,
    )
    last = Tampering(at_their_wish(), PersonRegistered, 2)
    assert broken("G13") in last.instead(withdrawn).here()


def test_g12_nobody_is_taken_off_in_the_air() -> None:
    in_the_air = Tampering(under_an_order(), LegArrived).gone().facts
    assert broken("G12") in Tampering(in_the_air, PersonRemoved).here()


def test_d2_who_is_recalled_is_on_no_other_journey_before_they_are_back() -> None:
    kept = Tampering(under_an_order(), RecallCompleted).gone().facts
    assert audited(kept)[1] == []


def test_g12_nobody_is_taken_off_where_the_journey_ends() -> None:
    story = at_the_stopover()
    story.departed(1, leg=2)
    story.arrived(1, leg=2)
    story.registered(4)
    (off,) = (fact.event for fact in at_their_wish() if isinstance(fact.event, PersonRemoved))
    assert broken("G12") in Tampering(story.facts(), PersonRegistered, 2).instead(off).here()
