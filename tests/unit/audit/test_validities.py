"""An assessment has a longest term, and a sentence runs out: an entry that says else is found."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from shared.contracts.intake import (
    ClearanceGranted,
    FitnessToTravelAssessed,
    RiskOfIllTreatmentAssessed,
)
from shared.contracts.judgment import LegalBasisRecorded
from tests.unit.audit.rules import broken
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import main_job

if TYPE_CHECKING:
    from shared.kernel.event import Event

FAR_AHEAD = date(2099, 1, 1)


@pytest.mark.parametrize(
    ("event", "rule"), [(RiskOfIllTreatmentAssessed, "G5"), (FitnessToTravelAssessed, "G8")]
)
def test_an_assessment_for_longer_than_the_agreement_lets_it_stand_is_found(
    event: type[Event], rule: str
) -> None:
    day = Tampering(main_job(), event).fact.recorded_at.date()
    for made in (None, day):
        tampered = Tampering(main_job(), event).event(valid_until=FAR_AHEAD, assessed_on=made)
        assert broken(rule) in tampered.here()
    old = {"valid_until": FAR_AHEAD, "assessed_on": day - timedelta(days=366)}
    aged = Tampering(main_job(), event).event(**old)
    assert broken(rule) in Tampering(aged.facts, ClearanceGranted).here()


def test_a_sentence_that_was_counted_on_a_day_to_come_bears_no_clearance() -> None:
    tampered = Tampering(main_job(), LegalBasisRecorded).event(counted_on=FAR_AHEAD)
    assert broken("G6") in tampered.here()
    assert broken("G6") in Tampering(tampered.facts, ClearanceGranted).here()
