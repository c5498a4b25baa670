"""How long an assessment stands: by its own last day, or the agreement's longest term (G5, G8)."""

from __future__ import annotations

from datetime import date, timedelta

from shared.contracts.intake import FitnessToTravelAssessed, RiskOfIllTreatmentAssessed


def in_force_until(
    fact: RiskOfIllTreatmentAssessed | FitnessToTravelAssessed, longest_days: int
) -> date:
    """The last day that an assessment stands: its own, or that of the agreement's longest term."""
    if fact.assessed_on is None:
        return fact.valid_until
    return min(fact.valid_until, fact.assessed_on + timedelta(days=longest_days))
