"""D7 as the audit checks it: each of the two governments says once that it knows."""

from __future__ import annotations

from shared.contracts.acknowledgement import ExceptionAcknowledged
from tests.unit.audit.names import AGENCY, AUTHORITY, THEIRS
from tests.unit.audit.recalls_told import recalled
from tests.unit.audit.rules import broken
from tests.unit.audit.tampering import Tampering


def acknowledged(nth: int = 0) -> Tampering:
    """The word of one of the two governments."""
    return Tampering(recalled(), ExceptionAcknowledged, nth)


def test_d7_nobody_but_the_two_governments_says_so_and_each_once() -> None:
    elsewhere = "VEN:central-authority:a"
    other = acknowledged().event(party="VEN", acknowledged_by=elsewhere)
    assert broken("D7") in other.envelope(actor=elsewhere).here()
    twice = acknowledged(1).event(party="USA", acknowledged_by=str(AUTHORITY))
    assert broken("D7") in twice.envelope(actor=str(AUTHORITY)).here()


def test_d7_a_central_authority_says_it_for_itself_and_by_name() -> None:
    agency = acknowledged().event(acknowledged_by=str(AGENCY)).envelope(actor=str(AGENCY))
    assert broken("D7") in agency.here()
    assert broken("D7") in acknowledged().event(acknowledged_by=str(THEIRS)).here()
