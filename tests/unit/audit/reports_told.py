"""Steps of a story: the independent monitor reports on a facility."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from services.placement.domain.facility.record_report import RECORD_REPORT, TOPICS, RecordReport
from shared.contracts.facility_course import Inspected
from shared.kernel.actor import Actor
from tests.unit.audit.asking import Asking
from tests.unit.audit.names import CECOT

if TYPE_CHECKING:
    from datetime import date

    from shared.kernel.ids import FacilityId

MONITOR = Actor("XX", "monitor", "inspection/one")
FOR_GOOD = 36_500


def findings(day: date, *, adequate: bool = True) -> tuple[Inspected, ...]:
    """One finding of each topic, of one day."""
    return tuple(Inspected(topic, day, adequate) for topic in TOPICS)


class Reports(Asking):
    """What the monitor says."""

    def inspected(
        self,
        day: date | None = None,
        *,
        adequate: bool = True,
        good_for: int = FOR_GOOD,
        name: FacilityId = CECOT,
    ) -> None:
        """A report of one day's findings, good for so many days."""
        today = self.now.date()
        self.act(
            "placement",
            RECORD_REPORT,
            RecordReport,
            MONITOR,
            facility=name,
            findings=findings(day or today, adequate=adequate),
            valid_until=today + timedelta(days=good_for),
            reference="INSP-1",
        )
