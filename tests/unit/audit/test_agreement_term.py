"""An agreement's term, and a log in which something is done outside it (D4)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from shared.contracts.intake import CaseProposed, ClearanceGranted, ReceivingStateAccepted
from shared.contracts.manifest import (
    LegDepartureAuthorised,
    ManifestSealed,
    PersonBoarded,
    PersonManifested,
)
from tests.unit.audit.rules import broken
from tests.unit.audit.tampering import Tampering
from tests.unit.audit.told import main_job

if TYPE_CHECKING:
    from shared.kernel.event import Event

OUTSIDE_THE_TERM = datetime(2026, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "event",
    [
        CaseProposed,
        ReceivingStateAccepted,
        ClearanceGranted,
        PersonManifested,
        ManifestSealed,
        PersonBoarded,
        LegDepartureAuthorised,
    ],
)
def test_d4_whatever_is_done_after_the_last_second_of_the_term_is_found(
    event: type[Event],
) -> None:
    tampering = Tampering(main_job(), event)
    late = {"time": OUTSIDE_THE_TERM, "recorded_at": OUTSIDE_THE_TERM}
    assert broken("effective") in tampering.envelope(**late).here()


def test_a_time_that_has_not_come_is_no_day_of_the_term() -> None:
    tampering = Tampering(main_job(), ClearanceGranted)
    before = datetime(2025, 3, 15, tzinfo=UTC)
    assert broken("effective") in tampering.envelope(recorded_at=before).here()
